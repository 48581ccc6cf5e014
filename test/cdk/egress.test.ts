import { App, CfnParameter, Stack, Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ENV, fargate, onEc2, sidecar, SidecarOptions, synthesize } from '../given';

type Given = { readonly app: App; readonly stack: Stack; readonly service: ecs.BaseService };

/** The verdict of a service's network, and what the finding says. */
function verdict(given: Given, options: SidecarOptions = {}, before?: () => void): { outcome: string; text: string } {
  sidecar(given.service, options);
  before?.();
  const { errors, messages } = synthesize(given.app);
  const unknown = messages.filter(({ text }) => text.includes('cdk-postman-live-collection:egressUnknown'));
  if (errors.includes('no way out to the internet')) return { outcome: 'unreachable', text: errors };
  expect(errors).toBe('');
  return unknown.length > 0 ? { outcome: 'unknown', text: unknown[0].text } : { outcome: 'reachable', text: '' };
}

const isolated = () => fargate({ vpcProps: { natGateways: 0 } });
const onPublic = (assignPublicIp: boolean | undefined) => fargate({ vpcProps: { natGateways: 0 }, service: { assignPublicIp, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } } });

/** A route in each isolated subnet. */
function routes(given: ReturnType<typeof fargate>, props: Partial<ec2.CfnRouteProps>, scope: Stack = given.stack): void {
  given.vpc.isolatedSubnets.forEach(({ routeTable }, number) => new ec2.CfnRoute(scope, `Route${number}${JSON.stringify(Object.keys(props))}`.replace(/\W/g, ''), {
    routeTableId: routeTable.routeTableId, destinationCidrBlock: props.destinationIpv6CidrBlock || props.destinationPrefixListId ? undefined : '0.0.0.0/0', ...props,
  }));
}

function tasks(given: { readonly stack: Stack; readonly cluster: ecs.ICluster }, props: Partial<ecs.FargateServiceProps> = {}): ecs.FargateService {
  const taskDefinition = new ecs.FargateTaskDefinition(given.stack, 'OtherTask', { memoryLimitMiB: 2048, cpu: 1024 });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
  return new ecs.FargateService(given.stack, 'OtherService', { cluster: given.cluster, taskDefinition, minHealthyPercent: 100, ...props });
}

describe('Fargate in a VPC of this app', () => {
  test('with a NAT gateway is reachable', () => {
    expect(verdict(fargate()).outcome).toBe('reachable');
  });

  test('without a NAT gateway lands in isolated subnets without a word from the CDK, and is unreachable', () => {
    expect(verdict(isolated())).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('Stack/Vpc/IsolatedSubnet1') });
  });

  test('in "private subnets with egress" that have no NAT gateway is unreachable, since routes count and not names', () => {
    const given = fargate({
      vpcProps: { natGateways: 0, subnetConfiguration: [{ name: 'Public', subnetType: ec2.SubnetType.PUBLIC }, { name: 'App', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }] },
      service: { vpcSubnets: { subnetGroupName: 'App' } },
    });
    expect(verdict(given)).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('Stack/Vpc/AppSubnet1') });
  });

  test.each([[true, 'reachable'], [false, 'unreachable']])('in public subnets with assignPublicIp %s is %s', (assignPublicIp, outcome) => {
    expect(verdict(onPublic(assignPublicIp)).outcome).toBe(outcome);
  });

  test('in public subnets whose address only CloudFormation knows is unknown', () => {
    const given = onPublic(true);
    const parameter = new CfnParameter(given.stack, 'Address');
    (given.service.node.defaultChild as ecs.CfnService).addPropertyOverride('NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', { Ref: parameter.logicalId });
    expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('AssignPublicIp is known only to CloudFormation') });
  });

  test('in subnets that only CloudFormation knows is unknown', () => {
    const given = fargate();
    (given.service.node.defaultChild as ecs.CfnService).addPropertyOverride('NetworkConfiguration.AwsvpcConfiguration.Subnets', { 'Fn::Split': [',', { 'Fn::ImportValue': 'Subnets' }] });
    expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringMatching(/the subnets of service Stack\/Service are known only to CloudFormation/i) });
  });

  test('on Fargate Spot is judged like Fargate', () => {
    const strategy = { capacityProviderStrategies: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }, { capacityProvider: 'FARGATE', weight: 1 }] };
    const open = fargate({ service: strategy });
    open.cluster.enableFargateCapacityProviders();
    expect(verdict(open).outcome).toBe('reachable');
    const closed = fargate({ vpcProps: { natGateways: 0 }, service: { ...strategy, assignPublicIp: false } });
    closed.cluster.enableFargateCapacityProviders();
    expect(verdict(closed).outcome).toBe('unreachable');
  });

  test('with a NAT instance is unknown, and says what to look at', () => {
    const given = fargate({ vpcProps: { natGateways: 1, natGatewayProvider: ec2.NatProvider.instanceV2({ instanceType: new ec2.InstanceType('t4g.nano') }) } });
    expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringMatching(/instance Stack\/Vpc\/PublicSubnet1\/NatInstance.*source\/destination check off/s) });
  });

  test('whose NAT gateway is imported is unknown', () => {
    const given = isolated();
    expect(verdict(given, {}, () => routes(given, { natGatewayId: 'nat-0123456789abcdef0' }))).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('nat-0123456789abcdef0') });
  });
});

