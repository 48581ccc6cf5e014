import { ContainerInstance, readContainerInstances } from './container-instances';
import { EcsService } from './services';
import { Fact, HostKind, isUnknown } from '../../egress';
import { Account } from '../calls/account';
import { remember } from '../calls/batch';

/** Whether a capacity provider is one of Fargate's. */
export function isFargate(provider: string): boolean {
  return ['FARGATE', 'FARGATE_SPOT'].includes(provider);
}

/** What runs the tasks of services. Each capacity provider and cluster is read once. */
export class Hosts {
  private readonly providers = new Map<string, Promise<Fact<HostKind>>>();
  private readonly clusters = new Map<string, Promise<Fact<readonly ContainerInstance[]>>>();

  constructor(private readonly account: Account) {}

  public async kindOf({ launchType, capacityProviderStrategy = [], clusterArn }: EcsService): Promise<Fact<HostKind>> {
    if (launchType !== undefined) return launchType as HostKind;
    const names = capacityProviderStrategy.map(({ capacityProvider = '' }) => capacityProvider);
    if (names.length === 0) return { unknown: 'ECS returns neither a launch type nor a capacity provider for the service' };
    const kinds = await Promise.all(names.map(async name => isFargate(name) ? 'FARGATE' as const : this.providerKind(name, clusterArn)));
    const [first] = kinds;
    return kinds.every(kind => JSON.stringify(kind) === JSON.stringify(first)) ? first
      : { unknown: `the capacity providers ${names.join(' and ')} are of different kinds` };
  }

  /** The kind of a capacity provider. */
  public async providerKind(name: string, cluster: string): Promise<Fact<HostKind>> {
    return remember(this.providers, `${cluster} ${name}`, async () => this.readProvider(name, cluster));
  }

  private async readProvider(name: string, cluster: string): Promise<Fact<HostKind>> {
    // Providers of Managed Instances belong to a cluster, and are found only if the call names it.
    for (const input of [{ capacityProviders: [name] }, { capacityProviders: [name], cluster }]) {
      const answer = await this.account.look('ecs', 'DescribeCapacityProviders', input);
      if ('unseen' in answer) return { unknown: `the kind of capacity provider ${name} could not be read: ${answer.unseen}` };
      const provider = answer.seen.capacityProviders?.[0];
      if (provider?.managedInstancesProvider) return 'MANAGED_INSTANCES';
      if (provider?.autoScalingGroupProvider) return 'EC2';
    }
    return { unknown: `ECS does not return the kind of capacity provider ${name}` };
  }

  /** The active container instances of a cluster, or why they could not be read. */
  public async containerInstances(cluster: string): Promise<Fact<readonly ContainerInstance[]>> {
    return remember(this.clusters, cluster, async () => readContainerInstances(this.account, cluster));
  }

  /** The instances on which a cluster may place tasks for network mode `host`, which Windows does not have. */
  public async instancesOf(cluster: string): Promise<Fact<readonly string[]>> {
    const all = await this.containerInstances(cluster);
    if (isUnknown(all)) return all;
    const fitting = all.filter(({ isWindows }) => !isWindows);
    const external = fitting.filter(({ isExternal }) => isExternal).map(({ ec2InstanceId }) => ec2InstanceId);
    if (external.length > 0) return { unknown: `the network of external instances (ECS Anywhere) cannot be seen: ${external.join(', ')}` };
    return fitting.length > 0 ? fitting.map(({ ec2InstanceId }) => ec2InstanceId)
      : { unknown: 'the container instances of the cluster could not be read: the cluster has none at the moment' };
  }
}
