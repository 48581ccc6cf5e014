import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { EgressCheck } from './egress-check';
import { egressReaction } from './egress-reaction';
import { EgressVerdict } from './egress-verdict';
import { Generation, notCapturingFragments } from '../agent';
import { addSidecar, agentDiedPattern, agentStoppedPattern } from '../cdk/sidecar';
import { egressVerdict } from '../cdk/synthesis';

/**
 * Properties that the sidecars of both agents have.
 */
export interface PostmanAgentSidecarProps {
  /**
   * The service whose tasks run the agent: a `FargateService` or an `Ec2Service` of this app.
   *
   * Its task definition uses network mode `awsvpc`, or `host` on EC2. In `bridge` mode a sidecar would see only its own traffic,
   * so bridge mode is rejected, and so are imported services.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html
   */
  readonly service: ecs.BaseService;

  /**
   * The secret that holds a Postman API key.
   *
   * The execution role of the task gets `secretsmanager:GetSecretValue` on this secret, and `kms:Decrypt` on its `encryptionKey`
   * if that is a customer managed key. A secret in another account needs both its complete ARN and such a key.
   *
   * If a secret is known only by its name, the task definition has its ARN without the six characters that Secrets Manager
   * adds. AWS documents the complete ARN, which `Secret.fromSecretCompleteArn` takes.
   *
   * @see https://learning.postman.com/docs/developer/postman-api/authentication/
   * @default - the secret named `postman/api-key` in the stack's account and region
   */
  readonly apiKeySecret?: secretsmanager.ISecret;

  /**
   * The JSON field of the secret that holds the key, without colons or spaces.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
   * @default - the secret's whole value is the key
   */
  readonly apiKeySecretField?: string;

  /**
   * The agent's image.
   *
   * Pin it by digest or version to deploy the same agent every time. Use a mirror if tasks reach only your own registry. An image of
   * the other generation of the agent is rejected.
   *
   * @default - the newest of the agent: `docker.postman.com/postman-lc-agent:latest` for a collection,
   * `public.ecr.aws/postman/postman-insights-agent:latest` for Insights
   */
  readonly image?: ecs.ContainerImage;

  /**
   * How many requests the agent captures, in requests a minute. Above zero.
   *
   * It is also the main way to limit the agent's memory, which grows with what is captured.
   *
   * @default - the agent's own: 1000 requests a minute for a collection, 12,000 for Insights
   */
  readonly rateLimitPerMinute?: number;

  /**
   * Capture only requests whose host matches one of these expressions.
   *
   * Expressions are Go's RE2, which has no look-around and no back-references. They match anywhere in the text unless they are
   * anchored. The agent matches the `Host` header with its port: `^api\.example\.com$` does not match `api.example.com:8080`.
   *
   * @see https://github.com/google/re2/wiki/Syntax
   * @default - all hosts
   */
  readonly hostAllow?: string[];

  /**
   * Leave out requests whose host matches one of these expressions.
   *
   * Their syntax is that of `hostAllow`.
   *
   * @default - none
   */
  readonly hostExclusions?: string[];

  /**
   * Capture only requests whose path matches one of these expressions.
   *
   * Their syntax is that of `hostAllow`.
   *
   * @default - all paths
   */
  readonly pathAllow?: string[];

  /**
   * Leave out requests whose path matches one of these expressions.
   *
   * Their syntax is that of `hostAllow`.
   *
   * @default - none
   */
  readonly pathExclusions?: string[];

  /**
   * The network interfaces to listen on, by name, such as `eth0`. The agent does not support `any`.
   *
   * @default - every interface that is up
   */
  readonly networkInterfaces?: string[];

  /**
   * A BPF expression that packets must match, such as `port 8080`.
   *
   * @see https://www.tcpdump.org/manpages/pcap-filter.7.html
   * @default - all TCP packets
   */
  readonly bpfFilter?: string;

  /**
   * The forward proxy through which the agent reaches Postman, `http://host:port`.
   *
   * It carries only the agent's own traffic. Before the task starts, ECS pulls the image and reads the secret without it. A user
   * or a password in the URL would be in the task definition in clear text, so it causes a warning.
   *
   * @default - the agent connects directly
   */
  readonly proxyUrl?: string;

  /**
   * Tags that the agent adds to the captured traffic (its `--tags`). Keys and values have no `=`.
   *
   * @default - none
   */
  readonly traceTags?: { [key: string]: string };

  /**
   * Where the agent's own log goes.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
   * @default - CloudWatch Logs, in a log group of its own with a retention of one month
   */
  readonly logging?: ecs.LogDriver;

  /**
   * Memory reserved for the agent's container, a soft limit, in MiB.
   *
   * If the task sets a memory size, the reservations of all containers must fit into it.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
   * @default - 300 MiB if the task sets no memory and no `memoryLimitMiB` is given, else none
   */
  readonly memoryReservationMiB?: number;

