import { Aws, CfnParameter, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { factsOf, onlyCloudFormationKnows, onPublic, subnetsOf, verdict, vpcOf } from './given';
import { ENV, fargate } from '../../given';

/** A service with public addresses in a VPC under block public access. */
function blocked(exclusionMode?: (given: ReturnType<typeof fargate>) => string) {
  const given = onPublic(true);
  new ec2.CfnVPCBlockPublicAccessOptions(given.stack, 'Block', { internetGatewayBlockMode: 'block-bidirectional' });
  const internetGatewayExclusionMode = exclusionMode?.(given);
  if (internetGatewayExclusionMode) {
    new ec2.CfnVPCBlockPublicAccessExclusion(given.stack, 'Exclusion', { vpcId: given.vpc.vpcId, internetGatewayExclusionMode });
  }
  return given;
}

test('a VPC under block public access is unreachable', () => {
  expect(verdict(blocked())).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('block public access (block-bidirectional)') });
});

test('a VPC that is excluded from block public access is reachable', () => {
  expect(verdict(blocked(() => 'allow-bidirectional')).outcome).toBe('reachable');
});

test('an exclusion whose mode is known only to CloudFormation makes the verdict unknown', () => {
  expect(verdict(blocked(({ stack }) => onlyCloudFormationKnows(stack)))).toMatchObject({
    outcome: 'unknown', text: expect.stringContaining('Stack/Exclusion'),
  });
});

/** A service with public addresses, with the options in a stack of another place. */
function blockedElsewhere(env: { readonly account?: string; readonly region?: string }, mode = 'block-bidirectional') {
  const given = onPublic(true);
  new ec2.CfnVPCBlockPublicAccessOptions(new Stack(given.app, 'Other', { env }), 'Block', { internetGatewayBlockMode: mode });
  return given;
}

test.each([
  ['another region', { ...ENV, region: 'us-east-1' }, 'reachable'],
  ['another account', { ...ENV, account: '444455556666' }, 'reachable'],
  ['the same account and region', ENV, 'unreachable'],
])('block public access that another stack turns on in %s makes the verdict right', (_, env, outcome) => {
  expect(verdict(blockedElsewhere(env)).outcome).toBe(outcome);
});

test('block public access in a region that only CloudFormation knows makes the verdict unknown, unless it is off', () => {
  expect(verdict(blockedElsewhere({ account: ENV.account }))).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('Other/Block') });
  expect(verdict(blockedElsewhere({ account: ENV.account }, 'off')).outcome).toBe('reachable');
});

test('stacks without an account and a region are in the same place', () => {
  const app = fargate().app;
  const stack = new Stack(app, 'Agnostic');
  expect(stack.region).toBe(Aws.REGION);
  const given = fargate({ app, stack });
  new ec2.CfnVPCBlockPublicAccessOptions(new Stack(app, 'Other'), 'Block', { internetGatewayBlockMode: 'block-ingress' });
  expect(vpcOf(factsOf(given)).blockPublicAccess).toBe('block-ingress');
});

test('a mode that is known only to CloudFormation is an unknown fact', () => {
  const given = onPublic(true);
  new ec2.CfnVPCBlockPublicAccessOptions(given.stack, 'Block', { internetGatewayBlockMode: new CfnParameter(given.stack, 'Mode').valueAsString });
  expect(vpcOf(factsOf(given)).blockPublicAccess).toEqual({ unknown: 'the mode of VPC block public access in Stack/Block is known only to CloudFormation' });
});

test('the exclusions of a subnet, of the VPC and of the subnet of a NAT gateway are facts of their own', () => {
  const given = fargate({ vpcProps: { natGateways: 1, maxAzs: 1 } });
  const exclude = (id: string, props: Partial<ec2.CfnVPCBlockPublicAccessExclusionProps>) => new ec2.CfnVPCBlockPublicAccessExclusion(
    given.stack, id, { internetGatewayExclusionMode: 'allow-egress', ...props },
  );
  exclude('Private', { subnetId: given.vpc.privateSubnets[0].subnetId });
  exclude('Public', { subnetId: given.vpc.publicSubnets[0].subnetId, internetGatewayExclusionMode: 'allow-bidirectional' });
  const facts = factsOf(given);
  const [subnet] = subnetsOf(facts);
  expect(subnet.blockPublicAccessExclusion).toBe('allow-egress');
  expect(vpcOf(facts).blockPublicAccessExclusion).toBeUndefined();
  expect(subnet.routes).toMatchObject([{ target: { nat: { place: { subnet: { blockPublicAccessExclusion: 'allow-bidirectional' } } } } }]);
  exclude('Whole', { vpcId: given.vpc.vpcId });
  expect(vpcOf(factsOf(given)).blockPublicAccessExclusion).toBe('allow-egress');
});

test('tasks behind a NAT gateway whose subnet is excluded from block public access are reachable', () => {
  const given = fargate({ vpcProps: { natGateways: 1 } });
  new ec2.CfnVPCBlockPublicAccessOptions(given.stack, 'Block', { internetGatewayBlockMode: 'block-bidirectional' });
  given.vpc.publicSubnets.forEach(({ subnetId }, number) => new ec2.CfnVPCBlockPublicAccessExclusion(given.stack, `Exclusion${number}`, {
    subnetId, internetGatewayExclusionMode: 'allow-egress',
  }));
  expect(verdict(given).outcome).toBe('reachable');
});
