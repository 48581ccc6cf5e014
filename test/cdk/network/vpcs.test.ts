import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { onlyCloudFormationKnows, onPublic, verdict } from './given';
import { fargate } from '../../given';

test('a VPC without DNS support is unreachable', () => {
  const given = fargate({ vpcProps: { natGateways: 1, enableDnsSupport: false, enableDnsHostnames: false } });
  expect(verdict(given)).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('VPC Stack/Vpc has DNS support turned off') });
});

/** A service in a VPC with DHCP options. */
function withDhcpOptions(make: (given: ReturnType<typeof fargate>) => string) {
  const given = fargate();
  new ec2.CfnVPCDHCPOptionsAssociation(given.stack, 'Association', { vpcId: given.vpc.vpcId, dhcpOptionsId: make(given) });
  return given;
}

test('name servers of the user make the verdict unknown', () => {
  const given = withDhcpOptions(({ stack }) => new ec2.CfnDHCPOptions(stack, 'Dhcp', { domainNameServers: ['10.0.0.2'] }).ref);
  expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('10.0.0.2') });
});

test('DHCP options that are not in this app make the verdict unknown', () => {
  expect(verdict(withDhcpOptions(() => 'dopt-1'))).toMatchObject({
    outcome: 'unknown', text: expect.stringContaining('DHCP options dopt-1 are not part of this app'),
  });
});

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
