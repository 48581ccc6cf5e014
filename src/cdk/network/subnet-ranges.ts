import { describeIdentity, knownText } from './references';
import { SubnetFacts } from '../../egress';
import { Properties } from '../tree/properties';
import { StageIndex } from '../tree/stage-index';

/** The IPv4 range of a subnet; none if the subnet has only IPv6. A range from an IPAM pool is known only to CloudFormation. */
export function ipv4RangeOf(index: StageIndex, identity: string): Pick<SubnetFacts, 'ipv4Cidr'> {
  const id = describeIdentity(identity);
  const resource = index.find(identity);
  if (!resource) return { ipv4Cidr: { unknown: `the IPv4 range of subnet ${id} is not part of this app` } };
  const { CidrBlock, Ipv4IpamPoolId, Ipv4NetmaskLength } = index.read(resource);
  if (CidrBlock === undefined && Ipv4IpamPoolId === undefined && Ipv4NetmaskLength === undefined) return {};
  return { ipv4Cidr: knownText(CidrBlock, `the IPv4 range of subnet ${id}`) };
}

/** The IPv6 range of a subnet, which a resource of its own may add. */
export function ipv6RangeOf(index: StageIndex, identity: string): Pick<SubnetFacts, 'ipv6Cidr'> {
  const resource = index.find(identity);
  const [added] = index.by('AWS::EC2::SubnetCidrBlock', 'SubnetId').get(identity) ?? [];
  if (!resource && !added) return { ipv6Cidr: { unknown: `the IPv6 range of subnet ${describeIdentity(identity)} is not part of this app` } };
  const { Ipv6CidrBlock, Ipv6IpamPoolId, Ipv6NetmaskLength } = resource ? index.read(resource) : {} as Properties;
  if (Ipv6CidrBlock === undefined && Ipv6IpamPoolId === undefined && Ipv6NetmaskLength === undefined && added === undefined) return {};
  const range = Ipv6CidrBlock ?? (added && index.read(added).Ipv6CidrBlock);
  return { ipv6Cidr: knownText(range, `the IPv6 range of subnet ${describeIdentity(identity)}`) };
}
