import { hopSubnet } from './hop-subnets';
import { Destination } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** A destination with the subnet that its address is in, if this app creates that subnet. Only IPv4 addresses are looked for. */
export function located(index: StageIndex, destination: Destination | undefined, vpc: string | undefined): Destination | undefined {
  if (destination?.kind !== 'address' || vpc === undefined) return destination;
  const subnet = (index.by('AWS::EC2::Subnet', 'VpcId').get(vpc) ?? []).find(one => contains(index.read(one).CidrBlock, destination.address));
  return subnet ? { ...destination, subnet: hopSubnet(index, `${subnet.node.path}#Ref`) } : destination;
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
