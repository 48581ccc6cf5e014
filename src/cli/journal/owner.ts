import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The process that works on a run. Its start tells it from a later process with the same number. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as the system tells it; null if it does not. */
  readonly start: string | null;
  /** The id of the boot of the machine. Only of Linux. */
  readonly boot?: string;
  /** In which the number is one of a process, such as that of a container. Only of Linux. */
  readonly pidNamespace?: string;
}

export function thisProcess(): Owner {
  return { pid: process.pid, host: hostname(), start: startOf(process.pid), ...surroundings() };
}

/** Whether the process still runs. Of another machine, or of another container with this host's name, that is unknown, and counts as running. */
export function isAlive({ pid, host, start, boot, pidNamespace }: Owner): boolean {
  const here = surroundings();
  const isOther = (one: string | undefined, other: string | undefined) => one !== undefined && other !== undefined && one !== other;
  if (host !== hostname()) return true;
  if (isOther(boot, here.boot)) return false;
  if (isOther(pidNamespace, here.pidNamespace)) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of another user may not be asked.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(pid) === start;
}

/** @see https://man7.org/linux/man-pages/man7/pid_namespaces.7.html */
function surroundings(): Pick<Owner, 'boot' | 'pidNamespace'> {
  if (process.platform !== 'linux') return {};
  const readOr = (read: () => string) => {
    try {
      return read();
    } catch {
      return undefined;
    }
  };
  return {
    boot: readOr(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: readOr(() => readlinkSync('/proc/self/ns/pid')),
  };
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
