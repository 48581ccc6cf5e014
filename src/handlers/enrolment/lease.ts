import { randomUUID } from 'node:crypto';
import { PlaceName } from './contract';
import { placeKeys } from './keys';
import { NEW, Store } from './store';

/** Who works on a place. All times are in milliseconds since 1970. */
interface LeaseState {
  /** The execution to which the place belongs. Others wait. */
  readonly execution: string;
  /** Until when it belongs to it although no process works on it. */
  readonly executionUntil: number;
  /** The process that works on it. */
  readonly holder?: string;
  /** Until when that process may work. */
  readonly until: number;
  /** How many processes in a row have ended without giving it back. @default 0 */
  readonly deaths?: number;
}

/** The limit of the function is five minutes. A process that has ended silently holds its place for a minute longer at most. */
export const LEASE_MS = 360_000;
/** Between two steps of an execution. One that was stopped keeps its places so long. */
const EXECUTION_MS = 1_200_000;

/** The state of a place to which no execution belongs. */
const free = (execution: string): LeaseState => ({ execution, executionUntil: 0, until: 0 });

/** What keeps a process from a place. */
export interface Busy {
  readonly busyMs: number;
  /** If it is another execution: its name. */
  readonly execution?: string;
}

/** A process of the same execution has the place. It may have ended: the state machine calls again until its lease has. */
export class PlaceBusy extends Error {
  constructor(id: string) {
    super(`Another process of this execution works on ${id}.`);
    // The state machine knows it by this name.
    this.name = 'PlaceBusy';
  }
}

/** One process at a time works on a place: AWS's limits, and what is remembered of its services, belong to it. */
export class Lease {
  /** @param now milliseconds since 1970 */
  public static async take(store: Store, place: PlaceName, execution: string, now: number): Promise<Lease | Busy> {
    const key = placeKeys(place).lease;
    const before = await store.read<LeaseState>(key);
    const { value: state } = before ?? { value: undefined };
    const isOther = state !== undefined && state.execution !== execution && state.executionUntil > now;
    if (state?.holder !== undefined && state.until > now) {
      return { busyMs: state.until - now, ...isOther ? { execution: state.execution } : {} };
    }
    if (isOther) return { busyMs: state.executionUntil - now, execution: state.execution };
    const until = now + LEASE_MS;
    // A holder that is still there has ended without an answer.
    const deaths = state?.execution === execution && state.holder !== undefined ? (state.deaths ?? 0) + 1 : 0;
    const mine: LeaseState = { execution, executionUntil: until + EXECUTION_MS, holder: randomUUID(), until, deaths };
    const version = await store.write(key, mine, before?.version ?? NEW);
    return version === undefined ? { busyMs: 1000 } : new Lease(store, key, mine, version);
  }

  /** Whether a place belongs to an execution. @param other than this one @param now milliseconds since 1970 */
  public static async isTaken(store: Store, place: PlaceName, now: number, other?: string): Promise<boolean> {
    const state = (await store.read<LeaseState>(placeKeys(place).lease))?.value;
    return state !== undefined && state.execution !== other && state.executionUntil > now;
  }

  /** Frees a place whose work has ended, if the process that ended it did not come to that. */
  public static async free(store: Store, place: PlaceName, execution: string): Promise<void> {
    const key = placeKeys(place).lease;
    const before = await store.read<LeaseState>(key);
    if (before?.value.execution === execution && before.value.executionUntil > 0) await store.write(key, free(execution), before.version);
  }

  private constructor(
    private readonly store: Store, private readonly key: string, private readonly state: LeaseState, private readonly version: string,
  ) {}

  /** How many processes of this execution have ended without an answer right before this one. */
  public get deaths(): number {
    return this.state.deaths ?? 0;
  }

  /** @param now milliseconds since 1970 */
  public isHeld(now: number): boolean {
    return now < this.state.until;
  }

  /** @param isDone whether the execution has ended its work on the place */
  public async release(isDone: boolean, now: number): Promise<void> {
    const { execution } = this.state;
    const state: LeaseState = isDone ? free(execution) : { execution, executionUntil: now + EXECUTION_MS, until: 0 };
    await this.store.write(this.key, state, this.version);
  }
}
