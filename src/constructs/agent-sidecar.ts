import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { IPostmanAgent } from './agent';
import { PostmanAgentOptions } from './agent-options';
import { inApiTypes, matchedEvents, notCapturing, ruleOn } from './agent-rules';
import { egressReaction } from './egress-reaction';
import { EgressVerdict } from './egress-verdict';
import { rotateTasksOf } from './key-rotation';
import { PostmanAgentRotationOptions } from './rotation-options';
import { Generation } from '../agent';
import { Attachment } from '../cdk/attachment';
import { addSidecar, agentDiedPattern, agentStoppedPattern } from '../cdk/sidecar';
import { holderOfRules, scopeOfRules } from '../cdk/stacks';
import { egressVerdict } from '../cdk/synthesis';
import { agentInTask, makeKnown } from '../cdk/watch/agents';

/**
 * Properties that the sidecars of both agents have.
 */
export interface PostmanAgentSidecarProps extends PostmanAgentOptions, PostmanAgentRotationOptions {
  /**
   * The service whose tasks run the agent: a `FargateService` or an `Ec2Service` of this app.
   *
   * Its task definition uses network mode `awsvpc`, or `host` on EC2. In `bridge` mode a sidecar would see only its own traffic,
   * so bridge mode is rejected, and so are imported services.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html
   */
  readonly service: ecs.BaseService;
}

/**
 * What the sidecars of both agents have in common. Use `PostmanInsightsSidecar` or `PostmanLiveCollectionSidecar`.
 */
export abstract class PostmanAgentSidecar extends Construct implements IPostmanAgent {
  /**
   * The agent's container.
   *
   * Services that share a task definition also share this container.
   */
  public readonly container: ecs.ContainerDefinition;

  /**
   * The log group of the agent's log. Undefined if `logging` was given.
   */
  public readonly logGroup?: logs.ILogGroup;

  private readonly service: ecs.BaseService;
  private readonly attachment: Attachment;
  private readonly verdict: () => EgressVerdict;
  private readonly scopeOfRules: () => Construct;
  /** Its matched events are counted by `metricAgentStopped`. */
  private diedRule?: events.Rule;

  /**
   * @param scope the construct in which to create the sidecar
   * @param id    its id in that scope
   * @param props what the agent captures, for which service, and with which key. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanAgentSidecarProps) {
    super(scope, id);
    this.service = props.service;
    const { knownEgress } = props;
    const attachment = addSidecar(this, this._generation(), props, egressReaction(this, props));
    this.attachment = attachment;
    this.container = attachment.container;
    this.logGroup = attachment.logGroup;
    if (props.rotateTasks) rotateTasksOf(this, props.service, attachment.apiKey);
    const key = props.apiKeySecret ?? props.apiKeyParameter;
    this.scopeOfRules = () => scopeOfRules(this, props.service, key);
    this.verdict = () => inApiTypes(egressVerdict(this, this.service, attachment, knownEgress));
    const { service } = props;
    makeKnown(this, { ...agentInTask(attachment, { service }), subject: service, holder: holderOfRules(this, service, key), metrics: this });
  }

  /** @internal */
  protected abstract _generation(): Generation;

  /**
   * Whether the tasks of this service reach Postman, judged from the app as it is at the call, whatever `egressCheck` is. Use it in your
   * own tests.
   *
   * ```ts
   * declare const sidecar: PostmanInsightsSidecar;
   * const verdict = sidecar.egressVerdict().verdict;
   * ```
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html
   */
  public egressVerdict(): EgressVerdict {
    return this.verdict();
  }

  /**
   * A rule that matches the ECS task state changes in which the agent's container of this service has stopped: because the
   * agent exited, or because its task stopped.
   *
   * The event says which: `detail.lastStatus` is `RUNNING` if the task continues without its agent. The container's `exitCode` and
   * `reason` are in `detail.containers`.
   *
   * ```ts
   * declare const sidecar: PostmanInsightsSidecar;
   * const topic = new sns.Topic(this, 'AgentStopped');
   * sidecar.onAgentStopped('Stopped', { target: new targets.SnsTopic(topic) });
   * ```
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
   * @param id      the id of the rule in this construct, or in the service if the service's stack needs the stack of this construct
   * @param options the rule's target, name, description and a further pattern
   */
  public onAgentStopped(id: string, options: events.OnEventOptions = {}): events.Rule {
    return ruleOn(this.scopeOfRules, id, options, agentStoppedPattern(this.service, this.container));
  }

  /**
   * How often tasks of this service were seen running without their agent. A deployment does not count: containers that stop with
   * their task are left out.
   *
   * The first call creates an EventBridge rule without a target, whose matched events are counted. ECS sends an event for each change
   * of a task, so one agent that stays stopped may count more than once. Without events there is no data point: treat missing data as
   * not breaching.
   *
   * ```ts
   * declare const sidecar: PostmanInsightsSidecar;
   * sidecar.metricAgentStopped().createAlarm(this, 'AgentStopped', {
   *   threshold: 1,
   *   evaluationPeriods: 1,
   *   treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
   * });
   * ```
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
   * @param options the period, the statistic and the like. The default is the sum over five minutes
   */
  public metricAgentStopped(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    this.diedRule ??= new events.Rule(this.scopeOfRules(), 'AgentStoppedMetric', { eventPattern: agentDiedPattern(this.service, this.container) });
    return matchedEvents(this, this.diedRule, options);
  }

  /**
   * How many lines of the agent's log say that it does not capture: a wrong key, an unknown destination, no permission.
   *
   * The Insights agent does not exit then. Its container stays in the state RUNNING and waits forever. It logs this once, so an alarm
   * returns to OK although the agent still waits. Without such lines there is no data point: treat missing data as not breaching.
   *
   * The first call creates a metric filter on the log group.
   *
   * ```ts
   * declare const sidecar: PostmanInsightsSidecar;
   * sidecar.metricAgentNotCapturing().createAlarm(this, 'AgentNotCapturing', {
   *   threshold: 1,
   *   evaluationPeriods: 1,
   *   treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
   * });
   * ```
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
