import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { checkAgent } from './agent';
import { ApiKey } from './cdk/api-key';
import { attach, AttachOptions } from './cdk/attachment';
import { report } from './cdk/findings';
import { requireVersions } from './cdk/requirements';
import { checkAtSynthesis, EgressReaction } from './cdk/synthesis';
import { isUnresolved, LogGroup, RetentionDays, stackOf } from './cdk/tree/loaded';
import { DEFAULT_SECRET_NAME } from './permissions';

/**
 * What an `unreachable` verdict does at synthesis: the tasks of the service have no way out to the internet.
 */
export enum EgressCheck {
  /** Synthesis fails, with the evidence. */
  ERROR = 'ERROR',

  /** A warning with the id `cdk-postman-live-collection:egressUnreachable`, with the evidence. */
  WARN = 'WARN',

  /** Egress is not judged. */
  OFF = 'OFF',
}

/**
 * Properties of `PostmanLiveCollectionSidecar`.
 */
export interface PostmanLiveCollectionSidecarProps {
  /**
   * The service whose tasks run the agent: a `FargateService` or an `Ec2Service` of this app.
   *
   * Its task definition uses network mode `awsvpc`, or `host` on EC2. In `bridge` mode a sidecar would see its own traffic
   * alone, so that it is refused, as is a service that is imported.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html
   */
  readonly service: ecs.BaseService;

  /**
   * The id of the Postman collection that the agent fills, `<owner>-<uuid>`.
   *
   * Postman shows it in the collection's info pane. A token, such as a parameter's value, is taken as it is.
   */
  readonly collectionId: string;

  /**
   * The secret that holds a Postman API key.
   *
   * The execution role of the task gets `secretsmanager:GetSecretValue` on this secret, and `kms:Decrypt` on its
   * `encryptionKey` where it has a customer managed one. A secret in another account needs both its complete ARN and such a key.
   *
   * A secret that is known by its name alone has its ARN in the task definition without the six characters that Secrets Manager
   * adds; AWS documents the complete ARN, which `Secret.fromSecretCompleteArn` takes.
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
   * Pin it by digest to deploy the same agent every time, or use a mirror where tasks reach no registry but your own.
   *
   * @default - `docker.postman.com/postman-lc-agent:latest`
   */
  readonly image?: ecs.ContainerImage;

  /**
   * How many requests the agent captures, in requests a minute. Above zero.
   *
   * It is the knob for the agent's memory, which grows with what is captured.
   *
   * @default - the agent's own: 1000 requests a minute
   */
  readonly rateLimit?: number;

  /**
   * Capture only requests whose host matches one of these expressions.
   *
   * Expressions are Go's RE2, which has no look-around and no back-references, and match anywhere in the text unless they are
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
   * The network interfaces to listen on, by name, such as `eth0`. `any` is none that the agent knows.
   *
   * @default - every interface that is up
   */
  readonly interfaces?: string[];

  /**
   * A BPF expression that packets must match, such as `port 8080`.
   *
   * @see https://www.tcpdump.org/manpages/pcap-filter.7.html
   * @default - all TCP packets
   */
  readonly filter?: string;

  /**
   * The forward proxy through which the agent reaches Postman, `http://host:port`.
   *
   * It carries the agent's own traffic. Pulling the image and reading the secret, which ECS does before the task starts, do
   * not go through it. A user or a password in the URL would stand in the task definition in clear, and is warned of.
   *
   * @default - the agent connects directly
   */
  readonly proxy?: string;

  /**
   * Tags that the agent puts on what it captures (its `--tags`). Keys and values have no `=`.
   *
   * @default - none
   */
  readonly traceTags?: { [key: string]: string };

  /**
   * Where the agent's own log goes.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
   * @default - CloudWatch Logs, in a log group of its own that keeps a month
   */
  readonly logging?: ecs.LogDriver;

  /**
   * Memory set aside for the agent's container, a soft limit, in MiB.
   *
   * With the reservations of the other containers it must fit into the task's memory, where the task sets one.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
   * @default - 300 MiB where the task sets no memory and no `memoryLimitMiB` is given, else none
   */
  readonly memoryReservationMiB?: number;

  /**
   * Memory at which the agent's container is killed, in MiB. Postman asks for at least 700 MiB at the default rate.
   *
   * At most what the task has, and at least `memoryReservationMiB`.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
   * @default - none: the container may use what the task has
   */
  readonly memoryLimitMiB?: number;

  /**
   * CPU units of the agent's container. 1024 are a core.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
   * @default - none: the container shares what the task has
   */
  readonly cpu?: number;

  /**
   * Whether ECS restarts the agent's container, and it alone, when the agent dies after having run for 60 seconds or more.
   *
   * Needs Fargate platform version 1.4.0, or container instances with agent 1.86.0 or later.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html
   * @default true
   */
  readonly restartPolicy?: boolean;

  /**
   * What synthesis does where the tasks have no way out to the internet.
   *
   * A verdict of `unknown` is a warning with the id `cdk-postman-live-collection:egressUnknown` whatever is set here, but `OFF`.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html
   * @default EgressCheck.ERROR
   */
  readonly egressCheck?: EgressCheck;
}

