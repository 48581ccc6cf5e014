import { Place } from './place';
import { ended, Followed, ServiceRun, WayBack } from './service-run';
import { isGone } from './start';
import { inOneLine } from '../../agent';
import { agentsIn, JsonObject, nameOf } from '../../edit';
import { finding } from '../../preflight';
import { lastPart, parseRevision } from '../calls/arns';
import { AccountFailure, clauseOfMessage, Interrupted, isForAll } from '../calls/failure';
import { NOT_CREATED } from '../plan/daemon';
import { isFault, readAgentLog } from '../reads/agent-log';
import { EcsService, primaryOf } from '../reads/services';
import { isScaledIn, stoppedContainers } from '../reads/tasks';
import { bakeTimeOf, pausesOf } from '../rollout/bake';
import { Rollout, RolloutState, ServiceDeployment, stateOfRollout } from '../rollout/state';

/** How often the record of a rollout is searched for: ECS makes it a moment after the deployment. */
export const MOST_SEARCHES = 3;
/** Looks in a row that decide nothing, since the record of the rollout cannot be read for a moment. After them, the service's own deployments have to do. */
const MOST_MISSES = 2;
/** How often the log of a new agent is read until it says something. */
const AGENT_LOOKS = 6;

export function rolloutOf({ deploymentId = '', targetRevisionArn: target = '', sourceRevisionArn: previous }: ServiceRun): Rollout {
  return { deploymentId, target, previous };
}

/**
 * The state of a rollout that has had its time. ECS's record of it may stay in progress, although the service itself says that the rollout has
 * completed: then it has, and a healthy service does not go back.
 */
export function lastState(run: ServiceRun, service: EcsService, record: ServiceDeployment | undefined, before: Followed): RolloutState {
  const rollout = rolloutOf(run);
  const state = stateOfRollout(rollout, service, record, before);
  if (state.state !== 'inProgress' || state.isPaused) return state;
  const ofService = stateOfRollout(rollout, service, undefined, before);
  return ofService.state === 'completed' ? ofService : state;
}

/** One look at a rollout. */
export async function follow(run: ServiceRun, place: Place): Promise<ServiceRun> {
  const service = await place.looks.of(run);
  if (service === undefined || isGone(service)) return ended(run, { outcome: 'failed', reason: `service ${lastPart(run.serviceArn)} was deleted` });
  if (run.followed!.completedAt !== undefined) {
    // After its end, also a deployment of the revision of before is one of others.
    const now = stateOfRollout({ ...rolloutOf(run), previous: '' }, service);
    return now.state === 'superseded' ? ended(run, { outcome: 'superseded', reason: now.reason }) : watchAgent(run, service, place);
  }
  const { followed, record, isUnread } = await readRecord(run, service, place);
  if (isUnread) return { ...run, followed };
  const state = stateOfRollout(rolloutOf(run), service, record, followed);
  const seen = { ...run, followed: { ...followed, ...countsOf(service) } };
  switch (state.state) {
    case 'inProgress':
    case 'rollingBack': return inProgress(seen, service, state, record, place);
    case 'completed': return completed(seen, place);
    case 'superseded': return ended(seen, { outcome: 'superseded', reason: state.reason });
    case 'rolledBack': {
      const stopped = await whatStopped(seen, service, place);
      return ended(seen, { outcome: 'rolledBack', reason: state.reason, runs: service.taskDefinition, ...stopped });
    }
    case 'failed': return failed(seen, service, 'failed', state.reason, place);
  }
}

/** What is known of a rollout with its record. */
interface ReadRecord {
  readonly followed: Followed;
  /** Undefined if ECS has none, or does not show it. */
  readonly record?: ServiceDeployment;
  /** Whether it could not be read for a moment. Without it, a rollout looks as if no hook paused it, so such a look decides nothing, unless that lasts. */
  readonly isUnread: boolean;
}

/** The record of a rollout as it is now. @throws AccountFailure */
export async function readRecord(run: ServiceRun, service: EcsService, { records }: Place): Promise<ReadRecord> {
  const { misses = 0, ...followed } = run.followed!;
  try {
    const isSearched = followed.record === undefined && followed.searches < MOST_SEARCHES;
    const arn = isSearched ? await records.find(service, run.deploymentId ?? '') : followed.record;
    const found = { ...followed, ...arn === undefined ? {} : { record: arn }, searches: followed.searches + (isSearched ? 1 : 0) };
    return { followed: found, record: arn === undefined ? undefined : await records.of(arn), isUnread: false };
  } catch (error) {
    if (isForAll(error)) throw error;
    const isUnread = misses < MOST_MISSES;
    return { followed: { ...followed, misses: isUnread ? misses + 1 : misses }, isUnread };
  }
}

function countsOf(service: EcsService): Pick<Followed, 'running' | 'desired' | 'failed'> {
  const { runningCount: running = 0, desiredCount: desired = service.desiredCount, failedTasks: failedCount = 0 } = primaryOf(service) ?? {};
  return { running, desired, failed: failedCount };
}

