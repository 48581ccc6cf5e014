import { operatorStatements } from './operator';
import { MOST_POLICY_CHARACTERS, policyCharacters } from './operator-policy';
import { Statement } from './statement';
import { KeyStore } from '../agent';

/** What an enrolment may do in a member account, in all of its regions. */
export interface EnrolmentScope {
  readonly partition: string;
  readonly account: string;
  /** The secret or the parameter that holds the API key: an ARN, of a secret also with its name and `-??????`. The region may be `*`. */
  readonly key: { readonly store: KeyStore; readonly arn: string };
  /** Whether only what the mode `PLAN` needs is allowed: reads. */
  readonly plansOnly: boolean;
  /** ARNs of the execution roles that get the permission to read the key. Empty if none does. */
  readonly grantableRoles: readonly string[];
}

/** What the modes `ENROL` and `REMOVE` write. A statement may also have reads beside them. */
const WRITES: readonly string[] = [
  'ecs:RegisterTaskDefinition', 'ecs:StopServiceDeployment', 'ecs:TagResource', 'ecs:UpdateService', 'iam:DeleteRolePolicy', 'iam:PassRole', 'iam:PutRolePolicy',
];

/**
 * What the role of a member account allows: the statements of the command line for every service of the account, and the list of its clusters. No value
 * of a secret or a parameter may be read.
 */
export function enrolmentStatements({ partition, account, key, plansOnly, grantableRoles }: EnrolmentScope): Statement[] {
  const mayGrant = grantableRoles.length > 0 && !plansOnly;
  const statements = operatorStatements({
    partition,
    region: '*',
    account,
    clusters: ['*'],
    services: ['*'],
    families: ['*'],
    // Those of services that are not known yet.
    roles: undefined,
    grantableRoles,
    listsServices: true,
    readsHosts: true,
    // Whether it is encrypted with an alias is unknown. A removal takes back what was granted.
    secret: { ...key, mayCreate: false, mayUpdate: false, mayGrant, mayRevoke: mayGrant, keyAlias: 'alias/*' },
  }, ['anyFamily']);
  // A grant is taken back only if no service of the account needs it, so its statements have this action already.
  const all = mayGrant ? statements : [...statements, { actions: ['ecs:ListClusters'], resources: ['*'] }];
  return plansOnly ? all.map(withoutWrites).filter(({ actions }) => actions.length > 0) : all;
}

function withoutWrites({ actions, ...rest }: Statement): Statement {
  return { ...rest, actions: actions.filter(action => !WRITES.includes(action)) };
}

/**
 * The statements in as few managed policies as IAM takes. A role takes ten.
 *
 * @param count how many characters statements have in a policy document. @default - those of their JSON
 */
export function inPolicies(statements: readonly Statement[], count: (statements: readonly Statement[]) => number = policyCharacters): Statement[][] {
  const policies: Statement[][] = [[]];
  for (const statement of statements) {
    const last = policies[policies.length - 1];
    if (last.length === 0 || count([...last, statement]) <= MOST_POLICY_CHARACTERS) last.push(statement);
    else policies.push([statement]);
  }
  return policies;
}

/** Takes the roles of member accounts. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html */
export function assumeMembers(roles: readonly string[]): Statement {
  return { actions: ['sts:AssumeRole'], resources: roles };
}

/**
 * What the function of an enrolment needs in its own bucket. Without the permission to list the whole bucket, S3 answers 403 in place of 404 for an object
 * that does not exist: the prefix of a condition is not a part of that request.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function keepEnrolment(bucketArn: string): Statement[] {
  return [
    { actions: ['s3:ListBucket'], resources: [bucketArn] },
    { actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], resources: [`${bucketArn}/executions/*`, `${bucketArn}/places/*`] },
  ];
}

/** Reads one object, or those with a prefix. */
export function readObjects(objectArn: string): Statement {
  return { actions: ['s3:GetObject'], resources: [objectArn] };
}

/** What the function needs that notes which services have arrived, and starts an execution for them. */
export function noteArrivals(bucketArn: string, stateMachineArn: string): Statement[] {
  return [
    { actions: ['s3:PutObject'], resources: [`${bucketArn}/places/*/arrivals/*`] },
    // Without the permission to list, an object that does not exist is denied.
    { actions: ['s3:ListBucket'], resources: [bucketArn] },
    { actions: ['s3:GetObject'], resources: [`${bucketArn}/places/*/lease.json`] },
    { actions: ['states:StartExecution'], resources: [stateMachineArn] },
  ];
}

/**
 * What a state machine needs to follow, stop and redrive the executions of its Distributed Maps. Their ARNs have the label of the map behind the name of
 * the state machine; AWS's own example names those without it.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
 */
export function followMapRuns({ partition, region, account }: { readonly [of in 'partition' | 'region' | 'account']: string }, stateMachine: string): Statement {
  const resources = [':', '/'].map(mark => `arn:${partition}:states:${region}:${account}:execution:${stateMachine}${mark}*`);
  return { actions: ['states:DescribeExecution', 'states:RedriveExecution', 'states:StopExecution'], resources };
}

/** Sends events to the bus of another account. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html */
export function sendEvents(busArn: string): Statement {
  return { actions: ['events:PutEvents'], resources: [busArn] };
}
