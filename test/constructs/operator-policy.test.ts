import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { PostmanAgentOperatorPolicy, PostmanAgentOperatorPolicyProps } from '../../src';
import { operatorStatements, policyDocument } from '../../src/permissions';
import { ENV } from '../given';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:team/postman-AbCdEf';

function given() {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'] });
  const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shop', vpc });
  const service = ecs.FargateService.fromFargateServiceAttributes(stack, 'Service', { cluster, serviceName: 'orders' });
  return { stack, cluster, service };
}

/** The document with the partition, which only CloudFormation knows. */
function documentOf(stack: Stack): any {
  const [{ Properties }] = Object.values<any>(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
  return JSON.parse(JSON.stringify(Properties.PolicyDocument), (_, value) => {
    const parts = value?.['Fn::Join']?.[1];
    return parts ? parts.map((part: any) => part.Ref === 'AWS::Partition' ? 'aws' : part).join('') : value;
  });
}

function synthesized(props: (given: { cluster: ecs.ICluster; service: ecs.IBaseService; stack: Stack }) => PostmanAgentOperatorPolicyProps) {
  const { stack, cluster, service } = given();
  const policy = new PostmanAgentOperatorPolicy(stack, 'Operators', props({ cluster, service, stack }));
  return { stack, policy, document: documentOf(stack) };
}

const list = (value: string | string[]) => [value].flat();

test('the policy has the statements that `ecs policy` prints for the same selection', () => {
  const { document } = synthesized(({ cluster, service, stack }) => ({
    clusters: [cluster],
    services: [service],
    taskDefinitionFamilies: ['orders'],
    passableRoles: [iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/orders')],
    apiKeySecret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', SECRET),
    allowSecretCreation: false,
  }));
  const printed: any = policyDocument(operatorStatements({
    partition: 'aws', region: 'eu-west-1', account: '111122223333', clusters: ['shop'], services: ['shop/orders'], families: ['orders'],
    roles: ['arn:aws:iam::111122223333:role/orders'], listsServices: true, readsHosts: true,
    secret: { arn: SECRET, mayCreate: false, mayUpdate: false, mayGrant: false },
  }));
  // The CDK writes a list of one item as that item, sorts, and merges statements that differ only in their actions.
  const unwrapped = (_: string, value: unknown) => Array.isArray(value) && value.length === 1 ? value[0] : value;
  const flat = (condition: any) => condition && JSON.parse(JSON.stringify(condition), unwrapped);
  const pairs = (statements: any[]) => statements.flatMap(({ Action, Resource, Condition = null }) =>
    list(Action).flatMap(action => list(Resource).map(resource => JSON.stringify([action, resource, flat(Condition)])))).sort();
  expect(pairs(document.Statement)).toEqual(pairs(printed.Statement));
});

test('with a parameter, the policy describes parameters, and neither reads nor writes a secret', () => {
  const { document } = synthesized(({ cluster, stack }) => ({
    clusters: [cluster],
    apiKeyParameter: ssm.StringParameter.fromSecureStringParameterAttributes(stack, 'Key', { parameterName: '/team/postman' }),
    executionRoles: [iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/orders')],
    allowSecretGrants: true,
  }));
  const of = (prefix: string) => document.Statement.filter(({ Action }: any) => list(Action).some(action => action.startsWith(prefix)));
  expect(of('secretsmanager:')).toEqual([]);
  expect(of('ssm:')).toEqual([{ Effect: 'Allow', Action: 'ssm:DescribeParameters', Resource: '*' }]);
  expect(of('kms:')[0]).toMatchObject({ Action: 'kms:DescribeKey', Condition: { StringLike: { 'kms:RequestAlias': 'alias/*' } } });
});

test.each<[keyof PostmanAgentOperatorPolicyProps, (stack: Stack) => unknown]>([
  ['apiKeySecret', stack => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', SECRET)],
  ['allowSecretCreation', () => true], ['allowSecretUpdate', () => true],
])('a parameter beside `%s` is refused', (prop, value) => {
  expect(() => synthesized(({ cluster, stack }) => ({
    clusters: [cluster], [prop]: value(stack),
    apiKeyParameter: ssm.StringParameter.fromSecureStringParameterAttributes(stack, 'Key', { parameterName: '/team/postman' }),
  }))).toThrow(`\`apiKeyParameter\` names a parameter, and \`${prop}\` is for a secret.`);
});

test('the policy covers every service of the clusters, and the default secret by its name', () => {
  const { document } = synthesized(({ cluster }) => ({ clusters: [cluster] }));
  expect(JSON.stringify(document)).toContain('arn:aws:ecs:eu-west-1:111122223333:service/shop/*');
  const create = document.Statement.find(({ Action }: any) => list(Action).includes('secretsmanager:CreateSecret'));
  // Before the secret exists, DescribeSecret is called with its bare name.
  expect(create.Resource).toEqual(['-??????', ''].map(suffix => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key${suffix}`));
});

test('the policy does not allow to write role policies or to replace the key by default', () => {
  const actions = (props: Partial<PostmanAgentOperatorPolicyProps>) =>
    synthesized(({ cluster }) => ({ clusters: [cluster], ...props })).document.Statement.flatMap(({ Action }: any) => Action);
  expect(actions({})).not.toEqual(expect.arrayContaining(['iam:PutRolePolicy']));
  expect(actions({})).not.toEqual(expect.arrayContaining(['secretsmanager:PutSecretValue']));
  expect(actions({ allowSecretUpdate: true })).toEqual(expect.arrayContaining(['secretsmanager:PutSecretValue']));
});

const IN_APP = { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] };
const ANY_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/*';
const secretUnder = (stack: Stack, alias: string) => secretsmanager.Secret.fromSecretAttributes(stack, 'Secret', {
  secretCompleteArn: SECRET, encryptionKey: kms.Alias.fromAliasName(stack, 'Key', alias),
});

test.each<[string, (stack: Stack) => secretsmanager.ISecret | undefined, unknown]>([
  ['this key of the app', stack => new secretsmanager.Secret(stack, 'Secret', { encryptionKey: new kms.Key(stack, 'Key') }), IN_APP],
  ['the key behind an alias', stack => {
    const encryptionKey = new kms.Key(stack, 'Key').addAlias('alias/a');
    return new secretsmanager.Secret(stack, 'Secret', { encryptionKey });
  }, IN_APP],
  ['no key, of a secret of the app', stack => new secretsmanager.Secret(stack, 'Secret'), undefined],
  ['no key, if it is the default key', stack => secretUnder(stack, 'alias/aws/secretsmanager'), undefined],
  ['any key, if only an alias is known', stack => secretUnder(stack, 'alias/a'), ANY_KEY],
  ['any key, if the secret is imported', stack => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', SECRET), ANY_KEY],
  ['any key, for the default secret', () => undefined, ANY_KEY],
])('the update of a secret may use %s, only through Secrets Manager', (_, secret, key) => {
  const { document } = synthesized(({ cluster, stack }) => ({ clusters: [cluster], apiKeySecret: secret(stack), allowSecretUpdate: true }));
  const ofKey = document.Statement.filter(({ Action }: any) => list(Action).includes('kms:GenerateDataKey'));
  expect(ofKey).toEqual(key === undefined ? [] : [{
    Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: key,
    Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
  }]);
});

test('only the policies of the named execution roles may be written, also if other roles may be passed', () => {
  const [task, execution] = ['task', 'execution'].map(name => `arn:aws:iam::111122223333:role/${name}`);
  const { document } = synthesized(({ cluster, stack }) => ({
    clusters: [cluster],
    passableRoles: [iam.Role.fromRoleArn(stack, 'Task', task)],
    executionRoles: [iam.Role.fromRoleArn(stack, 'Execution', execution)],
    allowSecretGrants: true,
    allowSecretRevocation: true,
  }));
  const resources = (action: string) => document.Statement.filter(({ Action }: any) => list(Action).includes(action)).flatMap(({ Resource }: any) => Resource);
  for (const action of ['iam:PutRolePolicy', 'iam:DeleteRolePolicy', 'iam:SimulatePrincipalPolicy']) expect(resources(action)).toEqual([execution]);
  expect(resources('iam:PassRole').sort()).toEqual([execution, task]);
  expect(resources('ecs:ListClusters')).toEqual(['*']);
  const [{ Condition }] = document.Statement.filter(({ Action }: any) => list(Action).includes('kms:DescribeKey'));
  expect(Condition).toEqual({ StringLike: { 'kms:RequestAlias': 'alias/*' } });
});

test.each(['allowSecretGrants', 'allowSecretRevocation'])('%s without execution roles is refused, since any role would then be meant', option => {
  const { stack, cluster } = given();
  expect(() => new PostmanAgentOperatorPolicy(stack, 'Operators', { clusters: [cluster], [option]: true }))
    .toThrow(`\`${option}\` lets users write the policies of roles, so \`executionRoles\` must name at least one, got: undefined. Pass the execution roles`);
  expect(() => new PostmanAgentOperatorPolicy(stack, 'Others', { clusters: [cluster], executionRoles: [], [option]: true })).toThrow('got: an empty list');
});

test('the managed policy of the construct can be attached to a role', () => {
  const { stack, cluster } = given();
  const role = new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() });
  role.addManagedPolicy(new PostmanAgentOperatorPolicy(stack, 'Operators', { clusters: [cluster], managedPolicyName: 'postman-operators' }).managedPolicy);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::ManagedPolicy', { ManagedPolicyName: 'postman-operators' });
  template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: [{ Ref: Match.stringLikeRegexp('Operators') }] });
});

test('the policy is within the size that IAM allows for a managed policy', () => {
  const { document } = synthesized(({ cluster, service, stack }) => ({
    clusters: [cluster], services: [service], allowSecretGrants: true, allowSecretRevocation: true, allowSecretUpdate: true,
    executionRoles: [iam.Role.fromRoleArn(stack, 'Execution', 'arn:aws:iam::111122223333:role/execution')],
  }));
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  expect(JSON.stringify(document).length).toBeLessThan(6144);
});

test('an empty list of clusters is refused, and the message says how to fix it', () => {
  const { stack } = given();
  expect(() => new PostmanAgentOperatorPolicy(stack, 'Operators', { clusters: [] }))
    .toThrow(/`clusters` must name at least one cluster, got: an empty list\. Pass the clusters/);
});

describe('a policy for many services', () => {
  const many = (count: number, ownRoles: boolean) => ({ cluster, stack }: { cluster: ecs.ICluster; stack: Stack }): PostmanAgentOperatorPolicyProps => {
    const names = Array.from({ length: count }, (_, index) => `orders-${index}`);
    return {
      clusters: [cluster],
      services: names.map(serviceName => ecs.FargateService.fromFargateServiceAttributes(stack, serviceName, { cluster, serviceName })),
      taskDefinitionFamilies: names,
      passableRoles: (ownRoles ? names : ['orders']).map(name => iam.Role.fromRoleArn(stack, `${name}-role`, `arn:aws:iam::111122223333:role/${name}`)),
    };
  };

  test('a policy that would be too long for IAM is folded, and a note says what else it allows', () => {
    const { document, stack } = synthesized(many(16, false));
    expect(JSON.stringify(document).replace(/\s/g, '').length).toBeLessThanOrEqual(6144);
    Annotations.fromStack(stack).hasInfo('/Stack/Operators', Match.stringLikeRegexp('also allows: tags on the new revisions of all task definitions'));
  });

  test('a policy that stays too long fails the synthesis with its length and the way out', () => {
    expect(() => synthesized(many(60, true))).toThrow(/at least \d{4,5} characters without white space, and IAM takes at most 6144 .*Make several policies/);
  });

  test('a policy that may be too long, since some names are known only to CloudFormation, is a warning', () => {
    const { stack } = synthesized(({ cluster, stack: of }) => ({
      clusters: [cluster],
      passableRoles: Array.from({ length: 45 }, (_, index) =>
        new iam.Role(of, `Role${index}`, { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') })),
    }));
    Annotations.fromStack(stack).hasWarning('/Stack/Operators', Match.stringLikeRegexp('may have more than the 6144 that IAM takes'));
  });
});
