import { Data, Execution, machineOf, MOST_EVENTS, Services, StateError } from './states';
import { MovedClock } from '../moved-clock/clock';

type Answer = Data | Error | Promise<Data>;

interface Ran {
  readonly execution: Execution;
  readonly clock: MovedClock;
  readonly payloads: Data[];
  readonly published: Data[];
  readonly defects: Error[];
}

const FUNCTION = 'arn:aws:lambda:us-east-1:111111111111:function:step';
const INVOKE = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', OutputPath: '$.Payload' };
const DONE = { Type: 'Succeed' };

interface Around {
  readonly answer?: (payload: Data, clock: MovedClock) => Answer;
  readonly onState?: Services['onState'];
  readonly items?: Readonly<Record<string, string>>;
  readonly random?: number;
}

/** Begins an execution of a machine that a test has made by hand. */
function begun(definition: object, input: Data, { answer = () => ({}), onState, items = {}, random = 0.5 }: Around = {}): Ran {
  const clock = new MovedClock();
  const [payloads, published, defects]: [Data[], Data[], Error[]] = [[], [], []];
  const execution = new Execution('run-1', machineOf(JSON.stringify(definition)), input, {
    clock, onState, random: () => random, onDefect: error => defects.push(error),
    invoke: async (_, payload) => {
      payloads.push(payload);
      const answered = await answer(payload, clock);
      if (answered instanceof Error) throw answered;
      return answered;
    },
    publish: parameters => published.push(parameters),
    read: async (bucket, key) => items[`${bucket}/${key}`],
  });
  return { execution: execution.start(), clock, payloads, published, defects };
}

async function ran(definition: object, input: Data, around: Around = {}): Promise<Ran> {
  const run = begun(definition, input, around);
  await run.execution.ended.catch(() => {});
  return run;
}

const seconds = ({ clock }: Ran) => (clock.now() - Date.UTC(2026, 0, 1)) / 1000;
const alone = (...states: readonly object[]) => ({ StartAt: 'S0', States: Object.fromEntries(states.map((one, index) => [`S${index}`, one])) });
const map = (processor: object, more: object = {}) => ({
  Type: 'Map', End: true, ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...processor },
  ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'JSON' }, Parameters: { 'Bucket': 'bucket', 'Key.$': '$.key' } },
  ...more,
});
const itemsFile = (count: number) => ({ 'bucket/items': JSON.stringify(Array.from({ length: count }, (_, item) => ({ item }))) });
const itemOf = (payload: Data) => (payload as { readonly item: number }).item;

