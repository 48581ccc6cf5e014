import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';

/**
 * An agent of this app: a sidecar of a service, a sidecar of a task definition, a daemon, or the agent of an existing service.
 */
export interface IPostmanAgent extends IConstruct {
  /**
   * How often the agent was seen stopped although its task or its instance goes on.
   *
   * @param options the period, the statistic and the like. The default is the sum over five minutes
   */
  metricAgentStopped(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}
