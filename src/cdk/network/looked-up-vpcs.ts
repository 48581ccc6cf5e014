import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Fact, NetworkAclFacts, Route, VpcFacts } from '../../egress';
import { isLookedUp } from '../tree/non-public';
import { StageIndex } from '../tree/stage-index';

/** How `Vpc.fromLookup` classifies a subnet. */
type LookedUpClass = 'Public' | 'Private' | 'Isolated';

/** The class of each subnet of a looked-up VPC, by subnet id; empty for any other VPC, whose classes are only what the app says. */
export function lookedUpClasses(index: StageIndex, vpc: ec2.IVpc): ReadonlyMap<string, LookedUpClass> {
  return index.once(`looked-up classes of ${vpc.node.path}`, () => new Map(isLookedUp(vpc)
    ? [
      ...vpc.publicSubnets.map(subnet => [subnet.subnetId, 'Public'] as const),
      ...vpc.privateSubnets.map(subnet => [subnet.subnetId, 'Private'] as const),
      ...vpc.isolatedSubnets.map(subnet => [subnet.subnetId, 'Isolated'] as const),
    ]
    : []));
}

/** What the class of a subnet says of its routes. The lookup classifies a subnet as public if it has a route to an internet gateway. */
export function lookedUpRoutes(subnet: string, lookedUp: LookedUpClass): Fact<readonly Route[]> {
  switch (lookedUp) {
    case 'Public': return [{ destination: { cidr: '0.0.0.0/0' }, target: { kind: 'internet-gateway', id: 'found by the VPC lookup' } }];
    case 'Private': return { unknown: `the VPC lookup classifies subnet ${subnet} as private; the reason can be a NAT gateway, a transit gateway or a tag` };
    case 'Isolated': return {
      unknown: `the VPC lookup classifies subnet ${subnet} as isolated, but it cannot see a way out through an instance, a firewall or a transit gateway`,
    };
  }
}

/**
 * The network ACL of a looked-up public subnet. The lookup does not read network ACLs, so the rules are taken to be those of a new
 * VPC: otherwise the verdict for every looked-up VPC would be `unknown`.
 */
export const LOOKED_UP_ACL: NetworkAclFacts = {
  id: 'a network ACL that the VPC lookup does not read',
  entries: (['egress', 'ingress'] as const).map(direction => ({ ruleNumber: 100, direction, action: 'allow', protocol: '-1', cidr: '0.0.0.0/0' })),
};

/** The lookup does not read the settings of the VPC either. They are taken to be those of a new VPC. */
export function lookedUpVpcFacts(vpc: ec2.IVpc): VpcFacts {
  const id = vpc.vpcId;
  return {
    id,
    cidrs: [vpc.vpcCidrBlock],
    dnsSupport: true,
    domainNameServers: ['AmazonProvidedDNS'],
    blockPublicAccess: 'off',
    endpoints: { unknown: `the endpoints of VPC ${id} are not part of this app` },
  };
}
