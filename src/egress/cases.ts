import { EgressFacts } from './facts';

/**
 * The facts of one task in each case that CloudFormation conditions allow: one case if they depend on no condition. `when` says which
 * case it is, e.g. `condition WithNat of stack Shop is true`.
 */
export type EgressCases = readonly { readonly when: string; readonly facts: EgressFacts }[] | TooManyConditions;

/** More cases than are judged. */
export interface TooManyConditions {
  /** The names of the conditions. */
  readonly tooMany: readonly string[];
}
