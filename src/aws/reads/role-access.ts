import { isIncomplete } from './granted-policy';
import { applies, PolicyStatement, statementsIn } from './policy-statements';
import { ResourcePolicy, resourcePolicyOf, sayOf } from './resource-policy';
import { ApiKeySource, keyUser, readApiKey, Statement } from '../../permissions';
import { Account, Seen } from '../calls/account';
import { lastPart, placeOf } from '../calls/arns';
import { remember } from '../calls/batch';
import { Pages } from '../calls/pages';

/** Whether a task's execution role can read the API key, as far as IAM shows it. */
export type RoleVerdict =
  | { readonly outcome: 'allowed' }
  /** `isExplicit`: by a Deny, which no policy of a resource overrides. */
  | { readonly outcome: 'denied'; readonly why: string; readonly isExplicit: boolean }
  /** `isRoleAllowed`: by its own policies, so a further one would change nothing. */
  | { readonly outcome: 'unknown'; readonly why: string; readonly isRoleAllowed?: true };

/** What was read for other roles, too. */
export class SharedPolicies {
  /** The documents of managed policies, by ARN. */
  public readonly managed = new Map<string, Promise<Seen<string | undefined>>>();
  /** The policies of secrets, by ARN. */
  public readonly ofSecrets = new Map<string, Promise<ResourcePolicy>>();
}

/** Asks IAM to simulate the role, otherwise reads its policies, otherwise answers `unknown`. Then reads the secret's own policy. Nothing is written. */
export async function canReadSecret(
  account: Account, roleArn: string, secret: ApiKeySource, shared = new SharedPolicies(),
): Promise<RoleVerdict> {
  const access: Access = { statements: readApiKey(secret), context: contextOf(secret) };
  const simulated = await simulate(account, roleArn, access);
  const verdict = 'unseen' in simulated ? await readPolicies(account, roleArn, access, simulated.unseen, shared) : simulated;
  const isExplicit = verdict.outcome === 'denied' && verdict.isExplicit;
  // A secret that is still to be created has no policy.
  if (isExplicit || secret.store !== 'secretsmanager' || isIncomplete(secret.arn)) return verdict;
  const policy = await remember(shared.ofSecrets, secret.arn, async () => resourcePolicyOf(account, secret.arn));
  return withResourcePolicy(verdict, roleArn, secret, policy);
}

/**
 * IAM simulates no policies of resources for roles.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
function withResourcePolicy(verdict: RoleVerdict, roleArn: string, { arn }: ApiKeySource, policy: ResourcePolicy): RoleVerdict {
  const role = lastPart(roleArn);
  const [, , , , owner] = arn.split(':');
  const isForeign = owner !== placeOf(roleArn).account;
  if ('unread' in policy) {
    const why = `the secret's own policy could not be read: ${policy.unread}`;
    if (verdict.outcome === 'denied') return { outcome: 'unknown', why: `${verdict.why}, but ${why}` };
    return isForeign && verdict.outcome === 'allowed' ? { outcome: 'unknown', why: `the secret is in account ${owner}, and ${why}`, isRoleAllowed: true } : verdict;
  }
  const { denies, mayAllow } = sayOf(policy.statements, READ, arn, roleArn);
  if (denies === 'yes') return { outcome: 'denied', why: `the secret's own policy denies role ${role} ${READ}`, isExplicit: true };
  // Both accounts must allow it, so no policy of the role is enough.
  if (isForeign && !mayAllow) {
    return { outcome: 'denied', why: `the secret is in account ${owner}, and its own policy does not allow role ${role} ${READ}`, isExplicit: true };
  }
  if (verdict.outcome === 'denied') {
    return mayAllow ? { outcome: 'unknown', why: `${verdict.why}, but the secret has a resource policy, which may allow it` } : verdict;
  }
  if (denies === 'maybe' && verdict.outcome === 'allowed') {
    return { outcome: 'unknown', why: `the secret's own policy has a Deny of ${READ}, which may be for role ${role}`, isRoleAllowed: true };
  }
  return verdict;
}

const READ = 'secretsmanager:GetSecretValue';

/** What the role must be allowed. Each statement has one action and one resource. */
interface Access {
  readonly statements: readonly Statement[];
  readonly context: { readonly [key: string]: string };
}

/** The values with which ECS makes the calls: the key is used by the service that keeps the secret or the parameter, in its region. */
function contextOf({ store, region }: ApiKeySource): Access['context'] {
  return { 'kms:ViaService': keyUser(store, region) };
}

/** Only calls of KMS say which service makes them. @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service */
function contextFor(action: string, context: Access['context']): Access['context'] {
  return action.startsWith('kms:') ? context : {};
}

