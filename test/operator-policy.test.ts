import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ENV } from './given';
import { PostmanLiveCollectionOperatorPolicy, PostmanLiveCollectionOperatorPolicyProps } from '../src';
import { operatorStatements, policyDocument } from '../src/permissions';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:team/postman-AbCdEf';

function given() {
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'] });
  const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shop', vpc });
  const service = ecs.FargateService.fromFargateServiceAttributes(stack, 'Service', { cluster, serviceName: 'orders' });
  return { stack, cluster, service };
}

/** The document with the partition, which only CloudFormation knows, put in. */
function documentOf(stack: Stack): any {
  const [{ Properties }] = Object.values<any>(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
  return JSON.parse(JSON.stringify(Properties.PolicyDocument), (_, value) => {
    const parts = value?.['Fn::Join']?.[1];
    return parts ? parts.map((part: any) => part.Ref === 'AWS::Partition' ? 'aws' : part).join('') : value;
  });
}

function synthesized(props: (given: { cluster: ecs.ICluster; service: ecs.IBaseService; stack: Stack }) => PostmanLiveCollectionOperatorPolicyProps) {
  const { stack, cluster, service } = given();
  const policy = new PostmanLiveCollectionOperatorPolicy(stack, 'Operators', props({ cluster, service, stack }));
  return { stack, policy, document: documentOf(stack) };
}

const list = (value: string | string[]) => [value].flat();

test('has the statements that `ecs policy` prints for the same selection', () => {
  const { document } = synthesized(({ cluster, service, stack }) => ({
    clusters: [cluster],
    services: [service],
    families: ['orders'],
    taskRoles: [iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/orders')],
    apiKeySecret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Secret', SECRET),
    createApiKeySecret: false,
  }));
  const printed: any = policyDocument(operatorStatements({
    partition: 'aws', region: 'eu-west-1', account: '111122223333', clusters: ['shop'], services: ['shop/orders'], families: ['orders'],
    roles: ['arn:aws:iam::111122223333:role/orders'], listsServices: true, readsHosts: true,
    secret: { arn: SECRET, mayCreate: false, mayUpdate: false, mayGrant: false },
  }));
  // The CDK writes a list of one as its one item, sorts, and merges statements that differ in their actions alone.
  const pairs = (statements: any[]) => statements.flatMap(({ Action, Resource, Condition = null }) => list(Action).flatMap(action => list(Resource).map(resource => JSON.stringify([action, resource, flat(Condition)])))).sort();
  const flat = (condition: any) => condition && JSON.parse(JSON.stringify(condition), (_, value) => Array.isArray(value) && value.length === 1 ? value[0] : value);
  expect(pairs(document.Statement)).toEqual(pairs(printed.Statement));
});

test('covers every service of the clusters, and the default secret by its name', () => {
  const { document } = synthesized(({ cluster }) => ({ clusters: [cluster] }));
  expect(JSON.stringify(document)).toContain('arn:aws:ecs:eu-west-1:111122223333:service/shop/*');
  const create = document.Statement.find(({ Action }: any) => list(Action).includes('secretsmanager:CreateSecret'));
  // The name alone is looked for before there is a secret.
  expect(create.Resource).toEqual(['-??????', ''].map(suffix => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key${suffix}`));
});

test('lets nobody write the policies of roles, nor replace the key, unless that is asked for', () => {
  const actions = (props: Partial<PostmanLiveCollectionOperatorPolicyProps>) => synthesized(({ cluster }) => ({ clusters: [cluster], ...props })).document.Statement.flatMap(({ Action }: any) => Action);
  expect(actions({})).not.toEqual(expect.arrayContaining(['iam:PutRolePolicy']));
  expect(actions({})).not.toEqual(expect.arrayContaining(['secretsmanager:PutSecretValue']));
  expect(actions({ grantSecretAccess: true, updateApiKeySecret: true })).toEqual(expect.arrayContaining(['iam:PutRolePolicy', 'iam:DeleteRolePolicy', 'secretsmanager:PutSecretValue']));
});

test('is a managed policy, to be attached as any other', () => {
  const { stack, cluster } = given();
  const role = new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() });
  role.addManagedPolicy(new PostmanLiveCollectionOperatorPolicy(stack, 'Operators', { clusters: [cluster], managedPolicyName: 'postman-operators' }));
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::ManagedPolicy', { ManagedPolicyName: 'postman-operators' });
  template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: [{ Ref: Match.stringLikeRegexp('Operators') }] });
});

test('stays within the size that IAM takes for a managed policy', () => {
  const { document } = synthesized(({ cluster, service }) => ({ clusters: [cluster], services: [service], grantSecretAccess: true, updateApiKeySecret: true }));
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  expect(JSON.stringify(document).length).toBeLessThan(6144);
});

test('says that it needs a cluster', () => {
  const { stack } = given();
  expect(() => new PostmanLiveCollectionOperatorPolicy(stack, 'Operators', { clusters: [] })).toThrow(/`clusters` must name at least one cluster, got: an empty list\. Pass the clusters/);
});
