import { Outcome, worst } from '../egress';
import { Lane, Note, Sketch, Station } from './sketch';
import { clipped, escape, wrap } from './text';

/** Pixels. */
const MARGIN = 16;
const BOX = { width: 168, padding: 10, title: 12, id: 11, line: 14, lines: 4 } as const;
const GAP = 44;
/** Below the boxes of a lane, for the replies. */
const REPLIES = 30;
const NOTE = { size: 12, line: 17, indent: 28 } as const;

const WORDS: { readonly [outcome in Outcome]: string } = { reachable: 'passes', unknown: 'unknown', unreachable: 'blocked' };
/** Marks that differ by shape, for those who do not see the colors: a check mark, a question mark, a cross. */
const MARKS: { readonly [outcome in Outcome]: string } = {
  reachable: '<path d="M-3.5 0.5 L-1 3 L4 -3"/>',
  unknown: '<path d="M-2.5 -2 C-2.5 -5 3 -5 3 -2 C3 0 0 0 0 1.8"/><path d="M0 4 L0 4.4"/>',
  unreachable: '<path d="M-3 -3 L3 3 M-3 3 L3 -3"/>',
};

interface Colors {
  readonly paper: string;
  readonly box: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly outcomes: { readonly [outcome in Outcome]: string };
}

const LIGHT: Colors = {
  paper: '#ffffff', box: '#f6f8fa', ink: '#1f2328', soft: '#59636e', line: '#818b98', outcomes: { reachable: '#1a7f37', unknown: '#9a6700', unreachable: '#cf222e' },
};
const DARK: Colors = {
  paper: '#0d1117', box: '#161b22', ink: '#e6edf3', soft: '#9198a1', line: '#6e7681', outcomes: { reachable: '#3fb950', unknown: '#d29922', unreachable: '#f85149' },
};

/** Not every program that shows SVG knows variables of CSS, so the colors are written out. */
function rulesFor({ paper, box: fill, ink, soft, line, outcomes }: Colors): string {
  const rules = [
    `text{fill:${ink}}`, `.id,.egress .soft{fill:${soft}}`, `.paper{fill:${paper}}`, `.box{fill:${fill};stroke:${line}}`, `.way{stroke:${line}}`, `.tip{fill:${line}}`,
    `.mark path{stroke:${paper}}`,
    ...Object.entries(outcomes).flatMap(([outcome, color]) => [`.${outcome}{fill:${color}}`, `.box.${outcome}{fill:${fill};stroke:${color};stroke-width:2}`]),
  ];
  return rules.map(rule => `.egress ${rule}`).join('');
}

const STYLE = [
  '.egress text{font-family:Helvetica,Arial,sans-serif}.egress .way{fill:none;stroke-width:1.5}.egress .off{stroke-dasharray:4 4}',
  '.egress .mark path{fill:none;stroke-width:1.8;stroke-linecap:round}',
  rulesFor(LIGHT), `@media (prefers-color-scheme:dark){${rulesFor(DARK)}}`,
].join('');

/**
 * The way from a task to Postman and back as one SVG image, with a mark at each station and the sentences of what blocks the way below. It needs no
 * font, script or network, and follows the reader's color scheme.
 *
 * @param subject  what sends, e.g. `service orders`
 */
