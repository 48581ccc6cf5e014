import { Account } from './account';
import { lastPart, regionIn } from './arns';
import { isNamed } from './errors';
import { ApiKeySecret, policyDocument, readApiKey, Statement } from '../permissions';

/** Whether a task's execution role can read the secret, as far as IAM shows it. */
export type RoleVerdict =
  | { readonly outcome: 'allowed' }
  /** `isExplicit`: by a Deny, which no policy of a resource overrides. */
  | { readonly outcome: 'denied'; readonly why: string; readonly isExplicit: boolean }
  | { readonly outcome: 'unknown'; readonly why: string };

/** Asks IAM to simulate the role, otherwise reads the role's policies, otherwise answers `unknown`. Nothing is written. */
export async function canReadSecret(account: Account, roleArn: string, secret: ApiKeySecret): Promise<RoleVerdict> {
  const statements = readApiKey(secret);
  const simulated = await simulate(account, roleArn, statements);
  const verdict = 'unseen' in simulated ? await readPolicies(account, roleArn, statements, simulated.unseen) : simulated;
  if (verdict.outcome !== 'denied' || verdict.isExplicit || !await resourcePolicyMayAllow(account, secret.arn)) return verdict;
  return { outcome: 'unknown', why: `${verdict.why}, but the secret has a resource policy, which may allow it` };
}

/** A role that is not allowed an action by its own policies. The policy of a key may allow it nevertheless, and cannot be read. */
function notAllowed(action: string, why: string): RoleVerdict {
  return action.startsWith('kms:')
    ? { outcome: 'unknown', why: `${why}, but the key's own policy may allow it` }
    : { outcome: 'denied', why, isExplicit: false };
}

async function simulate(account: Account, roleArn: string, statements: readonly Statement[]): Promise<RoleVerdict | { readonly unseen: string }> {
  for (const { actions, resources, conditions } of statements) {
    const answer = await account.look('iam', 'SimulatePrincipalPolicy', {
      PolicySourceArn: roleArn,
      ActionNames: [...actions],
      ResourceArns: [...resources],
      ...conditions ? { ContextEntries: contextOf(conditions) } : {},
    });
    if ('unseen' in answer) return { unseen: answer.unseen };
    const { EvaluationResults: results = [] } = answer.seen;
    if (results.length === 0) return { unseen: 'iam:SimulatePrincipalPolicy returned no result' };
    const refused = results.find(({ EvalDecision }: { EvalDecision?: string }) => EvalDecision !== 'allowed');
    if (refused) {
      const { EvalActionName: action, EvalResourceName: resource = resources[0], EvalDecision: decision } = refused;
      const why = `role ${lastPart(roleArn)} is not allowed ${action} on ${resource} (IAM: ${decision})`;
      return decision === 'explicitDeny' ? { outcome: 'denied', why, isExplicit: true } : notAllowed(actions[0], why);
    }
  }
  return { outcome: 'allowed' };
}

/** The values with which ECS makes the call, e.g. that it reads the key through Secrets Manager. */
function contextOf(conditions: NonNullable<Statement['conditions']>): object[] {
  return Object.values(conditions).flatMap(keys => Object.entries(keys).map(([ContextKeyName, values]) => ({
    ContextKeyName, ContextKeyType: 'string', ContextKeyValues: [values].flat(),
  })));
}

interface PolicyStatement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: object;
}