describe('a task', () => {
  test('gets its payload from the input and from the context object, and its answer is what is selected of it', async () => {
    const Payload = { 'task': 'step', 'execution.$': '$$.Execution.Name', 'place.$': '$.place' };
    const state = { ...INVOKE, Parameters: { FunctionName: FUNCTION, Payload }, End: true };
    const { execution, payloads } = await ran(alone(state), { place: { region: 'eu-west-1' } }, { answer: () => ({ again: false }) });
    expect(payloads).toEqual([{ task: 'step', execution: 'run-1', place: { region: 'eu-west-1' } }]);
    expect([execution.status, execution.output]).toEqual(['SUCCEEDED', { again: false }]);
    // ExecutionStarted, TaskStateEntered, TaskScheduled, TaskStarted, TaskSucceeded, TaskStateExited, ExecutionSucceeded; the start and the task.
    expect([execution.events, execution.transitions]).toEqual([7, 2]);
  });

  test('may select of its result, and put that into its input', async () => {
    const state = { Type: 'Task', Resource: FUNCTION, ResultSelector: { 'count.$': '$.n' }, ResultPath: '$.found.here', End: true };
    const { execution } = await ran(alone(state), { key: 'k' }, { answer: () => ({ n: 3, more: 'x' }) });
    expect(execution.output).toEqual({ key: 'k', found: { here: { count: 3 } } });
    const kept = await ran(alone({ ...state, ResultPath: null }), { key: 'k' }, { answer: () => ({ n: 3 }) });
    expect(kept.execution.output).toEqual({ key: 'k' });
  });

  test('is repeated after a wait that grows, and each retry is a transition', async () => {
    let failures = 3;
    const ErrorEquals = ['Lambda.ServiceException'];
    const Retry = [{ ErrorEquals, IntervalSeconds: 2, MaxAttempts: 6, BackoffRate: 2, JitterStrategy: 'FULL', MaxDelaySeconds: 6 }];
    const answer = () => failures-- > 0 ? new StateError('Lambda.ServiceException', 'busy') : {};
    const run = await ran(alone({ ...INVOKE, Parameters: { FunctionName: FUNCTION }, Retry, End: true }), {}, { answer });
    expect([run.execution.status, run.payloads.length, run.execution.transitions, run.execution.events]).toEqual(['SUCCEEDED', 4, 5, 16]);
    expect(seconds(run)).toBe(1 + 2 + 3);
  });

  test('fails after its last attempt, or at once with another error, and is caught', async () => {
    const Retry = [{ ErrorEquals: ['Lambda.ServiceException'], MaxAttempts: 2 }];
    const state = { ...INVOKE, Parameters: { FunctionName: FUNCTION }, Retry, Next: 'S1' };
    const last = await ran(alone(state, DONE), {}, { answer: () => new StateError('Lambda.ServiceException', 'busy') });
    expect([last.execution.status, last.execution.error, last.payloads.length]).toEqual(['FAILED', 'Lambda.ServiceException', 3]);
    const Catch = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.stopped', Next: 'S2' }];
    const caught = await ran(alone({ ...state, Catch }, { Type: 'Fail' }, DONE), { key: 'k' }, { answer: () => new StateError('TypeError', 'no') });
    expect([caught.execution.output, caught.payloads.length]).toEqual([{ key: 'k', stopped: { Error: 'TypeError', Cause: 'no' } }, 1]);
  });

  test('is not waited for longer than its limit', async () => {
    const state = { Type: 'Task', Resource: FUNCTION, TimeoutSeconds: 60, End: true };
    const run = await ran(alone(state), {}, { answer: async (_, clock) => clock.sleep(300_000).then(() => ({})) });
    expect([run.execution.error, seconds(run)]).toEqual(['States.Timeout', 60]);
  });

  test('publishes a message whose subject SNS accepts', async () => {
    const publish = (Subject: string) =>
      alone({ Type: 'Task', Resource: 'arn:aws:states:::sns:publish', Parameters: { TopicArn: 't', Subject, Message: 'm' }, End: true });
    expect((await ran(publish('Enrolment: 3 services'), {})).published).toEqual([{ TopicArn: 't', Subject: 'Enrolment: 3 services', Message: 'm' }]);
    expect((await ran(publish('x'.repeat(101)), {})).execution.error).toBe('Sns.InvalidParameterException');
  });
});

