import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { cannot, createFile, pathIn, readJournals, whileLocked, writeAll } from './folder';
import { isAlive, thisProcess } from './owner';
import { Beginning, JOURNAL_VERSION, JournalRecord, unfinishedOf } from './record';
import { credentialsOf, urlCredentialsIn } from '../../agent';
import { AccountFailure, Failure, lastPart, ServiceRun } from '../../aws';

/** What a run says of itself in its journal. */
export interface JournalRequest {
  readonly verb: 'add' | 'remove';
  readonly flags: { readonly [flag: string]: unknown };
  /** ARNs of its services. */
  readonly services: readonly string[];
  /** Ended runs of an earlier process that are of this run, too. */
  readonly done: readonly ServiceRun[];
  /** In milliseconds since 1970. */
  readonly now: number;
}

/** What earlier runs have left of these services. */
export interface Earlier {
  /** The runs that have not ended, by the ARN of the service. */
  readonly runs: ReadonlyMap<string, ServiceRun>;
  /** Those beside them that have ended. */
  readonly done: ReadonlyMap<string, ServiceRun>;
  /** The journals of which they are. */
  readonly journals: readonly JournalRecord[];
}

/**
 * The unfinished runs of services, and the ended runs of the same journals.
 *
 * @throws Failure if another process works on one of them
 */
export function earlierRuns(folder: string, { verb, services }: Pick<JournalRequest, 'verb' | 'services'>): Earlier {
  const wanted = new Set(services);
  const journals = readJournals(folder).filter(journal => unfinishedOf(journal).some(arn => wanted.has(arn)));
  for (const { beginning, path } of journals) {
    const shared = beginning.services.filter(arn => wanted.has(arn));
    if (isAlive(beginning.owner)) throw new Failure(busy(beginning, path, shared), 'refused');
  }
  const kept = journals.filter(({ beginning }) => beginning.verb === verb)
    .flatMap(({ runs, taken }) => [...runs].filter(([arn]) => wanted.has(arn) && !taken.has(arn)));
  const isDone = ([, { phase }]: [string, ServiceRun]) => phase === 'ended';
  return { runs: new Map(kept.filter(one => !isDone(one))), done: new Map(kept.filter(isDone)), journals };
}

function busy({ id, verb, startedAt, owner: { pid, host } }: Beginning, path: string, shared: readonly string[]): string {
  const others = shared.length > 1 ? ` and ${shared.length - 1} other of these services` : '';
  return `Another run works on service ${lastPart(shared[0])}${others}: \`ecs ${verb}\` ${id}, begun ${new Date(startedAt).toISOString()}, process ${pid} on ${host}. `
    + `Wait for its end. If that process does not run any more, delete ${path}.`;
}

