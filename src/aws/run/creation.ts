import { randomUUID } from 'node:crypto';
import { completed, lastState, readRecord } from './following';
import { changed, updated } from './interventions';
import { Place } from './place';
import { ended, ServiceRun, WayBack } from './service-run';
import { isGone } from './start';
import { DAEMON } from '../../agent';
import { createdTag } from '../../edit';
import { lastPart, parseRevision } from '../calls/arns';
import { isNamed, isUnsettled, mustRepeat } from '../calls/errors';
import { messageOf } from '../calls/failure';
import { NOT_CREATED } from '../plan/daemon';
import { EcsService, primaryOf } from '../reads/services';

/*
 * The service of a daemon is created in place of an update, and deleted in place of a way back: there is no revision before it. Everything else is
 * as in the run of any service.
 */

/** Whether a run creates its service. */
export function isCreation({ sourceRevisionArn }: ServiceRun): boolean {
  return sourceRevisionArn === NOT_CREATED;
}

/** Whether the service of such a run is not there yet. ECS describes a deleted one for a while. */
export function isToBeCreated(run: ServiceRun, service: EcsService | undefined): boolean {
  return isCreation(run) && (service === undefined || service.status === 'INACTIVE');
}

/** The service as the plan sees it before it is created. */
export function plannedService({ request }: Pick<Place, 'request'>): EcsService | undefined {
  return request.verb === 'add' ? request.daemon?.service : undefined;
}

/** A task of a daemon ends before the next one starts on its instance: an instance has one agent. */
const DEPLOYMENT_CONFIGURATION = { maximumPercent: 100, minimumHealthyPercent: 0, deploymentCircuitBreaker: { enable: true, rollback: true } };

/** Creates the service. If ECS has it already, it is looked at again: an earlier try may have made it. */
export async function createService(run: ServiceRun, place: Place): Promise<ServiceRun> {
  const { clusterArn: cluster, serviceArn, targetRevisionArn: taskDefinition } = run;
  const serviceName = lastPart(serviceArn);
  const input = {
    cluster,
    serviceName,
    taskDefinition,
    launchType: 'EC2',
    schedulingStrategy: DAEMON.schedulingStrategy,
    deploymentConfiguration: DEPLOYMENT_CONFIGURATION,
    tags: [createdTag()],
    // If the answer is lost, the same request is sent again.
    clientToken: randomUUID(),
  };
  try {
    const { service } = await place.account.call('ecs', 'CreateService', input);
    return updated(run, place, service as EcsService);
  } catch (error) {
    const now = isNamed(error, 'InvalidParameterException') ? await place.looks.of(run) : undefined;
    if (now?.status === 'ACTIVE') return changed(run, place, now);
    throw place.account.failure(error, 'ecs:CreateService', { subject: `service ${serviceName}`, resource: serviceArn });
  }
}

/** One step of the way back of a service that the run has created: it is deleted, unless others have deployed it since. */
export async function removeAgain(run: ServiceRun, back: WayBack, service: EcsService | undefined, place: Place): Promise<ServiceRun> {
  const { reason, stoppedContainers, from } = back;
  if (service === undefined || service.status === 'INACTIVE') return ended(run, { outcome: 'rolledBack', reason, stoppedContainers });
  const name = lastPart(run.serviceArn);
  if (isGone(service)) {
    if (place.account.clock.now() - run.since >= place.settings.timeoutMs) {
      return ended(run, { outcome: from, reason: `${reason}; service ${name} is still being deleted`, stoppedContainers });
    }
    return { ...run, back: { ...back, by: 'update' }, followed: { ...run.followed!, state: 'rollingBack', detail: 'deleting the service' } };
  }
  const { followed, record, isUnread } = await readRecord(run, service, place);
  if (isUnread) return { ...run, followed };
  const now = lastState(run, service, record, followed);
  if (now.state === 'completed') return completed(run, place);
  const primary = primaryOf(service);
  if (now.state === 'superseded' || primary && primary.id !== run.deploymentId) {
    return ended(run, { outcome: 'superseded', reason: `another deployment has set the service to ${parseRevision(service.taskDefinition).short}` });
  }
  try {
    await deleteService(run, place);
    return { ...run, back: { ...back, by: 'update' } };
  } catch (error) {
    if (mustRepeat(error)) throw error;
    return ended(run, { outcome: from, reason: `${reason}; service ${name} could not be deleted: ${messageOf(error)}`, stoppedContainers });
  }
}

/** Deletes a daemon's service. Its tasks need not be stopped before. @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html */
export async function deleteService({ clusterArn, serviceArn }: Pick<ServiceRun, 'clusterArn' | 'serviceArn'>, { account }: Pick<Place, 'account'>): Promise<void> {
  try {
    await account.call('ecs', 'DeleteService', { cluster: clusterArn, service: serviceArn });
  } catch (error) {
    // An earlier try, or another user, has deleted it.
    if (isNamed(error, 'ServiceNotFoundException', 'ServiceNotActiveException') && !isUnsettled(error)) return;
    throw account.failure(error, 'ecs:DeleteService', { subject: `service ${lastPart(serviceArn)}`, resource: serviceArn });
  }
}
