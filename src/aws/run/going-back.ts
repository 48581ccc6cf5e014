import { isCreation, removeAgain } from './creation';
import { readRecord, rolloutOf } from './following';
import { Place } from './place';
import { register } from './registration';
import { ended, ServiceRun, WayBack } from './service-run';
import { isGone } from './start';
import { isSameTask, textIn } from '../../edit';
import { lastPart, parseRevision } from '../calls/arns';
import { isUnsettled, mustRepeat } from '../calls/errors';
import { isForAll, messageOf } from '../calls/failure';
import { Revisions } from '../reads/revisions';
import { EcsService, primaryOf } from '../reads/services';
import { bakeTimeOf } from '../rollout/bake';
import { stateOfRollout, stateOfWayBack } from '../rollout/state';

/**
 * One step of the way back of a service to the revision that it ran before. If ECS still has the deployment, ECS rolls it back; otherwise an
 * update does. A deregistered revision is registered again.
 */
export async function goBack(run: ServiceRun, place: Place): Promise<ServiceRun> {
  const back = run.back!;
  const service = await place.looks.of(run);
  if (isCreation(run)) return removeAgain(run, back, service, place);
  if (service === undefined || isGone(service)) return ended(run, { outcome: 'failed', reason: `${back.reason}; service ${lastPart(run.serviceArn)} was deleted` });
  if (back.by !== undefined) return lookBack(run, back, service, place);
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
  const [followed, record] = await readRecord(run, service, place);
  if (record?.status?.startsWith('ROLLBACK') || record?.status === 'STOP_REQUESTED') return { ...run, back: { ...back, by: 'ecs' } };
  // The rollout's record and the service are read one after the other, and another deployment may have started in between. It is left alone.
  const now = stateOfRollout(rolloutOf(run), service, record, followed);
  if (now.state === 'completed' && !back.isWanted) return { ...run, phase: 'following', back: undefined };
  if (now.state === 'superseded') return ended(run, { outcome: 'superseded', reason: now.reason });
  if (followed.record !== undefined && now.state !== 'completed' && await stopDeployment(place, followed.record)) return { ...run, back: { ...back, by: 'ecs' } };
  // The revision to go back to is told before the update.
  const to = await activeRevision(back.to, place);
  if (to !== back.to) return { ...run, back: { ...back, to } };
  await updateTo(run, to, place);
  return { ...run, back: { ...back, by: 'update' } };
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
async function activeRevision(arn: string, place: Place): Promise<string> {
  const revision = await place.revision(arn);
  if (revision === undefined || revision.isActive) return arn;
  const family = textIn(revision.body.family) ?? revision.family;
  const newest = await new Revisions(place.account).find(family);
  if (newest?.isActive && isSameTask(newest.body, revision.body)) return newest.arn;
  return (await place.registerOnce(family, `again ${arn}`, async () => register(place.account, revision.body, newest))).arn;
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

async function updateTo({ clusterArn: cluster, serviceArn: service }: ServiceRun, taskDefinition: string, { account }: Place): Promise<void> {
  await account.must('ecs', 'UpdateService', { cluster, service, taskDefinition }, { subject: `service ${lastPart(service)}`, resource: service });
}

function lookBack(run: ServiceRun, back: WayBack, service: EcsService, { account, settings }: Place): ServiceRun {
  const { short } = parseRevision(back.to);
  const detail = (text: string) => ({ ...run, followed: { ...run.followed!, state: 'rollingBack' as const, detail: text } });
  const state = stateOfWayBack(back.to, service);
  const { reason, stoppedContainers } = back;
  if (state === 'done') return ended(run, { outcome: 'rolledBack', reason, stoppedContainers, runs: service.taskDefinition });
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
