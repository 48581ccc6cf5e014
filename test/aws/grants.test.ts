import { Account } from '../../src/aws/calls/account';
import { CLIENTS, ServiceClient } from '../../src/aws/calls/clients';
import * as iam from '../../src/aws/calls/clients/iam';
import { Grant, grantOn } from '../../src/aws/plan/grant';
import { grantName, grantSecretAccess, revokeGrant } from '../../src/aws/run/grants';
import { COMMAND_LINE_HINTS } from '../../src/cli/hints';
import { grantDocument } from '../../src/permissions';
import { accessDenied, FakeAws, meanwhile, startFakeAws } from '../fakes';

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:postman/api-key-AbCdEf';
const ROLE = 'arn:aws:iam::123456789012:role/service/execution';
const GRANT: Grant = { role: ROLE, policyName: grantName(ARN), secret: { store: 'secretsmanager', arn: ARN, arnIsComplete: true, region: 'eu-west-1' } };
const DOCUMENT = grantDocument(GRANT.secret);
const OTHER = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] });
const before = { ...process.env };

// Jest has no dynamic imports, with which the program loads its clients.
CLIENTS.iam = async () => iam as unknown as ServiceClient;

let aws: FakeAws;
let account: Account;
const policies = () => Object.fromEntries(aws.iam.role('execution').inline);

beforeEach(async () => {
  aws = await startFakeAws();
  aws.iam.addRole('execution', { path: '/service/' });
  Object.assign(process.env, aws.env);
  account = new Account({ region: 'eu-west-1', hints: COMMAND_LINE_HINTS, signal: new AbortController().signal });
});
afterEach(async () => {
  process.env = { ...before };
  await aws.stop();
});

describe('the name of a policy', () => {
  test.each([
    [ARN, /^postman-live-collection-postman-api-key-[0-9a-f]{16}$/],
    [ARN.replace('postman/api-key', 'a+b=c.d@e_f/g'), /^postman-live-collection-a\+b=c\.d@e_f-g-[0-9a-f]{16}$/],
    [ARN.replace('postman/api-key', 'x'.repeat(512)), /^postman-live-collection-x{87}-[0-9a-f]{16}$/],
    [ARN.replace('AbCdEf', '??????'), /^postman-live-collection-postman-api-key-\?{16}$/],
  ])('the policy for %s has a readable part and a hash', (arn, expected) => {
    expect(grantName(arn)).toMatch(expected);
    expect(grantName(arn).length).toBeLessThanOrEqual(128);
    expect(grantName(arn)).toBe(grantName(arn));
  });

  test('secrets that differ in anything have policies of different names', () => {
    const arns = [
      ARN, `${ARN.slice(0, -6)}ZyXwVu`, ARN.replace('eu-west-1', 'us-east-1'), ARN.replace('123456789012', '111122223333'),
      ARN.replace('postman/api', 'postman-api'), ...['1', '2'].map(end => ARN.replace('api-key', `${'x'.repeat(300)}${end}`)),
    ];
    expect(new Set(arns.map(grantName)).size).toBe(arns.length);
  });
});

describe('a grant that a run makes', () => {
  test('is made once: the second run finds it and writes nothing', async () => {
    expect(await grantSecretAccess(account, GRANT)).toBe('made');
    expect(await grantSecretAccess(account, GRANT)).toBe('existed');
    expect(policies()).toEqual({ [GRANT.policyName]: DOCUMENT });
    expect(aws.callsOf('PutRolePolicy')).toHaveLength(1);
  });

  test('is not its own for certain if it may not be read before', async () => {
    aws.inject('iam:GetRolePolicy', accessDenied(), { times: 1 });
    expect(await grantSecretAccess(account, GRANT)).toBe('existed');
    expect(policies()).toEqual({ [GRANT.policyName]: DOCUMENT });
  });

  test('does not replace a document of others that has that name', async () => {
    aws.iam.role('execution').inline.set(GRANT.policyName, OTHER);
    await expect(grantSecretAccess(account, GRANT)).rejects.toThrow('that this program has not written');
    expect(policies()).toEqual({ [GRANT.policyName]: OTHER });
  });

  test('of a secret that the run has created has the name of the secret', async () => {
    const planned = { ...GRANT, policyName: grantName(ARN.replace('AbCdEf', '??????')) };
    expect(grantOn({ ...planned, secret: { ...planned.secret, arn: ARN.replace('AbCdEf', '??????') } }, ARN)).toEqual(GRANT);
    expect(await grantSecretAccess(account, planned)).toBe('made');
    expect(policies()).toEqual({ [GRANT.policyName]: DOCUMENT });
    expect(await revokeGrant(account, planned)).toBe(true);
    expect(policies()).toEqual({});
  });

  test('cannot be made before the secret exists', async () => {
    const planned = grantOn({ ...GRANT, policyName: '?' }, ARN.replace('AbCdEf', '??????'));
    await expect(grantSecretAccess(account, planned)).rejects.toThrow('does not exist yet');
    expect(aws.callsOf('PutRolePolicy')).toEqual([]);
  });

  test('names the permission that is missing', async () => {
    aws.inject('iam:PutRolePolicy', accessDenied());
    await expect(grantSecretAccess(account, GRANT)).rejects.toThrow(/iam:PutRolePolicy for role execution was denied/);
  });
});

describe('a grant that is revoked', () => {
  test('is removed if it is there, and only then', async () => {
    await grantSecretAccess(account, GRANT);
    expect(await revokeGrant(account, GRANT)).toBe(true);
    expect(await revokeGrant(account, GRANT)).toBe(false);
    expect(policies()).toEqual({});
  });

  test.each<[string, string]>([
    ['another document', OTHER],
    ['the document for another secret', grantDocument({ ...GRANT.secret, arn: `${ARN}x` })],
    ['the document with a key, which another run wrote', grantDocument({ ...GRANT.secret, keyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1' })],
  ])('stays if it has %s by then', async (_, document) => {
    aws.iam.role('execution').inline.set(GRANT.policyName, document);
    expect(await revokeGrant(account, GRANT)).toBe(false);
    expect(policies()).toEqual({ [GRANT.policyName]: document });
  });

  test('may be removed by another run at the same time', async () => {
    await grantSecretAccess(account, GRANT);
    aws.inject('iam:DeleteRolePolicy', meanwhile(() => { aws.iam.role('execution').inline.clear(); }));
    expect(await revokeGrant(account, GRANT)).toBe(false);
  });

  test.each(['iam:GetRolePolicy', 'iam:DeleteRolePolicy'])('stays without the permission %s, which is named', async action => {
    await grantSecretAccess(account, GRANT);
    aws.inject(action, accessDenied());
    await expect(revokeGrant(account, GRANT)).rejects.toThrow(`${action} for role execution was denied`);
    expect(policies()).toEqual({ [GRANT.policyName]: DOCUMENT });
  });
});
