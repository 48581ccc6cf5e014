import type { CfnCondition, CfnResource } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { callerRoleName, DEFAULT_BUS, DEFAULT_MEMBER_ROLE, DEPLOYMENT_BEGAN, eventsRoleName } from './names';
import { DEFAULT_SECRET_NAME, enrolmentStatements, inPolicies, policyDocument, sendEvents, Statement } from '../../permissions';
import { documentLength } from '../policy-length';
import { policyStatement } from '../policy-statement';
import { CfnCondition as Condition, Fn, stackOf } from '../tree/loaded';

export interface MemberProps {
  readonly enrolmentAccount: string;
  readonly enrolmentRegion: string;
  readonly homeRegion: string;
  readonly externalId: string;
  readonly memberRoleName?: string;
  readonly busName?: string;
  readonly apiKeySecretName?: string;
  readonly apiKeyParameterName?: string;
  readonly grantSecretAccess?: boolean;
  readonly grantableRoleNames?: readonly string[];
  readonly planOnly?: boolean;
  readonly permissionsBoundary?: iam.IManagedPolicy;
  readonly events?: boolean;
}

/** @returns the name of the role that the function of the enrolment takes */
export function addMember(scope: Construct, props: MemberProps): string {
  const { memberRoleName = DEFAULT_MEMBER_ROLE, enrolmentAccount, externalId, permissionsBoundary } = props;
  const { partition, region } = stackOf(scope);
  const isHome = new Condition(scope, 'IsHomeRegion', { expression: Fn.conditionEquals(region, props.homeRegion) });
  const role = new iam.Role(scope, 'Role', {
    roleName: memberRoleName,
    description: "Adds Postman's agent to the services of this account",
    assumedBy: new iam.PrincipalWithConditions(new iam.AccountPrincipal(enrolmentAccount), {
      StringEquals: { 'sts:ExternalId': externalId },
      ArnEquals: { 'aws:PrincipalArn': `arn:${partition}:iam::${enrolmentAccount}:role/${callerRoleName(memberRoleName)}` },
    }),
    permissionsBoundary,
  });
  policiesOf(scope, props).forEach((statements, index) => {
    const policy = new iam.ManagedPolicy(scope, `Policy${index + 1}`, {
      description: "What an enrolment of Postman's agent may do in this account", statements: statements.map(policyStatement), roles: [role],
    });
    onlyIf(isHome, policy);
  });
  onlyIf(isHome, role);
  if (props.events ?? true) addRule(scope, props, eventsRoleName(memberRoleName), isHome);
  return memberRoleName;
}

/** The policies of the role. Most accounts get one. */
function policiesOf(scope: Construct, { apiKeySecretName, apiKeyParameterName, grantSecretAccess = false, grantableRoleNames = ['*'], planOnly = false }: MemberProps): Statement[][] {
  const { partition, account } = stackOf(scope);
  const statements = enrolmentStatements({
    partition,
    account,
    key: apiKeyParameterName === undefined
      ? { store: 'secretsmanager', arn: secretArn(apiKeySecretName ?? DEFAULT_SECRET_NAME, `arn:${partition}:secretsmanager:*:${account}:secret`) }
      : { store: 'ssm', arn: `arn:${partition}:ssm:*:${account}:parameter/*` },
    plansOnly: planOnly,
    grantableRoles: grantSecretAccess ? grantableRoleNames.map(name => `arn:${partition}:iam::${account}:role/${name}`) : [],
  });
  return inPolicies(statements, some => documentLength(scope, policyDocument(some)).most);
}

/** With the six characters that Secrets Manager adds to a name. */
function secretArn(name: string, inAccount: string): string {
  return name.startsWith('arn:') ? name : `${inAccount}:${name}-??????`;
}

/** Deployments of this region are sent to the bus. */
function addRule(
  scope: Construct, { enrolmentAccount, enrolmentRegion, busName = DEFAULT_BUS, permissionsBoundary }: MemberProps,
  roleName: string, isHome: CfnCondition,
): void {
  const { partition, account } = stackOf(scope);
  const bus = `arn:${partition}:events:${enrolmentRegion}:${enrolmentAccount}:event-bus/${busName}`;
  const role = new iam.Role(scope, 'EventsRole', {
    roleName,
    description: "Sends deployments of services to the enrolment of Postman's agent",
    assumedBy: new iam.ServicePrincipal('events.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': account } } }),
    inlinePolicies: { Send: new iam.PolicyDocument({ statements: [policyStatement(sendEvents(bus))] }) },
    permissionsBoundary,
  });
  onlyIf(isHome, role);
  const { detailType, ...pattern } = DEPLOYMENT_BEGAN;
  new events.CfnRule(scope, 'Rule', {
    description: "Tells the enrolment of Postman's agent of new and changed services",
    eventPattern: { ...pattern, 'detail-type': detailType },
    // In the other regions the role exists already.
    targets: [{ id: 'Enrolment', arn: bus, roleArn: Fn.conditionIf(isHome.logicalId, role.roleArn, `arn:${partition}:iam::${account}:role/${roleName}`).toString() }],
  });
}

function onlyIf(condition: CfnCondition, { node }: IConstruct): void {
  (node.defaultChild as CfnResource).cfnOptions.condition = condition;
}
