import { Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { definition, enrolment, PLACES, Props } from './given';
import { LEASE_MS, PlaceBusy } from '../../../src/handlers/enrolment/lease';

const FUNCTION = '<EnrolmentFunction.Arn>';
const RETRY = [{
  ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 10, MaxAttempts: 300, BackoffRate: 2, MaxDelaySeconds: 60, JitterStrategy: 'FULL',
}, {
  ErrorEquals: [
    'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException', 'Lambda.ClientExecutionTimeoutException', 'Lambda.Unknown',
    'Runtime.ExitError', 'States.Timeout', 'Sandbox.Timedout',
  ],
  IntervalSeconds: 5, MaxAttempts: 6, BackoffRate: 2, MaxDelaySeconds: 120, JitterStrategy: 'FULL',
}];
const call = (Payload: object) => ({
  Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: FUNCTION, Payload }, Retry: RETRY, TimeoutSeconds: 330,
});
const map = (label: string, selected: object, processor: object) => ({
  Type: 'Map',
  Label: label,
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'JSON' }, Parameters: { 'Bucket': '<EnrolmentBucket>', 'Key.$': '$.key' },
  },
  ItemSelector: { 'execution.$': '$.execution', 'place.$': '$$.Map.Item.Value', ...selected },
  ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...processor },
  MaxConcurrency: 100,
  ToleratedFailurePercentage: 10,
  ResultPath: null,
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.stopped', Next: 'Finish' }],
});
/** The children of a map, which return nothing. */
const DISCOVERY = {
  StartAt: 'DiscoverPlace',
  States: { DiscoverPlace: { ...call({ 'task': 'discover', 'execution.$': '$.execution', 'place.$': '$.place' }), OutputPath: null, End: true } },
};
const ENROLMENT = {
  StartAt: 'Step',
  States: {
    Step: {
      ...call({ 'task': 'step', 'execution.$': '$.execution', 'place.$': '$.place', 'iteration.$': '$.step.iteration', 'waits.$': '$.step.waits' }),
      ResultSelector: {
        'again.$': '$.Payload.again', 'waitSeconds.$': '$.Payload.waitSeconds', 'iteration.$': '$.Payload.iteration',
        'waits.$': '$.Payload.waits', 'failed.$': '$.Payload.failed',
      },
      ResultPath: '$.step',
      Next: 'Again',
    },
    Again: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.step.again', BooleanEquals: true, Next: 'Pause' }, { Variable: '$.step.failed', BooleanEquals: true, Next: 'PlaceFailed' },
      ],
      Default: 'PlaceDone',
    },
    Pause: { Type: 'Wait', SecondsPath: '$.step.waitSeconds', Next: 'Step' },
    PlaceFailed: { Type: 'Fail', Error: 'PlaceFailed', Cause: 'The report of the place in the bucket says why.' },
    PlaceDone: { Type: 'Succeed', OutputPath: null },
  },
};
/** The process before may have ended while it had the lease of a place. */
const BUSY = { ErrorEquals: ['PlaceBusy'], IntervalSeconds: 60, MaxAttempts: 8, BackoffRate: 1 };
const BEGIN = { 'task': 'begin', 'execution.$': '$$.Execution.Name', 'input.$': '$$.Execution.Input', 'waits': true };

/** The states, one by one. */
const STATES = {
  Start: { Type: 'Choice', Choices: [{ Variable: '$.waitUntil', IsPresent: true, Next: 'Wait' }], Default: 'Begin' },
  Wait: { Type: 'Wait', TimestampPath: '$.waitUntil', Comment: expect.any(String), Next: 'Begin' },
  Begin: {
    ...call({ ...BEGIN, places: PLACES }),
    Retry: [...RETRY, BUSY],
    ResultSelector: {
      'execution.$': '$$.Execution.Name', 'key.$': '$.Payload.key', 'count.$': '$.Payload.count', 'waitSeconds.$': '$.Payload.waitSeconds',
      'stopped': { Error: '' },
    },
    Next: 'HasPlaces',
  },
  HasPlaces: {
    Type: 'Choice', Default: 'Discover',
    Choices: [{ Variable: '$.count', NumericEquals: 0, Next: 'Succeeded' }, { Variable: '$.waitSeconds', NumericGreaterThan: 0, Next: 'Taken' }],
  },
  Taken: { Type: 'Wait', SecondsPath: '$.waitSeconds', Comment: expect.any(String), Next: 'Begin' },
  Discover: { ...map('Discover', {}, DISCOVERY), Next: 'Enrol' },
  Enrol: { ...map('Enrol', { step: { iteration: 0, waits: 0 } }, ENROLMENT), Next: 'Finish' },
  Finish: { ...call({ 'task': 'finish', 'execution.$': '$.execution', 'stopped.$': '$.stopped.Error' }), OutputPath: '$.Payload', Next: 'End' },
  End: { Type: 'Choice', Choices: [{ Variable: '$.failed', BooleanEquals: true, Next: 'Failed' }], Default: 'Succeeded' },
  Failed: { Type: 'Fail', Error: 'EnrolmentFailed', Cause: expect.any(String) },
  Succeeded: { Type: 'Succeed' },
};

