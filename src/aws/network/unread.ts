import type { Read } from './reads';
import type { Unknown } from '../../egress';

/**
 * What could not be read, why, and what would settle it. The text stands in sentences of the evidence.
 *
 * @param why  a clause: `the permission ec2:DescribeSubnets is missing`
 * @param settles  a clause: `its route table would tell`
 */
export function unread(what: string, why: string, settles: string): Unknown {
  return { unknown: `${what} could not be read: ${why}; ${settles}` };
}

/** The one thing that was asked for; unknown by its name where it was not read or is not there. */
export function found<T extends object>({ items, failure }: Read<T>, what: string, settles: string): T | Unknown {
  if (items.length > 0) return items[0];
  return failure === undefined
    ? { unknown: `${what} was not found in this account and region; see that it exists: of a shared VPC, only the owner sees everything` }
    : unread(what, failure, settles);
}
