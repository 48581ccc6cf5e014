import { IConstruct } from 'constructs';
import { report } from './findings';
import { documentLength } from './policy-length';
import { MOST_POLICY_CHARACTERS as LIMIT, operatorPolicy, OperatorScope, policyDocument, Statement, WIDENED } from '../permissions';
import { CONSTRUCT_WORDS, finding, messagesOf } from '../preflight';

/**
 * The statements of the operators' policy, folded so that IAM takes it. What it allows beyond the scope, and a policy that is too long, are reported on
 * the construct.
 */
export function operatorPolicyStatements(construct: IConstruct, scope: OperatorScope): readonly Statement[] {
  const lengthOf = (statements: readonly Statement[]) => documentLength(construct, policyDocument(statements));
  const { statements, widenings } = operatorPolicy(scope, some => lengthOf(some).most);
  const validate = () => {
    const { least, most } = lengthOf(statements);
    const policy = construct.node.path;
    const findings = [
      ...widenings.length === 0 ? [] : [finding('operatorPolicyWidened', { policy, limit: LIMIT, allows: widenings.map(one => WIDENED[one]) })],
      ...most <= LIMIT ? [] : [finding('operatorPolicyTooLong', { policy, limit: LIMIT, least })],
    ];
    return report(construct, messagesOf(findings, CONSTRUCT_WORDS, least <= LIMIT ? { operatorPolicyTooLong: 'warning' } : {}));
  };
  construct.node.addValidation({ validate });
  return statements;
}
