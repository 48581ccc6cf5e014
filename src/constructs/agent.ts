import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';

/**
 * An agent of this app: a sidecar of a service, a sidecar of a task definition, or a daemon.
 */
export interface IPostmanAgent extends IConstruct {
  /**
   * The agent's container.
   */
  readonly container: ecs.ContainerDefinition;

  /**
   * The log group of the agent's log. Undefined if `logging` was given.
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * How often the agent was seen stopped although its task or its instance goes on.
   *
   * @param options the period, the statistic and the like. The default is the sum over five minutes
   */
  metricAgentStopped(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How many lines of the agent's log say that it does not capture.
   *
   * @param options the period, the statistic and the like. The default is the sum over five minutes
   */
  metricAgentNotCapturing(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}
