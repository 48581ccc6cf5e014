import { Account } from './account';
import { lastPart, parseRevision } from './arns';
import { grantName, revokeSecretAccess } from './execution-role';
import { messageOf } from './failure';
import { ServiceResult } from './results';
import { describeServices, listServices } from './services';
import { isGranted, textIn } from '../edit';

/**
 * Takes away the inline policies that `--grant-secret-access` has added for what has been removed, unless a service of the
 * cluster still runs the family. Answers lines that say what was done.
 */
export async function revokeGrants(account: Account, results: readonly ServiceResult[]): Promise<string[]> {
  const lines: string[] = [];
  const done = new Set<string>();
  for (const { plan: { service, revision }, outcome } of results) {
    const role = textIn(revision?.current.body.executionRoleArn);
    // What an earlier run that was interrupted has left, too.
    const isGiven = revision && (outcome === 'completed' && isGranted(revision.current.body) || outcome === 'unchanged' && revision.leavesGrant);
    if (!isGiven || role === undefined) continue;
    const { family } = revision.current;
    if (done.has(`${role} ${family}`)) continue;
    done.add(`${role} ${family}`);
    try {
      const others = await othersOf(account, service.clusterArn, family, results);
      if (others.length > 0) lines.push(`kept the inline policy ${grantName(family)} of role ${lastPart(role)}: ${others.join(', ')} still runs ${family}`);
      else if (await revokeSecretAccess(account, role, family)) lines.push(`removed the inline policy ${grantName(family)} from role ${lastPart(role)}`);
    } catch (error) {
      lines.push(`the inline policy ${grantName(family)} of role ${lastPart(role)} stays: ${messageOf(error)}`);
    }
  }
  return lines;
}

/** Other services of the cluster that run the family, whose tasks may need the grant. */
async function othersOf(account: Account, cluster: string, family: string, results: readonly ServiceResult[]): Promise<string[]> {
  const removed = new Set(results.filter(({ outcome }) => outcome === 'completed' || outcome === 'unchanged').map(({ plan }) => plan.service.serviceArn));
  const arns = (await listServices(account, { given: cluster, name: lastPart(cluster) })).filter(arn => !removed.has(arn));
  const services = await describeServices(account, cluster, arns, { mustExist: false });
  return services.filter(({ taskDefinition, status }) => status !== 'INACTIVE' && parseRevision(taskDefinition).family === family).map(({ serviceName }) => serviceName);
}
