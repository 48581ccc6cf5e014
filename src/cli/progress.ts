import { colors } from './colors';
import { Output } from './output';
import { Progress } from '../aws';

/** Shows rollouts in progress: on a terminal a table that is redrawn, otherwise a line for each change. */
export class ProgressDisplay {
  private readonly rows = new Map<string, Progress>();
  private readonly lastLines = new Map<string, string>();
  private isDue = false;
  private draw?: { (text: string): void; clear(): void; done(): void };

  /** @param isLive whether stderr is a terminal */
  constructor(private readonly output: Output, private readonly isLive: boolean) {}

  public async start(): Promise<void> {
    if (!this.isLive) return;
    const { logUpdateStderr } = await import('log-update');
    this.draw = logUpdateStderr;
  }

  public update(progress: Progress): void {
    this.rows.set(progress.service, progress);
    if (this.draw) {
      this.drawSoon();
    } else {
      const line = `${progress.service}: ${progress.state === 'rollingBack' ? 'rolling back, ' : ''}${progress.detail}`;
      // A line is printed only if it says something new.
      if (this.lastLines.get(progress.service) === line) return;
      this.lastLines.set(progress.service, line);
      this.output.note(`${line} (${clock(progress.seconds)})`);
    }
  }

  /** Draws once for all services of one look. */
  private drawSoon(): void {
    if (this.isDue) return;
    this.isDue = true;
    setImmediate(() => {
      this.isDue = false;
      if (this.rows.size > 0) this.draw?.(this.table());
    });
  }

  /** A line that stays, above the table. */
  public say(line: string): void {
    this.draw?.clear();
    this.output.note(line);
    if (this.rows.size > 0) this.draw?.(this.table());
  }

  public end(service: string): void {
    this.rows.delete(service);
  }

  public stop(): void {
    this.draw?.clear();
    this.draw?.done();
    this.draw = undefined;
  }

  private table(): string {
    const rows = [...this.rows.values()].map(({ service, state, detail, running, desired, failed, seconds }) =>
      [service, String(desired), String(running), String(failed), clock(seconds), state === 'rollingBack' ? `rolling back: ${detail}` : detail]);
    const all = [['service', 'desired', 'running', 'failed', 'elapsed', ''], ...rows];
    const widths = all[0].map((_, column) => Math.max(...all.map(row => row[column].length)));
    const most = Math.max(3, (process.stderr.rows ?? 24) - 3);
    const shown = all.slice(0, most).map((row, index) => {
      const whole = row.map((cell, column) => column === 0 || column === 5 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])).join('  ').trimEnd();
      // The table is erased line by line, so no line may wrap.
      const line = whole.slice(0, (process.stderr.columns ?? 100) - 1);
      return index === 0 ? colors.dim(line) : line;
    });
    return [...shown, ...all.length > most ? [colors.dim(`and ${all.length - most} more`)] : []].join('\n');
  }
}

function clock(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
