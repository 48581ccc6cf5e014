import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { factsOf, onlyCloudFormationKnows, verdict, vpcOf } from './given';
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
  const given = withDhcpOptions(({ stack }) => new ec2.CfnDHCPOptions(stack, 'Dhcp', { domainNameServers: ['10.0.0.53'] }).ref);
  expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('10.0.0.53') });
});

test('the address of the VPC\'s own resolver is Amazon\'s name server', () => {
  const given = withDhcpOptions(({ stack }) => new ec2.CfnDHCPOptions(stack, 'Dhcp', { domainNameServers: ['10.0.0.2'] }).ref);
  expect(verdict(given).outcome).toBe('reachable');
});

test('name servers that are known only to CloudFormation make the verdict unknown', () => {
  const given = withDhcpOptions(({ stack }) => new ec2.CfnDHCPOptions(stack, 'Dhcp', { domainNameServers: [onlyCloudFormationKnows(stack)] }).ref);
  expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringMatching(/name servers in Stack\/Dhcp are known only to CloudFormation/i) });
});

test('the ranges of a VPC are its primary IPv4 range and the blocks that the app adds', () => {
  const given = fargate();
  new ec2.CfnVPCCidrBlock(given.stack, 'Second', { vpcId: given.vpc.vpcId, cidrBlock: '10.1.0.0/16' });
  new ec2.CfnVPCCidrBlock(given.stack, 'Ipv6', { vpcId: given.vpc.vpcId, ipv6CidrBlock: '2001:db8::/56', ipv6Pool: 'pool' });
  expect(vpcOf(factsOf(given)).cidrs).toEqual(['10.0.0.0/16', '10.1.0.0/16', '2001:db8::/56']);
});

test('if Amazon provides an IPv6 range, the IPv4 ranges of the VPC are still known', () => {
  expect(vpcOf(factsOf(fargate({ vpcProps: { ipProtocol: ec2.IpProtocol.DUAL_STACK } }))).cidrs).toEqual(['10.0.0.0/16']);
});

test('the DNS host names of a VPC are a fact, since private hosted zones need them', () => {
  expect(vpcOf(factsOf(fargate())).dnsHostnames).toBe(true);
  const off = fargate();
  (off.vpc.node.defaultChild as ec2.CfnVPC).enableDnsHostnames = undefined;
  expect(vpcOf(factsOf(off)).dnsHostnames).toBe(false);
});

test('DHCP options that are not in this app make the verdict unknown', () => {
  expect(verdict(withDhcpOptions(() => 'dopt-1'))).toMatchObject({
    outcome: 'unknown', text: expect.stringContaining('DHCP options dopt-1 are not part of this app'),
  });
});
