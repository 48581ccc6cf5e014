/** A name of the function in the definition. */
export const FUNCTION = 'enrolment';

export interface MachineOptions {
  readonly maxConcurrency: number;
  readonly toleratedFailurePercentage: number;
  readonly places: readonly { readonly account: string; readonly regions: readonly string[] }[];
}

const RETRY = [{
  ErrorEquals: [
    'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException', 'Lambda.TooManyRequestsException', 'Lambda.ClientExecutionTimeoutException',
    'States.Timeout', 'Sandbox.Timedout',
  ],
  IntervalSeconds: 2, MaxAttempts: 6, BackoffRate: 2, JitterStrategy: 'FULL',
}];

function call(payload: object, more: object): object {
  return { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: FUNCTION, Payload: payload }, OutputPath: '$.Payload', Retry: RETRY, ...more };
}

/** The state machine of the enrolment, written by hand. */
export function machineByHand({ maxConcurrency, toleratedFailurePercentage, places }: MachineOptions): string {
  const map = (processor: object, next: string, percentage: number) => ({
    Type: 'Map', MaxConcurrency: maxConcurrency, ToleratedFailurePercentage: percentage, ResultPath: null, Next: next,
    ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'JSON' }, Parameters: { 'Bucket.$': '$.bucket', 'Key.$': '$.key' } },
    ItemSelector: { 'execution.$': '$$.Execution.Name', 'place.$': '$$.Map.Item.Value' },
    ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...processor },
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.stopped', Next: 'FinishStopped' }],
  });
  const passed = { 'execution.$': '$.execution', 'place.$': '$.place' };
  const Discover = call({ task: 'discover', ...passed }, { End: true });
  // What goes from step to step is the execution, the place and numbers.
  const Step = call({ task: 'step', ...passed, 'iteration.$': '$.step.iteration' }, {
    OutputPath: '$', Next: 'Again', ResultPath: '$.step',
    ResultSelector: {
      'again.$': '$.Payload.again', 'waitSeconds.$': '$.Payload.waitSeconds', 'iteration.$': '$.Payload.iteration', 'failed.$': '$.Payload.failed',
    },
  });
  return JSON.stringify({
    StartAt: 'Start',
    States: {
      Start: { Type: 'Choice', Choices: [{ Variable: '$.waitUntil', IsPresent: true, Next: 'Window' }], Default: 'Begin' },
      Window: { Type: 'Wait', TimestampPath: '$.waitUntil', Next: 'Begin' },
      Begin: call({ 'task': 'begin', 'execution.$': '$$.Execution.Name', 'input.$': '$', places }, { Next: 'Discover' }),
      Discover: map({ StartAt: 'List', States: { List: Discover } }, 'Enrol', 100),
      Enrol: map({
        StartAt: 'First',
        States: {
          First: { Type: 'Pass', Result: { iteration: 0 }, ResultPath: '$.step', Next: 'Step' },
          Step,
          Again: {
            Type: 'Choice', Default: 'Done',
            Choices: [{ Variable: '$.step.again', BooleanEquals: true, Next: 'Pause' }, { Variable: '$.step.failed', BooleanEquals: true, Next: 'Failed' }],
          },
          Pause: { Type: 'Wait', SecondsPath: '$.step.waitSeconds', Next: 'Step' },
          Failed: { Type: 'Fail', Error: 'PlaceFailed' },
          Done: { Type: 'Succeed' },
        },
      }, 'Finish', toleratedFailurePercentage),
      Finish: call({ 'task': 'finish', 'execution.$': '$$.Execution.Name' }, { Next: 'Tell' }),
      FinishStopped: call({ 'task': 'finish', 'execution.$': '$$.Execution.Name', 'stopped.$': '$.stopped.Error' }, { Next: 'Tell' }),
      Tell: {
        Type: 'Task', Resource: 'arn:aws:states:::sns:publish', ResultPath: null, Next: 'End',
        Parameters: { 'TopicArn': 'arn:aws:sns:us-east-1:111111111111:told', 'Subject.$': '$.subject', 'Message.$': '$.message' },
      },
      End: { Type: 'Choice', Choices: [{ Variable: '$.failed', BooleanEquals: true, Next: 'Failed' }], Default: 'Succeeded' },
      Failed: { Type: 'Fail', Error: 'EnrolmentFailed' },
      Succeeded: { Type: 'Succeed' },
    },
  });
}
