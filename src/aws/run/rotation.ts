import { startNewTasks } from './restart';
import { isGone } from './start';
import { Account } from '../calls/account';
import { isNamed } from '../calls/errors';
import { describeServices, EcsService, isRollingOut, primaryOf } from '../reads/services';
import { DeploymentSummary, ServiceDeployments } from '../rollout/records';

/** What became of the wish that all tasks of a service have read a new value. */
export type Rotation =
  /** All tasks have read it, or the service has no tasks (`gone`, `idle`). */
  | { readonly state: 'done'; readonly why: 'renewed' | 'gone' | 'idle' }
  /** A deployment that starts new tasks has begun now. */
  | { readonly state: 'started'; readonly deploymentId?: string }
  /** `renewing`: a deployment that began after the change has not ended. `busy`: one that began before. */
  | { readonly state: 'waiting'; readonly why: 'renewing' | 'busy' }
  /** The deployment that began after the change has failed, so older tasks run. It is not repeated: new tasks cannot start. */
  | { readonly state: 'failed'; readonly reason: string }
  /** Something else than ECS deploys the service. */
  | { readonly state: 'refused'; readonly reason: string };

/** Events have the second in which the value changed. */
const SECOND_MS = 1000;

/** How long before the change a deployment may have begun that ended after it. */
const LONGEST_MS = 7 * 86_400_000;

/** What a deployment is in the records before it has ended. */
const UNENDED: readonly (string | undefined)[] = ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'];

/**
 * Starts new tasks of a service after a value changed that its tasks read when they start, unless a deployment has begun since: all tasks of that one
 * read the new value. So the same change may be told any number of times, and several changes at once, in any order. A deployment in progress is never
 * replaced.
 *
 * Whether a deployment has begun since is told by ECS's records of deployments: if the circuit breaker goes back, the primary deployment is new, too, but
 * older tasks may belong to it. Services without records are judged by their primary deployment.
 *
 * @param cluster   ARN or name
 * @param changedAt milliseconds since 1970
 * @throws Failure if the service cannot be read or updated
 */
export async function rotateTasks(account: Account, cluster: string, serviceArn: string, changedAt: number): Promise<Rotation> {
  const service = await find(account, cluster, serviceArn);
  if (service === undefined || isGone(service)) return { state: 'done', why: 'gone' };
  if (service.desiredCount === 0) return { state: 'done', why: 'idle' };
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') return { state: 'refused', reason: `the service has the ${controller} deployment controller` };

  const begin = changedAt + SECOND_MS;
  const kept = await new ServiceDeployments(account).since(service, begin - LONGEST_MS);
  const records = kept?.length ? kept : inRecords(service);
  const attempts = records.filter(({ createdAt }) => createdAt !== undefined && createdAt.getTime() >= begin);
  if (attempts.some(({ status }) => status === 'SUCCESSFUL')) return { state: 'done', why: 'renewed' };
  const [attempt] = attempts;
  if (attempt && UNENDED.includes(attempt.status)) return { state: 'waiting', why: 'renewing' };
  if (isRollingOut(service) || records.some(({ status }) => UNENDED.includes(status))) return { state: 'waiting', why: 'busy' };
  if (attempt) return { state: 'failed', reason: attempt.statusReason ?? `the deployment ended as ${attempt.status}` };
  return { state: 'started', deploymentId: await startNewTasks(account, service) };
}

async function find(account: Account, cluster: string, serviceArn: string): Promise<EcsService | undefined> {
  try {
    return (await describeServices(account, cluster, [serviceArn], { mustExist: false }))[0];
  } catch (error) {
    if (isNamed((error as Error).cause, 'ClusterNotFoundException')) return undefined;
    throw error;
  }
}

/** The primary deployment, as a record would have it. */
function inRecords(service: EcsService): DeploymentSummary[] {
  const primary = primaryOf(service);
  if (primary === undefined) return [];
  const status = primary.rolloutState === 'FAILED' ? 'STOPPED' : isRollingOut(service) ? 'IN_PROGRESS' : 'SUCCESSFUL';
  return [{ serviceDeploymentArn: '', createdAt: primary.createdAt, status, statusReason: primary.rolloutStateReason }];
}