/**
 * Runs Postman's Live Collection agent beside the containers of an ECS service, so that the HTTP requests that arrive there
 * fill a Postman collection.
 *
 * It adds one container to the service's task definition: never essential, never waited for, with the API key injected from
 * Secrets Manager. When the app is synthesized, the routes, addresses, security groups and network ACLs of the tasks are
 * judged as the tree has them then: no way out to the internet is an error.
 *
 * ```ts
 * new PostmanLiveCollectionSidecar(this, 'Lca', { service, collectionId });
 * ```
 *
 * A warning can be acknowledged by its id, on the sidecar or any scope above it:
 *
 * ```ts
 * Annotations.of(this).acknowledgeWarning('cdk-postman-live-collection:egressUnknown', 'The transit gateway leads out.');
 * ```
 */
export class PostmanLiveCollectionSidecar extends Construct {
  /**
   * The agent's container.
   *
   * Services that share a task definition share it, too.
   */
  public readonly container: ecs.ContainerDefinition;

  /**
   * The log group of the agent's log. Undefined where `logging` was given.
   */
  public readonly logGroup?: logs.ILogGroup;

  private readonly service: ecs.BaseService;

  /**
   * @param scope the construct in which to create the sidecar
   * @param id    its id in that scope
   * @param props what the agent captures, for which service, and with which key. An error names the property that is wrong
   */
  constructor(scope: Construct, id: string, props: PostmanLiveCollectionSidecarProps) {
    super(scope, id);
    requireVersions();
    this.service = requireService(props.service, this.node.path);
    const agent = agentOptions(props, this.service);
    const errors = report(this, checkAgent(agent, { opaque: isUnresolved }));
    if (errors.length > 0) throw new Error(`${this.node.path}: ${errors.join('\n')}`);

    const secret = props.apiKeySecret ?? secretsmanager.Secret.fromSecretNameV2(this, 'ApiKey', DEFAULT_SECRET_NAME);
    const attachment = attach(this, this.service, {
      agent,
      apiKey: new ApiKey(this, secret, props.apiKeySecretField),
      image: props.image,
      logging: props.logging,
      defaultLogGroup: () => new LogGroup(this, 'LogGroup', { retention: RetentionDays.ONE_MONTH }),
    });
    this.container = attachment.container;
    this.logGroup = attachment.logGroup;

    const onUnreachable = REACTIONS[props.egressCheck ?? EgressCheck.ERROR];
    this.node.addValidation({ validate: () => checkAtSynthesis(this, this.service, attachment, onUnreachable) });
  }

  /**
   * A rule that matches the ECS task state changes in which the agent's container of this service has stopped: because the
   * agent ended, or because its task did.
   *
   * The event tells which: `detail.lastStatus` is `RUNNING` where the task goes on without its agent, and the container's
   * `exitCode` and `reason` stand in `detail.containers`.
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
    rule.addEventPattern({
      source: ['aws.ecs'],
      detailType: ['ECS Task State Change'],
      detail: {
        clusterArn: [this.service.cluster.clusterArn],
        group: [`service:${this.service.serviceName}`],
        containers: { name: [this.container.containerName], lastStatus: ['STOPPED'] },
      },
    });
    return rule;
  }
}

const REACTIONS: { readonly [check in EgressCheck]: EgressReaction } = {
  [EgressCheck.ERROR]: 'error',
  [EgressCheck.WARN]: 'warning',
  [EgressCheck.OFF]: 'none',
};

/** Other languages, and casts, can hand over what has no task definition to add a container to. */
function requireService(service: ecs.BaseService, path: string): ecs.BaseService {
  if (service?.taskDefinition?.node?.defaultChild && service.node.defaultChild) return service;
  throw new Error(`${path}: \`service\` must be a FargateService or an Ec2Service of this app, got: ${service?.node?.path ?? service}, which has no task definition here `
    + '(imported services and Express Mode services have none). Define the service in this app.');
}

function agentOptions(props: PostmanLiveCollectionSidecarProps, service: ecs.BaseService): AttachOptions['agent'] {
  const { serviceName } = service.node.defaultChild as ecs.CfnService;
  return {
    collectionId: props.collectionId,
    rateLimit: props.rateLimit,
    hostAllow: props.hostAllow,
    hostExclusions: props.hostExclusions,
    pathAllow: props.pathAllow,
    pathExclusions: props.pathExclusions,
    interfaces: props.interfaces,
    filter: props.filter,
    proxy: props.proxy,
    traceTags: props.traceTags,
    memoryReservationMiB: props.memoryReservationMiB,
    memoryLimitMiB: props.memoryLimitMiB,
    cpu: props.cpu,
    restartPolicy: props.restartPolicy,
    place: {
      region: stackOf(service).region,
      // Only a literal name: a reference to the service in its own task definition is a circle that CloudFormation refuses.
      service: isUnresolved(serviceName) ? undefined : serviceName,
      taskFamily: service.taskDefinition.family,
    },
  };
}
