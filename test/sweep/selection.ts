import * as fc from '../random';

/** Which cases a process tries. */
export interface Selection {
  /** How many cases are drawn; Infinity for all. */
  readonly count: number;
  readonly seed: number;
  /** From 1 on. */
  readonly shard: number;
  readonly shards: number;
}

/**
 * Reads SWEEP (a number of cases, or `all`; by default 300), SEED (a whole number; by default 16) and SHARD (such as `1/2`, the first of two slices that
 * have every case once between them; by default all of them).
 *
 * @throws Error if one of them is something else
 */
export function selectionOf({ SWEEP = '300', SEED = '16', SHARD = '1/1' }: NodeJS.ProcessEnv): Selection {
  const count = SWEEP === 'all' ? Infinity : Number(SWEEP);
  if (SWEEP !== 'all' && !/^[1-9]\d*$/.test(SWEEP)) throw new Error(`SWEEP must be a number of cases, or \`all\`, got: ${SWEEP}`);
  if (!/^-?\d+$/.test(SEED)) throw new Error(`SEED must be a whole number, got: ${SEED}`);
  const [shard, shards] = (/^(\d+)\/(\d+)$/.exec(SHARD) ?? []).slice(1).map(Number);
  if (shard === undefined || shard < 1 || shard > shards) throw new Error(`SHARD must be \`1/2\` for the first of two slices, and so on, got: ${SHARD}`);
  return { count, seed: Number(SEED), shard, shards };
}

/** Draws half of the cases from the important ones, which are few, and the others from the rest; then takes the slice. */
export function selected<T>(all: readonly T[], isImportant: (one: T) => boolean, { count, seed, shard, shards }: Selection): readonly T[] {
  const first = drawn(all.filter(isImportant), Math.ceil(count / 2), seed);
  const known = new Set(first);
  const cases = [...first, ...drawn(all.filter(one => !known.has(one)), count - first.length, seed)];
  return cases.filter((_, index) => index % shards === shard - 1);
}

function drawn<T>(cases: readonly T[], most: number, seed: number): readonly T[] {
  const count = Math.min(most, cases.length);
  return fc.sample(fc.shuffledSubarray([...cases], { minLength: count, maxLength: count }), { seed, numRuns: 1 })[0];
}