describe('routes that are added by hand', () => {
  test('anywhere in the app count, in another stack and after the sidecar', () => {
    const given = isolated();
    const nat = new ec2.CfnNatGateway(given.stack, 'Nat', { subnetId: given.vpc.publicSubnets[0].subnetId });
    const other = new Stack(given.app, 'Routes', { env: ENV });
    expect(verdict(given, {}, () => routes(given, { natGatewayId: nat.ref }, other)).outcome).toBe('reachable');
  });

  test('by attribute instead of Ref count', () => {
    const given = isolated();
    const nat = new ec2.CfnNatGateway(given.stack, 'Nat', { subnetId: given.vpc.publicSubnets[0].subnetId });
    expect(verdict(given, {}, () => routes(given, { natGatewayId: nat.attrNatGatewayId })).outcome).toBe('reachable');
  });

  test('in a table that is associated by hand count', () => {
    const given = isolated();
    given.vpc.isolatedSubnets.forEach((subnet, number) => {
      const table = new ec2.CfnRouteTable(given.stack, `Table${number}`, { vpcId: given.vpc.vpcId });
      new ec2.CfnRoute(given.stack, `TableRoute${number}`, { routeTableId: table.ref, destinationCidrBlock: '0.0.0.0/0', natGatewayId: new ec2.CfnNatGateway(given.stack, `Nat${number}`, { subnetId: given.vpc.publicSubnets[0].subnetId }).ref });
      (subnet.node.findChild('RouteTableAssociation') as ec2.CfnSubnetRouteTableAssociation).addPropertyOverride('RouteTableId', { Ref: table.logicalId });
    });
    expect(verdict(given).outcome).toBe('reachable');
  });

  test.each<[string, Partial<ec2.CfnRouteProps>, string, RegExp]>([
    ['a transit gateway', { transitGatewayId: 'tgw-1' }, 'unknown', /transit gateway tgw-1/],
    ['a network interface', { networkInterfaceId: 'eni-1' }, 'unknown', /network interface eni-1/],
    ['an instance', { instanceId: 'i-1' }, 'unknown', /instance i-1/],
    ['a VPC endpoint', { vpcEndpointId: 'vpce-1' }, 'unknown', /Load Balancer endpoint vpce-1/],
    ['a local gateway', { localGatewayId: 'lgw-1' }, 'unknown', /local gateway lgw-1/],
    ['a carrier gateway', { carrierGatewayId: 'cagw-1' }, 'unknown', /carrier gateway cagw-1/],
    ['a core network', { coreNetworkArn: 'arn:aws:networkmanager::111122223333:core-network/c-1' }, 'unknown', /core network arn/],
    ['a virtual private gateway', { gatewayId: 'vgw-1' }, 'unknown', /virtual private gateway vgw-1/],
    ['a gateway that nobody can tell', { gatewayId: Token.asString({ 'Fn::ImportValue': 'Gateway' }) }, 'unknown', /is not part of this app/],
    ['an internet gateway, without a public address', { gatewayId: 'igw-1' }, 'unreachable', /internet gateway igw-1, but the task gets no public address/],
    ['a peering connection', { vpcPeeringConnectionId: 'pcx-1' }, 'unreachable', /VPC peering connection pcx-1, which carries no traffic to the internet/],
    ['an egress-only gateway, for IPv6, where nobody has an IPv6 address', { destinationIpv6CidrBlock: '::/0', egressOnlyInternetGatewayId: 'eigw-1' }, 'unreachable', /no route to the internet/],
    ['a prefix list that is not in this app', { destinationPrefixListId: 'pl-1', natGatewayId: 'nat-1' }, 'unknown', /pl-1/],
    ['nothing', {}, 'unknown', /names no target/],
  ])('to %s', (_, props, outcome, text) => {
    const given = isolated();
    expect(verdict(given, {}, () => routes(given, props))).toMatchObject({ outcome, text: expect.stringMatching(text) });
  });

  test('to a range that only CloudFormation knows are unknown', () => {
    const given = isolated();
    const range = new CfnParameter(given.stack, 'Range').valueAsString;
    expect(verdict(given, {}, () => routes(given, { destinationCidrBlock: range, natGatewayId: 'nat-1' })).outcome).toBe('unknown');
  });

  test('by a prefix list of this app count by its entries', () => {
    const given = isolated();
    const nat = new ec2.CfnNatGateway(given.stack, 'Nat', { subnetId: given.vpc.publicSubnets[0].subnetId });
    const list = new ec2.CfnPrefixList(given.stack, 'List', { addressFamily: 'IPv4', maxEntries: 2, prefixListName: 'everything', entries: [{ cidr: '0.0.0.0/1' }, { cidr: '128.0.0.0/1' }] });
    expect(verdict(given, {}, () => routes(given, { destinationPrefixListId: list.attrPrefixListId, natGatewayId: nat.ref })).outcome).toBe('reachable');
  });

  test('that a virtual private gateway propagates may be a way out', () => {
    const given = isolated();
    const gateway = new ec2.VpnGateway(given.stack, 'Vpn', { type: 'ipsec.1' });
    new ec2.CfnVPNGatewayRoutePropagation(given.stack, 'Propagation', { routeTableIds: given.vpc.isolatedSubnets.map(({ routeTable }) => routeTable.routeTableId), vpnGatewayId: gateway.gatewayId });
    expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('virtual private gateway Stack/Vpn') });
  });

  test('that a virtual private gateway propagates leave a static default route in force', () => {
    const given = fargate();
    const gateway = new ec2.VpnGateway(given.stack, 'Vpn', { type: 'ipsec.1' });
    new ec2.CfnVPNGatewayRoutePropagation(given.stack, 'Propagation', { routeTableIds: given.vpc.privateSubnets.map(({ routeTable }) => routeTable.routeTableId), vpnGatewayId: gateway.gatewayId });
    expect(verdict(given).outcome).toBe('reachable');
  });

  test('and a gateway endpoint of S3 is no way out and no harm', () => {
    const open = fargate();
    open.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    expect(verdict(open).outcome).toBe('reachable');
    const closed = isolated();
    closed.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    expect(verdict(closed).outcome).toBe('unreachable');
  });
});

