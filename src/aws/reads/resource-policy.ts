import { applies, isLike, PolicyStatement, statementsOf } from './policy-statements';
import { isObject, Json } from '../../edit';
import { Account } from '../calls/account';
import { placeOf, regionIn } from '../calls/arns';
import { isNamed } from '../calls/errors';

/** The statements of a secret's own policy; none if it has no policy. */
export type ResourcePolicy = { readonly statements: readonly ResourceStatement[] } | { readonly unread: string };

interface ResourceStatement extends PolicyStatement {
  readonly Principal?: Json;
  readonly NotPrincipal?: Json;
}

export async function resourcePolicyOf(account: Account, SecretId: string): Promise<ResourcePolicy> {
  const answer = await account.look('secretsmanager', 'GetResourcePolicy', { SecretId }, { region: regionIn(SecretId) });
  if ('unseen' in answer) return isNamed(answer.error, 'ResourceNotFoundException') ? { statements: [] } : { unread: answer.unseen };
  const text: unknown = answer.seen.ResourcePolicy;
  if (typeof text !== 'string') return { statements: [] };
  const statements = statementsOf(text);
  return statements === undefined ? { unread: 'it is not valid' } : { statements };
}

/** What the statements of a secret's policy say of a role that makes a call. */
export function sayOf(
  statements: readonly ResourceStatement[], action: string, resource: string, roleArn: string,
): { readonly denies: 'yes' | 'no' | 'maybe'; readonly mayAllow: boolean } {
  const about = statements.filter(statement => applies(statement, action, resource));
  const denials = about.filter(({ Effect }) => Effect === 'Deny').map(statement => denialOf(statement, roleArn));
  return {
    denies: denials.includes('yes') ? 'yes' : denials.includes('maybe') ? 'maybe' : 'no',
    mayAllow: about.some(statement => statement.Effect === 'Allow' && isFor(statement, roleArn) !== 'no'),
  };
}

/** A Deny for everyone but some roles names them in a condition, since a NotPrincipal would have to name each session of a role, too. */
function denialOf(statement: ResourceStatement, roleArn: string): 'yes' | 'no' | 'maybe' {
  const principal = isFor(statement, roleArn);
  if (principal === 'no') return 'no';
  const conditions = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator: operator.replace(/IfExists$/, ''), key: key.toLowerCase(), values: [values].flat().map(String) })));
  // ECS calls with TLS.
  if (conditions.some(({ operator, key, values }) => operator === 'Bool' && key === 'aws:securetransport' && values.every(value => value === 'false'))) return 'no';
  if (Object.values(statement.Condition ?? {}).some(keys => Object.keys(keys).length === 0)) return 'maybe';
  const exceptions = conditions.filter(({ operator, key }) => key === 'aws:principalarn' && /^(Arn|String)Not(Equals|Like)$/.test(operator));
  if (exceptions.some(({ values }) => values.some(value => isLike(value, roleArn)))) return 'no';
  return exceptions.length === conditions.length && !exceptions.some(({ values }) => values.some(value => value.includes('${'))) ? principal : 'maybe';
}

/** Whether a statement is for a role. One for the role's account is for all its roles. */
function isFor({ Principal, NotPrincipal }: ResourceStatement, roleArn: string): 'yes' | 'no' | 'maybe' {
  if (NotPrincipal !== undefined) return 'maybe';
  const { partition, account } = placeOf(roleArn);
  const named = isObject(Principal) ? [Principal.AWS ?? []].flat() : [Principal ?? []].flat();
  return named.some(one => one === '*' || one === roleArn || one === account || one === `arn:${partition}:iam::${account}:root`) ? 'yes' : 'no';
}
