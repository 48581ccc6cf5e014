import { ChildProcess, spawn } from 'node:child_process';
import { bundle, Bundle } from '../terminal/terminal';

let bundled: Promise<Bundle> | undefined;

/** The command line as in the package, bundled once for each test file. */
async function program(): Promise<string> {
  bundled ??= bundle().then(made => {
    process.once('exit', () => made.remove());
    return made;
  });
  return (await bundled).main;
}

afterAll(async () => (await bundled)?.remove());

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where stdout goes. @default 'pipe' */
  readonly stdout?: 'pipe' | number;
  /** Called with the process, for signals. */
  readonly onStart?: (child: ChildProcess) => void;
}

export interface Ran {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** The one document on stdout. */
  readonly json: any;
}

/** Runs the command line as a process, to its end. */
export async function run(args: readonly string[], { env = {}, stdout = 'pipe', onStart }: RunOptions = {}): Promise<Ran> {
  const main = await program();
  const started = performance.now();
  const set = Object.entries({ PATH: process.env.PATH, ...env }).filter(([, value]) => value !== undefined) as [string, string][];
  const child = spawn(process.execPath, [main, ...args], { env: Object.fromEntries(set), stdio: ['ignore', stdout, 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', text => { output.stdout += text; });
  child.stderr!.setEncoding('utf8').on('data', text => { output.stderr += text; });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((ended, failed) => {
    child.on('error', failed).on('close', (...end) => ended(end));
    onStart?.(child);
  });
  return { ...output, code, signal, seconds: (performance.now() - started) / 1000, get json() { return JSON.parse(output.stdout); } };
}
