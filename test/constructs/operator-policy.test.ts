import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
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
  expect(actions({ allowSecretGrants: true, allowSecretUpdate: true })).toEqual(expect.arrayContaining([
    'iam:PutRolePolicy', 'iam:DeleteRolePolicy', 'secretsmanager:PutSecretValue',
  ]));
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
  const { document } = synthesized(({ cluster, service }) => ({ clusters: [cluster], services: [service], allowSecretGrants: true, allowSecretUpdate: true }));
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  expect(JSON.stringify(document).length).toBeLessThan(6144);
});

test('an empty list of clusters is refused, and the message says how to fix it', () => {
  const { stack } = given();
  expect(() => new PostmanAgentOperatorPolicy(stack, 'Operators', { clusters: [] }))
    .toThrow(/`clusters` must name at least one cluster, got: an empty list\. Pass the clusters/);
});
