import { Account } from './account';
import { lastPart, parseRevision, placeOf, regionIn } from './arns';
import { isDenied, isNamed } from './errors';
import { Revisions } from './revisions';
import { EcsService } from './services';
import { textIn } from '../edit';
import { OperatorScope } from '../permissions';

export interface PolicyRequest {
  readonly listsServices: boolean;
  /** ARN or name of the secret; undefined if the key is in the task definition in plain text. */
  readonly secret?: string;
  readonly mayUpdate: boolean;
  readonly mayGrant: boolean;
}

/** The scope of a policy for these services, from what they run. */
export async function operatorScope(account: Account, services: readonly EcsService[], request: PolicyRequest): Promise<OperatorScope> {
  const { partition, region, account: id } = placeOf(services[0].serviceArn);
  const revisions = new Revisions(account);
  const running = await Promise.all(services.map(async ({ taskDefinition }) => revisions.bodyOf(taskDefinition)));
  const unique = (values: readonly (string | undefined)[]) => [...new Set(values)].filter(value => value !== undefined).sort();
  return {
    partition,
    region,
    account: id,
    clusters: unique(services.map(({ clusterArn }) => lastPart(clusterArn))),
    services: unique(services.map(({ clusterArn, serviceName }) => `${lastPart(clusterArn)}/${serviceName}`)),
    families: unique(services.map(({ taskDefinition }) => parseRevision(taskDefinition).family)),
    roles: unique(running.flatMap(({ taskRoleArn, executionRoleArn }) => [textIn(taskRoleArn), textIn(executionRoleArn)])),
    listsServices: request.listsServices,
    readsHosts: services.some(hasOwnProvider) || running.some(({ networkMode }) => networkMode === 'host'),
    ...request.secret === undefined ? {} : { secret: await secretScope(account, request.secret, { partition, region, account: id }, request) },
  };
}

function hasOwnProvider({ capacityProviderStrategy = [] }: EcsService): boolean {
  return capacityProviderStrategy.some(({ capacityProvider = '' }) => !capacityProvider.startsWith('FARGATE'));
}

async function secretScope(
  account: Account, secret: string, { partition, region, account: id }: ReturnType<typeof placeOf>, { mayUpdate, mayGrant }: PolicyRequest,
): Promise<NonNullable<OperatorScope['secret']>> {
  const byName = secret.startsWith('arn:') ? secret : `arn:${partition}:secretsmanager:${region}:${id}:secret:${secret}-??????`;
  try {
    const { ARN: arn } = await account.call('secretsmanager', 'DescribeSecret', { SecretId: secret }, { region: regionIn(secret) });
    return { arn, mayCreate: false, mayUpdate, mayGrant };
  } catch (error) {
    const isMissing = isNamed(error, 'ResourceNotFoundException');
    if (!isDenied(error) && !isMissing) throw account.failure(error, 'secretsmanager:DescribeSecret', { subject: `secret ${secret}` });
    return { arn: byName, mayCreate: !secret.startsWith('arn:'), mayUpdate, mayGrant };
  }
}
