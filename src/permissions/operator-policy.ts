import { OperatorScope, operatorStatements, Widening } from './operator';
import { policyDocument, Statement } from './statement';

/**
 * What IAM takes in a managed policy, without white space. All inline policies of a role together take 10,240, those of a user 2,048.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const MOST_POLICY_CHARACTERS = 6144;

/** What a policy allows beyond the selection, to be said. */
export const WIDENED: { readonly [what in Widening]: string } = {
  anyFamily: 'tags on the new revisions of all task definitions',
  anyRoleRead: 'reading the policies of all roles',
  anyNetworkRead: 'all reads of EC2 and Route 53 Resolver whose names begin with Describe and List',
  anyService: 'all services of the cluster, with those that are created later',
};

/** The statements of the command line's verbs for a selection, as short as they have to be. */
export interface OperatorPolicy {
  readonly statements: readonly Statement[];
  /** Without white space, as IAM counts. May be more than `MOST_POLICY_CHARACTERS`, if nothing else can be folded. */
  readonly characters: number;
  /** What the statements allow beyond the selection. Empty if it fits without that. */
  readonly widenings: readonly Widening[];
}

/**
 * In this order, the least first, with what it is for: nothing is gained if the scope names none. Roles that may be passed, or whose policies may be
 * written, are always named one by one.
 */
const WIDENINGS: readonly (readonly [Widening, (scope: OperatorScope) => boolean])[] = [
  ['anyFamily', ({ families }) => !families.includes('*')],
  ['anyRoleRead', ({ executionRoles, roles }) => (executionRoles ?? roles) !== undefined],
  ['anyNetworkRead', () => true],
  ['anyService', ({ takesWholeClusters = false }) => takesWholeClusters],
];

/**
 * Folds the statements until IAM takes them. First statements are merged that allow the same; then the policy allows more than the selection, and says so.
 *
 * @param count how many characters statements have in a policy document. @default - those of their JSON
 */
export function operatorPolicy(scope: OperatorScope, count: (statements: readonly Statement[]) => number = policyCharacters): OperatorPolicy {
  const counted = (statements: readonly Statement[], widenings: readonly Widening[]) => ({ statements, characters: count(statements), widenings });
  let policy: OperatorPolicy = counted(operatorStatements(scope), []);
  const possible = WIDENINGS.filter(([, helps]) => helps(scope)).map(([widening]) => widening);
  for (let widened = 0; policy.characters > MOST_POLICY_CHARACTERS && widened <= possible.length; widened++) {
    const widenings = possible.slice(0, widened);
    policy = counted(merged(operatorStatements(scope, widenings)), widenings);
  }
  return policy;
}

export function policyCharacters(statements: readonly Statement[]): number {
  return JSON.stringify(policyDocument(statements)).replace(/\s/g, '').length;
}

/** One statement for those with the same resources and conditions. It allows what they do, no more and no less. */
function merged(statements: readonly Statement[]): Statement[] {
  const byReach = new Map<string, Statement>();
  for (const { actions, resources, conditions } of statements) {
    const key = JSON.stringify([resources, conditions]);
    const known = byReach.get(key);
    byReach.set(key, { actions: [...new Set([...known?.actions ?? [], ...actions])], resources, ...conditions === undefined ? {} : { conditions } });
  }
  return [...byReach.values()];
}
