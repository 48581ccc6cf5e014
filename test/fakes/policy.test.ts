import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeServicesCommand, DescribeTaskDefinitionCommand, ListServicesCommand, ListTasksCommand, RegisterTaskDefinitionCommand,
  RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientOptions, ecsClient, withFakeAws } from './clients';
import { FakeAws, JsonObject, PolicyDocument, taskDefinitionBody } from './index';
import { OneOrMore, Statement } from './policy/document';
import { decide } from './policy/evaluate';

const allow = (Action: OneOrMore, Resource: OneOrMore, Condition?: Statement['Condition']): Statement => ({
  Effect: 'Allow', Action, Resource, ...Condition && { Condition },
});
const policy = (...statements: Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement: statements });
const cluster = 'arn:aws:ecs:eu-west-1:123456789012:cluster/c';
const service = (name: string) => `arn:aws:ecs:eu-west-1:123456789012:service/c/${name}`;
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

function account(aws: FakeAws, ...statements: Statement[]) {
  aws.ecs.addService('a', { cluster: 'c' });
  aws.ecs.addService('b', { cluster: 'c' });
  aws.allowOnly(policy(...statements));
  return ecsClient(aws);
}

const denied = (action: string, resource: string) => ({
  name: 'AccessDeniedException',
  message: `User: arn:aws:iam::123456789012:user/operator is not authorized to perform: ${action} on resource: ${resource} `
    + `because no identity-based policy allows the ${action} action`,
});

test('a service that the policy does not name is denied, as the only one and among others', withFakeAws(async aws => {
  const ecs = account(aws, allow('ecs:DescribeServices', service('a')));
  await ecs.send(new DescribeServicesCommand({ cluster: 'c', services: ['a'] }));
  const both = new DescribeServicesCommand({ cluster: 'c', services: ['a', 'b'] });
  await expect(ecs.send(both)).rejects.toMatchObject(denied('ecs:DescribeServices', service('b')));
}));

test('an action without resources needs `*`, and its cluster is a condition', withFakeAws(async aws => {
  const inCluster = allow('ecs:ListServices', '*', { ArnEquals: { 'ecs:cluster': cluster } });
  const ecs = account(aws, inCluster, allow('ecs:Describe*', 'arn:aws:ecs:*:*:task-definition/*'));
  await ecs.send(new ListServicesCommand({ cluster: 'c' }));
  await ecs.send(new ListServicesCommand({ cluster })).then(({ serviceArns }) => expect(serviceArns).toHaveLength(2));
  aws.ecs.addCluster('d');
  await expect(ecs.send(new ListServicesCommand({ cluster: 'd' }))).rejects.toMatchObject(denied('ecs:ListServices', '*'));
  await expect(ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'a' }))).rejects.toMatchObject(denied('ecs:DescribeTaskDefinition', '*'));
}));

test('ListTasks is checked against the cluster\'s container instances', withFakeAws(async aws => {
  const ecs = account(aws, allow('ecs:ListTasks', '*', { ArnEquals: { 'ecs:cluster': cluster } }));
  await ecs.send(new ListTasksCommand({ cluster: 'c' }));
  aws.allowOnly(policy(allow('ecs:ListTasks', cluster)));
  await expect(ecs.send(new ListTasksCommand({ cluster: 'c' }))).rejects.toMatchObject(denied(
    'ecs:ListTasks', 'arn:aws:ecs:eu-west-1:123456789012:container-instance/c/*',
  ));
}));

