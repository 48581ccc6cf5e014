import { createdTag } from '../../edit';
import { daemonRoleDocument, logGroupArn, tasksTrust } from '../../permissions';
import { Account } from '../calls/account';
import { lastPart, placeOf } from '../calls/arns';
import { isDenied, isNamed } from '../calls/errors';
import { DaemonGrant, statementsOf } from '../plan/daemon';
import { isChange, Plan } from '../plan/plan';
import { readGrantedPolicy } from '../reads/granted-policy';

/** The inline policy of the role that is made for a daemon. */
export const DAEMON_POLICY = 'postman-agent-daemon';

/** One month. */
const RETENTION_DAYS = 30;

/**
 * Makes what a daemon needs before its tasks start, as the plan says: the log group, the role and its policy. Each is made once, also if an earlier run
 * has ended in between.
 *
 * @param told what was made, a line each
 * @throws Failure if something cannot be made. What was made stays, and the next run uses it
 */
export async function makeDaemonNeeds(account: Account, { services }: Plan, told: (line: string) => void): Promise<void> {
  for (const { daemon, service } of services.filter(isChange)) {
    if (daemon?.newLogGroup !== undefined) await makeLogGroup(account, daemon.newLogGroup, daemon.mayHaveLogGroup ?? false, service.clusterArn, told);
    if (daemon?.grant) await makeRole(account, daemon.grant, told);
  }
}

async function makeLogGroup(
  account: Account, logGroupName: string, mayHaveLogGroup: boolean, clusterArn: string, told: (line: string) => void,
): Promise<void> {
  const subject = { subject: `log group ${logGroupName}`, resource: logGroupArn({ ...placeOf(clusterArn), name: logGroupName }) };
  try {
    await account.call('logs', 'CreateLogGroup', { logGroupName });
  } catch (error) {
    // The plan has a warning that it was not possible to look for the group.
    if (mayHaveLogGroup && isDenied(error)) return;
    if (!isNamed(error, 'ResourceAlreadyExistsException')) throw account.failure(error, 'logs:CreateLogGroup', subject);
    if (mayHaveLogGroup) return;
  }
  await account.must('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays: RETENTION_DAYS }, subject);
  told(`made the log group ${logGroupName}, which keeps events for ${RETENTION_DAYS} days`);
}

async function makeRole(account: Account, grant: DaemonGrant, told: (line: string) => void): Promise<void> {
  const RoleName = lastPart(grant.arn);
  const subject = { subject: `role ${RoleName}`, resource: grant.arn };
  if (grant.isNew) {
    const { key: Key, value: Value } = createdTag();
    const input = {
      RoleName, AssumeRolePolicyDocument: tasksTrust(), Description: 'Execution role of the daemon of the Postman agent', Tags: [{ Key, Value }],
    };
    try {
      await account.call('iam', 'CreateRole', input);
      told(`created the role ${RoleName}`);
    } catch (error) {
      // An earlier try that was not answered has created it.
      if (!isNamed(error, 'EntityAlreadyExistsException', 'EntityAlreadyExists')) throw account.failure(error, 'iam:CreateRole', subject);
    }
  }
  const PolicyDocument = daemonRoleDocument(statementsOf(grant, await account.region()));
  const now = grant.isNew ? undefined : await readGrantedPolicy(account, grant.arn, DAEMON_POLICY);
  if (now && 'document' in now && now.document === PolicyDocument) return;
  await account.must('iam', 'PutRolePolicy', { RoleName, PolicyName: DAEMON_POLICY, PolicyDocument }, subject);
  told(`set the inline policy ${DAEMON_POLICY} of role ${RoleName}`);
}
