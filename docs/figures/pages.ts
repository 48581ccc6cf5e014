import { Bars } from './bars';
import { Blocks, tableOf } from './blocks';
import type { Safety } from '../../benchmark/safety';
import { groupOf, Row, spelled, Table } from '../../benchmark/table';

/*
 * What the pages say of the stored figures, and the charts of them. Everything here is a function of its arguments. If a row is not stored, what needs
 * it is left out.
 */

const NONE = 'Not measured yet.';
const WAYS = { 'boto3': 'boto3', 'aws-cli': 'AWS CLI' } as const;
type Way = keyof typeof WAYS;
const ORDERS = { 'one-by-one': 'one after the other', 'wait-last': 'all updated, then waited for', 'at-once': 'all at the same time' } as const;
type Order = keyof typeof ORDERS;
const SCRIPTS: readonly (readonly [way: Way, order: Order])[] =
  (Object.keys(WAYS) as Way[]).flatMap(way => (Object.keys(ORDERS) as Order[]).map(order => [way, order] as const));

/** The rows of a table, by id. */
export class Rows {
  private readonly byId: ReadonlyMap<string, Row>;

  constructor(readonly table: Table) {
    this.byId = new Map(table.rows.map(row => [row.id, row]));
  }

  of(id: string): Row | undefined {
    return this.byId.get(id);
  }

  group(name: string): readonly Row[] {
    return this.table.rows.filter(({ id }) => groupOf(id) === name);
  }

  ratio(id: string): string {
    const row = this.of(id);
    return row === undefined ? '' : spelled(row.ratio);
  }

  part(id: string, name: string): number | undefined {
    return this.of(id)?.parts[name];
  }
}

function partsOf({ parts }: Row): string {
  return Object.entries(parts).map(([name, value]) => `${name}: ${spelled(value)}`).join('; ');
}

function rowsTable(rows: readonly Row[]): string {
  return rows.length === 0 ? NONE : tableOf(['what', 'ratio', 'parts'], rows.map(row => [row.what, spelled(row.ratio), partsOf(row)]));
}

/** Each comparison with a script is a line. */
function scriptsTable(rows: Rows): string {
  const keys = [...new Set(rows.group('scripts').map(({ id }) => id.split('/').slice(1, 4).join('/')))];
  if (keys.length === 0) return NONE;
  return tableOf(['services', 'script', 'time', 'calls', 'memory', 'left without the agent', 'throttled calls'], keys.map(key => {
    const [way, count, order] = key.split('/') as [Way, string, Order];
    const id = (figure: string) => `scripts/${key}/${figure}`;
    const both = (figure: string, unit: string) => {
      const { ratio, parts } = rows.of(id(figure)) ?? {};
      return parts === undefined ? '' : `${spelled(ratio!)} (${spelled(parts[`this, ${unit}`])} / ${spelled(parts[`script, ${unit}`])} ${unit})`;
    };
    const pair = (name: string) => `${spelled(rows.part(id('without'), `this, ${name}`)!)} / ${spelled(rows.part(id('without'), `script, ${name}`)!)}`;
    const failed = rows.part(id('without'), 'script, exit code') === 0 ? '' : ': it ends with an error';
    const what = count === '1' ? WAYS[way] : `${WAYS[way]}, ${ORDERS[order]}`;
    return [count, what + failed, both('time', 's'), both('calls', 'calls'), both('memory', 'MB'), pair('services'), pair('throttled calls')];
  }));
}

function synthesisTable(rows: Rows): string {
  const keys = [...new Set(rows.group('synth').map(({ id }) => id.split('/').slice(0, 5).join('/')))];
  if (keys.length === 0) return NONE;
  return tableOf(['beside', 'CPU', 'peak memory'], keys.map(key => {
    const [, , , , other] = key.split('/');
    const { what } = rows.of(`${key}/cpu`)!;
    const cell = (figure: string, unit: string) => {
      const { ratio, parts } = rows.of(`${key}/${figure}`)!;
      return `${spelled(ratio)} (${spelled(parts[`this, ${unit}`])} / ${spelled(parts[`${other}, ${unit}`])} ${unit})`;
    };
    return [what.replace(/: .*/, ''), cell('cpu', 's'), cell('memory', 'MB')];
  }));
}

