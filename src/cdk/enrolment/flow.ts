import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { readObjects } from '../../permissions';
import { policyStatement } from '../policy-statement';
import { Duration } from '../tree/loaded';

/** What the state machine does, and with what. */
export interface FlowProps {
  /** Makes every step. */
  readonly handler: lambda.IFunction;
  /** Keeps the lists of places. */
  readonly bucket: s3.IBucket;
  /** The list of places, or where it is. */
  readonly places: { readonly places: object } | { readonly placesFile: object };
  readonly toleratedFailurePercentage: number;
  readonly maxConcurrency: number;
  /** Is told the end. */
  readonly topic?: sns.ITopic;
}

/** A call of the function may take this long. */
export const CALL_LIMIT = Duration.minutes(5);

/** A call that has not been answered by then is lost: Lambda has ended it before. */
const TASK_LIMIT = CALL_LIMIT.plus(Duration.seconds(30));

/**
 * Errors that say nothing about the step, among them a process that has run out of memory or time.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
 */
const TRANSIENT = [
  'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException', 'Lambda.ClientExecutionTimeoutException', 'Lambda.Unknown',
  'Runtime.ExitError', 'States.Timeout', 'Sandbox.Timedout',
];

/** The account has no concurrent execution of Lambda left. */
const THROTTLED = ['Lambda.TooManyRequestsException'];

/**
 * With half a minute between them, more than two hours for one call, while other places are worked on. Each attempt has three events in the history: a
 * place that takes 50 steps may make 100 attempts for each of them before it has 25,000.
 */
const MOST_THROTTLED = 300;

/**
 * The states of an enrolment. Between them are only the name of the execution, one place, and numbers: everything else is in the bucket. A child of a map
 * ends with an empty object, since a map without a ResultWriter joins what its children answer, and a state takes 256 KiB.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export function flowOf(scope: Construct, props: FlowProps): sfn.IChainable {
  const { objectAt, stringAt, numberAt, DISCARD } = sfn.JsonPath;
  const finish = task(scope, 'Finish', props, {
    payload: { execution: stringAt('$.execution'), stopped: stringAt('$.stopped.Error') }, outputPath: '$.Payload',
  });
  const begin = task(scope, 'Begin', props, {
    payload: { execution: stringAt('$$.Execution.Name'), input: objectAt('$$.Execution.Input'), waits: true, ...props.places },
    resultSelector: {
      execution: stringAt('$$.Execution.Name'),
      key: stringAt('$.Payload.key'),
      count: numberAt('$.Payload.count'),
      waitSeconds: numberAt('$.Payload.waitSeconds'),
      // Finish reads it, whether a map was stopped or not.
      stopped: { Error: '' },
    },
  }).addRetry({
    // A process that has ended has a lease for six minutes.
    errors: ['PlaceBusy'], interval: Duration.minutes(1), backoffRate: 1, maxAttempts: 8,
  });
  const wait = new sfn.Wait(scope, 'Wait', { time: sfn.WaitTime.timestampPath('$.waitUntil'), comment: 'Until the window of arrivals has ended' });
  const succeeded = new sfn.Succeed(scope, 'Succeeded');
  const end = new sfn.Choice(scope, 'End')
    .when(sfn.Condition.booleanEquals('$.failed', true), new sfn.Fail(scope, 'Failed', { error: 'EnrolmentFailed', cause: 'Places or services have failed. The report in the bucket names them.' }))
    .otherwise(succeeded);
  const discover = task(scope, 'DiscoverPlace', props, {
    taskName: 'discover', payload: { execution: stringAt('$.execution'), place: objectAt('$.place') }, outputPath: DISCARD,
  });
  const maps = mapOf(scope, 'Discover', props, { process: discover, finish });
  maps.next(mapOf(scope, 'Enrol', props, { process: enrolmentOfPlace(scope, props), finish, more: { step: { iteration: 0, waits: 0 } } }))
    .next(finish)
    .next(props.topic === undefined ? end : tell(scope, props.topic, end));
  const taken = new sfn.Wait(scope, 'Taken', { time: sfn.WaitTime.secondsPath('$.waitSeconds'), comment: 'Until another execution has left the places' });
  // Events of deployments of the enrolment itself, or of places that it does not have: there is nothing to do, and nothing to tell.
  begin.next(new sfn.Choice(scope, 'HasPlaces')
    .when(sfn.Condition.numberEquals('$.count', 0), succeeded)
    .when(sfn.Condition.numberGreaterThan('$.waitSeconds', 0), taken.next(begin))
    .otherwise(maps));
  return new sfn.Choice(scope, 'Start').when(sfn.Condition.isPresent('$.waitUntil'), wait.next(begin)).otherwise(begin);
}

/** Steps of one place until the function says that it is done. */
function enrolmentOfPlace(scope: Construct, props: FlowProps): sfn.IChainable {
  const { objectAt, stringAt, numberAt, DISCARD } = sfn.JsonPath;
  const step = task(scope, 'Step', props, {
    payload: { execution: stringAt('$.execution'), place: objectAt('$.place'), iteration: numberAt('$.step.iteration'), waits: numberAt('$.step.waits') },
    resultSelector: Object.fromEntries(['again', 'waitSeconds', 'iteration', 'waits', 'failed'].map(member => [`${member}.$`, `$.Payload.${member}`])),
    resultPath: '$.step',
  });
  const pause = new sfn.Wait(scope, 'Pause', { time: sfn.WaitTime.secondsPath('$.step.waitSeconds') });
  return step.next(new sfn.Choice(scope, 'Again')
    .when(sfn.Condition.booleanEquals('$.step.again', true), pause.next(step))
    .when(sfn.Condition.booleanEquals('$.step.failed', true), new sfn.Fail(scope, 'PlaceFailed', { error: 'PlaceFailed', cause: 'The report of the place in the bucket says why.' }))
    .otherwise(new sfn.Succeed(scope, 'PlaceDone', { outputPath: DISCARD })));
}

