import { Revisions } from './revisions';
import { describeServices, EcsService, hasTaskDefinition, listClusters, listServices, primaryOf } from './services';
import { isObject, Json, JsonObject, objectsIn, textIn } from '../../edit';
import { ApiKeySource, namesSource } from '../../permissions';
import { Account } from '../calls/account';
import { lastPart, parseRevision } from '../calls/arns';
import { isForAll, messageOf } from '../calls/failure';

/** What uses a secret with a role, or why that is not known. */
export type SecretUse = { readonly users: readonly string[] } | { readonly unread: string };

/** The services of the account and region, read once. Scheduled tasks and tasks without a service are not among them. */
export class SecretUsers {
  private services?: Promise<readonly RunService[]>;
  private readonly revisions: Revisions;

  constructor(private readonly account: Account) {
    this.revisions = new Revisions(account);
  }

  /** The services that run, or may still start, tasks that read the secret with this execution role. */
  public async of(role: string, secret: ApiKeySource): Promise<SecretUse> {
    try {
      this.services ??= this.readServices();
      const users: string[] = [];
      for (const { service, definitions } of await this.services) {
        const uses = definitions.some(({ executionRoleArn, ...body }) =>
          lastPart(textIn(executionRoleArn) ?? '') === lastPart(role) && secretReferences(body).some(reference => namesSource(reference, secret)));
        if (uses) users.push(`${service.serviceName} in cluster ${lastPart(service.clusterArn)}`);
      }
      return { users };
    } catch (error) {
      if (isForAll(error)) throw error;
      // The first line says what failed; the others how to fix it.
      return { unread: messageOf(error).split('\n')[0].replace(/\.$/, '') };
    }
  }

  /** @throws Failure if one of them cannot be read */
  private async readServices(): Promise<readonly RunService[]> {
    const inClusters = await Promise.all((await listClusters(this.account)).map(async arn => {
      const listed = await listServices(this.account, { given: arn, name: lastPart(arn) });
      const described = await describeServices(this.account, arn, listed, { mustExist: false });
      const missing = listed.filter(one => !described.some(({ serviceArn }) => serviceArn === one));
      if (missing.length > 0) throw new Error(`ecs:DescribeServices does not describe ${missing.map(lastPart).join(', ')} of cluster ${lastPart(arn)}`);
      return described.filter(({ status }) => status !== 'INACTIVE');
    }));
    return Promise.all(inClusters.flat().map(async service => ({ service, definitions: await this.definitionsOf(service) })));
  }

  private async definitionsOf(service: EcsService): Promise<JsonObject[]> {
    return Promise.all(runBy(service).map(async arn => {
      const revision = await this.revisions.find(arn);
      if (revision === undefined) throw new Error(`task definition ${parseRevision(arn).short} of service ${service.serviceName} cannot be read`);
      return revision.body;
    }));
  }
}

interface RunService {
  readonly service: EcsService;
  readonly definitions: readonly JsonObject[];
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
