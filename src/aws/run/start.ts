import { ServiceRun } from './service-run';
import { EcsService, primaryOf } from '../reads/services';

/** Whether the service has been deleted, or is being deleted. ECS soon forgets a deleted service, and answers undefined. */
export function isGone({ status }: EcsService): boolean {
  return status === 'INACTIVE' || status === 'DRAINING';
}

/** The deployments that a plan sees. */
export function seenIn(service: EcsService): Pick<ServiceRun, 'primary' | 'seenDeployments'> {
  return { primary: primaryOf(service)?.id, seenDeployments: (service.deployments ?? []).map(({ id }) => id) };
}

/** The run that follows the service's primary deployment. */
export function startFollowing(run: ServiceRun, service: EcsService, targetRevisionArn: string): ServiceRun {
  const primary = primaryOf(service);
  return {
    ...run,
    phase: 'following',
    targetRevisionArn,
    deploymentId: primary?.id ?? '',
    followed: { searches: 0, agentLooks: 0, state: 'inProgress', detail: 'starting', running: 0, desired: service.desiredCount, failed: 0 },
  };
}
