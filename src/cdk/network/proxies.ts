import { hopSubnet } from './hop-subnets';
import { ipv4RangeOf, ipv6RangeOf } from './subnet-ranges';
import { Destination, isUnknown } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** A destination with the subnet that its address is in, if this app creates subnets of the VPC. IPv6 ranges are not compared. */
export function located(index: StageIndex, destination: Destination | undefined, vpc: string | undefined): Destination | undefined {
  if (destination?.kind !== 'address' || vpc === undefined) return destination;
  const { address } = destination;
  const subnets = (index.by('AWS::EC2::Subnet', 'VpcId').get(vpc) ?? []).map(subnet => `${subnet.node.path}#Ref`);
  const ranges = subnets.map(subnet => address.includes(':') ? ipv6RangeOf(index, subnet).ipv6Cidr : ipv4RangeOf(index, subnet).ipv4Cidr);
  const found = subnets.find((_, number) => contains(ranges[number], address));
  if (found !== undefined) return { ...destination, subnet: hopSubnet(index, found) };
  const mayContain = ranges.some(range => isUnknown(range) || range?.includes(':'));
  return mayContain ? { ...destination, subnet: { unknown: `it is unknown which subnet ${address} is in` } } : destination;
}

/** Whether an IPv4 range, e.g. `10.0.0.0/24`, contains an address. */
function contains(range: unknown, address: string): boolean {
  const [network, bits] = typeof range === 'string' ? range.split('/') : [];
  const [first, one] = [numberOf(network), numberOf(address)];
  const size = 2 ** (32 - Number(bits));
  return first !== undefined && one !== undefined && one >= first && one < first + size;
}

function numberOf(address: string | undefined): number | undefined {
  return /^\d+(\.\d+){3}$/.test(address ?? '') ? address!.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) : undefined;
}
