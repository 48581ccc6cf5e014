import { EcsService } from '../reads/services';

const MINUTE_MS = 60_000;

/** The stages of a rollout of the service at which it waits for a person. */
export function pausesOf({ deploymentConfiguration: { lifecycleHooks = [] } = {} }: EcsService): string[] {
  return lifecycleHooks.filter(({ targetType }) => targetType === 'PAUSE').flatMap(({ lifecycleStages = [] }) => lifecycleStages);
}

/**
 * How long a rollout of the service waits on purpose, in milliseconds: between the steps in which traffic is shifted, and after the last.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export function bakeTimeOf({ deploymentConfiguration: how = {} }: EcsService): number {
  const { strategy, bakeTimeInMinutes: last = 0, canaryConfiguration: canary, linearConfiguration: linear } = how;
  switch (strategy) {
    case 'BLUE_GREEN': return last * MINUTE_MS;
    case 'CANARY': return (last + (canary?.canaryBakeTimeInMinutes ?? 0)) * MINUTE_MS;
    case 'LINEAR': return (last + (linear?.stepBakeTimeInMinutes ?? 0) * Math.ceil(100 / (linear?.stepPercent || 100))) * MINUTE_MS;
    default: return 0;
  }
}
