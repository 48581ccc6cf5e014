import { CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { enrolment, member, Props } from './given';

const ACCOUNT = '111122223333';
const one = (place: object) => ({ places: [place] });
const bucket = (stack: Stack) => s3.Bucket.fromBucketName(stack, 'Lists', 'lists');
const file = (stack: Stack) => ({ placesFile: { bucket: bucket(stack), key: 'places.json' } });
const many = (count: number) => Array.from({ length: count }, (_, index) => ({ account: String(100000000000 + index), regions: ['eu-west-1'] }));

describe('an enrolment is refused', () => {
  test.each<[string, object, RegExp]>([
    ['without places', { places: undefined }, /^Organization\/Enrolment: exactly one of `places` and `placesFile` is needed, got: neither\./],
    ['with no place', { places: [] }, /`places` must have at least one account with its regions, got: a list of 0\./],
    ['with places that are no list', { places: ACCOUNT }, /`places` must have at least one account with its regions, got: "111122223333"/],
    ['with a wrong account', one({ account: '1111', regions: ['eu-west-1'] }), /the account of `places`\[0\] must be an account id of 12 digits, got: "1111"/],
    ['with a number as the account', one({ account: 111122223333, regions: ['eu-west-1'] }), /must be an account id of 12 digits, got: number/],
    ['with an empty place', { places: [undefined] }, /the account of `places`\[0\] must be an account id of 12 digits, got: undefined/],
    ['without regions', one({ account: ACCOUNT, regions: [] }), /the regions of `places`\[0\] must be a list with at least one region, got: a list of 0/],
    ['with a region that is none', one({ account: ACCOUNT, regions: ['eu-west-1', 'Ireland'] }),
      /each region of `places`\[0\] must be a region, .*got: "Ireland"/],
    ['with an availability zone', one({ account: ACCOUNT, regions: ['eu-west-1a'] }), /must be a region, such as eu-west-1, got: "eu-west-1a"/],
    ['with a place twice', { places: [{ account: ACCOUNT, regions: ['eu-west-1'] }, { account: ACCOUNT, regions: ['us-east-1', 'eu-west-1'] }] },
      /`places`\[1\] names region eu-west-1 of account 111122223333, which `places`\[0\] has named already/],
    ['with a longer list than is passed on', { places: many(4_000), organizationId: 'o-a1b2c3d4e5' },
      /`places` has [\d,]+ characters, .*Put the list into an object of Amazon S3/],
    ['with more accounts than a bus takes', { places: many(601) },
      /`places` has 601 accounts, and the policy of an event bus takes 600\. Set `organizationId`/],
    ['without the external id', { externalId: undefined }, /`externalId` must be a text of 2 to 1,224 .*, got: undefined/],
    ['with a short external id', { externalId: 'x' }, /`externalId` must be a text of 2 to 1,224/],
    ['with a blank in the external id', { externalId: 'a b' }, /`externalId` must be a text of 2 to 1,224/],
    ['with a wrong mode', { mode: 'DELETE' }, /`mode` must be one of EnrolmentMode.PLAN, EnrolmentMode.ENROL, EnrolmentMode.REMOVE, got: "DELETE"/],
    ['with nothing to send to', { discovery: undefined }, /`discovery`/],
    ['with two destinations', { workspaceId: '6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11' }, /`workspaceId`/],
    ['with the id of one service', { projectId: 'svc_0123456789abcdefABCDEF' },
      /`projectId` is of one service, and an enrolment gives all services the same options\. Use `discovery`/],
    ['with a collection', { collectionId: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11' }, /`collectionId` is of one service/],
    ['with the name of one service', { discoveryName: 'orders' }, /`discoveryName` is of one service/],
    ['with a wrong option', { hostAllow: ['('] }, /`hostAllow` must be regular expressions/],
    ['with options that are too long', { hostAllow: ['x'.repeat(3_000)] },
      /the options of the agent have 3,\d+ characters, and the variables of the function take 3,000/],
    ['with a password in the proxy', { proxyUrl: 'http://user:not-a-password@proxy.example.com:8080' }, /`proxyUrl` has a user or a password/],
    ['with a share of -1', { toleratedFailurePercentage: -1 }, /`toleratedFailurePercentage` must be a whole number from 0 to 100, got: -1/],
    ['with a share of 101', { toleratedFailurePercentage: 101 }, /from 0 to 100, got: 101/],
    ['with half a percent', { toleratedFailurePercentage: 0.5 }, /from 0 to 100, got: 0.5/],
    ['with no place at a time', { maxConcurrency: 0 }, /`maxConcurrency` must be a whole number from 1 to 10,000, got: 0/],
    ['with a topic of another kind', { topic: 'topic' }, /`topic` must be a topic \(`sns.ITopic`\), got: "topic"/],
    ['with a secret and a parameter', { apiKeyParameterName: '/key', apiKeySecretName: 'key' },
      /`apiKeyParameterName` names a parameter, and `apiKeySecretName` is for a secret/],
    ['with a parameter and a field', { apiKeyParameterName: '/key', apiKeySecretField: 'key' },
      /`apiKeyParameterName` names a parameter, and `apiKeySecretField` is for/],
    ['with a wrong field', { apiKeySecretField: 'a:b' }, /`apiKeySecretField` must be the name of a JSON field/],
    ['with a wrong secret', { apiKeySecretName: 'my secret' }, /`apiKeySecretName` must be the name of a secret, or its ARN, got: "my secret"/],
    ['with a wrong parameter', { apiKeyParameterName: 'a b' }, /`apiKeyParameterName` must be the name of a parameter, or its ARN/],
    ['with a wrong check', { egressCheck: 'MAYBE' }, /`egressCheck` must be one of/],
    ['with a role whose name is too long', { memberRoleName: 'x'.repeat(59) }, /`memberRoleName` must be the name of a role, of at most 58/],
    ['with the default bus', { busName: 'default' }, /`busName` must be the name of an event bus of its own/],
    ['with a bus of AWS', { busName: 'aws.partner' }, /`busName` must be the name of an event bus of its own/],
    ['with a wrong organization', { organizationId: '111122223333' }, /`organizationId` must be the id of an organization, such as o-a1b2c3d4e5/],
    ['with a schedule that has no effect', { reconcile: false, schedule: scheduler.ScheduleExpression.rate(Duration.hours(1)) },
      /`schedule` says when an execution begins, and `reconcile` is false/],
  ])('%s', (_, props, reason) => {
    const make = () => enrolment(props as Props);
    expect(make).toThrow(reason);
    expect(make).not.toThrow(/not-a-password/);
  });

  test.each<[string, (stack: Stack) => object, RegExp]>([
    ['with two lists', stack => ({ ...file(stack), places: [{ account: ACCOUNT, regions: ['eu-west-1'] }] }),
      /exactly one of `places` and `placesFile` is needed, got: both/],
    ['with a file and events of unknown accounts', file, /`organizationId` is needed with `placesFile`: .*Set it, or set `events` to false/],
    ['with the name of a bucket', () => ({ placesFile: { bucket: 'lists', key: 'places.json' } }),
      /`placesFile` must have a bucket .*, got: "lists"\. Use Bucket.fromBucketName/],
    ['without the key of the file', stack => ({ placesFile: { bucket: bucket(stack), key: '' } }), /`placesFile` must have a bucket .*, got: ""/],
  ])('%s', (_, props, reason) => {
    expect(() => enrolment(stack => props(stack) as Props)).toThrow(reason);
  });

  test('no value that only CloudFormation knows', () => {
    const parameter = (stack: Stack, id: string) => new CfnParameter(stack, id).valueAsString;
    expect(() => enrolment(stack => ({
      places: [
        { account: parameter(stack, 'Account'), regions: [parameter(stack, 'Region')] }, { account: parameter(stack, 'Other'), regions: ['eu-west-1'] },
      ],
      externalId: parameter(stack, 'ExternalId'), organizationId: parameter(stack, 'OrganizationId'), apiKeySecretName: parameter(stack, 'Secret'),
    }))).not.toThrow();
  });

  test('no options whose expressions are as long as the function takes', () => {
    expect(() => enrolment({ hostAllow: ['x'.repeat(2_800)] })).not.toThrow();
  });
});

describe('a member is refused', () => {
  test.each<[string, object, RegExp]>([
    ['without the account of the enrolment', { enrolmentAccount: undefined },
      /^Member\/Member: `enrolmentAccount` must be an account id of 12 digits, got: undefined/],
    ['with a wrong account', { enrolmentAccount: '12' }, /`enrolmentAccount` must be an account id of 12 digits, got: "12"/],
    ['without its region', { enrolmentRegion: undefined }, /`enrolmentRegion` must be a region, such as eu-west-1, got: undefined/],
    ['with a wrong home region', { homeRegion: 'europe' }, /`homeRegion` must be a region, such as eu-west-1, got: "europe"/],
    ['without the external id', { externalId: undefined }, /`externalId` must be a text/],
    ['if it only plans, and is to write policies', { planOnly: true, grantSecretAccess: true },
      /`grantSecretAccess` writes policies, and `planOnly` allows no writes/],
    ['if it names roles that it does not write', { grantableRoleNames: ['a'] }, /`grantableRoleNames` is for `grantSecretAccess`, which is not set/],
  ])('%s', (_, props, reason) => {
    expect(() => member(props)).toThrow(reason);
  });
});