const withTopic = (stack: Stack): Props => ({ topic: new sns.Topic(stack, 'Topic') });

describe('the states of an enrolment', () => {
  test('are those, and no others, each as it is here', () => {
    const { StartAt, States } = definition(enrolment().stack);
    expect(StartAt).toBe('Start');
    for (const [name, state] of Object.entries(STATES)) expect([name, States[name]]).toEqual([name, state]);
    expect(Object.keys(States).sort()).toEqual(Object.keys(STATES).sort());
  });

  test('tell the end on a topic, and end in the same way if the message cannot be sent', () => {
    const { States } = definition(enrolment(withTopic).stack);
    expect(States.Finish.Next).toBe('HasNews');
    expect(States.HasNews).toEqual({ Type: 'Choice', Choices: [{ Variable: '$.isQuiet', BooleanEquals: true, Next: 'End' }], Default: 'Tell' });
    expect(States.Tell).toEqual({
      Type: 'Task', Resource: 'arn:aws:states:::sns:publish', ResultPath: null, Next: 'End',
      Parameters: { 'TopicArn': '<Topic>', 'Subject.$': '$.subject', 'Message.$': '$.message' },
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 3, BackoffRate: 2, JitterStrategy: 'FULL' }],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'End' }],
    });
    expect(Object.keys(States).sort()).toEqual([...Object.keys(STATES), 'HasNews', 'Tell'].sort());
  });

  test('read the list of places from the bucket of a file, which the function reads', () => {
    const { stack } = enrolment(one => ({ placesFile: { bucket: s3.Bucket.fromBucketName(one, 'Lists', 'lists'), key: 'places.json' }, events: false }));
    expect(definition(stack).States.Begin.Parameters.Payload).toEqual({ ...BEGIN, placesFile: { bucket: 'lists', key: 'places.json' } });
  });

  test('have the share of failures and the number of places that the properties say, in both maps', () => {
    const { Discover, Enrol } = definition(enrolment({ toleratedFailurePercentage: 25, maxConcurrency: 40 }).stack).States;
    for (const { ToleratedFailurePercentage, MaxConcurrency } of [Discover, Enrol]) expect([ToleratedFailurePercentage, MaxConcurrency]).toEqual([25, 40]);
    // Without a percentage, Step Functions tolerates none.
    const none = definition(enrolment({ toleratedFailurePercentage: 0 }).stack).States;
    expect(none.Enrol.ToleratedFailurePercentage ?? 0).toBe(0);
  });
});

/** Every state, those of the children of maps, too. */
function allStates(states: object): [string, any][] {
  return Object.entries<any>(states).flatMap(([name, state]) => [[name, state], ...state.ItemProcessor ? allStates(state.ItemProcessor.States) : []]);
}

