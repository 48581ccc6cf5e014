import { Fn, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as networkfirewall from 'aws-cdk-lib/aws-networkfirewall';
import { factsOf, isolated, natGateway, onlyCloudFormationKnows, onPublic, override, routes, subnetsOf, verdict } from './given';
import { Route } from '../../../src/egress';
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
  ['a VPC endpoint', 'unknown', { vpcEndpointId: 'vpce-1' }, /VPC endpoint vpce-1/],
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
function propagate({ stack }: ReturnType<typeof fargate>, subnets: readonly ec2.ISubnet[]): string {
  const gateway = new ec2.VpnGateway(stack, 'Vpn', { type: 'ipsec.1' });
  const routeTableIds = subnets.map(({ routeTable }) => routeTable.routeTableId);
  new ec2.CfnVPNGatewayRoutePropagation(stack, 'Propagation', { routeTableIds, vpnGatewayId: gateway.gatewayId });
  return gateway.gatewayId;
}

test('the routes that a virtual private gateway propagates make the verdict unknown, since they may include a default route', () => {
  const given = isolated();
  propagate(given, given.vpc.isolatedSubnets);
  const { outcome, text } = verdict(given);
  expect(outcome).toBe('unknown');
  expect(text).toContain('it is unknown which addresses its route to virtual private gateway Stack/Vpn/Default covers: '
    + 'the routes that Stack/Vpn/Default propagates, which are not part of this app');
});

test('beside a static default route, a virtual private gateway may propagate more specific routes, so the verdict is unknown', () => {
  const given = fargate();
  propagate(given, given.vpc.privateSubnets);
  expect(verdict(given).outcome).toBe('unknown');
});

/** A virtual private gateway with VPN connections, which propagates into the tables of the private subnets. */
function withVpn(connections: { readonly [id: string]: { readonly isStatic: boolean; readonly ranges: readonly string[] } }) {
  const given = fargate({ vpcProps: { natGateways: 1, maxAzs: 1 } });
  const vpnGatewayId = propagate(given, given.vpc.privateSubnets);
  for (const [id, { isStatic, ranges }] of Object.entries(connections)) {
    const customerGatewayId = new ec2.CfnCustomerGateway(given.stack, `${id}Customer`, { ipAddress: '192.0.2.1', type: 'ipsec.1', bgpAsn: 65000 }).ref;
    const vpn = new ec2.CfnVPNConnection(given.stack, id, { customerGatewayId, type: 'ipsec.1', vpnGatewayId, staticRoutesOnly: isStatic });
    ranges.forEach((destinationCidrBlock, number) => new ec2.CfnVPNConnectionRoute(given.stack, `${id}${number}`, {
      vpnConnectionId: vpn.attrVpnConnectionId, destinationCidrBlock,
    }));
  }
  return given;
}

const propagated = (given: ReturnType<typeof fargate>) => {
  const [{ routes: all }] = subnetsOf(factsOf(given));
  return (all as readonly Route[]).filter(({ origin }) => origin === 'propagated').map(({ destination }) => 'cidr' in destination && destination.cidr);
};

test('the routes of a VPN connection with only static routes are the routes that its gateway propagates', () => {
  expect(propagated(withVpn({ Vpn1: { isStatic: true, ranges: ['172.16.0.0/12', '192.168.0.0/16'] } }))).toEqual(['172.16.0.0/12', '192.168.0.0/16']);
  expect(verdict(withVpn({ Vpn1: { isStatic: true, ranges: ['172.16.0.0/12'] } })).outcome).toBe('reachable');
});

test('static routes of a VPN connection that cover the internet go before the default route to the NAT gateway', () => {
  expect(verdict(withVpn({ Vpn1: { isStatic: true, ranges: ['0.0.0.0/1', '128.0.0.0/1'] } }))).toMatchObject({
    outcome: 'unknown', text: expect.stringContaining('virtual private gateway'),
  });
});

test.each([
  ['a connection with BGP', { Vpn1: { isStatic: true, ranges: ['172.16.0.0/12'] }, Vpn2: { isStatic: false, ranges: [] } }, ['172.16.0.0/12']],
  ['no connection in this app', {}, []],
])('a gateway with %s may propagate any other route', (_, connections, ranges) => {
  const unknown = { unknown: 'the routes that Stack/Vpn/Default propagates, which are not part of this app' };
  expect(propagated(withVpn(connections))).toEqual([...ranges, unknown]);
});

test('a route server may propagate any route', () => {
  const given = fargate();
  for (const [number, { routeTable: { routeTableId } }] of given.vpc.privateSubnets.entries()) {
    new ec2.CfnRouteServerPropagation(given.stack, `Propagation${number}`, { routeServerId: 'rs-1', routeTableId });
  }
  expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('route server rs-1') });
});

