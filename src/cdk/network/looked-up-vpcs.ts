import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { blockPublicAccess, exclusionOf } from './block-public-access';
import { namesFacts } from './names';
import { Fact, NetworkAclFacts, Route, SubnetFacts, VpcFacts } from '../../egress';
import { isLookedUp } from '../tree/non-public';
import { StageIndex } from '../tree/stage-index';

/** A subnet of a looked-up VPC. */
export interface LookedUpSubnet {
  readonly id: string;
  /** How `Vpc.fromLookup` classifies it. */
  readonly type: 'Public' | 'Private' | 'Isolated';
  /** @default - the look-up does not tell its IPv4 range */
  readonly ipv4Cidr?: string;
}

/** The subnets of a looked-up VPC, by id; empty for any other VPC, of which the app only states the classes. */
export function lookedUpSubnets(index: StageIndex, vpc: ec2.IVpc): ReadonlyMap<string, LookedUpSubnet> {
  return index.once(`looked-up subnets of ${vpc.node.path}`, () => new Map((isLookedUp(vpc)
    ? [
      ...vpc.publicSubnets.map(subnet => readSubnet(subnet, 'Public')),
      ...vpc.privateSubnets.map(subnet => readSubnet(subnet, 'Private')),
      ...vpc.isolatedSubnets.map(subnet => readSubnet(subnet, 'Isolated')),
    ]
    : []).map(subnet => [subnet.id, subnet])));
}

function readSubnet(subnet: ec2.ISubnet, type: LookedUpSubnet['type']): LookedUpSubnet {
  const id = subnet.subnetId;
  try {
    return { id, type, ipv4Cidr: subnet.ipv4CidrBlock || undefined };
  } catch {
    // The CDK throws if the look-up has no range.
    return { id, type };
  }
}

/** A subnet with an IPv4 range is not IPv6-only. The look-up does not read IPv6 ranges: there are taken to be none in public subnets. */
export function lookedUpRanges({ id, type, ipv4Cidr }: LookedUpSubnet): Pick<SubnetFacts, 'ipv4Cidr' | 'ipv6Cidr' | 'ipv6Native'> {
  const unread = (what: string) => ({ unknown: `the VPC lookup does not read ${what} of subnet ${id}` });
  return {
    ipv4Cidr: ipv4Cidr ?? unread('the IPv4 range'),
    ipv6Native: ipv4Cidr === undefined ? unread('the IPv4 range') : false,
    ...type === 'Public' ? {} : { ipv6Cidr: unread('the IPv6 range') },
  };
}

/** What the class of a subnet says of its routes. The lookup classifies a subnet as public if it has a route to an internet gateway. */
export function lookedUpRoutes(subnet: string, type: LookedUpSubnet['type']): Fact<readonly Route[]> {
  switch (type) {
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

/** The lookup does not read the settings of the VPC either. They are taken to be those of a new VPC, with what this app adds to it. */
export function lookedUpVpcFacts(index: StageIndex, vpc: ec2.IVpc): VpcFacts {
  const id = vpc.vpcId;
  return {
    id,
    cidrs: [vpc.vpcCidrBlock],
    dnsSupport: true,
    domainNameServers: ['AmazonProvidedDNS'],
    ...namesFacts(index, id),
    blockPublicAccess: blockPublicAccess(index, vpc.stack),
    ...exclusionOf(index, 'VpcId', id),
    endpoints: { unknown: `the endpoints of VPC ${id} are not part of this app` },
  };
}
