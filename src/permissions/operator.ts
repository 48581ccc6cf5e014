import { replaceUnderKey } from './api-key';
import { Statement } from './statement';
import { GENERATIONS, KeyStore } from '../agent';

/** What the user of the command line works on, and which features are used. */
export interface OperatorScope {
  /** `aws`, `aws-cn`, `aws-us-gov` */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** Names of clusters; `*` for any. */
  readonly clusters: readonly string[];
  /** `<cluster>/<service>`; `*` for any part. */
  readonly services: readonly string[];
  /** Families of the services' task definitions; `*` for any. */
  readonly families: readonly string[];
  /** ARNs of the task and execution roles; undefined if they are unknown, empty if the services have no roles. */
  readonly roles: readonly string[] | undefined;
  /** ARNs of the execution roles among them. @default - any of `roles` may be one */
  readonly executionRoles?: readonly string[];
  /**
   * ARNs of the execution roles whose policies may be written. A role that is also a task role must not be among them: who may write
   * its policies can give the application any permission.
   *
   * @default - none
   */
  readonly grantableRoles?: readonly string[];
  /** Whether services are selected by `--all` or `--service-tag`, or picked from a list. */
  readonly listsServices: boolean;
  /** The secret or the parameter; undefined if the key is in the task definition in clear text. */
  readonly secret?: {
    /** @default secretsmanager */
    readonly store?: KeyStore;
    /** Complete ARN, or the ARN with the secret's name and `-??????`. */
    readonly arn: string;
    readonly mayCreate: boolean;
    readonly mayUpdate: boolean;
    /** Whether the missing statement is added to the execution roles. */
    readonly mayGrant: boolean;
    /** Whether that statement is removed again, if no service of the account uses it. @default false */
    readonly mayRevoke?: boolean;
    /** `alias/<name>` if it is encrypted with an alias of a key, `alias/*` if that is unknown. @default - it is not */
    readonly keyAlias?: string;
    /** ARN of the customer managed key that encrypts it, `*` if that is unknown, for `mayUpdate`. @default - the default key, which needs no permission */
    readonly keyArn?: string;
  };
  /** Whether services run on capacity providers, whose kind is read, or in host mode on EC2, whose instances are read. */
  readonly readsHosts: boolean;
  /** Whether every service of the clusters is selected. @default false */
  readonly takesWholeClusters?: boolean;
}

/**
 * What a policy may allow beyond a selection, so that it is short enough for IAM. None of it is a write, except that of every service, which is used
 * only if every service is selected.
 */
export type Widening = 'anyFamily' | 'anyRoleRead' | 'anyNetworkRead' | 'anyService';

/**
 * What the verbs of the command line call. Each action is limited to the selection if IAM allows resources for it.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
 */
