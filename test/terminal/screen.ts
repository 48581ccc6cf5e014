/** How a cell is drawn: the numbers of the active SGR codes, by what they set. */
export interface Style {
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
  readonly struck?: boolean;
  /** Drawn as a blank. */
  readonly hidden?: boolean;
  /** 30 to 37, 90 to 97. */
  readonly color?: number;
}

export interface Cell {
  readonly character: string;
  readonly style: Style;
}

/** A terminal that got another size, after so much of the output. */
export interface Resize {
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
}

const PLAIN: Style = {};
const BLANK: Cell = { character: ' ', style: PLAIN };
const SEQUENCE = /\x1b\[([?]?)([\d;]*)([A-Za-z])/y;

/**
 * What a terminal shows after some output. It knows the codes that the command line's libraries write and no others: an
 * unknown one is an error, so a picture is never wrong silently. What scrolls out at the top is kept. If it gets another size, it breaks its lines anew,
 * as most terminals do.
 */
export class Screen {
  isCursorShown = true;
  private rows: Cell[][] = [[]];
  /** The rows that continue the row above. */
  private continued = new Set<number>();
  private row = 0;
  private column = 0;
  private style: Style = PLAIN;

  constructor(output: string, private columns: number, private height: number, resizes: readonly Resize[] = []) {
    const waiting = [...resizes];
    for (let at = 0; at < output.length;) {
      while (waiting.length > 0 && waiting[0].at <= at) this.resize(waiting.shift()!);
      at = this.take(output, at);
    }
  }

  private resize({ columns, rows }: Resize): void {
    const lines: Cell[][] = [];
    let cursor = { line: 0, offset: 0 };
    this.rows.forEach((row, index) => {
      const before = this.continued.has(index) ? lines.pop()! : [];
      if (index === this.row) cursor = { line: lines.length, offset: before.length + this.column };
      lines.push([...before, ...row]);
    });
    this.rows = [];
    this.continued = new Set();
    lines.forEach((line, index) => {
      if (index === cursor.line) Object.assign(this, { row: this.rows.length + Math.floor(cursor.offset / columns), column: cursor.offset % columns });
      for (let at = 0; at === 0 || at < line.length; at += columns) {
        if (at > 0) this.continued.add(this.rows.length);
        this.rows.push(line.slice(at, at + columns));
      }
    });
    Object.assign(this, { columns, height: rows });
    this.moveTo(this.row, this.column);
  }

  /** Every line from the first to the last that is not empty. */
  get cells(): readonly (readonly Cell[])[] {
    const drawn = this.rows.map((row, index) => textOf(row) === '' ? 0 : index + 1);
    return this.rows.slice(0, Math.max(...drawn));
  }

  get lines(): string[] {
    return this.cells.map(textOf);
  }

  get text(): string {
    return this.lines.join('\n');
  }

  private take(output: string, at: number): number {
    const character = output[at];
    if (character === '\x1b') {
      SEQUENCE.lastIndex = at;
      const found = SEQUENCE.exec(output);
      if (!found) throw new Error(`The screen does not know the sequence ${JSON.stringify(output.slice(at, at + 10))}.`);
      this.obey(found[1] + found[3], found[2]);
      return SEQUENCE.lastIndex;
    }
    if (character === '\r') this.column = 0;
    else if (character === '\n') this.moveTo(this.row + 1, this.column);
    else if (character < ' ') throw new Error(`The screen does not know the control character ${JSON.stringify(character)}.`);
    else this.put(character);
    return at + 1;
  }

  private put(character: string): void {
    // The cursor leaves a full line only when the next character comes.
    if (this.column >= this.columns) {
      this.moveTo(this.row + 1, 0);
      this.continued.add(this.row);
    }
    const row = this.rows[this.row];
    while (row.length < this.column) row.push(BLANK);
    row[this.column++] = { character: this.style.hidden ? ' ' : character, style: this.style };
  }

  private obey(code: string, given: string): void {
    const count = Math.max(1, Number(given || 1));
    switch (code) {
      case 'A': return this.moveTo(Math.max(this.row - count, this.top), this.column);
      case 'B': return this.moveTo(Math.min(this.row + count, this.top + this.height - 1), this.column);
      case 'C': return this.moveTo(this.row, Math.min(this.column + count, this.columns - 1));
      case 'D': return this.moveTo(this.row, Math.max(0, Math.min(this.column, this.columns - 1) - count));
      case 'G': return this.moveTo(this.row, count - 1);
      case 'J':
        if (given !== '' && given !== '0') break;
        this.rows.length = this.row + 1;
        for (const row of this.continued) if (row > this.row) this.continued.delete(row);
        this.rows[this.row].length = Math.min(this.rows[this.row].length, this.column);
        return undefined;
      case 'K':
        if (given === '2') {
          this.rows[this.row] = [];
          this.continued.delete(this.row);
        } else if (given === '' || given === '0') {this.rows[this.row].length = Math.min(this.rows[this.row].length, this.column);} else {break;}
        return undefined;
      case 'm':
        for (const number of given.split(';')) this.style = restyled(this.style, Number(number));
        return undefined;
      case '?h':
      case '?l':
        if (given !== '25') break;
        this.isCursorShown = code === '?h';
        return undefined;
    }
    throw new Error(`The screen does not know the sequence ESC[${given}${code}.`);
  }

  /** The first row that can be drawn on. */
  private get top(): number {
    return Math.max(0, this.rows.length - this.height);
  }

  private moveTo(row: number, column: number): void {
    while (this.rows.length <= row) this.rows.push([]);
    this.row = row;
    this.column = column;
  }
}

function textOf(row: readonly Cell[]): string {
  return row.map(({ character }) => character).join('').trimEnd();
}

function restyled(style: Style, code: number): Style {
  const { color, ...rest } = style;
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 7) return { ...style, inverse: true };
  if (code === 8) return { ...style, hidden: true };
  if (code === 9) return { ...style, struck: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 27) return { ...style, inverse: false };
  if (code === 28) return { ...style, hidden: false };
  if (code === 29) return { ...style, struck: false };
  if (code === 39) return rest;
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) return { ...rest, color: code };
  // Backgrounds are not drawn.
  if ((code >= 40 && code <= 49) || (code >= 100 && code <= 107)) return style;
  throw new Error(`The screen does not know the SGR code ${code}.`);
}
