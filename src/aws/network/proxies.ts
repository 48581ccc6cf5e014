import { BlockList, isIP } from 'node:net';
import { Ec2Account } from './ec2-account';
import { rangesOf } from './subnets';
import { unread } from './unread';
import { Fact, isUnknown, VpcFacts } from '../../egress';

/** The id of the subnet that an address is in. @returns undefined if it is in no subnet of the VPC */
export async function subnetOfAddress(account: Ec2Account, address: string, { id, cidrs }: VpcFacts): Promise<Fact<string> | undefined> {
  if (!isUnknown(cidrs) && !isIn(address, cidrs)) return undefined;
  const { items, failure } = await account.subnetsOfVpc.of(id);
  const subnet = items.find(item => isIn(address, Object.values(rangesOf(item)).filter(range => typeof range === 'string')));
  if (subnet) return subnet.SubnetId ?? { unknown: `EC2 did not return the id of the subnet of ${address}` };
  return failure === undefined ? undefined : unread(`the subnet of ${address}`, failure);
}

function isIn(address: string, ranges: readonly string[]): boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [network, length] = range.split('/');
    if (isIP(network) !== 0) list.addSubnet(network, Number(length), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
