import { judge, Machine, median, merged, Row, spelled, Table, textOf } from '../../benchmark/table';

const MACHINE: Machine = { cores: 2, cpu: 'Some CPU', memoryGB: 24, node: '20.20.0', python: '3.11.7', java: '17.0.1' };
const row = (id: string, ratio: number, more: Partial<Row> = {}): Row =>
  ({ id, what: `what ${id} is`, ratio, parts: { 'this, s': ratio, 'other, s': 1 }, ...more });
const table = (rows: readonly Row[], machine: Partial<Machine> = {}): Table =>
  ({ machine: { ...MACHINE, ...machine }, versions: { boto3: '1.2.3' }, date: '2026-11-27', rows });

const STORED = table([row('synth/10/cpu', 1), row('scripts/boto3/1/calls', 5)]);
const judged = (rows: readonly Row[], machine: Partial<Machine> = {}) => judge(STORED, table(rows, machine), ['synth', 'scripts']);

describe('a new table beside the stored one', () => {
  test('a ratio that is more than 20 % worse fails, and the row is named with both ratios', () => {
    const { failures, warnings } = judged([row('synth/10/cpu', 1.21), row('scripts/boto3/1/calls', 5)]);
    expect([failures, warnings]).toEqual([['synth/10/cpu: the ratio was 1, and is 1.21 now'], []]);
  });

  test('a ratio that is better, the same, or up to 20 % worse passes', () => {
    for (const ratio of [0.1, 1, 1.2]) expect(judged([row('synth/10/cpu', ratio), row('scripts/boto3/1/calls', 5)])).toEqual({ failures: [], warnings: [] });
  });

  test('after a ratio of nothing, every other one fails', () => {
    const stored = table([row('members/boto3/add', 0)]);
    expect(judge(stored, table([row('members/boto3/add', 0)]), ['members']).failures).toEqual([]);
    expect(judge(stored, table([row('members/boto3/add', 0.01)]), ['members']).failures).toHaveLength(1);
  });

  test('a ratio that is not a number fails', () => {
    expect(judged([row('synth/10/cpu', NaN), row('scripts/boto3/1/calls', 5)]).failures).toEqual(['synth/10/cpu: the ratio was 1, and is NaN now']);
  });

  test('a missing row fails', () => {
    expect(judged([row('synth/10/cpu', 1)]).failures).toEqual(['scripts/boto3/1/calls: the row is missing; its stored ratio is 5']);
  });

  test('a row of a group that was not measured is not missing', () => {
    expect(judge(STORED, table([row('synth/10/cpu', 1)]), ['synth'])).toEqual({ failures: [], warnings: [] });
  });

  test('a new row passes with a warning', () => {
    const { failures, warnings } = judged([...STORED.rows, row('start/help', 1)]);
    expect([failures, warnings]).toEqual([[], ['start/help: the row is new; UPDATE=1 stores it']]);
  });

  test.each<[string, Partial<Machine>]>([
    ['cores', { cores: 8 }], ['cpu', { cpu: 'Another CPU' }],
  ])('on a machine with other %s, nothing is compared, with a warning', (name, machine) => {
    const { failures, warnings } = judged([row('synth/10/cpu', 9)], machine);
    expect([failures, warnings.length]).toEqual([[], 1]);
    expect(warnings[0]).toContain(`another machine, so nothing is compared: ${name}: ${STORED.machine[name as 'cpu']}, and here ${machine[name as 'cpu']}`);
  });

  test('a machine with another version of Node or other memory is the same kind of machine', () => {
    expect(judged([row('synth/10/cpu', 9), row('scripts/boto3/1/calls', 5)], { node: '24.0.0', memoryGB: 8 }).failures).toHaveLength(1);
  });

  test('without a stored table, nothing is compared, with a warning', () => {
    const { failures, warnings } = judge(undefined, STORED, ['synth', 'scripts']);
    expect([failures, warnings]).toEqual([[], ['there is no stored table to compare with; UPDATE=1 stores this one']]);
  });

  test('a ratio above its limit fails on every machine, and without a stored table', () => {
    const rows = [row('fleet/40/time', 1.3, { limit: 1.25 }), row('fleet/1/time', 1.25, { limit: 1.25 })];
    const failure = 'fleet/40/time: the ratio is 1.3, and must be at most 1.25';
    for (const stored of [undefined, table([]), table([], { cores: 9 })]) expect(judge(stored, table(rows), ['fleet']).failures).toEqual([failure]);
  });
});

describe('the table to store', () => {
  test('has the new rows of the groups that were measured, and the stored ones of the others, in order', () => {
    const measured = table([row('scripts/boto3/20/calls', 4), row('scripts/boto3/3/calls', 3)]);
    expect(merged(STORED, measured, ['scripts']).rows.map(({ id }) => id)).toEqual(['scripts/boto3/3/calls', 'scripts/boto3/20/calls', 'synth/10/cpu']);
    expect(merged(undefined, measured, ['scripts']).rows).toHaveLength(2);
  });

  test('has no rows of two machines', () => {
    const measured = table([row('scripts/boto3/1/calls', 4)], { cores: 8 });
    expect(() => merged(STORED, measured, ['scripts'])).toThrow('all groups must be measured: leave out ONLY');
    expect(merged(STORED, measured, ['scripts', 'synth']).rows).toEqual(measured.rows);
  });
});

describe('the table as text', () => {
  test('begins with the machine, the versions and the date, and has each row with its parts', () => {
    expect(textOf(table([row('synth/10/cpu', 1.0456)])).split('\n')).toEqual([
      '2026-11-27; 2 cores (Some CPU), 24 GB, Node 20.20.0, Python 3.11.7, Java 17.0.1', 'boto3 1.2.3',
      '    1.05  synth/10/cpu', '          what synth/10/cpu is (this, s: 1.05; other, s: 1)',
    ]);
  });

  test('numbers have three digits, or all before the point, with commas between thousands', () => {
    expect([0.012345, 1.0456, 99.96, 6003.25, 0, Infinity].map(spelled)).toEqual(['0.0123', '1.05', '100', '6,003', '0', 'Infinity']);
  });

  test('the median is the middle value, or between the two in the middle', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });
});
