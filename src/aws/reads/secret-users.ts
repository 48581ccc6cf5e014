import { Revisions } from './revisions';
import { describeServices, EcsService, hasTaskDefinition, listClusters, listServices, primaryOf } from './services';
import { isObject, Json, JsonObject, objectsIn, textIn } from '../../edit';
import { ApiKeySource, namesSource } from '../../permissions';
import { Account } from '../calls/account';
import { lastPart, parseRevision } from '../calls/arns';
import { clauseOfMessage, isForAll } from '../calls/failure';

/** AWS rejects the calls of a machine whose clock differs more. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const MOST_SKEW_MS = 300_000;

/** What uses a secret with a role, or why that is not known. */
export type SecretUse = { readonly users: readonly string[] } | { readonly unread: string };

/** Why a policy with which the secret is read must stay, as a clause. Undefined if nothing uses it. */
export function whyUsed(use: SecretUse): string | undefined {
  if ('unread' in use) return `it is unknown whether a service uses it: ${use.unread}`;
  const { users } = use;
  return users.length === 0 ? undefined : `${users.join(', ')} ${users.length === 1 ? 'uses' : 'use'} it`;
}

/**
 * The services of the account and region, read once. Scheduled tasks and tasks without a service are not among them. A task definition is read when it is
 * asked for.
 */
export class SecretUsers {
  private services?: Promise<readonly EcsService[]>;
  private readonly revisions: Revisions;

  constructor(private readonly account: Account) {
    this.revisions = new Revisions(account);
  }

  /**
   * The services that run, or may still start, tasks that read the secret with this execution role.
   *
   * @param since only those with a deployment since then, in milliseconds since 1970. @default - all services
   */
  public async of(role: string, secret: ApiKeySource, since?: number): Promise<SecretUse> {
    try {
      this.services ??= this.readServices();
      const asked = (await this.services).filter(service => since === undefined || isDeployedSince(service, since));
      const users = await Promise.all(asked.map(async service => {
        const uses = (await this.definitionsOf(service)).some(({ executionRoleArn, ...body }) =>
          lastPart(textIn(executionRoleArn) ?? '') === lastPart(role) && secretReferences(body).some(reference => namesSource(reference, secret)));
        return uses ? [`${service.serviceName} in cluster ${lastPart(service.clusterArn)}`] : [];
      }));
      return { users: users.flat() };
    } catch (error) {
      if (isForAll(error)) throw error;
      return { unread: clauseOfMessage(error) };
    }
  }

  /** @throws Failure if one of them cannot be read */
  private async readServices(): Promise<readonly EcsService[]> {
    const inClusters = await Promise.all((await listClusters(this.account)).map(async arn => {
      const listed = await listServices(this.account, { given: arn, name: lastPart(arn) });
      const described = await describeServices(this.account, arn, listed, { mustExist: false });
      const missing = listed.filter(one => !described.some(({ serviceArn }) => serviceArn === one));
      if (missing.length > 0) throw new Error(`ecs:DescribeServices does not describe ${missing.map(lastPart).join(', ')} of cluster ${lastPart(arn)}`);
      return described.filter(({ status }) => status !== 'INACTIVE');
    }));
    return inClusters.flat();
  }

  private async definitionsOf(service: EcsService): Promise<JsonObject[]> {
    return Promise.all(runBy(service).map(async arn => {
      const revision = await this.revisions.find(arn);
      if (revision === undefined) throw new Error(`task definition ${parseRevision(arn).short} of service ${service.serviceName} cannot be read`);
      return revision.body;
    }));
  }
}

/** A deployment without a time may be a new one. */
function isDeployedSince({ deployments = [] }: EcsService, since: number): boolean {
  return deployments.length === 0 || deployments.some(({ createdAt }) => createdAt === undefined || createdAt.getTime() >= since - MOST_SKEW_MS);
}

/**
 * ARNs of the task definitions of which a service may still start tasks: its own, those of its task sets, and those of the older
 * deployments to which a rollout in progress may go back. A task that runs has its secrets already.
 */
function runBy(service: EcsService & { readonly taskSets?: readonly { readonly taskDefinition?: string }[] }): string[] {
  const { taskDefinition, deployments = [], taskSets = [] } = service;
  const isOver = primaryOf(service)?.rolloutState === 'COMPLETED';
  const live = deployments.filter(({ status, rolloutState, desiredCount = 0, pendingCount = 0 }) =>
    status === 'PRIMARY' || !isOver && rolloutState !== 'FAILED' || desiredCount + pendingCount > 0);
  const named = [...live, ...taskSets].flatMap(({ taskDefinition: of }) => of ?? []);
  return [...new Set([...hasTaskDefinition(service) ? [taskDefinition] : [], ...named])];
}

/** What ECS reads with the execution role: secrets of containers and of their log drivers, and credentials of registries. */
function secretReferences({ containerDefinitions }: JsonObject): string[] {
  return objectsIn(containerDefinitions).flatMap(({ secrets, logConfiguration, repositoryCredentials }) => [
    ...valuesFrom(secrets),
    ...isObject(logConfiguration) ? valuesFrom(logConfiguration.secretOptions) : [],
    ...isObject(repositoryCredentials) ? [textIn(repositoryCredentials.credentialsParameter) ?? ''] : [],
  ]);
}

function valuesFrom(secrets: Json | undefined): string[] {
  return objectsIn(secrets).flatMap(({ valueFrom }) => textIn(valueFrom) ?? []);
}
