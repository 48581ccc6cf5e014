import { Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { isolated, natGateway, onlyCloudFormationKnows, routes, verdict } from './given';
import { ENV, fargate } from '../../given';

test('a route counts wherever it is in the app: in another stack, and added after the sidecar', () => {
  const given = isolated();
  const nat = natGateway(given);
  const other = new Stack(given.app, 'Routes', { env: ENV });
  expect(verdict(given, {}, () => routes(given, { natGatewayId: nat.ref }, other)).outcome).toBe('reachable');
});

test('a route counts if it names its NAT gateway by an attribute instead of Ref', () => {
  const given = isolated();
  const nat = natGateway(given);
  expect(verdict(given, {}, () => routes(given, { natGatewayId: nat.attrNatGatewayId })).outcome).toBe('reachable');
});

test('a route counts in a table that an override associates with the subnet', () => {
  const given = isolated();
  const nat = natGateway(given);
  given.vpc.isolatedSubnets.forEach((subnet, number) => {
    const table = new ec2.CfnRouteTable(given.stack, `Table${number}`, { vpcId: given.vpc.vpcId });
    new ec2.CfnRoute(given.stack, `TableRoute${number}`, { routeTableId: table.ref, destinationCidrBlock: '0.0.0.0/0', natGatewayId: nat.ref });
    const association = subnet.node.findChild('RouteTableAssociation') as ec2.CfnSubnetRouteTableAssociation;
    association.addPropertyOverride('RouteTableId', { Ref: table.logicalId });
  });
  expect(verdict(given).outcome).toBe('reachable');
});

test.each<[string, string, Partial<ec2.CfnRouteProps>, RegExp]>([
  ['a transit gateway', 'unknown', { transitGatewayId: 'tgw-1' }, /transit gateway tgw-1/],
  ['a network interface', 'unknown', { networkInterfaceId: 'eni-1' }, /network interface eni-1/],
  ['an instance', 'unknown', { instanceId: 'i-1' }, /instance i-1/],
  ['a VPC endpoint', 'unknown', { vpcEndpointId: 'vpce-1' }, /Load Balancer endpoint vpce-1/],
  ['a local gateway', 'unknown', { localGatewayId: 'lgw-1' }, /local gateway lgw-1/],
  ['a carrier gateway', 'unknown', { carrierGatewayId: 'cagw-1' }, /carrier gateway cagw-1/],
  ['a core network', 'unknown', { coreNetworkArn: 'arn:aws:networkmanager::111122223333:core-network/c-1' }, /core network arn/],
  ['a virtual private gateway', 'unknown', { gatewayId: 'vgw-1' }, /virtual private gateway vgw-1/],
  ['an imported gateway of unknown kind', 'unknown', { gatewayId: Token.asString({ 'Fn::ImportValue': 'Gateway' }) }, /is not part of this app/],
  ['an internet gateway, for tasks without a public address', 'unreachable', { gatewayId: 'igw-1' }, /igw-1, but the task gets no public address/],
  ['a peering connection', 'unreachable', { vpcPeeringConnectionId: 'pcx-1' }, /VPC peering connection pcx-1, which carries no traffic to the internet/],
  [
    'an egress-only internet gateway, for tasks without an IPv6 address', 'unreachable',
    { destinationIpv6CidrBlock: '::/0', egressOnlyInternetGatewayId: 'eigw-1' }, /no route to the internet/,
  ],
  ['a NAT gateway, for a prefix list that is not in this app', 'unknown', { destinationPrefixListId: 'pl-1', natGatewayId: 'nat-1' }, /pl-1/],
  ['no target', 'unknown', {}, /has no target of a known kind/],
])('the verdict for a route to %s is %s', (_, outcome, props, text) => {
  const given = isolated();
  expect(verdict(given, {}, () => routes(given, props))).toMatchObject({ outcome, text: expect.stringMatching(text) });
});

test('a route for a range that is known only to CloudFormation makes the verdict unknown', () => {
  const given = isolated();
  const range = onlyCloudFormationKnows(given.stack);
  expect(verdict(given, {}, () => routes(given, { destinationCidrBlock: range, natGatewayId: 'nat-1' })).outcome).toBe('unknown');
});

test('a route for a prefix list of this app counts for the entries of the list', () => {
  const given = isolated();
  const nat = natGateway(given);
  const list = new ec2.CfnPrefixList(given.stack, 'List', {
    addressFamily: 'IPv4', maxEntries: 2, prefixListName: 'everything', entries: [{ cidr: '0.0.0.0/1' }, { cidr: '128.0.0.0/1' }],
  });
  const route = { destinationPrefixListId: list.attrPrefixListId, natGatewayId: nat.ref };
  expect(verdict(given, {}, () => routes(given, route)).outcome).toBe('reachable');
});

/** A virtual private gateway that propagates its routes into the tables of subnets. */
function propagate({ stack }: ReturnType<typeof fargate>, subnets: readonly ec2.ISubnet[]): void {
  const gateway = new ec2.VpnGateway(stack, 'Vpn', { type: 'ipsec.1' });
  const routeTableIds = subnets.map(({ routeTable }) => routeTable.routeTableId);
  new ec2.CfnVPNGatewayRoutePropagation(stack, 'Propagation', { routeTableIds, vpnGatewayId: gateway.gatewayId });
}

test('the routes that a virtual private gateway propagates make the verdict unknown, since they may include a default route', () => {
  const given = isolated();
  propagate(given, given.vpc.isolatedSubnets);
  const { outcome, text } = verdict(given);
  expect(outcome).toBe('unknown');
  expect(text).toContain('it is unknown which addresses its route to virtual private gateway Stack/Vpn/Default covers: '
    + 'the routes that Stack/Vpn/Default propagates, which are not part of this app');
});

test('a static default route has priority over the routes that a virtual private gateway propagates', () => {
  const given = fargate();
  propagate(given, given.vpc.privateSubnets);
  expect(verdict(given).outcome).toBe('reachable');
});

test.each([
  ['reachable', 1], ['unreachable', 0],
])('a gateway endpoint for S3 does not change the verdict %s', (outcome, natGateways) => {
  const given = fargate({ vpcProps: { natGateways } });
  given.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  expect(verdict(given).outcome).toBe(outcome);
});
