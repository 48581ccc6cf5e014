import type { Instance, InstanceNetworkInterface } from '@aws-sdk/client-ec2';
import { Fact } from '../../egress';

/** The interface of a container instance, which its tasks share. */
export interface InstanceInterface {
  readonly instance: string;
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

export function interfaceOf(instance: Instance): InstanceInterface {
  const { InstanceId = '?', SubnetId, VpcId, SecurityGroups = [], PublicIpAddress, Ipv6Address, NetworkInterfaces = [] } = instance;
  const primary = NetworkInterfaces.find(isPrimary);
  return {
    instance: InstanceId,
    subnet: primary?.SubnetId ?? SubnetId,
    vpc: primary?.VpcId ?? VpcId,
    securityGroups: (primary?.Groups ?? SecurityGroups).flatMap(({ GroupId }) => GroupId ?? []).sort(),
    publicIpv4: (primary?.Association?.PublicIp ?? PublicIpAddress) !== undefined,
    ipv6: primary?.Ipv6Addresses === undefined ? Ipv6Address !== undefined : primary.Ipv6Addresses.length > 0,
  };
}

function isPrimary({ Attachment }: InstanceNetworkInterface): boolean {
  return Attachment?.DeviceIndex === 0 && (Attachment.NetworkCardIndex ?? 0) === 0;
}

/** The rules of different instances do not add up, so security groups are known only if all instances have the same. */
export function commonGroups(interfaces: readonly InstanceInterface[], service: string): Fact<readonly string[]> {
  const byGroups = new Map(interfaces.map(({ instance, securityGroups }) => [securityGroups.join(' and '), { instance, securityGroups }]));
  const [first] = byGroups.values();
  if (byGroups.size === 1) return first.securityGroups;
  const differing = [...byGroups].map(([groups, { instance }]) => `${instance}: ${groups}`).join('; ');
  return { unknown: `the container instances of service ${service} have different security groups (${differing})` };
}
