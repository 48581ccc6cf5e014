import { Read } from './reads';
import { Unknown } from '../../egress';

/**
 * What could not be read, and why. The text becomes part of the evidence's sentences.
 *
 * @param what  e.g. `subnet subnet-1`
 * @param why  a clause: `the permission ec2:DescribeSubnets is missing`
 */
export function unread(what: string, why: string): Unknown {
  return { unknown: `${what} could not be read: ${why}` };
}

/** The one item that was asked for. Unknown if it was not read or not found. */
export function found<T extends object>({ items, failure }: Read<T>, what: string): T | Unknown {
  if (items.length > 0) return items[0];
  return failure === undefined
    ? { unknown: `${what} was not found in this account and region; check that it exists (of a shared VPC, only the owner can see everything)` }
    : unread(what, failure);
}