async function inProgress(
  run: ServiceRun, service: EcsService, { state, detail, ...more }: Extract<RolloutState, { readonly detail: string }>,
  record: ServiceDeployment | undefined, place: Place,
): Promise<ServiceRun> {
  const { timeoutMs } = place.settings;
  const now = place.account.clock.now();
  const seen = { ...run, followed: { ...withPause(run.followed!, 'isPaused' in more, now), state, detail } };
  const passed = now - run.since - (seen.followed.pausedMs ?? 0);
  if (passed < timeoutMs + bakeTimeOf(service)) return seen;
  if (lastState(run, service, record, seen.followed).state === 'completed') return completed(seen, place);
  // Without its record, a rollout that a hook pauses looks like one that does not settle.
  const [stage] = record === undefined && state === 'inProgress' ? pausesOf(service) : [];
  if ('isPaused' in more || stage !== undefined) {
    const why = stage === undefined ? detail : `it may wait for a person at ${stage}, which only ECS's record of the rollout would say: call ContinueServiceDeployment to continue`;
    return ended(seen, { outcome: 'notFollowed', reason: why, warnings: [finding('rolloutPaused', { service: service.serviceName, detail: why })] });
  }
  return failed(seen, service, 'timedOut', `the rollout did not end within ${Math.round(passed / 1000)} s (${detail})`, place);
}

/** A pause that has ended does not count as time of the rollout. */
function withPause({ pausedSince, pausedMs = 0, ...followed }: Followed, isPaused: boolean, now: number): Followed {
  if (isPaused) return { ...followed, ...pausedMs > 0 ? { pausedMs } : {}, pausedSince: pausedSince ?? now };
  const all = pausedMs + (pausedSince === undefined ? 0 : now - pausedSince);
  return all > 0 ? { ...followed, pausedMs: all } : followed;
}

async function failed(run: ServiceRun, service: EcsService, from: 'failed' | 'timedOut', told: string, place: Place): Promise<ServiceRun> {
  const why = inOneLine(told);
  const reason = run.followed?.isEarlier && from === 'failed' ? `the rollout of ${parseRevision(run.targetRevisionArn!).short} failed: ${why}` : why;
  const stopped = await whatStopped(run, service, place);
  if (!place.settings.rollback || run.sourceRevisionArn === run.targetRevisionArn) return ended(run, { outcome: from, reason, ...stopped });
  return { ...run, phase: 'goingBack', back: { to: run.sourceRevisionArn, from, reason, ...stopped } };
}

/** The run after its rollout has completed: the agent is watched, if there is one. */
export async function completed({ back: _, ...run }: ServiceRun, place: Place): Promise<ServiceRun> {
  const target = await place.revision(run.targetRevisionArn!);
  if (target === undefined || agentsIn(target.body).length === 0) return ended(run, { outcome: 'completed' });
  return { ...run, phase: 'following', followed: { ...run.followed!, completedAt: place.account.clock.now() } };
}

/**
 * Whether the agent captures after a completed rollout, as its containers and its log show. A new agent may need a moment to say so.
 * What cannot be read is no failure: the rollout has completed.
 */
async function watchAgent(run: ServiceRun, service: EcsService, place: Place): Promise<ServiceRun> {
  const followed = { ...run.followed!, agentLooks: run.followed!.agentLooks + 1 };
  const outcome = followed.isEarlier ? 'unchanged' : 'completed';
  try {
    const target = await place.revision(run.targetRevisionArn!);
    const body: JsonObject = target?.body ?? {};
    const names = agentNames(body);
    // In a task that stops, the agent ends with the others.
    const tasks = (await place.tasks.of(service, 'RUNNING'))
      .filter(({ taskDefinitionArn, lastStatus }) => taskDefinitionArn === target?.arn && lastStatus === 'RUNNING');
    const died = stoppedContainers(tasks, names).filter(({ container }) => names.has(container));
    const log = await readAgentLog(place.account, body, tasks, place.settings.logsToRead);
    if (died.length > 0) return ended(run, { outcome: 'degraded', reason: 'the agent stopped in a task that runs', log, stoppedContainers: died });
    if (isFault(log)) return ended(run, { outcome: 'degraded', log });
    if (log.unknown?.why !== 'silent' || followed.agentLooks >= AGENT_LOOKS) return ended(run, { outcome, log });
    return { ...run, followed };
  } catch (error) {
    if (error instanceof AccountFailure) throw error;
    const detail = error instanceof Interrupted ? 'interrupted' : clauseOfMessage(error);
    return ended(run, { outcome, log: { state: 'unknown', unknown: { why: 'unreadable', detail } } });
  }
}

function agentNames(body: JsonObject): ReadonlySet<string> {
  return new Set(agentsIn(body).map(nameOf));
}

/** The containers that ended in the rollout's own tasks. If they cannot be read, that is not a failure. */
async function whatStopped(run: ServiceRun, service: EcsService, place: Place): Promise<Pick<WayBack, 'stoppedContainers'>> {
  try {
    const arns = [run.targetRevisionArn!, run.sourceRevisionArn].filter(arn => arn !== NOT_CREATED);
    const revisions = await Promise.all(arns.map(async arn => place.revision(arn)));
    const names = new Set(revisions.flatMap(revision => revision ? [...agentNames(revision.body)] : []));
    const tasks = (await place.tasks.of(service, 'STOPPED')).filter(({ taskDefinitionArn }) => taskDefinitionArn === run.targetRevisionArn);
    return { stoppedContainers: stoppedContainers(tasks, names).filter(one => !isScaledIn(one)) };
  } catch (error) {
    if (isForAll(error)) throw error;
    return {};
  }
}