export function operatorStatements(given: OperatorScope, widenings: readonly Widening[] = []): Statement[] {
  const widens = (what: Widening) => widenings.includes(what);
  const scope = widens('anyService') ? { ...given, services: given.clusters.map(cluster => `${cluster}/*`) } : given;
  const { partition, region, account } = scope;
  const ecs = (kind: string, names: readonly string[]) => names.map(name => `arn:${partition}:ecs:${region}:${account}:${kind}/${name}`);
  const clusters = ecs('cluster', scope.clusters);
  const inClusters = { conditions: { ArnEquals: { 'ecs:cluster': clusters } } };
  return [
    // The six actions of the agent's own documentation.
    { actions: ['ecs:DescribeServices', 'ecs:UpdateService'], resources: ecs('service', scope.services) },
    { actions: ['ecs:DescribeClusters'], resources: clusters },
    { actions: ['ecs:DescribeTaskDefinition', 'ecs:RegisterTaskDefinition'], resources: ['*'] },
    widens('anyFamily')
      ? { actions: ['ecs:TagResource'], resources: ecs('task-definition', ['*']), conditions: { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } } }
      : { actions: ['ecs:TagResource'], resources: ecs('task-definition', scope.families.map(family => `${family}:*`)) },
    // Registering a task definition with roles needs the permission to pass them.
    ...scope.roles?.length === 0 ? [] : [{
      actions: ['iam:PassRole'],
      resources: scope.roles ?? [`arn:${partition}:iam::${account}:role/*`],
      conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    }],
    // The end of rollouts, and the tasks that stopped in them.
    { actions: ['ecs:ListServiceDeployments'], resources: ecs('service', scope.services) },
    {
      actions: ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'],
      resources: ecs('service-deployment', scope.services.map(service => `${service}/*`)),
    },
    { actions: ['ecs:ListTasks'], resources: ['*'], ...inClusters },
    { actions: ['ecs:DescribeTasks'], resources: ecs('task', scope.clusters.map(cluster => `${cluster}/*`)) },
    // Optional: whether the agent captures, as its own log says.
    {
      actions: ['logs:GetLogEvents'],
      resources: GENERATIONS.map(({ containerName }) => `arn:${partition}:logs:${region}:${account}:log-group:*:log-stream:*/${containerName}/*`),
    },
    // Optional: whether the log group of `--log-group` exists.
    { actions: ['logs:DescribeLogGroups'], resources: [`arn:${partition}:logs:${region}:${account}:log-group:*`] },
    // Optional: whether load balancers send encrypted requests to the tasks.
    { actions: ['elasticloadbalancing:DescribeTargetGroups'], resources: ['*'] },
    // Before a grant is revoked, also by a run that cannot go on after it, services of all clusters that need it are looked for.
    ...scope.secret?.mayRevoke || scope.secret?.mayGrant ? [
      { actions: ['ecs:ListClusters', 'ecs:ListServices'], resources: ['*'] },
      { actions: ['ecs:DescribeServices'], resources: ecs('service', ['*']) },
    ] : scope.listsServices ? [{ actions: ['ecs:ListServices'], resources: ['*'], ...inClusters }] : [],
    ...scope.readsHosts ? [
      { actions: ['ecs:DescribeCapacityProviders', 'ecs:ListContainerInstances'], resources: ['*'] },
      { actions: ['ecs:DescribeContainerInstances'], resources: ecs('container-instance', scope.clusters.map(cluster => `${cluster}/*`)) },
    ] : [],
    // The egress verdict.
    ...egressStatements(scope, widens('anyNetworkRead')),
    ...secretStatements(scope, widens('anyRoleRead')),
  ];
}

/**
 * The calls that the egress verdict of a live account makes.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53resolver.html
 */
export const EGRESS_READS = [
  'ec2:DescribeDhcpOptions',
  'ec2:DescribeInstances',
  'ec2:DescribeNatGateways',
  'ec2:DescribeNetworkAcls',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribePrefixLists',
  'ec2:DescribeRouteTables',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcAttribute',
  'ec2:DescribeVpcBlockPublicAccessExclusions',
  'ec2:DescribeVpcBlockPublicAccessOptions',
  'ec2:DescribeVpcEndpoints',
  'ec2:DescribeVpcs',
  'ec2:GetManagedPrefixListEntries',
  'route53:ListHostedZonesByVPC',
  'route53:ListResourceRecordSets',
  'route53resolver:ListFirewallDomainLists',
  'route53resolver:ListFirewallDomains',
  'route53resolver:ListFirewallRuleGroupAssociations',
  'route53resolver:ListFirewallRules',
  'route53resolver:ListResolverRuleAssociations',
  'route53resolver:ListResolverRules',
] as const;

