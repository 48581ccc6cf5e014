import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { PostmanAgentWatchOptions } from './agent-watch-options';
import { requireKinds } from '../cdk/kinds';
import { requireVersions } from '../cdk/requirements';
import { AgentAlarms } from '../cdk/watch/alarms';
import { watchAgents } from '../cdk/watch/watcher';

/**
 * Properties of `PostmanAgentAlarms`.
 */
export interface PostmanAgentAlarmsProps extends PostmanAgentWatchOptions {
  /**
   * The topic to notify when an alarm goes off, in the region of this construct.
   *
   * If the topic is encrypted with a key of your own, the key's policy must allow `cloudwatch.amazonaws.com` to use it.
   *
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
   * @default - the alarms only have a state
   */
  readonly topic?: sns.ITopic;

  /**
   * How many events of stopped agents within 15 minutes set the alarm off. See `metricAgentStopped`.
   *
   * @default - 1 for sidecars, since their task goes on without an agent until it is replaced; 3 for daemons, since ECS starts another one,
   *            so only an agent that keeps stopping needs a person
   */
  readonly stoppedThreshold?: number;

  /**
   * How many log lines within 15 minutes that say that the agent does not capture set the alarm off. See `metricAgentNotCapturing`.
   *
   * @default 1, since the Insights agent logs it once and then waits
   */
  readonly notCapturingThreshold?: number;

  /**
   * The memory in MiB whose use, in each of three times five minutes, sets the alarm off. It counts the task or instance with the highest
   * use. It needs enhanced Container Insights.
   *
   * @default - 90 % of `memoryLimitMiB` of the agent. An agent without a limit, as sidecars are by default, has no alarm on its memory
   */
  readonly memoryThresholdMiB?: number;
}

/**
 * Alarms of the agents: an agent has stopped, does not capture, or is near the limit of its memory.
 *
 * ```ts
 * const topic = new sns.Topic(this, 'AgentTrouble');
 * const alarms = new PostmanAgentAlarms(this, 'AgentAlarms', { topic });
 * new PostmanAgentDashboard(this, 'AgentDashboard', { alarms });
 * ```
 *
 * Each agent has an alarm on stops; one on its log, if the log is in a log group of this app that only the agent writes to; and one on its
 * memory, if the agent has a limit and its cluster has enhanced Container Insights. No data counts as no trouble, since most of these
 * metrics have data only if there is some.
 */
export class PostmanAgentAlarms extends Construct {
  private readonly made: AgentAlarms;

  /**
   * @param scope the construct in which to create the alarms
   * @param id    its id in that scope
   * @param props the agents, whom to notify, and when. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanAgentAlarmsProps = {}) {
    super(scope, id);
    requireVersions();
    requireKinds(this, props);
    this.made = new AgentAlarms(this, props);
    watchAgents(this, props, agent => this.made.add(agent));
  }

  /**
   * The alarms of all agents. They are created at synthesis, unless `agents` is given, so before that the list is empty.
   */
  public get alarms(): cloudwatch.Alarm[] {
    return [...this.made.alarms];
  }
}