describe('the rules of the Amazon States Language', () => {
  const { StartAt, States } = definition(enrolment(withTopic).stack);
  const graphs: [string, any][] = [
    ['the execution', { StartAt, States }], ['a child of Discover', States.Discover.ItemProcessor], ['a child of Enrol', States.Enrol.ItemProcessor],
  ];
  const nextOf = ({ Next, Default, Choices = [], Catch = [] }: any): string[] =>
    [Next, Default, ...[...Choices, ...Catch].map(one => one.Next)].filter(Boolean);

  test.each(graphs)('of %s, every state is reached, leads to a state that exists, and can end', (_, graph) => {
    const reached = new Set<string>();
    const visit = (name: string): void => {
      expect(Object.keys(graph.States)).toContain(name);
      if (reached.has(name)) return;
      reached.add(name);
      nextOf(graph.States[name]).forEach(visit);
    };
    visit(graph.StartAt);
    expect([...reached].sort()).toEqual(Object.keys(graph.States).sort());
    for (const state of Object.values<any>(graph.States)) {
      expect(nextOf(state).length > 0 || state.End === true || ['Succeed', 'Fail'].includes(state.Type)).toBe(true);
    }
  });

  test('names of states are unique in the whole state machine, and have at most 80 characters', () => {
    const names = allStates(States).map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter(name => name.length > 80)).toEqual([]);
  });

  test('every task of the function has a time limit longer than that of the function, and is tried again after errors that say nothing', () => {
    const tasks = allStates(States).filter(([, { Resource = '' }]) => Resource.endsWith(':lambda:invoke'));
    expect(tasks.map(([name]) => name).sort()).toEqual(['Begin', 'DiscoverPlace', 'Finish', 'Step']);
    for (const [name, { Retry, TimeoutSeconds }] of tasks) {
      expect(Retry).toEqual(name === 'Begin' ? [...RETRY, BUSY] : RETRY);
      expect(TimeoutSeconds).toBeGreaterThan(300);
    }
  });

  test('Begin waits longer for a process that has ended than its lease lasts', () => {
    const { name } = new PlaceBusy('a place');
    expect([BUSY.ErrorEquals, BUSY.IntervalSeconds * BUSY.MaxAttempts * 1000 > LEASE_MS]).toEqual([[name], true]);
  });

  // Each Wait is one that another state leads to, and a cycle without one would run without end at full speed.
  test('the only cycles are that of the steps of a place, and that until places are free, and they wait', () => {
    const cycles = graphs.flatMap(([, graph]) => Object.keys(graph.States).filter(start => {
      const seen = new Set<string>();
      const visit = (name: string): void => nextOf(graph.States[name]).forEach(next => {
        if (seen.has(next)) return;
        seen.add(next);
        visit(next);
      });
      visit(start);
      return seen.has(start);
    }));
    expect(cycles.sort()).toEqual(['Again', 'Begin', 'HasPlaces', 'Pause', 'Step', 'Taken']);
  });
});

/** What the states pass on, in characters. A state and the payload of a function take 256 KiB. */
describe('the size of what is passed on', () => {
  const KIB = 1024;
  const accounts = Array.from({ length: 200 }, (_, index) => String(100000000000 + index));
  const places = accounts.map(account => ({ account, regions: ['eu-central-1', 'us-east-1', 'us-gov-west-1', 'ap-southeast-2'] }));

  test('the list of 200 accounts with four regions each is a small part of what a function takes', () => {
    const { Begin } = definition(enrolment({ places }).stack).States;
    expect(Begin.Parameters.Payload.places).toEqual(places);
    expect(JSON.stringify(Begin.Parameters.Payload).length).toBeLessThan(32 * KIB);
  });

  test('a definition with the longest list is below the limit of 1 MB of Step Functions', () => {
    const regions = Array.from({ length: 30 }, (_, index) => `ap-southeast-${index}`);
    const most = Array.from({ length: 340 }, (_, index) => ({ account: String(100000000000 + index), regions }));
    expect(JSON.stringify(most).length).toBeGreaterThan(180_000);
    expect(JSON.stringify(definition(enrolment({ places: most }).stack)).length).toBeLessThan(1_000_000);
  });

  // A map joins what its children return, before ResultPath drops it.
  test('the children of a map return an empty object, so 40,000 places are no problem', () => {
    const { Discover, Enrol } = definition(enrolment().stack).States;
    const ends = [Discover, Enrol].flatMap(one => allStates(one.ItemProcessor.States)).filter(([, { Type, End }]) => Type === 'Succeed' || End);
    expect(ends.map(([name, { OutputPath }]) => [name, OutputPath])).toEqual([['DiscoverPlace', null], ['PlaceDone', null]]);
    expect(JSON.stringify(Array(40_000).fill({})).length).toBeLessThan(256 * KIB);
  });

  test('a child gets the execution, one place and numbers: less than 1 KiB', () => {
    const { Enrol } = definition(enrolment().stack).States;
    const input = {
      execution: 'x'.repeat(80), place: { account: accounts[0], region: 'ap-southeast-2' },
      step: { again: true, waitSeconds: 3600, iteration: 1000, waits: 30, failed: false },
    };
    expect(Object.keys(Enrol.ItemSelector).map(name => name.replace('.$', '')).sort()).toEqual(Object.keys(input).sort());
    expect(JSON.stringify(input).length).toBeLessThan(KIB);
  });
});
