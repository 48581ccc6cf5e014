import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { verdict } from './given';
import { fargate } from '../../given';

/** The verdict for a service in private subnets with a network ACL, which has no entries at first. */
function withAcl(add: (allow: (direction: ec2.TrafficDirection, traffic: ec2.AclTraffic) => void) => void) {
  const given = fargate();
  const acl = new ec2.NetworkAcl(given.stack, 'Acl', { vpc: given.vpc, subnetSelection: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } });
  add((direction, traffic) => acl.addEntry(`${direction}`, { direction, traffic, ruleNumber: 100, cidr: ec2.AclCidr.anyIpv4() }));
  return verdict(given);
}

const { EGRESS, INGRESS } = ec2.TrafficDirection;

test('a network ACL without entries denies everything', () => {
  expect(withAcl(() => {})).toMatchObject({
    outcome: 'unreachable', text: expect.stringContaining('its network ACL (Stack/Acl) denies outbound TCP 443 to the internet'),
  });
});

test('a network ACL that allows 443 out and the ephemeral ports in is reachable', () => {
  expect(withAcl(allow => {
    allow(EGRESS, ec2.AclTraffic.tcpPort(443));
    allow(INGRESS, ec2.AclTraffic.tcpPortRange(1024, 65535));
  }).outcome).toBe('reachable');
});

test('a network ACL that denies the ephemeral ports in is unreachable', () => {
  expect(withAcl(allow => {
    allow(EGRESS, ec2.AclTraffic.allTraffic());
    allow(INGRESS, ec2.AclTraffic.tcpPort(80));
  })).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('ephemeral ports') });
});

test('a network ACL that is not in this app makes the verdict unknown', () => {
  const given = fargate();
  const networkAcl = ec2.NetworkAcl.fromNetworkAclId(given.stack, 'Acl', 'acl-1');
  given.vpc.privateSubnets.forEach((subnet, number) => new ec2.SubnetNetworkAclAssociation(given.stack, `Association${number}`, { subnet, networkAcl }));
  expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('acl-1') });
});

test('an entry that this app adds to the default network ACL of the VPC counts', () => {
  const given = fargate();
  new ec2.CfnNetworkAclEntry(given.stack, 'Deny', {
    networkAclId: given.vpc.vpcDefaultNetworkAcl, ruleNumber: 50, ruleAction: 'deny', protocol: -1, egress: true, cidrBlock: '0.0.0.0/0',
  });
  expect(verdict(given)).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('its network ACL (default) denies outbound TCP 443') });
});