async function readPolicies(account: Account, roleArn: string, statements: readonly Statement[], unseen: string): Promise<RoleVerdict> {
  const policies = await policiesOf(account, lastPart(roleArn));
  if ('unseen' in policies) {
    return { outcome: 'unknown', why: `the permissions of role ${lastPart(roleArn)} could not be read: ${unseen}, and ${policies.unseen}` };
  }
  for (const { actions: [action], resources: [resource] } of statements) {
    const matching = policies.seen.filter(statement => names(statement.Action, action) && names(statement.Resource, resource));
    if (matching.some(({ Effect, Condition }) => Effect === 'Deny' && !Condition)) {
      return { outcome: 'denied', why: `a policy of role ${lastPart(roleArn)} denies ${action} on ${resource}`, isExplicit: true };
    }
    const allowing = matching.filter(({ Effect }) => Effect === 'Allow');
    if (allowing.length === 0) return notAllowed(action, `no policy of role ${lastPart(roleArn)} allows ${action} on ${resource}`);
    if (matching.some(({ Effect }) => Effect === 'Deny') || allowing.every(({ Condition }) => Condition)) {
      return { outcome: 'unknown', why: `the policies of role ${lastPart(roleArn)} allow ${action} on ${resource} only under conditions` };
    }
  }
  return { outcome: 'allowed' };
}

/** The statements of a role's inline and attached policies. */
async function policiesOf(account: Account, RoleName: string): Promise<{ readonly seen: readonly PolicyStatement[] } | { readonly unseen: string }> {
  const documents: string[] = [];
  const inline = await account.look('iam', 'ListRolePolicies', { RoleName });
  if ('unseen' in inline) return inline;
  for (const PolicyName of inline.seen.PolicyNames ?? []) {
    const policy = await account.look('iam', 'GetRolePolicy', { RoleName, PolicyName });
    if ('unseen' in policy) return policy;
    documents.push(policy.seen.PolicyDocument);
  }
  const attached = await account.look('iam', 'ListAttachedRolePolicies', { RoleName });
  if ('unseen' in attached) return attached;
  for (const { PolicyArn } of attached.seen.AttachedPolicies ?? []) {
    const policy = await account.look('iam', 'GetPolicy', { PolicyArn });
    if ('unseen' in policy) return policy;
    const version = await account.look('iam', 'GetPolicyVersion', { PolicyArn, VersionId: policy.seen.Policy.DefaultVersionId });
    if ('unseen' in version) return version;
    documents.push(version.seen.PolicyVersion.Document);
  }
  return { seen: documents.flatMap(document => [JSON.parse(decodeURIComponent(document)).Statement].flat() as PolicyStatement[]) };
}

/** IAM's wildcards: `*` for any text, `?` for one character. */
function names(patterns: string | readonly string[] | undefined, text: string): boolean {
  return [patterns ?? []].flat().some(pattern => {
    const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
    return new RegExp(`^${expression}$`, 'i').test(text);
  });
}

async function resourcePolicyMayAllow(account: Account, SecretId: string): Promise<boolean> {
  const answer = await account.look('secretsmanager', 'GetResourcePolicy', { SecretId }, { region: regionIn(SecretId) });
  return 'seen' in answer && typeof answer.seen.ResourcePolicy === 'string' && /"Allow"/.test(answer.seen.ResourcePolicy);
}

/** The name of the inline policy that `--grant-secret-access` adds. Each family has its own, so `remove` removes no other. */
export function grantName(family: string): string {
  const name = `postman-live-collection-${family}`;
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  return name.length <= 128 ? name : name.slice(0, 128);
}

/** Adds the one missing statement to the execution role, in an inline policy of its own. */
export async function grantSecretAccess(account: Account, roleArn: string, family: string, secret: ApiKeySecret): Promise<void> {
  const document = policyDocument(readApiKey(secret));
  await account.must('iam', 'PutRolePolicy', { RoleName: lastPart(roleArn), PolicyName: grantName(family), PolicyDocument: JSON.stringify(document) },
    { subject: `role ${lastPart(roleArn)}`, resource: roleArn });
}

/** Removes what `grantSecretAccess` added. Answers whether there was anything. */
export async function revokeSecretAccess(account: Account, roleArn: string, family: string): Promise<boolean> {
  try {
    await account.call('iam', 'DeleteRolePolicy', { RoleName: lastPart(roleArn), PolicyName: grantName(family) });
    return true;
  } catch (error) {
    if (isNamed(error, 'NoSuchEntityException', 'NoSuchEntity')) return false;
    throw account.failure(error, 'iam:DeleteRolePolicy', { resource: roleArn });
  }
}
