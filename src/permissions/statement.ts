/** A statement of an IAM policy with the effect Allow. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: { readonly [operator: string]: { readonly [key: string]: string | readonly string[] } };
}

/** The statements as an IAM policy document. */
export function policyDocument(statements: readonly Statement[]): object {
  return { Version: '2012-10-17', Statement: statements.map(inDocument) };
}

/** A statement as a line of JSON, as a policy document has it. */
export function statementText(statement: Statement): string {
  return JSON.stringify(inDocument(statement));
}

function inDocument({ actions, resources, conditions }: Statement): object {
  return { Effect: 'Allow', Action: [...actions], Resource: [...resources], ...conditions === undefined ? {} : { Condition: conditions } };
}
