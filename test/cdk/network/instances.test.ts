import { App, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { factsOf, Given, override, verdict } from './given';
import { ENV, onEc2 } from '../../given';

const HOST = ecs.NetworkMode.HOST;
const PUBLIC = { subnetType: ec2.SubnetType.PUBLIC };

test('in host mode, the interface of the container instances is judged: it is reachable in private subnets with a NAT gateway', () => {
  expect(verdict(onEc2({ networkMode: HOST })).outcome).toBe('reachable');
});

test.each([
  [true, 'reachable'], [false, 'unreachable'],
])('in host mode, instances in public subnets with associatePublicIpAddress %s are %s', (associatePublicIpAddress, outcome) => {
  const given = onEc2({ networkMode: HOST, vpcProps: { natGateways: 0 }, capacity: { vpcSubnets: PUBLIC, associatePublicIpAddress } });
  expect(verdict(given)).toMatchObject({ outcome });
});

test('in host mode, instances in public subnets that map public addresses are reachable', () => {
  const subnetConfiguration = [{ name: 'P', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: true }];
  const given = onEc2({ networkMode: HOST, vpcProps: { natGateways: 0, subnetConfiguration }, capacity: { vpcSubnets: PUBLIC } });
  expect(verdict(given)).toMatchObject({ outcome: 'reachable' });
});

test('in host mode, instances in isolated subnets are unreachable', () => {
  const given = onEc2({
    networkMode: HOST, vpcProps: { natGateways: 0 }, capacity: { vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } },
  });
  expect(verdict(given)).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('IsolatedSubnet1') });
});

function withProvider(networkMode: ecs.NetworkMode, group: Partial<autoscaling.AutoScalingGroupProps>, natGateways = 1): Given {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: ENV });
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways });
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
  const launchTemplate = new ec2.LaunchTemplate(stack, 'Template', {
    instanceType: new ec2.InstanceType('t3.medium'),
    machineImage: ecs.EcsOptimizedImage.amazonLinux2023(),
    userData: ec2.UserData.forLinux(),
    role: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }),
    securityGroup: new ec2.SecurityGroup(stack, 'Instances', { vpc }),
    associatePublicIpAddress: group.associatePublicIpAddress,
  });
  const { associatePublicIpAddress: _, ...rest } = group;
  const autoScalingGroup = new autoscaling.AutoScalingGroup(stack, 'Group', { vpc, launchTemplate, ...rest });
  const provider = new ecs.AsgCapacityProvider(stack, 'Provider', { autoScalingGroup });
  cluster.addAsgCapacityProvider(provider);
  const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'Task', { networkMode });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx'), memoryReservationMiB: 256 });
  const service = new ecs.Ec2Service(stack, 'Service', {
    cluster, taskDefinition, minHealthyPercent: 100, capacityProviderStrategies: [{ capacityProvider: provider.capacityProviderName, weight: 1 }],
  });
  return { app, stack, service };
}

test('in awsvpc mode on a capacity provider, the interface of the task is judged', () => {
  expect(verdict(withProvider(ecs.NetworkMode.AWS_VPC, {})).outcome).toBe('reachable');
});

test('in host mode on a capacity provider, the launch template and the subnets of its auto scaling group are judged', () => {
  expect(verdict(withProvider(HOST, {})).outcome).toBe('reachable');
  expect(verdict(withProvider(HOST, { vpcSubnets: PUBLIC, associatePublicIpAddress: true }, 0)).outcome).toBe('reachable');
  expect(verdict(withProvider(HOST, { vpcSubnets: PUBLIC, associatePublicIpAddress: false }, 0)).outcome).toBe('unreachable');
});

test('in host mode on a cluster whose instances are not in this app, the verdict is unknown', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: ENV });
  const vpc = new ec2.Vpc(stack, 'Vpc');
  const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shared', vpc, hasEc2Capacity: true });
  const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'Task', { networkMode: HOST });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx'), memoryReservationMiB: 256 });
  const service = new ecs.Ec2Service(stack, 'Service', { cluster, taskDefinition, minHealthyPercent: 100 });
  expect(verdict({ app, stack, service })).toMatchObject({
    outcome: 'unknown', text: expect.stringMatching(/container instances of cluster Stack\/Cluster are not all part of this app/i),
  });
});

test('in host mode, each auto scaling group is a fact with its own subnets, groups and addresses', () => {
  const given = onEc2({ networkMode: HOST, vpcProps: { natGateways: 1, maxAzs: 1 } });
  given.cluster.addCapacity('Edge', { instanceType: new ec2.InstanceType('t3.medium'), vpcSubnets: PUBLIC, associatePublicIpAddress: true });
  const facts = factsOf(given);
  expect(facts.instances).toMatchObject([
    {
      id: 'Stack/Cluster/Capacity/ASG',
      subnets: [{ id: 'Stack/Vpc/PrivateSubnet1' }],
      securityGroups: [{ id: 'Stack/Cluster/Capacity/InstanceSecurityGroup' }],
    },
    { id: 'Stack/Cluster/Edge/ASG', subnets: [{ id: 'Stack/Vpc/PublicSubnet1' }], publicIpv4: true },
  ]);
  expect(verdict(given).outcome).toBe('reachable');
});