describe('NAT gateways of this app', () => {
  test('that are private lead nowhere', () => {
    const given = isolated();
    const nat = new ec2.CfnNatGateway(given.stack, 'Nat', { subnetId: given.vpc.publicSubnets[0].subnetId, connectivityType: 'private' });
    expect(verdict(given, {}, () => routes(given, { natGatewayId: nat.ref }))).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('a private NAT gateway has no public address') });
  });

  test('whose connectivity only CloudFormation knows are unknown', () => {
    const given = isolated();
    const connectivityType = new CfnParameter(given.stack, 'Connectivity').valueAsString;
    const nat = new ec2.CfnNatGateway(given.stack, 'Nat', { subnetId: given.vpc.publicSubnets[0].subnetId, connectivityType });
    expect(verdict(given, {}, () => routes(given, { natGatewayId: nat.ref }))).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('connectivity type') });
  });

  test('that are regional are unknown, since they stand in no subnet', () => {
    const given = isolated();
    const nat = new ec2.CfnNatGateway(given.stack, 'Nat', { subnetId: '' });
    nat.addPropertyDeletionOverride('SubnetId');
    nat.addPropertyOverride('AvailabilityMode', 'regional');
    expect(verdict(given, {}, () => routes(given, { natGatewayId: nat.ref }))).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('is a regional one') });
  });

  test('that stand in an isolated subnet lead nowhere', () => {
    const given = isolated();
    const nat = new ec2.CfnNatGateway(given.stack, 'Nat', { subnetId: given.vpc.isolatedSubnets[0].subnetId });
    expect(verdict(given, {}, () => routes(given, { natGatewayId: nat.ref })).outcome).toBe('unreachable');
  });
});

