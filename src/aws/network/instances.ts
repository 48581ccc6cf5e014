import type { Instance, InstanceNetworkInterface } from '@aws-sdk/client-ec2';

/** A network interface of an instance, with the members that EC2 returns only of the instance if its interfaces are not returned. */
export interface InstanceInterface {
  readonly sourceDestCheck: boolean | undefined;
  /** Undefined if EC2 returns none. */
  readonly subnet: string | undefined;
  readonly vpc: string | undefined;
  readonly securityGroups: readonly string[];
  readonly publicIpv4: boolean;
  readonly ipv6: boolean;
}

/** Instances that are running or about to run. The others run no tasks, and have released their public address. */
export function isUp({ State }: Instance): boolean {
  return State?.Name === undefined || State.Name === 'running' || State.Name === 'pending';
}

/** @param id  of the interface. @default - the primary one */
export function interfaceOf(instance: Instance, id?: string): InstanceInterface {
  const { SubnetId, VpcId, SecurityGroups = [], PublicIpAddress, Ipv6Address, NetworkInterfaces = [], SourceDestCheck } = instance;
  const seen = NetworkInterfaces.find(({ NetworkInterfaceId }) => id !== undefined && NetworkInterfaceId === id) ?? NetworkInterfaces.find(isPrimary);
  return {
    sourceDestCheck: seen?.SourceDestCheck ?? SourceDestCheck,
    subnet: seen?.SubnetId ?? SubnetId,
    vpc: seen?.VpcId ?? VpcId,
    securityGroups: (seen?.Groups ?? SecurityGroups).flatMap(({ GroupId }) => GroupId ?? []).sort(),
    publicIpv4: (seen && !isPrimary(seen) ? seen.Association?.PublicIp : seen?.Association?.PublicIp ?? PublicIpAddress) !== undefined,
    ipv6: seen?.Ipv6Addresses === undefined ? Ipv6Address !== undefined : seen.Ipv6Addresses.length > 0,
  };
}

function isPrimary({ Attachment }: InstanceNetworkInterface): boolean {
  return Attachment?.DeviceIndex === 0 && (Attachment.NetworkCardIndex ?? 0) === 0;
}
