import {
  CreateRoleCommand, GetPolicyCommand, GetPolicyVersionCommand, GetRoleCommand, GetRolePolicyCommand, IAMClient, ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand, PutRolePolicyCommand, SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateSecretCommand, DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient, TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { clientOptions, withFakeAws } from './clients';
import { FakeAws, PolicyDocument } from './index';

const iam = (aws: FakeAws) => new IAMClient(clientOptions(aws));
const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/key-AbCdEf';

function reading(resource: string, effect: 'Allow' | 'Deny' = 'Allow', condition?: Record<string, Record<string, string>>): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Action: 'secretsmanager:GetSecretValue', Resource: resource, ...condition && { Condition: condition } }],
  };
}

function simulating(PolicySourceArn: string, ResourceArns?: string[]): SimulatePrincipalPolicyCommand {
  return new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: ['secretsmanager:GetSecretValue'], ResourceArns });
}

test('a role has its inline and attached policies, whose documents are URL-encoded', withFakeAws(async aws => {
  const policy = aws.iam.addPolicy('managed', reading('*'));
  aws.iam.addRole('execution', { inline: { own: reading(secretArn) }, attached: [policy.arn], path: '/service/' });
  const sdk = iam(aws);
  expect((await sdk.send(new GetRoleCommand({ RoleName: 'execution' }))).Role).toMatchObject({
    Arn: 'arn:aws:iam::123456789012:role/service/execution', Path: '/service/', CreateDate: expect.any(Date),
  });
  expect((await sdk.send(new ListRolePoliciesCommand({ RoleName: 'execution' })))).toMatchObject({ PolicyNames: ['own'], IsTruncated: false });
  const { PolicyDocument: inline } = await sdk.send(new GetRolePolicyCommand({ RoleName: 'execution', PolicyName: 'own' }));
  expect(JSON.parse(decodeURIComponent(inline!))).toEqual(reading(secretArn));
  expect((await sdk.send(new ListAttachedRolePoliciesCommand({ RoleName: 'execution' }))).AttachedPolicies).toEqual([{
    PolicyName: 'managed', PolicyArn: policy.arn,
  }]);
  const { Policy } = await sdk.send(new GetPolicyCommand({ PolicyArn: policy.arn }));
  const { PolicyVersion } = await sdk.send(new GetPolicyVersionCommand({ PolicyArn: policy.arn, VersionId: Policy!.DefaultVersionId }));
  expect(JSON.parse(decodeURIComponent(PolicyVersion!.Document!))).toEqual(reading('*'));
}));

test.each<[string, readonly PolicyDocument[], string]>([
  ['an ARN', [reading(secretArn)], 'allowed'],
  ['wildcards', [reading('arn:aws:secretsmanager:*:*:secret:team/key-??????')], 'allowed'],
  ['another secret', [reading(secretArn.replace('team', 'crew'))], 'implicitDeny'],
  ['a Deny beside an Allow', [reading('*'), reading('*', 'Deny')], 'explicitDeny'],
  ['no policy', [], 'implicitDeny'],
  ['a condition whose key the simulation does not get', [reading('*', 'Allow', { StringEquals: { 'aws:SourceVpc': 'vpc-1' } })], 'implicitDeny'],
])('the simulation decides by the policies of the role: %s', (_name, documents, decision) => withFakeAws(async aws => {
  const role = aws.iam.addRole('execution', { inline: Object.fromEntries(documents.map((document, index) => [`p${index}`, document])) });
  const { EvaluationResults } = await iam(aws).send(simulating(role.arn, [secretArn]));
  expect(EvaluationResults).toMatchObject([{ EvalActionName: 'secretsmanager:GetSecretValue', EvalResourceName: secretArn, EvalDecision: decision }]);
})());

test('a permissions boundary limits what a policy allows', withFakeAws(async aws => {
  const boundary = aws.iam.addPolicy('boundary', { Statement: { Effect: 'Allow', Action: 'logs:*', Resource: '*' } });
  const role = aws.iam.addRole('execution', { inline: { own: reading('*') }, boundary: boundary.arn });
  const { EvaluationResults } = await iam(aws).send(simulating(role.arn));
  expect(EvaluationResults).toMatchObject([{ EvalDecision: 'implicitDeny', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } }]);
}));

test('the simulation has one result for each action, with the result for each resource, and the values that it lacks', withFakeAws(async aws => {
  const conditioned = reading(secretArn, 'Allow', { StringEquals: { 'aws:SourceVpc': 'vpc-1' } });
  const role = aws.iam.addRole('execution', { inline: { conditioned, plain: reading(`${secretArn}x`) } });
  const { EvaluationResults } = await iam(aws).send(simulating(role.arn, [secretArn, `${secretArn}x`]));
  expect(EvaluationResults).toMatchObject([{
    EvalActionName: 'secretsmanager:GetSecretValue', EvalDecision: 'implicitDeny', MissingContextValues: [],
    ResourceSpecificResults: [
      { EvalResourceName: secretArn, EvalResourceDecision: 'implicitDeny', MissingContextValues: ['aws:SourceVpc'] },
      { EvalResourceName: `${secretArn}x`, EvalResourceDecision: 'allowed' },
    ],
  }]);
}));

