import { Account } from './account';
import { Rollout, ServiceDeployment } from './rollout';
import { EcsService } from './services';

/** DescribeServiceDeployments takes at most twenty. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html */
const RECORDS_A_CALL = 20;
/** ECS creates the record and the deployment together, but not in the same moment. */
const TOLERANCE_MS = 5000;
const MOST_SEARCHES = 3;

interface DeploymentSummary {
  readonly serviceDeploymentArn: string;
  readonly targetServiceRevisionArn?: string;
  readonly createdAt?: Date;
}

interface TrackedRecord {
  readonly serviceArn: string;
  arn?: string;
  searches: number;
  record?: ServiceDeployment;
}

/**
 * The records that ECS keeps of rollouts, if the account may read them. Without the permissions, the service's own deployments
 * have to do.
 */
export class ServiceDeployments {
  private readonly tracked = new Map<string, TrackedRecord>();
  private isUnseen = false;

  constructor(private readonly account: Account) {}

  public async of(service: EcsService, rollout: Rollout): Promise<ServiceDeployment | undefined> {
    let tracked = this.tracked.get(rollout.deploymentId);
    if (!tracked) {
      tracked = { serviceArn: service.serviceArn, searches: 0 };
      this.tracked.set(rollout.deploymentId, tracked);
    }
    if (tracked.arn === undefined && tracked.searches < MOST_SEARCHES && !this.isUnseen) {
      tracked.searches++;
      tracked.arn = await this.search(service, rollout);
      if (tracked.arn !== undefined) await this.describe([tracked]);
    }
    return tracked.record;
  }

  public arnOf({ deploymentId }: Rollout): string | undefined {
    return this.tracked.get(deploymentId)?.arn;
  }

  /** Reads the known records again. */
  public async refresh(services: readonly EcsService[]): Promise<void> {
    const arns = new Set(services.map(({ serviceArn }) => serviceArn));
    await this.describe([...this.tracked.values()].filter(({ arn, serviceArn }) => arn !== undefined && arns.has(serviceArn)));
  }

  private async search(
    { clusterArn: cluster, serviceArn: service, deployments = [] }: EcsService, { deploymentId }: Rollout,
  ): Promise<string | undefined> {
    const started = deployments.find(({ id }) => id === deploymentId)?.createdAt;
    if (started === undefined) return undefined;
    const after = new Date(started.getTime() - TOLERANCE_MS);
    const answer = await this.account.look('ecs', 'ListServiceDeployments', { cluster, service, createdAt: { after } });
    if ('unseen' in answer) {
      this.isUnseen = true;
      return undefined;
    }
    const found: readonly DeploymentSummary[] = answer.seen.serviceDeployments ?? [];
    // A rollout and its service revision have the same number in practice. If they do not, the nearest in time is ours.
    const number = `/${deploymentId.split('/').pop()}`;
    const distance = ({ createdAt }: DeploymentSummary) => createdAt === undefined ? Infinity : Math.abs(createdAt.getTime() - started.getTime());
    const mine = found.find(({ targetServiceRevisionArn }) => targetServiceRevisionArn?.endsWith(number))
      ?? found.filter(summary => distance(summary) <= TOLERANCE_MS).sort((one, other) => distance(one) - distance(other))[0];
    return mine?.serviceDeploymentArn;
  }

  private async describe(all: readonly TrackedRecord[]): Promise<void> {
    for (let at = 0; at < all.length && !this.isUnseen; at += RECORDS_A_CALL) {
      const some = all.slice(at, at + RECORDS_A_CALL);
      const answer = await this.account.look('ecs', 'DescribeServiceDeployments', { serviceDeploymentArns: some.map(({ arn }) => arn) });
      if ('unseen' in answer) {
        this.isUnseen = true;
        for (const tracked of all) tracked.record = undefined;
        return;
      }
      const found: readonly ServiceDeployment[] = answer.seen.serviceDeployments ?? [];
      for (const tracked of some) tracked.record = found.find(({ serviceDeploymentArn }) => serviceDeploymentArn === tracked.arn);
    }
  }
}