describe('a loop of a task, a choice and a wait', () => {
  const Step = { Type: 'Task', Resource: FUNCTION, Next: 'Again' };
  const Again = { Type: 'Choice', Choices: [{ Variable: '$.again', BooleanEquals: true, Next: 'Pause' }], Default: 'Done' };
  const Pause = { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Step' };
  const loop = { StartAt: 'Step', States: { Step, Again, Pause, Done: DONE } };

  test('takes the seconds that the task says, on the moved clock', async () => {
    const run = await ran(loop, { iteration: 0 }, {
      answer: payload => ({ iteration: (payload as { readonly iteration: number }).iteration + 1, again: run1 < 3, waitSeconds: run1++ * 100 }),
    });
    expect([seconds(run), run.payloads.length, run.execution.output]).toEqual([0 + 100 + 200, 4, { iteration: 4, again: false, waitSeconds: 300 }]);
    // Of each iteration: the task's 5, the choice's 2, and but for the last the wait's 2.
    expect(run.execution.events).toBe(1 + 4 * 7 + 3 * 2 + 2 + 1);
  });
  let run1 = 0;

  test('that never ends is ended by the limit of the history', async () => {
    const { execution } = await ran(loop, {}, { answer: () => ({ again: true, waitSeconds: 0 }) });
    expect([execution.status, execution.error, execution.cause]).toEqual(['FAILED', 'States.Runtime', expect.stringContaining(`${MOST_EVENTS}`)]);
  });

  test('that waits for a part of a second is refused, as AWS does', async () => {
    const { execution } = await ran(loop, {}, { answer: () => ({ again: true, waitSeconds: 0.5 }) });
    expect(execution.cause).toContain('a whole number of seconds');
  });

  test('a wait until a time that has passed ends at once', async () => {
    const wait = { Type: 'Wait', TimestampPath: '$.until', Next: 'S1' };
    expect(seconds(await ran(alone(wait, DONE), { until: '2026-01-01T00:02:00.000Z' }))).toBe(120);
    expect(seconds(await ran(alone(wait, DONE), { until: '2025-01-01T00:02:00Z' }))).toBe(0);
    expect((await ran(alone(wait, DONE), { until: 'tomorrow' })).execution.status).toBe('FAILED');
  });

  test('a choice without a match is an error, and a missing member is one that only IsPresent asks for', async () => {
    const choice = (rule: object) => alone({ Type: 'Choice', Choices: [{ ...rule, Next: 'S1' }] }, DONE);
    expect((await ran(choice({ Variable: '$.waitUntil', IsPresent: true }), { waitUntil: 1 })).execution.status).toBe('SUCCEEDED');
    expect((await ran(choice({ Variable: '$.waitUntil', IsPresent: true }), {})).execution.error).toBe('States.NoChoiceMatched');
    expect((await ran(choice({ Variable: '$.failed', BooleanEquals: true }), {})).execution.error).toBe('States.Runtime');
    const both = { And: [{ Variable: '$.a', StringEquals: 'x' }, { Not: { Variable: '$.b', NumericGreaterThan: 5 } }] };
    expect((await ran(choice(both), { a: 'x', b: 5 })).execution.status).toBe('SUCCEEDED');
    expect((await ran(choice(both), { a: 'x', b: 6 })).execution.status).toBe('FAILED');
  });
});

describe('a distributed map', () => {
  const item = alone({ Type: 'Task', Resource: FUNCTION, End: true });

  test('runs a child for each item of the object, so many at a time, each with a name of its own', async () => {
    let [running, most] = [0, 0];
    const answer = async (payload: Data, clock: MovedClock) => {
      most = Math.max(most, ++running);
      await clock.sleep(1000);
      running -= 1;
      return { done: itemOf(payload) };
    };
    const ItemSelector = { 'item.$': '$$.Map.Item.Value.item', 'index.$': '$$.Map.Item.Index', 'execution.$': '$$.Execution.Name' };
    const run = await ran(alone(map(item, { MaxConcurrency: 3, ItemSelector })), { key: 'items' }, { answer, items: itemsFile(7) });
    expect([most, seconds(run), run.execution.output]).toEqual([3, 3, Array.from({ length: 7 }, (_, done) => ({ done }))]);
    expect(run.payloads[6]).toEqual({ item: 6, index: 6, execution: 'run-1' });
    const name = alone({ Type: 'Pass', Parameters: { 'name.$': '$$.Execution.Name' }, End: true });
    const own = await ran(alone(map(name)), { key: 'items' }, { items: itemsFile(2) });
    expect(own.execution.output).toEqual([{ name: 'run-1:S0:0' }, { name: 'run-1:S0:1' }]);
    // ExecutionStarted, MapStateEntered, MapStateStarted, MapRunStarted, MapRunSucceeded, MapStateSucceeded, MapStateExited, ExecutionSucceeded.
    expect([own.execution.events, own.execution.transitions]).toEqual([8, 2]);
  });

  test('fails if more items fail than are tolerated, aborts the others, and starts no more', async () => {
    const answer = async (payload: Data, clock: MovedClock) => {
      if (itemOf(payload) < 2) throw new StateError('PlaceFailed', '');
      await clock.sleep(60_000);
      return {};
    };
    const of = (ToleratedFailurePercentage: number) => alone(map(item, { MaxConcurrency: 4, ToleratedFailurePercentage }));
    const failed = await ran(of(10), { key: 'items' }, { answer, items: itemsFile(10) });
    expect([failed.execution.status, failed.execution.error]).toEqual(['FAILED', 'States.ExceedToleratedFailureThreshold']);
    const { children } = failed.execution.mapRuns.get('S0')!;
    expect(children.map(child => child?.status)).toEqual(['FAILED', 'FAILED', 'ABORTED', 'ABORTED', 'ABORTED', ...Array(5).fill(undefined)]);
    expect((await ran(of(20), { key: 'items' }, { answer, items: itemsFile(10) })).execution.status).toBe('SUCCEEDED');
  });

  test('whose object is missing or no list is an error that can be caught', async () => {
    expect((await ran(alone(map(item)), { key: 'none' })).execution.error).toBe('States.ItemReaderFailed');
    expect((await ran(alone(map(item)), { key: 'items' }, { items: { 'bucket/items': '{}' } })).execution.error).toBe('States.ItemReaderFailed');
  });

  test('whose outputs are too large together ends the execution, whatever it catches', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'S1' }];
    const { execution } = await ran(alone(map(item, { End: undefined, Next: 'S1', ResultPath: null, Catch }), DONE), { key: 'items' }, {
      answer: () => 'x'.repeat(30_000), items: itemsFile(9),
    });
    expect([execution.status, execution.error]).toEqual(['FAILED', 'States.DataLimitExceeded']);
    expect(execution.largest).toBeGreaterThan(262_144);
  });
});

