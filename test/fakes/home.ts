import { Timeline } from './timeline';

/** The account and region that a regional service's resources belong to. */
export interface Home {
  readonly account: string;
  readonly region: string;
  readonly timeline: Timeline;
  /** The ARN of the caller. */
  readonly caller: string;
}

export function arnOf({ region, account }: Home, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

let count = 0;

/** The digits of a deployment's id on ECS, different each time. */
export function digits(): string {
  count += 1;
  return (4_000_000_000_000_000_000n + BigInt(count) * 7_919_000_000_000_017n % 5_000_000_000_000_000_000n).toString();
}

/** A hexadecimal id of that length, different each time. */
export function hexId(length: number): string {
  return BigInt(digits()).toString(16).padStart(16, '0').repeat(Math.ceil(length / 16)).slice(0, length);
}
