import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { IPostmanAgent } from './agent';
import { inApiTypes, matchedEvents, notCapturing, ruleOn } from './agent-rules';
import { PostmanAgentTaskOptions } from './agent-task-options';
import { egressReaction } from './egress-reaction';
import { EgressVerdict } from './egress-verdict';
import { Generation } from '../agent';
import { Attachment } from '../cdk/attachment';
import { withoutEndingTasks } from '../cdk/sidecar';
import { taskEgressVerdict } from '../cdk/synthesis';
import { addTaskSidecar, agentStoppedInTaskPattern } from '../cdk/task-sidecar';
import { agentInTask, makeKnown } from '../cdk/watch/agents';

/**
 * Properties that the task sidecars of both agents have.
 */
export interface PostmanAgentTaskSidecarProps extends PostmanAgentTaskOptions {
  /**
   * The task definition whose tasks run the agent: a `FargateTaskDefinition`, an `Ec2TaskDefinition` or a `TaskDefinition` of this app.
   *
   * Its network mode is `awsvpc`, or `host` on EC2.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html
   */
  readonly taskDefinition: ecs.TaskDefinition;
}

/**
 * What the task sidecars of both agents have in common. Use `PostmanInsightsTaskSidecar` or `PostmanLiveCollectionTaskSidecar`.
 */
export abstract class PostmanAgentTaskSidecar extends Construct implements IPostmanAgent {
  /**
   * The agent's container.
   */
  public readonly container: ecs.ContainerDefinition;

  /**
   * The log group of the agent's log. Undefined if `logging` was given.
   */
  public readonly logGroup?: logs.ILogGroup;

  private readonly attachment: Attachment;
  private readonly verdict: () => EgressVerdict;
  /** Its matched events are counted by `metricAgentStopped`. */
  private diedRule?: events.Rule;

  /**
   * @param scope the construct in which to create the sidecar
   * @param id    its id in that scope
   * @param props what the agent captures, in which task definition, and with which key. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanAgentTaskSidecarProps) {
    super(scope, id);
    const { taskDefinition, knownEgress } = props;
    const attachment = addTaskSidecar(this, this._generation(), props, egressReaction(this, props));
    this.attachment = attachment;
    this.container = attachment.container;
    this.logGroup = attachment.logGroup;
    this.verdict = () => inApiTypes(taskEgressVerdict(this, taskDefinition, attachment, props, knownEgress));
    makeKnown(this, { ...agentInTask(attachment, { cluster: props.cluster }), subject: taskDefinition, holder: this, metrics: this });
  }

  /** @internal */
  protected abstract _generation(): Generation;

  /**
   * Whether the tasks reach Postman, judged from the app as it is at the call, whatever `egressCheck` is. If several services, rules,
   * schedules or state machines run the task definition, it is the worst of their verdicts.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html
   */
  public egressVerdict(): EgressVerdict {
    return this.verdict();
  }

  /**
   * A rule that matches the ECS task state changes in which the agent's container of this task definition has stopped: because the
   * agent exited, or because its task stopped.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
   * @param id      the id of the rule in this construct
   * @param options the rule's target, name, description and a further pattern
   */
  public onAgentStopped(id: string, options: events.OnEventOptions = {}): events.Rule {
    return ruleOn(() => this, id, options, agentStoppedInTaskPattern(this.container));
  }

  /**
   * How often tasks of this task definition were seen running without their agent. Containers that stop with their task are left out.
   *
   * The first call creates an EventBridge rule without a target, whose matched events are counted. ECS sends an event for each change
   * of a task, so one agent that stays stopped may count more than once. Without events there is no data point: treat missing data as
   * not breaching.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
   * @param options the period, the statistic and the like. The default is the sum over five minutes
   */
  public metricAgentStopped(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    this.diedRule ??= new events.Rule(this, 'AgentStoppedMetric', { eventPattern: withoutEndingTasks(agentStoppedInTaskPattern(this.container)) });
    return matchedEvents(this, this.diedRule, options);
  }

  /**
   * How many lines of the agent's log say that it does not capture: a wrong key, an unknown destination, no permission.
   *
   * The Insights agent does not exit then. It logs this once, so an alarm returns to OK although the agent still waits. Without such lines
   * there is no data point: treat missing data as not breaching.
   *
   * The first call creates a metric filter on the log group.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
   * @param options the period, the statistic and the like. The default is the sum over five minutes
   * @throws if the log is not in a log group that only the agent writes to: `logging` is another log driver than awslogs, or other
   *         containers of the task write to the same group
   */
  public metricAgentNotCapturing(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return notCapturing(this, this.attachment, options);
  }
}
