import { holds } from './choice';
import { DistributedMap, Machine, State, Task } from './definition';
import { isMeant, StateError } from './errors';
import { MapRun } from './map-run';
import { at, Data, filled, withResult } from './paths';
import { perform, Services } from './services';

/** The limit of an execution's history. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const MOST_EVENTS = 25_000;

/** The limit of the input and the output of a state, in bytes of UTF-8; the same page. */
export const MOST_BYTES = 262_144;

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

interface Visit {
  readonly name: string;
  readonly input: Data;
  /** Of a map whose run has begun. */
  mapRun?: MapRun;
}

/** One execution of a state machine, or of one item of a map. */
export class Execution {
  status: Status = 'RUNNING';
  output?: Data;
  error?: string;
  cause?: string;
  /** As AWS counts the events of `GetExecutionHistory`. */
  events = 0;
  /** As AWS bills them: the start, each state that is entered, each retry, and each redrive. */
  transitions = 0;
  /** The largest data of a state, in bytes. */
  largest = 0;
  /** Resolves if the execution has ended; after a redrive, if it has ended again. */
  ended: Promise<void> = Promise.resolve();
  /** The runs of its maps, by the name of the state. */
  readonly mapRuns = new Map<string, MapRun>();
  private readonly startTime: string;
  private life = new AbortController();
  private visit: Visit;

  constructor(readonly name: string, private readonly machine: Machine, readonly input: Data, private readonly services: Services) {
    this.startTime = this.time();
    this.visit = { name: machine.StartAt, input };
  }

  start(): this {
    this.happened(1);
    this.transitions += 1;
    this.ended = this.run(this.life.signal);
    return this;
  }

  /** The state in which it is, or has ended. */
  get state(): string {
    return this.visit.name;
  }

  /** StopExecution. The function that is running at this moment is not ended by it. */
  abort(): void {
    if (this.status !== 'RUNNING') return;
    this.end('ABORTED');
    this.happened(1);
    this.life.abort();
    this.visit.mapRun?.abort();
  }

  /**
   * RedriveExecution: continues with the state in which the execution has ended, with the same input and the same name. Of a map, the items that did
   * not succeed.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
   */
  redrive(): this {
    if (this.status !== 'FAILED' && this.status !== 'ABORTED') throw new Error(`The execution ${this.name} is ${this.status}, so it cannot be redriven.`);
    this.status = 'RUNNING';
    this.error = undefined;
    this.cause = undefined;
    this.life = new AbortController();
    this.happened(1);
    this.transitions += 1;
    this.ended = this.run(this.life.signal);
    return this;
  }

  private async run(life: AbortSignal): Promise<void> {
    try {
      for (let isFirst = true; !life.aborted; isFirst = false) {
        const next = await this.enter(this.visit, life, isFirst && this.visit.mapRun !== undefined);
        if (life.aborted) return;
        if (next === undefined) {
          this.end('SUCCEEDED');
          return;
        }
        this.visit = next;
      }
    } catch (error) {
      if (life.aborted) return;
      if (!(error instanceof StateError)) {
        this.services.onDefect(error as Error);
        throw error;
      }
      this.end('FAILED');
      this.error = error.code;
      this.cause = error.reason;
    }
  }

  private end(status: Status): void {
    this.status = status;
    if (status !== 'ABORTED') this.happened(1);
  }

  /** @returns undefined if the execution has ended well */
  private async enter(visit: Visit, life: AbortSignal, isRedriven: boolean): Promise<Visit | undefined> {
    const { name, input } = visit;
    const state = this.machine.States[name];
    if (!isRedriven) {
      this.happened(1);
      this.transitions += 1;
    }
    this.services.onState?.(this, name);
    if (life.aborted) return undefined;
    this.measure(input);
    const context = this.context(name);
    const own = state.InputPath === null ? {} : at(state.InputPath ?? '$', input, context);
    const leave = (given: Data, next?: string): Visit | undefined => {
      this.measure(given);
      this.happened(1);
      if (next !== undefined) return { name: next, input: given };
      this.output = given;
      return undefined;
    };
    const after = (output: Data, next = state.Next) => leave(state.OutputPath === null ? {} : at(state.OutputPath ?? '$', output, context), next);
    switch (state.Type) {
      case 'Succeed': return after(own, undefined);
      case 'Pass': {
        const result = state.Result ?? (state.Parameters === undefined ? own : filled(state.Parameters, own, context));
        return after(withResult(input, result, state.ResultPath));
      }
      case 'Fail': {
        const told = (text?: string, path?: string) => path === undefined ? text ?? '' : String(at(path, input, context));
        throw new StateError(told(state.Error, state.ErrorPath), told(state.Cause, state.CausePath));
      }
      case 'Choice': {
        const next = state.Choices.find(rule => holds(rule, own, context))?.Next ?? state.Default;
        if (next === undefined) throw new StateError('States.NoChoiceMatched', `No choice of ${name} matches.`);
        return after(own, next);
      }
      case 'Wait': {
        await this.services.clock.sleep(this.waitOf(state, own, context), life);
        return after(own);
      }
      default: {
        try {
          const attempt = async () => state.Type === 'Task' ? this.task(state, own, context, life) : this.map(state, own, context, visit);
          const result = await this.withRetries(state, life, attempt);
          if (life.aborted) return undefined;
          this.measure(result);
          return after(withResult(input, state.ResultSelector === undefined ? result : filled(state.ResultSelector, result, context), state.ResultPath));
        } catch (error) {
          if (life.aborted) return undefined;
          const catcher = error instanceof StateError && state.Catch?.find(({ ErrorEquals }) => isMeant(ErrorEquals, error.code));
          if (!catcher) throw error;
          // What is caught does not go through `OutputPath`.
          return leave(withResult(input, { Error: error.code, Cause: error.reason }, catcher.ResultPath), catcher.Next);
        }
      }
    }
  }

