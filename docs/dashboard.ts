import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { PostmanAgentAlarms, PostmanAgentDashboard, PostmanInsights } from '../src';
import { Widget, widgets } from '../test/constructs/watch/given';

const TARGET = join(__dirname, 'dashboard.svg');

const WIDTH = 960;
const COLUMN = WIDTH / 24;
const ROW = 34;
const MARGIN = 16;
const GAP = 4;
/** Characters of an alarm's name that have room. */
const MAX_NAME = 24;
/** Height of the line below the widgets. */
const CAPTION = 26;

const INK = '#16191f';
const GREY = '#5f6b7a';
const LINE = '#d5dbdb';
/** The first colours that CloudWatch gives the lines of a graph. */
const COLOURS = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd'];

/**
 * Draws the dashboard of an app with three services, from the body that the CDK synthesizes. It draws no data: the graphs have their axes
 * and their legends. With `--check` it compares instead, and fails if the picture is out of date.
 */
function main(check: boolean): void {
  const outdir = mkdtempSync(join(tmpdir(), 'dashboard-'));
  const drawn = picture(widgets(shop(outdir)));
  rmSync(outdir, { recursive: true });
  if (!check) writeFileSync(TARGET, drawn);
  else if (readFileSync(TARGET, 'utf8') !== drawn) throw new Error('docs/dashboard.svg is out of date. Run `make pictures`.');
}

function shop(outdir: string): Stack {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc, containerInsightsV2: ecs.ContainerInsights.ENHANCED });
  for (const name of ['Orders', 'Cart', 'Billing']) {
    const taskDefinition = new ecs.FargateTaskDefinition(stack, `${name}Task`, { cpu: 512, memoryLimitMiB: 2048 });
    taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable') });
    new ecs.FargateService(stack, name, { cluster, taskDefinition, minHealthyPercent: 100 });
  }
  const alarms = new PostmanAgentAlarms(stack, 'Agents');
  new PostmanAgentDashboard(stack, 'AgentDashboard', { alarms });
  PostmanInsights.of(stack).addToServices({ discovery: true });
  return stack;
}

interface Box { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

function picture(all: readonly Widget[]): string {
  const bottom = MARGIN + Math.max(...all.map(({ y, height }) => y + height)) * ROW;
  const [width, height] = [WIDTH + 2 * MARGIN, bottom + CAPTION + MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    '<!-- Drawn by docs/dashboard.ts. -->',
    '<title id="title">The dashboard of an app with three agents: the states of the alarms, and graphs of stops, log lines, memory and restarts</title>',
    `<style>text { font: 13px "Amazon Ember", "Helvetica Neue", Helvetica, Arial, sans-serif; fill: ${INK}; } .small { font-size: 11px; fill: ${GREY}; }`,
    '.title { font-weight: bold; }</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#f2f3f3"/>`,
    ...all.flatMap(widget => {
      const box = boxOf(widget);
      const card = `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="4" fill="#fff" stroke="${LINE}"/>`;
      return [card, ...CONTENTS[widget.type](widget.properties, box)];
    }),
    text(width / 2, bottom + CAPTION - 2, 'Drawn from a synthesized dashboard, without data: of the graphs, only the axes and the legends.', 'small', 'middle'),
    '</svg>',
    '',
  ].join('\n');
}

/** The place of a widget on the grid of 24 columns. */
function boxOf({ x, y, width, height }: Widget): Box {
  return { x: MARGIN + x * COLUMN + GAP, y: MARGIN + y * ROW + GAP, width: width * COLUMN - 2 * GAP, height: height * ROW - 2 * GAP };
}

const CONTENTS: { readonly [type in Widget['type']]: (properties: any, box: Box) => string[] } = {
  text: ({ markdown }, { x, y }) => {
    const [title, ...lines] = plain(markdown);
    return [text(x + 12, y + 24, title, 'title'), ...lines.map((line, index) => text(x + 12, y + 46 + index * 20, line))];
  },
  alarm: ({ title, alarms }, box) => {
    const perRow = 6;
    const [width, height] = [(box.width - 24) / perRow, 24];
    return [text(box.x + 12, box.y + 20, title, 'title'), ...(alarms as readonly string[]).flatMap((alarm, index) => {
      const [x, y] = [box.x + 12 + (index % perRow) * width, box.y + 28 + Math.floor(index / perRow) * (height + 2)];
      return [
        `<rect x="${round(x)}" y="${y}" width="${round(width - 6)}" height="${height}" rx="3" fill="#fff" stroke="${GREY}"/>`,
        text(round(x + width / 2 - 3), y + 16, nameOf(alarm), 'small', 'middle'),
      ];
    })];
  },
  metric: ({ title, metrics, yAxis }, { x, y, width, height }) => {
    const [left, right, top, low] = [x + 44, x + width - 16, y + 50, y + height - 46];
    const lines = [0, 1, 2, 3].map(index => round(low - index * (low - top) / 3));
    return [
      text(x + 12, y + 20, title, 'title'),
      text(x + 12, y + 38, yAxis.left.label, 'small'),
      ...lines.map((at, index) => `<path d="M${left} ${at}H${right}" stroke="${index === 0 ? GREY : LINE}"/>`),
      text(left - 8, low + 4, String(yAxis.left.min), 'small', 'end'),
      text(right, low + 16, 'time', 'small', 'end'),
      ...legend(metrics.map((metric: any[]) => metric.at(-1).label), { x: x + 12, y: y + height - 14 }, (width - 24) / metrics.length),
    ];
  },
};

function legend(labels: readonly string[], { x, y }: Pick<Box, 'x' | 'y'>, width: number): string[] {
  return labels.flatMap((label, index) => {
    const at = round(x + index * width);
    return [`<rect x="${at}" y="${y - 9}" width="10" height="10" fill="${COLOURS[index % COLOURS.length]}"/>`, text(round(at + 15), y, label, 'small')];
  });
}

/** The lines of a text, without Markdown's marks and the targets of links. */
function plain(markdown: string): string[] {
  return markdown.split('\n').filter(line => line !== '').map(line => line.replace(/^#+ /, '').replace(/\[([^\]]+)\]\([^)]+\)/g, '$1'));
}

/** What people read of an alarm's name: CloudFormation puts the stack's name before it and letters after it. As in the console, the end may be cut off. */
function nameOf(alarm: string): string {
  const name = alarm.replace(/^<(\w+)[0-9A-F]{8}\.Arn>$/, '$1');
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name;
}

function text(x: number, y: number, content: string, style = '', anchor = 'start'): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<text x="${x}" y="${y}"${style === '' ? '' : ` class="${style}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escaped}</text>`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

try {
  main(process.argv.includes('--check'));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