describe('EC2', () => {
  test('awsvpc in private subnets with a NAT gateway is reachable', () => {
    expect(verdict(onEc2()).outcome).toBe('reachable');
  });

  test('awsvpc in public subnets is unreachable, since ECS gives the interface no address', () => {
    const given = onEc2({ service: { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } } });
    expect(verdict(given)).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('ECS gives tasks on EC2 no public address in network mode awsvpc') });
  });

  test('host mode is judged by the instances: private with a NAT gateway', () => {
    expect(verdict(onEc2({ networkMode: ecs.NetworkMode.HOST })).outcome).toBe('reachable');
  });

  test.each([[true, 'reachable'], [false, 'unreachable']])('host mode, instances in public subnets with associatePublicIpAddress %s: %s', (associatePublicIpAddress, outcome) => {
    const given = onEc2({ networkMode: ecs.NetworkMode.HOST, vpcProps: { natGateways: 0 }, capacity: { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC }, associatePublicIpAddress } });
    expect(verdict(given)).toMatchObject({ outcome });
  });

  test('host mode, instances in public subnets that map public addresses', () => {
    const given = onEc2({ networkMode: ecs.NetworkMode.HOST, vpcProps: { natGateways: 0, subnetConfiguration: [{ name: 'P', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: true }] }, capacity: { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } } });
    expect(verdict(given)).toMatchObject({ outcome: 'reachable' });
  });

  test('host mode, instances in isolated subnets', () => {
    const given = onEc2({ networkMode: ecs.NetworkMode.HOST, vpcProps: { natGateways: 0 }, capacity: { vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } } });
    expect(verdict(given)).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('IsolatedSubnet1') });
  });

  function withProvider(networkMode: ecs.NetworkMode, group: Partial<autoscaling.AutoScalingGroupProps>, natGateways = 1): Given {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways });
    const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
    const launchTemplate = new ec2.LaunchTemplate(stack, 'Template', {
      instanceType: new ec2.InstanceType('t3.medium'), machineImage: ecs.EcsOptimizedImage.amazonLinux2023(), userData: ec2.UserData.forLinux(),
      role: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }),
      securityGroup: new ec2.SecurityGroup(stack, 'Instances', { vpc }), associatePublicIpAddress: group.associatePublicIpAddress,
    });
    const { associatePublicIpAddress: _, ...rest } = group;
    const provider = new ecs.AsgCapacityProvider(stack, 'Provider', { autoScalingGroup: new autoscaling.AutoScalingGroup(stack, 'Group', { vpc, launchTemplate, ...rest }) });
    cluster.addAsgCapacityProvider(provider);
    const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'Task', { networkMode });
    taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx'), memoryReservationMiB: 256 });
    const service = new ecs.Ec2Service(stack, 'Service', { cluster, taskDefinition, minHealthyPercent: 100, capacityProviderStrategies: [{ capacityProvider: provider.capacityProviderName, weight: 1 }] });
    return { app, stack, service };
  }

  test('by a capacity provider, awsvpc', () => {
    expect(verdict(withProvider(ecs.NetworkMode.AWS_VPC, {})).outcome).toBe('reachable');
  });

  test('by a capacity provider, host mode, is judged by its auto scaling group\'s launch template and subnets', () => {
    expect(verdict(withProvider(ecs.NetworkMode.HOST, {})).outcome).toBe('reachable');
    expect(verdict(withProvider(ecs.NetworkMode.HOST, { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC }, associatePublicIpAddress: true }, 0)).outcome).toBe('reachable');
    expect(verdict(withProvider(ecs.NetworkMode.HOST, { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC }, associatePublicIpAddress: false }, 0)).outcome).toBe('unreachable');
  });

  test('host mode on a cluster whose instances are not in this app is unknown', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const vpc = new ec2.Vpc(stack, 'Vpc');
    const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shared', vpc, hasEc2Capacity: true });
    const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'Task', { networkMode: ecs.NetworkMode.HOST });
    taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx'), memoryReservationMiB: 256 });
    const service = new ecs.Ec2Service(stack, 'Service', { cluster, taskDefinition, minHealthyPercent: 100 });
    expect(verdict({ app, stack, service })).toMatchObject({ outcome: 'unknown', text: expect.stringMatching(/container instances of cluster Stack\/Cluster are not all part of this app/i) });
  });

  test('on Managed Instances, awsvpc, in an open network is reachable', () => {
    const given = fargate();
    const provider = new ecs.CfnCapacityProvider(given.stack, 'Managed', {});
    provider.addPropertyOverride('ManagedInstancesProvider', { InfrastructureRoleArn: 'arn:aws:iam::111122223333:role/infra' });
    const resource = given.service.node.defaultChild as ecs.CfnService;
    resource.addPropertyDeletionOverride('LaunchType');
    resource.addPropertyOverride('CapacityProviderStrategy', [{ CapacityProvider: { Ref: provider.logicalId }, Weight: 1 }]);
    expect(verdict(given).outcome).toBe('reachable');
  });

  test('by a capacity provider that is not in this app is unknown', () => {
    const given = fargate();
    const resource = given.service.node.defaultChild as ecs.CfnService;
    resource.addPropertyDeletionOverride('LaunchType');
    resource.addPropertyOverride('CapacityProviderStrategy', [{ CapacityProvider: 'elsewhere', Weight: 1 }]);
    expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringMatching(/capacity provider elsewhere is not part of this app/i) });
  });
});

