import { Clock } from '../../../src/aws/calls/clock';
import { StateError } from '../states';
import { Data } from '../states/paths';

/** The limit of the function, and of its process. */
export const LIMIT_MS = 300_000;

/** One run of a function. */
export interface Invocation {
  readonly id: number;
  readonly signal: AbortSignal;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  isAlive(): boolean;
  remainingMs(): number;
}

/** `lost`: only the answer is lost, and the process goes on. */
export type Ends = 'killed' | 'outOfMemory' | 'lost';

/** What Step Functions sees of an invocation that ends without an answer. */
const ERRORS: Readonly<Record<Ends, string>> = { killed: 'Lambda.ServiceException', outOfMemory: 'Runtime.ExitError', lost: 'Lambda.SdkClientException' };

/** A Lambda function on a clock that is moved. */
export class LambdaFunction {
  invocations = 0;
  /** Executions that the account may have at the same time. */
  concurrency = Infinity;
  /** Of all invocations, in milliseconds. */
  billedMs = 0;
  /** Bytes of what was logged. */
  logged = 0;
  private readonly alive = new Map<number, { readonly interrupt: AbortController; readonly reject: (error: StateError) => void }>();

  constructor(private readonly clock: Clock, private readonly handler: (event: Data, invocation: Invocation) => Promise<Data>) {}

  /** @throws StateError as Step Functions sees it */
  async invoke(event: Data): Promise<Data> {
    if (this.alive.size >= this.concurrency) throw new StateError('Lambda.TooManyRequestsException', 'Rate Exceeded.');
    const id = ++this.invocations;
    const startedAt = this.clock.now();
    const [interrupt, ended] = [new AbortController(), new AbortController()];
    const invocation: Invocation = {
      id, startedAt, signal: interrupt.signal, isAlive: () => this.alive.has(id), remainingMs: () => startedAt + LIMIT_MS - this.clock.now(),
    };
    const end = new Promise<never>((_, reject) => { this.alive.set(id, { interrupt, reject }); });
    void this.clock.sleep(LIMIT_MS, ended.signal).then(() => this.end(id, 'Sandbox.Timedout'));
    const work = this.handler(event, invocation).finally(() => {
      ended.abort();
      if (this.alive.delete(id)) this.bill(startedAt);
    });
    work.catch(() => {});
    end.catch(() => this.bill(startedAt));
    try {
      return JSON.parse(JSON.stringify(await Promise.race([work, end]))) as Data;
    } catch (error) {
      if (error instanceof StateError) throw error;
      throw new StateError((error as Error).name, (error as Error).stack ?? String(error));
    }
  }

  /** The invocations that are on their way. */
  get running(): readonly number[] {
    return [...this.alive.keys()];
  }

  /** Ends an invocation at once: no call of it is carried out or answered any more, unless only its answer is lost. */
  kill(id: number, how: Ends = 'killed'): void {
    if (how === 'lost') this.alive.get(id)?.reject(new StateError(ERRORS.lost, 'The connection was reset.'));
    else this.end(id, ERRORS[how]);
  }

  private end(id: number, code: string): void {
    const one = this.alive.get(id);
    this.alive.delete(id);
    one?.reject(new StateError(code, 'The process has ended.'));
    // What is left of the process makes no calls.
    setImmediate(() => one?.interrupt.abort());
  }

  private bill(startedAt: number): void {
    this.billedMs += this.clock.now() - startedAt;
  }
}
