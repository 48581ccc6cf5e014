import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, App, CfnResource, Stack, TagManager, TagType } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { FLOOR, NEWEST, ROOT } from '../../../packages/versions';
import * as nonPublic from '../../../src/cdk/tree/non-public';
import { ENV } from '../../given';

const {
  addNote, encryptionKeyOf, isAcknowledged, orderedContainers, dependOn, environmentOf, isLookedUp, isPlaceholder, nameOfImage,
  overridesOf, propertiesOfL1, render, subjectsOf, tagPriorities,
} = nonPublic;

const { version } = require('aws-cdk-lib/package.json') as { readonly version: string };

const LOOKUP = {
  'vpc-provider:account=111122223333:filter.vpc-id=vpc-1:region=eu-west-1:returnAsymmetricSubnets=true': {
    vpcId: 'vpc-1', vpcCidrBlock: '10.0.0.0/16', availabilityZones: [], subnetGroups: [],
  },
};

function given(context = {}) {
  const stack = new Stack(new App({ context }), 'Stack', { env: ENV });
  const vpc = () => new ec2.CfnVPC(stack, 'Vpc', { cidrBlock: '10.0.0.0/16' });
  return { stack, vpc };
}

function twoContainers() {
  const { stack } = given();
  const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task');
  const image = ecs.ContainerImage.fromRegistry('nginx');
  const web = taskDefinition.addContainer('web', { image, environment: { KEPT: '1', GONE: '2' } });
  const log = taskDefinition.addContainer('log', { image });
  const rendered = () => stack.resolve((taskDefinition.node.defaultChild as ecs.CfnTaskDefinition).containerDefinitions);
  return { taskDefinition, web, log, rendered };
}

