import { Account } from './account';
import { parseRevision } from './arns';
import { AccountFailure, Interrupted } from './failure';
import { Follower } from './follower';
import { register } from './registration';
import { Revision } from './revisions';
import { Rollout, RolloutState, stateOfWayBack } from './rollout';
import { EcsService } from './services';

/**
 * Takes a service back to its previous revision, and follows this to its end. If ECS still has the deployment, ECS rolls it
 * back; otherwise an update does. A deregistered revision is registered again.
 *
 * @returns undefined if the service is back, otherwise why that is unknown
 */
export async function takeBack(
  account: Account, follower: Follower, service: EcsService, rollout: Rollout, previous: Revision,
): Promise<string | undefined> {
  const record = follower.recordOf(rollout);
  const isNative = record !== undefined && await stopDeployment(account, record);
  const target = isNative || previous.isActive ? previous : await register(account, previous.body, undefined);
  if (!isNative) await updateTo(account, service, target.arn);
  const { short } = parseRevision(target.arn);
  const end = await follower.watch(service, async seen => wayBackState(target.arn, seen, isNative));
  switch (end.state) {
    case 'completed': return undefined;
    case 'superseded': return `another deployment replaced the way back to ${short}`;
    default: return `the way back to ${short} has not ended in time; it continues in ECS`;
  }
}

async function stopDeployment(account: Account, serviceDeploymentArn: string): Promise<boolean> {
  try {
    await account.call('ecs', 'StopServiceDeployment', { serviceDeploymentArn, stopType: 'ROLLBACK' });
    return true;
  } catch (error) {
    const failure = account.failure(error, 'ecs:StopServiceDeployment');
    if (failure instanceof AccountFailure || failure instanceof Interrupted) throw failure;
    // The deployment has ended already, or the permission is missing. An update does the same.
    return false;
  }
}

async function updateTo(
  account: Account, { clusterArn: cluster, serviceArn: service, serviceName }: EcsService, taskDefinition: string,
): Promise<void> {
  await account.must('ecs', 'UpdateService', { cluster, service, taskDefinition }, { subject: `service ${serviceName}`, resource: service });
}

function wayBackState(target: string, service: EcsService, isNative: boolean): RolloutState {
  switch (stateOfWayBack(target, service)) {
    case 'done': return { state: 'completed' };
    // ECS needs a moment until the requested rollback shows.
    case 'superseded': return isNative ? { state: 'rollingBack', detail: 'waiting for ECS to roll back' } : { state: 'superseded', reason: '' };
    case 'inProgress': return { state: 'rollingBack', detail: `returning to ${parseRevision(target).short}` };
  }
}
