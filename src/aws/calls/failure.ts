/**
 * What a failure is, for those who react to it. `usage`: what was asked for makes no sense. `refused`: it must not be
 * done. `interrupted`: the user ended the run.
 * `failed`: anything else.
 */
export type FailureKind = 'usage' | 'refused' | 'failed' | 'interrupted';

/** An error that the user can act on. The message says what was found, what is wanted and the way out. */
export class Failure extends Error {
  constructor(message: string, public readonly kind: FailureKind = 'failed', options?: ErrorOptions) {
    super(message, options);
    this.name = 'Failure';
  }
}

/** A failure that every further call would meet, too, such as expired credentials or no network. */
export class AccountFailure extends Failure {}

export function usage(message: string): Failure {
  return new Failure(message, 'usage');
}

/** The run was interrupted, by a signal or by Ctrl-C at a question. */
export class Interrupted extends Failure {
  constructor(message = 'Interrupted.') {
    super(message, 'interrupted');
  }
}

/** Whether every further call would fail in the same way, so that nothing else has to be tried. */
export function isForAll(error: unknown): error is AccountFailure | Interrupted {
  return error instanceof AccountFailure || error instanceof Interrupted;
}

export function kindOf(error: unknown): FailureKind {
  return error instanceof Failure ? error.kind : 'failed';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What failed, as a clause: the first line of the message. The others say how to fix it. */
export function clauseOfMessage(error: unknown): string {
  return messageOf(error).split('\n')[0].replace(/\.$/, '');
}
