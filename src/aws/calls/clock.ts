import { setTimeout as timer } from 'node:timers/promises';

/** Tells the time and lets it pass. Everything here that waits takes its time from one of these, so a test can move it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Ends early, without an error, if the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => timer(milliseconds, undefined, { signal }).catch(() => {}),
};
