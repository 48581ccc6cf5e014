import { createHash } from 'node:crypto';
import { Duration, Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { egressReaction } from './egress-reaction';
import { EnrolmentMode, PostmanAgentEnrolmentProps } from './enrolment-options';
import { INSIGHTS } from '../agent';
import { askedAgent } from '../cdk/enrolment/agent';
import { busOf } from '../cdk/enrolment/bus';
import { accountsOf, requireEnrolment } from '../cdk/enrolment/checks';
import { CALL_LIMIT } from '../cdk/enrolment/flow';
import { callerRoleName, DEFAULT_MEMBER_ROLE, memberRoles } from '../cdk/enrolment/names';
import { startOnSchedule, stateMachineOf } from '../cdk/enrolment/state-machine';
import { policyStatement } from '../cdk/policy-statement';
import { requireVersions } from '../cdk/requirements';
import { ExistingServiceFunction } from '../handlers/existing-service-function';
import { assumeMembers, keepEnrolment, noteArrivals, readObjects, Statement } from '../permissions';

/** The namespace of the metrics that the function writes. */
const METRIC_NAMESPACE = 'PostmanAgentEnrolment';
/** What an execution has left can be read for three months, as long as Step Functions keeps its history. */
const KEPT = Duration.days(90);
/** A month, as the log of the agent. */
const LOG: logs.LogGroupProps = { retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY };

/**
 * Adds Postman's Insights agent to the ECS services of many accounts and regions, and keeps it there.
 *
 * A state machine of AWS Step Functions finds the services of all places, and changes those of each place in steps, within the limits of its
 * account and region. It runs every day, and within minutes after a service was created or changed. By default it only plans: read the report
 * in the bucket first, then set `mode` to `EnrolmentMode.ENROL`.
 *
 * Each member account needs the role and the rules of `PostmanAgentEnrolmentMember`, also the account of the enrolment itself, if its
 * services are to be enrolled. What `ecs add` of the command line refuses, an enrolment refuses: the service is in the report with the reason.
 * Services of CloudFormation, Terraform and CodeDeploy are reported, and not changed. A service with the tag `postman:agent` = `off` is left out.
 *
 * Live Collections are not offered: each service would need the id of its own collection.
 *
 * ```ts
 * new PostmanAgentEnrolment(this, 'Enrolment', {
 *   places: [{ account: '111122223333', regions: ['eu-west-1', 'us-east-1'] }],
 *   discovery: true,
 *   externalId: 'postman-agent-4f7a',
 * });
 * ```
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export class PostmanAgentEnrolment extends Construct {
  /**
   * The state machine that lists the services of all places and works on them. Its input is `{}`, or `{"mode":"PLAN"}` for an execution that only plans, or `{"forget":["<service arn>"]}` to try
   * services again that are quarantined or left alone.
   */
  public readonly stateMachine: sfn.StateMachine;

  /**
   * The bucket with the results of each execution, under `executions/<name>/`: `results.csv`, `report.html` and `summary.json`. They are kept
   * for 90 days. It is retained if the stack is deleted.
   */
  public readonly bucket: s3.Bucket;

  /**
   * The bus to which the members send events. Undefined if `events` is false.
   */
  public readonly eventBus?: events.EventBus;

  private readonly metricsName: string;

  /**
   * @param scope the construct in which to create the enrolment
   * @param id    its id in that scope
   * @param props the places, what the agents capture, where they send, and with which key. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanAgentEnrolmentProps) {
    super(scope, id);
    requireVersions();
    const { mode = EnrolmentMode.PLAN, memberRoleName = DEFAULT_MEMBER_ROLE, toleratedFailurePercentage = 10, maxConcurrency = 100 } = props;
    requireEnrolment(this, { ...props, mode, toleratedFailurePercentage, maxConcurrency }, Object.values(EnrolmentMode));
    egressReaction(this, { egressCheck: props.egressCheck });
    const asked = askedAgent(this, INSIGHTS, props, mode === EnrolmentMode.REMOVE);
    this.metricsName = Names.uniqueId(this);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ prefix: 'executions/', expiration: KEPT }, { abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const stack = Stack.of(this);
    const accounts = props.places && accountsOf(props.places);
    const statements = [assumeMembers(memberRoles(stack.partition, memberRoleName, accounts)), ...keepEnrolment(this.bucket.bucketArn)];
    const handler = this.makeFunction('enrolment', statements, {
      description: "Adds Postman's agent to the services of an organization, step by step",
      timeout: CALL_LIMIT,
      memorySize: 512,
      environment: {
        BUCKET: this.bucket.bucketName,
        MODE: mode,
        AGENT: stack.toJsonString(asked),
        ...props.optIn ? { OPT_IN: 'true' } : {},
        MEMBER_ROLE: memberRoleName,
        EXTERNAL_ID: props.externalId,
        OWNER: `${stack.stackName}/${createHash('sha256').update(this.node.path).digest('hex').slice(0, 16)}`,
        TOLERATED: String(toleratedFailurePercentage),
        NAME: this.metricsName,
      },
    }, callerRoleName(memberRoleName));
    const { places, placesFile, topic } = props;
    if (placesFile !== undefined) {
      handler.addToRolePolicy(policyStatement(readObjects(placesFile.bucket.arnForObjects(placesFile.key))));
      placesFile.bucket.encryptionKey?.grantDecrypt(handler);
    }
    this.stateMachine = stateMachineOf(this, {
      handler,
      bucket: this.bucket,
      places: placesFile === undefined ? { places: places! } : { placesFile: { bucket: placesFile.bucket.bucketName, key: placesFile.key } },
      toleratedFailurePercentage,
      maxConcurrency,
      topic,
    }, LOG);
    if (props.reconcile ?? true) startOnSchedule(this, this.stateMachine, props.schedule);
    if (!(props.events ?? true)) return;
    const arrival = this.makeFunction('arrival', noteArrivals(this.bucket.bucketArn, this.stateMachine.stateMachineArn), {
      description: "Notes services that may get Postman's agent",
      timeout: Duration.seconds(30),
      memorySize: 256,
      environment: { BUCKET: this.bucket.bucketName, STATE_MACHINE: this.stateMachine.stateMachineArn },
    });
    this.eventBus = busOf(this, { ...props, accounts: accounts ?? [], arrival });
  }

  /**
   * Lets a person or a role start executions, and nothing else.
   *
   * @param grantee the person or role that is allowed to
   */
  public grantStart(grantee: iam.IGrantable): iam.Grant {
    return this.stateMachine.grantStartExecution(grantee);
  }

  /**
   * How many services an execution has enrolled, or found enrolled.
   *
   * @param options the period, the statistic and the like. The default is the largest value of a day
   */
  public metricEnrolledServices(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric('Enrolled', options);
  }

  /**
   * How many services of an execution ended without what was asked for, such as after a rollback. For an alarm, treat missing data as not
   * breaching.
   *
   * @param options the period, the statistic and the like. The default is the largest value of a day
   */
  public metricFailedServices(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric('Failed', options);
  }

  /**
   * How many places an execution could not read or finish, such as an account without the role. For an alarm, treat missing data as not
   * breaching.
   *
   * @param options the period, the statistic and the like. The default is the largest value of a day
   */
  public metricFailedPlaces(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric('FailedPlaces', options);
  }

  private metric(metricName: string, options: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { Enrolment: this.metricsName },
      statistic: cloudwatch.Stats.MAXIMUM,
      period: Duration.days(1),
      ...options,
    }).attachTo(this);
  }
  /** A function of the handler's asset, with another export. No reserved concurrency: a new account has ten executions in all, and refuses it. */
  private makeFunction(name: string, statements: readonly Statement[], options: lambda.FunctionOptions, roleName?: string): lambda.Function {
    const scope = new Construct(this, `${name[0].toUpperCase()}${name.slice(1)}`);
    const logGroup = new logs.LogGroup(scope, 'Log', LOG);
    // Without the managed policy of Lambda, which would let the function create its log group again after it was deleted.
    const role = new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), roleName });
    logGroup.grantWrite(role);
    statements.map(policyStatement).forEach(statement => role.addToPolicy(statement));
    const made = new ExistingServiceFunction(scope, 'Function', { ...options, role, logGroup });
    (made.node.defaultChild as lambda.CfnFunction).handler = `index.${name}`;
    return made;
  }
}
