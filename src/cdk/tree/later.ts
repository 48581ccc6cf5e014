import { isUnresolved } from './loaded';

/** How `StringParameter.valueFromLookup` and the like begin a value in the first pass of synthesis, before the CDK CLI has looked it up. */
const PLACEHOLDER = 'dummy-value-for-';

/** Whether a resolved value, at any depth, has a placeholder of the CDK's first pass. The CLI synthesizes again with the real value. */
export function hasPlaceholder(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(PLACEHOLDER);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasPlaceholder);
}

/** Whether a value is known only later: to CloudFormation, or to the next pass of synthesis. No rule may refuse it. */
export function isKnownLater(value: unknown): boolean {
  return isUnresolved(value) || (typeof value === 'string' && hasPlaceholder(value));
}
