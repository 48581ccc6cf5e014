import { StateError } from '../states';
import { Data } from '../states/paths';
import { Clock } from '../../../src/aws/calls/clock';

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

type Ends = 'killed' | 'outOfMemory';

/** What Step Functions sees of an invocation that ends without an answer. */
const ERRORS: Readonly<Record<Ends, string>> = { killed: 'Lambda.ServiceException', outOfMemory: 'Runtime.ExitError' };

/** A Lambda function on a clock that is moved. */
export class LambdaFunction {
  invocations = 0;
  /** Of all invocations, in milliseconds. */
  billedMs = 0;
  /** Bytes of what was logged. */
  logged = 0;
  private readonly running = new Map<number, (error: StateError) => void>();

  constructor(private readonly clock: Clock, private readonly handler: (event: Data, invocation: Invocation) => Promise<Data>) {}

  /** @throws StateError as Step Functions sees it */
  async invoke(event: Data): Promise<Data> {
    const id = ++this.invocations;
    const startedAt = this.clock.now();
    const [interrupt, ended] = [new AbortController(), new AbortController()];
    const invocation: Invocation = {
      id, startedAt, signal: interrupt.signal, isAlive: () => this.running.has(id), remainingMs: () => startedAt + LIMIT_MS - this.clock.now(),
    };
    const end = new Promise<never>((_, reject) => { this.running.set(id, reject); });
    void this.clock.sleep(LIMIT_MS, ended.signal).then(() => this.end(id, new StateError('Sandbox.Timedout', `Task timed out after ${LIMIT_MS / 1000} seconds`)));
    try {
      const work = this.handler(event, invocation);
      work.catch(() => {});
      return JSON.parse(JSON.stringify(await Promise.race([work, end]))) as Data;
    } catch (error) {
      if (error instanceof StateError) throw error;
      throw new StateError((error as Error).name, (error as Error).stack ?? String(error));
    } finally {
      ended.abort();
      this.running.delete(id);
      this.billedMs += this.clock.now() - startedAt;
      // What is left of the process makes no calls.
      setImmediate(() => interrupt.abort());
    }
  }

  /** Ends an invocation at once: no call of it is carried out or answered any more. */
  kill(id: number, how: Ends = 'killed'): void {
    this.end(id, new StateError(ERRORS[how], 'The process has ended.'));
  }

  private end(id: number, error: StateError): void {
    const reject = this.running.get(id);
    this.running.delete(id);
    reject?.(error);
  }
}
