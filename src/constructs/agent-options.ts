import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { EgressCheck } from './egress-check';

/**
 * Options of the agent's program and of its container, which both agents have.
 */
export interface PostmanAgentContainerOptions {
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
   * @default - every interface that is up; for a daemon `docker0`
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
   * It carries only the agent's own traffic. Before the task starts, ECS pulls the image and reads the API key without it. A user
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
   * Memory reserved for the agent's container, a soft limit, in MiB.
   *
   * If the task sets a memory size, the reservations of all containers must fit into it.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
   * @default - 300 MiB for a daemon, and if the task sets no memory and no `memoryLimitMiB` is given; else none
   */
  readonly memoryReservationMiB?: number;

  /**
   * Memory at which the agent's container is killed, in MiB. Postman asks for at least 700 MiB at the default rate.
   *
   * At most what the task has, and at least `memoryReservationMiB`.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
   * @default - none: the container may use all memory of the task; for a daemon 700 MiB
   */
  readonly memoryLimitMiB?: number;

  /**
   * CPU units of the agent's container. 1024 units are one core.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
   * @default - none: the container shares the CPU of the task; for a daemon 256
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
}

/**
 * Options that both agents have, if they are added to a task definition of this app.
 */
export interface PostmanAgentOptions extends PostmanAgentContainerOptions {
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
   * @default - the secret named `postman/api-key` in the stack's account and region, unless `apiKeyParameter` is given
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
   * The parameter of Systems Manager that holds a Postman API key, in place of a secret: a SecureString that exists, imported with
   * `StringParameter.fromSecureStringParameterAttributes`. ECS reads its current version.
   *
   * The execution role of the task gets `ssm:GetParameters` on this parameter, and `kms:Decrypt` on the `encryptionKey` that is given at import. A
   * parameter that the AWS managed key `alias/aws/ssm` encrypts needs no such key.
   *
   * A parameter that this app makes is rejected, and so is one that is imported as a String: its value would be in clear text, since CloudFormation
   * cannot make a SecureString. It is also rejected beside `apiKeySecret` or `apiKeySecretField`.
   *
   * ```ts
   * new PostmanInsightsSidecar(this, 'Insights', {
   *   service,
   *   projectId,
   *   apiKeyParameter: ssm.StringParameter.fromSecureStringParameterAttributes(this, 'ApiKey', { parameterName: '/postman/api-key' }),
   * });
   * ```
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
   * @default - the key is in the secret
   */
  readonly apiKeyParameter?: ssm.IStringParameter;

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
   * Where the agent's own log goes.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
   * @default - CloudWatch Logs, in a log group of its own with a retention of one month
   */
  readonly logging?: ecs.LogDriver;

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

  /**
   * Whether synthesis draws the path from a task to Postman and back, as an SVG image in the cloud assembly: `cdk.out/Shop.Insights.egress.svg` for
   * the construct `Shop/Insights`. What blocks the path, or is unknown, is marked, with the sentences of the verdict below.
   *
   * Nothing is drawn with `EgressCheck.OFF`, nor before the CDK CLI has looked up the network.
   *
   * @default false
   */
  readonly egressDiagram?: boolean;
}
