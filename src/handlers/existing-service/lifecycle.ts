import { beginning, DEADLINE_MS, settingsFor, WAY_BACK_MS } from './beginning';
import { IsCompleteAnswer, OnEventAnswer, Outputs, ResourceEvent } from './event';
import { completed, reasonError } from './outputs';
import { propertiesOf, Target, targetIn, targetOf } from './place';
import { requestOf } from './request';
import { Kept, Read, RunsTable } from './runs';
import { Account, advance, describeServices, describeStopped, isBeforeUpdate, isGone, lastPart, messageOf, mustRepeat, parseRevision, Place, ServiceRun } from '../../aws';
import { messagesOf, STACK_WORDS } from '../../preflight';

/** What a delivery of an event works with. */
export interface Surroundings {
  readonly account: Account;
  readonly runs: RunsTable;
  /** How long this process may still run, in milliseconds. */
  readonly remainingMs: () => number;
  /** A line of the log, without secrets. */
  readonly log: (line: object) => void;
}

/** From the first event of a request to the end of what may happen to it here. The framework gives up a little later, and tells no reason. */
const GIVE_UP_MS = DEADLINE_MS + WAY_BACK_MS + 60_000;

/** Steps in a row that may fail for another reason than that AWS did not answer. */
const MOST_FAILURES = 5;

/**
 * The first event of a request: makes its plan, and keeps the run. The service is not written to: if this process ended in the middle, CloudFormation
 * would get no physical id, and would not ask for a removal.
 *
 * @throws Error if the request is refused
 */
export async function onEvent(event: ResourceEvent, here: Surroundings): Promise<OnEventAnswer> {
  const target = targetOfEvent(event);
  if (target === undefined) return { PhysicalResourceId: event.PhysicalResourceId! };
  const answer = { PhysicalResourceId: target.serviceArn };
  try {
    const before = await here.runs.read(target.serviceArn);
    if (!isKnown(before, event) && !isBusy(before, here)) await begin(event, target, before, here);
  } catch (error) {
    // A removal is not given up if AWS does not answer.
    if (event.RequestType !== 'Delete' || !mustRepeat(error)) throw failure(messageOf(error), here);
  }
  return answer;
}

/**
 * Makes one step of the request.
 *
 * @throws Error if the request has failed. The service is back then, unless the reason says otherwise
 */
export async function isComplete(event: ResourceEvent, here: Surroundings): Promise<IsCompleteAnswer> {
  const target = targetIn(event.PhysicalResourceId ?? '');
  if (target === undefined) return { IsComplete: true };
  const read = await here.runs.read(target.serviceArn).catch((error: unknown) => here.log({ error: messageOf(error) }));
  if (!read || isBusy(read, here)) return { IsComplete: false };
  const { kept } = read;
  // A late delivery: CloudFormation has its answer already.
  if (kept?.earlier.includes(event.RequestId)) return { IsComplete: true };
  if (kept?.request !== event.RequestId) {
    await begin(event, target, read, here).catch((error: unknown) => {
      if (!mustRepeat(error)) throw failure(messageOf(error), here);
    });
    return { IsComplete: false };
  }
  const next = kept.end === undefined ? await workOn({ ...read, kept }, event, target, here) : kept;
  return next.end === undefined ? { IsComplete: false } : answerOf(next, next.end, event, here);
}

/** The service that an event is about. A removal is about the one that its resource has had. */
function targetOfEvent(event: ResourceEvent): Target | undefined {
  return event.RequestType === 'Delete' ? targetIn(event.PhysicalResourceId!) : targetOf(event);
}

function isKnown({ kept }: Read, { RequestId }: ResourceEvent): boolean {
  return kept !== undefined && (kept.request === RequestId || kept.earlier.includes(RequestId));
}

function isBusy({ kept }: Read, { account }: Surroundings): boolean {
  return kept?.busyUntil !== undefined && kept.busyUntil > account.clock.now();
}

/** Another process may have begun the same request: then its run is kept. */
async function begin(event: ResourceEvent, target: Target, { kept, version }: Read, { account, runs, log }: Surroundings): Promise<void> {
  const { isAttached = false, settled } = kept ?? {};
  const begun = await beginning(event, target, account, { isAttached, settled }, DEADLINE_MS);
  const earlier = kept === undefined ? [] : [...kept.earlier, kept.request].slice(-50);
  const next = {
    egress: kept?.egress, ...begun, request: event.RequestId, earlier, begun: account.clock.now(), isAttached, wasAttached: isAttached, settled,
  };
  await runs.write(target.serviceArn, next, version);
  log({ request: event.RequestId, type: event.RequestType, service: target.serviceArn, phase: begun.run?.phase ?? 'waiting' });
}

/** Makes one step, and keeps its result. No other process makes a step at that time. */
async function workOn({ kept, version }: Read & { readonly kept: Kept }, event: ResourceEvent, target: Target, here: Surroundings): Promise<Kept> {
  const { account, runs } = here;
  const busy = { ...kept, busyUntil: account.clock.now() + here.remainingMs() };
  try {
    const mine = await runs.write(target.serviceArn, busy, version);
    if (mine === undefined) return kept;
    const { busyUntil: _, ...stepped } = await step(kept, event, target, here);
    const next = stepped.end === undefined ? stepped : { ...stepped, end: account.hidden.cleanedData(stepped.end) };
    return await runs.write(target.serviceArn, next, mine) === undefined ? kept : next;
  } catch (error) {
    here.log({ request: event.RequestId, error: messageOf(error) });
    return kept;
  }
}

