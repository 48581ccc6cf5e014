import type { Instance, NetworkInterface } from '@aws-sdk/client-ec2';
import { Beyond } from './beyond';
import { Ec2Account } from './ec2-account';
import { InstanceInterface, interfaceOf } from './instances';
import { Read } from './reads';
import { found } from './unread';
import { ForwarderFacts, isUnknown, RouteTarget } from '../../egress';

type Hop = Extract<RouteTarget, { kind: 'instance' | 'network-interface' }>;

/** The instance that a route leads to, by one of its interfaces. @param routed  id of that interface, if EC2 names it */
export async function instanceHop(account: Ec2Account, id: string, routed: string | undefined, beyond: Beyond): Promise<Hop> {
  const read = await account.instance.of(id);
  const instance = found(read, `instance ${id}`);
  return {
    kind: 'instance',
    id,
    seen: seenIn(read, stateOf),
    forwarder: isUnknown(instance) ? instance : await forwarder(interfaceOf(instance, routed), `instance ${id}`, beyond),
  };
}

export async function interfaceHop(account: Ec2Account, id: string, beyond: Beyond): Promise<Hop> {
  const read = await account.networkInterface.of(id);
  const nic = found(read, `network interface ${id}`);
  return {
    kind: 'network-interface',
    id,
    seen: seenIn(read, kindOf),
    forwarder: isUnknown(nic) ? nic : await forwarder(settingsOf(nic), forwarderName(nic, id), beyond),
  };
}

function seenIn<T>({ items, failure }: Read<T>, describe: (item: T) => string): string {
  if (items.length > 0) return describe(items[0]);
  return failure === undefined ? 'not found in this account and region' : `could not be read: ${failure}`;
}

function stateOf({ State }: Instance): string {
  return State?.Name ?? 'state unknown';
}

function kindOf({ InterfaceType, Status, Attachment }: NetworkInterface): string {
  const type = InterfaceType === undefined || InterfaceType === 'interface' ? [] : [`of type ${InterfaceType}`];
  const instance = Attachment?.InstanceId === undefined ? [] : [`of instance ${Attachment.InstanceId}`];
  return [...type, ...instance, Status ?? 'status unknown'].join(', ');
}

function settingsOf({ SourceDestCheck, SubnetId, VpcId, Groups = [], Association, Ipv6Addresses = [] }: NetworkInterface): InstanceInterface {
  return {
    sourceDestCheck: SourceDestCheck,
    subnet: SubnetId,
    vpc: VpcId,
    securityGroups: Groups.flatMap(({ GroupId }) => GroupId ?? []),
    publicIpv4: Association?.PublicIp !== undefined,
    ipv6: Ipv6Addresses.length > 0,
  };
}

function forwarderName({ Attachment }: NetworkInterface, id: string): string {
  return Attachment?.InstanceId === undefined ? `network interface ${id}` : `instance ${Attachment.InstanceId}`;
}

async function forwarder(
  { sourceDestCheck, publicIpv4, securityGroups, subnet }: InstanceInterface, name: string, beyond: Beyond,
): Promise<ForwarderFacts> {
  const notReturned = (what: string) => ({ unknown: `EC2 did not return the ${what} of ${name}` });
  const [groups, place] = await Promise.all([
    securityGroups.length === 0 ? notReturned('security groups') : beyond.securityGroups(securityGroups),
    subnet === undefined ? notReturned('subnet') : beyond.subnet(subnet),
  ]);
  return {
    sourceDestCheck: sourceDestCheck ?? notReturned('source/destination check'),
    publicIpv4,
    forwards: { unknown: `EC2 cannot tell whether ${name} forwards traffic` },
    securityGroups: groups,
    subnet: place,
  };
}
