import { colors } from './colors';
import { Output } from './output';
import { cutTo, widthOf } from './width';
import { FleetProgress, Progress } from '../fleet';

/** Whether what was drawn can be drawn over: on a terminal that shows a person what happens, and not in the log of a CI system. */
export function canRedraw(
  { isTTY }: { readonly isTTY?: boolean }, { CI, TERM }: { readonly [name: string]: string | undefined } = process.env,
): boolean {
  return Boolean(isTTY) && TERM !== 'dumb' && ['', '0', 'false', undefined].includes(CI?.toLowerCase());
}

/** Shows rollouts in progress: on a terminal a table that is redrawn, otherwise a line for each change. */
export class ProgressDisplay {
  private readonly rows = new Map<string, Progress>();
  private readonly lastLines = new Map<string, string>();
  private isDue = false;
  /** The line of the table that names its columns. */
  private head = 0;
  private asides: Promise<void> = Promise.resolve();
  /** The columns of each line that is drawn now. */
  private drawn: readonly number[] = [];
  private draw?: { (text: string): void; clear(): void; done(): void };

  /** The line above the table. */
  private summary?: { readonly line: () => string | undefined };

  /** @param isLive whether stderr can be drawn over */
  constructor(private readonly output: Output, private readonly isLive: boolean) {}

  public async start(): Promise<void> {
    if (!this.isLive) return;
    const { logUpdateStderr } = await import('log-update');
    this.draw = logUpdateStderr;
    process.stderr.on('resize', this.resize);
  }

  /** If the terminal is narrower now, it has wrapped the lines of the table, which are more rows then. */
  private readonly resize = (): void => {
    if (!this.draw || this.drawn.length === 0) return;
    const { columns } = process.stderr;
    const added = this.drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)) - 1, 0);
    process.stderr.write(`${'\x1b[2K\x1b[1A'.repeat(added)}\x1b[2K\x1b[G`);
    this.redraw();
  };

  private redraw(): void {
    if (this.rows.size === 0) return;
    const lines = this.table();
    this.drawn = lines.map(widthOf);
    this.draw?.(lines.map((line, index) => this.output.line(index === this.head ? colors.dim(line) : line)).join('\n'));
  }

  private clear(): void {
    this.draw?.clear();
    this.drawn = [];
  }

  /** From now on, this is the line above the table, if there is one. */
  public summarize(summary: () => string | undefined): void {
    this.summary = { line: summary };
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
      this.output.show(`${line} (${clock(progress.seconds)})`);
    }
  }

  /** Draws once for all services of one look. */
  private drawSoon(): void {
    if (this.isDue) return;
    this.isDue = true;
    setImmediate(() => {
      this.isDue = false;
      this.redraw();
    });
  }

  /** A line that stays, above the table. */
  public say(line: string): void {
    this.clear();
    this.output.show(line);
    this.redraw();
  }

  /** Does something on the terminal in the meantime, such as to ask. One thing after the other. */
  public async aside<T>(what: () => Promise<T>): Promise<T> {
    const last = this.asides;
    const next = last.then(async () => {
      const { draw } = this;
      this.clear();
      draw?.done();
      this.draw = undefined;
      try {
        return await what();
      } finally {
        this.draw = draw;
      }
    });
    this.asides = next.then(() => {}, () => {});
    return next;
  }

  public end(service: string): void {
    this.rows.delete(service);
  }

  public stop(): void {
    this.clear();
    this.draw?.done();
    this.draw = undefined;
    process.stderr.off('resize', this.resize);
  }

  /** Lines that fit the terminal: the table is erased line by line, so none may wrap. */
  private table(): string[] {
    const { columns = 100, rows = 24 } = process.stderr;
    const all = tableOf([...this.rows.values()], columns - 1, text => this.output.line(text));
    const summary = this.summary?.line();
    this.head = summary === undefined ? 0 : 1;
    const most = Math.max(3, rows - 3 - this.head);
    return [...summary === undefined ? [] : [cutTo(summary, columns - 1)], ...all.slice(0, most), ...all.length > most ? [cutTo(`and ${all.length - most} more`, columns - 1)] : []];
  }
}

/** Columns of a name below which the table has less of the numbers. */
const SHORTEST_NAME = 12;

/** The lines of the table in so many columns: details are cut first, then names, and then the numbers are drawn in short. @param plain of texts of others */
export function tableOf(progresses: readonly Progress[], width: number, plain: (text: string) => string): string[] {
  const shown = progresses.map(progress => ({
    ...progress, service: plain(progress.service), detail: plain(`${progress.state === 'rollingBack' ? 'rolling back: ' : ''}${progress.detail}`),
  }));
  const whole = [
    ['desired', 'running', 'failed', 'elapsed', ''],
    ...shown.map(({ desired, running, failed, seconds, detail }) => [String(desired), String(running), String(failed), clock(seconds), detail]),
  ];
  const names = ['service', ...shown.map(({ service }) => service)];
  const widths = widthsOf(whole);
  const space = width - widths.slice(0, 4).reduce((sum, column) => sum + column + 2, 0);
  const nameWidth = Math.max(...names.map(widthOf));
  if (space >= Math.min(nameWidth, SHORTEST_NAME)) {
    return whole.map((row, index) => lineOf(names[index], Math.min(nameWidth, space), row, widths, width));
  }
  const short = [
    ['running', 'elapsed', ''],
    ...shown.map(({ desired, running, seconds, detail }) => [`${running} of ${desired}`, clock(seconds), detail]),
  ];
  const shortWidths = widthsOf(short);
  const left = width - shortWidths.slice(0, 2).reduce((sum, column) => sum + column + 2, 0);
  return short.map((row, index) => lineOf(names[index], Math.max(1, Math.min(nameWidth, left)), row, shortWidths, width));
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  return rows[0].map((_, column) => Math.max(...rows.map(row => widthOf(row[column]))));
}

/** The name at the left, numbers at the right of their columns, and the last cell in what is left. */
function lineOf(name: string, nameWidth: number, cells: readonly string[], widths: readonly number[], width: number): string {
  const cut = cutTo(name, nameWidth);
  const first = `${cut}${' '.repeat(nameWidth - widthOf(cut))}`;
  const others = cells.map((cell, column) => column === cells.length - 1 ? cell : `${' '.repeat(widths[column] - widthOf(cell))}${cell}`);
  return cutTo([first, ...others].join('  ').trimEnd(), width);
}

/** From this number of services on, there is a line with their sum. */
const MANY_SERVICES = 10;

/** How far a fleet is, in a line. Undefined if the table says it. */
export function progressText({ wave, waves, total, ended, failed, rollingOut, leftMs }: FleetProgress): string | undefined {
  if (waves < 2 && total < MANY_SERVICES) return undefined;
  const parts = [`${ended} of ${total} services have ended`, ...failed > 0 ? [`${failed} failed`] : [], `${rollingOut} rolling out`];
  return `${waves > 1 ? `wave ${wave} of ${waves}: ` : ''}${parts.join(', ')}${leftText(leftMs)}`;
}

/** How long a fleet still takes, as the end of a sentence. */
export function leftText(leftMs: number | undefined): string {
  if (leftMs === undefined) return '';
  const minutes = Math.round(leftMs / 60_000);
  return `; ${minutes < 1 ? 'less than a minute' : `about ${minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`}`} left`;
}

function clock(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
