import { Owner } from './owner';
import { ServiceRun } from '../../aws';

/** The version of the form of a journal. One of another version is left as it is. */
export const JOURNAL_VERSION = 1;

/** The first line of a journal. It has no secret: values that may be one are not kept, and `withheld` names their flags. */
export interface Beginning {
  readonly journal: typeof JOURNAL_VERSION;
  readonly id: string;
  readonly verb: 'add' | 'remove';
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly owner: Owner;
  /** The options, as commander handed them over. */
  readonly flags: { readonly [flag: string]: unknown };
  readonly withheld: readonly string[];
  /** Of `--from`. */
  readonly file?: { readonly path: string; readonly sha256: string };
  /** The ARNs of all services of the run. */
  readonly services: readonly string[];
}

/** A journal as it was read. */
export interface JournalRecord {
  readonly path: string;
  readonly beginning: Beginning;
  /** The last state of each run that had begun. */
  readonly runs: ReadonlyMap<string, ServiceRun>;
  /** The services that another run has taken over. */
  readonly taken: ReadonlySet<string>;
}

/** A line after the first that hands a service over to a later run. */
export interface Taken {
  readonly taken: string;
}

/** The services whose runs have not ended. */
export function unfinishedOf({ beginning, runs, taken }: JournalRecord): string[] {
  return beginning.services.filter(arn => !taken.has(arn) && runs.get(arn)?.phase !== 'ended');
}

/** @returns undefined if it is no journal of this version. A line that a crash has cut off does not count. */
export function parseJournal(path: string, text: string): JournalRecord | undefined {
  const [first, ...lines] = text.split('\n').slice(0, -1).map(parse);
  if (!isBeginning(first)) return undefined;
  const runs = new Map<string, ServiceRun>();
  const taken = new Set<string>();
  for (const line of lines) {
    if (isRun(line)) runs.set(line.serviceArn, line);
    else if (isTaken(line)) taken.add(line.taken);
  }
  return { path, beginning: first, runs, taken };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isBeginning(line: unknown): line is Beginning {
  const { journal, id, verb, services, owner } = line as Partial<Beginning> ?? {};
  return journal === JOURNAL_VERSION && typeof id === 'string' && (verb === 'add' || verb === 'remove') && Array.isArray(services)
    && typeof owner?.pid === 'number';
}

function isRun(line: unknown): line is ServiceRun {
  const { serviceArn, phase } = line as Partial<ServiceRun> ?? {};
  return typeof serviceArn === 'string' && typeof phase === 'string';
}

function isTaken(line: unknown): line is Taken {
  return typeof (line as Partial<Taken> ?? {}).taken === 'string';
}
