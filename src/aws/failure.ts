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

/** An error that the user can act on. The message says what was found, what is wanted and the way out. */
export class Failure extends Error {
  constructor(message: string, public readonly exitCode: ExitCode = ExitCode.FAILED, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Failure';
  }
}

/** A failure that every further call would meet, too, such as expired credentials or no network. */
export class AccountFailure extends Failure {}

export function usage(message: string): Failure {
  return new Failure(message, ExitCode.USAGE);
}

/** The run was interrupted, by a signal or by Ctrl-C at a question. */
export class Interrupted extends Failure {
  constructor(message = 'Interrupted.') {
    super(message, ExitCode.INTERRUPTED);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