const lookedUp = (context = {}) => ec2.Vpc.fromLookup(given(context).stack, 'Vpc', { vpcId: 'vpc-1' });
const imported = () => ec2.Vpc.fromVpcAttributes(given().stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'] });
const own = () => new ec2.Vpc(given().stack, 'Vpc');

test.each([
  ['the construct itself', 'Stack/Part', true], ['its stack', 'Stack', true], ['the app', '', true], ['another construct', 'Stack/Other', false],
])('the acknowledgements of an app are found on %s', (_, path, isFound) => {
  const { stack } = given();
  const parts = ['Part', 'Other'].map(id => new Construct(stack, id));
  const all = [stack.node.root, stack, ...parts];
  Annotations.of(all.find(({ node }) => node.path === path)!).acknowledgeWarning('some:id');
  expect([isAcknowledged(parts[0], 'some:id'), isAcknowledged(parts[0], 'some:other')]).toEqual([isFound, false]);
});

test('in an app without acknowledgements nothing is acknowledged', () => {
  expect(isAcknowledged(given().stack, 'some:id')).toBe(false);
});

test('Annotations.addInfoV2, or what it does, adds a note with its id, once', () => {
  const { stack } = given();
  for (let time = 0; time < 2; time++) addNote(stack, 'some:id', 'A note.');
  const notes = stack.node.metadata.filter(({ type }) => type === 'aws:cdk:info');
  expect(notes.map(({ data }) => data)).toEqual(['A note. [ack: some:id]']);
});

test('PolicyDocument.statements has what the statements of a policy are about', () => {
  const { stack } = given();
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'], conditions: { StringEquals: { a: 'b' } } }));
  const policy = role.node.findChild('DefaultPolicy').node.defaultChild as CfnResource;
  expect(subjectsOf(policy)).toEqual([[['*'], [], { StringEquals: { a: 'b' } }]]);
  expect(subjectsOf(new iam.CfnPolicy(stack, 'L1', { policyName: 'l1', policyDocument: {} }))).toBeUndefined();
});

test('CfnResource.rawOverrides has the overrides of a resource, and undefined for a deleted property', () => {
  const vpc = given().vpc();
  expect(overridesOf(vpc)).toEqual({});
  vpc.addPropertyOverride('Settings.Dns', true);
  vpc.addPropertyDeletionOverride('CidrBlock');
  expect(Object.entries(overridesOf(vpc).Properties!)).toEqual([['Settings', { Dns: true }], ['CidrBlock', undefined]]);
});

test('CfnResource.cfnProperties has the properties of an L1 under its own names, without overrides', () => {
  const vpc = given().vpc();
  vpc.enableDnsSupport = false;
  vpc.addPropertyOverride('CidrBlock', '10.9.0.0/16');
  expect(propertiesOfL1(vpc)).toMatchObject({ cidrBlock: '10.0.0.0/16', enableDnsSupport: false });
});

test('CfnResource._toCloudFormation renders a resource with its overrides', () => {
  const { stack, vpc } = given();
  const resource = vpc();
  resource.addPropertyOverride('CidrBlock', '10.9.0.0/16');
  expect(stack.resolve(render(resource))).toEqual({ Resources: { Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.9.0.0/16' } } } });
});

test('VpcBase.incompleteSubnetDefinition is true only for a VPC that the CDK CLI has yet to look up', () => {
  expect(isPlaceholder(lookedUp())).toBe(true);
  expect([lookedUp(LOOKUP), imported(), own()].map(isPlaceholder)).toEqual([false, false, false]);
});

test('LookedUpVpc.PROPERTY_INJECTION_ID names the class of looked-up VPCs, and of no other VPC', () => {
  expect([lookedUp(), lookedUp(LOOKUP)].map(isLookedUp)).toEqual([true, true]);
  expect([imported(), own()].map(isLookedUp)).toEqual([false, false]);
});

test('ParameterBase.encryptionKey is the key with which a SecureString was imported, and no other parameter has one', () => {
  const { stack } = given();
  const secure = (id: string, encryptionKey?: kms.IKey) =>
    ssm.StringParameter.fromSecureStringParameterAttributes(stack, id, { parameterName: '/a', encryptionKey });
  const key = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1');
  expect(encryptionKeyOf(secure('A', key))).toBe(key);
  expect([secure('B'), ssm.StringParameter.fromStringParameterName(stack, 'C', '/a')].map(encryptionKeyOf)).toEqual([undefined, undefined]);
});

test('TaskDefinition.containers has the containers, and changing it changes the order in the template', () => {
  const { taskDefinition, web, log, rendered } = twoContainers();
  const containers = orderedContainers(taskDefinition);
  expect(containers.map(container => container === web ? 'web' : container === log ? 'log' : '?')).toEqual(['web', 'log']);
  containers.push(...containers.splice(containers.indexOf(web), 1));
  expect(rendered().map(({ name }: { readonly name: string }) => name)).toEqual(['log', 'web']);
});

test('ContainerDefinition.environment has the variables, and deleting one removes it from the template', () => {
  const { web, rendered } = twoContainers();
  const environment = environmentOf(web);
  expect(environment).toEqual({ KEPT: '1', GONE: '2' });
  delete environment.GONE;
  expect(rendered()[0].environment).toEqual([{ name: 'KEPT', value: '1' }]);
});

test('RepositoryImage.imageName has the name of an image in a registry, and other images have none', () => {
  expect(nameOfImage(ecs.ContainerImage.fromRegistry('team/agent:1'))).toBe('team/agent:1');
  expect(nameOfImage(ecs.ContainerImage.fromAsset(__dirname))).toBeUndefined();
});

test('TagManager.priorities has the priority of each tag that was set or removed', () => {
  const tags = new TagManager(TagType.STANDARD, 'AWS::ECS::Service', [{ key: 'initial', value: 'a' }]);
  tags.setTag('set', 'b', 7);
  tags.setTag('initial', 'too low', 49);
  tags.removeTag('removed', 300);
  expect([...tagPriorities(tags)]).toEqual([['initial', 50], ['set', 7], ['removed', 300]]);
  expect(tags.tagValues()).toEqual({ initial: 'a', set: 'b' });
});

test('CfnResource.addResourceDependency is used if it is there, so no deprecated method is called', () => {
  const { stack, vpc } = given();
  const [first, second] = [vpc(), new CfnResource(stack, 'Second', { type: 'AWS::EC2::InternetGateway' })];
  process.env.JSII_DEPRECATED = 'fail';
  try {
    dependOn(second, first);
  } finally {
    delete process.env.JSII_DEPRECATED;
  }
  expect(stack.resolve(render(second)).Resources.Second.DependsOn).toEqual(['Vpc']);
});

test.each<[string, (object: any) => unknown]>([
  ['CfnResource.rawOverrides', overridesOf],
  ['CfnResource.cfnProperties', propertiesOfL1],
  ['CfnResource._toCloudFormation', render],
  ['TaskDefinition.containers', orderedContainers],
  ['ContainerDefinition.environment', environmentOf],
  ['TagManager.priorities', tagPriorities],
])('an error names %s if it is missing, and says what to install', (member, read) => {
  expect(() => read({})).toThrow(`This version of aws-cdk-lib has no member ${member}, which cdk-postman-live-collection uses. Install a newer `);
});

test(`aws-cdk-lib ${version} is the oldest or the newest version that the members are tried with`, () => {
  expect([FLOOR.cdk, NEWEST.typescript]).toContain(version);
});

test('each member has the range of versions that it was tried with, which is that of the tests', () => {
  const source = readFileSync(join(ROOT, 'src/cdk/tree/non-public.ts'), 'utf8');
  const range = `${FLOOR.cdk} to ${NEWEST.typescript}`;
  expect(source.match(/\d+\.\d+\.\d+ to \d+\.\d+\.\d+/g)!.filter(found => found !== range)).toEqual([]);
  expect(source.match(/^ \* Tried with aws-cdk-lib /gm)).toHaveLength(Object.keys(nonPublic).length);
});
