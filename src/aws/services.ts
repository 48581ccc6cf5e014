import { Account } from './account';
import { ClusterName, lastPart, ServiceName } from './arns';
import { isNamed } from './errors';
import { Failure } from './failure';

/** The members of DescribeServices' answer that are read. */
export interface EcsService {
  readonly serviceArn: string;
  readonly serviceName: string;
  readonly clusterArn: string;
  readonly status: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly taskDefinition: string;
  readonly launchType?: string;
  /** Fargate platform version, `LATEST` if the service names none. */
  readonly platformVersion?: string;
  readonly capacityProviderStrategy?: readonly { readonly capacityProvider?: string }[];
  readonly deployments?: readonly Deployment[];
  readonly deploymentController?: { readonly type?: string };
  readonly deploymentConfiguration?: { readonly strategy?: string };
  readonly networkConfiguration?: {
    readonly awsvpcConfiguration?: {
      readonly subnets?: readonly string[];
      readonly securityGroups?: readonly string[];
      readonly assignPublicIp?: string;
    };
  };
  readonly loadBalancers?: readonly {
    readonly targetGroupArn?: string;
    /** Of a service with blue/green deployments. */
    readonly advancedConfiguration?: { readonly alternateTargetGroupArn?: string };
  }[];
  readonly resourceManagementType?: string;
  /** ARN of the current or last service deployment. */
  readonly currentServiceDeployment?: string;
  readonly tags?: readonly { readonly key?: string; readonly value?: string }[];
}

export interface Deployment {
  readonly id: string;
  readonly status: string;
  readonly taskDefinition: string;
  readonly desiredCount?: number;
  readonly runningCount?: number;
  readonly pendingCount?: number;
  readonly failedTasks?: number;
  readonly rolloutState?: string;
  readonly rolloutStateReason?: string;
  readonly createdAt?: Date;
  readonly serviceConnectConfiguration?: { readonly enabled?: boolean; readonly services?: readonly { readonly tls?: object }[] };
}

/** DescribeServices takes at most ten. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
const SERVICES_A_CALL = 10;

export interface Selection {
  readonly cluster: ClusterName;
  /** Empty for every service of the cluster. */
  readonly services: readonly ServiceName[];
  /** A service must carry all of these tags. An undefined value matches any. */
  readonly tags: readonly { readonly key: string; readonly value?: string }[];
}

/**
 * The services of a selection, as they are now.
 *
 * @throws Failure if the cluster or one of the services does not exist
 */
export async function selectServices(account: Account, { cluster, services, tags }: Selection): Promise<EcsService[]> {
  const names = services.length > 0 ? services.map(({ given }) => given) : await listServices(account, cluster);
  const described = await describeServices(account, cluster.given, names, { mustExist: services.length > 0 });
  const carries = (service: EcsService, { key, value }: Selection['tags'][number]) =>
    service.tags?.some(tag => tag.key === key && (value === undefined || tag.value === value));
  // A service may be given twice, by its name and by its ARN.
  const each = [...new Map(described.map(service => [service.serviceArn, service])).values()];
  return each.filter(service => tags.every(tag => carries(service, tag)));
}

export async function listServices(account: Account, cluster: ClusterName): Promise<string[]> {
  const arns: string[] = [];
  for (let nextToken: string | undefined; ;) {
    const page = await inCluster(account, 'ListServices', cluster.given, () =>
      account.call('ecs', 'ListServices', { cluster: cluster.given, maxResults: 100, nextToken }));
    arns.push(...page.serviceArns ?? []);
    nextToken = page.nextToken;
    if (nextToken === undefined) return arns;
  }
}

/** @param names ARNs or names, of one cluster */
export async function describeServices(
  account: Account, cluster: string, names: readonly string[], { mustExist = true } = {},
): Promise<EcsService[]> {
  const tens = Array.from({ length: Math.ceil(names.length / SERVICES_A_CALL) }, (_, index) =>
    names.slice(index * SERVICES_A_CALL, (index + 1) * SERVICES_A_CALL));
  const answers = await Promise.all(tens.map(async ten => inCluster(account, 'DescribeServices', cluster, () =>
    account.call('ecs', 'DescribeServices', { cluster, services: [...ten], include: ['TAGS'] }), ten)));
  const missing = answers.flatMap(({ failures }) => failures ?? []).filter(({ reason }) => reason === 'MISSING');
  if (mustExist && missing.length > 0) {
    const which = missing.map(({ arn }) => lastPart(arn ?? '')).join(', ');
    throw new Failure(`Cluster ${lastPart(cluster)} has no service ${which} in ${await account.region()}. Check the name, cluster and region.`);
  }
  return answers.flatMap(({ services = [] }) => services as EcsService[]);
}

async function inCluster<T>(account: Account, action: string, cluster: string, call: () => Promise<T>, services: readonly string[] = []): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isNamed(error, 'ClusterNotFoundException')) {
      const text = `There is no ECS cluster ${lastPart(cluster)} in ${await account.region()} of this account. Check its name and \`--region\`.`;
      throw new Failure(text, undefined, { cause: error });
    }
    const subject = services.length === 0 ? `cluster ${lastPart(cluster)}`
      : `${services.length === 1 ? 'service' : 'services'} ${services.map(lastPart).join(', ')}`;
    throw account.failure(error, `ecs:${action}`, { subject });
  }
}

export function primaryOf({ deployments = [] }: EcsService): Deployment | undefined {
  return deployments.find(({ status }) => status === 'PRIMARY');
}

/** Whether a deployment of the service is in progress. */
export function isRollingOut(service: EcsService): boolean {
  const { deployments = [] } = service;
  return deployments.some(({ status, rolloutState }) => status === 'PRIMARY' && rolloutState === 'IN_PROGRESS')
    || deployments.filter(({ rolloutState }) => rolloutState !== 'FAILED').length > 1;
}

/** Every cluster of the account and region, by ARN. */
export async function listClusters(account: Account): Promise<string[]> {
  const arns: string[] = [];
  for (let nextToken: string | undefined; ;) {
    const page = await account.must('ecs', 'ListClusters', { maxResults: 100, nextToken });
    arns.push(...page.clusterArns ?? []);
    nextToken = page.nextToken;
    if (nextToken === undefined) return arns.sort();
  }
}