test('a new inline policy takes effect, an invalid one is refused, and an unknown role is an error', withFakeAws(async aws => {
  const role = aws.iam.addRole('execution');
  const sdk = iam(aws);
  await sdk.send(new PutRolePolicyCommand({ RoleName: 'execution', PolicyName: 'agent', PolicyDocument: JSON.stringify(reading(secretArn)) }));
  const { EvaluationResults } = await sdk.send(simulating(role.arn, [secretArn]));
  expect(EvaluationResults![0].EvalDecision).toBe('allowed');
  const invalid = new PutRolePolicyCommand({ RoleName: 'execution', PolicyName: 'agent', PolicyDocument: '{"Statement":[{"Effect":"Allow"}]}' });
  await expect(sdk.send(invalid)).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
  await expect(sdk.send(new GetRoleCommand({ RoleName: 'unknown' }))).rejects.toMatchObject({ name: 'NoSuchEntityException' });
}));

test('GetCallerIdentity returns the caller', withFakeAws(async aws => {
  expect(await new STSClient(clientOptions(aws)).send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/operator',
  });
}));

describe('secrets', () => {
  test('a new secret has an ARN with six more characters, and is found by name, by ARN, and by ARN without them', withFakeAws(async aws => {
    const sdk = new SecretsManagerClient(clientOptions(aws));
    const { ARN } = await sdk.send(new CreateSecretCommand({ Name: 'postman/api-key', SecretString: 'value-1', Tags: [{ Key: 'a', Value: 'b' }] }));
    expect(ARN).toMatch(/:secret:postman\/api-key-[A-Za-z0-9]{6}$/);
    for (const SecretId of ['postman/api-key', ARN!, ARN!.slice(0, -7)]) {
      expect(await sdk.send(new DescribeSecretCommand({ SecretId }))).toMatchObject({ ARN, Tags: [{ Key: 'a', Value: 'b' }] });
    }
    await expect(sdk.send(new CreateSecretCommand({ Name: 'postman/api-key' }))).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await sdk.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: 'value-2' }));
    await sdk.send(new TagResourceCommand({ SecretId: ARN, Tags: [{ Key: 'c', Value: 'd' }] }));
    expect([aws.secrets.holds('postman/api-key', 'value-1'), aws.secrets.holds('postman/api-key', 'value-2')]).toEqual([false, true]);
    expect(JSON.stringify(aws.calls)).not.toMatch(/value-[12]/);
  }));

  test('a value is read by its label or its version, a call that reads one is recorded, and no call shows it', withFakeAws(async aws => {
    aws.secrets.add('postman/api-key', 'value-1');
    const sdk = new SecretsManagerClient(clientOptions(aws));
    const SecretId = 'postman/api-key';
    const { VersionId } = await sdk.send(new GetSecretValueCommand({ SecretId }));
    await sdk.send(new PutSecretValueCommand({ SecretId, SecretString: 'value-2' }));
    expect(await sdk.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({ SecretString: 'value-2', VersionStages: ['AWSCURRENT'] });
    expect(await sdk.send(new GetSecretValueCommand({ SecretId, VersionId }))).toMatchObject({ SecretString: 'value-1', VersionStages: ['AWSPREVIOUS'] });
    expect(aws.callsOf('GetSecretValue')).toHaveLength(3);
    expect(JSON.stringify(aws.calls)).not.toMatch(/value-[12]/);
    await expect(sdk.send(new DescribeSecretCommand({ SecretId: 'gone' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  }));

  test('a label moves only from the version that has it, and a token makes one version', withFakeAws(async aws => {
    aws.secrets.add('s', 'value-1');
    const sdk = new SecretsManagerClient(clientOptions(aws));
    const [first] = aws.secrets.versionsOf({ name: 's' }).all.map(({ id }) => id);
    const put = async (SecretString: string, ClientRequestToken: string) =>
      sdk.send(new PutSecretValueCommand({ SecretId: 's', SecretString, ClientRequestToken, VersionStages: ['MINE'] }));
    const [token, other] = ['1', '2'].map(digit => digit.repeat(32));
    for (const _ of [1, 2]) expect(await put('value-2', token)).toMatchObject({ VersionId: token, VersionStages: ['MINE'] });
    await expect(put('value-3', token)).rejects.toMatchObject({ name: 'ResourceExistsException' });
    expect(aws.secrets.stages('s')).toEqual([['AWSCURRENT'], ['MINE']]);
    await put('value-3', other);
    const move = async (RemoveFromVersionId?: string, MoveToVersionId?: string, VersionStage = 'AWSCURRENT') =>
      sdk.send(new UpdateSecretVersionStageCommand({ SecretId: 's', VersionStage, RemoveFromVersionId, MoveToVersionId }));
    for (const [from, to] of [[undefined, token], [other, token], [first, undefined]]) {
      await expect(move(from, to)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    }
    await move(first, token);
    await expect(move(first, other)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await move(other, undefined, 'MINE');
    expect(aws.secrets.stages('s')).toEqual([['AWSPREVIOUS'], ['AWSCURRENT'], []]);
    expect(aws.secrets.holds('s', 'value-2')).toBe(true);
  }));
});

test('a role is created once, with its tags and its trust policy', withFakeAws(async aws => {
  const trusted = { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [trusted] });
  const create = async (members: object = {}) => iam(aws).send(new CreateRoleCommand({ RoleName: 'new', AssumeRolePolicyDocument: trust, ...members }));
  const { Role: role } = await create({ Tags: [{ Key: 'team', Value: 'a' }] });
  expect(role).toMatchObject({ Arn: 'arn:aws:iam::123456789012:role/new', Tags: [{ Key: 'team', Value: 'a' }] });
  expect(JSON.parse(decodeURIComponent(role!.AssumeRolePolicyDocument!))).toEqual(JSON.parse(trust));
  await expect(create()).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
  await expect(create({ RoleName: 'other', AssumeRolePolicyDocument: '{' })).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
}));
