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
/** So many services are asked about before it is clear that the account may read no record. */
const MOST_DENIED = 3;

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
  /** The services whose records the account may not read, or of which ECS has none. */
  private readonly unseen = new Set<string>();
  /** Whether a record or a list of them was read. */
  private hasSeen = false;

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
    const of = serviceOf(service, cluster);
    if (started === undefined || this.isUnseen(of)) return undefined;
    const after = new Date(started.getTime() - TOLERANCE_MS);
    const answer = await this.seen('ListServiceDeployments', { cluster, service, createdAt: { after } }, of);
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
    const of = serviceOf(service, cluster);
    if (this.isUnseen(of)) return undefined;
    const input = { cluster, service, createdAt: { after: new Date(since - TOLERANCE_MS) }, maxResults: 100 };
    const found: DeploymentSummary[] = [];
    const pages = new Pages('ecs:ListServiceDeployments');
    for (let nextToken: string | undefined; ;) {
      const answer = await this.seen('ListServiceDeployments', { ...input, nextToken }, of);
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
    return this.isUnseen(serviceOf(arn)) ? undefined : this.reads.of(arn);
  }

  private async read(arns: readonly string[]): Promise<(arn: string) => ServiceDeployment | undefined> {
    const answer = await this.seen('DescribeServiceDeployments', { serviceDeploymentArns: [...arns] }, ...new Set(arns.map(arn => serviceOf(arn))));
    // One of them may be denied, and the others not.
    const each = answer === undefined && arns.length > 1 && !this.isUnseen() ? await Promise.all(arns.map(async arn => this.read([arn]))) : undefined;
    if (each) return arn => each[arns.indexOf(arn)](arn);
    const found: readonly ServiceDeployment[] = answer?.serviceDeployments ?? [];
    return arn => found.find(({ serviceDeploymentArn }) => serviceDeploymentArn === arn);
  }

  /** The answer; undefined if it will never come. @throws Failure if it may come later */
  private async seen(action: string, input: object, ...services: readonly string[]): Promise<any> {
    try {
      const answer = await this.account.must('ecs', action, input);
      this.hasSeen = true;
      return answer;
    } catch (error) {
      if (mustRepeat(error)) throw error;
      if (services.length === 1) this.unseen.add(services[0]);
      return undefined;
    }
  }

  /** Whether nothing is asked any more about a service, or about any: an account that is denied some services, and never answered, denies all. */
  private isUnseen(service?: string): boolean {
    return service !== undefined && this.unseen.has(service) || !this.hasSeen && this.unseen.size >= MOST_DENIED;
  }
}

/** Cluster and service, of the ARN of a record, or of a service whose ARN may have the old form. */
function serviceOf(arn: string, cluster?: string): string {
  if (cluster !== undefined) return `${lastPart(cluster)}/${lastPart(arn)}`;
  return arn.split('/').slice(1, 3).join('/');
}
