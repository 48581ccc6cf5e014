import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSIGHTS } from '../src/agent';
import { addSurroundings, startFakeAws, taskDefinitionBody } from '../test/fakes';
import { Cell, Screen, Style } from '../test/terminal/screen';
import { bundleApart, onTerminal } from '../test/terminal/terminal';

const COLUMNS = 100;
/** The lines that the user types. */
const TYPED = ['npx postman-live-collection ecs add --region eu-west-1 --cluster shop --service orders', '    --discovery-mode'];

const LOG = { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/orders', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'orders' } };
/** What an agent logs that captures. */
const CAPTURES = ['Postman Insights Agent 0.40.1', 'Running learn mode on interfaces eth0, lo', 'Send SIGINT (Ctrl-C) to stop...'];

const PICTURE = { target: join(__dirname, 'ecs-add.svg'), title: 'postman-live-collection ecs add' };
const COLUMN = 8.4;
const LINE = 19;
const MARGIN = 18;
const BAR = 34;
/** Height of the rule between the two pictures. */
const RULE = 30;

const FOREGROUND = '#d6deeb';
const DIM = '#8794a8';
/** The colours of a terminal, by SGR code. */
const PALETTE: { readonly [code: number]: string } = {
  30: '#5c6773', 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 34: '#79c0ff', 35: '#d2a8ff', 36: '#56d4dd', 37: '#d6deeb', 90: '#6e7b8d',
};

/**
 * Draws `ecs add` on a terminal, from a run against the fake AWS of the tests. With `--check` it compares instead, and fails if
 * the picture is out of date.
 */
async function main(check: boolean): Promise<void> {
  const { during, after } = await record();
  // Lines that are the same before and after the rollout are drawn once.
  const same = after.findIndex((row, index) => textOf(row) !== textOf(during[index] ?? []));
  const drawn = picture([...TYPED.map((line, index) => styled(`${index === 0 ? '$ ' : '  '}${line}${index < TYPED.length - 1 ? ' \\' : ''}`)), ...during], after.slice(same));
  if (!check) writeFileSync(PICTURE.target, drawn);
  else if (readFileSync(PICTURE.target, 'utf8') !== drawn) throw new Error('docs/ecs-add.svg is out of date. Run `ts-node -T docs/record.ts`.');
}

type Row = readonly Cell[];

/** What the terminal shows while the rollout is followed, and at the end. */
async function record(): Promise<{ during: readonly Row[]; after: readonly Row[] }> {
  const aws = await startFakeAws({ ecs: { times: { rolloutMs: 3000 } } });
  const cli = await bundleApart();
  try {
    addSurroundings(aws);
    const body = taskDefinitionBody('orders');
    const [web] = body.containerDefinitions as readonly object[];
    const taskDefinition = { ...body, containerDefinitions: [{ ...web, logConfiguration: LOG }] };
    aws.ecs.addService('orders', { cluster: 'shop', desiredCount: 2, subnets: ['subnet-1'], taskDefinition });
    aws.ecs.logs(INSIGHTS.containerName, CAPTURES);
    const args = TYPED.join(' ').split(/ +/).slice(2);
    const session = await onTerminal([process.execPath, cli.main, ...args], {
      env: { ...aws.env, POSTMAN_API_KEY: 'PMAK-not-a-key', POSTMAN_LIVE_COLLECTION_POLL_SECONDS: '0.2' },
      steps: [{ wait: 'as shown?' }, { send: 'y' }, { match: 'orders +2 +1 +0 .*\\n' }],
      columns: COLUMNS,
      rows: 80,
    });
    if (session.exitCode !== 0) throw new Error(`The command ended with ${session.exitCode}:\n${session.screen.text}`);
    return { during: fixed(session.screenWith(/orders +2 +1 +0 /)), after: fixed(session.screen) };
  } finally {
    cli.remove();
    await aws.stop();
  }
}

/** Replaces the elapsed time, which differs in each run, by one that is usual on AWS. */
function fixed({ cells }: Screen): Row[] {
  return cells.map(row => {
    const found = /(?<=\b\d+ +\d+ +\d+ +)\d+ s(?= )/.exec(textOf(row));
    if (!found) return row;
    const elapsed = '48 s';
    const start = found.index + found[0].length - elapsed.length;
    return row.map((cell, index) => index >= start && index < start + elapsed.length ? { ...cell, character: elapsed[index - start] } : cell);
  });
}

function textOf(row: Row): string {
  return row.map(({ character }) => character).join('').trimEnd();
}

function styled(text: string): Row {
  return [...text].map((character, index) => ({ character, style: text.startsWith('$') && index === 0 ? { color: 32 } : { bold: true } }));
}

function picture(during: readonly Row[], after: readonly Row[]): string {
  const width = Math.round(COLUMNS * COLUMN + 2 * MARGIN);
  const top = BAR + MARGIN;
  const ruleAt = top + during.length * LINE;
  const height = ruleAt + RULE + after.length * LINE + MARGIN - 4;
  const label = 'after the rollout, in place of the table';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    '<!-- Drawn by docs/record.ts. -->',
    `<title id="title">${escaped(PICTURE.title)} on a terminal: the plan, the question, the rollout and its end</title>`,
    '<style>',
    "text { font: 14px ui-monospace, SFMono-Regular, 'SF Mono', Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace; white-space: pre; }",
    '</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#0f1720"/>`,
    `<path d="M0 ${BAR}V8a8 8 0 0 1 8-8H${width - 8}a8 8 0 0 1 8 8V${BAR}z" fill="#1c2733"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map((color, index) => `<circle cx="${20 + index * 20}" cy="${BAR / 2}" r="6" fill="${color}"/>`),
    `<text x="${width / 2}" y="${BAR / 2 + 5}" text-anchor="middle" fill="${DIM}">${escaped(PICTURE.title)}</text>`,
    ...rows(during, top),
    `<path d="M${MARGIN} ${ruleAt + RULE / 2 - 3}H${width - MARGIN}" stroke="#33414f" stroke-dasharray="4 4"/>`,
    `<rect x="${(width - label.length * COLUMN) / 2 - 8}" y="${ruleAt}" width="${label.length * COLUMN + 16}" height="${RULE - 6}" fill="#0f1720"/>`,
    `<text x="${width / 2}" y="${ruleAt + RULE / 2 + 2}" text-anchor="middle" fill="${DIM}" font-style="italic">${escaped(label)}</text>`,
    ...rows(after, ruleAt + RULE),
    '</svg>',
    '',
  ].join('\n');
}

function rows(all: readonly Row[], top: number): string[] {
  return all.flatMap((row, index) => {
    const runs = runsOf(row);
    return runs.length === 0 ? [] : [`<text y="${top + index * LINE + 14}">${runs.map(tspan).join('')}</text>`];
  });
}

interface Run { readonly text: string; readonly column: number; readonly style: Style }

/** Pieces of one style each, without surrounding spaces. Each non-ASCII character is a piece of its own: its width depends on the font. */
function runsOf(row: Row): Run[] {
  const runs: { text: string; column: number; style: Style }[] = [];
  row.forEach(({ character, style }, column) => {
    const last = runs.at(-1);
    const joins = last && JSON.stringify(last.style) === JSON.stringify(style) && isAscii(character) && isAscii(last.text);
    if (joins) last.text += character;
    else runs.push({ text: character, column, style });
  });
  return runs.map(({ text, column, style }) => ({ text: text.trim(), column: column + text.length - text.trimStart().length, style })).filter(({ text }) => text !== '');
}

function isAscii(text: string): boolean {
  return /^[ -~]+$/.test(text);
}

/** At its place, and as wide as its columns in any font. */
function tspan({ text, column, style }: Run): string {
  const color = style.color === undefined ? style.dim ? DIM : FOREGROUND : PALETTE[style.color];
  const place = `x="${round(MARGIN + column * COLUMN)}" textLength="${round(text.length * COLUMN)}" lengthAdjust="spacingAndGlyphs"`;
  return `<tspan ${place} fill="${color}"${style.bold ? ' font-weight="bold"' : ''}${style.struck ? ' text-decoration="line-through"' : ''}>${escaped(text)}</tspan>`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

main(process.argv.includes('--check')).catch(error => {
  console.error((error as Error).message);
  process.exit(1);
});