  /**
   * Memory at which the agent's container is killed, in MiB. Postman asks for at least 700 MiB at the default rate.
   *
   * At most what the task has, and at least `memoryReservationMiB`.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
   * @default - none: the container may use all memory of the task
   */
  readonly memoryLimitMiB?: number;

  /**
   * CPU units of the agent's container. 1024 units are one core.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
   * @default - none: the container shares the CPU of the task
   */
  readonly cpu?: number;

  /**
   * Whether the root file system of the agent's container is read-only. The agent writes nothing to it.
   *
   * @see https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-5
   * @default true
   */
  readonly readonlyRootFilesystem?: boolean;

  /**
   * Further variables of the agent's container, in clear text.
   *
   * A variable that this construct sets, or that names a key, a destination or a data region of either agent, is rejected.
   *
   * @default - none
   */
  readonly environment?: { [key: string]: string };

  /**
   * Whether the agent's own usage reports are turned off. They go to another host than what it captures, and have its whole command
   * line, but not the API key.
   *
   * @default false
   */
  readonly disableTelemetry?: boolean;

  /**
   * Whether ECS restarts the agent's container, and only that container, if the agent dies after it ran for 60 seconds or more.
   *
   * Needs Fargate platform version 1.4.0, or container instances with agent 1.86.0 or later.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html
   * @default true
   */
  readonly enableRestartPolicy?: boolean;

  /**
   * What synthesis does if the tasks have no way out to the internet, or if that is unknown.
   *
   * A verdict of `unknown` is a warning with the id `cdk-postman-live-collection:egressUnknown`. With `STRICT` it is an error.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html
   * @default EgressCheck.ERROR
   */
  readonly egressCheck?: EgressCheck;

  /**
   * Subnets of the cluster's VPC of which you know that they lead to the internet: subnets that a lookup or an import cannot tell
   * more about, or that lead out through a firewall or a transit gateway.
   *
   * Their routes are not judged, nor what cannot be seen of them. Everything else is: security groups, DNS, and network ACLs of this
   * app. The evidence says that this property vouches for them.
   *
   * ```ts
   * new PostmanInsightsSidecar(this, 'Insights', {
   *   service,
   *   projectId,
   *   knownEgress: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
   * });
   * ```
   *
   * @default - the routes of all subnets are judged
   */
  readonly knownEgress?: ec2.SubnetSelection;
}

/** The namespace of the metric of the agent's log. */
const METRIC_NAMESPACE = 'PostmanAgent';

/**
 * What the sidecars of both agents have in common. Use `PostmanInsightsSidecar` or `PostmanLiveCollectionSidecar`.
 */
export abstract class PostmanAgentSidecar extends Construct {
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
  private readonly verdict: () => EgressVerdict;
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
    const { egressCheck, knownEgress } = props;
    const attachment = addSidecar(this, this._generation(), props, egressReaction(egressCheck, knownEgress));
    this.container = attachment.container;
    this.logGroup = attachment.logGroup;
    this.verdict = () => {
      const { evidence, ...verdict } = egressVerdict(this, this.service, attachment, knownEgress);
      return { ...verdict, evidence: [...evidence] };
    };
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
   * @param id      the id of the rule in this construct
   * @param options the rule's target, name, description and a further pattern
   */
  public onAgentStopped(id: string, options: events.OnEventOptions = {}): events.Rule {
    const rule = new events.Rule(options.crossStackScope ?? this, id, options);
    rule.addTarget(options.target);
    rule.addEventPattern(agentStoppedPattern(this.service, this.container));
    return rule;
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
    this.diedRule ??= new events.Rule(this, 'AgentStoppedMetric', { eventPattern: agentDiedPattern(this.service, this.container) });
    const dimensionsMap = { RuleName: this.diedRule.ruleName };
    return new cloudwatch.Metric({
      namespace: 'AWS/Events', metricName: 'MatchedEvents', dimensionsMap, statistic: cloudwatch.Stats.SUM, ...options,
    }).attachTo(this);
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
   * @throws if `logging` was given: put a metric filter on the log group of that driver
   */
  public metricAgentNotCapturing(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    if (this.logGroup === undefined) {
      throw new Error(`${this.node.path}: the agent's log goes where \`logging\` says, so this construct has no log group for a metric filter. `
        + 'Leave `logging` out, or create the filter on your own log group.');
    }
    // With the container, which sidecars of other services may share: one filter counts each line once.
    const scope = this.container.taskDefinition;
    const id = 'PostmanAgentNotCapturing';
    const filter = scope.node.tryFindChild(id) as logs.MetricFilter | undefined ?? new logs.MetricFilter(scope, id, {
      logGroup: this.logGroup,
      filterPattern: logs.FilterPattern.anyTerm(...notCapturingFragments(this._generation())),
      metricNamespace: METRIC_NAMESPACE,
      // The name of a log group is unique in an account and region. A construct's path is not: an app may be deployed twice.
      metricName: `NotCapturing-${this.logGroup.logGroupName}`,
      metricValue: '1',
    });
    return filter.metric({ statistic: cloudwatch.Stats.SUM, ...options });
  }
}
