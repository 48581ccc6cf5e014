import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, Owner, thisProcess } from './owner';
import { JournalRecord, parseJournal } from './record';
import { Failure, messageOf } from '../../aws';

/** A journal has a line for each state of each run. */
const ENDING = '.jsonl';
/** Held while a run looks for others and writes the first line of its journal. */
const LOCK = '.lock';
const MOST_TRIES = 3;

/** The folder of `--journal`, or that for the state of the user's programs. Undefined if the environment names none. */
export function journalFolder(given: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  if (given !== undefined) return given;
  const { XDG_STATE_HOME, HOME, LOCALAPPDATA } = env;
  const base = XDG_STATE_HOME || (HOME ? join(HOME, '.local', 'state') : LOCALAPPDATA);
  return base ? join(base, 'postman-live-collection') : undefined;
}

/** Every journal of a folder, the oldest first. @throws Failure if the folder or one of them cannot be read */
export function readJournals(folder: string): JournalRecord[] {
  if (!existsSync(folder)) return [];
  return namesIn(folder).filter(name => name.endsWith(ENDING)).sort().flatMap(name => {
    const path = join(folder, name);
    try {
      return parseJournal(path, readFileSync(path, 'utf8')) ?? [];
    } catch (error) {
      // Another run has ended in the meantime.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw cannot('be read', path, error);
    }
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw cannot('be read', folder, error);
  }
}

export function pathIn(folder: string, id: string): string {
  return join(folder, `${id}${ENDING}`);
}

/** Does something while no other process does the same. It must not wait. */
export function whileLocked<T>(folder: string, act: () => T): T {
  const path = join(folder, LOCK);
  let lock: number;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock = takeLock(path);
  } catch (error) {
    throw error instanceof Failure ? error : cannot('be written', folder, error);
  }
  try {
    return act();
  } finally {
    closeSync(lock);
    rmSync(path, { force: true });
  }
}

function takeLock(path: string): number {
  for (let tries = 1; ; tries++) {
    try {
      return createFile(path, 'wx', JSON.stringify(thisProcess()));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = ownerOf(path);
      if (tries >= MOST_TRIES || owner === undefined || isAlive(owner)) {
        throw new Failure(`Another run is beginning in the folder ${path.slice(0, -LOCK.length - 1)}. Run the same command again in a moment; if this lasts, delete ${path}.`, 'refused');
      }
      rmSync(path, { force: true });
    }
  }
}

/**
 * Creates a file with a text. What could not be written in full does not stay.
 *
 * @returns its descriptor
 */
export function createFile(path: string, flags: 'wx' | 'ax', text: string): number {
  const descriptor = openSync(path, flags, 0o600);
  try {
    writeAll(descriptor, text);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    rmSync(path, { force: true });
    throw error;
  }
}

/** On a disk that is almost full, one call may write only a part, without an error. The next one has the error. */
export function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    const written = writeSync(descriptor, bytes, at);
    if (written === 0) throw new Error(`only ${at} of ${bytes.length} bytes were written`);
    at += written;
  }
}

function ownerOf(path: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

/** The error for a journal. @param what `be written` */
export function cannot(what: string, path: string, error: unknown): Failure {
  return new Failure(`The journal ${path} cannot ${what}: ${messageOf(error)}. Name another folder with \`--journal\`.`);
}