describe('RegisterTaskDefinition', () => {
  const registering = (members: JsonObject = {}) => new RegisterTaskDefinitionCommand({
    ...taskDefinitionBody('web'), executionRoleArn: role('execution'), ...members,
  } as unknown as RegisterTaskDefinitionCommandInput);
  const passing = (resource: OneOrMore, to = 'ecs-tasks.amazonaws.com') => allow('iam:PassRole', resource, { StringEquals: { 'iam:PassedToService': to } });

  test('registering needs the permission to pass every role to the tasks of ECS', withFakeAws(async aws => {
    const ecs = account(aws, allow('ecs:RegisterTaskDefinition', '*'), passing(role('execution')));
    await ecs.send(registering());
    await expect(ecs.send(registering({ taskRoleArn: role('task') }))).rejects.toMatchObject(denied('iam:PassRole', role('task')));
    aws.allowOnly(policy(allow('ecs:RegisterTaskDefinition', '*'), passing(role('*'), 'lambda.amazonaws.com')));
    await expect(ecs.send(registering())).rejects.toMatchObject(denied('iam:PassRole', role('execution')));
  }));

  test('registering with tags needs the permission to tag', withFakeAws(async aws => {
    const ecs = account(aws, allow('ecs:RegisterTaskDefinition', '*'), passing('*'));
    const tagged = registering({ tags: [{ key: 'a', value: 'b' }] });
    await expect(ecs.send(tagged)).rejects.toMatchObject(denied('ecs:TagResource', 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:*'));
    aws.allowOnly(policy(
      allow('ecs:RegisterTaskDefinition', '*'), passing('*'), allow('ecs:TagResource', 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:*'),
    ));
    await ecs.send(tagged);
  }));
});

test('the reads of a network need `*`, and creating a secret needs its name', withFakeAws(async aws => {
  account(
    aws,
    allow('ec2:DescribeSubnets', 'arn:aws:ec2:*:*:subnet/*'),
    allow('secretsmanager:CreateSecret', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/*'),
  );
  await expect(new EC2Client(clientOptions(aws)).send(new DescribeSubnetsCommand({}))).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  const secrets = new SecretsManagerClient(clientOptions(aws));
  await secrets.send(new CreateSecretCommand({ Name: 'team/key', SecretString: 'x' }));
  const other = new CreateSecretCommand({ Name: 'crew/key', SecretString: 'x' });
  await expect(secrets.send(other)).rejects.toMatchObject(denied('secretsmanager:CreateSecret', 'crew/key'));
}));

test('the error of a Deny says that the deny is explicit', withFakeAws(async aws => {
  const ecs = account(aws, allow('*', '*'), { Effect: 'Deny', Action: 'ecs:ListServices', Resource: '*' });
  await expect(ecs.send(new ListServicesCommand({ cluster: 'c' }))).rejects.toThrow(/with an explicit deny in an identity-based policy$/);
}));

test.each<[string, unknown]>([
  ['a Sid with other characters', { Statement: [{ Sid: 'a b', ...allow('ecs:*', '*') }] }],
  ['a principal', { Statement: [{ ...allow('ecs:*', '*'), Principal: '*' }] }],
  ['a resource that is not an ARN', { Statement: [allow('ecs:*', 'service/c/a')] }],
  ['a condition that the evaluator does not know', { Statement: [allow('ecs:*', '*', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })] }],
])('a policy with %s is not accepted', (_name, document) => withFakeAws(async aws => {
  expect(() => aws.allowOnly(document as PolicyDocument)).toThrow();
})());

test.each<[string, Statement['Condition'], Record<string, OneOrMore>, boolean]>([
  ['an ARN with wildcards', { ArnLike: { k: 'arn:aws:ecs:*:*:cluster/c' } }, { k: cluster }, true],
  ['text without wildcards in StringEquals', { StringEquals: { k: 'a*' } }, { k: 'ab' }, false],
  ['any of several values', { StringLike: { k: ['x', 'a?'] } }, { k: 'ab' }, true],
  ['an absent key', { StringEquals: { k: 'a' } }, {}, false],
  ['an absent key, if it exists', { StringEqualsIfExists: { k: 'a' } }, {}, true],
  ['an absent key, with a negation', { StringNotEquals: { k: 'a' } }, {}, true],
  ['keys in any case', { StringEquals: { 'AWS:tagkeys': 'a' } }, { 'aws:TagKeys': 'a' }, true],
  ['all of several values', { 'ForAllValues:StringLike': { k: 'a*' } }, { k: ['ab', 'b'] }, false],
  ['Null of an absent key', { Null: { k: 'true' } }, {}, true],
  ['every one of several conditions', { StringEquals: { k: 'a' }, Bool: { b: 'true' } }, { k: 'a', b: 'false' }, false],
])('a condition is evaluated as IAM does: %s', (_name, Condition, context, isAllowed) => {
  expect(decide([policy(allow('ecs:*', '*', Condition))], { action: 'ecs:X', resource: '*', context })).toBe(isAllowed ? 'allowed' : 'implicitDeny');
});