test('a route to an endpoint of a network firewall of this app leads to the firewall, however the endpoint is selected', () => {
  const given = isolated();
  const firewall = new networkfirewall.CfnFirewall(given.stack, 'Firewall', {
    firewallName: 'fw', firewallPolicyArn: 'arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/p', subnetMappings: [], vpcId: given.vpc.vpcId,
  });
  routes(given, { vpcEndpointId: Fn.select(1, Fn.split(':', Fn.select(0, firewall.attrEndpointIds))) });
  expect(subnetsOf(factsOf(given))[0].routes).toMatchObject([{ target: { kind: 'firewall-endpoint', id: 'Stack/Firewall' } }]);
});

test.each([
  ['GatewayLoadBalancer', 'gateway-load-balancer-endpoint'], ['Interface', 'vpc-endpoint'],
])('a route to a VPC endpoint of type %s of this app leads to a %s', (vpcEndpointType, kind) => {
  const given = isolated();
  const serviceName = 'com.amazonaws.vpce.eu-west-1.vpce-svc-1';
  const endpoint = new ec2.CfnVPCEndpoint(given.stack, 'Endpoint', { vpcId: given.vpc.vpcId, vpcEndpointType, serviceName });
  routes(given, { vpcEndpointId: endpoint.ref });
  expect(subnetsOf(factsOf(given))[0].routes).toMatchObject([{ target: { kind, id: 'Stack/Endpoint' } }]);
});

/** A route table of the VPC's internet gateway, with a route for the range of each public subnet. */
function edgeTable(given: ReturnType<typeof fargate>, target: Partial<ec2.CfnRouteProps>): void {
  const { ref: routeTableId } = new ec2.CfnRouteTable(given.stack, 'Edge', { vpcId: given.vpc.vpcId });
  new ec2.CfnGatewayRouteTableAssociation(given.stack, 'EdgeAssociation', { gatewayId: given.vpc.internetGatewayId!, routeTableId });
  given.vpc.publicSubnets.forEach(({ ipv4CidrBlock: destinationCidrBlock }, number) => new ec2.CfnRoute(given.stack, `Edge${number}`, {
    routeTableId, destinationCidrBlock, ...target,
  }));
}

test('the route table of the internet gateway is part of the way back, also behind a NAT gateway', () => {
  for (const make of [() => onPublic(true), () => fargate()]) {
    const given = make();
    edgeTable(given, { networkInterfaceId: 'eni-1' });
    expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('eni-1') });
  }
});

test('a route table of the internet gateway that leads to the subnets themselves changes nothing', () => {
  const given = onPublic(true);
  edgeTable(given, { gatewayId: 'local' });
  expect(verdict(given).outcome).toBe('reachable');
});

test('a route of the NAT gateway\'s subnet for the range of the tasks counts on the way back', () => {
  const given = fargate({ vpcProps: { natGateways: 1, maxAzs: 1 } });
  new ec2.CfnRoute(given.stack, 'Middlebox', {
    routeTableId: given.vpc.publicSubnets[0].routeTable.routeTableId,
    destinationCidrBlock: given.vpc.privateSubnets[0].ipv4CidrBlock,
    networkInterfaceId: 'eni-1',
  });
  expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('eni-1') });
});

test('an imported subnet has the routes of the table that this app associates with it', () => {
  const given = fargate();
  const routeTableId = (given.vpc.privateSubnets[0].node.findChild('RouteTable') as ec2.CfnRouteTable).ref;
  new ec2.CfnSubnetRouteTableAssociation(given.stack, 'Association', { subnetId: 'subnet-1', routeTableId });
  override(given, 'NetworkConfiguration.AwsvpcConfiguration.Subnets', ['subnet-1']);
  expect(subnetsOf(factsOf(given))).toMatchObject([{ id: 'subnet-1', routes: [{ destination: { cidr: '0.0.0.0/0' }, target: { kind: 'nat-gateway' } }] }]);
});

test.each([
  ['reachable', 1], ['unreachable', 0],
])('a gateway endpoint for S3 does not change the verdict %s', (outcome, natGateways) => {
  const given = fargate({ vpcProps: { natGateways } });
  given.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  expect(verdict(given).outcome).toBe(outcome);
});
