import { clusterWrites, newCapacityProvider, newCluster } from './cluster-writes';
import { clusterActions } from './clusters';
import { isDaemon, newContainerInstance } from './container-instances';
import { LinesOf } from './container-logs';
import { countInstances, placeDaemons } from './daemons';
import { findTaskDefinition, runnable } from './find';
import { ContainerEnd, DEFAULT_TIMES, Outcome, OutcomeOf, RolloutTimes } from './outcomes';
import { addEvent, complete, newDeployment, newServiceDeployment, revision } from './rollouts';
import { serviceDeploymentActions, stop } from './service-deployments';
import { DEPLOYMENT_CONFIGURATION, FARGATE_PLATFORM, newService, OF_DAEMONS, serviceWrites } from './service-writes';
import { describedService, remove, serviceActions, update } from './services';
import { Cluster, DeploymentEvent, EcsState, Service, Tag, TaskDefinition } from './state';
import { tagActions, taggedBy, withTags } from './tags';
import { deregister, described, register, taskDefinitionActions } from './task-definitions';
import { addTask, run, stopContainerIn, taskActions, tasksOf } from './tasks';
import { Logs } from '../cloudwatch/logs';
import { arnOf, Home } from '../home';
import { copyOf, isObject, JsonObject, objectIn, textIn } from '../json';
import { Actions } from '../wire/actions';

export type Tags = Readonly<Record<string, string>>;

export interface EcsOptions {
  readonly times?: Partial<RolloutTimes>;
  /** How rollouts end, by the task definition. @default - they succeed */
  readonly outcomeOf?: OutcomeOf;
  /** What containers log when their tasks start to run. @default - nothing */
  readonly linesOf?: LinesOf;
  /** Takes what ECS sends to EventBridge of each deployment. @default - nothing does */
  readonly onDeployment?: (event: DeploymentEvent) => void;
  /** `empty`: the service deployments API returns no rollouts. @default 'on' */
  readonly serviceDeployments?: 'on' | 'empty';
  /** Whether a rollback is a new deployment, or resumes the former one with its id; both have been seen. @default 'new' */
  readonly rollbackId?: 'new' | 'previous';
}

export interface ServiceOptions {
  /** By name or ARN. @default 'default' */
  readonly cluster?: string;
  /** `family:revision` or ARN of a registered one, or a body to register. @default - one with the service's name and one container */
  readonly taskDefinition?: string | JsonObject;
  /** @default 1; a daemon has as many as there are instances for it */
  readonly desiredCount?: number;
  /** A daemon runs on EC2, in the network of the instance. @default 'REPLICA' */
  readonly schedulingStrategy?: 'REPLICA' | 'DAEMON';
  readonly tags?: Tags;
  /** @default 'FARGATE' */
  readonly launchType?: 'FARGATE' | 'EC2' | 'EXTERNAL';
  /** @default ['subnet-1'] */
  readonly subnets?: readonly string[];
  /** @default ['sg-1'] */
  readonly securityGroups?: readonly string[];
  /** @default false */
  readonly assignPublicIp?: boolean;
  /** @default 'ACTIVE' */
  readonly status?: Service['status'];
  /** How long ago its first rollout completed. @default - a day */
  readonly ageMs?: number;
  /** `short`: `service/<name>`, without the cluster, as for services from before 2018. @default 'long' */
  readonly arnFormat?: 'long' | 'short';
  /** Members as DescribeServices returns them, in place of the defaults, such as `deploymentConfiguration` or `deploymentController`. */
  readonly members?: JsonObject;
  /** Members that only the deployments have, such as `serviceConnectConfiguration`. */
  readonly hidden?: JsonObject;
  readonly outcomeOf?: OutcomeOf;
}

/** The ECS of one region. Its methods act as other users of the account: they are not recorded as calls, and no policy applies. */
export class Ecs {
  readonly actions: Actions;
  readonly state: EcsState;

