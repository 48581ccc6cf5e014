import { Statement } from './statements';

/** What somebody who runs the imperative mode works on, and which of its features are used. */
export interface OperatorScope {
  /** `aws`, `aws-cn`, `aws-us-gov` */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** Names of clusters; `*` for any. */
  readonly clusters: readonly string[];
  /** `<cluster>/<service>`; `*` stands for any part. */
  readonly services: readonly string[];
  /** Families of the services' task definitions; `*` for any. */
  readonly families: readonly string[];
  /** ARNs of the task and execution roles; undefined where they are not known, empty where there are none. */
  readonly roles: readonly string[] | undefined;
  /** Whether services are selected by `--all` or `--service-tag`, or picked from a list. */
  readonly listsServices: boolean;
  /** Undefined where the key stands in the task definition in clear. */
  readonly secret?: {
    /** ARN, or the ARN of a name with `-??????` behind it. */
    readonly arn: string;
    readonly mayCreate: boolean;
    readonly mayUpdate: boolean;
    /** Whether the missing statement is added to the execution roles. */
    readonly mayGrant: boolean;
  };
  /** Whether services run on capacity providers or in host mode on EC2, whose kind and instances are looked up. */
  readonly readsHosts: boolean;
}

/**
 * What the verbs of the imperative mode call, each limited to the selection where the action takes resources.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export function operatorStatements(scope: OperatorScope): Statement[] {
  const { partition, region, account } = scope;
  const ecs = (kind: string, names: readonly string[]) => names.map(name => `arn:${partition}:ecs:${region}:${account}:${kind}/${name}`);
  const clusters = ecs('cluster', scope.clusters);
  const inClusters = { conditions: { ArnEquals: { 'ecs:cluster': clusters } } };
  return [
    // The six actions of the agent's own documentation.
    { actions: ['ecs:DescribeServices', 'ecs:UpdateService'], resources: ecs('service', scope.services) },
    { actions: ['ecs:DescribeClusters'], resources: clusters },
    { actions: ['ecs:DescribeTaskDefinition', 'ecs:RegisterTaskDefinition'], resources: ['*'] },
    { actions: ['ecs:TagResource'], resources: ecs('task-definition', scope.families.map(family => `${family}:*`)) },
    // A task definition with roles is registered only by whoever may pass them.
    ...scope.roles?.length === 0 ? [] : [{
      actions: ['iam:PassRole'],
      resources: scope.roles ?? [`arn:${partition}:iam::${account}:role/*`],
      conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    }],
    // How rollouts end, and what ended in them.
    { actions: ['ecs:ListServiceDeployments'], resources: ecs('service', scope.services) },
    { actions: ['ecs:DescribeServiceDeployments', 'ecs:StopServiceDeployment'], resources: ecs('service-deployment', scope.services.map(service => `${service}/*`)) },
    { actions: ['ecs:ListTasks'], resources: ['*'], ...inClusters },
    { actions: ['ecs:DescribeTasks'], resources: ecs('task', scope.clusters.map(cluster => `${cluster}/*`)) },
    // Taking a grant back looks for other services of the cluster that need it.
    ...scope.listsServices || scope.secret?.mayGrant ? [{ actions: ['ecs:ListServices'], resources: ['*'], ...inClusters }] : [],
    ...scope.readsHosts ? [
      { actions: ['ecs:DescribeCapacityProviders', 'ecs:ListContainerInstances'], resources: ['*'] },
      { actions: ['ecs:DescribeContainerInstances'], resources: ecs('container-instance', scope.clusters.map(cluster => `${cluster}/*`)) },
    ] : [],
    // The egress verdict. EC2's reads take no resources.
    { actions: EGRESS_READS.map(action => `ec2:${action}`), resources: ['*'] },
    ...secretStatements(scope),
  ];
}

/**
 * What the egress verdict of a live account may read.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export const EGRESS_READS = [
  'DescribeDhcpOptions',
  'DescribeInstances',
  'DescribeNatGateways',
  'DescribeNetworkAcls',
  'DescribeNetworkInterfaces',
  'DescribePrefixLists',
  'DescribeRouteTables',
  'DescribeSecurityGroups',
  'DescribeSubnets',
  'DescribeVpcAttribute',
  'DescribeVpcBlockPublicAccessExclusions',
  'DescribeVpcBlockPublicAccessOptions',
  'DescribeVpcEndpoints',
  'DescribeVpcs',
  'GetManagedPrefixListEntries',
] as const;

function secretStatements({ secret, roles, partition, account }: OperatorScope): Statement[] {
  if (secret === undefined) return [];
  const actions = [
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetResourcePolicy',
    ...secret.mayCreate ? ['secretsmanager:CreateSecret'] : [],
    ...secret.mayUpdate ? ['secretsmanager:PutSecretValue'] : [],
  ];
  const rolesOrAny = roles ?? [`arn:${partition}:iam::${account}:role/*`];
  // Of a secret that is yet to be, the name alone is looked for.
  const bare = secret.mayCreate ? [secret.arn.replace(/-\?{6}$/, '')] : [];
  return [
    { actions, resources: [...new Set([secret.arn, ...bare])] },
    ...rolesOrAny.length === 0 ? [] : [
      { actions: ['iam:SimulatePrincipalPolicy', ...secret.mayGrant ? ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'] : []], resources: rolesOrAny },
    ],
  ];
}

/** The statements as an IAM policy document. */
export function policyDocument(statements: readonly Statement[]): object {
  return {
    Version: '2012-10-17',
    Statement: statements.map(({ actions, resources, conditions }) => ({
      Effect: 'Allow',
      Action: [...actions],
      Resource: [...resources],
      ...conditions === undefined ? {} : { Condition: conditions },
    })),
  };
}
