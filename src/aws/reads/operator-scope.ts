import { describeParameter, parameterArn, parameterKeyOf } from './parameter';
import { Revisions } from './revisions';
import { aliasIn, readSecretKey } from './secret-key';
import { EcsService, hasTaskDefinition } from './services';
import { isDefaultKey, KeyStore } from '../../agent';
import { JsonObject, textIn } from '../../edit';
import { OperatorScope } from '../../permissions';
import { Account } from '../calls/account';
import { lastPart, parseRevision, placeOf, regionIn } from '../calls/arns';
import { isDenied, isNamed } from '../calls/errors';

export interface PolicyRequest {
  readonly listsServices: boolean;
  /** Whether every service of the cluster is selected. */
  readonly takesWholeClusters: boolean;
  /** ARN or name of the secret or the parameter; undefined if the key is in the task definition in plain text. */
  readonly secret?: string;
  /** @default secretsmanager */
  readonly store?: KeyStore;
  readonly mayUpdate: boolean;
  readonly mayGrant: boolean;
  readonly mayRevoke: boolean;
}

/**
 * The scope of a policy for services, from what they run.
 *
 * @returns the scope of the first so many of the services, by default of all
 */
export async function operatorScope(
  account: Account, services: readonly EcsService[], request: PolicyRequest,
): Promise<(first?: number) => OperatorScope> {
  const place = placeOf(services[0].serviceArn);
  const revisions = new Revisions(account);
  const running = await Promise.all(services.map(async service => hasTaskDefinition(service) ? revisions.bodyOf(service.taskDefinition) : undefined));
  const secret = request.secret === undefined ? undefined : await keySourceScope(account, request.secret, place, request);
  return (first = services.length) => ({
    ...place,
    ...scopeOf(services.slice(0, first), running.slice(0, first)),
    listsServices: request.listsServices,
    takesWholeClusters: request.takesWholeClusters,
    ...secret === undefined ? {} : { secret },
  });
}

/** @param running what each service runs; undefined if its external controller has made no task set yet */
function scopeOf(services: readonly EcsService[], running: readonly (JsonObject | undefined)[]) {
  const taskRoles = running.map(body => textIn(body?.taskRoleArn));
  const executionRoles = running.map(body => textIn(body?.executionRoleArn));
  const unique = (values: readonly (string | undefined)[]) => [...new Set(values)].filter(value => value !== undefined).sort();
  return {
    clusters: unique(services.map(({ clusterArn }) => lastPart(clusterArn))),
    services: unique(services.map(({ clusterArn, serviceName }) => `${lastPart(clusterArn)}/${serviceName}`)),
    families: unique(services.filter(hasTaskDefinition).map(({ taskDefinition }) => parseRevision(taskDefinition).family)),
    roles: unique([...taskRoles, ...executionRoles]),
    executionRoles: unique(executionRoles),
    grantableRoles: unique(executionRoles.filter(role => !taskRoles.includes(role))),
    readsHosts: services.some(hasOwnProvider) || running.some(body => body?.networkMode === 'host'),
  };
}

function hasOwnProvider({ capacityProviderStrategy = [] }: EcsService): boolean {
  return capacityProviderStrategy.some(({ capacityProvider = '' }) => !capacityProvider.startsWith('FARGATE'));
}

type Place = ReturnType<typeof placeOf>;
type KeySourceRequest = Pick<PolicyRequest, 'store' | 'mayUpdate' | 'mayGrant' | 'mayRevoke'>;
type KeySourceScope = NonNullable<OperatorScope['secret']>;

/** What a policy says of the secret or the parameter. @param given  ARN or name */
export async function keySourceScope(account: Account, given: string, place: Place, request: KeySourceRequest): Promise<KeySourceScope> {
  return request.store === 'ssm' ? parameterScope(account, given, place, request) : secretScope(account, given, place, request);
}

async function secretScope(
  account: Account, secret: string, { partition, region, account: id }: Place, { mayUpdate, mayGrant, mayRevoke }: KeySourceRequest,
): Promise<KeySourceScope> {
  const byName = secret.startsWith('arn:') ? secret : `arn:${partition}:secretsmanager:${region}:${id}:secret:${secret}-??????`;
  try {
    const { ARN: arn, KmsKeyId: keyId } = await account.call('secretsmanager', 'DescribeSecret', { SecretId: secret }, { region: regionIn(secret) });
    const kmsKeyId = keyId === undefined || isDefaultKey(keyId) ? undefined : keyId;
    const alias = kmsKeyId === undefined ? undefined : aliasIn(kmsKeyId);
    const key = mayUpdate ? await readSecretKey(account, { arn, kmsKeyId }) : {};
    const keyArn = key.unknown ? '*' : key.arn;
    const ofKey = { ...alias === undefined ? {} : { keyAlias: alias }, ...keyArn === undefined ? {} : { keyArn } };
    return { arn, mayCreate: false, mayUpdate, mayGrant, mayRevoke, ...ofKey };
  } catch (error) {
    const isMissing = isNamed(error, 'ResourceNotFoundException');
    if (!isDenied(error) && !isMissing) throw account.failure(error, 'secretsmanager:DescribeSecret', { subject: `secret ${secret}` });
    // A secret that does not exist is created under the default key.
    return { arn: byName, mayCreate: !secret.startsWith('arn:'), mayUpdate, mayGrant, mayRevoke, ...mayUpdate && !isMissing ? { keyArn: '*' } : {} };
  }
}

async function parameterScope(
  account: Account, parameter: string, place: Place, { mayGrant, mayRevoke }: KeySourceRequest,
): Promise<KeySourceScope> {
  const arn = parameterArn(parameter, place);
  const scope = { store: 'ssm', arn, mayCreate: false, mayUpdate: false, mayGrant, mayRevoke } as const;
  try {
    const found = await describeParameter(account, parameter, placeOf(arn).account !== place.account);
    const key = found && parameterKeyOf(found);
    const alias = key === undefined ? undefined : aliasIn(key);
    return { ...scope, ...alias === undefined ? {} : { keyAlias: alias } };
  } catch (error) {
    if (!isDenied(error)) throw account.failure(error, 'ssm:DescribeParameters', { subject: `parameter ${parameter}` });
    return scope;
  }
}
