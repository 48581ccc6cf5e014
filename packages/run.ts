import { spawnSync } from 'node:child_process';
import { ROOT } from './versions';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a program to its end.
 *
 * @returns what it printed, standard error included
 * @throws Error with what it printed, if the program is not found or fails
 */
export function run(command: string, args: readonly string[], { cwd = ROOT, env = {} }: RunOptions = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 2 ** 28 });
  if (status === 0) return `${stdout}${stderr}`;
  throw new Error(`${[command, ...args].join(' ')} ended with ${error?.message ?? `exit code ${status}`}.\n${stdout ?? ''}${stderr ?? ''}`);
}
