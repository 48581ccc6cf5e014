import { EgressFacts, Fact, HostKind, InstanceFacts, isUnknown, SecurityGroupFacts, SubnetFacts, Unknown } from './facts';

/** A network interface that may carry the agent's traffic, with its addresses. */
export interface Interface {
  readonly subnet: SubnetFacts;
  readonly securityGroups: Fact<readonly SecurityGroupFacts[]>;
  /** Whether it is the task's own, or that of its container instance. */
  readonly owner: 'task' | 'instance';
  readonly hostKind: Fact<HostKind>;
  readonly ipv4: Fact<boolean>;
  readonly publicIpv4: Fact<boolean>;
  readonly ipv6: Fact<boolean>;
}

export interface Placement {
  /** ECS chooses one of them for each task, so each must lead out. */
  readonly interfaces: readonly Interface[];
  /** Interfaces that cannot be seen, each with the reason. */
  readonly unseen: readonly Unknown[];
}

/**
 * The interfaces that the tasks may use: their own in `awsvpc` mode, those of the container instances in `host` and `bridge` mode.
 * While the network mode is not known, the service's network configuration tells it.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html
 */
export function placementOf(facts: EgressFacts): Placement {
  const { networkMode, service } = facts;
  return networkMode === 'awsvpc' || isUnknown(networkMode) && service !== undefined ? ofTasks(facts) : ofInstances(facts);
}

function ofTasks({ service, hostKind }: EgressFacts): Placement {
  if (service === undefined) return nowhere({ unknown: 'the service has no network configuration' });
  const { subnets, securityGroups, assignPublicIp } = service;
  if (isUnknown(subnets)) return nowhere(subnets);
  const interfaces = subnets.map((subnet): Interface => ({
    subnet,
    securityGroups,
    owner: 'task',
    hostKind,
    ipv4: ipv4In(subnet),
    publicIpv4: unlessIpv6Native(subnet, publicAddressOfTask(hostKind, assignPublicIp)),
    ipv6: ipv6OfTask(subnet),
  }));
  return { interfaces, unseen: [] };
}

function nowhere(unknown: Unknown): Placement {
  return { interfaces: [], unseen: [unknown] };
}

/**
 * ECS gives the interfaces of tasks on EC2 no public address, also if the service asks for one. AWS's pages do not say whether tasks
 * on Managed Instances get the one that they ask for.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html
 */
function publicAddressOfTask(hostKind: Fact<HostKind>, assignPublicIp: Fact<boolean>): Fact<boolean> {
  if (hostKind === 'EC2' || assignPublicIp === false) return false;
  if (hostKind === 'FARGATE' || isUnknown(assignPublicIp)) return assignPublicIp;
  return isUnknown(hostKind)
    ? { unknown: 'whether tasks get the public address that the service asks for depends on what runs them' }
    : { unknown: 'AWS does not say whether tasks on Managed Instances get the public address that the service asks for (assignPublicIp)' };
}

function ofInstances(facts: EgressFacts): Placement {
  const { instances = { unknown: 'the container instances of the service cannot be seen' } } = facts;
  if (isUnknown(instances)) return nowhere(instances);
  if (instances.length === 0) return nowhere({ unknown: 'no container instance of the service is running' });
  const unseen = instances.map(({ subnets }) => subnets).filter(isUnknown);
  const interfaces = instances.flatMap(instance => isUnknown(instance.subnets)
    ? []
    : instance.subnets.map(subnet => ofInstance(instance, subnet, facts)));
  return { interfaces, unseen };
}

function ofInstance({ securityGroups, publicIpv4, ipv6 }: InstanceFacts, subnet: SubnetFacts, { hostKind, networkMode }: EgressFacts): Interface {
  const hasIpv6 = ipv6 ?? (subnet.ipv6Native === true ? true : subnet.assignIpv6AddressOnCreation ?? false);
  return {
    subnet,
    securityGroups,
    owner: 'instance',
    hostKind,
    ipv4: ipv4In(subnet),
    publicIpv4: unlessIpv6Native(subnet, publicIpv4 ?? subnet.mapPublicIpOnLaunch),
    ipv6: networkMode === 'bridge' && hasIpv6 !== false ? { unknown: 'whether Docker\'s bridge network carries IPv6 is a setting of the instance' } : hasIpv6,
  };
}

/** An interface in an IPv6-only subnet has no IPv4 address. */
function ipv4In({ ipv6Native, vouchedBy }: SubnetFacts): Fact<boolean> {
  if (!isUnknown(ipv6Native)) return !ipv6Native;
  return vouchedBy === undefined ? ipv6Native : true;
}

function unlessIpv6Native({ ipv6Native }: SubnetFacts, publicIpv4: Fact<boolean>): Fact<boolean> {
  return ipv6Native === true ? false : publicIpv4;
}

/**
 * In an IPv6-only subnet, each task gets an IPv6 address. In a dual-stack subnet, an account setting decides.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html
 */
function ipv6OfTask({ id, ipv6Native, ipv6Cidr }: SubnetFacts): Fact<boolean> {
  if (isUnknown(ipv6Native)) return ipv6Native;
  if (ipv6Native) return true;
  return ipv6Cidr === undefined ? false : { unknown: `whether tasks get an IPv6 address in ${id} depends on the account setting dualStackIPv6` };
}
