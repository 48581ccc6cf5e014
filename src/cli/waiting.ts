import { Account, describeServices, EcsService, Failure, isRollingOut, remember } from '../aws';

export interface Waiting {
  readonly timeoutMs: number;
  readonly pollMs: number;
  readonly note: (line: string) => void;
}

/** `--wait-for-rollout`: waits until no rollout is in progress. Answers the services as they are then. */
export async function waitForRollouts(
  account: Account, services: readonly EcsService[], { timeoutMs, pollMs, note }: Waiting,
): Promise<readonly EcsService[]> {
  const started = account.clock.now();
  const namesOf = (busy: readonly EcsService[]) => busy.map(({ serviceName }) => serviceName).join(', ');
  let seen = services;
  for (let busy = seen.filter(isRollingOut); busy.length > 0; busy = seen.filter(isRollingOut)) {
    if (seen === services) note(`waiting for the rollout of ${namesOf(busy)} to end`);
    if (account.clock.now() - started > timeoutMs) {
      throw new Failure(`The rollout of ${namesOf(busy)} did not end within \`--timeout\`. Nothing was written.`);
    }
    await account.pause(pollMs);
    const clusters = new Map<string, string[]>();
    for (const { clusterArn, serviceArn } of services) remember(clusters, clusterArn, () => []).push(serviceArn);
    seen = (await Promise.all([...clusters].map(async ([cluster, arns]) => describeServices(account, cluster, arns)))).flat();
  }
  return seen;
}
