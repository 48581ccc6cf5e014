import { createService, isCreation, isToBeCreated, plannedService } from './creation';
import { follow } from './following';
import { goBack } from './going-back';
import { grantSecretAccess } from './grants';
import { changed, planAgain, updated } from './interventions';
import { takeGrantBack } from './own-grant';
import { Place } from './place';
import { digestOf } from './plan-digest';
import { register, RegisteredDifferently } from './registration';
import { ended, RUN_VERSION, RunPhase, ServiceRun } from './service-run';
import { isGone } from './start';
import { printJson, textIn } from '../../edit';
import { Account } from '../calls/account';
import { lastPart, parseRevision } from '../calls/arns';
import { mustRepeat } from '../calls/errors';
import { Failure, isForAll, kindOf, messageOf } from '../calls/failure';
import { capital, Hints } from '../calls/hints';
import { keyOfGrant } from '../plan/grant';
import { ServicePlan } from '../plan/plan';
import { EcsService, primaryOf } from '../reads/services';

/**
 * Makes the next step of a run: at most one write, and never a wait longer than a call. It is harmless to repeat it with the same run,
 * also in another process, if that has crashed in the middle.
 *
 * @returns the run after the step. While a rollout is in progress, it is still `following` or `goingBack`.
 * @throws Failure if the step has to be repeated: AWS did not answer, every call of the account fails, or the user has interrupted it
 */
export async function advance(run: ServiceRun, place: Place): Promise<ServiceRun> {
  if (run.version !== RUN_VERSION) throw new Failure(`The run has version ${run.version}, and this program continues version ${RUN_VERSION}. Use the program that began it.`);
  const { request, account } = place;
  if (request.verb === 'add' && request.key.kind !== 'parameter' && request.key.value) account.hidden.add(request.key.value);
  try {
    const next = await STEPS[run.phase](run, place);
    return withoutSecrets(next.phase === run.phase ? next : { ...next, since: account.clock.now() }, account);
  } catch (error) {
    if (mustRepeat(error) || error instanceof OtherRequest || run.phase === 'following' || run.phase === 'goingBack') throw error;
    return withoutSecrets(await fail(run, place, error), account);
  }
}

const STEPS: { readonly [phase in RunPhase]: (run: ServiceRun, place: Place) => Promise<ServiceRun> } = {
  planned: start,
  granting: grant,
  registering: registerRevision,
  registered: confirm,
  updating: update,
  following: follow,
  goingBack: goBack,
  ended: async run => run,
};

/** The run was begun with another request, so it cannot be continued with this one. */
class OtherRequest extends Failure {}

/**
 * A run is stored, so no key may be in it. AWS's messages may repeat what they complain of, and an agent may log its key. The rest of a run is ARNs,
 * ids and what was cleaned before.
 */
function withoutSecrets(run: ServiceRun, { hidden }: Account): ServiceRun {
  const { end, back, followed } = run;
  return {
    ...run,
    ...end && { end: { ...hidden.cleanedData(end), outcome: end.outcome, ...end.runs === undefined ? {} : { runs: end.runs } } },
    ...back && { back: { ...hidden.cleanedData(back), to: back.to, from: back.from } },
    ...followed && { followed: { ...followed, detail: hidden.cleaned(followed.detail) } },
  };
}

/** Ends a run that cannot go on. What it granted is revoked if nothing can use it yet. */
async function fail(run: ServiceRun, place: Place, error: unknown): Promise<ServiceRun> {
  const { left, note } = await takeGrantBack(run, place).then(taken => ({ left: taken, note: '' }), (fault: unknown) => {
    if (isForAll(fault)) throw fault;
    // The step is made again. If it is not, its own failure must be known, too.
    if (mustRepeat(fault)) throw new Failure(`${messageOf(error)} ${messageOf(fault)}`, kindOf(fault), { cause: (fault as Failure).cause });
    return { left: run, note: ` What was granted to the execution role is still there: ${messageOf(fault)}` };
  });
  const reason = `${messageOf(error)}${whatIsLeft(run, place.account.hints)}${note}`;
  return ended(left, { outcome: 'failed', reason, failure: kindOf(error), ...error instanceof RegisteredDifferently ? { isForAll: true } : {} });
}

/** The revision that a run leaves, as a sentence after another; empty if it leaves nothing. */
export function whatIsLeft({ targetRevisionArn: target }: ServiceRun, { again }: Hints): string {
  return target === undefined ? '' : ` ${parseRevision(target).short} is registered. ${capital(again)} to use it.`;
}

/**
 * The plan of a run whose service has not been updated.
 *
 * @returns the run as it goes on instead, if the plan is another one now
 */
