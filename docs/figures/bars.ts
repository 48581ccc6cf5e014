import { spelled } from '../../benchmark/table';

/** A chart of bars as SVG, drawn so narrow that a phone need not make it smaller. */
export interface Bars {
  readonly title: string;
  /** What the numbers are, such as `seconds`. */
  readonly unit: string;
  readonly groups: readonly { readonly name: string; readonly bars: readonly Bar[] }[];
  /** A value that is marked with a line, such as a limit. */
  readonly mark?: { readonly name: string; readonly value: number };
}

export interface Bar {
  readonly name: string;
  /** Undefined if there is no number; then only the note is there. */
  readonly value?: number;
  /** What is said instead of the number. @default - the number */
  readonly note?: string;
  /** Whether it is this library. */
  readonly isOwn: boolean;
}

/** Pixels. */
const WIDTH = 380;
const MARGIN = 12;
const LINE = 18;
const BAR = 12;
/** Room for a number after the longest bar. */
const NUMBER = 74;

const LIGHT = { paper: '#ffffff', ink: '#1f2328', soft: '#59636e', own: '#bc4c00', other: '#818b98', mark: '#cf222e' };
const DARK = { paper: '#0d1117', ink: '#e6edf3', soft: '#9198a1', own: '#f0883e', other: '#6e7681', mark: '#f85149' };

/** Not every program that shows SVG knows variables of CSS, so the colors are written out. */
const rulesFor = ({ paper, ink, soft, own, other, mark }: typeof LIGHT) => [
  `text{fill:${ink}}`, `.soft{fill:${soft}}`, `.paper{fill:${paper}}`, `.own{fill:${own}}`, `.other{fill:${other}}`, `.mark{stroke:${mark}}`, `.said{fill:${mark}}`,
].map(rule => `.bars ${rule}`).join('');
const STYLE = '.bars text{font:13px Helvetica,Arial,sans-serif}.bars .small{font-size:12px}.bars .head{font-weight:bold}.bars .mark{stroke-dasharray:3 3}'
  + `${rulesFor(LIGHT)}@media (prefers-color-scheme:dark){${rulesFor(DARK)}}`;

export function drawBars({ title, unit, groups, mark }: Bars): string {
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value = 0 }) => value)), mark?.value ?? 0, Number.MIN_VALUE);
  const lengthOf = (value: number) => Math.round(value / most * (WIDTH - 2 * MARGIN - NUMBER) * 10) / 10;
  const parts: string[] = [];
  let y = MARGIN;
  const line = (text: string, style: string, x = MARGIN, anchor = 'start') => {
    parts.push(`<text class="${style}" x="${x}" y="${y + 13}"${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escaped(text)}</text>`);
  };
  line(title, 'head');
  y += LINE;
  line(unit, 'small soft');
  y += LINE + 4;
  const top = y;
  for (const { name, bars } of groups) {
    if (name !== '') {
      line(name, 'head small');
      y += LINE;
    }
    for (const { name: who, value, note, isOwn } of bars) {
      line(who, 'small');
      y += LINE - 2;
      // A bar of nothing is a line, so it is seen that there is a number.
      const length = value === undefined ? 0 : Math.max(1, lengthOf(value));
      if (length > 0) parts.push(`<rect class="${isOwn ? 'own' : 'other'}" x="${MARGIN}" y="${y + 2}" width="${length}" height="${BAR}" rx="2"/>`);
      line(note ?? spelled(value!), value === undefined ? 'small said' : 'small', MARGIN + length + (length > 0 ? 6 : 0));
      y += LINE + 2;
    }
    y += 6;
  }
  if (mark) {
    const x = MARGIN + lengthOf(mark.value);
    parts.push(`<path class="mark" d="M${x} ${top}V${y}"/>`);
    line(mark.name, 'small soft', x, x > WIDTH / 2 ? 'end' : 'start');
    y += LINE;
  }
  const height = y + MARGIN;
  return [
    `<svg class="bars" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    '<!-- Drawn by docs/plot.ts from benchmark/results.json. -->',
    `<title>${escaped(title)}</title><style>${STYLE}</style><rect class="paper" width="${WIDTH}" height="${height}" rx="6"/>`,
    ...parts, '</svg>', '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`);
}
