import type { Instance, NetworkInterface } from '@aws-sdk/client-ec2';
import type { Ec2Account } from './ec2-account';
import type { Read } from './reads';

/** What a reader would look at of an instance behind a route; whether it forwards cannot be seen from outside. */
export async function instanceSeen(account: Ec2Account, id: string, networkInterface: string | undefined): Promise<string> {
  return words(await account.instance.of(id), instance => describeInstance(instance, networkInterface));
}

export async function interfaceSeen(account: Ec2Account, id: string): Promise<string> {
  return words(await account.networkInterface.of(id), describeInterface);
}

function words<T>({ items, failure }: Read<T>, describe: (item: T) => string): string {
  if (items.length > 0) return describe(items[0]);
  return failure === undefined ? 'not found in this account and region' : `not read, since ${failure}`;
}

function describeInstance({ State, SourceDestCheck, PublicIpAddress, NetworkInterfaces = [] }: Instance, routed: string | undefined): string {
  // Each interface has a check and an address of its own; the instance tells those of its first.
  const nic = NetworkInterfaces.find(({ NetworkInterfaceId }) => NetworkInterfaceId === routed);
  return [State?.Name ?? 'of unknown state', check(nic?.SourceDestCheck ?? SourceDestCheck), address(nic ? nic.Association?.PublicIp : PublicIpAddress)].join(', ');
}

function describeInterface({ InterfaceType, Status, SourceDestCheck, Attachment, Association }: NetworkInterface): string {
  const type = InterfaceType === undefined || InterfaceType === 'interface' ? [] : [`of type ${InterfaceType}`];
  const instance = Attachment?.InstanceId === undefined ? [] : [`of instance ${Attachment.InstanceId}`];
  return [...type, ...instance, Status ?? 'of unknown status', check(SourceDestCheck), address(Association?.PublicIp)].join(', ');
}

function check(isOn: boolean | undefined): string {
  return `source/destination check ${isOn === undefined ? 'not told' : isOn ? 'on' : 'off'}`;
}

function address(publicIp: string | undefined): string {
  return publicIp === undefined ? 'no public address' : `public address ${publicIp}`;
}