describe('VPCs that are not of this app', () => {
  const given = (vpc: (stack: Stack) => ec2.IVpc, props: Partial<ecs.FargateServiceProps> = {}): Given => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: vpc(stack) });
    return { app, stack, service: tasks({ stack, cluster }, props) };
  };
  const attributes = (stack: Stack) => ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1', availabilityZones: ['eu-west-1a', 'eu-west-1b'], publicSubnetIds: ['subnet-p1', 'subnet-p2'], privateSubnetIds: ['subnet-1', 'subnet-2'],
  });

  test('imported by their attributes are unknown', () => {
    expect(verdict(given(attributes))).toMatchObject({ outcome: 'unknown', text: expect.stringMatching(/routes of subnet subnet-1 are not part of this app/i) });
  });

  test('in the first pass of a look-up get no verdict', () => {
    const pending = given(stack => ec2.Vpc.fromLookup(stack, 'Vpc', { vpcId: 'vpc-1' }), { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } });
    expect(verdict(pending).outcome).toBe('reachable');
    expect(pending.stack.node.findAll().flatMap(({ node }) => node.metadata).filter(({ type }) => type === 'cdk-postman-live-collection:egress')).toEqual([]);
  });

  const lookedUp = (groups: readonly { readonly type: string; readonly name: string }[], props: Partial<ecs.FargateServiceProps>): Given => {
    const app = new App({
      context: {
        'vpc-provider:account=111122223333:filter.vpc-id=vpc-1:region=eu-west-1:returnAsymmetricSubnets=true': {
          vpcId: 'vpc-1',
          vpcCidrBlock: '10.0.0.0/16',
          availabilityZones: [],
          subnetGroups: groups.map(({ type, name }) => ({
            type, name, subnets: ['a', 'b'].map(zone => ({ subnetId: `subnet-${name}-${zone}`, cidr: '10.0.0.0/24', availabilityZone: `eu-west-1${zone}`, routeTableId: `rtb-${name}-${zone}` })),
          })),
        },
      },
    });
    const stack = new Stack(app, 'Stack', { env: ENV });
    const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: ec2.Vpc.fromLookup(stack, 'Vpc', { vpcId: 'vpc-1' }) });
    return { app, stack, service: tasks({ stack, cluster }, props) };
  };

  test('looked up, public subnets and a public address are reachable', () => {
    expect(verdict(lookedUp([{ type: 'Public', name: 'pub' }], { assignPublicIp: true, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } })).outcome).toBe('reachable');
  });

  test('looked up, public subnets without a public address are unreachable', () => {
    expect(verdict(lookedUp([{ type: 'Public', name: 'pub' }], { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } }))).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('subnet-pub-a') });
  });

  test('looked up, private subnets are unknown, since the look-up does not tell what makes them so', () => {
    expect(verdict(lookedUp([{ type: 'Private', name: 'app' }], {}))).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('calls subnet subnet-app-a private') });
  });

  test('looked up, isolated subnets are unknown, since the look-up can be wrong', () => {
    expect(verdict(lookedUp([{ type: 'Isolated', name: 'db' }], {}))).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('calls subnet subnet-db-a isolated') });
  });

  test('of which this app adds the routes are still unknown', () => {
    const mixed = given(attributes);
    new ec2.CfnRoute(mixed.stack, 'Route', { routeTableId: 'rtb-1', destinationCidrBlock: '0.0.0.0/0', natGatewayId: 'nat-1' });
    expect(verdict(mixed).outcome).toBe('unknown');
  });
});

