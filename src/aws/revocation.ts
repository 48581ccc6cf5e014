import { Account } from './account';
import { lastPart, parseRevision } from './arns';
import { grantName, revokeSecretAccess } from './execution-role';
import { messageOf } from './failure';
import { ServiceResult } from './results';
import { describeServices, EcsService, listServices } from './services';
import { isGranted, textIn } from '../edit';

/**
 * Removes the inline policies that `--grant-secret-access` added for the removed agents, unless a service of the cluster still
 * runs the family. Answers lines that say what was done.
 */
export async function revokeGrants(account: Account, results: readonly ServiceResult[]): Promise<string[]> {
  const lines: string[] = [];
  const done = new Set<string>();
  for (const { plan: { service, revision }, outcome } of results) {
    const role = textIn(revision?.current.body.executionRoleArn);
    // Also what an earlier, interrupted run has left.
    const isGiven = revision && (outcome === 'completed' && isGranted(revision.current.body) || outcome === 'unchanged' && revision.leavesGrant);
    if (!isGiven || role === undefined) continue;
    const { family } = revision.current;
    if (done.has(`${role} ${family}`)) continue;
    done.add(`${role} ${family}`);
    const policy = `the inline policy ${grantName(family)} of role ${lastPart(role)}`;
    try {
      const others = await othersOf(account, service.clusterArn, family, results);
      if (others.length > 0) lines.push(`kept ${policy}: ${family} is still used by ${others.join(', ')}`);
      else if (await revokeSecretAccess(account, role, family)) lines.push(`removed ${policy}`);
    } catch (error) {
      lines.push(`could not remove ${policy}: ${messageOf(error)}`);
    }
  }
  return lines;
}

/** Other services of the cluster that run the family, whose tasks may need the grant. */
async function othersOf(account: Account, cluster: string, family: string, results: readonly ServiceResult[]): Promise<string[]> {
  const removed = new Set(results.filter(({ outcome }) => outcome === 'completed' || outcome === 'unchanged').map(({ plan }) => plan.service.serviceArn));
  const arns = (await listServices(account, { given: cluster, name: lastPart(cluster) })).filter(arn => !removed.has(arn));
  const services = await describeServices(account, cluster, arns, { mustExist: false });
  const usesFamily = ({ taskDefinition, status }: EcsService) => status !== 'INACTIVE' && parseRevision(taskDefinition).family === family;
  return services.filter(usesFamily).map(({ serviceName }) => serviceName);
}