/** A role that is not allowed an action by its own policies. The policy of a key may allow it nevertheless, and cannot be read. */
function notAllowed(action: string, why: string): RoleVerdict {
  return action.startsWith('kms:')
    ? { outcome: 'unknown', why: `${why}, but the key's own policy may allow it` }
    : { outcome: 'denied', why, isExplicit: false };
}

interface BoundaryDecision { readonly AllowedByPermissionsBoundary?: boolean }

/** The members of an evaluation that are read. If resources are named, each has a result of its own. */
interface Evaluation {
  readonly EvalActionName?: string;
  readonly EvalResourceName?: string;
  readonly EvalDecision?: string;
  readonly MissingContextValues?: readonly string[];
  readonly PermissionsBoundaryDecisionDetail?: BoundaryDecision;
  readonly ResourceSpecificResults?: readonly {
    readonly EvalResourceName?: string;
    readonly EvalResourceDecision?: string;
    readonly MissingContextValues?: readonly string[];
    readonly PermissionsBoundaryDecisionDetail?: BoundaryDecision;
  }[];
}

/** One call for each statement: the calls of one action have other values than those of another. */
async function simulate(account: Account, roleArn: string, { statements, context }: Access): Promise<RoleVerdict | { readonly unseen: string }> {
  const decided: (Decision & { readonly action: string; readonly resource: string })[] = [];
  for (const { actions: [action], resources: [resource] } of statements) {
    const values = Object.entries(contextFor(action, context));
    const answer = await everyPage<Evaluation>(account, 'SimulatePrincipalPolicy', {
      PolicySourceArn: roleArn,
      ActionNames: [action],
      ResourceArns: [resource],
      ...values.length === 0 ? {} : {
        ContextEntries: values.map(([ContextKeyName, value]) => ({ ContextKeyName, ContextKeyType: 'string', ContextKeyValues: [value] })),
      },
    }, 'EvaluationResults');
    if ('unseen' in answer) return { unseen: answer.unseen };
    decided.push({ action, resource, ...decisionOf(answer.seen, action, resource) });
  }
  const undecided = decided.find(({ decision }) => decision === undefined);
  if (undecided) return { unseen: `iam:SimulatePrincipalPolicy returned no result for ${undecided.action}` };
  const role = lastPart(roleArn);
  const missing = [...new Set(decided.flatMap(({ lacks }) => lacks))];
  if (missing.length > 0) {
    return { outcome: 'unknown', why: `the policies of role ${role} depend on ${missing.join(', ')}, whose value only the running task has` };
  }
  const refused = decided.find(({ decision }) => decision === 'explicitDeny') ?? decided.find(({ decision }) => decision !== 'allowed');
  if (refused === undefined) return { outcome: 'allowed' };
  const why = `role ${role} is not allowed ${refused.action} on ${refused.resource} (IAM: ${refused.decision})`;
  if (refused.isBounded) return { outcome: 'denied', why: `${why}, by its permissions boundary`, isExplicit: true };
  return refused.decision === 'explicitDeny' ? { outcome: 'denied', why, isExplicit: true } : notAllowed(refused.action, why);
}

