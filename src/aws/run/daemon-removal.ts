import { deleteService } from './creation';
import { isGone } from './start';
import { Account } from '../calls/account';
import { parseRevision } from '../calls/arns';
import { isNamed } from '../calls/errors';
import { DaemonRemoval } from '../plan/daemon-removal';
import { ServiceLooks } from '../reads/service-looks';
import { EcsService } from '../reads/services';

export interface DaemonRemovalOptions {
  /** Whether the end of the daemon's tasks is waited for. */
  readonly follow: boolean;
  readonly timeoutMs: number;
  readonly pollMs: number;
  readonly told: (line: string) => void;
}

/** `notFollowed`: the tasks may still run. `timedOut`: they do. */
export type DaemonRemovalOutcome = 'completed' | 'unchanged' | 'notFollowed' | 'timedOut';

/**
 * Deletes the service of a daemon, and deregisters the revisions that this program has made for it. Each step looks first at what is done, so it is harmless
 * to repeat them all. A service that runs a deregistered revision keeps its tasks.
 *
 * @throws Failure if something cannot be done. What was done stays, and the next removal does the rest
 */
export async function removeDaemon(
  account: Account, { action, daemon, revisions }: DaemonRemoval, options: DaemonRemovalOptions,
): Promise<DaemonRemovalOutcome> {
  const { told } = options;
  if (action !== 'remove') return 'unchanged';
  if (daemon?.service.status === 'ACTIVE') {
    await deleteService(daemon.service, { account });
    told(`${daemon.service.serviceName}: deleted the service, and ECS stops its tasks`);
  }
  for (const arn of revisions) await deregister(account, arn);
  if (revisions.length > 0) told(`deregistered ${revisions.map(arn => parseRevision(arn).short).join(', ')}`);
  if (daemon === undefined) return 'completed';
  return options.follow ? waitForEnd(account, daemon.service, options) : 'notFollowed';
}

async function deregister(account: Account, taskDefinition: string): Promise<void> {
  const subject = { subject: `task definition ${parseRevision(taskDefinition).short}` };
  try {
    await account.call('ecs', 'DeregisterTaskDefinition', { taskDefinition });
  } catch (error) {
    // Another user has deleted it.
    if (!isNamed(error, 'ClientException', 'InvalidParameterException')) throw account.failure(error, 'ecs:DeregisterTaskDefinition', subject);
  }
}

/** Until the tasks of a deleted service have stopped. */
export async function waitForEnd(
  account: Account, service: EcsService, { timeoutMs, pollMs, told }: Omit<DaemonRemovalOptions, 'follow'>,
): Promise<'completed' | 'timedOut'> {
  const looks = new ServiceLooks(account);
  const end = account.clock.now() + timeoutMs;
  for (let last = -1; ;) {
    const now = await looks.of(service);
    if (now === undefined || now.status === 'INACTIVE' || !isGone(now)) return 'completed';
    if (now.runningCount !== last) told(`${now.serviceName}: ${now.runningCount} ${now.runningCount === 1 ? 'task' : 'tasks'} left`);
    last = now.runningCount;
    if (account.clock.now() >= end) return 'timedOut';
    await account.pause(Math.min(pollMs, Math.max(end - account.clock.now(), 1)));
  }
}