async function planOf(run: ServiceRun, place: Place): Promise<ServicePlan | ServiceRun> {
  const known = place.knownPlan(run, run.sourceRevisionArn);
  if (known) return known;
  const seen = await place.looks.of(run);
  const service = isToBeCreated(run, seen) ? plannedService(place) : seen;
  if (service === undefined || isGone(service) || primaryOf(service)?.id !== run.primary) return changed(run, place, service);
  // The service runs another revision than the source if the update of this run has replaced the source.
  const plan = await place.planAgain({ ...service, taskDefinition: run.sourceRevisionArn }, run.sharesRevision);
  if (plan.action === 'refuse') return { ...run, phase: 'planned', planDigest: undefined };
  const digest = await digestOf(plan, place.account, place.request, run.sharesRevision);
  if (digest === run.planDigest) return plan;
  throw new OtherRequest(`The run of service ${service.serviceName} was begun with other options. Give it the same ones, or begin a new run.`);
}

function isRun(it: ServicePlan | ServiceRun): it is ServiceRun {
  return 'phase' in it;
}

async function start(run: ServiceRun, place: Place): Promise<ServiceRun> {
  if (run.planDigest === undefined) return planAgain(run, place);
  const plan = await planOf(run, place);
  if (isRun(plan)) return plan;
  const { grant: wanted } = plan;
  if (wanted === undefined || run.grantedPolicy && keyOfGrant(run.grantedPolicy) === keyOfGrant(wanted)) return withTarget(run, plan);
  const before = await place.grants.policyBefore(place.account, wanted);
  return { ...run, phase: 'granting', grant: wanted, wasPolicyAbsent: before.state === 'absent' };
}

/** An existing revision needs no registration. */
function withTarget(run: ServiceRun, { revision }: ServicePlan): ServiceRun {
  const target = revision?.target?.arn;
  return target === undefined ? { ...run, phase: 'registering' } : { ...run, phase: 'registered', targetRevisionArn: target };
}

async function grant(run: ServiceRun, place: Place): Promise<ServiceRun> {
  const plan = await planOf(run, place);
  if (isRun(plan)) return plan;
  // An earlier try has added the policy that was not there, and the role may read the secret by now.
  const wanted = plan.grant ?? run.grant;
  if (!wanted) return withTarget(run, plan);
  const { grants } = place;
  grants.need({ ...run, reads: keyOfGrant(wanted) });
  const { what, isFirst } = await grants.writeOnce(wanted, async () => grantSecretAccess(place.account, wanted));
  if (!isFirst || what !== 'made' && run.wasPolicyAbsent !== true) return withTarget(run, plan);
  grants.add(run, { grant: wanted, since: run.since, account: place.account });
  return withTarget({ ...run, grantedPolicy: wanted, grantedSince: run.since }, plan);
}

async function registerRevision(run: ServiceRun, place: Place): Promise<ServiceRun> {
  const plan = await planOf(run, place);
  if (isRun(plan)) return plan;
  const { body, current, target } = plan.revision!;
  if (body === undefined) return { ...run, phase: 'registered', targetRevisionArn: target!.arn };
  const family = textIn(body.family) ?? current.family;
  const { arn } = await place.registerOnce(family, printJson(body), async () => register(place.account, body, plan.revision!.newest, run.since));
  return { ...run, phase: 'registered', targetRevisionArn: arn };
}

/** Reads the service once more, right before the update. */
async function confirm(run: ServiceRun, place: Place): Promise<ServiceRun> {
  const next = await look(run, place, await place.looks.of(run));
  if (next) return next;
  place.confirm(run);
  return { ...run, phase: 'updating' };
}

/** @returns the run as it goes on if the update was made already, or must not be made */
async function look(run: ServiceRun, place: Place, service: EcsService | undefined): Promise<ServiceRun | undefined> {
  if (isToBeCreated(run, service)) return undefined;
  if (service === undefined || isGone(service)) return changed(run, place, service);
  const primary = primaryOf(service);
  if (primary?.id === run.primary && !isCreation(run)) return undefined;
  if (primary?.taskDefinition === run.targetRevisionArn) return updated(run, place, service);
  const back = run.phase === 'updating' ? await rolledBack(run, place, service) : undefined;
  return back ?? changed(run, place, service);
}

/** A process that has ended since may have made the update, and ECS may have rolled it back by now: then it is not made again. */
async function rolledBack(run: ServiceRun, place: Place, service: EcsService): Promise<ServiceRun | undefined> {
  const found = await place.records.rolledBackSince(service, run.since);
  if (found === undefined) return undefined;
  const { record, deploymentId } = found;
  const reason = record.rollback?.reason ?? record.statusReason ?? 'ECS rolled it back';
  return ended({ ...run, deploymentId }, { outcome: 'rolledBack', reason, runs: service.taskDefinition });
}

async function update(run: ServiceRun, place: Place): Promise<ServiceRun> {
  if (!place.wasConfirmed(run)) {
    const next = await look(run, place, await place.looks.of(run));
    if (next) return next;
  }
  if (isCreation(run)) return createService(run, place);
  const { clusterArn: cluster, serviceArn, targetRevisionArn: taskDefinition } = run;
  const subject = { subject: `service ${lastPart(serviceArn)}`, resource: serviceArn };
  const { service } = await place.account.must('ecs', 'UpdateService', { cluster, service: serviceArn, taskDefinition }, subject);
  return updated(run, place, service as EcsService);
}
