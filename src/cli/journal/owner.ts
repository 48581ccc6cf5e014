import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** The process that works on a run. Its start tells it from a later process with the same number. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as the system tells it; null if it does not. */
  readonly start: string | null;
}

export function thisProcess(): Owner {
  return { pid: process.pid, host: hostname(), start: startOf(process.pid) };
}

/** Whether the process still runs. Of another machine that is unknown, and counts as running. */
export function isAlive({ pid, host, start }: Owner): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of another user may not be asked.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(pid) === start;
}

/** How long `ps` may take. */
const PS_MS = 5000;

function startOf(pid: number): string | null {
  try {
    if (process.platform !== 'linux') {
      const env = { PATH: process.env.PATH, LC_ALL: 'C' };
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'], timeout: PS_MS }).trim();
    }
    // The name of the program, in brackets, may have blanks. The start is the twentieth field after it. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return null;
  }
}