describe('security groups', () => {
  const with_ = (make: (stack: Stack, vpc: ec2.Vpc) => ec2.ISecurityGroup[], options: SidecarOptions = {}) => {
    const given = fargate();
    const service = tasks(given, { securityGroups: make(given.stack, given.vpc) });
    return verdict({ ...given, service }, options);
  };
  const closed = (stack: Stack, vpc: ec2.Vpc) => new ec2.SecurityGroup(stack, 'Group', { vpc, allowAllOutbound: false });

  test('that allow nothing out, where the CDK writes its dummy rule, are unreachable', () => {
    expect(with_((stack, vpc) => [closed(stack, vpc)])).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('255.255.255.255/32') });
  });

  test('that allow 443 to anywhere are reachable', () => {
    expect(with_((stack, vpc) => {
      const group = closed(stack, vpc);
      group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
      return [group];
    }).outcome).toBe('reachable');
  });

  test('that allow 443 to a private range alone are unreachable', () => {
    expect(with_((stack, vpc) => {
      const group = closed(stack, vpc);
      group.addEgressRule(ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.tcp(443));
      return [group];
    }).outcome).toBe('unreachable');
  });

  test('that allow 443 to another group alone are unreachable', () => {
    expect(with_((stack, vpc) => {
      const group = closed(stack, vpc);
      group.addEgressRule(new ec2.SecurityGroup(stack, 'Balancer', { vpc }), ec2.Port.tcp(443));
      return [group];
    }).outcome).toBe('unreachable');
  });

  test('that allow 443 to a prefix list that is not in this app are unknown', () => {
    expect(with_((stack, vpc) => {
      const group = closed(stack, vpc);
      group.addEgressRule(ec2.Peer.prefixList('pl-12345678'), ec2.Port.tcp(443));
      return [group];
    }).outcome).toBe('unknown');
  });

  test('of which two are united', () => {
    expect(with_((stack, vpc) => [closed(stack, vpc), new ec2.SecurityGroup(stack, 'Open', { vpc })]).outcome).toBe('reachable');
  });

  test('that are imported are unknown, whatever the CDK takes them to allow', () => {
    expect(with_(stack => [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Imported', 'sg-1')])).toMatchObject({ outcome: 'unknown', text: expect.stringMatching(/egress rules of security group sg-1 are not part of this app/i) });
  });

  test('that are imported, to which this app adds the rule, are reachable', () => {
    expect(with_(stack => {
      const group = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Imported', 'sg-1', { allowAllOutbound: false });
      group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
      return [group];
    }).outcome).toBe('reachable');
  });

  test('whose rule is added after the sidecar count', () => {
    const given = fargate();
    const group = closed(given.stack, given.vpc);
    const service = tasks(given, { securityGroups: [group] });
    expect(verdict({ ...given, service }, {}, () => group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443))).outcome).toBe('reachable');
  });

  test('of L1 with no rules begin with EC2\'s own', () => {
    expect(with_((stack, vpc) => {
      const group = new ec2.CfnSecurityGroup(stack, 'Raw', { groupDescription: 'raw', vpcId: vpc.vpcId });
      return [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', group.attrGroupId)];
    }).outcome).toBe('reachable');
  });

  test('with separate egress rules only, which take EC2\'s first one away, are judged by those', () => {
    expect(with_((stack, vpc) => {
      const group = new ec2.CfnSecurityGroup(stack, 'Raw', { groupDescription: 'raw', vpcId: vpc.vpcId });
      new ec2.CfnSecurityGroupEgress(stack, 'Egress', { groupId: group.attrGroupId, ipProtocol: 'tcp', fromPort: 80, toPort: 80, cidrIp: '0.0.0.0/0' });
      return [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', group.attrGroupId)];
    }).outcome).toBe('unreachable');
  });

  test('whose rules only CloudFormation knows are unknown', () => {
    expect(with_((stack, vpc) => {
      const group = closed(stack, vpc);
      group.addEgressRule(ec2.Peer.ipv4(new CfnParameter(stack, 'Range').valueAsString), ec2.Port.tcp(443));
      return [group];
    }).outcome).toBe('unknown');
  });
});

describe('network ACLs', () => {
  const withAcl = (add: (acl: ec2.NetworkAcl) => void) => {
    const given = fargate();
    add(new ec2.NetworkAcl(given.stack, 'Acl', { vpc: given.vpc, subnetSelection: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } }));
    return verdict(given);
  };
  const allow = (acl: ec2.NetworkAcl, direction: ec2.TrafficDirection, traffic: ec2.AclTraffic, ruleNumber = 100, ruleAction = ec2.Action.ALLOW) =>
    acl.addEntry(`${direction}${ruleNumber}`, { direction, traffic, ruleNumber, ruleAction, cidr: ec2.AclCidr.anyIpv4() });

  test('without rules deny everything', () => {
    expect(withAcl(() => {})).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('network ACL (Stack/Acl) denies outbound TCP 443 to the internet') });
  });

  test('that let 443 out and the ephemeral ports in are fine', () => {
    expect(withAcl(acl => {
      allow(acl, ec2.TrafficDirection.EGRESS, ec2.AclTraffic.tcpPort(443));
      allow(acl, ec2.TrafficDirection.INGRESS, ec2.AclTraffic.tcpPortRange(1024, 65535));
    }).outcome).toBe('reachable');
  });

  test('that let no answers in are not', () => {
    expect(withAcl(acl => {
      allow(acl, ec2.TrafficDirection.EGRESS, ec2.AclTraffic.allTraffic());
      allow(acl, ec2.TrafficDirection.INGRESS, ec2.AclTraffic.tcpPort(80));
    })).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('ephemeral ports') });
  });

  test('that are not of this app are unknown', () => {
    const given = fargate();
    const acl = ec2.NetworkAcl.fromNetworkAclId(given.stack, 'Acl', 'acl-1');
    given.vpc.privateSubnets.forEach((subnet, number) => new ec2.SubnetNetworkAclAssociation(given.stack, `Association${number}`, { subnet, networkAcl: acl }));
    expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('acl-1') });
  });

  test('of the VPC\'s default, to which this app adds a denial, deny', () => {
    const given = fargate();
    new ec2.CfnNetworkAclEntry(given.stack, 'Deny', { networkAclId: given.vpc.vpcDefaultNetworkAcl, ruleNumber: 50, ruleAction: 'deny', protocol: -1, egress: true, cidrBlock: '0.0.0.0/0' });
    expect(verdict(given)).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('its network ACL (default) denies') });
  });
});

