import { isObject, Json } from '../../edit';
import { Statement } from '../../permissions';

/** A statement of an IAM policy, as it is written. */
export interface PolicyStatement {
  readonly Effect?: string;
  readonly Action?: OneOrMore;
  readonly NotAction?: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly NotResource?: OneOrMore;
  readonly Condition?: Statement['conditions'];
}

type OneOrMore = string | readonly string[];

/** The statements of a policy as IAM returns it, encoded as in an address. Undefined if it is no policy. */
export function statementsIn(document: string | undefined): readonly PolicyStatement[] | undefined {
  try {
    return statementsOf(decodeURIComponent(document ?? ''));
  } catch {
    return undefined;
  }
}

/** The statements of a policy. Undefined if it is no policy. */
export function statementsOf(text: string): readonly PolicyStatement[] | undefined {
  try {
    const { Statement: statements } = JSON.parse(text) as { readonly Statement?: Json };
    const all = [statements ?? []].flat() as readonly Json[];
    return all.every(isObject) ? (all as readonly PolicyStatement[]).map(withoutVariables) : undefined;
  } catch {
    return undefined;
  }
}

const VARIABLE = /\$\{[^}]*\}/g;

/** A variable in a resource has a value that is not known here: then the statement applies to more, and only under a condition. */
function withoutVariables(statement: PolicyStatement): PolicyStatement {
  const { NotResource, Resource, ...others } = statement;
  const has = (list: OneOrMore | undefined) => [list ?? []].flat().some(one => String(one).search(VARIABLE) >= 0);
  if (!has(Resource) && !has(NotResource)) return statement;
  const wide = NotResource === undefined ? [Resource ?? []].flat().map(one => String(one).replace(VARIABLE, '*')) : '*';
  return { ...others, Resource: wide, Condition: { ...others.Condition, 'policy variable': {} } };
}

/** Whether a statement is about an action on a resource. */
export function applies({ Action, NotAction, Resource, NotResource }: PolicyStatement, action: string, resource: string): boolean {
  const isForAction = NotAction === undefined ? matches(Action, action, true) : !matches(NotAction, action, true);
  return isForAction && (NotResource === undefined ? matches(Resource, resource) : !matches(NotResource, resource));
}

/** Only actions are compared without regard to case. */
function matches(patterns: OneOrMore | undefined, text: string, isCaseless = false): boolean {
  const cased = (value: string) => isCaseless ? value.toLowerCase() : value;
  return [patterns ?? []].flat().some(pattern => isLike(cased(String(pattern)), cased(text)));
}

/**
 * IAM's wildcards: `*` for any text, `?` for one character. A regular expression could take longer than anyone waits: a policy may have thousands of
 * them.
 */
export function isLike(pattern: string, text: string): boolean {
  let [at, from] = [0, 0];
  // Where the last `*` is, and the first character that it does not stand for.
  let [star, after] = [-1, 0];
  while (from < text.length) {
    if (at < pattern.length && pattern[at] !== '*' && (pattern[at] === '?' || pattern[at] === text[from])) {
      at++;
      from++;
    } else if (pattern[at] === '*') {
      star = at++;
      after = from;
    } else if (star >= 0) {
      at = star + 1;
      from = ++after;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}
