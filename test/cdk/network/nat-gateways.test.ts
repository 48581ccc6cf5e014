import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { isolated, natGateway, onlyCloudFormationKnows, routes, verdict } from './given';
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

test('a NAT instance makes the verdict unknown, and the message says what to check', () => {
  const natGatewayProvider = ec2.NatProvider.instanceV2({ instanceType: new ec2.InstanceType('t4g.nano') });
  expect(verdict(fargate({ vpcProps: { natGateways: 1, natGatewayProvider } }))).toMatchObject({
    outcome: 'unknown', text: expect.stringMatching(/instance Stack\/Vpc\/PublicSubnet1\/NatInstance.*source\/destination check off/s),
  });
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

test('a regional NAT gateway makes the verdict unknown, since it is in no subnet', () => {
  const given = isolated();
  const nat = natGateway(given, { subnetId: '' });
  nat.addPropertyDeletionOverride('SubnetId');
  nat.addPropertyOverride('AvailabilityMode', 'regional');
  expect(through(given, nat)).toMatchObject({
    outcome: 'unknown', text: expect.stringContaining('is regional, and its own route table cannot be seen from this app'),
  });
});

test('a NAT gateway in an isolated subnet is unreachable', () => {
  const given = isolated();
  expect(through(given, natGateway(given, { subnetId: given.vpc.isolatedSubnets[0].subnetId })).outcome).toBe('unreachable');
});
