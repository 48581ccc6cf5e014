import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { Attachment } from '../attachment';
import { isUnresolved, stackOf, stageOf } from '../tree/loaded';

/** An agent of this app, as dashboards and alarms see it. */
export interface AgentInTree {
  readonly attachment: Attachment;
  /** The construct that people know: a service, a task definition, or a daemon. */
  readonly subject: IConstruct;
  /** Has the rule of the agent in its stack. */
  readonly holder: IConstruct;
  /** What runs the agent. Undefined if only the task definition is in view. */
  readonly service?: ecs.BaseService;
  /** The cluster of tasks without a service. */
  readonly cluster?: ecs.ICluster;
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
export function memoryLimitOf({ attachment: { options: { agent: { memoryLimitMiB } } } }: AgentInTree): number | undefined {
  return isUnresolved(memoryLimitMiB) ? undefined : memoryLimitMiB;
}
