import { Counts, Outcome } from './contract';
import { isWriting, ServiceRun } from '../../aws';
import { ReportedService } from '../../report';

/** A service of an execution. */
export interface Item {
  /** ARN. */
  readonly service: string;
  /** ARN. */
  readonly cluster: string;
  /** Undefined before it is planned, and after it has ended. */
  readonly run?: ServiceRun;
  /** What the plan has told, for the report. */
  readonly planned?: Told;
  /** Steps in a row that have failed. */
  readonly failures?: number;
  /** Since when the rollout of others is waited for, in milliseconds since 1970. */
  readonly waitingSince?: number;
  readonly end?: ServiceEnd;
}

/** What the report says of a service, besides its name and its end. */
export interface Told extends Pick<ReportedService, 'messages' | 'changes'> {
  /** The network, by its name in the shard. */
  readonly network?: string;
}

export interface ServiceEnd {
  readonly outcome: Outcome;
  /** In one line. */
  readonly reason?: string;
  /** ARN of the revision that the service runs. */
  readonly revision?: string;
}

/** Services that go through their steps together, and are kept in one object. */
export interface ShardContent {
  readonly items: readonly Item[];
  /** Networks that the report draws, each once. */
  readonly networks: { readonly [name: string]: NonNullable<ReportedService['paths']> };
}

export const SERVICES_A_SHARD = 50;

export function isOpen({ end }: Item): boolean {
  return end === undefined;
}

/** Whether it has not been planned, or waits for the rollout of others. */
export function isUnplanned({ run, end }: Item): boolean {
  return run === undefined && end === undefined;
}

/** Whether its next step needs not wait. */
export function isReady({ run, end }: Item): boolean {
  return end === undefined && run !== undefined && isWriting(run) && run.phase !== 'goingBack';
}

/** Whether a write of its run has been announced. */
export function isBegun({ run }: Item): boolean {
  return run !== undefined && run.phase !== 'planned';
}

export function isFollowed({ run, end }: Item): boolean {
  return end === undefined && run !== undefined && (run.phase === 'following' || run.phase === 'goingBack');
}

/** Whether its rollout has failed, and it is on its way back. */
export function isGoingBack({ run, end }: Item): boolean {
  return end === undefined && (run?.phase === 'goingBack' || run?.followed?.state === 'rollingBack');
}

/** Outcomes of what was begun and has gone wrong. */
const FAILED: readonly Outcome[] = ['rolledBack', 'failed', 'degraded', 'timedOut'];

export function failedIn(counts: Counts): number {
  return FAILED.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);
}

export function countsOf(items: readonly Item[]): Counts {
  const counts: { [outcome in Outcome]?: number } = {};
  for (const { end } of items) if (end) counts[end.outcome] = (counts[end.outcome] ?? 0) + 1;
  return counts;
}

export function sumOf(all: readonly Counts[]): Counts {
  const sum: { [outcome in Outcome]?: number } = {};
  for (const counts of all) for (const [outcome, count] of Object.entries(counts) as [Outcome, number][]) sum[outcome] = (sum[outcome] ?? 0) + count;
  return sum;
}