describe('the VPC', () => {
  test('without DNS support is unreachable', () => {
    expect(verdict(fargate({ vpcProps: { natGateways: 1, enableDnsSupport: false, enableDnsHostnames: false } }))).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('DNS support turned off') });
  });

  test('with name servers of its own is unknown', () => {
    const given = fargate();
    const options = new ec2.CfnDHCPOptions(given.stack, 'Dhcp', { domainNameServers: ['10.0.0.2'] });
    new ec2.CfnVPCDHCPOptionsAssociation(given.stack, 'Association', { vpcId: given.vpc.vpcId, dhcpOptionsId: options.ref });
    expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('10.0.0.2') });
  });

  test('whose DHCP options are not of this app is unknown', () => {
    const given = fargate();
    new ec2.CfnVPCDHCPOptionsAssociation(given.stack, 'Association', { vpcId: given.vpc.vpcId, dhcpOptionsId: 'dopt-1' });
    expect(verdict(given).outcome).toBe('unknown');
  });

  test('under block public access is closed, and an exclusion opens it', () => {
    const closed = onPublic(true);
    new ec2.CfnVPCBlockPublicAccessOptions(closed.stack, 'Block', { internetGatewayBlockMode: 'block-bidirectional' });
    expect(verdict(closed)).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('block public access (block-bidirectional)') });

    const excluded = onPublic(true);
    new ec2.CfnVPCBlockPublicAccessOptions(excluded.stack, 'Block', { internetGatewayBlockMode: 'block-bidirectional' });
    new ec2.CfnVPCBlockPublicAccessExclusion(excluded.stack, 'Exclusion', { vpcId: excluded.vpc.vpcId, internetGatewayExclusionMode: 'allow-bidirectional' });
    expect(verdict(excluded).outcome).toBe('reachable');

    const uncertain = onPublic(true);
    new ec2.CfnVPCBlockPublicAccessOptions(uncertain.stack, 'Block', { internetGatewayBlockMode: 'block-bidirectional' });
    const mode = new CfnParameter(uncertain.stack, 'Mode').valueAsString;
    new ec2.CfnVPCBlockPublicAccessExclusion(uncertain.stack, 'Exclusion', { vpcId: uncertain.vpc.vpcId, internetGatewayExclusionMode: mode });
    expect(verdict(uncertain)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('Stack/Exclusion') });
  });
});

