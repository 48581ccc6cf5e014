import type { Instance, NetworkInterface } from '@aws-sdk/client-ec2';
import { Ec2Account } from './ec2-account';
import { Read } from './reads';

/** What can be seen of an instance behind a route. Whether it forwards traffic cannot be seen from outside. */
export async function instanceSeen(account: Ec2Account, id: string, networkInterface: string | undefined): Promise<string> {
  return described(await account.instance.of(id), instance => describeInstance(instance, networkInterface));
}

export async function interfaceSeen(account: Ec2Account, id: string): Promise<string> {
  return described(await account.networkInterface.of(id), describeInterface);
}

function described<T>({ items, failure }: Read<T>, describe: (item: T) => string): string {
  if (items.length > 0) return describe(items[0]);
  return failure === undefined ? 'not found in this account and region' : `could not be read: ${failure}`;
}

function describeInstance({ State, SourceDestCheck, PublicIpAddress, NetworkInterfaces = [] }: Instance, routed: string | undefined): string {
  // Each interface has its own check and address; the instance has those of its first one.
  const nic = NetworkInterfaces.find(({ NetworkInterfaceId }) => NetworkInterfaceId === routed);
  const publicIp = nic ? nic.Association?.PublicIp : PublicIpAddress;
  return [State?.Name ?? 'state unknown', sourceDestCheck(nic?.SourceDestCheck ?? SourceDestCheck), publicAddress(publicIp)].join(', ');
}

function describeInterface({ InterfaceType, Status, SourceDestCheck, Attachment, Association }: NetworkInterface): string {
  const type = InterfaceType === undefined || InterfaceType === 'interface' ? [] : [`of type ${InterfaceType}`];
  const instance = Attachment?.InstanceId === undefined ? [] : [`of instance ${Attachment.InstanceId}`];
  return [...type, ...instance, Status ?? 'status unknown', sourceDestCheck(SourceDestCheck), publicAddress(Association?.PublicIp)].join(', ');
}

function sourceDestCheck(isOn: boolean | undefined): string {
  return `source/destination check ${isOn === undefined ? 'unknown' : isOn ? 'on' : 'off'}`;
}

function publicAddress(publicIp: string | undefined): string {
  return publicIp === undefined ? 'no public address' : `public address ${publicIp}`;
}
