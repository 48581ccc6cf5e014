/**
 * The account's time, and the events between two calls. The time moves only by calls and by tests, never by itself, so a state lasts for
 * as many calls on a busy machine as on an idle one. Each event has its time, and all that are due happen, in order, before the next call
 * is answered. So nothing runs in the background, and nothing outlives a test.
 */
export class Timeline {
  private happening: number | undefined;
  private order = 0;
  private events: Event[] = [];

  /** @param clock its first time, in milliseconds since 1970 */
  constructor(private clock: number) {}

  /** Milliseconds since 1970; during an event, the event's own time. */
  now(): number {
    return this.happening ?? this.clock;
  }

  /** Moves the clock forward. */
  advance(ms: number): void {
    this.clock += ms;
    this.settle();
  }

  /** Does something as if it had happened that long ago. */
  ago<T>(ms: number, happen: () => T): T {
    const { happening } = this;
    this.happening = this.now() - ms;
    try {
      return happen();
    } finally {
      this.happening = happening;
    }
  }

  /** @returns a function that removes the event */
  in(delayMs: number, happen: () => void): () => void {
    const event: Event = { at: this.now() + delayMs, order: this.order++, happen };
    this.events.push(event);
    return () => { this.events = this.events.filter(other => other !== event); };
  }

  /** Runs all events that are due. */
  settle(): void {
    if (this.happening !== undefined) return;
    const until = this.now();
    for (let count = 0; count < MOST_EVENTS; count++) {
      const next = this.events.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!next) return;
      this.events = this.events.filter(event => event !== next);
      this.happening = next.at;
      try {
        next.happen();
      } finally {
        this.happening = undefined;
      }
    }
    throw new Error(`More than ${MOST_EVENTS} events are due at once: a sequence of events never ends.`);
  }
}

interface Event { readonly at: number; readonly order: number; readonly happen: () => void }

const MOST_EVENTS = 10_000;

/** A time as in the JSON protocols: seconds since 1970. */
export function seconds(ms: number): number {
  return ms / 1000;
}
