/** What a run ends with. See the table of exit codes in docs/command-line.md. */
export enum ExitCode {
  DONE = 0,
  FAILED = 1,
  USAGE = 2,
  CHANGES = 3,
  ROLLOUT_FAILED = 4,
  REFUSED = 5,
  INTERRUPTED = 130,
}

/** Something that a user can do something about: the message says what was found, what is wanted and the way out. */
export class Failure extends Error {
  constructor(message: string, public readonly exitCode: ExitCode = ExitCode.FAILED, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Failure';
  }
}

/** A failure of the account as a whole, which the next call would meet, too: expired credentials, no network. */
export class AccountFailure extends Failure {}

export function usage(message: string): Failure {
  return new Failure(message, ExitCode.USAGE);
}

/** The run was interrupted: by a signal, or by a question that was answered with Ctrl-C. */
export class Interrupted extends Failure {
  constructor(message = 'Interrupted.') {
    super(message, ExitCode.INTERRUPTED);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
