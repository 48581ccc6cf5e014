import { isCreation, removeAgain } from './creation';
import { completed, lastState, MOST_SEARCHES, readRecord } from './following';
import { Place } from './place';
import { register } from './registration';
import { ended, ServiceRun, WayBack } from './service-run';
import { isGone } from './start';
import { isSameTask, textIn } from '../../edit';
import { lastPart, parseRevision } from '../calls/arns';
import { isUnsettled, mustRepeat } from '../calls/errors';
import { isForAll, messageOf } from '../calls/failure';
import { capital } from '../calls/hints';
import { Revisions } from '../reads/revisions';
import { EcsService, primaryOf } from '../reads/services';
import { bakeTimeOf } from '../rollout/bake';
import { ServiceDeployment, stateOfWayBack } from '../rollout/state';

/** The states of a record while ECS rolls a rollout back. */
const IS_GOING_BACK: readonly string[] = ['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'STOP_REQUESTED'];

/**
 * One step of the way back of a service to the revision that it ran before. If ECS still has the deployment, ECS rolls it back; otherwise an
 * update does. A deregistered revision is registered again.
 */
export async function goBack(run: ServiceRun, place: Place): Promise<ServiceRun> {
  const back = run.back!;
  const service = await place.looks.of(run);
  if (isCreation(run)) return removeAgain(run, back, service, place);
  if (service === undefined || isGone(service)) return ended(run, { outcome: 'failed', reason: `${back.reason}; service ${lastPart(run.serviceArn)} was deleted` });
  if (back.by !== undefined) return lookBack(run, back, service, place, await backOfEcs(run, back, place));
  const step = back.isTheirs ? putBack(run, back, service, place) : startBack(run, back, service, place);
  return step.catch(error => {
    if (mustRepeat(error)) throw error;
    return endBack(run, `the service could not go back to ${parseRevision(back.to).short} and runs ${parseRevision(service.taskDefinition).short}: ${messageOf(error)}`);
  });
}

async function startBack(run: ServiceRun, back: WayBack, service: EcsService, place: Place): Promise<ServiceRun> {
  const primary = primaryOf(service);
  // An earlier try was carried out.
  if (primary && primary.id !== run.deploymentId && primary.taskDefinition === back.to) return { ...run, back: { ...back, by: 'update' } };
  const { followed, record, isUnread } = await readRecord(run, service, place);
  if (isUnread) return { ...run, followed };
  const now = lastState(run, service, record, followed);
  if (now.state === 'completed' && !back.isWanted) return completed(run, place);
  if (now.state === 'superseded') return ended(run, { outcome: 'superseded', reason: now.reason });
  if (now.state === 'rolledBack') return ended(run, { outcome: 'rolledBack', reason: now.reason, stoppedContainers: back.stoppedContainers, runs: service.taskDefinition });
  if (IS_GOING_BACK.includes(record?.status ?? '')) return { ...run, back: { ...back, by: 'ecs' } };
  // A record that has ended does not show what others have deployed since then.
  if (primary && primary.id !== run.deploymentId) {
    return ended(run, { outcome: 'superseded', reason: `another deployment replaced it: ${primary.id} with ${parseRevision(primary.taskDefinition).short}` });
  }
  if (followed.record !== undefined && now.state !== 'completed' && await stopDeployment(place, followed.record)) {
    return { ...run, back: { ...back, by: 'ecs' } };
  }
  // The revision to go back to is told before the update.
  const to = await activeRevision(back.to, run.since, place);
  if (to !== back.to) return { ...run, back: { ...back, to } };
  // The calls since the look have taken a moment. If others have deployed in it, the next step begins again.
  const latest = await place.looks.of(run);
  if (latest === undefined || primaryOf(latest)?.id !== primary?.id) return run;
  return updated(run, back, to, latest, await updateTo(run, to, place));
}

/** After the update back. If it has replaced a deployment of others, which came between the last look and the update, that is put back. */
function updated(run: ServiceRun, back: WayBack, to: string, before: EcsService, { deployments = [] }: EcsService): ServiceRun {
  const seen = before.deployments?.map(({ id }) => id) ?? [];
  const theirs = deployments.find(({ id, status, taskDefinition }) => status !== 'PRIMARY' && taskDefinition !== to && !seen.includes(id));
  if (theirs === undefined) return { ...run, back: { ...back, by: 'update' } };
  const reason = `${capital(back.reason)}. Another deployment set the service to ${parseRevision(theirs.taskDefinition).short} while it went back to ${parseRevision(to).short}.`;
  return { ...run, primary: deployments.find(({ status }) => status === 'PRIMARY')?.id, back: { ...back, to: theirs.taskDefinition, reason, isTheirs: true } };
}

/** The revision of others, which the update of this run replaced. What others have deployed since then is left alone. */
async function putBack(run: ServiceRun, { to, reason }: WayBack, service: EcsService, place: Place): Promise<ServiceRun> {
  const primary = primaryOf(service);
  const done = ended(run, { outcome: 'failed', failure: 'failed', reason: `${reason} ${parseRevision(to).short} was put back.` });
  if (primary?.taskDefinition === to) return done;
  if (primary?.id !== run.primary) {
    return ended(run, { outcome: 'superseded', reason: `another deployment has set the service to ${parseRevision(service.taskDefinition).short} since then` });
  }
  await updateTo(run, to, place);
  return done;
}

/** The revision, or one that makes the same task, if it was deregistered: an earlier try may have registered it. */
async function activeRevision(arn: string, since: number, place: Place): Promise<string> {
  const revision = await place.revision(arn);
  if (revision === undefined || revision.isActive) return arn;
  const family = textIn(revision.body.family) ?? revision.family;
  const newest = await new Revisions(place.account).find(family);
  if (newest?.isActive && isSameTask(newest.body, revision.body)) return newest.arn;
  return (await place.registerOnce(family, `again ${arn}`, async () => register(place.account, revision.body, newest, since))).arn;
}

async function stopDeployment({ account }: Place, serviceDeploymentArn: string): Promise<boolean> {
  try {
    await account.call('ecs', 'StopServiceDeployment', { serviceDeploymentArn, stopType: 'ROLLBACK' }, { repeatable: false });
    return true;
  } catch (error) {
    const failure = account.failure(error, 'ecs:StopServiceDeployment');
    // If it is unknown whether ECS has stopped it, the next look shows it.
    if (isForAll(failure) || isUnsettled(error)) throw failure;
    // The deployment has ended already, or the permission is missing. An update does the same.
    return false;
  }
}

/** @returns the service after the update */
async function updateTo({ clusterArn: cluster, serviceArn }: ServiceRun, taskDefinition: string, { account }: Place): Promise<EcsService> {
  const subject = { subject: `service ${lastPart(serviceArn)}`, resource: serviceArn };
  return (await account.must('ecs', 'UpdateService', { cluster, service: serviceArn, taskDefinition }, subject)).service as EcsService;
}

/** ECS's record of a rollout that it was asked to roll back. It goes back to what has last succeeded, which may be an older revision. */
async function backOfEcs({ followed }: ServiceRun, { by }: WayBack, { records }: Place): Promise<ServiceDeployment | undefined> {
  if (by !== 'ecs' || followed?.record === undefined) return undefined;
  return records.of(followed.record).catch((error: unknown) => {
    if (isForAll(error)) throw error;
    return undefined;
  });
}

function lookBack(
  run: ServiceRun, back: WayBack, service: EcsService, { account, settings }: Place, record: ServiceDeployment | undefined,
): ServiceRun {
  const { short } = parseRevision(back.to);
  const detail = (text: string) => ({ ...run, followed: { ...run.followed!, state: 'rollingBack' as const, detail: text } });
  const state = stateOfWayBack(back.to, service);
  const { reason, stoppedContainers } = back;
  const isOurs = primaryOf(service)?.id === run.deploymentId;
  if (state === 'done' || record?.status === 'ROLLBACK_SUCCESSFUL' && !isOurs) {
    return ended(run, { outcome: 'rolledBack', reason, stoppedContainers, runs: service.taskDefinition });
  }
  if (isOurs && (record?.status === 'ROLLBACK_FAILED' || record?.status === 'STOPPED')) {
    // ECS has nothing to go back to. An update has.
    const { record: _, ...others } = run.followed!;
    const { by: __, ...again } = back;
    return { ...run, back: again, followed: { ...others, searches: MOST_SEARCHES } };
  }
  if (state === 'failed') return endBack(run, `the way back to ${short} failed, too`);
  if (state === 'superseded' && back.by === 'update') return endBack(run, `another deployment replaced the way back to ${short}`);
  if (account.clock.now() - run.since >= settings.timeoutMs + bakeTimeOf(service)) {
    return endBack(run, `the way back to ${short} has not ended in time; it continues in ECS`);
  }
  // ECS needs a moment until the requested rollback shows.
  return detail(state === 'superseded' ? 'waiting for ECS to roll back' : `returning to ${short}`);
}

/** The run of a service whose rollout has ended, which goes back nevertheless. @param reason why, as a clause */
export function undo(run: ServiceRun, reason: string, now: number): ServiceRun {
  const { end: _, ...others } = run;
  return { ...others, phase: 'goingBack', since: now, back: { to: run.sourceRevisionArn, from: 'failed', reason, isWanted: true } };
}

function endBack(run: ServiceRun, what: string): ServiceRun {
  const { from, reason, isTheirs, stoppedContainers } = run.back!;
  const ofBoth = isTheirs ? `${reason} But ${what}` : `${reason}; ${what}`;
  return ended(run, { outcome: from, reason: ofBoth, stoppedContainers, ...isTheirs ? { failure: 'failed' } : {} });
}
