/** A statement of an IAM policy that allows, in the shape of the policy language. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: { readonly [operator: string]: { readonly [key: string]: string | readonly string[] } };
}
