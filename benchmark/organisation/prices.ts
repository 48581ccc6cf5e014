/** AWS's list prices of us-east-1 in dollars, without the free tier, as they were on 2026-11-27. */
export const PRICES = {
  /** Of Standard workflows, also of the children of a Distributed Map. https://aws.amazon.com/step-functions/pricing/ */
  stateTransition: 0.025 / 1000,
  /** x86. https://aws.amazon.com/lambda/pricing/ */
  lambdaGbSecond: 0.0000166667,
  lambdaRequest: 0.20 / 1_000_000,
  /** S3 Standard: PUT and LIST; GET. https://aws.amazon.com/s3/pricing/ */
  s3Put: 0.005 / 1000,
  s3Get: 0.0004 / 1000,
  s3GbMonth: 0.023,
  /** Standard class, and what Step Functions delivers. https://aws.amazon.com/cloudwatch/pricing/ */
  logGb: 0.50,
} as const;

/** Memory of the function, in GB. */
export const FUNCTION_GB = 0.5;

/** Counts of one execution. */
export interface Usage {
  readonly transitions: number;
  readonly lambdaSeconds: number;
  readonly invocations: number;
  readonly puts: number;
  readonly gets: number;
  /** Of the objects that an execution leaves, in bytes. */
  readonly stored: number;
  readonly logged: number;
  readonly events: number;
}

/** Step Functions logs each event with about so many bytes, without execution data. */
const EVENT_BYTES = 500;
/** Lambda's own lines of an invocation: START, END and REPORT. */
const INVOCATION_BYTES = 400;

export function logBytes({ logged, events, invocations }: Usage): number {
  return logged + events * EVENT_BYTES + invocations * INVOCATION_BYTES;
}

/** What an execution costs in dollars, by its parts. What it leaves is kept for three months. */
export function costOf(usage: Usage): Readonly<Record<string, number>> {
  return {
    'Step Functions': usage.transitions * PRICES.stateTransition,
    'Lambda': usage.lambdaSeconds * FUNCTION_GB * PRICES.lambdaGbSecond + usage.invocations * PRICES.lambdaRequest,
    'S3': usage.puts * PRICES.s3Put + usage.gets * PRICES.s3Get + usage.stored / 1e9 * PRICES.s3GbMonth * 3,
    'CloudWatch Logs': logBytes(usage) / 1e9 * PRICES.logGb,
  };
}