interface Decision {
  /** Undefined if there is no result. */
  readonly decision?: string;
  /** Keys of conditions whose value the simulation did not have. */
  readonly lacks: readonly string[];
  /** Whether the role's permissions boundary does not allow it, which no other policy changes. */
  readonly isBounded: boolean;
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html */
function decisionOf(evaluations: readonly Evaluation[], action: string, resource: string): Decision {
  const results = evaluations.filter(({ EvalActionName = '' }) => EvalActionName.toLowerCase() === action.toLowerCase()).flatMap(evaluation => [
    ...(evaluation.ResourceSpecificResults ?? []).map(({ EvalResourceDecision, ...result }) => ({ ...result, EvalDecision: EvalResourceDecision })),
    ...evaluation.ResourceSpecificResults?.length ? [] : [evaluation],
  ]);
  const result = results.find(({ EvalResourceName }) => EvalResourceName === resource);
  // IAM names what any statement of the role asks for. No call of another service has a value of KMS.
  const lacks = (result?.MissingContextValues ?? []).filter(key => action.startsWith('kms:') || !key.toLowerCase().startsWith('kms:'));
  const isBounded = result?.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false;
  return { decision: result?.EvalDecision, lacks, isBounded };
}

/** Every item of a list of IAM, which may have a next page even if it is short. */
async function everyPage<T>(account: Account, action: string, input: object, list: string): Promise<Seen<readonly T[]>> {
  const items: T[] = [];
  const pages = new Pages(`iam:${action}`);
  for (let Marker: string | undefined; ;) {
    const page = await account.look('iam', action, { ...input, Marker });
    if ('unseen' in page) return page;
    items.push(...page.seen[list] ?? []);
    const after = pages.after<string>(page.seen.IsTruncated ? page.seen.Marker : undefined);
    if ('endless' in after) return { unseen: after.endless, error: new Error(after.endless) };
    if (after.next === undefined) return { seen: items };
    Marker = after.next;
  }
}

async function readPolicies(
  account: Account, roleArn: string, { statements, context }: Access, unseen: string, shared: SharedPolicies,
): Promise<RoleVerdict> {
  const role = lastPart(roleArn);
  const policies = await policiesOf(account, role, shared);
  if ('unseen' in policies) return { outcome: 'unknown', why: `the permissions of role ${role} could not be read: ${unseen}, and ${policies.unseen}` };
  let open: RoleVerdict | undefined;
  for (const { actions: [action], resources: [resource] } of statements) {
    const values = contextFor(action, context);
    const matching = policies.seen.filter(statement => applies(statement, action, resource))
      .map(statement => isMet(statement.Condition, values) ? { ...statement, Condition: undefined } : statement);
    if (matching.some(({ Effect, Condition }) => Effect === 'Deny' && !Condition)) {
      return { outcome: 'denied', why: `a policy of role ${role} denies ${action} on ${resource}`, isExplicit: true };
    }
    const allowing = matching.filter(({ Effect }) => Effect === 'Allow');
    if (allowing.length === 0) {
      open ??= notAllowed(action, `no policy of role ${role} allows ${action} on ${resource}`);
    } else if (matching.some(({ Effect }) => Effect === 'Deny') || allowing.every(({ Condition }) => Condition)) {
      open ??= { outcome: 'unknown', why: `the policies of role ${role} allow ${action} on ${resource} only under conditions` };
    }
  }
  return open ?? await withBoundary(account, role, unseen);
}

/** What all policies allow is allowed only if the role's boundary allows it, too. */
async function withBoundary(account: Account, RoleName: string, unseen: string): Promise<RoleVerdict> {
  const answer = await account.look('iam', 'GetRole', { RoleName });
  if ('unseen' in answer) return { outcome: 'unknown', why: `the permissions boundary of role ${RoleName} could not be read: ${unseen}, and ${answer.unseen}`, isRoleAllowed: true };
  if (answer.seen.Role?.PermissionsBoundary === undefined) return { outcome: 'allowed' };
  return { outcome: 'unknown', why: `role ${RoleName} has a permissions boundary, which may not allow it: ${unseen}`, isRoleAllowed: true };
}

/** Whether a condition asks only for what ECS's calls have. */
function isMet(condition: PolicyStatement['Condition'], context: Access['context']): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) => operator === 'StringEquals'
    && Object.entries(keys).every(([key, values]) => [values].flat().some(value => value === context[key])));
}

/** The statements of a role's inline and attached policies. */
async function policiesOf(
  account: Account, RoleName: string, { managed }: SharedPolicies,
): Promise<{ readonly seen: readonly PolicyStatement[] } | { readonly unseen: string }> {
  const documents: (string | undefined)[] = [];
  const inline = await everyPage<string>(account, 'ListRolePolicies', { RoleName }, 'PolicyNames');
  if ('unseen' in inline) return inline;
  for (const PolicyName of inline.seen) {
    const policy = await account.look('iam', 'GetRolePolicy', { RoleName, PolicyName });
    if ('unseen' in policy) return policy;
    documents.push(policy.seen.PolicyDocument);
  }
  const attached = await everyPage<{ readonly PolicyArn?: string }>(account, 'ListAttachedRolePolicies', { RoleName }, 'AttachedPolicies');
  if ('unseen' in attached) return attached;
  for (const { PolicyArn = '' } of attached.seen) {
    const policy = await remember(managed, PolicyArn, async () => readManagedPolicy(account, PolicyArn));
    if ('unseen' in policy) return policy;
    documents.push(policy.seen);
  }
  const statements = documents.map(statementsIn);
  return statements.includes(undefined) ? { unseen: 'one of its policies is not valid' } : { seen: statements.flatMap(some => some ?? []) };
}

async function readManagedPolicy(account: Account, PolicyArn: string): Promise<Seen<string | undefined>> {
  const policy = await account.look('iam', 'GetPolicy', { PolicyArn });
  if ('unseen' in policy) return policy;
  const version = await account.look('iam', 'GetPolicyVersion', { PolicyArn, VersionId: policy.seen.Policy?.DefaultVersionId });
  return 'unseen' in version ? version : { seen: version.seen.PolicyVersion?.Document };
}
