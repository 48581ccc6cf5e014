import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { factsOf, Given, override, subnetsOf, tasks, verdict, vpcOf } from './given';
import { ENV } from '../../given';

/** A service in a VPC that this app does not define. */
function given(vpc: (stack: Stack) => ec2.IVpc, props: Partial<ecs.FargateServiceProps> = {}, context = {}): Given {
  const app = new App({ context });
  const stack = new Stack(app, 'Stack', { env: ENV });
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: vpc(stack) });
  return { app, stack, service: tasks({ stack, cluster }, props) };
}

const PUBLIC = { subnetType: ec2.SubnetType.PUBLIC };
const fromAttributes = (stack: Stack) => ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-1',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  publicSubnetIds: ['subnet-p1', 'subnet-p2'],
  privateSubnetIds: ['subnet-1', 'subnet-2'],
});
const fromLookup = (stack: Stack) => ec2.Vpc.fromLookup(stack, 'Vpc', { vpcId: 'vpc-1' });

test('a VPC that is imported by its attributes makes the verdict unknown', () => {
  const { outcome, text } = verdict(given(fromAttributes));
  expect(outcome).toBe('unknown');
  expect(text).toContain('- The routes of subnet subnet-1 are not part of this app.');
  expect(text).toContain('- The VPC is not part of this app.');
});

test('a route that this app adds to a table of an imported VPC does not settle the verdict', () => {
  const mixed = given(fromAttributes);
  new ec2.CfnRoute(mixed.stack, 'Route', { routeTableId: 'rtb-1', destinationCidrBlock: '0.0.0.0/0', natGatewayId: 'nat-1' });
  expect(verdict(mixed).outcome).toBe('unknown');
});

test('there is no verdict in the first pass of a lookup, whose subnets are invented', () => {
  const pending = given(fromLookup, { vpcSubnets: PUBLIC });
  expect(verdict(pending).outcome).toBe('reachable');
  const metadata = pending.stack.node.findAll().flatMap(({ node }) => node.metadata);
  expect(metadata.filter(({ type }) => type === 'cdk-postman-live-collection:egress')).toEqual([]);
});

/** A service in a looked-up VPC with one group of two subnets. */
function lookedUp(type: string, name: string, props: Partial<ecs.FargateServiceProps> = {}): Given {
  const subnets = ['a', 'b'].map(zone => ({
    subnetId: `subnet-${name}-${zone}`, cidr: '10.0.0.0/24', availabilityZone: `eu-west-1${zone}`, routeTableId: `rtb-${name}-${zone}`,
  }));
  return given(fromLookup, props, {
    'vpc-provider:account=111122223333:filter.vpc-id=vpc-1:region=eu-west-1:returnAsymmetricSubnets=true': {
      vpcId: 'vpc-1', vpcCidrBlock: '10.0.0.0/16', availabilityZones: [], subnetGroups: [{ type, name, subnets }],
    },
  });
}

test('tasks with a public address in public subnets of a looked-up VPC are reachable', () => {
  expect(verdict(lookedUp('Public', 'pub', { assignPublicIp: true, vpcSubnets: PUBLIC })).outcome).toBe('reachable');
});

test('tasks without a public address in public subnets of a looked-up VPC are unreachable', () => {
  const { outcome, text } = verdict(lookedUp('Public', 'pub', { vpcSubnets: PUBLIC }));
  expect(outcome).toBe('unreachable');
  expect(text).toContain('Subnet subnet-pub-a: 0.0.0.0/0 -> internet gateway found by the VPC lookup, but');
});

test('private subnets of a looked-up VPC make the verdict unknown, since the lookup does not say why they are private', () => {
  expect(verdict(lookedUp('Private', 'app'))).toMatchObject({
    outcome: 'unknown', text: expect.stringContaining('classifies subnet subnet-app-a as private'),
  });
});

test('isolated subnets of a looked-up VPC make the verdict unknown, since the lookup can be wrong', () => {
  expect(verdict(lookedUp('Isolated', 'db'))).toMatchObject({
    outcome: 'unknown', text: expect.stringContaining('classifies subnet subnet-db-a as isolated'),
  });
});

test('a look-up tells the IPv4 range of a subnet, so the subnet is not IPv6-only', () => {
  expect(subnetsOf(factsOf(lookedUp('Public', 'pub', { vpcSubnets: PUBLIC })))).toMatchObject([
    { id: 'subnet-pub-a', ipv4Cidr: '10.0.0.0/24', ipv6Native: false }, { id: 'subnet-pub-b', ipv4Cidr: '10.0.0.0/24', ipv6Native: false },
  ]);
});

test('whether an imported subnet is IPv6-only is unknown', () => {
  expect(subnetsOf(factsOf(given(fromAttributes)))).toMatchObject([{ ipv6Native: { unknown: expect.any(String) } }, {}]);
});

test('what this app adds to a looked-up VPC is part of its facts', () => {
  const open = lookedUp('Public', 'pub', { assignPublicIp: true, vpcSubnets: PUBLIC });
  expect(vpcOf(factsOf(open))).toMatchObject({ blockPublicAccess: 'off', dnsFirewallRules: [], resolverRules: [], privateZones: [] });
  new ec2.CfnVPCBlockPublicAccessOptions(open.stack, 'Block', { internetGatewayBlockMode: 'block-ingress' });
  new route53.CfnHostedZone(open.stack, 'Zone', { name: 'postman.com', vpcs: [{ vpcId: 'vpc-1', vpcRegion: ENV.region }] });
  expect(vpcOf(factsOf(open))).toMatchObject({ blockPublicAccess: 'block-ingress', privateZones: [{ id: 'Stack/Zone' }] });
});

test('a subnet that this app adds to a looked-up VPC is in that VPC', () => {
  const open = lookedUp('Public', 'pub');
  const { ref } = new ec2.CfnSubnet(open.stack, 'Own', { vpcId: 'vpc-1', cidrBlock: '10.0.9.0/24' });
  override(open, 'NetworkConfiguration.AwsvpcConfiguration.Subnets', [ref]);
  expect(vpcOf(factsOf(open))).toMatchObject({ id: 'vpc-1', cidrs: ['10.0.0.0/16'] });
});
