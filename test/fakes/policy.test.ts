import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ListServicesCommand, ListTasksCommand, RegisterTaskDefinitionCommand, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientOptions, ecsClient, withFakeAws } from './clients';
import { FakeAws, JsonObject, PolicyDocument, taskDefinitionBody } from './index';
import { OneOrMore, Statement } from './policy/document';
import { decide } from './policy/evaluate';

const allow = (Action: OneOrMore, Resource: OneOrMore, Condition?: Statement['Condition']): Statement => ({ Effect: 'Allow', Action, Resource, ...Condition && { Condition } });
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
  message: `User: arn:aws:iam::123456789012:user/operator is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
});

test('a service that the policy does not name is denied, alone and among others', withFakeAws(async aws => {
  const ecs = account(aws, allow('ecs:DescribeServices', service('a')));
  await ecs.send(new DescribeServicesCommand({ cluster: 'c', services: ['a'] }));
  await expect(ecs.send(new DescribeServicesCommand({ cluster: 'c', services: ['a', 'b'] }))).rejects.toMatchObject(denied('ecs:DescribeServices', service('b')));
}));

test('what has no resource needs *, and a cluster is a condition there', withFakeAws(async aws => {
  const ecs = account(aws, allow('ecs:ListServices', '*', { ArnEquals: { 'ecs:cluster': cluster } }), allow('ecs:Describe*', 'arn:aws:ecs:*:*:task-definition/*'));
  await ecs.send(new ListServicesCommand({ cluster: 'c' }));
  await ecs.send(new ListServicesCommand({ cluster })).then(({ serviceArns }) => expect(serviceArns).toHaveLength(2));
  aws.ecs.addCluster('d');
  await expect(ecs.send(new ListServicesCommand({ cluster: 'd' }))).rejects.toMatchObject(denied('ecs:ListServices', '*'));
  await expect(ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'a' }))).rejects.toMatchObject(denied('ecs:DescribeTaskDefinition', '*'));
}));

test('tasks are listed by the cluster\'s container instances', withFakeAws(async aws => {
  const ecs = account(aws, allow('ecs:ListTasks', '*', { ArnEquals: { 'ecs:cluster': cluster } }));
  await ecs.send(new ListTasksCommand({ cluster: 'c' }));
  aws.allowOnly(policy(allow('ecs:ListTasks', cluster)));
  await expect(ecs.send(new ListTasksCommand({ cluster: 'c' }))).rejects.toMatchObject(denied('ecs:ListTasks', 'arn:aws:ecs:eu-west-1:123456789012:container-instance/c/*'));
}));

describe('registering', () => {
  const registering = (members: JsonObject = {}) => new RegisterTaskDefinitionCommand({ ...taskDefinitionBody('web'), executionRoleArn: role('execution'), ...members } as unknown as RegisterTaskDefinitionCommandInput);
  const passing = (resource: OneOrMore, to = 'ecs-tasks.amazonaws.com') => allow('iam:PassRole', resource, { StringEquals: { 'iam:PassedToService': to } });

  test('every role is passed, and to the tasks of ECS', withFakeAws(async aws => {
    const ecs = account(aws, allow('ecs:RegisterTaskDefinition', '*'), passing(role('execution')));
    await ecs.send(registering());
    await expect(ecs.send(registering({ taskRoleArn: role('task') }))).rejects.toMatchObject(denied('iam:PassRole', role('task')));
    aws.allowOnly(policy(allow('ecs:RegisterTaskDefinition', '*'), passing(role('*'), 'lambda.amazonaws.com')));
    await expect(ecs.send(registering())).rejects.toMatchObject(denied('iam:PassRole', role('execution')));
  }));

  test('tags are a right of their own', withFakeAws(async aws => {
    const ecs = account(aws, allow('ecs:RegisterTaskDefinition', '*'), passing('*'));
    const tagged = registering({ tags: [{ key: 'a', value: 'b' }] });
    await expect(ecs.send(tagged)).rejects.toMatchObject(denied('ecs:TagResource', 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:*'));
    aws.allowOnly(policy(allow('ecs:RegisterTaskDefinition', '*'), passing('*'), allow('ecs:TagResource', 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:*')));
    await ecs.send(tagged);
  }));
});

test('the reads of a network need *, and a secret is created under its name', withFakeAws(async aws => {
  account(aws, allow('ec2:DescribeSubnets', 'arn:aws:ec2:*:*:subnet/*'), allow('secretsmanager:CreateSecret', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/*'));
  await expect(new EC2Client(clientOptions(aws)).send(new DescribeSubnetsCommand({}))).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  const secrets = new SecretsManagerClient(clientOptions(aws));
  await secrets.send(new CreateSecretCommand({ Name: 'team/key', SecretString: 'x' }));
  await expect(secrets.send(new CreateSecretCommand({ Name: 'crew/key', SecretString: 'x' }))).rejects.toMatchObject(denied('secretsmanager:CreateSecret', 'crew/key'));
}));

test('a Deny is told as one', withFakeAws(async aws => {
  const ecs = account(aws, allow('*', '*'), { Effect: 'Deny', Action: 'ecs:ListServices', Resource: '*' });
  await expect(ecs.send(new ListServicesCommand({ cluster: 'c' }))).rejects.toMatchObject({ message: expect.stringMatching(/with an explicit deny in an identity-based policy$/) });
}));

test.each<[string, unknown]>([
  ['a Sid with other characters', { Statement: [{ Sid: 'a b', ...allow('ecs:*', '*') }] }],
  ['a principal', { Statement: [{ ...allow('ecs:*', '*'), Principal: '*' }] }],
  ['a resource that is no ARN', { Statement: [allow('ecs:*', 'service/c/a')] }],
  ['a condition that the evaluator does not know', { Statement: [allow('ecs:*', '*', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })] }],
])('%s is no policy to test with', (_name, document) => withFakeAws(async aws => {
  expect(() => aws.allowOnly(document as PolicyDocument)).toThrow();
})());

test.each<[string, Statement['Condition'], Record<string, OneOrMore>, boolean]>([
  ['an ARN with wildcards', { ArnLike: { k: 'arn:aws:ecs:*:*:cluster/c' } }, { k: cluster }, true],
  ['text is taken to the letter', { StringEquals: { k: 'a*' } }, { k: 'ab' }, false],
  ['any of several values', { StringLike: { k: ['x', 'a?'] } }, { k: 'ab' }, true],
  ['an absent key', { StringEquals: { k: 'a' } }, {}, false],
  ['an absent key, if it exists', { StringEqualsIfExists: { k: 'a' } }, {}, true],
  ['an absent key, of a negation', { StringNotEquals: { k: 'a' } }, {}, true],
  ['keys without regard to case', { StringEquals: { 'AWS:tagkeys': 'a' } }, { 'aws:TagKeys': 'a' }, true],
  ['all of many values', { 'ForAllValues:StringLike': { k: 'a*' } }, { k: ['ab', 'b'] }, false],
  ['null, absent', { Null: { k: 'true' } }, {}, true],
  ['every condition must hold', { StringEquals: { k: 'a' }, Bool: { b: 'true' } }, { k: 'a', b: 'false' }, false],
])('condition: %s', (_name, Condition, context, isAllowed) => {
  expect(decide([policy(allow('ecs:*', '*', Condition))], { action: 'ecs:X', resource: '*', context })).toBe(isAllowed ? 'allowed' : 'implicitDeny');
});