async function step(kept: Kept, event: ResourceEvent, target: Target, here: Surroundings): Promise<Kept> {
  const { account } = here;
  const age = account.clock.now() - kept.begun;
  try {
    const next = kept.run === undefined ? await goOnWaiting(kept, event, target, here) : await advanced(kept, kept.run, event, here);
    return isLate(next, age) ? { ...next, end: { reason: lateReason(next, target) } } : { ...next, failures: 0 };
  } catch (error) {
    const failures = (kept.failures ?? 0) + (mustRepeat(error) ? 0 : 1);
    here.log({ request: event.RequestId, error: messageOf(error), failures });
    const isOver = isLate(kept, age) || kept.run === undefined && failures > 0 || failures >= MOST_FAILURES;
    if (!isOver) return { ...kept, failures };
    return { ...kept, end: { reason: `${kept.run?.deploymentId === undefined ? '' : `${lateReason(kept, target)} `}${messageOf(error)}` } };
  }
}

async function goOnWaiting(kept: Kept, event: ResourceEvent, target: Target, { account }: Surroundings): Promise<Kept> {
  return { ...kept, ...await beginning(event, target, account, kept, kept.begun + DEADLINE_MS - account.clock.now()) };
}

async function advanced(kept: Kept, run: ServiceRun, event: ResourceEvent, { account, log }: Surroundings): Promise<Kept> {
  const next = await advance(run, new Place(account, requestOf(event, kept.wasAttached ?? kept.isAttached), settingsFor(timeLeft(kept, run))));
  log({ request: event.RequestId, phase: next.phase, detail: next.followed?.detail, end: next.end?.outcome, reason: next.end?.reason });
  const isAttached = kept.isAttached || next.verb === 'add' && next.phase === 'updating';
  if (next.end === undefined) return { ...kept, run: next, isAttached };
  const reason = await reasonOf(next, account);
  if (reason !== undefined) return { ...kept, run: next, isAttached, end: { reason } };
  const ended = { ...kept, run: next, isAttached: next.verb === 'add', end: {} };
  return { ...ended, settled: next.verb === 'add' ? { properties: propertiesOf(event), outputs: outputsOf(ended) } : undefined };
}

/** How long the rollout, or the way back, may still take from its begin, besides the times that it waits on purpose, which count here, too. */
function timeLeft({ begun, bakeMs = 0 }: Kept, { phase, since }: ServiceRun): number {
  return (phase === 'goingBack' ? WAY_BACK_MS : begun + DEADLINE_MS - since) - bakeMs;
}

/** Whether a request that has written nothing yet, or that cannot be followed any longer, has had its time. */
function isLate({ run, end }: Kept, age: number): boolean {
  if (end !== undefined) return false;
  return age >= (run === undefined || isBeforeUpdate(run) ? DEADLINE_MS : GIVE_UP_MS);
}

function lateReason({ run }: Kept, { name }: Target): string {
  if (run === undefined) return `Another rollout of service ${name} has not ended within ${DEADLINE_MS / 60_000} minutes. The service was not changed.`;
  return run.deploymentId === undefined ? `The update of service ${name} could not be made in time. The service was not changed.`
    : `Lost track of the rollout of service ${name}; it continues in ECS.`;
}

/** Why a run has not reached what it was for; undefined if it has. */
async function reasonOf(run: ServiceRun, account: Account): Promise<string | undefined> {
  const { verb, end } = run;
  const { outcome, reason = '', stoppedContainers = [], runs, log, warnings = [] } = end!;
  if (outcome === 'completed' || outcome === 'unchanged') return undefined;
  if (verb === 'remove' && (outcome === 'degraded' || await isServiceGone(run, account))) return undefined;
  const service = `service ${lastPart(run.serviceArn)}`;
  const what: { readonly [outcome: string]: string } = {
    degraded: `The rollout of ${service} completed, but the agent does not capture`,
    rolledBack: `The rollout of ${service} failed, and the service runs ${parseRevision(runs ?? run.sourceRevisionArn).short} again`,
    superseded: `The rollout of ${service} was replaced by another deployment`,
    timedOut: `The rollout of ${service} took too long`,
    notFollowed: `The rollout of ${service} waits for a person`,
  };
  const more = messagesOf(warnings, STACK_WORDS).map(({ text }) => text);
  const details = [reason, log?.line, ...stoppedContainers.map(describeStopped), ...more].filter(Boolean);
  return `${[what[outcome], ...details].filter(Boolean).join(': ')}`;
}

async function isServiceGone({ clusterArn, serviceArn }: ServiceRun, account: Account): Promise<boolean> {
  const [service] = await describeServices(account, clusterArn, [serviceArn], { mustExist: false });
  return service === undefined || isGone(service);
}

function answerOf(kept: Kept, { reason }: NonNullable<Kept['end']>, event: ResourceEvent, here: Surroundings): IsCompleteAnswer {
  if (reason !== undefined) throw failure(reason, here);
  if (event.RequestType === 'Delete') return { IsComplete: true };
  return completed(event, kept.run === undefined && kept.settled ? kept.settled.outputs : outputsOf(kept));
}

/** Everyone who may describe the events of the stack can read it. */
function failure(reason: string, { account }: Surroundings): Error {
  return reasonError(account.hidden.cleaned(reason));
}

function outputsOf({ run, egress = { EgressVerdict: 'unknown', EgressEvidence: 'The agent was there already, so the network was not judged.' } }: Kept): Outputs {
  return { ...egress, TaskDefinitionArn: run?.targetRevisionArn ?? run?.sourceRevisionArn ?? '' };
}
