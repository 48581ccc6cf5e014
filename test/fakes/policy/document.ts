/** A policy of an identity, as IAM keeps it. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: Statement | readonly Statement[];
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMore;
  readonly NotAction?: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly NotResource?: OneOrMore;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
}

export type OneOrMore = string | readonly string[];

export function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value as readonly T[] : [value as T];
}

/** @throws Error if IAM would not accept the document, or if the evaluator does not know a part of it */
export function checkDocument(document: unknown): asserts document is PolicyDocument {
  const { Statement: statements, ...rest } = document as PolicyDocument;
  const unknown = Object.keys(rest).find(name => !['Version', 'Id'].includes(name));
  if (unknown !== undefined || statements === undefined) throw new Error('The policy document has no Statement, or has a member that IAM does not know.');
  for (const statement of listOf(statements)) checkStatement(statement);
}

const MEMBERS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

function checkStatement(statement: Statement): void {
  const unknown = Object.keys(statement).find(name => !MEMBERS.includes(name));
  if (unknown !== undefined) throw new Error(`A statement of an identity's policy has no member ${unknown}.`);
  if (!['Allow', 'Deny'].includes(statement.Effect)) throw new Error(`Effect must be Allow or Deny, got: ${String(statement.Effect)}`);
  if ((statement.Action === undefined) === (statement.NotAction === undefined)) throw new Error('A statement has either Action or NotAction.');
  if ((statement.Resource === undefined) === (statement.NotResource === undefined)) throw new Error('A statement has either Resource or NotResource.');
  if (statement.Sid !== undefined && !/^[A-Za-z0-9]*$/.test(statement.Sid)) throw new Error(`A Sid has only letters and digits, got: ${statement.Sid}`);
  for (const action of listOf(statement.Action ?? statement.NotAction!)) {
    if (!/^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/.test(action)) throw new Error(`An action is service:Action, got: ${action}`);
  }
  for (const resource of listOf(statement.Resource ?? statement.NotResource!)) {
    if (!/^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:.+)$/.test(resource)) throw new Error(`A resource is an ARN or *, got: ${resource}`);
    if (resource.includes('${')) throw new Error(`The evaluator does not know policy variables, got: ${resource}`);
  }
  for (const operator of Object.keys(statement.Condition ?? {})) {
    if (!KNOWN_OPERATOR.test(operator)) throw new Error(`The evaluator does not know the condition operator ${operator}.`);
  }
}

export const KNOWN_OPERATOR = /^(?:ForAnyValue:|ForAllValues:)?(?:(String|Arn)(Not)?(Equals|Like|EqualsIgnoreCase)|Bool|Null)(IfExists)?$/;