describe('an execution that is aborted', () => {
  const item = alone({ Type: 'Wait', Seconds: 100, Next: 'S1' }, { Type: 'Task', Resource: FUNCTION, End: true });
  const begin = { Type: 'Task', Resource: FUNCTION, ResultPath: null, Next: 'S1' };

  test('does nothing more, and continues where it was, with the items that have not succeeded, under the same names', async () => {
    const run = begun(alone(begin, map(item, { MaxConcurrency: 2 })), { key: 'items' }, { answer: payload => payload, items: itemsFile(5) });
    await run.clock.sleep(250_000);
    run.execution.abort();
    await run.execution.ended;
    expect([run.execution.status, run.payloads.length]).toEqual(['ABORTED', 1 + 4]);
    const { children } = run.execution.mapRuns.get('S1')!;
    expect(children.map(child => child?.status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'ABORTED']);
    await run.clock.sleep(1_000_000);
    expect(run.payloads).toHaveLength(5);
    await run.execution.redrive().ended;
    expect([run.execution.status, run.payloads.slice(5)]).toEqual(['SUCCEEDED', [{ item: 4 }]]);
    expect(children[4]!.name).toBe('run-1:S1:4');
    expect(run.execution.output).toEqual([0, 1, 2, 3, 4].map(one => ({ item: one })));
  });

  test('leaves the function that runs at that time to itself, and its answer is ignored', async () => {
    const ended: number[] = [];
    const answer = async (_: Data, clock: MovedClock) => clock.sleep(10_000).then(() => ({ count: ended.push(clock.now()) }));
    const run = begun(alone({ Type: 'Task', Resource: FUNCTION, End: true }), {}, { answer });
    await run.clock.sleep(1000);
    run.execution.abort();
    await run.execution.ended;
    expect([run.execution.status, ended.length]).toEqual(['ABORTED', 0]);
    await run.clock.sleep(60_000);
    expect([run.execution.status, ended.length]).toEqual(['ABORTED', 1]);
    await run.execution.redrive().ended;
    expect([run.execution.output, run.execution.transitions]).toEqual([{ count: 2 }, 4]);
  });

  test('can be aborted before each state, and a failure is continued, too', async () => {
    let isBroken = true;
    const run = await ran(alone(begin, { ...begin, Next: 'S2' }, DONE), {}, {
      answer: () => isBroken && run0.push(1) === 2 ? new StateError('TypeError', '') : {},
      onState: (execution, state) => { if (state === 'S2' && isBroken) execution.abort(); },
    });
    expect([run.execution.status, run.execution.state]).toEqual(['FAILED', 'S1']);
    await run.execution.redrive().ended;
    expect([run.execution.status, run.execution.state]).toEqual(['ABORTED', 'S2']);
    isBroken = false;
    await run.execution.redrive().ended;
    expect([run.execution.status, run.payloads.length]).toEqual(['SUCCEEDED', 3]);
    expect(() => run.execution.redrive()).toThrow('cannot be redriven');
  });
  const run0: number[] = [];
});

describe('a machine that is not known here', () => {
  test('is refused', () => {
    const refused = (definition: object) => expect(() => machineOf(JSON.stringify(definition)));
    refused(alone({ Type: 'Parallel', End: true })).toThrow('Parallel is not known');
    refused(alone({ ...INVOKE, HeartbeatSeconds: 5, End: true })).toThrow('HeartbeatSeconds');
    refused(alone({ ...INVOKE })).toThrow('either Next or End');
    refused(alone({ ...INVOKE, Next: 'S7' })).toThrow('S7, which does not exist');
    refused(alone(map(alone(DONE), { Retry: [] }))).toThrow('Retry');
    refused(alone(map({ ...alone(DONE), ProcessorConfig: { Mode: 'INLINE' } }))).toThrow('DISTRIBUTED');
    refused({ ...alone(DONE), QueryLanguage: 'JSONata' }).toThrow('JSONata');
    refused(alone({ Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'S3' }] })).toThrow('S3, which does not exist');
  });

  test('ends with a defect, not with an error that it could catch', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'S1' }];
    for (const state of [
      { ...INVOKE, Parameters: { FunctionName: FUNCTION, InvocationType: 'Event' } }, { ...INVOKE, Resource: 'arn:aws:states:::sqs:sendMessage' },
      { ...INVOKE, Parameters: { 'FunctionName': FUNCTION, 'Payload.$': 'States.UUID()' } },
    ]) expect((await ran(alone({ ...state, Catch, Next: 'S1' }, DONE), {})).defects).toHaveLength(1);
  });
});
