import { createHash } from 'node:crypto';
import { isCreated } from '../../edit';
import { Account } from '../calls/account';
import { lastPart, placeOf } from '../calls/arns';
import { isNamed } from '../calls/errors';
import { Failure } from '../calls/failure';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_CHARACTERS = 64;
const HASH_CHARACTERS = 8;

/** The ARN of the role that is created for a daemon. Roles belong to all regions of an account, so its name has the region and the cluster. */
export function daemonRoleArn(service: string, clusterArn: string): string {
  const { partition, region, account } = placeOf(clusterArn);
  return `arn:${partition}:iam::${account}:role/${roleName(`${lastPart(clusterArn)}-${region}-${service}`)}`;
}

function roleName(name: string): string {
  if (name.length <= MOST_CHARACTERS) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_CHARACTERS);
  return `${name.slice(0, MOST_CHARACTERS - 1 - HASH_CHARACTERS)}-${hash}`;
}

/** The name of the log group that is created for a daemon. */
export function daemonLogGroup(service: string, cluster: string): string {
  return `/ecs/${cluster}/${service}`;
}

export interface RoleSeen {
  readonly arn: string;
  /** Whether this program has made it. */
  readonly isOurs: boolean;
}

/**
 * @param name of the role, without its path
 * @returns undefined if there is no such role
 * @throws Failure if it cannot be read
 */
export async function findRole(account: Account, name: string): Promise<RoleSeen | undefined> {
  try {
    const { Role: { Arn: arn, Tags } } = await account.call('iam', 'GetRole', { RoleName: name });
    return { arn, isOurs: isCreated(Tags) };
  } catch (error) {
    if (isNamed(error, 'NoSuchEntityException', 'NoSuchEntity')) return undefined;
    throw account.failure(error, 'iam:GetRole', { subject: `role ${name}` });
  }
}

/** The ARN of a role that a user names. @throws Failure if there is no such role */
export async function roleArnOf(account: Account, given: string): Promise<string> {
  if (given.startsWith('arn:')) return given;
  const found = await findRole(account, given);
  if (found === undefined) throw new Failure(`There is no role ${given} in this account. ${account.hints.role}`);
  return found.arn;
}
