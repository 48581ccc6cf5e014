import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Screen } from './screen';

const ROOT = resolve(__dirname, '../..');

export type Step =
  /** Waits until the output since the last match has the text or matches the regular expression. @default timeout 60 s */
  | { readonly wait: string; readonly timeout?: number }
  | { readonly match: string; readonly timeout?: number }
  | { readonly send: string }
  /** Seconds. */
  | { readonly pause: number };

export const ENTER = '\r';
export const SPACE = ' ';
export const DOWN = '\x1b[B';
export const CTRL_C = '\x03';
/** Empties a line of input. */
export const CTRL_U = '\x15';

export interface Typed {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly steps?: readonly Step[];
  /** @default 100 */
  readonly columns?: number;
  /** @default 50 */
  readonly rows?: number;
  /** Seconds from the last step to the end of the process. @default 15 */
  readonly timeout?: number;
}

/** The answer of `pty-run.py`. */
interface PtyResult {
  readonly output: string;
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly fault: string | null;
  readonly done: readonly { readonly at: number; readonly drawn: number }[];
  readonly seconds: number;
  readonly isRestored: boolean;
}

/** A terminal on which a command has run to its end. */
export class Session {
  readonly output: string;
  readonly exitCode: number | null;
  /** What the terminal shows at the end. */
  readonly screen: Screen;
  /** Whether the terminal echoes and edits lines again, and shows its cursor. */
  readonly isTidy: boolean;

  constructor(private readonly result: PtyResult, private readonly columns: number, private readonly rows: number) {
    ({ output: this.output, exitCode: this.exitCode } = result);
    this.screen = new Screen(this.output, columns, rows);
    this.isTidy = result.isRestored && this.screen.isCursorShown;
  }

  /** What the terminal showed when a step was done. @param step counted from 0 */
  screenAfter(step: number): Screen {
    return new Screen(this.output.slice(0, this.result.done[step].drawn), this.columns, this.rows);
  }

  /** From the step to the end of the process. */
  secondsAfter(step: number): number {
    return this.result.seconds - this.result.done[step].at;
  }
}

/** Runs a command on a pseudo-terminal. @throws Error if a step is not met, with what the terminal shows then */
export async function onTerminal(command: readonly string[], { env, steps = [], columns = 100, rows = 50, timeout = 60 }: Typed): Promise<Session> {
  const helper = spawn('python3', [join(__dirname, 'pty-run.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  helper.stdin.end(JSON.stringify({ command, env: { PATH: process.env.PATH, TERM: 'xterm-256color', ...env }, steps, columns, rows, timeout }));
  const chunks: Buffer[] = [];
  for await (const chunk of helper.stdout) chunks.push(chunk as Buffer);
  if (chunks.length === 0) throw new Error('pty-run.py failed; its error is above.');
  const result = JSON.parse(Buffer.concat(chunks).toString('utf8')) as PtyResult;
  if (result.fault !== null) throw new Error(`${result.fault}. The terminal shows:\n${new Screen(result.output, columns, rows).text}`);
  return new Session(result, columns, rows);
}

export interface Bundle {
  /** The command line's main module. */
  readonly main: string;
  remove(): void;
}

/** The command line, bundled as for the package, in a folder of its own: the one in assets/ may be old, or replaced by a build at any time. */
export async function bundle(): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
  for (const name of ['src', 'package.json', 'tsconfig.json', 'tsconfig.dev.json']) symlinkSync(join(ROOT, name), join(folder, name));
  mkdirSync(join(folder, 'assets'));
  const script = spawn(process.execPath, [join(ROOT, 'projenrc/bundle-cli.mjs')], { cwd: folder, stdio: 'inherit' });
  const exitCode = await new Promise(ended => script.on('close', ended));
  if (exitCode !== 0) throw new Error(`projenrc/bundle-cli.mjs ended with ${exitCode}.`);
  return { main: join(folder, 'assets/cli/main.mjs'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