describe('IPv6', () => {
  const dualStack = (allowAllIpv6Outbound: boolean) => {
    const given = fargate({ vpcProps: { natGateways: 0, ipProtocol: ec2.IpProtocol.DUAL_STACK, subnetConfiguration: [{ name: 'App', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }] } });
    return { ...given, service: tasks(given, { securityGroups: [new ec2.SecurityGroup(given.stack, 'Group', { vpc: given.vpc, allowAllIpv6Outbound })] }) };
  };

  test('alone, by an egress-only gateway, is unknown', () => {
    expect(verdict(dualStack(true))).toMatchObject({ outcome: 'unknown', text: expect.stringMatching(/only over IPv6/) });
  });

  test('is closed by a group that allows IPv4 alone', () => {
    expect(verdict(dualStack(false)).outcome).toBe('unreachable');
  });
});

describe('a proxy', () => {
  const proxied = (proxy: string, vpcProps: Partial<ec2.VpcProps> = {}) => verdict(fargate({ vpcProps }), { proxy });

  test('in the VPC of a network with NAT is reachable', () => {
    expect(proxied('http://10.0.0.10:3128').outcome).toBe('reachable');
  });

  test('helps the agent, not ECS, which reads image and secret before the task starts', () => {
    expect(proxied('http://10.0.0.10:3128', { natGateways: 0 })).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('Before the task starts') });
  });

  test('by name is unknown', () => {
    expect(proxied('http://proxy.example.com:3128')).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('proxy.example.com:3128') });
  });

  test('that only CloudFormation knows is unknown', () => {
    expect(proxied(Token.asString({ Ref: 'Proxy' })).outcome).toBe('unknown');
  });

  test('in a closed network whose endpoints serve ECS is unknown, for an image in ECR', () => {
    const given = fargate({ vpcProps: { natGateways: 0 } });
    for (const [id, service] of Object.entries({ Sm: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER, Api: ec2.InterfaceVpcEndpointAwsService.ECR, Dkr: ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER })) {
      given.vpc.addInterfaceEndpoint(id, { service });
    }
    given.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    const image = ecs.ContainerImage.fromRegistry('111122223333.dkr.ecr.eu-west-1.amazonaws.com/postman-lc-agent:1');
    expect(verdict(given, { proxy: 'http://10.0.0.10:3128', image })).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('over the VPC endpoints') });
  });

  test.each([
    ['mirror.example.com/postman-lc-agent:1', true, 'unknown', /endpoints for secretsmanager/],
    ['mirror.example.com/postman-lc-agent:1', false, 'unreachable', /no endpoint for secretsmanager/],
    ['public.ecr.aws/team/postman-lc-agent:1', true, 'unreachable', /no route to the internet/],
    ['team/postman-lc-agent:1', true, 'unreachable', /no route to the internet/],
  ])('in a closed network, with the image %s and an endpoint for the secret: %s, is %s', (name, endpoint, outcome, text) => {
    const given = fargate({ vpcProps: { natGateways: 0 } });
    if (endpoint) given.vpc.addInterfaceEndpoint('Secrets', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER });
    expect(verdict(given, { proxy: 'http://10.0.0.10:3128', image: ecs.ContainerImage.fromRegistry(name) })).toMatchObject({ outcome, text: expect.stringMatching(text) });
  });

  test('in a closed network without endpoints is unreachable, and names what is missing', () => {
    const given = fargate({ vpcProps: { natGateways: 0 } });
    const image = ecs.ContainerImage.fromRegistry('111122223333.dkr.ecr.eu-west-1.amazonaws.com/postman-lc-agent:1');
    expect(verdict(given, { proxy: 'http://10.0.0.10:3128', image })).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('no endpoint for secretsmanager, ecr.api, ecr.dkr and s3') });
  });
});
