import { Account } from './account';
import { EcsService } from './services';
import { Fact, HostKind } from '../egress';

const SERVERLESS = ['FARGATE', 'FARGATE_SPOT'];

/** What runs the tasks of services. Each capacity provider and cluster is read once. */
export class Hosts {
  private readonly providers = new Map<string, Promise<Fact<HostKind>>>();
  private readonly clusters = new Map<string, Promise<Fact<readonly string[]>>>();

  constructor(private readonly account: Account) {}

  public async kindOf({ launchType, capacityProviderStrategy = [], clusterArn }: EcsService): Promise<Fact<HostKind>> {
    if (launchType !== undefined) return launchType as HostKind;
    const names = capacityProviderStrategy.map(({ capacityProvider = '' }) => capacityProvider);
    if (names.length === 0) return { unknown: 'ECS returns neither a launch type nor a capacity provider for the service' };
    const kinds = await Promise.all(names.map(async name => SERVERLESS.includes(name) ? 'FARGATE' as const : this.providerKind(name, clusterArn)));
    const [first] = kinds;
    return kinds.every(kind => JSON.stringify(kind) === JSON.stringify(first)) ? first
      : { unknown: `the capacity providers ${names.join(' and ')} are of different kinds` };
  }

  private async providerKind(name: string, cluster: string): Promise<Fact<HostKind>> {
    const key = `${cluster} ${name}`;
    let known = this.providers.get(key);
    if (!known) {
      known = this.readProvider(name, cluster);
      this.providers.set(key, known);
    }
    return known;
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

  /** The EC2 instances on which a cluster may place tasks, for network mode `host`. */
  public async instancesOf(cluster: string): Promise<Fact<readonly string[]>> {
    let known = this.clusters.get(cluster);
    if (!known) {
      known = this.readInstances(cluster);
      this.clusters.set(cluster, known);
    }
    return known;
  }

  private async readInstances(cluster: string): Promise<Fact<readonly string[]>> {
    const unknown = (why: string) => ({ unknown: `the container instances of the cluster could not be read: ${why}` });
    const arns: string[] = [];
    for (let nextToken: string | undefined; ;) {
      const page = await this.account.look('ecs', 'ListContainerInstances', { cluster, status: 'ACTIVE', nextToken });
      if ('unseen' in page) return unknown(page.unseen);
      arns.push(...page.seen.containerInstanceArns ?? []);
      nextToken = page.seen.nextToken;
      if (nextToken === undefined) break;
    }
    const instances: string[] = [];
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html
    for (let at = 0; at < arns.length; at += 100) {
      const answer = await this.account.look('ecs', 'DescribeContainerInstances', { cluster, containerInstances: arns.slice(at, at + 100) });
      if ('unseen' in answer) return unknown(answer.unseen);
      instances.push(...(answer.seen.containerInstances ?? []).map(({ ec2InstanceId }: { ec2InstanceId: string }) => ec2InstanceId));
    }
    return instances.length > 0 ? instances : unknown('the cluster has none at the moment');
  }
}
