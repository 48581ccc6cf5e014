import { Account } from '../calls/account';
import { ClusterName, lastPart, ServiceName } from '../calls/arns';
import { chunksOf, mapEach } from '../calls/batch';
import { isNamed } from '../calls/errors';
import { Failure } from '../calls/failure';
import { pagesOf } from '../calls/pages';

/** The members of DescribeServices' answer that are read. */
export interface EcsService {
  readonly serviceArn: string;
  readonly serviceName: string;
  readonly clusterArn: string;
  readonly status: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  /** An ARN. If the controller is `EXTERNAL`, it is the task definition of the primary task set. It is empty if the service has no task set. */
  readonly taskDefinition: string;
  readonly launchType?: string;
  /** `REPLICA`, or `DAEMON`: one task on each container instance. */
  readonly schedulingStrategy?: string;
  readonly placementConstraints?: readonly object[];
  /** Fargate platform version, `LATEST` if the service names none. */
  readonly platformVersion?: string;
  readonly capacityProviderStrategy?: readonly { readonly capacityProvider?: string }[];
  readonly deployments?: readonly Deployment[];
  readonly deploymentController?: { readonly type?: string };
  readonly deploymentConfiguration?: {
    readonly strategy?: string;
    readonly bakeTimeInMinutes?: number;
    readonly canaryConfiguration?: { readonly canaryBakeTimeInMinutes?: number };
    readonly linearConfiguration?: { readonly stepPercent?: number; readonly stepBakeTimeInMinutes?: number };
    readonly lifecycleHooks?: readonly { readonly targetType?: string; readonly lifecycleStages?: readonly string[] }[];
  };
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
  readonly createdAt?: Date;
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

/** ECS describes a service with the controller `EXTERNAL` without these members: each of its task sets has its own. */
const OF_TASK_SET = ['taskDefinition', 'launchType', 'platformVersion', 'capacityProviderStrategy', 'networkConfiguration', 'loadBalancers'] as const;

interface DescribedService extends Omit<EcsService, 'taskDefinition'>, Partial<Pick<EcsService, 'taskDefinition'>> {
  /** Up to a hundred, which are not read. */
  readonly events?: unknown;
  readonly taskSets?: readonly (Partial<Pick<EcsService, typeof OF_TASK_SET[number]>> & { readonly status?: string })[];
}

interface DescribedServices {
  readonly services?: readonly DescribedService[];
  readonly failures?: readonly { readonly arn?: string; readonly reason?: string }[];
}

/** DescribeServices takes at most ten. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
export const SERVICES_A_CALL = 10;

/** An answer has up to a thousand events, a megabyte in memory. More calls would not be faster: AWS allows 20 a second. */
const DESCRIBED_AT_ONCE = 10;

export interface Selection {
  readonly cluster: ClusterName;
  /** Empty for every service of the cluster. */
  readonly services: readonly ServiceName[];
  /** A service must carry all of these tags. An undefined value matches any. */
  readonly tags: readonly { readonly key: string; readonly value?: string }[];
}

export interface FoundServices {
  readonly services: readonly EcsService[];
  /** The error for the named services that do not exist. Undefined if all do. */
  readonly missing?: Failure;
}

/**
 * The services of a selection, as they are now.
 *
 * @throws Failure if the cluster does not exist
 */
export async function selectServices(account: Account, { cluster, services, tags }: Selection): Promise<FoundServices> {
  const names = services.length > 0 ? services.map(({ given }) => given) : await listServices(account, cluster);
  const { services: described, missing } = await findServices(account, cluster.given, names);
  // A service may be given twice, by its name and by its ARN.
  const each = [...new Map(described.map(service => [service.serviceArn, service])).values()];
  // A listed service may have been deleted since.
  return { services: each.filter(service => hasTags(service, tags)), missing: services.length > 0 ? missing : undefined };
}

/** Whether a service carries all of the tags. An undefined value matches any. */
export function hasTags(service: EcsService, tags: Selection['tags']): boolean {
  return tags.every(({ key, value }) => service.tags?.some(tag => tag.key === key && (value === undefined || tag.value === value)));
}

/** @param schedulingStrategy  of the services. @default - any */
export async function listServices(account: Account, cluster: ClusterName, schedulingStrategy?: 'DAEMON'): Promise<string[]> {
  const arns: string[] = [];
  const pages = pagesOf('ecs:ListServices', async nextToken => inCluster(account, 'ListServices', cluster.given, () =>
    account.call('ecs', 'ListServices', { cluster: cluster.given, maxResults: 100, nextToken, schedulingStrategy })));
  for await (const { serviceArns = [] } of pages) arns.push(...serviceArns);
  return arns;
}

/** @param names ARNs or names, of one cluster */
export async function describeServices(
  account: Account, cluster: string, names: readonly string[], { mustExist = true } = {},
): Promise<EcsService[]> {
  const { services, missing } = await findServices(account, cluster, names);
  if (mustExist && missing) throw missing;
  return [...services];
}

/** Like `describeServices`, but services that do not exist are no error. */
export async function findServices(account: Account, cluster: string, names: readonly string[]): Promise<FoundServices> {
  const answers = await mapEach(chunksOf(names, SERVICES_A_CALL), DESCRIBED_AT_ONCE, async ten => {
    const { services = [], failures = [] } = await inCluster(account, 'DescribeServices', cluster, () =>
      account.call<DescribedServices>('ecs', 'DescribeServices', { cluster, services: [...ten], include: ['TAGS'] }), ten);
    return { services: services.map(withTaskSet), missing: failures.filter(({ reason }) => reason === 'MISSING') };
  });
  const described = answers.flatMap(({ services }) => services);
  const missing = answers.flatMap(one => one.missing);
  if (missing.length === 0) return { services: described };
  const which = missing.map(({ arn }) => lastPart(arn ?? '')).join(', ');
  return {
    services: described,
    missing: new Failure(`Cluster ${lastPart(cluster)} has no service ${which} in ${await account.region()}. Check the name, cluster and region.`),
  };
}

/** A service with what its primary task set says, if only the task sets say it. */
function withTaskSet({ events: _, ...service }: DescribedService): EcsService {
  if (service.taskDefinition !== undefined) return { ...service, taskDefinition: service.taskDefinition };
  const set = service.taskSets?.find(({ status }) => status === 'PRIMARY');
  const members = OF_TASK_SET.flatMap(name => set?.[name] === undefined ? [] : [[name, set[name]]]);
  return { ...service, taskDefinition: '', ...Object.fromEntries(members) };
}

async function inCluster<T>(account: Account, action: string, cluster: string, call: () => Promise<T>, services: readonly string[] = []): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isNamed(error, 'ClusterNotFoundException')) {
      const text = `There is no ECS cluster ${lastPart(cluster)} in ${await account.region()} of this account. ${account.hints.cluster}`;
      throw new Failure(text, undefined, { cause: error });
    }
    const subject = services.length === 0 ? `cluster ${lastPart(cluster)}`
      : `${services.length === 1 ? 'service' : 'services'} ${services.map(lastPart).join(', ')}`;
    throw account.failure(error, `ecs:${action}`, { subject });
  }
}

/** False for a service with an external controller that has no task set yet. */
export function hasTaskDefinition({ taskDefinition }: Pick<EcsService, 'taskDefinition'>): boolean {
  return taskDefinition !== '';
}

export function primaryOf({ deployments = [] }: EcsService): Deployment | undefined {
  return deployments.find(({ status }) => status === 'PRIMARY');
}

/** Whether a deployment of the service is in progress. One that has failed starts no more tasks: a rollback would be a new one. */
export function isRollingOut(service: EcsService): boolean {
  const { deployments = [] } = service;
  if (primaryOf(service)?.rolloutState === 'FAILED') return false;
  return deployments.some(({ status, rolloutState }) => status === 'PRIMARY' && rolloutState === 'IN_PROGRESS')
    || deployments.filter(({ rolloutState }) => rolloutState !== 'FAILED').length > 1;
}

/** Every cluster of the account and region, by ARN. */
export async function listClusters(account: Account): Promise<string[]> {
  const arns: string[] = [];
  const pages = pagesOf('ecs:ListClusters', async nextToken => account.must('ecs', 'ListClusters', { maxResults: 100, nextToken }));
  for await (const { clusterArns = [] } of pages) arns.push(...clusterArns);
  return arns.sort();
}
