import { Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ApiKey } from '../cdk/api-key';
import { requireExistingService } from '../cdk/existing-service';
import { policyStatement } from '../cdk/policy-statement';
import { keyChanged, keyIdentity, validateRotation } from '../cdk/rotation';
import { isKnownLater } from '../cdk/tree/later';
import { RotateTasksFunction } from '../handlers/rotate-tasks-function';
import { startTasks, takeMessages } from '../permissions';

/** A service whose tasks read the API key. */
interface Rotated {
  readonly serviceArn: string;
  /** ARN or name. @default - the cluster in the service's ARN */
  readonly cluster?: string;
  /** What a permission names. @default - the service's ARN */
  readonly resource?: string;
}

/** New tasks of a service of this app start if the key changes. */
export function rotateTasksOf(construct: Construct, service: ecs.BaseService, apiKey: ApiKey): void {
  validateRotation(construct, apiKey, service);
  // In the service's stack, whichever stack the construct is in: everything here needs the service, and the service needs nothing of it.
  KeyRotation.in(Stack.of(service)).add(apiKey, service.node.addr, { serviceArn: service.serviceArn, cluster: service.cluster.clusterName });
}

/**
 * New tasks of another owner's service start if the key changes.
 *
 * @param names of the service and its cluster, as far as they are known
 */
export function rotateTasksOfExisting(
  construct: Construct, { serviceArn, clusterArn }: { readonly serviceArn: string; readonly clusterArn?: string },
  names: ReturnType<typeof requireExistingService>, apiKey: ApiKey,
): void {
  validateRotation(construct, apiKey);
  const stack = Stack.of(construct);
  // IAM compares the form with the cluster's name.
  const resource = isKnownLater(serviceArn) ? serviceArn : stack.formatArn({ service: 'ecs', resource: 'service', resourceName: `${names.cluster}/${names.service}` });
  KeyRotation.in(stack).add(apiKey, construct.node.addr, { serviceArn, cluster: clusterArn, resource });
}

const ID = 'PostmanAgentRotation';

/** One call of the function reads a service and updates it: seconds, unless calls are throttled. */
const FUNCTION_TIMEOUT = Duration.minutes(1);
/** From one try to the next. Six times the timeout of the function, as https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html asks for. */
const RETRY_INTERVAL = Duration.minutes(6);
/** Two days: longer than deployments take, also those that wait before they go on. */
const MOST_TRIES = 480;
/** The clocks of the services differ, and an event has no fractions of a second. A deployment that begins later is certainly newer than the event. */
const DELAY = Duration.seconds(10);
/** The longest that Amazon SQS keeps messages. */
const KEPT = Duration.days(14);
/** EventBridge takes at most five. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const TARGETS_A_RULE = 5;

/**
 * What starts new tasks of the services of one stack. The messages about one service are a group of the queue, so they are handled one after the other.
 */
class KeyRotation extends Construct {
  public static in(stack: Stack): KeyRotation {
    return stack.node.tryFindChild(ID) as KeyRotation | undefined ?? new KeyRotation(stack);
  }

  private readonly queue: sqs.Queue;
  /** On the services that have been added. */
  private readonly mayStart = new iam.PolicyStatement();
  /** By the key. */
  private readonly rules = new Map<string, { readonly rule: events.Rule; targets: number }[]>();

  private constructor(stack: Stack) {
    super(stack, ID);
    const secured = { fifo: true, encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.queue = new sqs.Queue(this, 'Queue', {
      ...secured,
      contentBasedDeduplication: true,
      deliveryDelay: DELAY,
      visibilityTimeout: RETRY_INTERVAL,
      deadLetterQueue: { queue: new sqs.Queue(this, 'DeadLetters', { ...secured, retentionPeriod: KEPT }), maxReceiveCount: MOST_TRIES },
    });
    this.queue.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [this.queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': Lazy.list({ produce: () => this.allRules().map(({ rule }) => rule.ruleArn) }) } },
    }));
    this.makeFunction();
  }

  /** @param group  a text that only this service has */
  public add(apiKey: ApiKey, group: string, { serviceArn, cluster, resource = serviceArn }: Rotated): void {
    const { actions, resources } = startTasks([resource]);
    if (!this.mayStart.hasResource) this.mayStart.addActions(...actions);
    this.mayStart.addResources(...resources);
    this.ruleOf(apiKey).addTarget({
      bind: () => ({
        arn: this.queue.queueArn,
        targetResource: this.queue,
        sqsParameters: { messageGroupId: group },
        input: events.RuleTargetInput.fromObject({
          source: events.EventField.fromPath('$.resources[0]'),
          ...apiKey.store === 'secretsmanager' ? { version: events.EventField.fromPath('$.detail.versionId') } : {},
          changedAt: events.EventField.time,
          service: serviceArn,
          cluster,
        }),
      }),
    });
  }

  /** A rule for one more target. */
  private ruleOf(apiKey: ApiKey): events.Rule {
    const key = keyIdentity(this, apiKey);
    const rules = this.rules.get(key) ?? [];
    this.rules.set(key, rules);
    const last = rules[rules.length - 1];
    if (last !== undefined && last.targets < TARGETS_A_RULE) {
      last.targets++;
      return last.rule;
    }
    const rule = new events.Rule(this, `KeyChanged${this.allRules().length + 1}`, {
      description: "Starts new tasks of services with Postman's agent if its API key changes",
      eventPattern: keyChanged(apiKey),
    });
    rules.push({ rule, targets: 1 });
    return rule;
  }

  private allRules() {
    return [...this.rules.values()].flat();
  }

  private makeFunction(): void {
    const removalPolicy = RemovalPolicy.DESTROY;
    const logGroup = new logs.LogGroup(this, 'Log', { retention: logs.RetentionDays.ONE_MONTH, removalPolicy });
    // Without the managed policy of Lambda, which would let the function create its log group again after it was deleted.
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    role.addToPolicy(policyStatement(takeMessages(this.queue.queueArn)));
    role.addToPolicy(this.mayStart);
    // No reserved concurrency: a new account has ten executions in all, and refuses it. The groups of the queue keep the tries of one service apart.
    const handler = new RotateTasksFunction(this, 'Function', {
      description: "Starts new tasks of services with Postman's agent if its API key has changed",
      role,
      logGroup,
      timeout: FUNCTION_TIMEOUT,
      memorySize: 512,
    });
    new lambda.EventSourceMapping(this, 'Messages', { target: handler, eventSourceArn: this.queue.queueArn, batchSize: 1, reportBatchItemFailures: true });
  }
}
