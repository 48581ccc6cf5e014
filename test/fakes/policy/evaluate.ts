import { KNOWN_OPERATOR, listOf, OneOrMore, PolicyDocument, Statement } from './document';

/** An access to one resource. */
export interface AccessRequest {
  readonly action: string;
  /** Its ARN; `*` for actions without resources; a list if AWS may accept any of several forms. */
  readonly resource: string | readonly string[];
  /** The condition keys of the request; a key that it does not have is absent. */
  readonly context: Readonly<Record<string, OneOrMore>>;
}

export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/**
 * IAM's decision for one identity: a Deny wins, an Allow is needed.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(documents: readonly PolicyDocument[], request: AccessRequest): Decision {
  const applying = matchedStatements(documents, request);
  if (applying.some(({ Effect }) => Effect === 'Deny')) return 'explicitDeny';
  return applying.some(({ Effect }) => Effect === 'Allow') ? 'allowed' : 'implicitDeny';
}

export function matchedStatements(documents: readonly PolicyDocument[], request: AccessRequest): readonly Statement[] {
  return documents.flatMap(({ Statement: statements }) => listOf(statements)).filter(statement => applies(statement, request));
}

function applies(statement: Statement, { action, resource, context }: AccessRequest): boolean {
  const isActionMeant = statement.NotAction === undefined ? matchesAny(statement.Action!, action, true) : !matchesAny(statement.NotAction, action, true);
  const isResourceMeant = listOf(resource).some(arn =>
    statement.NotResource === undefined ? matchesAny(statement.Resource!, arn) : !matchesAny(statement.NotResource, arn));
  return isActionMeant && isResourceMeant && Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => holds(operator, listOf(values), valuesOf(context, key))));
}

function matchesAny(patterns: OneOrMore, text: string, isCaseless = false): boolean {
  return listOf(patterns).some(pattern => matches(pattern, text, isCaseless));
}

/** `*` matches any text, `?` any one character. */
export function matches(pattern: string, text: string, isCaseless = false): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[\\s\\S]*').replace(/\?/g, '[\\s\\S]');
  return new RegExp(`^${expression}$`, isCaseless ? 'i' : '').test(text);
}

/** Condition keys are case-insensitive. */
function valuesOf(context: AccessRequest['context'], key: string): readonly string[] | undefined {
  const name = Object.keys(context).find(other => other.toLowerCase() === key.toLowerCase());
  return name === undefined ? undefined : listOf(context[name]);
}

/** The keys of a statement's conditions that the request does not have. */
export function missingKeys(documents: readonly PolicyDocument[], { context }: AccessRequest): readonly string[] {
  const statements = documents.flatMap(({ Statement: ofOne }) => listOf(ofOne));
  const keys = statements.flatMap(({ Condition = {} }) => Object.values(Condition).flatMap(Object.keys));
  return [...new Set(keys)].filter(key => valuesOf(context, key) === undefined);
}

function holds(operator: string, wanted: readonly string[], found: readonly string[] | undefined): boolean {
  const [, type, negation, how, ifExists] = KNOWN_OPERATOR.exec(operator)!;
  if (/Null(IfExists)?$/.test(operator)) return wanted.includes(String(found === undefined));
  const isForAll = operator.startsWith('ForAllValues:');
  if (found === undefined) return ifExists !== undefined || negation !== undefined || isForAll;
  const matchesOne = (value: string) => wanted.some(pattern => {
    if (type === undefined || how === 'EqualsIgnoreCase') return pattern.toLowerCase() === value.toLowerCase();
    // ArnEquals and ArnLike are the same: both accept wildcards.
    return type === 'Arn' || how === 'Like' ? matches(pattern, value) : pattern === value;
  });
  const test = (value: string) => matchesOne(value) !== (negation !== undefined);
  return isForAll || (negation !== undefined && !operator.startsWith('ForAnyValue:')) ? found.every(test) : found.some(test);
}