export function drawSketch(sketch: Sketch, subject: string): string {
  const { start, lanes, end, startup, notes, verdict, host } = sketch;
  const ways = lanes.length === 0 ? [{ stations: [] }] : lanes;
  const columns = Math.max(...ways.map(({ stations }) => stations.length));
  const leftOf = (column: number) => MARGIN + column * (BOX.width + GAP);
  const endColumn = start.length + columns;
  const width = leftOf(endColumn) + BOX.width + MARGIN;
  const heights = ways.map(({ stations }) => Math.max(...[...stations, ...start, end].map(heightOf)) + REPLIES);
  const tops = heights.map((_, index) => MARGIN + sum(heights.slice(0, index)));
  const lanesEnd = MARGIN + sum(heights);
  const middle = MARGIN + (sum(heights) - REPLIES) / 2;
  const parts: string[] = [];

  let isOpen = true;
  start.forEach((station, column) => {
    parts.push(box(station, leftOf(column), middle - heightOf(station) / 2, isOpen));
    isOpen &&= station.out !== 'unreachable';
    if (column < start.length - 1) parts.push(way(leftOf(column) + BOX.width, middle, leftOf(column + 1), middle, isOpen));
  });
  const lanesLeftOf = (index: number) => leftOf(start.length + index);
  const around = { middle, isOpen, fromX: leftOf(start.length - 1) + BOX.width, toX: leftOf(endColumn), leftOf: lanesLeftOf };
  ways.forEach((lane, index) => parts.push(...drawLane(lane, { ...around, top: tops[index], height: heights[index] - REPLIES })));
  parts.push(box({ ...end, out: outcomeOf(sketch) }, leftOf(endColumn), middle - heightOf(end) / 2));
  let bottom = lanesEnd;
  if (startup) {
    const top = Math.max(lanesEnd, middle + heightOf(start[0]) / 2 + REPLIES);
    const x = leftOf(0) + BOX.width / 2;
    parts.push(way(x, middle + heightOf(start[0]) / 2, x, top, true, false), box(startup, leftOf(0), top));
    bottom = top + heightOf(startup) + MARGIN;
  }
  const listed = drawNotes(notes, bottom + NOTE.line, width);
  const height = Math.round(bottom + (notes.length > 0 ? listed.height + MARGIN : 0));
  const title = `${subject}: Postman at ${host} is ${verdict}`;
  return [
    `<svg class="egress" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">`,
    `<title>${escape(title)}</title><style>${STYLE}</style><rect class="paper" width="${width}" height="${height}"/>`,
    ...parts, ...listed.parts, '</svg>',
  ].join('\n');
}

/** Whether the agent reaches the destination and gets the replies. */
function outcomeOf({ start, lanes, end }: Sketch): Outcome {
  return worst([...start, ...lanes.flatMap(({ stations }) => stations), end].flatMap(({ out, back }) => [out, back]));
}

interface Frame {
  readonly top: number;
  readonly height: number;
  /** Of the boxes before and behind all lanes. */
  readonly middle: number;
  /** Whether the traffic gets to the lane. */
  readonly isOpen: boolean;
  readonly fromX: number;
  readonly toX: number;
  leftOf(index: number): number;
}

/** The boxes of a lane with the way out between them, and the replies below. */
function drawLane({ stations }: Lane, { top, height, middle, isOpen: isReached, fromX, toX, leftOf }: Frame): string[] {
  const y = top + height / 2;
  const parts: string[] = [];
  let isOpen = isReached;
  let x = fromX;
  let fromY = middle;
  stations.forEach((station, index) => {
    parts.push(way(x, fromY, leftOf(index), y, isOpen), box(station, leftOf(index), y - heightOf(station) / 2, isOpen));
    isOpen &&= station.out !== 'unreachable';
    x = leftOf(index) + BOX.width;
    fromY = y;
  });
  parts.push(way(x, fromY, toX, middle, isOpen));
  const replies = top + height + REPLIES / 2 - 2;
  const blocked = stations.map(({ back }) => back);
  // What does not arrive gets no replies.
  if (isOpen && stations.length > 0) {
    parts.push(arrow(x, replies, leftOf(0), replies, !blocked.includes('unreachable')));
    parts.push(`<text class="soft" font-size="10" x="${x}" y="${replies - 4}" text-anchor="end">replies</text>`);
    stations.forEach(({ back }, index) => parts.push(...back === 'reachable' ? [] : [mark(back, leftOf(index) + BOX.width / 2, replies)]));
  }
  return parts;
}

