/**
 * What happens in the account while nobody looks: each event has its time, and all that are due happen, in order, before the
 * next call is answered. So nothing runs between two calls, and a test ends when it ends.
 */
export class Timeline {
  private aheadMs = 0;
  private happening: number | undefined;
  private order = 0;
  private events: Event[] = [];

  /** Milliseconds since 1970; during an event, the event's own time. */
  now(): number {
    return this.happening ?? Date.now() + this.aheadMs;
  }

  /** Sets the clock ahead, for what takes minutes. */
  advance(ms: number): void {
    this.aheadMs += ms;
    this.settle();
  }

  /** Does something as if it had been done so long ago. */
  ago<T>(ms: number, happen: () => T): T {
    const { happening } = this;
    this.happening = this.now() - ms;
    try {
      return happen();
    } finally {
      this.happening = happening;
    }
  }

  /** @returns what takes the event off again */
  in(delayMs: number, happen: () => void): () => void {
    const event: Event = { at: this.now() + delayMs, order: this.order++, happen };
    this.events.push(event);
    return () => { this.events = this.events.filter(other => other !== event); };
  }

  /** Lets everything happen that is due. */
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
    throw new Error(`More than ${MOST_EVENTS} events are due at once: a script never ends.`);
  }
}

interface Event { readonly at: number; readonly order: number; readonly happen: () => void }

const MOST_EVENTS = 10_000;

/** As the JSON protocols write a time: seconds since 1970. */
export function seconds(ms: number): number {
  return ms / 1000;
}
