import { PlaceName, Settings, StepAnswer, StepEvent } from './contract';
import { executionKeys, placeId, workKeys } from './keys';
import { Lease } from './lease';
import { Memory } from './memory';
import { PlaceResult } from './place-result';
import { PlaceWork, Ran } from './place-work';
import { Listed, Progress } from './progress';
import { keepResult } from './results';
import { Here } from './tools';
import { Account, messageOf, ServiceRun } from '../../aws';

/** What the discovery has found in a place. */
export interface Discovered {
  readonly services: readonly Listed[];
  /** Why the place could not be read. */
  readonly reason?: string;
}

/** Steps of a place. The state machine would stop at 25,000 events. */
const MOST_STEPS = 1000;
/** Steps in a row that wait for another execution, a minute each. */
const MOST_WAITS = 30;
/** So long after its rollout has completed, an agent is looked at soon. */
const AGENT_STARTS_MS = 15_000;
/** Steps in a row that meet a failure of the whole place, a minute each. */
const MOST_FAULTS = 5;
/**
 * Processes in a row that end without an answer, such as for want of memory. Each keeps its lease for six minutes. As many more may end when they collect
 * what the place has done, and as many again when they write a result without it.
 */
const MOST_DEATHS = 5;

/**
 * Makes as many steps of the services of a place as AWS's limits and the time of this process allow. It is harmless to call it again, at any
 * time: what was done is in the store.
 */
export async function step({ execution, place, iteration = 0, waits = 0 }: StepEvent, here: Here): Promise<StepAnswer> {
  const { store, account: { clock } } = here;
  const answer = (again: boolean, waitSeconds: number, { failed = false, waited = 0 } = {}): StepAnswer =>
    ({ again, waitSeconds, iteration: iteration + 1, waits: waited, failed });
  const keys = workKeys(execution, place);
  const discovered = (await store.read<Discovered>(keys.services))?.value ?? { services: [], reason: 'The services of the place were not listed.' };
  // A place that could not be listed has failed, and Finish says so. Its child has not: nothing was begun, and too many failed children stop the others.
  const ended = (result: PlaceResult) => answer(false, 0, { failed: discovered.reason === undefined && isFailed(result) });
  const before = await store.read<PlaceResult>(keys.result);
  if (before) {
    await Lease.free(store, place, execution);
    return ended(before.value);
  }
  const settings = (await store.read<Settings>(executionKeys(execution).settings))!.value;
  const end = async (result: Pick<PlaceResult, 'state' | 'reason'>, numbers: readonly number[] = []) => {
    return ended(await keepResult(store, execution, place, settings, discovered.services, numbers, result, clock.now()));
  };
  if (discovered.reason !== undefined) return end({ state: 'failed', reason: discovered.reason });
  const lease = await Lease.take(store, place, execution, clock.now());
  if (!(lease instanceof Lease)) {
    if (lease.execution === undefined) return answer(true, secondsOf(lease.busyMs), { waited: waits });
    if (waits < MOST_WAITS) return answer(true, 60, { waited: waits + 1 });
    return end({ state: 'busy', reason: `The execution ${lease.execution} works on ${placeId(place)}.` });
  }
  // Whether another execution may have the place.
  let isFree = false;
  try {
    const progress = await Progress.read(store, execution, place, discovered.services, settings);
    if (lease.deaths >= MOST_DEATHS) {
      isFree = true;
      const reason = `The function ended ${lease.deaths} times without an answer.`;
      if (lease.deaths >= 3 * MOST_DEATHS) throw new Error(reason);
      return await end({ state: 'failed', reason }, lease.deaths < 2 * MOST_DEATHS ? progress.numbers : []);
    }
    const memory = await Memory.read(store, place);
    const member = here.member(place, progress.levels);
    const result = await work({ execution, place, member, memory, progress, settings, lease }, here);
    if ('fault' in result) {
      progress.faults++;
      await progress.keep(member.levels);
      if (progress.faults < MOST_FAULTS && iteration < MOST_STEPS) return answer(true, 60);
      isFree = true;
      return await end({ state: 'failed', reason: member.hidden.cleaned(messageOf(result.fault)) }, progress.numbers);
    }
    progress.faults = 0;
    await progress.keep(member.levels);
    if (!result.isDone && iteration >= MOST_STEPS) {
      isFree = true;
      return await end({ state: 'unfinished', reason: `The place was not ended after ${MOST_STEPS} steps.` }, progress.numbers);
    }
    isFree = result.isDone || result.isIdle;
    if (!result.isDone) return answer(true, waitOf(result, clock.now()));
    return await end(progress.isStopped ? { state: 'stopped', reason: `${progress.failed} services failed.` } : { state: 'done' }, progress.numbers);
  } finally {
    await lease.release(isFree, clock.now());
  }
}

interface Work {
  readonly execution: string;
  readonly place: PlaceName;
  readonly member: Account;
  readonly memory: Memory;
  readonly progress: Progress;
  readonly settings: Settings;
  readonly lease: Lease;
}

async function work({ execution, place, member, memory, progress, settings, lease }: Work, { store, log, remainingMs }: Here) {
  try {
    const endsAt = member.clock.now() + remainingMs();
    const placeWork = new PlaceWork(execution, place, { account: member, store, lease, settings, memory, progress, endsAt, log });
    const result = await placeWork.run();
    return placeWork.fault ? { fault: placeWork.fault } : result;
  } catch (fault) {
    log({ place: placeId(place), error: messageOf(fault) });
    return { fault };
  }
}

function isFailed({ state }: PlaceResult): boolean {
  return state === 'failed' || state === 'stopped' || state === 'unfinished';
}

/** Until the next step, in seconds. */
function waitOf({ followed, isWaiting, isResting }: Ran, now: number): number {
  if (isResting) return 60;
  return isWaiting ? intervalOf(followed, now) : 0;
}

/** Between two looks at rollouts, in seconds: an agent that has just started is looked at soon, new rollouts soon fail or end, and old ones take their time. */
function intervalOf(followed: readonly ServiceRun[], now: number): number {
  if (followed.length === 0) return 60;
  const starts = followed.flatMap(({ followed: seen }) => seen?.completedAt ?? []);
  if (starts.some(start => now - start < AGENT_STARTS_MS)) return 5;
  const youngest = Math.min(...followed.map(({ since, followed: seen }) => now - (seen?.completedAt ?? since)));
  return youngest < 300_000 ? 10 : youngest < 600_000 ? 30 : 60;
}

/** A state machine waits in whole seconds. */
function secondsOf(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
