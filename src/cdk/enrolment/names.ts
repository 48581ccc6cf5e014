/*
 * Names that the enrolment and its members must have in common, although they are of different accounts: no reference leads from one to the other.
 */

/** The role in each member account. */
export const DEFAULT_MEMBER_ROLE = 'PostmanAgentEnrolmentMember';

/** The event bus in the account and region of the enrolment. */
export const DEFAULT_BUS = 'PostmanAgentEnrolment';

/** Behind the name of the member role. */
const SUFFIXES = { caller: 'Caller', events: 'Events' } as const;

/** A role's name has 64 characters at most. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const LONGEST_MEMBER_ROLE = 64 - Math.max(...Object.values(SUFFIXES).map(({ length }) => length));

/** The role of the enrolment's function, which the member roles trust. */
export function callerRoleName(memberRoleName: string): string {
  return `${memberRoleName}${SUFFIXES.caller}`;
}

/** The role in each member account with which EventBridge sends events to the bus. */
export function eventsRoleName(memberRoleName: string): string {
  return `${memberRoleName}${SUFFIXES.events}`;
}

/** The events by which new and changed services are noticed. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html */
export const DEPLOYMENT_BEGAN = {
  source: ['aws.ecs'],
  detailType: ['ECS Deployment State Change'],
  detail: { eventName: ['SERVICE_DEPLOYMENT_IN_PROGRESS'] },
};

/** All inline policies of a role take 10,240 characters. So many ARNs of roles are half of it. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_NAMED_ROLES = 50;

/** The ARNs of the member roles that the function takes: those of the accounts, or of any account, if they are not known or too many to name. */
export function memberRoles(partition: string, memberRoleName: string, accounts: readonly string[] | undefined): string[] {
  const named = accounts !== undefined && accounts.length <= MOST_NAMED_ROLES ? accounts : ['*'];
  return named.map(account => `arn:${partition}:iam::${account}:role/${memberRoleName}`);
}
