import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Resize, Screen } from './screen';

const ROOT = resolve(__dirname, '../..');

export type Step =
  /** Waits until the output since the last match has the text or matches the regular expression. @default timeout 120 s */
  | { readonly wait: string; readonly timeout?: number }
  | { readonly match: string; readonly timeout?: number }
  | { readonly send: string }
  /** Sets the size of the terminal, which tells the command. */
  | { readonly resize: { readonly rows: number; readonly columns: number } }
  /** Waits until this has happened. */
  | { readonly until: Promise<void> }
  /** Is called as soon as the steps before are met. */
  | { readonly then: () => void };

/** Moves of the cursor and erasures, with which drawing over begins. */
const DRAWN_OVER = /(?:\x1b\[\d*[A-HJK])+/g;

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
  /** Seconds from the last step to the end of the process. @default 120 */
  readonly timeout?: number;
}

/** The answer of `pty-run.py`. */
interface PtyResult {
  readonly output: string;
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly fault: string | null;
  readonly isRestored: boolean;
  readonly resizes: readonly Resize[];
}

/**
 * An environment in which the command line waits an hour for a call that is not answered, and an hour between two looks: a run that waits for one
 * of them does not end within the test.
 */
export const PATIENT = { POSTMAN_LIVE_COLLECTION_CALL_SECONDS: '3600', POSTMAN_LIVE_COLLECTION_POLL_SECONDS: '3600' } as const;

/** A terminal on which a command has run to its end. */
export class Session {
  readonly output: string;
  readonly exitCode: number | null;
  /** What the terminal shows at the end. */
  readonly screen: Screen;
  /** Whether the terminal echoes and edits lines again, and shows its cursor. */
  readonly isTidy: boolean;

  private readonly resizes: readonly Resize[];

  constructor(result: PtyResult, private readonly columns: number, private readonly rows: number) {
    ({ output: this.output, exitCode: this.exitCode, resizes: this.resizes } = result);
    this.screen = new Screen(this.output, columns, rows, this.resizes);
    this.isTidy = result.isRestored && this.screen.isCursorShown;
  }

  /**
   * What the terminal showed when the text was drawn that matches, as a whole: the output up to the next time that something is drawn over.
   * So it does not matter in which pieces the output arrived.
   *
   * @throws Error if nothing that was drawn matches
   */
  screenWith(pattern: RegExp): Screen {
    for (const { index } of this.output.matchAll(DRAWN_OVER)) {
      const screen = new Screen(this.output.slice(0, index), this.columns, this.rows, this.resizes);
      if (pattern.test(screen.text)) return screen;
    }
    if (pattern.test(this.screen.text)) return this.screen;
    throw new Error(`The terminal never showed ${pattern}. At the end it shows:\n${this.screen.text}`);
  }
}

/** Runs a command on a pseudo-terminal. @throws Error if a step is not met, with what the terminal shows then */
export async function onTerminal(command: readonly string[], { env, steps = [], columns = 100, rows = 50, timeout = 120 }: Typed): Promise<Session> {
  const helper = spawn('python3', [join(__dirname, 'pty-run.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  // It may end before a step is reached.
  helper.stdin.on('error', () => undefined);
  const given = steps.map(step => 'until' in step ? { until: true } : 'then' in step ? { then: true } : step);
  const environment = { PATH: process.env.PATH, TERM: 'xterm-256color', ...env };
  helper.stdin.write(`${JSON.stringify({ command, env: environment, steps: given, columns, rows, timeout })}\n`);
  const happened = async () => { for (const step of steps) if ('until' in step) await step.until.then(() => helper.stdin.write('\n')); };
  void happened();
  let result: PtyResult | undefined;
  for await (const line of createInterface(helper.stdout)) {
    const told = JSON.parse(line) as PtyResult | { readonly reached: number };
    if ('reached' in told) (steps[told.reached - 1] as Extract<Step, { readonly then: unknown }>).then();
    else result = told;
  }
  if (result === undefined) throw new Error('pty-run.py failed; its error is above.');
  if (result.fault !== null) throw new Error(`${result.fault}. The terminal shows:\n${new Screen(result.output, columns, rows, result.resizes).text}`);
  return new Session(result, columns, rows);
}

export interface Bundle {
  readonly folder: string;
  /** The command line's main module. */
  readonly main: string;
  remove(): void;
}

/** The command line, bundled as for the package, in a folder of its own: the one in assets/ may be old, or replaced by a build at any time. */
export async function bundleApart(): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
  for (const name of ['src', 'package.json', 'tsconfig.json', 'tsconfig.dev.json']) symlinkSync(join(ROOT, name), join(folder, name));
  mkdirSync(join(folder, 'assets'));
  const script = spawn(process.execPath, [join(ROOT, 'projenrc/bundle-cli.mjs')], { cwd: folder, stdio: 'inherit' });
  const exitCode = await new Promise(ended => script.on('close', ended));
  if (exitCode !== 0) throw new Error(`projenrc/bundle-cli.mjs ended with ${exitCode}.`);
  return { folder, main: mainIn(folder), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const mainIn = (folder: string) => join(folder, 'assets/cli/main.mjs');

/** In the temporary folder of a run of the tests, which is removed at its end. */
const SHARED = join(tmpdir(), 'command-line');
let sharing: Promise<void> | undefined;

/** The main module of the command line, bundled once for all test files of a run. */
export async function bundle(): Promise<string> {
  if (!existsSync(SHARED)) await (sharing ??= share());
  return mainIn(SHARED);
}

async function share(): Promise<void> {
  const { folder, remove } = await bundleApart();
  try {
    // Whole or not at all. Another process may have made the same.
    renameSync(folder, SHARED);
  } catch (error) {
    if (!existsSync(SHARED)) throw error;
    remove();
  }
}
