import { Fn } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { factsOf, isolated, natGateway, onlyCloudFormationKnows, routes, subnetsOf, verdict } from './given';
import { fargate } from '../../given';

/** The verdict for isolated subnets that get a route to a NAT gateway. */
function through(given: ReturnType<typeof fargate>, { ref }: ec2.CfnNatGateway) {
  return verdict(given, {}, () => routes(given, { natGatewayId: ref }));
}

test('an imported NAT gateway makes the verdict unknown, and the message says what to check', () => {
  const given = isolated();
  const { outcome, text } = verdict(given, {}, () => routes(given, { natGatewayId: 'nat-0123456789abcdef0' }));
  expect(outcome).toBe('unknown');
  expect(text).toContain('NAT gateway nat-0123456789abcdef0 is not part of this app; check that it is available and public.');
});

test('a private NAT gateway is unreachable', () => {
  const given = isolated();
  expect(through(given, natGateway(given, { connectivityType: 'private' }))).toMatchObject({
    outcome: 'unreachable', text: expect.stringContaining('a private NAT gateway has no public address'),
  });
});

test('a connectivity type that is known only to CloudFormation makes the verdict unknown', () => {
  const given = isolated();
  const connectivityType = onlyCloudFormationKnows(given.stack);
  expect(through(given, natGateway(given, { connectivityType }))).toMatchObject({
    outcome: 'unknown', text: expect.stringContaining('connectivity type'),
  });
});

function regional(given: ReturnType<typeof fargate>, vpcId: string) {
  const nat = natGateway(given, { subnetId: '' });
  nat.addPropertyDeletionOverride('SubnetId');
  nat.addPropertyOverride('AvailabilityMode', 'regional');
  nat.addPropertyOverride('VpcId', vpcId);
  return nat;
}

test('a regional NAT gateway in a VPC with an internet gateway is reachable: AWS creates the route to the internet gateway', () => {
  const given = isolated();
  expect(through(given, regional(given, given.vpc.vpcId)).outcome).toBe('reachable');
});

test('a route that the app adds to the table of a regional NAT gateway counts', () => {
  const given = isolated();
  const nat = regional(given, given.vpc.vpcId);
  const routeTableId = Fn.getAtt(nat.logicalId, 'RouteTableId').toString();
  new ec2.CfnRoute(given.stack, 'Middlebox', { routeTableId, destinationCidrBlock: '10.0.0.0/17', networkInterfaceId: 'eni-1' });
  routes(given, { natGatewayId: nat.ref });
  expect(subnetsOf(factsOf(given))[0].routes).toMatchObject([{
    target: {
      kind: 'nat-gateway',
      nat: {
        place: {
          kind: 'regional',
          routes: [
            { destination: { cidr: '0.0.0.0/0' }, target: { kind: 'internet-gateway', id: 'Stack/Vpc/IGW' } },
            { destination: { cidr: '10.0.0.0/17' }, target: { kind: 'network-interface', id: 'eni-1' } },
          ],
        },
      },
    },
  }]);
});

test('a regional NAT gateway in a VPC that is not part of this app makes the verdict unknown', () => {
  const given = isolated();
  expect(through(given, regional(given, 'vpc-1'))).toMatchObject({
    outcome: 'unknown', text: expect.stringContaining('is regional, and the internet gateway of its VPC is not part of this app'),
  });
});

test('a NAT gateway in a subnet without a route to the internet is unreachable', () => {
  const given = isolated();
  const { ref: subnetId } = new ec2.CfnSubnet(given.stack, 'Closed', { vpcId: given.vpc.vpcId, cidrBlock: '10.0.255.0/24' });
  expect(through(given, natGateway(given, { subnetId })).outcome).toBe('unreachable');
});

test('the subnet of a NAT gateway is a fact with its ranges, routes and network ACL', () => {
  const given = fargate({ vpcProps: { natGateways: 1, maxAzs: 1 } });
  const [{ routes: [route] }] = subnetsOf(factsOf(given)) as readonly { readonly routes: readonly any[] }[];
  expect(route.target.nat).toMatchObject({
    state: 'available',
    connectivity: 'public',
    place: {
      kind: 'subnet',
      subnet: { id: 'Stack/Vpc/PublicSubnet1', ipv4Cidr: '10.0.0.0/17', networkAcl: { id: 'default' }, routes: [{ target: { kind: 'internet-gateway' } }] },
    },
  });
});
