import { ServiceDeployment } from './state';
import { Account } from '../calls/account';
import { lastPart } from '../calls/arns';
import { Turn } from '../calls/batch';
import { mustRepeat } from '../calls/errors';
import { Pages } from '../calls/pages';
import { EcsService } from '../reads/services';

/** DescribeServiceDeployments takes at most twenty. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html */
const RECORDS_A_CALL = 20;
/** ECS creates the record and the deployment together, but not in the same moment. */
const TOLERANCE_MS = 5000;

/** A record, as far as the list of the records has it. */
export interface DeploymentSummary extends Pick<ServiceDeployment, 'serviceDeploymentArn' | 'status' | 'statusReason'> {
  readonly targetServiceRevisionArn?: string;
  readonly createdAt?: Date;
}

/**
 * The records that ECS keeps of rollouts, if the account may read them. Without the permissions, the service's own deployments
 * have to do. The reads of one turn of the event loop go out together.
 */
export class ServiceDeployments {
  private readonly reads = new Turn<ServiceDeployment | undefined>(async arns => this.read(arns), RECORDS_A_CALL);
  /** Whether the account may not read them, or ECS has none. */
  private isUnseen = false;

  constructor(private readonly account: Account) {}

  /**
   * The ARN of the record of a rollout that the service lists; undefined if it is not found.
   *
   * @throws Failure if it has to be searched for again
   */
  public async find(
    { clusterArn: cluster, serviceArn: service, deployments = [] }: EcsService, deploymentId: string,
  ): Promise<string | undefined> {
    const started = deployments.find(({ id }) => id === deploymentId)?.createdAt;
    if (started === undefined || this.isUnseen) return undefined;
    const after = new Date(started.getTime() - TOLERANCE_MS);
    const answer = await this.seen('ListServiceDeployments', { cluster, service, createdAt: { after } });
    const found: readonly DeploymentSummary[] = answer?.serviceDeployments ?? [];
    // A rollout and its service revision have the same number in practice. If they do not, the nearest in time is ours, if it is of no other rollout.
    const numberOf = (id: string) => `/${lastPart(id)}`;
    const number = numberOf(deploymentId);
    const others = deployments.filter(({ id }) => id !== deploymentId).map(({ id }) => numberOf(id));
    const isOthers = ({ targetServiceRevisionArn: revision = '' }: DeploymentSummary) => others.some(other => revision.endsWith(other));
    const distance = ({ createdAt }: DeploymentSummary) => createdAt === undefined ? Infinity : Math.abs(createdAt.getTime() - started.getTime());
    const mine = found.find(({ targetServiceRevisionArn }) => targetServiceRevisionArn?.endsWith(number))
      ?? found.filter(summary => distance(summary) <= TOLERANCE_MS && !isOthers(summary)).sort((one, other) => distance(one) - distance(other))[0];
    return mine?.serviceDeploymentArn;
  }

  /**
   * The records since a time, the newest first; undefined if they cannot be read.
   *
   * @param since milliseconds since 1970
   * @throws Failure if they have to be read again
   */
  public async since({ clusterArn: cluster, serviceArn: service }: EcsService, since: number): Promise<DeploymentSummary[] | undefined> {
    if (this.isUnseen) return undefined;
    const input = { cluster, service, createdAt: { after: new Date(since - TOLERANCE_MS) }, maxResults: 100 };
    const found: DeploymentSummary[] = [];
    const pages = new Pages('ecs:ListServiceDeployments');
    for (let nextToken: string | undefined; ;) {
      const answer = await this.seen('ListServiceDeployments', { ...input, nextToken });
      if (answer === undefined) return undefined;
      found.push(...answer.serviceDeployments ?? []);
      nextToken = pages.next<string>(answer.nextToken);
      if (nextToken === undefined) break;
    }
    return found.sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
  }

  /**
   * The newest record since a time, and the id of its rollout, if ECS rolled that rollout back.
   *
   * @param since milliseconds since 1970
   * @throws Failure if it has to be read again
   */
  public async rolledBackSince(
    service: EcsService, since: number,
  ): Promise<{ readonly record: ServiceDeployment; readonly deploymentId: string } | undefined> {
    const [newest] = await this.since(service, since) ?? [];
    const record = newest && await this.of(newest.serviceDeploymentArn);
    if (!record?.status?.startsWith('ROLLBACK')) return undefined;
    // A rollout and its service revision have the same number in practice.
    const { targetServiceRevisionArn: revision } = newest;
    return { record, deploymentId: revision === undefined ? '' : `ecs-svc/${lastPart(revision)}` };
  }

  /** The record as it is now; undefined if it cannot be read. @throws Failure if it has to be read again */
  public async of(arn: string): Promise<ServiceDeployment | undefined> {
    if (this.isUnseen) return undefined;
    return this.reads.of(arn);
  }

  private async read(arns: readonly string[]): Promise<(arn: string) => ServiceDeployment | undefined> {
    const answer = await this.seen('DescribeServiceDeployments', { serviceDeploymentArns: [...arns] });
    const found: readonly ServiceDeployment[] = answer?.serviceDeployments ?? [];
    return arn => found.find(({ serviceDeploymentArn }) => serviceDeploymentArn === arn);
  }

  /** The answer; undefined if it will never come. @throws Failure if it may come later */
  private async seen(action: string, input: object): Promise<any> {
    try {
      return await this.account.must('ecs', action, input);
    } catch (error) {
      if (mustRepeat(error)) throw error;
      this.isUnseen = true;
      return undefined;
    }
  }
}
