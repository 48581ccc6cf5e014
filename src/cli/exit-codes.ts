import { FailureKind, kindOf } from '../aws/calls/failure';
import { ServiceResult } from '../fleet';
import { isGoodOutcome } from '../fleet/outcomes';

/** The exit codes of the command line. docs/command-line.md has a table of them. */
export enum ExitCode {
  DONE = 0,
  FAILED = 1,
  USAGE = 2,
  CHANGES = 3,
  ROLLOUT_FAILED = 4,
  REFUSED = 5,
  INTERRUPTED = 130,
}

const OF_KIND: { readonly [kind in FailureKind]: ExitCode } = {
  failed: ExitCode.FAILED, usage: ExitCode.USAGE, refused: ExitCode.REFUSED, interrupted: ExitCode.INTERRUPTED,
};

export function exitCodeOf(error: unknown): ExitCode {
  return exitCodeOfKind(kindOf(error));
}

export function exitCodeOfKind(kind: FailureKind): ExitCode {
  return OF_KIND[kind];
}

export function exitCodeOfResult({ outcome, failure }: ServiceResult): ExitCode {
  if (failure !== undefined) return OF_KIND[failure];
  return isGoodOutcome(outcome) ? ExitCode.DONE : ExitCode.ROLLOUT_FAILED;
}
