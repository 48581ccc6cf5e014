import type { Safety } from '../../benchmark/safety';
import type { Row, Table } from '../../benchmark/table';
import { Bars, drawBars } from '../../docs/figures/bars';
import { blocksIn, withBlocks } from '../../docs/figures/blocks';
import { blocksOf, chartsOf } from '../../docs/figures/pages';

const row = (id: string, ratio: number, parts: Row['parts']): Row => ({ id, what: `${id}: what it is`, ratio, parts });
const table = (rows: readonly Row[]): Table => ({
  machine: { cores: 2, cpu: 'Some CPU', memoryGB: 24, node: '20.20.0', python: '3.11.7', java: '17.0.1' },
  versions: { boto3: '1.2.3' },
  date: '2026-11-27',
  rows,
});
const NO_SAFETY: Safety = { counted: {}, mutation: [] };

const SCRIPTS = [
  row('scripts/boto3/100/one-by-one/without', 0, {
    'this, services': 0, 'script, services': 0, 'this, throttled calls': 0, 'script, throttled calls': 7, 'this, exit code': 0, 'script, exit code': 0,
  }),
  row('scripts/boto3/100/one-by-one/time', 0.0242, { 'this, s': 145, 'script, s': 6003.25 }),
  row('scripts/boto3/100/one-by-one/calls', 1.5, { 'this, calls': 1350, 'script, calls': 900 }),
  row('scripts/boto3/100/one-by-one/memory', 2, { 'this, MB': 100, 'script, MB': 50 }),
  row('scripts/boto3/100/wait-last/without', 0, {
    'this, services': 0, 'script, services': 49, 'this, throttled calls': 0, 'script, throttled calls': 42, 'this, exit code': 0, 'script, exit code': 1,
  }),
  row('scripts/boto3/100/wait-last/memory', 2, { 'this, MB': 100, 'script, MB': 50 }),
];

describe('the blocks of a page', () => {
  const PAGE = 'before\n<!-- figures: one -->\nold\n<!-- /figures -->\nbetween\n<!-- figures: two -->\n<!-- /figures -->\nafter\n';

  test('get the texts, and everything else stays', () => {
    const page = withBlocks(PAGE, { one: '1', two: '2' });
    expect(page).toBe('before\n<!-- figures: one -->\n1\n<!-- /figures -->\nbetween\n<!-- figures: two -->\n2\n<!-- /figures -->\nafter\n');
    expect([withBlocks(page, { one: '1', two: '2' }) === page, blocksIn(page)]).toEqual([true, ['one', 'two']]);
  });

  test('a text with dollar signs is written as it is', () => {
    expect(withBlocks(PAGE, { one: '$& $1', two: '' })).toContain('\n$& $1\n');
  });

  test('a block that has no text is refused by its name', () => {
    expect(() => withBlocks(PAGE, { one: '1' })).toThrow('There are no figures two; there are one.');
  });
});

describe('the texts of the figures', () => {
  test('without rows, each says that it is not measured yet', () => {
    const { machine, ...blocks } = blocksOf(table([]), NO_SAFETY);
    expect(machine).toContain('2 cores (Some CPU)');
    for (const [name, text] of Object.entries(blocks)) expect([name, text]).toEqual([name, expect.stringContaining('Not measured yet.')]);
  });

  test('a comparison with a script is one line, with this library first, and a script that fails has no time', () => {
    expect(blocksOf(table(SCRIPTS), NO_SAFETY).scripts.split('\n').slice(2)).toEqual([
      '| 100 | boto3, one after the other | 0.0242 (145 / 6,003 s) | 1.5 (1,350 / 900 calls) | 2 (100 / 50 MB) | 0 / 0 | 0 / 7 |',
      '| 100 | boto3, all updated, then waited for: it ends with an error |  |  | 2 (100 / 50 MB) | 0 / 49 | 0 / 42 |',
    ]);
  });

  test('a sentence of the README whose numbers are not all known is left out', () => {
    const { summary } = blocksOf(table(SCRIPTS), NO_SAFETY);
    expect(summary.split('\n')).toHaveLength(1);
    expect(summary).toContain('gives 100 services the agent in 145 s');
    expect(summary).toContain('takes 6,003 s for one service after the other');
    expect(summary).toContain('it leaves 49 services without the agent');
  });

  test('the figures of safety have how many were tried of how many, and the share of noticed changes', () => {
    const { safety } = blocksOf(table([]), {
      counted: { faults: [{ what: 'faults', tried: 300, of: 8041, broken: 0, command: 'npx jest', date: '2026-11-27' }] },
      mutation: [{ room: 'edit', mutants: 200, survived: 15, command: 'make mutation ROOM=edit', date: '2026-11-27' }],
    });
    expect(safety).toContain('| faults | 300 of 8,041 | 0 | `npx jest`, 2026-11-27 |');
    expect(safety).toContain('| `edit/` | 200 | 15 | 92.5 % | `make mutation ROOM=edit`, 2026-11-27 |');
  });
});

describe('a chart', () => {
  const CHART: Bars = {
    title: 'Less is <better>', unit: 'seconds',
    groups: [{
      name: '',
      bars: [{ name: 'this', value: 10, isOwn: true }, { name: 'other', value: 40, isOwn: false }, { name: 'third', note: 'error', isOwn: false }],
    }],
  };
  const widths = (svg: string) => [...svg.matchAll(/<rect class="(?:own|other)" .*? width="([\d.]+)"/g)].map(([, width]) => Number(width));

  test('has a bar for each number, as long as the number says, and only a note if there is none', () => {
    const svg = drawBars(CHART);
    const [own, other, ...more] = widths(svg);
    expect([own * 4, more]).toEqual([other, []]);
    expect(svg).toContain('>error</text>');
  });

  test('is no wider than a phone, and no bar or number leaves it', () => {
    const svg = drawBars(CHART);
    const [, width] = /viewBox="0 0 (\d+) /.exec(svg)!;
    expect(Number(width)).toBeLessThanOrEqual(390);
    expect(Math.max(...widths(svg))).toBeLessThan(Number(width) - 80);
  });

  test('has colors for light and for dark, and texts of others are only texts', () => {
    const svg = drawBars(CHART);
    expect(svg).toContain('@media (prefers-color-scheme:dark)');
    expect(svg).not.toContain('<better>');
    expect(svg).toContain('Less is &#60;better&#62;');
  });

  test('with a mark, it has a line there, also if no bar is as long', () => {
    const svg = drawBars({ ...CHART, mark: { name: 'target', value: 80 } });
    const [, x] = /<path class="mark" d="M([\d.]+) /.exec(svg)!;
    expect(Number(x) - 12).toBeCloseTo(2 * widths(svg)[1], 0);
  });

  test('without numbers, it is drawn, too', () => {
    for (const chart of Object.values(chartsOf(table([])))) expect(drawBars(chart)).not.toMatch(/NaN|Infinity/);
  });

  test('a script that fails has a note in place of a bar', () => {
    const { groups } = chartsOf(table(SCRIPTS))['scripts-time'];
    expect(groups.flatMap(({ bars }) => bars).map(({ name, value, note, isOwn }) => [name, value ?? note, isOwn])).toEqual([
      ['this: ecs add', 145, true], ['one after the other', 6003.25, false], ['all updated, then waited for', 'error: 49 of 100 are left without it', false],
    ]);
  });
});