/** Of these reads, those that IAM limits to resources. DNS Firewall's rule groups and domain lists may be shared by other accounts. */
function egressStatements({ partition, region }: OperatorScope, isAny: boolean): Statement[] {
  if (isAny) return [{ actions: ['ec2:Describe*', 'ec2:GetManagedPrefixListEntries', 'route53:ListHostedZonesByVPC', 'route53:ListResourceRecordSets', 'route53resolver:List*'], resources: ['*'] }];
  const limited: readonly { readonly actions: readonly typeof EGRESS_READS[number][]; readonly resources: readonly string[] }[] = [
    { actions: ['route53:ListResourceRecordSets'], resources: [`arn:${partition}:route53:::hostedzone/*`] },
    {
      actions: ['route53resolver:ListFirewallDomains', 'route53resolver:ListFirewallRules'],
      resources: ['firewall-domain-list', 'firewall-rule-group'].map(kind => `arn:${partition}:route53resolver:${region}:*:${kind}/*`),
    },
  ];
  return [
    { actions: EGRESS_READS.filter(action => !limited.some(({ actions }) => actions.includes(action))), resources: ['*'] },
    ...limited,
  ];
}

function secretStatements(
  { secret, roles, executionRoles = roles, grantableRoles = [], partition, region, account }: OperatorScope, readsAnyRole: boolean,
): Statement[] {
  if (secret === undefined) return [];
  const { store = 'secretsmanager' } = secret;
  const actions = store === 'ssm' ? ['ssm:DescribeParameters'] : [
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetResourcePolicy',
    // Optional: whether running tasks hold an older version.
    'secretsmanager:ListSecretVersionIds',
    ...secret.mayCreate ? ['secretsmanager:CreateSecret'] : [],
    // To replace one field, the others are read, and a change in between is noticed.
    ...secret.mayUpdate ? ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'] : [],
  ];
  const anyRole = [`arn:${partition}:iam::${account}:role/*`];
  const readable = readsAnyRole && executionRoles && executionRoles.length > 0 ? anyRole : executionRoles ?? anyRole;
  const writes = [
    // A run that cannot go on removes what it has just granted.
    ...secret.mayGrant || secret.mayRevoke ? ['iam:DeleteRolePolicy'] : [],
    ...secret.mayGrant ? ['iam:PutRolePolicy'] : [],
  ];
  // Before the secret exists, DescribeSecret is called with its bare name.
  const bare = secret.mayCreate ? [secret.arn.replace(/-\?{6}$/, '')] : [];
  const place = secret.arn.startsWith('arn:') ? placeIn(secret.arn) : { partition, region, account };
  return [
    // IAM limits the descriptions of parameters to none of them. They have no values.
    { actions, resources: store === 'ssm' ? ['*'] : [...new Set([secret.arn, ...bare])] },
    ...secret.keyAlias === undefined ? [] : [findKey(place, secret.keyAlias)],
    ...secret.keyArn === undefined || !secret.mayUpdate ? [] : [replaceUnderKey(secret.keyArn === '*' ? anyKey(place) : secret.keyArn, place.region)],
    // Which policy of an earlier grant `remove` keeps is read, too.
    ...readable.length === 0 ? [] : [{ actions: ['iam:GetRolePolicy', 'iam:SimulatePrincipalPolicy'], resources: readable }],
    ...writes.length === 0 || grantableRoles.length === 0 ? [] : [{ actions: writes, resources: grantableRoles }],
  ];
}

type Place = Pick<OperatorScope, 'partition' | 'region' | 'account'>;

function placeIn(arn: string): Place {
  const [, partition, , region, account] = arn.split(':');
  return { partition, region, account };
}

function anyKey({ partition, region, account }: Place): string {
  return `arn:${partition}:kms:${region}:${account}:key/*`;
}

/**
 * The key behind an alias is not known before, so any key of that account may be found, but only by the alias.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-request-alias
 */
function findKey(place: Place, alias: string): Statement {
  return {
    actions: ['kms:DescribeKey'],
    resources: [anyKey(place)],
    conditions: { [alias.includes('*') ? 'StringLike' : 'StringEquals']: { 'kms:RequestAlias': alias } },
  };
}
