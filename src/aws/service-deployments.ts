import { Account } from './account';
import { Rollout, ServiceDeployment } from './rollout';
import { EcsService } from './services';

/** DescribeServiceDeployments takes at most twenty. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html */
const RECORDS_A_CALL = 20;
/** The record and the deployment are made together, but not in the same moment. */
const TOLERANCE_MS = 5000;
const MOST_SEARCHES = 3;

interface Brief {
  readonly serviceDeploymentArn: string;
  readonly targetServiceRevisionArn?: string;
  readonly createdAt?: Date;
}

interface Sought {
  readonly serviceArn: string;
  arn?: string;
  searches: number;
  record?: ServiceDeployment;
}

/**
 * The records that ECS keeps of rollouts, where the account answers them. Without the permissions everything is told from the
 * service's own deployments.
 */
export class ServiceDeployments {
  private readonly sought = new Map<string, Sought>();
  private isUnseen = false;

  constructor(private readonly account: Account) {}

  public async of(service: EcsService, rollout: Rollout): Promise<ServiceDeployment | undefined> {
    let sought = this.sought.get(rollout.deploymentId);
    if (!sought) {
      sought = { serviceArn: service.serviceArn, searches: 0 };
      this.sought.set(rollout.deploymentId, sought);
    }
    if (sought.arn === undefined && sought.searches < MOST_SEARCHES && !this.isUnseen) {
      sought.searches++;
      sought.arn = await this.search(service, rollout);
      if (sought.arn !== undefined) await this.describe([sought]);
    }
    return sought.record;
  }

  public arnOf({ deploymentId }: Rollout): string | undefined {
    return this.sought.get(deploymentId)?.arn;
  }

  /** Reads the records that are known once more. */
  public async refresh(services: readonly EcsService[]): Promise<void> {
    const arns = new Set(services.map(({ serviceArn }) => serviceArn));
    await this.describe([...this.sought.values()].filter(({ arn, serviceArn }) => arn !== undefined && arns.has(serviceArn)));
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
    const found: readonly Brief[] = answer.seen.serviceDeployments ?? [];
    // A rollout and the service revision that it makes are seen to share their number; where they do not, the nearest in time is ours.
    const number = `/${deploymentId.split('/').pop()}`;
    const distance = ({ createdAt }: Brief) => createdAt === undefined ? Infinity : Math.abs(createdAt.getTime() - started.getTime());
    const mine = found.find(({ targetServiceRevisionArn }) => targetServiceRevisionArn?.endsWith(number))
      ?? found.filter(brief => distance(brief) <= TOLERANCE_MS).sort((one, other) => distance(one) - distance(other))[0];
    return mine?.serviceDeploymentArn;
  }

  private async describe(all: readonly Sought[]): Promise<void> {
    for (let at = 0; at < all.length && !this.isUnseen; at += RECORDS_A_CALL) {
      const some = all.slice(at, at + RECORDS_A_CALL);
      const answer = await this.account.look('ecs', 'DescribeServiceDeployments', { serviceDeploymentArns: some.map(({ arn }) => arn) });
      if ('unseen' in answer) {
        this.isUnseen = true;
        for (const sought of all) sought.record = undefined;
        return;
      }
      const found: readonly ServiceDeployment[] = answer.seen.serviceDeployments ?? [];
      for (const sought of some) sought.record = found.find(({ serviceDeploymentArn }) => serviceDeploymentArn === sought.arn);
    }
  }
}
