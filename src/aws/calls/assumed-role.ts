import { Account } from './account';
import { lastPart } from './arns';
import { Identity } from './credentials';
import { Failure } from './failure';

/** AWS's default. A role that is assumed by another role has at most this, too. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const SESSION_SECONDS = 3600;

/**
 * A provider of the credentials of a role, which is assumed again each time that it is called.
 *
 * @param from the account whose credentials may assume the role
 * @param externalId what the role's trust policy asks for. @default - nothing
 */
export function assumedRole(from: Account, roleArn: string, externalId?: string): () => Promise<Identity> {
  return async () => {
    const subject = { subject: `role ${lastPart(roleArn)}`, resource: roleArn };
    const { Credentials: found } = await from.call('sts', 'AssumeRole', {
      RoleArn: roleArn,
      RoleSessionName: 'postman-live-collection',
      DurationSeconds: SESSION_SECONDS,
      ...externalId === undefined ? {} : { ExternalId: externalId },
    }, subject);
    if (typeof found?.AccessKeyId !== 'string' || typeof found.SecretAccessKey !== 'string') throw new Failure(`sts:AssumeRole for ${roleArn} has answered no credentials.`);
    return {
      accessKeyId: found.AccessKeyId,
      secretAccessKey: found.SecretAccessKey,
      sessionToken: found.SessionToken,
      ...found.Expiration === undefined ? {} : { expiration: new Date(found.Expiration) },
    };
  };
}
