
import { Place } from './place';
import { digestOf } from './plan-digest';
import { ended, RUN_VERSION, ServiceRun } from './service-run';
import { seenIn, startFollowing } from './start';
import { inOneLine, withoutCredentials } from '../../agent';
import { isCreated, isSameTask, previousRevision, withoutAgent } from '../../edit';
import { parseRevision, siblingRevision } from '../calls/arns';
import { NOT_CREATED } from '../plan/daemon';
import { keyOfGrant } from '../plan/grant';
import { EditRequest, isChange, ServicePlan } from '../plan/plan';
import { Revision } from '../reads/revisions';
import { EcsService, primaryOf } from '../reads/services';

/** The run of a service, before its first step. A service that is refused has none. */
export async function beginRun(plan: ServicePlan, place: Place): Promise<ServiceRun> {
  const { service, sharesRevision } = plan;
  const { account, request } = place;
  const run: ServiceRun = {
    version: RUN_VERSION,
    verb: request.verb,
    clusterArn: service.clusterArn,
    serviceArn: service.serviceArn,
    options: optionsOf(request),
    planDigest: await digestOf(plan, account, request, sharesRevision),
    sharesRevision,
    sourceRevisionArn: service.taskDefinition,
    ...readsOf(plan),
    ...seenIn(service),
    phase: 'planned',
    since: account.clock.now(),
    interventions: [],
  };
  return isChange(plan) ? run : unchanged(run, plan, place);
}

/** The policy that the new tasks need. */
export function readsOf({ grant, reads = grant }: ServicePlan): Pick<ServiceRun, 'reads'> {
  return reads === undefined ? {} : { reads: keyOfGrant(reads) };
}

/** Nothing to write. If the agent's rollout, as of an earlier run, has not ended or has failed, it counts as this run's own. */
async function unchanged(run: ServiceRun, { service, revision }: ServicePlan, place: Place): Promise<ServiceRun> {
  const primary = primaryOf(service);
  const isOpen = primary?.taskDefinition === service.taskDefinition && (primary.rolloutState === 'IN_PROGRESS' || primary.rolloutState === 'FAILED');
  if (run.verb === 'remove' || !isOpen || revision === undefined) return ended(run, { outcome: 'unchanged' });
  const { current } = revision;
  if (!place.settings.follow) {
    if (primary.rolloutState !== 'FAILED') return ended(run, { outcome: 'unchanged' });
    const why = primary.rolloutStateReason === undefined ? '' : `: ${inOneLine(primary.rolloutStateReason)}`;
    return ended(startFollowing(run, service, current.arn), { outcome: 'failed', reason: `the rollout of ${parseRevision(current.arn).short} has failed${why}` });
  }
  if (isFirstOfDaemon(service, place)) {
    const first = startFollowing({ ...run, sourceRevisionArn: NOT_CREATED }, service, current.arn);
    return { ...first, followed: { ...first.followed!, isEarlier: true } };
  }
  const before = previousRevision(current.body) ?? current.revision - 1;
  // If it cannot be read, the service does not go back.
  const previous = before < 1 ? undefined : await place.revision(siblingRevision(current.arn, before)).catch(() => undefined);
  // Only what this program has added is taken back, and only if it is this rollout that added it.
  const isAdding = service.deployments?.some(({ id, taskDefinition }) => id !== primary.id && taskDefinition === previous?.arn)
    || await isOnlyRollout(service, current, place);
  const isOurs = previous !== undefined && isAdding && isSameTask(previous.body, withoutAgent(current.body));
  const following = startFollowing({ ...run, sourceRevisionArn: isOurs ? previous.arn : current.arn }, service, current.arn);
  return { ...following, followed: { ...following.followed!, isEarlier: true } };
}

/** ECS soon stops listing a deployment whose tasks have all stopped. Then its records tell whether the revision was rolled out only once. */
async function isOnlyRollout(service: EcsService, { registeredAt }: Revision, { records }: Place): Promise<boolean> {
  if (service.deployments?.length !== 1 || registeredAt === undefined) return false;
  // If it cannot be read, the service does not go back.
  return (await records.since(service, registeredAt).catch(() => undefined))?.length === 1;
}

/** The first deployment of a service is made with it. */
const SAME_TIME_MS = 10_000;

/**
 * Whether the rollout is the first of a daemon that this program has created. An update of a daemon stops the old tasks first, and ECS does not list a
 * deployment without tasks: so the only one that is listed may be a later one.
 */
function isFirstOfDaemon({ deployments = [], tags, createdAt }: EcsService, { request }: Place): boolean {
  const [first, ...others] = deployments;
  const isFirst = others.length === 0 && first?.createdAt !== undefined && createdAt !== undefined
    && first.createdAt.getTime() - createdAt.getTime() < SAME_TIME_MS;
  return request.verb === 'add' && request.daemon !== undefined && isFirst && isCreated(tags);
}

/** Whether a run was begun with the options of a request, as far as a run keeps them. */
export function isOfRequest(run: ServiceRun, request: EditRequest): boolean {
  return run.verb === request.verb && JSON.stringify(run.options) === JSON.stringify(optionsOf(request));
}

/** What a request asks for, without what may be secret. */
function optionsOf(request: EditRequest): ServiceRun['options'] {
  const { allowManaged } = request;
  if (request.verb === 'remove') return { allowManaged };
  const { agent: { generation, options: { environment: _, ...options }, logGroup }, key, grantSecretAccess, allowUnreachable } = request;
  return {
    generation: generation.name,
    ...Object.fromEntries(Object.entries(options).map(([name, value]) => [name, typeof value === 'string' ? withoutCredentials(value) : value])),
    ...logGroup === undefined ? {} : { logGroup },
    apiKey: key.kind === 'plaintext' ? 'plaintext' : key.kind === 'parameter' ? { parameter: key.parameter } : { secret: key.secret, ...key.field === undefined ? {} : { field: key.field } },
    ...request.daemon === undefined ? {} : { daemon: { executionRole: request.daemon.executionRoleArn ?? request.daemon.role?.arn ?? null } },
    grantSecretAccess,
    allowUnreachable,
    allowManaged,
  };
}
