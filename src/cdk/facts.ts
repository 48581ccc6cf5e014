import { Fact } from '../egress';
import { isKnownLater } from './tree/later';
import { isUnresolved } from './tree/loaded';

export const KNOWN_ONLY_TO_CLOUDFORMATION = { unknown: 'known only to CloudFormation' };

export function textFact(value: unknown): Fact<string> {
  return typeof value === 'string' && !isKnownLater(value) ? value : KNOWN_ONLY_TO_CLOUDFORMATION;
}

/** CloudFormation also takes sizes as text. */
export function sizeFact(value: unknown): Fact<number> | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  return typeof value === 'number' && !isUnresolved(value) ? value : KNOWN_ONLY_TO_CLOUDFORMATION;
}