function machineLine({ machine: { cores, cpu, memoryGB, node, python, java }, versions, date }: Table): string {
  const pinned = Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ');
  return `Measured on ${date}: ${cores} cores (${cpu}), ${memoryGB} GB, Node ${node}, Python ${python}, Java ${java}; ${pinned}.`;
}

function safetyTable({ counted, mutation }: Safety): string {
  const lines = Object.values(counted).flat().map(({ what, tried, of, broken, command, date }) =>
    [what, of === undefined || of === tried ? spelled(tried) : `${spelled(tried)} of ${spelled(of)}`, String(broken), `\`${command}\`, ${date}`]);
  const rooms = mutation.map(({ room, mutants, survived, command, date }) =>
    [`\`${room}/\``, spelled(mutants), spelled(survived), `${spelled(Math.round((1 - survived / mutants) * 1000) / 10)} %`, `\`${command}\`, ${date}`]);
  return [
    lines.length === 0 ? NONE : tableOf(['what', 'tried', 'broken', 'command'], lines),
    '',
    'Mutation tests change one place of a room at a time, and run its tests. A change that no test notices has survived:',
    '',
    rooms.length === 0 ? NONE : tableOf(['room', 'changes', 'survived', 'noticed', 'command'], rooms),
  ].join('\n');
}

/** Four to six lines for the README. */
function summary(rows: Rows, { counted }: Safety): string {
  const lines: (string | undefined)[] = [
    say`Synthesis of an app with 100 services takes ${rows.of('synth/newest/one-vpc/100/hand/cpu')?.ratio} times the CPU of the same containers written by hand, and ${
      rows.of('synth/newest/one-vpc/100/datadog/cpu')?.ratio} times that of Datadog's construct for ECS on Fargate.`,
    say`From Python, a sidecar takes ${rows.part('python/calls/hand', 'this, calls')} call of jsii; the same container written by hand takes ${
      rows.part('python/calls/hand', 'hand, calls')}.`,
    say`\`ecs add\` gives 100 services the agent in ${rows.part('scripts/boto3/100/one-by-one/time', 'this, s')} s, within AWS's limits. A script with boto3 takes ${
      rows.part('scripts/boto3/100/one-by-one/time', 'script, s')} s for one service after the other; if it updates all before it waits, AWS throttles it, and it leaves ${
      rows.part('scripts/boto3/100/wait-last/without', 'script, services')} services without the agent.`,
    say`Of the task definitions of the tests, \`ecs add\` changed more than the agent in ${rows.part('members/boto3/add', 'this, changed')} of ${
      rows.part('members/boto3/add', 'this, task definitions')}, a script with boto3 in ${rows.part('members/boto3/add', 'script, changed')} of ${
      rows.part('members/boto3/add', 'script, task definitions')}, and one with the AWS CLI in ${rows.part('members/aws-cli/add', 'script, changed')} of ${
      rows.part('members/aws-cli/add', 'script, task definitions')}.`,
    say`The plan of 5,000 services from a file has ${rows.part('fleet/memory-from/5000', 'this, MB')} MB resident at the peak.`,
    ...(counted.faults ?? []).map(({ tried, of, broken }) => say`In ${tried} of ${of ?? tried} possible cases, one call of a command failed, and the command was run again. In ${broken} of them the end was not that of a run without the fault.`),
  ];
  const known = lines.filter(line => line !== undefined).map(line => `- ${line}`);
  return known.length === 0 ? NONE : known.join('\n');
}

/** A sentence with numbers; undefined if one of them is not known. */
function say(texts: TemplateStringsArray, ...values: readonly (number | undefined)[]): string | undefined {
  return values.includes(undefined) ? undefined : texts.map((text, index) => index === 0 ? text : spelled(values[index - 1]!) + text).join('');
}

