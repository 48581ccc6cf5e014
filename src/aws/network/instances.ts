import type { Instance, InstanceNetworkInterface } from '@aws-sdk/client-ec2';
import { Fact } from '../../egress';

/** The interface of a container instance that its tasks share with it. */
export interface InstanceInterface {
  readonly instance: string;
  /** Undefined where EC2 tells none. */
  readonly subnet: string | undefined;
  readonly vpc: string | undefined;
  readonly securityGroups: readonly string[];
  readonly publicIpv4: boolean;
  readonly ipv6: boolean;
}

/** Instances that run or are about to; the others run no tasks, and have given their public address back. */
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

/** Uniting the groups of instances that differ would be too kind, so that only instances that are alike are judged. */
export function commonGroups(interfaces: readonly InstanceInterface[], service: string): Fact<readonly string[]> {
  const byGroups = new Map(interfaces.map(({ instance, securityGroups }) => [securityGroups.join(' and '), { instance, securityGroups }]));
  const [first] = byGroups.values();
  return byGroups.size === 1 ? first.securityGroups : {
    unknown: `the container instances of service ${service} have different security groups (${[...byGroups].map(([groups, { instance }]) => `${instance}: ${groups}`).join('; ')})`,
  };
}