  /** @param logsOf the CloudWatch Logs of a region, for the containers that log there */
  constructor(private readonly home: Home, logsOf: (region: string) => Logs, options: EcsOptions = {}) {
    this.state = {
      home,
      onDeployment: options.onDeployment ?? (() => undefined),
      logsOf,
      linesOf: new Map(),
      linesOfOthers: options.linesOf ?? (() => []),
      clusters: new Map(),
      families: new Map(),
      capacityProviders: [],
      outcomeOf: options.outcomeOf ?? (() => undefined),
      times: { ...DEFAULT_TIMES, ...options.times },
      serviceDeployments: options.serviceDeployments ?? 'on',
      rollbackId: options.rollbackId ?? 'new',
    };
    this.actions = {
      ...clusterActions(this.state), ...clusterWrites(this.state), ...serviceActions(this.state), ...serviceWrites(this.state),
      ...taskDefinitionActions(this.state), ...taskActions(this.state), ...serviceDeploymentActions(this.state), ...tagActions(this.state),
    };
  }

  addCluster(name = 'default', { tags = {}, members = {} }: { readonly tags?: Tags; readonly members?: JsonObject } = {}): Cluster {
    return newCluster(this.state, name, tagList(tags), members);
  }

  /** @param body as RegisterTaskDefinition accepts it */
  registerTaskDefinition(body: JsonObject): TaskDefinition {
    return register(this.state, body);
  }

  /** Adds a service whose first rollout has completed, and its cluster if there is none with that name. */
  addService(name: string, options: ServiceOptions = {}): Service {
    return this.home.timeline.ago(options.ageMs ?? 86_400_000, () => this.makeService(name, options));
  }

  /** Daemons get a task on it. @param members in place of the defaults; the capabilities of ECS's agent are added to `attributes` */
  addContainerInstance(cluster: string | undefined, ec2InstanceId: string, members: JsonObject = {}): JsonObject {
    const of = this.cluster(cluster) ?? this.addCluster(cluster);
    const instance = newContainerInstance(this.state, of, ec2InstanceId, members);
    placeDaemons(this.state, of);
    return instance;
  }

  /** The instance is terminated: its tasks stop, and daemons want one task less. */
  removeContainerInstance(ec2InstanceId: string): void {
    for (const cluster of this.state.clusters.values()) {
      const index = cluster.instances.findIndex(instance => instance.ec2InstanceId === ec2InstanceId);
      if (index < 0) continue;
      cluster.instances.splice(index, 1);
      placeDaemons(this.state, cluster);
    }
  }

  addCapacityProvider(name: string, members: JsonObject = {}): JsonObject {
    return newCapacityProvider(this.state, { name, ...members });
  }

  /** Adds tags to a cluster, a service or a task definition as AWS itself does, such as those of CloudFormation. */
  tag(arn: string, tags: Tags): void {
    const resource = taggedBy(this.state, arn);
    resource.tags = withTags(resource.tags, tagList(tags));
  }

  /** A service as it is now. The name or ARN of its cluster may be left out if no other cluster has a service with that name. */
  service(name: string, cluster?: string): Service {
    this.home.timeline.settle();
    const clusters = cluster === undefined ? [...this.state.clusters.values()] : [this.cluster(cluster)];
    const service = clusters.flatMap(of => of?.services.get(name) ?? [])[0];
    if (!service) throw new Error(`The fake ECS has no service ${name}.`);
    return service;
  }

  /** A service as DescribeServices returns it. */
  describeService(name: string, cluster?: string): JsonObject {
    return describedService(this.state, this.service(name, cluster));
  }

  /** A task definition as DescribeTaskDefinition returns it. @param named family, `family:revision` or ARN */
  describeTaskDefinition(named: string): JsonObject {
    const definition = findTaskDefinition(this.state, named);
    if (!definition) throw new Error(`The fake ECS has no task definition ${named}.`);
    return described(definition);
  }

  /** Every revision of a family, oldest first. */
  revisionsOf(family: string): readonly TaskDefinition[] {
    return this.state.families.get(family) ?? [];
  }

  deregisterTaskDefinition(named: string): void {
    deregister(this.state, runnable(this.state, named));
  }

  /** UpdateService by another user. */
  updateService(name: string, changes: JsonObject, cluster?: string): void {
    update(this.state, this.service(name, cluster), copyOf(changes));
  }

  /** Another user deletes the service. ECS describes it as `DRAINING` while its tasks stop, then for a while as `INACTIVE`, and then as missing. */
  deleteService(name: string, as: 'DRAINING' | 'INACTIVE' | 'MISSING' = 'INACTIVE'): void {
    remove(this.state, this.service(name), as);
  }

  /** Another user stops the rollout that is in progress. */
  stopRollout(name: string, stopType: 'ROLLBACK' | 'ABORT' = 'ROLLBACK'): void {
    stop(this.state, this.service(name).serviceDeployments[0], stopType);
  }

