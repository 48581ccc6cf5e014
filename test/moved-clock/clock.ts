import { Clock } from '../../src/aws/calls/clock';

interface Sleeper { readonly until: number; readonly wake: () => void }

/** Turns of the event loop in which nothing happens, after which nothing will happen before the next time that somebody waits for. */
const QUIET_TURNS = 25;

/**
 * A clock that stands still while anything can be done, and then jumps to the next time that somebody waits for. So hours pass at once, and
 * how fast the machine is does not matter.
 */
export class MovedClock implements Clock {
  private sleepers: Sleeper[] = [];
  private activity = 0;
  private isWaiting = false;

  /** @param onJump called with the milliseconds of each jump */
  constructor(private time = Date.UTC(2026, 0, 1), private readonly onJump: (milliseconds: number) => void = () => {}) {}

  now(): number {
    return this.time;
  }

  /** Something was done that may lead to more. */
  stir(): void {
    this.activity++;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.stir();
    if (signal?.aborted) return;
    await new Promise<void>(resolve => {
      const sleeper: Sleeper = {
        until: this.time + Math.max(0, milliseconds), wake: () => {
          this.stir();
          this.sleepers = this.sleepers.filter(other => other !== sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', sleeper.wake, { once: true });
      void this.jumpWhenQuiet();
    });
  }

  private async jumpWhenQuiet(): Promise<void> {
    if (this.isWaiting) return;
    this.isWaiting = true;
    while (this.sleepers.length > 0) {
      for (let quiet = 0, seen = this.activity; quiet < QUIET_TURNS; quiet = seen === this.activity ? quiet + 1 : 0, seen = this.activity) {
        await new Promise(setImmediate);
      }
      const next = Math.min(...this.sleepers.map(({ until }) => until));
      if (this.sleepers.length === 0) break;
      const jump = Math.max(0, next - this.time);
      this.time += jump;
      if (jump > 0) this.onJump(jump);
      for (const { until, wake } of this.sleepers) if (until <= this.time) wake();
    }
    this.isWaiting = false;
  }
}