test('in host mode, instances with Bottlerocket or Windows that join the cluster by their user data are judged', () => {
  const instanceType = new ec2.InstanceType('t3.medium');
  const given = onEc2({ networkMode: HOST, vpcProps: { natGateways: 1, maxAzs: 1 }, capacity: { machineImage: new ecs.BottleRocketImage() } });
  const machineImage = ecs.EcsOptimizedImage.windows(ecs.WindowsOptimizedVersion.SERVER_2022);
  given.cluster.addCapacity('Windows', { instanceType, machineImage });
  expect(factsOf(given).instances).toMatchObject([{ id: 'Stack/Cluster/Capacity/ASG' }, { id: 'Stack/Cluster/Windows/ASG' }]);
  expect(verdict(given).outcome).toBe('reachable');
});

test('in host mode, instances of another cluster whose name begins alike are not judged', () => {
  const given = onEc2({ networkMode: HOST, capacity: { machineImage: new ecs.BottleRocketImage() } });
  const other = new ecs.Cluster(given.stack, 'ClusterTwo', { vpc: given.vpc });
  other.addCapacity('Capacity', { instanceType: new ec2.InstanceType('t3.medium'), machineImage: new ecs.BottleRocketImage() });
  expect(factsOf(given).instances).toMatchObject([{ id: 'Stack/Cluster/Capacity/ASG' }]);
});

test('in host mode, instances of which only some have a way out are not reachable', () => {
  const given = onEc2({ networkMode: HOST });
  given.cluster.addCapacity('Edge', { instanceType: new ec2.InstanceType('t3.medium'), vpcSubnets: PUBLIC, associatePublicIpAddress: false });
  expect(verdict(given).outcome).toBe('unreachable');
});

/** A service in host mode on Managed Instances, in subnets that map public addresses. */
function onManagedInstances(): Given {
  const given = onEc2({ networkMode: HOST });
  const provider = new ecs.CfnCapacityProvider(given.stack, 'Managed', {});
  provider.addPropertyOverride('ManagedInstancesProvider', {
    InfrastructureRoleArn: 'arn:aws:iam::111122223333:role/infra',
    InstanceLaunchTemplate: {
      Ec2InstanceProfileArn: 'arn:aws:iam::111122223333:instance-profile/instances',
      NetworkConfiguration: { Subnets: given.vpc.publicSubnets.map(({ subnetId }) => subnetId), SecurityGroups: ['sg-1'] },
    },
  });
  override(given, 'CapacityProviderStrategy', [{ CapacityProvider: { Ref: provider.logicalId }, Weight: 1 }]);
  (given.service.node.defaultChild as ecs.CfnService).addPropertyDeletionOverride('LaunchType');
  return given;
}

test('in host mode on Managed Instances, the network configuration of the provider is the fact', () => {
  expect(factsOf(onManagedInstances())).toMatchObject({
    hostKind: 'MANAGED_INSTANCES',
    instances: [{ id: 'Stack/Managed', subnets: [{ id: 'Stack/Vpc/PublicSubnet1' }, { id: 'Stack/Vpc/PublicSubnet2' }], securityGroups: [{ id: 'sg-1' }] }],
  });
});

test('the IPv6 addresses of a launch template are a fact', () => {
  const given = withProvider(HOST, {});
  const template = given.stack.node.findChild('Template').node.defaultChild as ec2.CfnLaunchTemplate;
  template.addPropertyOverride('LaunchTemplateData.NetworkInterfaces', [{ DeviceIndex: 0, Ipv6AddressCount: 1, Groups: ['sg-1'] }]);
  expect(factsOf(given).instances).toMatchObject([{ ipv6: true, securityGroups: [{ id: 'sg-1' }] }]);
});

test('instances of several launch templates are unknown facts', () => {
  const given = withProvider(HOST, {});
  const group = given.stack.node.findChild('Group').node.defaultChild as autoscaling.CfnAutoScalingGroup;
  const { launchTemplate } = group;
  group.launchTemplate = undefined;
  group.mixedInstancesPolicy = {
    launchTemplate: { launchTemplateSpecification: launchTemplate!, overrides: [{ launchTemplateSpecification: { launchTemplateId: 'lt-1', version: '1' } }] },
  };
  expect(factsOf(given).instances).toMatchObject([{ securityGroups: { unknown: 'auto scaling group Stack/Group/ASG has several launch templates' } }]);
});