/** The journal of a run: one line for each state of each service, so another process can continue it. It holds no task definition and no secret. */
export class Journal {
  /**
   * Begins a journal, and takes over what earlier runs have left of its services.
   *
   * @param onFault told once if a state that needs no write could not be kept
   * @throws Failure if another process works on one of the services, or if the folder cannot be written
   */
  public static begin(folder: string, request: JournalRequest, onFault: (line: string) => void): Journal {
    return whileLocked(folder, () => {
      const earlier = earlierRuns(folder, request);
      const id = `${new Date(request.now).toISOString().replace(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;
      const path = pathIn(folder, id);
      try {
        const lines = [beginningOf(id, request), ...earlier.runs.values(), ...request.done];
        const journal = new Journal(path, request, createFile(path, 'ax', textOf(lines)), onFault);
        journal.syncOrRemove();
        for (const one of earlier.journals) handOver(one, request);
        return journal;
      } catch (error) {
        throw cannot('be written', path, error);
      }
    });
  }

  private readonly last = new Map<string, string>();
  private readonly open: Set<string>;
  /** Whether the last line was cut off. */
  private isCut = false;

  private constructor(
    private readonly path: string, { services, done }: JournalRequest, private readonly descriptor: number,
    private readonly onFault: (line: string) => void,
  ) {
    const ended = new Set(done.map(({ serviceArn }) => serviceArn));
    this.open = new Set(services.filter(arn => !ended.has(arn)));
  }

  /** Keeps the state of a run. If its next step writes, it is on the disk before this returns. @throws AccountFailure if that cannot be done */
  public keep(run: ServiceRun): void {
    const text = JSON.stringify(lasting(run));
    const { serviceArn, phase } = run;
    if (this.last.get(serviceArn) === text) return;
    this.last.set(serviceArn, text);
    if (phase === 'ended') this.open.delete(serviceArn);
    else this.open.add(serviceArn);
    try {
      this.write(run);
      if (writesNext(run)) fsyncSync(this.descriptor);
    } catch (error) {
      const { message } = cannot('be written', this.path, error);
      if (writesNext(run)) throw new AccountFailure(`${message} Nothing is written without it.`);
      this.onFault(message);
    }
  }

  /** Ends the journal. It stays if a run has not ended. */
  public close(): void {
    closeSync(this.descriptor);
    if (this.open.size === 0) rmSync(this.path, { force: true });
  }

  private write(line: object): void {
    // Else this line would be a part of the one that was cut off.
    const text = `${this.isCut ? '\n' : ''}${textOf([line])}`;
    this.isCut = true;
    writeAll(this.descriptor, text);
    this.isCut = false;
  }

  /** Before anything is handed over to it, a journal that is not on the disk is worth nothing. */
  private syncOrRemove(): void {
    try {
      fsyncSync(this.descriptor);
      syncFolder(dirname(this.path));
    } catch (error) {
      closeSync(this.descriptor);
      rmSync(this.path, { force: true });
      throw error;
    }
  }
}

function textOf(lines: readonly object[]): string {
  return lines.map(line => `${JSON.stringify(line)}\n`).join('');
}

/** Whether the next step of a run is a call that writes. */
function writesNext({ phase, back }: ServiceRun): boolean {
  return phase === 'granting' || phase === 'registering' || phase === 'updating' || phase === 'goingBack' && back?.by === undefined;
}

/** What is the same in every look at a rollout in progress is not kept again. */
function lasting({ followed, ...run }: ServiceRun): object {
  return { ...run, record: followed?.record, completedAt: followed?.completedAt };
}

/** A journal of which every service is taken over is deleted. */
function handOver(journal: JournalRecord, { services, done }: JournalRequest): void {
  const wanted = new Set(services);
  const open = unfinishedOf(journal);
  const rest = open.filter(arn => !wanted.has(arn));
  if (rest.length === 0) return rmSync(journal.path, { force: true });
  // The last line may have been cut off.
  const ended = done.map(({ serviceArn }) => serviceArn).filter(arn => journal.runs.has(arn));
  const lines = [...open.filter(arn => wanted.has(arn)), ...ended].map(taken => JSON.stringify({ taken }));
  appendFileSync(journal.path, `\n${lines.join('\n')}\n`);
}

/** The name of a new file is on the disk after its folder is. Windows has no such call. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Flags whose values may be secret. */
const WITHHELD = ['environment'];
/** Flags that name files. The process that continues the run may be in another folder. */
const FILES = ['from', 'report'];

function beginningOf(id: string, { verb, flags, services, now }: JournalRequest): Beginning {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  const withheld = given.filter(([name, value]) => WITHHELD.includes(name) || [value].flat().some(text => hasCredentials(name, text)))
    .map(([name]) => name);
  const { from } = flags;
  const kept = given.filter(([name]) => !withheld.includes(name));
  return {
    journal: JOURNAL_VERSION,
    id,
    verb,
    startedAt: now,
    owner: thisProcess(),
    flags: Object.fromEntries(kept.map(([name, value]) => [name, FILES.includes(name) ? resolve(String(value)) : value])),
    withheld,
    ...typeof from === 'string' ? { file: { path: resolve(from), sha256: digestOfFile(from) } } : {},
    services,
  };
}

function hasCredentials(name: string, text: unknown): boolean {
  return typeof text === 'string' && (urlCredentialsIn(text).length > 0 || name === 'proxy' && credentialsOf(text).length > 0);
}

export function digestOfFile(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
