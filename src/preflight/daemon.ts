import { CapacityFacts, DaemonFacts, ServiceOnInstances } from './facts';
import { finding, Finding } from './findings';
import { DAEMON, Generation, portsFilter } from '../agent';
import { Fact, isUnknown, list } from '../egress';

/** What is wrong with one agent on each container instance of a cluster, besides its task definition and its network. */
export function checkDaemon(daemon: DaemonFacts, generation: Generation): Finding[] {
  return [
    ...checkCapacity(daemon, generation), ...checkOtherDaemons(daemon), ...checkInterfaces(daemon), ...checkSidecars(daemon),
    ...checkWatched(daemon, generation),
  ];
}

const PORT = { option: 'ports', wanted: 'a list of TCP ports, each a whole number from 1 to 65535' };

/**
 * Why a list of ports, given in place of a BPF expression, is not one.
 *
 * @param isToken  whether only CloudFormation knows a value: it is not checked
 */
export function checkPorts(ports: unknown, bpfFilter: unknown, isToken: (value: unknown) => boolean): Finding[] {
  if (!Array.isArray(ports)) return [finding('invalidOption', { ...PORT, found: JSON.stringify(ports) ?? typeof ports })];
  if (ports.length === 0) return [finding('invalidOption', { ...PORT, found: 'an empty list', wayOut: 'leave it out for all ports' })];
  if (bpfFilter !== undefined) {
    const wayOut = `put the ports into «bpfFilter», such as \`${portsFilter([8080])}\``;
    return [finding('invalidOption', { option: 'ports', wanted: 'left out if «bpfFilter» is given', found: list(ports.map(String)), wayOut })];
  }
  const wrong = ports.filter(port => !isToken(port) && !(Number.isInteger(port) && port >= 1 && port <= 65_535));
  return wrong.map(port => finding('invalidOption', { ...PORT, found: JSON.stringify(port) ?? typeof port }));
}

/** Whether the cluster has instances on which the agent can run. */
function checkCapacity({ cluster, capacity }: Pick<DaemonFacts, 'cluster' | 'capacity'>, { name: generation }: Generation): Finding[] {
  if (isUnknown(capacity)) return [];
  const unfit = capacity.filter(one => reasonAgainst(one) !== undefined);
  const named = unfit.map(one => ({ name: one.name, is: reasonAgainst(one)! }));
  if (unfit.length === capacity.length) return [finding('noContainerInstances', { cluster, capacity: named, generation })];
  // A cluster with instances may have Fargate, too.
  const instances = named.filter(({ is }) => is !== 'fargate');
  return instances.length === 0 ? [] : [finding('instancesNotWatched', { cluster, capacity: instances })];
}

/** Why no daemon of the agent runs there, if that is certain. */
function reasonAgainst({ kind, isWindows }: CapacityFacts): 'fargate' | 'managed' | 'windows' | undefined {
  if (kind === 'FARGATE') return 'fargate';
  if (kind === 'MANAGED_INSTANCES') return 'managed';
  return isWindows === true ? 'windows' : undefined;
}

/** Two agents on one instance record the same requests, unless each records only a part. */
function checkOtherDaemons({ name: daemon, cluster, selection, otherDaemons }: DaemonFacts): Finding[] {
  const others = otherDaemons.filter(other => !areApart(selection, other.selection)).map(({ name }) => name);
  return others.length === 0 ? [] : [finding('secondDaemon', { daemon, cluster, others })];
}

/** @see DaemonFacts.selection */
function areApart(a: Fact<string>, b: Fact<string>): boolean {
  return isUnknown(a) || isUnknown(b) || (a !== '' && b !== '' && a !== b);
}

/** A request to a container in `bridge` mode passes the bridge and every other interface on its way. */
function checkInterfaces({ networkInterfaces, hasPacketFilter }: DaemonFacts): Finding[] {
  if (isUnknown(networkInterfaces) || hasPacketFilter || !networkInterfaces.includes(DAEMON.networkInterface)) return [];
  const others = networkInterfaces.filter(name => name !== DAEMON.networkInterface);
  return others.length === 0 ? [] : [finding('requestsSeenTwice', { option: 'networkInterfaces', bridge: DAEMON.networkInterface, others })];
}

/** In network mode `host`, a sidecar sees the traffic of the whole instance. */
function checkSidecars({ name: daemon, cluster, selection, services }: DaemonFacts): Finding[] {
  const same = services.filter(({ networkMode, sidecar }) =>
    networkMode === 'host' && sidecar !== undefined && !areApart(selection, sidecar.selection));
  return same.length === 0 ? [] : [finding('daemonAndSidecars', { daemon, cluster, services: same.map(({ name }) => name) })];
}

/** Whether the agent sees the requests of any service that is known. */
function checkWatched({ name: daemon, cluster, networkInterfaces, services }: DaemonFacts, { name: generation }: Generation): Finding[] {
  if (services.length === 0 || isUnknown(networkInterfaces) || services.some(service => maySee(networkInterfaces, service))) return [];
  const modes = [...new Set(services.map(({ networkMode }) => networkMode as string))];
  return [finding('nothingToWatch', { daemon, cluster, interfaces: networkInterfaces, modes, generation })];
}

function maySee(interfaces: readonly string[], { networkMode }: ServiceOnInstances): boolean {
  if (isUnknown(networkMode)) return true;
  if (networkMode === 'host') return interfaces.some(name => name !== DAEMON.networkInterface);
  return networkMode === 'bridge';
}
