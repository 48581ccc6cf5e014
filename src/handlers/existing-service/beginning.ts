import { ResourceEvent } from './event';
import { propertiesOf, Target } from './place';
import { requestOf } from './request';
import { Kept } from './runs';
import {
  Account, bakeTimeOf, beginRun, EcsService, Failure, isGone, isNamed, pausesOf, Place, Planner, primaryOf, RunSettings, selectServices,
} from '../../aws';

const MINUTE_MS = 60_000;

/** How long a request may take until its service goes back, with the times that its rollout waits on purpose. */
export const DEADLINE_MS = 40 * MINUTE_MS;

/** How long the way back may take. Both are within the hour that the provider framework of the CDK waits. */
export const WAY_BACK_MS = 15 * MINUTE_MS;

/**
 * What a rollout needs besides the times that it waits on purpose, with the defaults of AWS: two minutes to start a task, five checks of a load balancer, one
 * each half a minute, and five minutes until it has deregistered the old tasks.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay
 */
const ROLLOUT_MS = 10 * MINUTE_MS;

/** What a request makes of its service, before anything is written. */
export type Beginning = Pick<Kept, 'run' | 'bakeMs' | 'egress' | 'end'>;

/** What is known of the service from earlier requests of the same resource. */
export type Before = Pick<Kept, 'isAttached' | 'settled'>;

/**
 * Makes the plan of a request. Nothing is written.
 *
 * @param leftMs how much of `DEADLINE_MS` is left
 * @returns without a run and an end, if the rollout of others has to end first
 * @throws Failure if the request is refused
 */
export async function beginning(event: ResourceEvent, target: Target, account: Account, before: Before, leftMs: number): Promise<Beginning> {
  const request = requestOf(event, before.isAttached);
  const settled = before.settled?.properties === propertiesOf(event) && event.RequestType === 'Update' ? before.settled : undefined;
  const service = await find(account, target, request.verb === 'remove' || settled !== undefined);
  if (service === undefined) return { end: {} };
  // CloudFormation sends such an Update to undo one that has failed. What prevented that one must not prevent this one.
  if (settled !== undefined && isAsSettled(service, settled)) return { end: {} };
  if (request.verb === 'add') refusePauses(service);
  const [one] = (await new Planner(account, request).plan([service])).services;
  if (request.verb === 'remove' && one.action === 'none') return { end: {} };
  const refusals = one.refusals.filter(({ id }) => id !== 'rolloutInProgress');
  if (refusals.length > 0) throw new Failure(refusals.map(({ message }) => message).join('\n'), 'refused');
  const bakeMs = bakeTimeOf(service);
  // While the rollout of others is in progress, only the bake times are known.
  if (one.action !== 'none') refuseTooLong(service, request.verb === 'add' ? bakeMs : 0, one.action === 'refuse' ? DEADLINE_MS : leftMs);
  const egress = one.egress && { EgressVerdict: one.egress.verdict, EgressEvidence: one.egress.evidence.map(({ finding }) => finding).join('\n') };
  const seen = { bakeMs, ...egress ? { egress } : {} };
  if (one.action === 'refuse') return seen;
  return { ...seen, run: await beginRun(one, new Place(account, request, settingsFor(DEADLINE_MS))) };
}

/** @param timeoutMs how long a rollout may take, besides the times that it waits on purpose */
export function settingsFor(timeoutMs: number): RunSettings {
  return { follow: true, rollback: true, timeoutMs, logsToRead: 1 };
}

/** @returns undefined if the service is gone, and may be. @throws Failure if it must not be */
async function find(account: Account, { clusterArn, serviceArn, name }: Target, mayBeGone: boolean): Promise<EcsService | undefined> {
  const selection = { cluster: { given: clusterArn, name: clusterArn }, services: [{ given: serviceArn, name }], tags: [] };
  try {
    const { services: [service], missing } = await selectServices(account, selection);
    if (mayBeGone && (service === undefined || isGone(service))) return undefined;
    if (service === undefined) throw missing ?? new Failure(`ECS has no service ${name}.`);
    return service;
  } catch (error) {
    if (mayBeGone && isNamed((error as Error).cause, 'ClusterNotFoundException')) return undefined;
    throw error;
  }
}

/** Whether the service is as the last request has left it that ended well. */
function isAsSettled(service: EcsService, { outputs }: NonNullable<Kept['settled']>): boolean {
  return service.taskDefinition === outputs.TaskDefinitionArn && primaryOf(service)?.rolloutState === 'COMPLETED';
}

function refusePauses(service: EcsService): void {
  const pauses = pausesOf(service);
  if (pauses.length === 0) return;
  throw new Failure(`Rollouts of service ${service.serviceName} wait for a person (PAUSE hooks at ${pauses.join(', ')}), and a stack cannot wait for one. `
    + BY_HAND, 'refused');
}

const BY_HAND = 'Add the agent with `npx postman-live-collection ecs add`.';

/** CloudFormation waits an hour at most, of which the way back needs a part. */
function refuseTooLong({ serviceName }: EcsService, bakeMs: number, leftMs: number): void {
  const [all, bake, left, needed] = [DEADLINE_MS, bakeMs, leftMs - bakeMs, ROLLOUT_MS].map(ms => Math.floor(ms / MINUTE_MS));
  if (leftMs - bakeMs >= ROLLOUT_MS) return;
  const waited = all - Math.floor(leftMs / MINUTE_MS);
  const why = [
    ...bake > 0 ? [`rollouts of service ${serviceName} wait ${bake} minutes on purpose (bake times)`] : [],
    ...waited > 0 ? [`another rollout of service ${serviceName} had to end first, which took ${waited} minutes`] : [],
  ];
  throw new Failure(`A stack waits ${all} minutes for a rollout, but ${why.join(', and ')}. That leaves ${Math.max(0, left)} minutes to start tasks, check their `
    + `health and stop the old ones, and ${needed} are needed. The service was not changed. ${bakeMs + ROLLOUT_MS > DEADLINE_MS ? BY_HAND : 'Deploy the stack again.'}`, 'refused');
}