interface TaskOptions extends Pick<tasks.LambdaInvokeProps, 'outputPath' | 'resultPath' | 'resultSelector'> {
  /** What the function does. @default - the name of the state */
  readonly taskName?: string;
  readonly payload: { readonly [member: string]: unknown };
}

function task(scope: Construct, id: string, { handler }: FlowProps, given: TaskOptions): sfn.TaskStateBase {
  const { taskName = id.toLowerCase(), payload, ...options } = given;
  return new tasks.LambdaInvoke(scope, id, {
    ...options,
    lambdaFunction: handler,
    payload: sfn.TaskInput.fromObject({ task: taskName, ...payload }),
    taskTimeout: sfn.Timeout.duration(TASK_LIMIT),
    // They are among the transient ones.
    retryOnServiceExceptions: false,
  }).addRetry({
    errors: THROTTLED,
    interval: Duration.seconds(10),
    backoffRate: 2,
    maxDelay: Duration.minutes(1),
    maxAttempts: MOST_THROTTLED,
    jitterStrategy: sfn.JitterType.FULL,
  }).addRetry({
    errors: TRANSIENT,
    // After 5, 10, 20, 40, 80 and 120 seconds at most.
    interval: Duration.seconds(5),
    backoffRate: 2,
    maxDelay: Duration.minutes(2),
    maxAttempts: 6,
    jitterStrategy: sfn.JitterType.FULL,
  });
}

interface MapOptions {
  readonly process: sfn.IChainable;
  /** Follows if the map is stopped. */
  readonly finish: sfn.IChainable;
  /** What each child gets besides the execution and the place. */
  readonly more?: object;
}

function mapOf(
  scope: Construct, id: string, { bucket, maxConcurrency, toleratedFailurePercentage }: FlowProps, { process, finish, more }: MapOptions,
): sfn.DistributedMap {
  const { objectAt, stringAt, DISCARD } = sfn.JsonPath;
  const map = new sfn.DistributedMap(scope, id, {
    // In the ARNs of its runs. Otherwise each deployment makes another one.
    label: id,
    itemReader: listReader(bucket),
    // The name comes from the state: the context of a child is that of its own execution.
    itemSelector: { execution: stringAt('$.execution'), place: objectAt('$$.Map.Item.Value'), ...more },
    maxConcurrency,
    toleratedFailurePercentage,
    resultPath: DISCARD,
  });
  map.itemProcessor(process);
  return map.addCatch(finish, { resultPath: '$.stopped' });
}

/** The reader of the CDK would let the state machine read the whole bucket. */
function listReader(bucket: s3.IBucket): sfn.IItemReader {
  const reader = new sfn.S3JsonItemReader({ bucket, key: sfn.JsonPath.stringAt('$.key') });
  return {
    bucket,
    resource: reader.resource,
    render: language => reader.render(language),
    validateItemReader: () => reader.validateItemReader(),
    providePolicyStatements: () => [policyStatement(readObjects(bucket.arnForObjects('executions/*')))],
  };
}

/** A message that cannot be sent does not change how an execution ends. */
function tell(scope: Construct, topic: sns.ITopic, end: sfn.Choice): sfn.IChainable {
  const { stringAt, DISCARD } = sfn.JsonPath;
  const publish = new tasks.SnsPublish(scope, 'Tell', {
    topic, subject: stringAt('$.subject'), message: sfn.TaskInput.fromJsonPathAt('$.message'), resultPath: DISCARD,
  });
  publish.addRetry({ errors: ['States.ALL'], interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 3, jitterStrategy: sfn.JitterType.FULL });
  publish.addCatch(end, { resultPath: DISCARD }).next(end);
  return new sfn.Choice(scope, 'HasNews').when(sfn.Condition.booleanEquals('$.isQuiet', true), end).otherwise(publish);
}
