import { selected, selectionOf } from './selection';

const ALL = Array.from({ length: 101 }, (_, index) => index);
const isImportant = (one: number) => one % 10 === 0;

function selection(env: Record<string, string>): readonly number[] {
  return selected(ALL, isImportant, selectionOf(env));
}

const ascending = (cases: readonly number[]) => [...cases].sort((a, b) => a - b);

test('the slices of a sweep have every case once between them, and each slice has its share', () => {
  const slices = [1, 2, 3].map(shard => selection({ SWEEP: 'all', SHARD: `${shard}/3` }));
  expect(ascending(slices.flat())).toEqual(ALL);
  expect(slices.map(({ length }) => length)).toEqual([34, 34, 33]);
});

test('a sweep without slices has every case', () => {
  expect(ascending(selection({ SWEEP: 'all' }))).toEqual(ALL);
});

test('a drawn sweep has so many different cases, half of them at important calls, or all of these if they are fewer', () => {
  const some = selection({ SWEEP: '10' });
  expect([new Set(some).size, some.filter(isImportant).length >= 5]).toEqual([10, true]);
  const most = selection({ SWEEP: '60' });
  expect([new Set(most).size, most.filter(isImportant).length]).toEqual([60, 11]);
});

test('another seed draws other cases, the same seed the same ones', () => {
  expect(selection({ SWEEP: '20' })).toEqual(selection({ SWEEP: '20', SEED: '16' }));
  expect(selection({ SWEEP: '20', SEED: '17' })).not.toEqual(selection({ SWEEP: '20' }));
});

test.each([
  [{ SWEEP: 'some' }, 'SWEEP must be a number of cases, or `all`, got: some'],
  [{ SWEEP: '0' }, 'SWEEP must be a number of cases, or `all`, got: 0'],
  [{ SEED: 'new' }, 'SEED must be a whole number, got: new'],
  [{ SHARD: '2' }, 'SHARD must be `1/2` for the first of two slices, and so on, got: 2'],
  [{ SHARD: '0/2' }, 'SHARD must be `1/2` for the first of two slices, and so on, got: 0/2'],
  [{ SHARD: '3/2' }, 'SHARD must be `1/2` for the first of two slices, and so on, got: 3/2'],
])('the selection %j is refused', (env, message) => {
  expect(() => selectionOf(env)).toThrow(message);
});
