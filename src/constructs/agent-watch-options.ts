import { IConstruct } from 'constructs';
import { IPostmanAgent } from './agent';

/**
 * Which agents a dashboard or alarms are about.
 */
export interface PostmanAgentWatchOptions {
  /**
   * The agents, each a sidecar, a task sidecar, a daemon or an existing service of this app, in the account and region of this construct.
   *
   * @default - all agents in `agentsIn`
   */
  readonly agents?: IPostmanAgent[];

  /**
   * The scope whose agents these are: a stack, a stage, an app or any other construct. Agents count whenever they are created, also those
   * that `addToServices` adds and those in nested stacks.
   *
   * All of them must be in the account and region of this construct. Agents in a stage below the scope are an error, since the stage is
   * synthesized on its own: it needs its own construct.
   *
   * @default - the stack of this construct
   */
  readonly agentsIn?: IConstruct;

  /**
   * Whether the clusters have Container Insights with enhanced observability. Only then CloudWatch has metrics of single containers.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-enhanced-observability-metrics-ECS.html
   * @default - for a cluster of this app, what its `containerInsightsV2` says; false for imported clusters and those of
   *            existing services, whose settings are not in the app
   */
  readonly enhancedContainerInsights?: boolean;
}
