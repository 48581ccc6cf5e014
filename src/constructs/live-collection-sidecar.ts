import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { EgressCheck } from './egress-check';
import { egressReaction } from './egress-reaction';
import { LIVE_COLLECTION } from '../agent';
import { addSidecar, agentStoppedPattern } from '../cdk/sidecar';

/**
 * Properties of `PostmanLiveCollectionSidecar`.
 */
export interface PostmanLiveCollectionSidecarProps {
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
   * The id of the Postman collection that the agent fills, `<owner>-<uuid>`.
   *
   * Postman shows it in the collection's info pane. A token, such as a parameter's value, is not checked.
   */
  readonly collectionId: string;

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
   * Pin it by digest to deploy the same agent every time. Use a mirror if tasks reach only your own registry.
   *
   * @default - `docker.postman.com/postman-lc-agent:latest`
   */
  readonly image?: ecs.ContainerImage;

  /**
   * How many requests the agent captures, in requests a minute. Above zero.
   *
   * It is also the main way to limit the agent's memory, which grows with what is captured.
   *
   * @default - the agent's own: 1000 requests a minute
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
}

/**
 * Runs Postman's Live Collection agent beside the containers of an ECS service. The agent watches the HTTP requests that arrive at
 * the service and fills a Postman collection with the endpoints it sees.
 *
 * It adds one container to the service's task definition. The container is never essential, no other container waits for it, and
 * it gets the API key from Secrets Manager. At the end of synthesis the routes, addresses, security groups and network ACLs of the
 * tasks are checked. It is an error if the tasks have no way out to the internet.
 *
 * ```ts
 * new PostmanLiveCollectionSidecar(this, 'Lca', { service, collectionId });
 * ```
 *
 * To acknowledge a warning, use its id, on the sidecar or any scope above it:
 *
 * ```ts
 * Annotations.of(this).acknowledgeWarning('cdk-postman-live-collection:egressUnknown', 'The transit gateway leads to the internet.');
 * ```
 */
export class PostmanLiveCollectionSidecar extends Construct {
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

  /**
   * @param scope the construct in which to create the sidecar
   * @param id    its id in that scope
   * @param props what the agent captures, for which service, and with which key. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanLiveCollectionSidecarProps) {
    super(scope, id);
    this.service = props.service;
    const { container, logGroup } = addSidecar(this, LIVE_COLLECTION, props, egressReaction(props.egressCheck));
    this.container = container;
    this.logGroup = logGroup;
  }

  /**
   * A rule that matches the ECS task state changes in which the agent's container of this service has stopped: because the
   * agent exited, or because its task stopped.
   *
   * The event says which: `detail.lastStatus` is `RUNNING` if the task continues without its agent. The container's `exitCode` and
   * `reason` are in `detail.containers`.
   *
   * ```ts
   * declare const sidecar: PostmanLiveCollectionSidecar;
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
}
