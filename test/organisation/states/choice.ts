import { Rule } from './definition';
import { at, Data, find } from './paths';

const COMBINED = ['And', 'Or', 'Not'];

/** Whether a rule of a Choice state holds. @throws Error if it compares in a way that is not known here */
export function holds(rule: Rule, data: Data, context: Data): boolean {
  const operators = Object.keys(rule).filter(name => !['Variable', 'Next', 'Comment'].includes(name));
  if (operators.length !== 1) throw new Error(`A rule must compare in one way, got: ${JSON.stringify(rule)}`);
  const [operator] = operators;
  const wanted = rule[operator];
  if (COMBINED.includes(operator)) {
    const rules = [wanted].flat() as readonly Rule[];
    if (operator === 'Not') return !holds(rules[0], data, context);
    return operator === 'And' ? rules.every(one => holds(one, data, context)) : rules.some(one => holds(one, data, context));
  }
  if (operator === 'IsPresent') return (find(rule.Variable!, data, context) !== undefined) === wanted;
  const value = at(rule.Variable!, data, context);
  switch (operator) {
    case 'IsNull': return (value === null) === wanted;
    case 'BooleanEquals': return typeof value === 'boolean' && value === wanted;
    case 'StringEquals': return typeof value === 'string' && value === wanted;
    case 'NumericEquals': return typeof value === 'number' && value === wanted;
    case 'NumericGreaterThan': return typeof value === 'number' && value > (wanted as number);
    case 'NumericLessThan': return typeof value === 'number' && value < (wanted as number);
    default: throw new Error(`The comparison ${operator} is not known here.`);
  }
}
