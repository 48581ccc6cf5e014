import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { PostmanAgentAlarms } from './agent-alarms';
import { PostmanAgentWatchOptions } from './agent-watch-options';
import { requireVersions } from '../cdk/requirements';
import { DashboardAgents } from '../cdk/watch/content';
import { watchAgents } from '../cdk/watch/watcher';
import { LazyWidgets, metricErrors } from '../cdk/watch/widgets';

/**
 * Properties of `PostmanAgentDashboard`.
 */
export interface PostmanAgentDashboardProps extends PostmanAgentWatchOptions {
  /**
   * The name of the dashboard: letters, digits, `-` and `_`. It is unique in an account.
   *
   * @default - a name that CloudFormation makes
   */
  readonly dashboardName?: string;

  /**
   * Alarms whose states are on top of the dashboard.
   *
   * @default - none
   */
  readonly alarms?: PostmanAgentAlarms;
}

/**
 * A CloudWatch dashboard of the agents: which of them stop, which do not capture, how much memory they use and how often they are
 * restarted.
 *
 * ```ts
 * new PostmanAgentDashboard(this, 'AgentDashboard');
 * ```
 *
 * Without properties it shows all agents of its stack. For each agent it needs an EventBridge rule without a target, and a metric filter on
 * the agent's log group. Both are created with the agent, unless they exist.
 *
 * A graph shows at most 20 agents, those with the highest values, of up to 499. A dashboard takes 2,500 metrics in all, which is 1,250
 * agents, or 625 with enhanced Container Insights; more is an error of the synthesis. An event bus takes 300 rules (100 in some regions),
 * unless AWS raises that quota of the account.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
export class PostmanAgentDashboard extends Construct {
  /**
   * The dashboard of CloudWatch. Widgets that are added to it come below those of the agents.
   */
  public readonly dashboard: cloudwatch.Dashboard;

  /**
   * @param scope the construct in which to create the dashboard
   * @param id    its id in that scope
   * @param props which agents it shows. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanAgentDashboardProps = {}) {
    super(scope, id);
    requireVersions();
    const { dashboardName, alarms, enhancedContainerInsights } = props;
    const agents = new DashboardAgents(enhancedContainerInsights);
    const content = () => ({ ...agents.content(), alarms: alarms?.alarms ?? [] });
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', { dashboardName, defaultInterval: Duration.days(1) });
    this.dashboard.addWidgets(new LazyWidgets(content));
    this.node.addValidation({ validate: () => metricErrors(this, content()) });
    watchAgents(this, props, agent => agents.add(agent));
  }
}
