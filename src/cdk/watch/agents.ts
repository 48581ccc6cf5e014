import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { Attachment, AttachOptions } from '../attachment';
import { constructsIn } from '../stacks';
import { isUnresolved, stackOf, stageOf } from '../tree/loaded';

/** An agent of this app, as dashboards and alarms see it. */
export interface AgentInTree {
  /** The construct that people know: a service, a task definition, a daemon, or what adds the agent to an existing service. */
  readonly subject: IConstruct;
  /** Has the rule of the agent in its stack. */
  readonly holder: IConstruct;
  /** What the tasks with its log have in common: their task definition, if that is in the app. */
  readonly tasks: IConstruct;
  readonly options: AttachOptions['agent'];
  /** The dimensions of the metrics of its container. Undefined if the cluster of its tasks is unknown. */
  readonly dimensions?: { readonly [name: string]: string };
  /** If it is in the app. */
  readonly cluster?: ecs.ICluster;
  /** The log group that only the agent writes to, if it is in view. */
  readonly logGroup: () => logs.ILogGroup | undefined;
  /** What its rule, and the tasks that it is about, refer to. */
  readonly needs: () => IConstruct[];
  /** Whether ECS starts another agent in place of one that stops: a daemon's is the only container of its task. */
  readonly isReplaced?: boolean;
  /** Makes its metrics, with the rule and the filter that they need. */
  readonly metrics: {
    metricAgentStopped(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
    metricAgentNotCapturing(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
  };
}

const AGENTS = new WeakMap<IConstruct, AgentInTree>();

/** Makes an agent known to dashboards and alarms. */
export function makeKnown(construct: IConstruct, agent: AgentInTree): void {
  AGENTS.set(construct, agent);
}

/** The agent that a construct has added; undefined for other constructs. */
export function agentAt(construct: IConstruct): AgentInTree | undefined {
  return AGENTS.get(construct);
}

/**
 * What is known of an agent whose task definition is in the app.
 *
 * @param runner  the service that runs it, or the cluster of tasks without a service
 */
export function agentInTask(attachment: Attachment, runner: { readonly service?: ecs.BaseService; readonly cluster?: ecs.ICluster }) {
  const { service, cluster = service?.cluster } = runner;
  const { container: { containerName: ContainerName, taskDefinition }, apiKey, options } = attachment;
  const ofTasks = service ? ['ServiceName', service.serviceName] : ['TaskDefinitionFamily', taskDefinition.family];
  return {
    tasks: taskDefinition,
    options: options.agent,
    dimensions: cluster && { ClusterName: cluster.clusterName, [ofTasks[0]]: ofTasks[1], ContainerName },
    cluster,
    logGroup: () => logGroupOf(attachment),
    needs: () => [...service ? placeOf(service) : [], taskDefinition, ...constructsIn(taskDefinition, apiKey.references)],
  };
}

function placeOf(service: ecs.BaseService): IConstruct[] {
  try {
    return [service, service.cluster, service.cluster.vpc];
  } catch {
    // A cluster that is known only by its ARN has no VPC.
    return [service, service.cluster];
  }
}

/** How people know an agent. */
export function nameOfAgent({ subject }: AgentInTree): string {
  return pathInStage(subject);
}

/** A path that is the same in each stage of an app. */
export function pathInStage(construct: IConstruct): string {
  const stage = stageOf(construct)?.node.path ?? '';
  return stage === '' ? construct.node.path : construct.node.path.slice(stage.length + 1);
}

/**
 * The log group that has the lines of the agent, and of no other container of its task: the application's lines could have the same words.
 */
export function logGroupOf({ container, logGroup, options: { logging } }: Attachment): logs.ILogGroup | undefined {
  if (logGroup) return logGroup;
  const ofDriver = (logging as Partial<ecs.AwsLogDriver> | undefined)?.logGroup;
  const groupOf = ({ logDriverConfig }: ecs.ContainerDefinition) => JSON.stringify(stackOf(container).resolve(logDriverConfig?.options?.['awslogs-group']));
  const others = container.taskDefinition.node.children.filter((child): child is ecs.ContainerDefinition => child !== container && 'logDriverConfig' in child);
  return ofDriver && others.every(other => groupOf(other) !== groupOf(container)) ? ofDriver : undefined;
}

/** The limit of the agent's memory in MiB, if there is one that is known now. */
export function memoryLimitOf({ options: { memoryLimitMiB } }: AgentInTree): number | undefined {
  return isUnresolved(memoryLimitMiB) ? undefined : memoryLimitMiB;
}
