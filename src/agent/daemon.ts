import { DEFAULT_RESERVATION_MIB } from './container';
import { Generation } from './generations';
import { AgentOptions } from './options';

/**
 * One agent on each container instance, in the instance's own network: it watches the services of the instance that use network mode
 * `bridge`, which no sidecar can. Tasks in `awsvpc` mode have networks of their own, so it does not see them.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html
 */
export const DAEMON = {
  networkMode: 'host',
  schedulingStrategy: 'DAEMON',
  /** Both agents are Linux programs. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html */
  placementConstraint: 'attribute:ecs.os-type == linux',
  /**
   * A request to a container in `bridge` mode passes the instance's own interface (`eth0` or `ens5`), the bridge `docker0` and the
   * container's end of it, a veth. On the bridge it is seen once, at the container's own port.
   */
  networkInterface: 'docker0',
} as const;

/**
 * CPU units that an instance sets aside for the agent: a quarter of a core. At 500 requests a second the agents used 23 % and 34 % of
 * one. It is a share, and no limit.
 */
const CPU_UNITS = 256;

/** The options that a daemon has if they are not given. */
type DaemonDefaults = Pick<AgentOptions, 'cpu' | 'memoryLimitMiB' | 'memoryReservationMiB' | 'networkInterfaces'>;

/**
 * The options with what a daemon has if they do not say otherwise: the tasks of other services are on the instance, so its memory is limited.
 */
export function daemonOptions<T extends Omit<AgentOptions, 'image'>>({ recommendedMemoryLimitMiB }: Generation, options: T): T & DaemonDefaults {
  const reservation: unknown = options.memoryReservationMiB;
  const { networkInterfaces = [] } = options;
  // ECS refuses a reservation above the limit.
  const limit = options.memoryLimitMiB ?? Math.max(recommendedMemoryLimitMiB, typeof reservation === 'number' ? reservation : 0);
  return {
    ...options,
    cpu: options.cpu ?? CPU_UNITS,
    memoryLimitMiB: limit,
    memoryReservationMiB: options.memoryReservationMiB ?? (limit >= DEFAULT_RESERVATION_MIB ? DEFAULT_RESERVATION_MIB : undefined),
    // Without any, the agent would listen on all.
    networkInterfaces: networkInterfaces.length === 0 ? [DAEMON.networkInterface] : networkInterfaces,
  };
}

/**
 * A BPF expression for the requests to some ports. On the bridge these are the ports of the containers.
 *
 * @see https://www.tcpdump.org/manpages/pcap-filter.7.html
 */
export function portsFilter(ports: readonly (number | string)[]): string {
  return ports.map(port => `tcp port ${port}`).join(' or ');
}

/** The options that leave requests out. */
const FILTERS = ['bpfFilter', 'hostAllow', 'hostExclusions', 'pathAllow', 'pathExclusions'] satisfies (keyof AgentOptions)[];

/**
 * What an agent captures, as a text that differs between agents that are told to capture different requests, or run on different instances.
 * Empty if it captures all. Interfaces do not count: a request passes several of them.
 *
 * @param instances  the placement constraints of the agent's own task
 */
export function captureSelection(options: Pick<AgentOptions, (typeof FILTERS)[number]>, instances: readonly unknown[] = []): string {
  const given = FILTERS.flatMap(name => options[name] === undefined ? [] : [[name, options[name]]]);
  return given.length === 0 && instances.length === 0 ? '' : JSON.stringify([given, instances]);
}
