import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AgentInTree, memoryLimitOf, nameOfAgent, pathInStage } from './agents';
import { memoryMetric } from './container-insights';
import { PAGE } from './content';
import { describeValue } from '../kinds';
import { Duration, isUnresolved, Lazy, stackOf } from '../tree/loaded';
import { inUsersLanguage } from '../users-language';

export interface AlarmOptions {
  readonly topic?: sns.ITopic;
  readonly stoppedThreshold?: number;
  readonly notCapturingThreshold?: number;
  readonly memoryThresholdMiB?: number;
  readonly enhancedContainerInsights?: boolean;
}

/** Long enough that an agent that keeps stopping is seen, and short enough that a person hears of it. */
const WINDOW_MINUTES = 15;

/** An agent that ECS replaces: one stop heals itself. */
const STOPS_OF_REPLACED = 3;

/** Before the kernel ends the agent. CloudWatch says megabytes and ECS takes MiB, which differ by 5 %. */
const SHARE_OF_LIMIT = 0.9;

/** Creates the alarms of agents in a construct. */
export class AgentAlarms {
  public readonly alarms: cloudwatch.Alarm[] = [];
  /** The names of the tasks that log to each log group. */
  private readonly logs = new Map<unknown, Set<string>>();

  /** @throws if an option is wrong; the error names it */
  public constructor(private readonly owner: Construct, private readonly options: AlarmOptions) {
    requireThresholds(owner, options);
    requireRegion(owner, options.topic);
  }

  public add(agent: AgentInTree): void {
    this.onStops(agent);
    this.onLog(agent);
    this.onMemory(agent);
  }

  private onStops(agent: AgentInTree): void {
    const name = nameOfAgent(agent);
    const threshold = this.options.stoppedThreshold ?? (agent.isReplaced ? STOPS_OF_REPLACED : 1);
    const what = agent.isReplaced
      ? `The Postman agent of ${name} keeps stopping; ECS starts another one each time. Read the stopped reason of its tasks and its log.`
      : `Tasks of ${name} run without their Postman agent, which has stopped and was not restarted. Read the exit code of its container and its log, then replace these tasks.`;
    this.create(`Stopped-${name}`, agent.metrics.metricAgentStopped({ period: Duration.minutes(WINDOW_MINUTES) }), threshold, `${what} ${PAGE}#an-agent-stops`);
  }

  /** Agents that share a task definition have one log, and others may log to one group. */
  private onLog(agent: AgentInTree): void {
    const logGroup = agent.logGroup();
    if (logGroup === undefined) return;
    const name = pathInStage(agent.tasks);
    const names = this.logs.get(logGroup) ?? new Set([name]);
    if (this.logs.has(logGroup)) return void names.add(name);
    this.logs.set(logGroup, names);
    const others = Lazy.uncachedString({ produce: () => names.size === 1 ? '' : `, or of ${names.size - 1} more with the same log group,` });
    const what = `A Postman agent in tasks of ${name}${others} does not capture. Its log says why. The agent logs it once, so this alarm returns to OK even if it still does not capture.`;
    const metric = agent.metrics.metricAgentNotCapturing({ period: Duration.minutes(WINDOW_MINUTES) });
    this.create(`NotCapturing-${name}`, metric, this.options.notCapturingThreshold ?? 1, `${what} ${PAGE}#an-agent-does-not-capture`);
  }

  private onMemory(agent: AgentInTree): void {
    const limit = memoryLimitOf(agent);
    const metric = memoryMetric(agent, this.options.enhancedContainerInsights);
    const threshold = this.options.memoryThresholdMiB ?? (limit && Math.floor(limit * SHARE_OF_LIMIT));
    if (metric === undefined || threshold === undefined) return;
    const name = nameOfAgent(agent);
    const what = `The Postman agent of ${name} uses much memory${limit === undefined ? '' : `: its limit is ${limit} MiB, and it is stopped if it needs more`}. Lower its rate limit, or give it more memory.`;
    this.create(`Memory-${name}`, new cloudwatch.Metric({ ...metric, period: Duration.minutes(5) }), threshold, `${what} ${PAGE}#an-agent-needs-much-memory`, 3);
  }

  private create(id: string, metric: cloudwatch.Metric, threshold: number, alarmDescription: string, evaluationPeriods = 1): void {
    const { topic } = this.options;
    const alarm = metric.createAlarm(this.owner, id, {
      threshold, evaluationPeriods, alarmDescription, treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    if (topic) alarm.addAlarmAction({ bind: () => ({ alarmActionArn: topic.topicArn }) });
    this.alarms.push(alarm);
  }
}

function requireThresholds(owner: Construct, options: AlarmOptions): void {
  for (const prop of ['stoppedThreshold', 'notCapturingThreshold', 'memoryThresholdMiB'] as const) {
    const value = options[prop];
    if (value === undefined || isUnresolved(value) || (Number.isInteger(value) && value > 0)) continue;
    const found = typeof value === 'number' ? value : describeValue(value);
    throw new Error(inUsersLanguage(`${owner.node.path}: \`${prop}\` must be a whole number of at least 1, got: ${found}. Leave it out for the default.`));
  }
}

/** An alarm notifies topics of its own region. */
function requireRegion(owner: Construct, topic: sns.ITopic | undefined): void {
  const { region, node } = stackOf(owner);
  if (topic === undefined || isUnresolved(region) || isUnresolved(topic.env.region) || topic.env.region === region) return;
  throw new Error(inUsersLanguage(`${owner.node.path}: \`topic\` ${topic.node.path} is in ${topic.env.region}, and the alarms are in ${region} with stack ${node.path}. Use a topic in ${region}.`));
}
