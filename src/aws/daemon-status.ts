import { agentsIn, nameOf } from '../edit';
import { Fact, isUnknown } from '../egress';
import { Account } from './calls/account';
import { ClusterName } from './calls/arns';
import { EcsCluster, readCluster } from './reads/cluster';
import { ContainerInstance, readContainerInstances } from './reads/container-instances';
import { isDaemon, servicesOn, ServiceSeen } from './reads/daemons';
import { Revisions } from './reads/revisions';
import { TaskLooks } from './reads/tasks';
import { readStatus, ServiceStatus } from './status';

/** The instances of a cluster that could run an agent. */
export interface InstancesSeen {
  readonly total: number;
  readonly withAgent: number;
  /** The ids of those on which no agent runs. */
  readonly without: readonly string[];
}

/** A daemon of the agent, whether or not this program has made it. */
export interface DaemonStatus extends ServiceStatus {
  readonly instances: Fact<InstancesSeen>;
}

export interface ClusterDaemons {
  readonly cluster: EcsCluster;
  /** By the name of the service. */
  readonly daemons: readonly DaemonStatus[];
}

/**
 * The daemons of a cluster.
 *
 * @param service the name of the only one that is asked for
 * @throws Failure if the cluster or its services cannot be read
 */
export async function readDaemons(account: Account, name: ClusterName, service?: string): Promise<ClusterDaemons> {
  const cluster = await readCluster(account, name);
  const found = (await servicesOn(account, new Revisions(account), name, 'DAEMON'))
    .filter(one => isDaemon(one) && (service === undefined || one.service.serviceName === service))
    .sort((a, b) => a.service.serviceName < b.service.serviceName ? -1 : 1);
  const [statuses, instances] = await Promise.all([
    readStatus(account, found.map(one => one.service)), readContainerInstances(account, cluster.arn),
  ]);
  const looks = new TaskLooks(account);
  return {
    cluster,
    daemons: await Promise.all(found.map(async (daemon, index) => ({ ...statuses[index], instances: await instancesOf(daemon, looks, instances) }))),
  };
}

async function instancesOf({ service, body }: ServiceSeen, looks: TaskLooks, all: Fact<readonly ContainerInstance[]>): Promise<Fact<InstancesSeen>> {
  if (isUnknown(all)) return all;
  const names = new Set(agentsIn(body).map(nameOf));
  const running = (await looks.of(service, 'RUNNING')).filter(({ containers = [] }) =>
    containers.some(({ name, lastStatus }) => names.has(name) && lastStatus === 'RUNNING'));
  const places = new Set(running.map(({ containerInstanceArn }) => containerInstanceArn));
  const fitting = all.filter(({ isWindows }) => !isWindows);
  const without = fitting.filter(({ arn }) => !places.has(arn)).map(({ ec2InstanceId }) => ec2InstanceId);
  return { total: fitting.length, withAgent: fitting.length - without.length, without };
}
