/**
 * The table of `make benchmark`: what a row is, and when a new table is worse than the stored one. Everything here is a function of its arguments.
 */

/** A ratio that was measured in one run. The smaller, the better. */
export interface Row {
  /** Unique, e.g. `scripts/boto3/100/time`. */
  readonly id: string;
  readonly what: string;
  readonly ratio: number;
  /** What the ratio is made of, and what was counted besides. The units are in the names, e.g. `this, s`. */
  readonly parts: { readonly [name: string]: number };
  /** A ratio that must not be exceeded, whatever is stored. */
  readonly limit?: number;
}

/** What a figure depends on. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGB: number;
  readonly node: string;
  readonly python: string;
  readonly java: string;
}

export interface Table {
  readonly machine: Machine;
  /** Of the programs that are compared. */
  readonly versions: { readonly [program: string]: string };
  /** Of the last measurement, e.g. `2026-11-27`. */
  readonly date: string;
  readonly rows: readonly Row[];
}

/** A ratio may be so many times the stored one: two runs of the same code differ. */
export const TOLERANCE = 1.2;

export interface Judgement {
  /** Why `make benchmark` fails. Each names its row. */
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Compares a new table with the stored one.
 *
 * @param stored undefined if there is none yet
 * @param groups the groups of rows that were measured, such as `scripts`
 */
export function judge(stored: Table | undefined, measured: Table, groups: readonly string[]): Judgement {
  const failures = measured.rows.filter(({ ratio, limit }) => limit !== undefined && !(ratio <= limit))
    .map(({ id, ratio, limit }) => `${id}: the ratio is ${spelled(ratio)}, and must be at most ${limit}`);
  if (stored === undefined) return { failures, warnings: ['there is no stored table to compare with; UPDATE=1 stores this one'] };
  const differences = differencesOf(stored.machine, measured.machine);
  if (differences.length > 0) {
    return { failures, warnings: [`the stored table is of another machine, so nothing is compared: ${differences.join('; ')}`] };
  }
  const now = new Map(measured.rows.map(row => [row.id, row]));
  const before = new Map(stored.rows.map(row => [row.id, row]));
  for (const { id, ratio } of before.values()) {
    if (!groups.includes(groupOf(id))) continue;
    const row = now.get(id);
    if (row === undefined) failures.push(`${id}: the row is missing; its stored ratio is ${spelled(ratio)}`);
    // Also a ratio that is not a number is worse.
    else if (!(row.ratio <= ratio * TOLERANCE)) failures.push(`${id}: the ratio was ${spelled(ratio)}, and is ${spelled(row.ratio)} now`);
  }
  const added = [...now.keys()].filter(id => !before.has(id));
  return { failures, warnings: added.map(id => `${id}: the row is new; UPDATE=1 stores it`) };
}

/** What makes two machines different kinds of machine. */
function differencesOf(stored: Machine, now: Machine): string[] {
  return (['cores', 'cpu'] as const).filter(name => stored[name] !== now[name]).map(name => `${name}: ${stored[name]}, and here ${now[name]}`);
}

/**
 * The table to store: of the groups that were not measured, the stored rows.
 *
 * @throws Error if only some groups were measured, on another machine than the others
 */
export function merged(stored: Table | undefined, measured: Table, groups: readonly string[]): Table {
  const kept = stored?.rows.filter(({ id }) => !groups.includes(groupOf(id))) ?? [];
  if (stored !== undefined && kept.length > 0 && differencesOf(stored.machine, measured.machine).length > 0) {
    throw new Error('The stored rows are of another machine, so all groups must be measured: leave out ONLY.');
  }
  return { ...measured, rows: [...kept, ...measured.rows].sort((one, other) => one.id.localeCompare(other.id, 'en', { numeric: true })) };
}

export function groupOf(id: string): string {
  return id.split('/')[0];
}

/** Three digits, with commas between thousands, e.g. `0.0123`, `1.05`, `6,003`. */
export function spelled(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 9 });
}

/** The table as text. */
export function textOf({ machine, versions, date, rows }: Table): string {
  const { cores, cpu, memoryGB, node, python, java } = machine;
  const lines = rows.map(({ id, what, ratio, parts }) => {
    const all = Object.entries(parts).map(([name, value]) => `${name}: ${spelled(value)}`).join('; ');
    return `${spelled(ratio).padStart(8)}  ${id}\n${' '.repeat(10)}${what} (${all})`;
  });
  return [
    `${date}; ${cores} cores (${cpu}), ${memoryGB} GB, Node ${node}, Python ${python}, Java ${java}`,
    Object.entries(versions).map(([program, version]) => `${program} ${version}`).join(', '),
    ...lines,
  ].join('\n');
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
