import { logGroupArn } from './execution-role';
import { OperatorScope, operatorStatements } from './operator';
import { OperatorPolicy, policyCharacters } from './operator-policy';
import { Statement } from './statement';

/** What the user of the command line works on with daemons. `services` are the daemon's, `families` and `roles` those of its task definition. */
export interface DaemonScope extends Omit<OperatorScope, 'readsHosts' | 'listsServices' | 'takesWholeClusters' | 'grantableRoles'> {
  /** The execution roles that this program makes for a daemon. Empty if the user names one. */
  readonly newRoles: readonly string[];
  /** The log groups that it makes. Empty if the user names one. */
  readonly newLogGroups: readonly string[];
  /** Whether the missing statement is added to a role that the user has named. */
  readonly mayGrant: boolean;
}

/**
 * What the verbs for daemons call, beyond those for services: each action is limited to the daemon's own service, family, role and log group, if IAM
 * allows resources for it.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export function daemonStatements({ newRoles, newLogGroups, mayGrant, ...scope }: DaemonScope): Statement[] {
  const { partition, region, account, clusters, services } = scope;
  const ecs = (kind: string, names: readonly string[]) => names.map(name => `arn:${partition}:ecs:${region}:${account}:${kind}/${name}`);
  const { secret, roles = [] } = scope;
  const general = operatorStatements({
    ...scope,
    readsHosts: true,
    listsServices: true,
    secret: secret && { ...secret, mayGrant },
    grantableRoles: mayGrant ? roles.filter(role => !newRoles.includes(role)) : [],
  });
  return [
    // A daemon has no load balancer.
    ...general.filter(({ actions }) => !actions.includes('elasticloadbalancing:DescribeTargetGroups')),
    { actions: ['ecs:CreateService', 'ecs:DeleteService'], resources: ecs('service', services) },
    { actions: ['ecs:TagResource'], resources: ecs('service', services), conditions: { StringEquals: { 'ecs:CreateAction': 'CreateService' } } },
    { actions: ['ecs:ListTaskDefinitions', 'ecs:DeregisterTaskDefinition'], resources: ['*'] },
    // What else is on the cluster, and in which network mode.
    { actions: ['ecs:DescribeServices'], resources: ecs('service', clusters.map(cluster => `${cluster}/*`)) },
    ...roles.length === 0 ? [] : [{ actions: ['iam:GetRole'], resources: roles }],
    ...newRoles.length === 0 ? [] : [{ actions: ['iam:CreateRole', 'iam:TagRole', 'iam:GetRolePolicy', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'], resources: newRoles }],
    ...newLogGroups.length === 0 ? [] : [{
      actions: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy'],
      resources: newLogGroups.map(name => logGroupArn({ partition, region, account, name })),
    }],
  ];
}

/** The statements for daemons, with what IAM counts. Reads of EC2 and Route 53 are not folded: a cluster has few daemons. */
export function daemonPolicy(scope: DaemonScope): OperatorPolicy {
  const statements = daemonStatements(scope);
  return { statements, characters: policyCharacters(statements), widenings: [] };
}
