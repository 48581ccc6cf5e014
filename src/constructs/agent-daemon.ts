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
import { addDaemon, daemonDiedPattern } from '../cdk/daemon';
import { agentStoppedPattern } from '../cdk/sidecar';
import { egressVerdict } from '../cdk/synthesis';
import { agentInTask, makeKnown } from '../cdk/watch/agents';

/**
 * Properties that the daemons of both agents have.
 *
 * The agent's options have these defaults in a daemon: `networkInterfaces` is `docker0`, `cpu` 256 CPU units, `memoryReservationMiB`
 * 300 MiB and `memoryLimitMiB` 700 MiB.
 */
export interface PostmanAgentDaemonProps extends PostmanAgentOptions, PostmanAgentRotationOptions {
  /**
   * The cluster on whose EC2 container instances the agent runs: a `Cluster` of this app, or one that is imported with its VPC
   * (`Cluster.fromClusterAttributes`).
   *
   * A cluster of which it is certain that it has no Linux instances for a daemon is rejected: one with only Fargate, Managed Instances
   * or Windows.
   */
  readonly cluster: ecs.ICluster;

  /**
   * Further constraints on the instances that get an agent, e.g. `PlacementConstraint.memberOf('attribute:team == orders')`.
   *
   * The agent never runs on Windows: its task definition has the constraint `attribute:ecs.os-type == linux`.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html
   * @default - all Linux instances of the cluster
   */
  readonly placementConstraints?: ecs.PlacementConstraint[];

  /**
   * The family of the agent's task definition. In discovery it is also the name, if `discoveryName` is not given.
   *
   * @default - a name that the CDK makes from the path of the construct
   */
  readonly family?: string;

  /**
   * Capture only the requests to these TCP ports, 1 to 65535: on `docker0` the container ports of the services that the agent watches.
   *
   * It becomes the agent's BPF filter, `tcp port 8080 or tcp port 8081`, so `bpfFilter` cannot be given, too. It also leaves out the
   * requests that the services send to others.
   *
   * @default - all ports
   */
  readonly ports?: number[];
}

/**
 * What the daemons of both agents have in common. Use `PostmanInsightsDaemon` or `PostmanLiveCollectionDaemon`.
 */
export abstract class PostmanAgentDaemon extends Construct implements IPostmanAgent {
  /**
   * The service that runs the agent, one task on each container instance.
   */
  public readonly service: ecs.Ec2Service;

  /**
   * The task definition of the agent, in network mode `host`.
   */
  public readonly taskDefinition: ecs.Ec2TaskDefinition;

  /**
   * The agent's container. It is the only one of its task, and so it is essential.
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
   * @param scope the construct in which to create the daemon
   * @param id    its id in that scope
   * @param props what the agent captures, on which cluster, and with which key. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanAgentDaemonProps) {
    super(scope, id);
    const { knownEgress } = props;
    const { service, taskDefinition, attachment } = addDaemon(this, this._generation(), props, egressReaction(this, props));
    this.service = service;
    this.taskDefinition = taskDefinition;
    this.attachment = attachment;
    this.container = attachment.container;
    this.logGroup = attachment.logGroup;
    if (props.rotateTasks) rotateTasksOf(this, service, attachment.apiKey);
    this.verdict = () => inApiTypes(egressVerdict(this, service, attachment, knownEgress));
    makeKnown(this, { ...agentInTask(attachment, { service }), subject: this, holder: this, isReplaced: true, metrics: this });
  }

  /** @internal */
  protected abstract _generation(): Generation;

  /**
   * Whether the agent reaches Postman from the container instances, judged from the app as it is at the call, whatever `egressCheck` is.
   *
   * ```ts
   * declare const daemon: PostmanInsightsDaemon;
   * const verdict = daemon.egressVerdict().verdict;
   * ```
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html
   */
  public egressVerdict(): EgressVerdict {
    return this.verdict();
  }

  /**
   * A rule that matches the ECS task state changes in which the agent has stopped on an instance. The agent is the only container of its
   * task, so its task stops, too, and ECS starts a new one.
   *
   * The event says why: `detail.stopCode` is `EssentialContainerExited` if the agent exited, `ServiceSchedulerInitiated` for a deployment.
   *
   * ```ts
   * declare const daemon: PostmanInsightsDaemon;
   * const topic = new sns.Topic(this, 'AgentStopped');
   * daemon.onAgentStopped('Stopped', { target: new targets.SnsTopic(topic) });
   * ```
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
   * @param id      the id of the rule in this construct
   * @param options the rule's target, name, description and a further pattern
   */
  public onAgentStopped(id: string, options: events.OnEventOptions = {}): events.Rule {
    return ruleOn(() => this, id, options, agentStoppedPattern(this.service, this.container));
  }

  /**
   * How often the agent exited or could not start on an instance. Deployments and instances that go away do not count.
   *
   * ECS starts a new task each time. An agent that the restart policy of its container restarts does not count, since its task goes on.
   *
   * The first call creates an EventBridge rule without a target, whose matched events are counted. Without events there is no data point:
   * treat missing data as not breaching.
   *
   * ```ts
   * declare const daemon: PostmanInsightsDaemon;
   * daemon.metricAgentStopped().createAlarm(this, 'AgentStopped', {
   *   threshold: 1,
   *   evaluationPeriods: 1,
   *   treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
   * });
   * ```
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
   * @param options the period, the statistic and the like. The default is the sum over five minutes
   */
  public metricAgentStopped(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    this.diedRule ??= new events.Rule(this, 'AgentStoppedMetric', { eventPattern: daemonDiedPattern(this.service, this.container) });
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
