import { AsyncLocalStorage } from 'node:async_hooks';
import { Writable } from 'node:stream';
import type { Ran, RunOptions } from './run';
import { CLIENTS, ServicePrefix } from '../../src/aws/calls/clients';
import { SYSTEM_CLOCK } from '../../src/aws/calls/clock';
import { FakeAws } from '../fakes';
import { clientsOf, InProcess, loadClients } from '../moved-clock/account';
import { MovedClock } from '../moved-clock/clock';

/**
 * The command line in this process, from its arguments to its exit code, as if it had a process of its own: with its own environment, output, signals
 * and end. Its calls reach the fakes without a network, and its time is a clock that jumps. So a run takes a hundredth of a second, and many may run at
 * the same time. `run.ts` runs it as a real process.
 */

/** What a run has of its own. Everything that it starts finds this again. */
const here = new AsyncLocalStorage<Run>();

class Run {
  readonly stdout = new KeptText();
  readonly stderr = new KeptText();
  readonly clients: typeof CLIENTS;
  readonly ended: Promise<Ended>;
  exitCode: number | undefined;
  isAlive = true;
  /** No process of the system has such a number. */
  readonly pid = ++lastPid;
  private readonly handlers = new Map<string, (() => void)[]>();
  private end!: (end: Ended) => void;

  constructor(readonly env: Readonly<Record<string, string>>, aws: Pick<FakeAws, 'handle'>, readonly clock: MovedClock) {
    this.ended = new Promise(resolve => { this.end = resolve; });
    this.clients = clientsOf(new InProcess(aws, clock, () => this.isAlive));
  }

  on(signal: string, handler: () => void): void {
    this.handlers.set(signal, [...this.handlers.get(signal) ?? [], handler]);
  }

  /** Ends the run at once: no call of it is carried out or answered any more. */
  exit(code = this.exitCode ?? 0, signal: NodeJS.Signals | null = null): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.end({ code: signal ? null : code, signal });
  }

  /** @returns whether it still runs */
  kill(signal: NodeJS.Signals): boolean {
    if (!this.isAlive) return false;
    const handlers = this.handlers.get(signal);
    if (handlers) here.run(this, () => handlers.forEach(handle => handle()));
    else this.exit(0, signal);
    return true;
  }
}

let lastPid = 10_000_000;
const runs = new Map<number, Run>();

type Ended = Pick<Ran, 'code' | 'signal'>;

/** A stream that is no terminal. */
class KeptText extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, written: () => void): void {
    this.text += chunk.toString('utf8');
    written();
  }
}

/** `process`, of which a run has a part of its own. */
const OWN: { readonly [name in keyof NodeJS.Process]?: (run: Run) => unknown } = {
  env: run => run.env,
  stdin: () => ({ isTTY: undefined }),
  stdout: run => run.stdout,
  stderr: run => run.stderr,
  exitCode: run => run.exitCode,
  pid: run => run.pid,
  kill: () => (pid: number, signal: number) => {
    if (!runs.has(pid)) return outside.kill(pid, signal);
    if (!runs.get(pid)!.isAlive) throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
    return true;
  },
  exit: run => (code?: number) => run.exit(code),
  on: run => (name: string, handler: () => void) => run.on(name, handler),
};
const outside = process;
globalThis.process = new Proxy(outside, {
  get: (_, name) => {
    const run = here.getStore();
    return run && name in OWN ? OWN[name as keyof typeof OWN]!(run) : Reflect.get(outside, name);
  },
  set: (_, name, value) => {
    const run = here.getStore();
    if (run && name === 'exitCode') run.exitCode = value;
    else Reflect.set(outside, name, value);
    return true;
  },
});

// Who waits or calls in a run, does so by the run's clock and clients.
const { now, sleep } = SYSTEM_CLOCK;
Object.assign(SYSTEM_CLOCK, {
  now: () => (here.getStore()?.clock ?? { now }).now(),
  sleep: async (...args: Parameters<typeof sleep>) => {
    const run = here.getStore();
    await (run?.clock ?? { sleep }).sleep(...args);
    // A process that was ended does nothing after a wait.
    if (run?.isAlive === false) await new Promise(() => {});
  },
});
for (const prefix of Object.keys(CLIENTS) as ServicePrefix[]) {
  const load = CLIENTS[prefix];
  CLIENTS[prefix] = async () => (here.getStore()?.clients[prefix] ?? load)();
}

// Everything is loaded now: Jest loads no modules between two tests, while concurrent tests may still call. Colours are decided when they are loaded.
loadClients();
const { run: main } = uncolored(() => {
  const verbs = ['daemon-add', 'daemon-policy', 'daemon-remove', 'daemon-status', 'edit', 'key-update', 'policy', 'resume', 'status'];
  for (const verb of verbs) require(`../../src/cli/verbs/${verb}`);
  return require('../../src/cli/program') as typeof import('../../src/cli/program');
});

function uncolored<T>(load: () => T): T {
  const { NO_COLOR } = outside.env;
  outside.env.NO_COLOR = '1';
  try {
    return load();
  } finally {
    if (NO_COLOR === undefined) delete outside.env.NO_COLOR;
    else outside.env.NO_COLOR = NO_COLOR;
  }
}

/** Runs the command line to its end. @param clock of the account and of the run */
export async function runInProcess(args: readonly string[], aws: Pick<FakeAws, 'handle'>, clock: MovedClock,
  { env = {}, onStart }: RunOptions = {}): Promise<Ran> {
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const run = new Run(Object.fromEntries(set), aws, clock);
  runs.set(run.pid, run);
  void here.run(run, async () => main(['node', 'postman-live-collection', ...args])).then(() => run.exit());
  onStart?.(run);
  const end = await run.ended;
  const [stdout, stderr] = [run.stdout.text, run.stderr.text];
  return { ...end, stdout, stderr, get json() { return JSON.parse(stdout); } };
}
