import { ResourceEvent } from './event';
import { ownerOfResource, Target } from './place';
import { requestOf } from './request';
import { Kept } from './runs';
import {
  Account, bakeTimeOf, beginRun, EcsService, Failure, isGone, isNamed, pausesOf, Place, Planner, RunSettings, selectServices, ServicePlan,
} from '../../aws';
import { hasAgent, ownerOf } from '../../edit';

const MINUTE_MS = 60_000;

/** How long a request may take until its service goes back, with the times that its rollout waits on purpose. */
export const DEADLINE_MS = 40 * MINUTE_MS;

/** How long the way back may take. Both are within the hour that the provider framework of the CDK waits. */
export const WAY_BACK_MS = 15 * MINUTE_MS;

/** What a rollout needs besides the times that it waits on purpose. */
const ROLLOUT_MS = 10 * MINUTE_MS;

/** What a request makes of its service, before anything is written. */
export type Beginning = Pick<Kept, 'run' | 'bakeMs' | 'egress' | 'end'>;

/**
 * Makes the plan of a request. Nothing is written.
 *
 * @param before what is known of the service from earlier requests of the same resource
 * @returns without a run and an end, if the rollout of others has to end first
 * @throws Failure if the request is refused
 */
export async function beginning(event: ResourceEvent, target: Target, account: Account, before: Pick<Kept, 'isAttached'> | undefined): Promise<Beginning> {
  const request = requestOf(event);
  const service = await find(account, target, request.verb === 'remove');
  if (service === undefined) return { end: {} };
  if (request.verb === 'add') refuseEndless(service);
  const plan = await new Planner(account, request).plan([service]);
  const [one] = plan.services;
  if (request.verb === 'add') refuseAgentOfOthers(one, event, before);
  else if (!isOwn(one, event, before)) return { end: {} };
  const refusals = one.refusals.filter(({ id }) => id !== 'rolloutInProgress');
  if (refusals.length > 0) throw new Failure(refusals.map(({ message }) => message).join('\n'), 'refused');
  const bakeMs = bakeTimeOf(service);
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

/** CloudFormation waits an hour at most. */
function refuseEndless(service: EcsService): void {
  const pauses = pausesOf(service);
  if (pauses.length > 0) {
    throw new Failure(`Rollouts of service ${service.serviceName} wait for a person (PAUSE hooks at ${pauses.join(', ')}), and a stack cannot wait for one. `
      + 'Add the agent with `npx postman-live-collection ecs add`.', 'refused');
  }
  const bake = bakeTimeOf(service);
  if (bake + ROLLOUT_MS <= DEADLINE_MS) return;
  throw new Failure(`Rollouts of service ${service.serviceName} wait ${bake / MINUTE_MS} minutes on purpose (bake times), and a stack can wait for `
    + `${(DEADLINE_MS - ROLLOUT_MS) / MINUTE_MS}. Add the agent with \`npx postman-live-collection ecs add\`.`, 'refused');
}

/** What owns the agent of the service, if it is not the resource of the event. */
function otherOwner({ revision }: ServicePlan, event: ResourceEvent): string | undefined {
  const owner = revision && ownerOf(revision.current.body);
  return owner === ownerOfResource(event) ? undefined : owner;
}

/** The mark may be lost, if another tool has registered the task definition with the agent, but without its tags. */
function isOwn(plan: ServicePlan, event: ResourceEvent, before: Pick<Kept, 'isAttached'> | undefined): boolean {
  if (otherOwner(plan, event) !== undefined) return false;
  const isMarked = plan.revision !== undefined && ownerOf(plan.revision.current.body) !== undefined;
  return isMarked || before?.isAttached === true;
}

function refuseAgentOfOthers(plan: ServicePlan, event: ResourceEvent, before: Pick<Kept, 'isAttached'> | undefined): void {
  const { service: { serviceName }, revision } = plan;
  if (revision === undefined || !hasAgent(revision.current.body) || isOwn(plan, event, before)) return;
  const owner = otherOwner(plan, event);
  const whose = owner === undefined ? 'which no stack has added. Remove it with `npx postman-live-collection ecs remove`'
    : `which a resource of stack ${owner.split('/')[0]} has added. Leave it to one of the two`;
  throw new Failure(`Service ${serviceName} has the agent already, ${whose}.`, 'refused');
}

