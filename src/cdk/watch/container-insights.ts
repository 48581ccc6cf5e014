import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { AgentInTree } from './agents';
import { isCfnResource, stackOf } from '../tree/loaded';
import { finalValue } from '../tree/properties';

/**
 * Metrics of single containers, which only enhanced Container Insights collects.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-enhanced-observability-metrics-ECS.html
 */
const NAMESPACE = 'ECS/ContainerInsights';

/** The memory that the agent uses, in megabytes: of the task with most. Undefined if there is no such metric. */
export function memoryMetric(agent: AgentInTree, isEnhanced?: boolean): cloudwatch.MetricProps | undefined {
  return containerMetric('ContainerMemoryUtilized', agent, isEnhanced);
}

/** How often a container of the agent was restarted in its task. CloudWatch has it only for containers with a restart policy. */
export function restartMetric(agent: AgentInTree, isEnhanced?: boolean): cloudwatch.MetricProps | undefined {
  return agent.options.enableRestartPolicy === false ? undefined : containerMetric('RestartCount', agent, isEnhanced);
}

/** @param isEnhanced  what the user says of the cluster. @default - as its settings in this app say */
function containerMetric(metricName: string, { dimensions, cluster }: AgentInTree, isEnhanced?: boolean): cloudwatch.MetricProps | undefined {
  if (dimensions === undefined || !(isEnhanced ?? hasEnhancedInsights(cluster))) return undefined;
  return { namespace: NAMESPACE, metricName, dimensionsMap: { ...dimensions }, statistic: 'Maximum' };
}

/** Whether a cluster of this app has enhanced Container Insights. Those of an imported one are unknown. */
function hasEnhancedInsights(cluster: ecs.ICluster | undefined): boolean {
  const resource = cluster?.node.defaultChild;
  if (!cluster || !resource || !isCfnResource(resource)) return false;
  const settings = stackOf(cluster).resolve(finalValue(resource, 'ClusterSettings', (resource as ecs.CfnCluster).clusterSettings)) as unknown;
  return [settings ?? []].flat().some(setting => named(setting, 'name') === 'containerInsights' && named(setting, 'value') === 'enhanced');
}

/** A member of an L1's object, or of one that an override has with CloudFormation's name. */
function named(setting: unknown, member: string): unknown {
  const members = setting as { readonly [name: string]: unknown };
  return members[member] ?? members[member.charAt(0).toUpperCase() + member.slice(1)];
}
