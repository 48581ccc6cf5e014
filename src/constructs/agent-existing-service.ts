import { createHash } from 'node:crypto';
import { CfnResource, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { IPostmanAgent } from './agent';
import { PostmanAgentContainerOptions } from './agent-options';
import { matchedEvents, notCapturingLines } from './agent-rules';
import { EgressCheck } from './egress-check';
import { egressReaction } from './egress-reaction';
import { rotateTasksOfExisting } from './key-rotation';
import { PostmanAgentRotationOptions } from './rotation-options';
import { Generation } from '../agent';
import { ApiKey } from '../cdk/api-key';
import { checkApiKeyAtSynthesis, namesInEvents, pathsForRole, refuseCredentials, requireExistingService, serviceKey } from '../cdk/existing-service';
import { policyStatement } from '../cdk/policy-statement';
import { requireVersions } from '../cdk/requirements';
import { agentDiedPattern, agentOf } from '../cdk/sidecar';
import { constructsIn } from '../cdk/stacks';
import { isKnownLater } from '../cdk/tree/later';
import { makeKnown } from '../cdk/watch/agents';
import { ExistingServiceFunction } from '../handlers/existing-service-function';
import { keepRuns, operatorStatements, Statement } from '../permissions';

/**
 * Properties that the constructs for existing services of both agents have.
 */
export interface PostmanAgentExistingServiceProps extends PostmanAgentContainerOptions, PostmanAgentRotationOptions {
  /**
   * The ARN of the service: `arn:aws:ecs:<region>:<account>:service/<cluster>/<name>`. It is in the stack's account and region.
   *
   * Another service replaces the resource: the agent is added to the new service, then removed from the old one. The ARN may be a token,
   * such as a parameter's value: the handler may change only this service then, too.
   */
  readonly serviceArn: string;

  /**
   * The ARN of the service's cluster. Only needed if `serviceArn` has the old form without the cluster's name, or is a token.
   *
   * @default - the cluster in `serviceArn`; if that is a token, any cluster of the account and region
   */
  readonly clusterArn?: string;

  /**
   * The secret that holds a Postman API key.
   *
   * The execution role of the service's tasks must be allowed to read it before, since this construct writes to no role of the
   * service. Otherwise the deployment fails, and says so.
   *
   * @see https://learning.postman.com/docs/developer/postman-api/authentication/
   * @default - the secret named `postman/api-key` in the stack's account and region, unless `apiKeyParameter` is given
   */
  readonly apiKeySecret?: secretsmanager.ISecret;

  /**
   * The JSON field of the secret that holds the key, without colons or spaces.
   *
   * @default - the secret's whole value is the key
   */
  readonly apiKeySecretField?: string;

  /**
   * The parameter of Systems Manager that holds a Postman API key, in place of a secret: a SecureString that exists, imported with
   * `StringParameter.fromSecureStringParameterAttributes`.
   *
   * The execution role of the service's tasks must be allowed `ssm:GetParameters` on it before, and `kms:Decrypt` on its customer managed
   * key, if it has one. The role of the handler may describe parameters, and reads no value.
   *
   * A parameter that this app makes is rejected, and so is one that is not a SecureString: its value would be in clear text. It is also
   * rejected beside `apiKeySecret` or `apiKeySecretField`.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
   * @default - the key is in the secret
   */
  readonly apiKeyParameter?: ssm.IStringParameter;

  /**
   * The agent's image, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com/postman-insights-agent:1.2.3`. The execution role of the
   * service's tasks must be allowed to pull it.
   *
   * @default - the newest of the agent
   */
  readonly imageUri?: string;

  /**
   * The log group of the agent's log, if no container of the task logs to CloudWatch Logs. Otherwise the agent logs beside that
   * container. The execution role of the service's tasks must be allowed to write to it. Dashboards and alarms watch this group.
   *
   * @default - the agent logs beside another container. If no other container logs to CloudWatch Logs, the agent has no log
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * The task and execution roles of the service's task definition. To register a task definition, the handler must be allowed to
   * pass its roles.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
   * @default - any role of the account, only to ECS tasks
   */
  readonly passableRoles?: iam.IRole[];

  /**
   * What the deployment does if the tasks have no way out to the internet, or if that is unknown. It is judged by what runs in the
   * account at the deployment.
   *
   * With `ERROR`, `unreachable` fails the deployment; with `STRICT`, `unknown` does, too. Otherwise the verdict is only an attribute.
   *
   * @default EgressCheck.ERROR
   */
  readonly egressCheck?: EgressCheck;
}

/** How long one call of the handler may take: a plan of a large network takes a minute, and a throttled call at most another. */
const STEP_TIMEOUT = Duration.minutes(3);
/** Between two steps. The first four prepare the update and take seconds. */
const STEP_INTERVAL = Duration.seconds(5);
/** What the provider framework allows. The handler itself ends after 40 minutes, and 15 for the way back. */
const TOTAL_TIMEOUT = Duration.hours(1);

/**
 * What the constructs for existing services of both agents have in common. Use `PostmanInsightsExistingService` or
 * `PostmanLiveCollectionExistingService`.
 */
export abstract class PostmanAgentExistingService extends Construct implements IPostmanAgent {
  /**
   * Whether the tasks of the service reach Postman: `reachable`, `unreachable` or `unknown`, as the handler has judged it at the last
   * deployment that changed a property of the construct.
   */
  public readonly egressVerdict: string;

  /**
   * The evidence of the verdict: sentences, a line each. CloudFormation limits the attributes of a resource to 4,096 bytes, so the end
   * may be cut off.
   */
  public readonly egressEvidence: string;

  /**
   * The ARN of the revision of the task definition with which the service runs the agent.
   */
  public readonly taskDefinitionArn: string;

  private readonly logGroup?: logs.ILogGroup;
  private readonly service: ReturnType<typeof namesInEvents>;
  /** Its matched events are counted by `metricAgentStopped`. */
  private diedRule?: events.Rule;

  /**
   * @param scope the construct in which to create the resource
   * @param id    its id in that scope
   * @param props which service gets the agent, what it captures, where it sends, and with which key. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanAgentExistingServiceProps) {
    super(scope, id);
    requireVersions();
    const service = requireExistingService(this, props);
    egressReaction(this, { egressCheck: props.egressCheck });
    refuseCredentials(this, props.proxyUrl);
    const { agent, apiKey } = agentOf(this, this._generation(), props);
    const stack = Stack.of(this);
    // Another service has a handler of its own, so the role of the old one still allows the removal when CloudFormation deletes it.
    const key = isKnownLater(props.serviceArn) ? 'Service' : `Service${createHash('sha256').update(serviceKey(props.serviceArn, service)).digest('hex').slice(0, 8)}`;
    const resource = new CustomResource(this, `Agent${key}`, {
      resourceType: 'Custom::PostmanAgentExistingService',
      serviceToken: this.handlerOf(new Construct(this, `HandlerOf${key}`), service, apiKey, props),
      properties: {
        ServiceArn: props.serviceArn,
        ...props.clusterArn === undefined ? {} : { ClusterArn: props.clusterArn },
        // CloudFormation would make texts of numbers and switches.
        Agent: stack.toJsonString({
          generation: this._generation().name,
          options: { ...agent, ...props.imageUri === undefined ? {} : { image: props.imageUri } },
          ...apiKey.store === 'ssm' ? { parameter: apiKey.sourceArn } : { secret: apiKey.sourceArn, secretField: props.apiKeySecretField },
          logGroup: props.logGroup?.logGroupName,
          egressCheck: props.egressCheck,
        }),
      },
    });
    checkApiKeyAtSynthesis(this, apiKey, resource.node.defaultChild as CfnResource);
    if (props.rotateTasks) rotateTasksOfExisting(this, props, service, apiKey);
    const { serviceArn, clusterArn, imageUri, logGroup, passableRoles = [] } = props;
    this.logGroup = logGroup;
    this.service = namesInEvents(props);
    const { serviceName: ServiceName, cluster: { clusterName: ClusterName } } = this.service;
    const needs = [serviceArn, clusterArn, agent, imageUri, apiKey.references, logGroup?.logGroupName, passableRoles.map(({ roleArn }) => roleArn)];
    makeKnown(this, {
      subject: this,
      holder: this,
      tasks: this,
      options: agent,
      dimensions: { ClusterName, ServiceName, ContainerName: this._generation().containerName },
      logGroup: () => logGroup,
      needs: () => constructsIn(this, needs),
      metrics: this,
    });
    this.egressVerdict = resource.getAttString('EgressVerdict');
    this.egressEvidence = resource.getAttString('EgressEvidence');
    this.taskDefinitionArn = resource.getAttString('TaskDefinitionArn');
  }

  /** @internal */
  protected abstract _generation(): Generation;

  /**
   * How often tasks of this service were seen running without their agent. A deployment does not count: containers that stop with
   * their task are left out.
   *
   * The first call creates an EventBridge rule without a target, whose matched events are counted. ECS sends an event for each change
   * of a task, so one agent that stays stopped may count more than once. Without events there is no data point: treat missing data as
   * not breaching.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
   * @param options the period, the statistic and the like. The default is the sum over five minutes
   */
  public metricAgentStopped(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    this.diedRule ??= new events.Rule(this, 'AgentStoppedMetric', { eventPattern: agentDiedPattern(this.service, this._generation()) });
    return matchedEvents(this, this.diedRule, options);
  }

  /**
   * How many lines in `logGroup` say that the agent does not capture: a wrong key, an unknown destination, no permission.
   *
   * The agent writes to `logGroup` only if no container of the task logs to CloudWatch Logs. Otherwise its log is beside that container's, which
   * is not in the app, and this metric has no data. The Insights agent logs such a line once, so an alarm returns to OK although the agent
   * still waits. Treat missing data as not breaching.
   *
   * The first call creates a metric filter on the log group.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
   * @param options the period, the statistic and the like. The default is the sum over five minutes
   * @throws if `logGroup` was not given
   */
  public metricAgentNotCapturing(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    if (this.logGroup === undefined) {
      throw new Error(`${this.node.path}: the agent's log cannot be seen, since \`logGroup\` was not given, so there is nothing to put a metric filter on. `
        + 'If no container of the task logs to CloudWatch Logs, set `logGroup`. Otherwise the agent logs beside that container.');
    }
    return notCapturingLines(this, this._generation(), this.logGroup, options);
  }

  /** The handler of one service, and what it needs. Nothing of it is left when the stack is deleted. */
  private handlerOf(
    scope: Construct, names: ReturnType<typeof requireExistingService>, apiKey: ApiKey, props: Pick<PostmanAgentExistingServiceProps, 'serviceArn' | 'passableRoles'>,
  ): string {
    const { partition, region, account } = Stack.of(this);
    const removalPolicy = RemovalPolicy.DESTROY;
    const runs = new dynamodb.Table(scope, 'Runs', {
      partitionKey: { name: 'service', type: dynamodb.AttributeType.STRING }, billingMode: dynamodb.BillingMode.PAY_PER_REQUEST, removalPolicy,
    });
    // A month, as the log of the agent: long enough to read why a deployment failed.
    const logGroup = new logs.LogGroup(scope, 'Log', { retention: logs.RetentionDays.ONE_MONTH, removalPolicy });
    // Without the managed policy of Lambda, which would let a function create its log group again after it was deleted.
    const role = (name: string) => {
      const made = new iam.Role(scope, name, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
      logGroup.grantWrite(made);
      return made;
    };
    const handlerRole = role('Role');
    const services = pathsForRole(props.serviceArn, names);
    const statements = [...keepRuns(runs.tableArn), ...operatorStatements({
      partition,
      region,
      account,
      clusters: [names.cluster],
      services,
      families: ['*'],
      roles: props.passableRoles?.map(({ roleArn }) => roleArn),
      listsServices: false,
      readsHosts: true,
      // Whether it is encrypted with an alias is unknown.
      secret: { store: apiKey.store, arn: apiKey.statements[0].resources[0], mayCreate: false, mayUpdate: false, mayGrant: false, keyAlias: 'alias/*' },
    }, ['anyFamily'])];
    const isOfService = ({ resources }: Statement) => resources.some(resource => services.some(name => resource.includes(`/${name}`)));
    const policyOf = (some: readonly Statement[]) => some.map(policyStatement);
    const isReplaced = isKnownLater(props.serviceArn);
    policyOf(isReplaced ? statements.filter(one => !isOfService(one)) : statements).forEach(one => handlerRole.addToPolicy(one));
    // No reserved concurrency: a new account has ten executions in all, and refuses it. The table lets one process at a time make a step.
    const handler = new ExistingServiceFunction(scope, 'Function', {
      description: "Adds Postman's agent to an existing service of Amazon ECS",
      role: handlerRole,
      logGroup,
      timeout: STEP_TIMEOUT,
      memorySize: 512,
      environment: { RUNS_TABLE: runs.tableName },
    });
    // CloudFormation replaces a managed policy whose description changes, and deletes the old one last: until then the handler can remove the agent
    // from the old service. An inline policy would change before.
    if (isReplaced) {
      handler.node.addDependency(new iam.ManagedPolicy(scope, 'Service', {
        description: `Adds the agent to service ${props.serviceArn}`, statements: policyOf(statements.filter(isOfService)), roles: [handlerRole],
      }));
    }
    const provider = new Provider(scope, 'Provider', {
      onEventHandler: handler,
      isCompleteHandler: handler,
      queryInterval: STEP_INTERVAL,
      totalTimeout: TOTAL_TIMEOUT,
      logGroup,
      frameworkOnEventRole: role('OnEventRole'),
      frameworkCompleteAndTimeoutRole: role('IsCompleteRole'),
      // It would log each step a second time, to a group that stays.
      disableWaiterStateMachineLogging: true,
    });
    return provider.serviceToken;
  }
}