  private waitOf(state: State & { readonly Type: 'Wait' }, data: Data, context: Data): number {
    if (state.TimestampPath !== undefined) {
      const until = at(state.TimestampPath, data, context);
      const isTimestamp = typeof until === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(until);
      if (!isTimestamp) throw new StateError('States.Runtime', `No timestamp: ${JSON.stringify(until)}`);
      return Math.max(0, Date.parse(until) - this.services.clock.now());
    }
    const seconds = state.Seconds ?? at(state.SecondsPath ?? '$', data, context);
    if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 0 || seconds > 99_999_999) {
      throw new StateError('States.Runtime', `A wait must be a whole number of seconds, got: ${JSON.stringify(seconds)}`);
    }
    return seconds * 1000;
  }

  private async withRetries(state: State, life: AbortSignal, attempt: () => Promise<Data>): Promise<Data> {
    const attempts = new Map<object, number>();
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        const retrier = error instanceof StateError && !life.aborted && state.Retry?.find(({ ErrorEquals }) => isMeant(ErrorEquals, error.code));
        if (!retrier) throw error;
        const { IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2, MaxDelaySeconds = Infinity, JitterStrategy = 'NONE' } = retrier;
        const tried = attempts.get(retrier) ?? 0;
        if (tried >= MaxAttempts) throw error;
        attempts.set(retrier, tried + 1);
        const seconds = Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** tried);
        await this.services.clock.sleep(seconds * 1000 * (JitterStrategy === 'FULL' ? this.services.random() : 1), life);
        if (life.aborted) throw error;
        this.transitions += 1;
      }
    }
  }

  private async task(state: Task, data: Data, context: Data, life: AbortSignal): Promise<Data> {
    const parameters = state.Parameters === undefined ? data : filled(state.Parameters, data, context);
    this.measure(parameters);
    // TaskScheduled, TaskStarted.
    this.happened(2);
    try {
      const result = await this.inTime(state, life, perform(state.Resource, parameters, this.services));
      return result;
    } finally {
      // TaskSucceeded, TaskFailed or TaskTimedOut.
      if (!life.aborted) this.happened(1);
    }
  }

  /** A function that is not waited for any longer goes on. */
  private async inTime({ TimeoutSeconds }: Task, life: AbortSignal, result: Promise<Data>): Promise<Data> {
    const left = new AbortController();
    const ended = new Promise<never>((_, reject) => {
      life.addEventListener('abort', () => reject(new StateError('aborted', '')), { once: true, signal: left.signal });
      if (TimeoutSeconds === undefined) return;
      void this.services.clock.sleep(TimeoutSeconds * 1000, left.signal).then(() => reject(new StateError('States.Timeout', `${TimeoutSeconds} s`)));
    });
    result.catch(() => {});
    try {
      return await Promise.race([result, ended]);
    } finally {
      left.abort();
    }
  }

  private async map(state: DistributedMap, data: Data, context: Data, visit: Visit): Promise<Data> {
    const begun = visit.mapRun;
    if (begun === undefined) {
      const items = await this.itemsOf(state, data, context);
      const inputs = items.map((value, index) => {
        const ofItem = { ...context as object, Map: { Item: { Index: index, Value: value } } } as Data;
        return state.ItemSelector === undefined ? value : filled(state.ItemSelector, data, ofItem);
      });
      const childOf = (index: number, input: Data) => new Execution(`${this.name}:${visit.name}:${index}`, state.ItemProcessor, input, this.services);
      visit.mapRun = new MapRun(state, inputs, childOf);
      this.mapRuns.set(visit.name, visit.mapRun);
    }
    // MapStateStarted and MapRunStarted, or MapRunRedriven.
    this.happened(begun === undefined ? 2 : 1);
    try {
      const outputs = await visit.mapRun!.run();
      // MapStateSucceeded.
      this.happened(1);
      return outputs;
    } finally {
      // MapRunSucceeded or MapRunFailed.
      this.happened(1);
    }
  }

  private async itemsOf(state: DistributedMap, data: Data, context: Data): Promise<readonly Data[]> {
    const { Bucket, Key } = filled(state.ItemReader.Parameters, data, context) as { readonly Bucket: string; readonly Key: string };
    const text = await this.services.read(Bucket, Key);
    const items = text === undefined ? undefined : JSON.parse(text) as Data;
    if (!Array.isArray(items)) throw new StateError('States.ItemReaderFailed', `s3://${Bucket}/${Key} is no JSON array.`);
    return items;
  }

  private context(state: string): Data {
    return {
      Execution: { Name: this.name, Input: this.input, StartTime: this.startTime },
      State: { Name: state, EnteredTime: this.time() },
    };
  }

  private time(): string {
    return new Date(this.services.clock.now()).toISOString();
  }

  private happened(events: number): void {
    this.events += events;
    if (this.events > MOST_EVENTS && this.status === 'RUNNING') throw new StateError('States.Runtime', `The history has more than ${MOST_EVENTS} events.`);
  }

  private measure(data: Data): void {
    const bytes = Buffer.byteLength(JSON.stringify(data));
    this.largest = Math.max(this.largest, bytes);
    if (bytes > MOST_BYTES) throw new StateError('States.DataLimitExceeded', `The data of state ${this.state} has ${bytes} bytes.`);
  }
}
