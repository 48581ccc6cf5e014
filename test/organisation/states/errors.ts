/** What ends a state, and its execution unless the state catches it. */
export class StateError extends Error {
  constructor(public readonly code: string, public readonly reason: string) {
    super(`${code}: ${reason}`);
  }
}

/** Errors that only their own names match: a machine with one of them has a defect. */
const OF_THE_MACHINE = ['States.DataLimitExceeded', 'States.Runtime'];

/**
 * Whether a name in `ErrorEquals` means the error.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function isMeant(names: readonly string[], code: string): boolean {
  if (OF_THE_MACHINE.includes(code)) return false;
  return names.some(name => name === code || name === 'States.ALL' || name === 'States.TaskFailed' && code !== 'States.Timeout');
}
