import { beginRun, readsOf } from './begin';
import { takeGrantBack } from './own-grant';
import { Place } from './place';
import { digestOf } from './plan-digest';
import { ended, ServiceRun, warningsOf, withWarnings } from './service-run';
import { isGone, seenIn, startFollowing } from './start';
import { textIn } from '../../edit';
import { lastPart, parseRevision } from '../calls/arns';
import { Failure, isForAll, messageOf } from '../calls/failure';
import { keyOfGrant } from '../plan/grant';
import { ServicePlan } from '../plan/plan';
import { Deployment, EcsService, primaryOf } from '../reads/services';

/*
 * What others do to the service while a run is on its way. Who has deployed in between is told by the deployments that the plan saw, and
 * not by states: a deployment that failed without a rollback stays primary beside the older one that still runs.
 */

/** Others may deploy so often in between that planning again makes no sense. */
const MOST_INTERVENTIONS = 3;

/** What others have deployed before the update is planned on, with all checks, in the next step. It is never overwritten unseen. */
export async function changed(run: ServiceRun, place: Place, service: EcsService | undefined): Promise<ServiceRun> {
  if (service === undefined || isGone(service)) return goneMeanwhile(run, place, service);
  return again(run, service, service.taskDefinition, false);
}

async function goneMeanwhile(run: ServiceRun, place: Place, service: EcsService | undefined): Promise<ServiceRun> {
  const last = service ?? place.knownPlan(run, run.sourceRevisionArn)?.service;
  if (last) await place.planAgain(service ?? { ...last, status: 'INACTIVE' }, run.sharesRevision);
  const left = await takeGrantBack(run, place);
  return ended(left, { outcome: 'failed', failure: 'refused', reason: `Service ${lastPart(run.serviceArn)} was deleted in the meantime.` });
}

/** The run from the plan on. What was registered for the other revision does not fit this one. */
function again(run: ServiceRun, service: EcsService, revision: string, wasReplaced: boolean): ServiceRun {
  const { targetRevisionArn: _, planDigest: __, ...begun } = run;
  return {
    ...begun, ...seenIn(service), phase: 'planned', sourceRevisionArn: revision, interventions: [...run.interventions, { revision, wasReplaced }],
  };
}

/**
 * After an update, or after a look that shows that it was made: follows its rollout, unless it has replaced the deployment of others. Then the
 * next step plans again from theirs.
 */
export function updated(run: ServiceRun, place: Place, service: EcsService): ServiceRun {
  const primary = primaryOf(service);
  const theirs = primary && replacedDeployment(run, service, primary);
  if (theirs === undefined) {
    const following = startFollowing(run, service, run.targetRevisionArn!);
    return place.settings.follow ? following : ended(following, { outcome: 'notFollowed' });
  }
  const earlier = run.interventions.find(({ wasReplaced }) => wasReplaced);
  const next = again(run, service, theirs.taskDefinition, true);
  if (earlier === undefined) return next;
  const [one, other] = [earlier.revision, theirs.taskDefinition].map(arn => parseRevision(arn).short);
  return putBack(next, `Other deployments of service ${service.serviceName} run at the same time: ${one}, then ${other}. `
    + `Wait until they have ended, then ${place.account.hints.again}.`);
}

/** The newest deployment of others that the update replaced: one that the plan did not see. One of the target is an earlier update of this run. */
function replacedDeployment({ seenDeployments, targetRevisionArn: target }: ServiceRun, { deployments = [] }: EcsService, mine: Deployment) {
  return deployments.filter(({ id, taskDefinition }) => id !== mine.id && !seenDeployments.includes(id) && taskDefinition !== target)
    .sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))[0];
}

/** @param reason  as sentences */
function putBack(run: ServiceRun, reason: string): ServiceRun {
  return { ...run, phase: 'goingBack', back: { to: run.sourceRevisionArn, from: 'failed', reason, isTheirs: true } };
}

/** Makes the plan again for what others have deployed. */
export async function planAgain(run: ServiceRun, place: Place): Promise<ServiceRun> {
  const { wasReplaced = false } = run.interventions.at(-1) ?? {};
  const now = await place.looks.of(run);
  if (now === undefined || isGone(now)) return goneMeanwhile(run, place, now);
  if (primaryOf(now)?.id !== run.primary) {
    if (run.interventions.length < MOST_INTERVENTIONS) return changed(run, place, now);
    const all = run.interventions.map(({ revision }) => parseRevision(revision).short).join(', ');
    throw new Failure(`Others deploy service ${now.serviceName} again and again (${all}). Wait until they have ended, then ${place.account.hints.again}.`);
  }
  const service = { ...now, taskDefinition: run.sourceRevisionArn };
  let plan: ServicePlan;
  try {
    plan = await place.planAgain(service, run.sharesRevision);
  } catch (error) {
    if (!wasReplaced || isForAll(error)) throw error;
    return putBack(run, `${meanwhile(service)} It could not be read: ${messageOf(error)}`);
  }
  return goOn(run, place, service, plan, wasReplaced);
}

async function goOn(run: ServiceRun, place: Place, service: EcsService, plan: ServicePlan, wasReplaced: boolean): Promise<ServiceRun> {
  const reasons = plan.refusals.map(({ message }) => message).join(' ');
  if (wasReplaced && reasons !== '') return putBack(run, `${meanwhile(service)} It cannot be edited: ${reasons}`);
  if (wasReplaced && plan.action === 'none') return putBack(run, `${meanwhile(service)} It has the agent already.`);
  const isKept = reasons === '' && plan.action !== 'none' && needsGrant(run, plan) && readsOf(plan).reads === run.reads;
  const left = isKept ? run : await takeGrantBack(run, place);
  if (reasons !== '') return ended(left, { outcome: 'failed', failure: 'refused', reason: `${meanwhile(service)} It cannot be edited: ${reasons}` });
  if (plan.action === 'none') return withWarnings({ ...await beginRun(plan, place), interventions: run.interventions }, warningsOf(left));
  const { reads: _, ...others } = left;
  const next = { ...others, ...readsOf(plan), planDigest: await digestOf(plan, place.account, place.request, run.sharesRevision) };
  place.grants.need(next);
  return next;
}

function meanwhile({ serviceName, taskDefinition }: EcsService): string {
  return `Another deployment set service ${serviceName} to ${parseRevision(taskDefinition).short} in the meantime.`;
}

/** Whether a plan that was made again uses the policy that the run has added for the one before. */
function needsGrant({ grantedPolicy }: ServiceRun, { action, grant, revision }: ServicePlan): boolean {
  if (grantedPolicy === undefined) return true;
  if (action === 'none' || action === 'refuse') return false;
  if (grant) return keyOfGrant(grant) === keyOfGrant(grantedPolicy);
  return textIn(revision?.after.executionRoleArn) === grantedPolicy.role;
}