/** What is between the markers of the pages. */
export function blocksOf(table: Table, safety: Safety): Blocks {
  const rows = new Rows(table);
  return {
    machine: machineLine(table),
    synthesis: synthesisTable(rows),
    python: rowsTable(rows.group('python')),
    start: rowsTable(rows.group('start')),
    scripts: scriptsTable(rows),
    members: rowsTable(rows.group('members')),
    sizes: rowsTable(rows.group('sizes')),
    fleet: rowsTable(rows.group('fleet')),
    safety: safetyTable(safety),
    summary: summary(rows, safety),
  };
}

/** The charts, by the name of their file. */
export function chartsOf(table: Table): { readonly [name: string]: Bars } {
  const rows = new Rows(table);
  return {
    'scripts-time': scriptsChart(rows, 'time', 's', 'The agent for 100 services', 'seconds, within AWS\'s limits'),
    'scripts-calls': scriptsChart(rows, 'calls', 'calls', 'Calls of AWS for 100 services', 'calls, with the looks at the rollouts'),
    'members': {
      title: 'Task definitions that lose something',
      unit: 'changed in more than the agent, of those of the tests',
      groups: [['add', 'after the agent was added'], ['remove', 'after it was removed again'], ['removeOfOthers', 'after another tool\'s was removed']].map(([step, name]) => ({
        name,
        bars: [
          ...bar('this', rows.part(`members/boto3/${step}`, 'this, changed'), true),
          ...(Object.keys(WAYS) as Way[]).flatMap(way => bar(`a script with ${way === 'boto3' ? '' : 'the '}${WAYS[way]}`, rows.part(`members/${way}/${step}`, 'script, changed'), false)),
        ],
      })),
    },
    'synthesis': {
      title: 'Synthesis on the newest aws-cdk-lib',
      unit: 'seconds of CPU of the whole process',
      groups: [10, 100, 500].map(count => {
        const id = (other: string) => `synth/newest/one-vpc/${count}/${other}/cpu`;
        return {
          name: `${count} services`,
          bars: [
            ...bar('this', rows.part(id('hand'), 'this, s'), true), ...bar('written by hand', rows.part(id('hand'), 'hand, s'), false),
            ...bar('Datadog\'s construct', rows.part(id('datadog'), 'datadog, s'), false),
          ],
        };
      }),
    },
    'fleet': {
      title: 'Time, as a multiple of what AWS allows',
      unit: '1 is the floor of AWS\'s limits',
      groups: [{ name: '', bars: rows.group('fleet').filter(({ limit }) => limit !== undefined && limit > 1).flatMap(({ what, ratio }) => bar(what.replace(/,? (with rollouts|beside).*/, ''), ratio, true)) }],
      mark: { name: 'target', value: 1.25 },
    },
  };
}

function bar(name: string, value: number | undefined, isOwn: boolean): Bars['groups'][number]['bars'] {
  return value === undefined ? [] : [{ name, value, isOwn }];
}

function scriptsChart(rows: Rows, figure: string, unit: string, title: string, said: string): Bars {
  const id = (way: Way, order: Order, what: string) => `scripts/${way}/100/${order}/${what}`;
  const own = SCRIPTS.map(([way, order]) => rows.part(id(way, order, figure), `this, ${unit}`)).find(value => value !== undefined);
  return {
    title,
    unit: said,
    groups: [{ name: '', bars: bar('this: ecs add', own, true) }, ...(Object.keys(WAYS) as Way[]).map(way => ({
      name: `a script with ${way === 'boto3' ? '' : 'the '}${WAYS[way]}`,
      bars: (Object.keys(ORDERS) as Order[]).flatMap(order => {
        const left = rows.part(id(way, order, 'without'), 'script, services');
        if (left === undefined) return [];
        const value = rows.part(id(way, order, figure), `script, ${unit}`);
        const note = `error: ${spelled(left)} of 100 are left without it`;
        return value === undefined ? [{ name: ORDERS[order], note, isOwn: false }] : bar(ORDERS[order], value, false);
      }),
    }))],
  };
}