  /** Another user continues a rollout that waits at a PAUSE hook. */
  continueRollout(name: string): void {
    this.service(name).serviceDeployments[0].resume?.();
  }

  /** How a service's rollouts end from now on. */
  rolloutsEnd(name: string, outcome: Outcome | OutcomeOf): void {
    this.service(name).outcomeOf = typeof outcome === 'function' ? outcome : () => outcome;
  }

  /** A container stops in running tasks, which keep running. @param tasks in how many tasks; by default in all of them */
  stopContainer(name: string, end: ContainerEnd, tasks = Infinity): void {
    const running = tasksOf(this.service(name)).filter(({ lastStatus }) => lastStatus === 'RUNNING');
    for (const task of running.slice(0, tasks)) stopContainerIn(task, end);
  }

  /**
   * What containers with that name log when their tasks start to run, from now on. Only a container with the log driver `awslogs`,
   * a group and a stream prefix logs: to the stream `<prefix>/<name>/<task id>`. For running tasks there is `Logs.put`.
   */
  logs(name: string, lines: readonly string[] | LinesOf): void {
    this.state.linesOf.set(name, typeof lines === 'function' ? lines : () => lines);
  }

  private cluster(named = 'default'): Cluster | undefined {
    return this.state.clusters.get(named.split('/').pop()!);
  }

  private makeService(name: string, options: ServiceOptions): Service {
    const { desiredCount = 1, status = 'ACTIVE', schedulingStrategy = 'REPLICA' } = options;
    const { launchType = schedulingStrategy === 'DAEMON' ? 'EC2' : 'FARGATE' } = options;
    const cluster = this.cluster(options.cluster) ?? this.addCluster(options.cluster);
    const given = options.taskDefinition ?? taskDefinitionBody(name);
    const service = newService(this.state, {
      name,
      ...options.arnFormat === 'short' ? { arn: arnOf(this.home, 'ecs', `service/${name}`) } : {},
      cluster,
      status,
      tags: tagList(options.tags ?? {}),
      desiredCount,
      taskDefinition: isObject(given) ? this.registerTaskDefinition(given) : runnable(this.state, given),
      members: { ...defaultMembers(options, launchType), ...options.members && copyOf(options.members) },
      hidden: options.hidden ?? {},
      outcomeOf: options.outcomeOf,
    });
    if (isDaemon(service)) countInstances(service);
    if (status === 'ACTIVE') this.runFirst(service);
    // With other controllers a service has task sets and no deployments.
    if ((textIn(objectIn(service.members.deploymentController).type) ?? 'ECS') !== 'ECS') Object.assign(service, { deployments: [], serviceDeployments: [] });
    return service;
  }

  private runFirst(service: Service): void {
    const deployment = newDeployment(this.state, service, service.taskDefinition);
    const rollout = newServiceDeployment(this.state, service, deployment);
    service.deployments = [deployment];
    service.serviceDeployments.push(rollout);
    service.revisions.push(revision(service, deployment));
    for (let count = 0; count < service.desiredCount; count++) run(this.state, addTask(this.state, service, deployment, 'PENDING'));
    addEvent(this.state, service, `(service ${service.name}) has started ${service.desiredCount} tasks.`);
    complete(this.state, rollout);
  }
}

function tagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

function defaultMembers(
  { schedulingStrategy, subnets = ['subnet-1'], securityGroups = ['sg-1'], assignPublicIp = false }: ServiceOptions, launchType: string,
): JsonObject {
  if (schedulingStrategy === 'DAEMON') {
    return { launchType, schedulingStrategy, deploymentConfiguration: { ...DEPLOYMENT_CONFIGURATION, ...OF_DAEMONS } };
  }
  return {
    launchType,
    ...launchType === 'FARGATE' ? FARGATE_PLATFORM : {},
    deploymentConfiguration: DEPLOYMENT_CONFIGURATION,
    networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: assignPublicIp ? 'ENABLED' : 'DISABLED' } },
  };
}

/** A task definition for Fargate with one container, as RegisterTaskDefinition accepts it. */
export function taskDefinitionBody(family: string, members: JsonObject = {}): JsonObject {
  return {
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '512',
    memory: '1024',
    executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
    containerDefinitions: [{ name: 'web', image: 'public.ecr.aws/nginx/nginx:1.27', portMappings: [{ containerPort: 80 }] }],
    ...members,
  };
}
