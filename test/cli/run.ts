import { ChildProcess, spawn } from 'node:child_process';
import { bundle } from '../terminal/terminal';

const running = new Set<ChildProcess>();

afterAll(() => {
  // If a test has failed or timed out, its process may still run.
  for (const child of running) child.kill('SIGKILL');
});

/** Far above what a run takes on a busy machine: a process that has not ended by then hangs, and is killed. */
const HANGS_MS = 1_200_000;

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called with the run, for signals. */
  readonly onStart?: (run: Pick<ChildProcess, 'kill'>) => void;
}

export interface ProcessOptions extends Omit<RunOptions, 'onStart'> {
  /** Where stdout goes. @default 'pipe' */
  readonly stdout?: 'pipe' | number;
  readonly onStart?: (child: ChildProcess) => void;
}

export interface Ran {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one document on stdout. */
  readonly json: any;
}

/** Runs the command line as a process, to its end. */
export async function run(args: readonly string[], { env = {}, stdout = 'pipe', onStart }: ProcessOptions = {}): Promise<Ran> {
  const main = await bundle();
  const set = Object.entries({ PATH: process.env.PATH, ...env }).filter(([, value]) => value !== undefined) as [string, string][];
  const child = spawn(process.execPath, [main, ...args], {
    env: Object.fromEntries(set), stdio: ['ignore', stdout, 'pipe'], timeout: HANGS_MS, killSignal: 'SIGKILL',
  });
  running.add(child);
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', text => { output.stdout += text; });
  child.stderr!.setEncoding('utf8').on('data', text => { output.stderr += text; });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((ended, failed) => {
    child.on('error', failed).on('close', (...end) => ended(end));
    onStart?.(child);
  }).finally(() => running.delete(child));
  return { ...output, code, signal, get json() { return JSON.parse(output.stdout); } };
}
