import { EcsCluster } from './cluster';
import { Hosts, isFargate } from './hosts';
import { Revisions } from './revisions';
import { EcsService, hasTaskDefinition, listServices, describeServices } from './services';
import { agentsIn, JsonObject, textIn } from '../../edit';
import { Fact, HostKind, isUnknown } from '../../egress';
import { CapacityFacts } from '../../preflight';
import { Account } from '../calls/account';
import { ClusterName } from '../calls/arns';

/** A service of a cluster, with what it runs. */
export interface ServiceSeen {
  readonly service: EcsService;
  /** Empty if its task definition does not exist. */
  readonly body: JsonObject;
}

/**
 * The services of a cluster that are not deleted.
 *
 * @param strategy only those with this scheduling strategy. @default - all
 * @throws Failure if they cannot be read
 */
export async function servicesOn(account: Account, revisions: Revisions, cluster: ClusterName, strategy?: 'DAEMON'): Promise<ServiceSeen[]> {
  const services = await describeServices(account, cluster.given, await listServices(account, cluster, strategy), { mustExist: false });
  const there = services.filter(({ status }) => status !== 'INACTIVE');
  return Promise.all(there.map(async service => ({
    service, body: hasTaskDefinition(service) ? (await revisions.find(service.taskDefinition))?.body ?? {} : {},
  })));
}

/** Whether a service is a daemon of the agent, which another program may have made. */
export function isDaemon({ service, body }: ServiceSeen): boolean {
  return service.schedulingStrategy === 'DAEMON' && agentsIn(body).length > 0;
}

/** What a cluster runs tasks on now. Auto scaling groups without an instance do not count: a daemon does not scale them out. */
export async function capacityOf(hosts: Hosts, cluster: EcsCluster, services: readonly ServiceSeen[]): Promise<Fact<readonly CapacityFacts[]>> {
  const instances = await hosts.containerInstances(cluster.arn);
  if (isUnknown(instances)) return instances;
  const names = new Set([...cluster.capacityProviders, ...instances.flatMap(({ capacityProvider }) => capacityProvider ?? [])]);
  const providers = [...names].filter(name => !isFargate(name));
  const kinds = await Promise.all(providers.map(async name => hosts.providerKind(name, cluster.arn)));
  const managed = providers.filter((_, index) => kinds[index] === 'MANAGED_INSTANCES');
  const own = instances.filter(({ capacityProvider = '' }) => !managed.includes(capacityProvider));
  const alike = (kind: HostKind, isWindows: boolean) => {
    const [first, ...others] = own.filter(one => one.isWindows === isWindows && one.isExternal === (kind === 'EXTERNAL'));
    const more = others.length === 0 ? '' : ` (and ${others.length} like it)`;
    return first === undefined ? [] : [{ name: `${first.ec2InstanceId}${more}`, kind, isWindows }];
  };
  const hasFargate = [...names].some(isFargate) || services.some(({ service: { launchType } }) => launchType === 'FARGATE');
  return [
    ...hasFargate ? [{ name: 'Fargate', kind: 'FARGATE' as const, isWindows: false }] : [],
    ...managed.map(name => ({ name, kind: 'MANAGED_INSTANCES' as const, isWindows: false })),
    ...(['EC2', 'EXTERNAL'] as const).flatMap(kind => [...alike(kind, false), ...alike(kind, true)]),
  ];
}

/** The network mode of a service's tasks. A task definition without one uses `bridge` on EC2. */
export function networkModeOf({ service, body }: ServiceSeen): string {
  return service.launchType === 'FARGATE' ? 'awsvpc' : textIn(body.networkMode) ?? 'bridge';
}