/** @param isReached  whether the traffic gets here: what is fine beyond a block has no mark */
function box({ title, id, out, back, notes }: Station, x: number, y: number, isReached = true): string {
  const outcome = out === 'reachable' ? back : out;
  const isSilent = !isReached && outcome === 'reachable';
  const { titles, ids } = linesOf({ title, id });
  const height = heightOf({ title, id });
  const word = `${title} ${id}`.trim();
  const line = (text: string, index: number, style: string) => `<text ${style} x="${x + BOX.padding}" y="${y + BOX.padding + BOX.title - 2 + index * BOX.line}">${escape(text)}</text>`;
  return [
    `<g><title>${escape(`${word}: ${isSilent ? 'not reached' : WORDS[outcome]}`)}</title>`,
    `<rect class="box${isSilent ? '' : ` ${outcome}`}" x="${x}" y="${y}" width="${BOX.width}" height="${height}" rx="6"/>`,
    ...titles.map((text, index) => line(text, index, `font-size="${BOX.title}" font-weight="bold"`)),
    ...ids.map((text, index) => line(text, titles.length + index, `class="id" font-size="${BOX.id}"`)),
    ...isSilent ? [] : [mark(outcome, x + BOX.width, y)],
    ...notes.length === 0 ? [] : [
      `<text class="${outcome}" font-size="10" font-weight="bold" text-anchor="end" x="${x + BOX.width - BOX.padding}" y="${y + height - 6}">${notes.join(', ')}</text>`,
    ],
    '</g>',
  ].join('');
}

type Named = Pick<Station, 'title' | 'id'>;

function linesOf({ title, id }: Named): { readonly titles: readonly string[]; readonly ids: readonly string[] } {
  const width = BOX.width - 2 * BOX.padding;
  return { titles: wrap(title, BOX.title + 1, width), ids: clipped(wrap(id, BOX.id, width), BOX.lines) };
}

function heightOf(station: Named): number {
  const { titles, ids } = linesOf(station);
  return 2 * BOX.padding + (titles.length + Math.max(1, ids.length)) * BOX.line;
}

function mark(outcome: Outcome, x: number, y: number): string {
  return `<g class="mark" transform="translate(${x} ${y})"><circle class="${outcome}" r="8"/>${MARKS[outcome]}</g>`;
}

/** A line with a bend between two heights, and a tip at its end. */
function way(x1: number, y1: number, x2: number, y2: number, isOpen: boolean, hasTip = true): string {
  const bend = Math.round((x1 + x2) / 2);
  const path = y1 === y2 || x1 === x2 ? `M${x1} ${y1} L${x2} ${y2}` : `M${x1} ${y1} H${bend} V${y2} H${x2}`;
  return `<path class="way${isOpen ? '' : ' off'}" d="${path}"/>${hasTip ? tip(x2, y2, -1) : ''}`;
}

function arrow(x1: number, y1: number, x2: number, y2: number, isOpen: boolean): string {
  return `<path class="way${isOpen ? '' : ' off'}" d="M${x1} ${y1} L${x2} ${y2}"/>${tip(x2, y2, 1)}`;
}

/** @param side  -1 if the line comes from the left, 1 if from the right */
function tip(x: number, y: number, side: number): string {
  return `<path class="tip" d="M${x} ${y} l${7 * side} -4 v8 z"/>`;
}

function drawNotes(notes: readonly Note[], top: number, width: number): { readonly parts: string[]; readonly height: number } {
  const parts: string[] = [];
  let y = top;
  for (const { number, verdict, path, finding, remedy } of notes) {
    parts.push(`<text class="${verdict}" font-size="${NOTE.size}" font-weight="bold" x="${MARGIN}" y="${y}">${number}</text>`);
    const text = `${path === 'startup' ? 'Before the task starts: ' : ''}${finding}${remedy === undefined ? '' : ` ${remedy}`}`;
    for (const line of wrap(text, NOTE.size, width - NOTE.indent - 2 * MARGIN)) {
      parts.push(`<text font-size="${NOTE.size}" x="${MARGIN + NOTE.indent}" y="${y}">${escape(line)}</text>`);
      y += NOTE.line;
    }
  }
  return { parts, height: y - top };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
