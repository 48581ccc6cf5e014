import { DestinationKind, OptionRow, OPTIONS } from '../../agent';
import { memberOf } from '../flag-names';

/** Flags as commander hands them over, by their names in camel case. */
export interface Flags {
  readonly [flag: string]: unknown;
}

const KEY_SOURCES = [['apiKeySecret', 'apiKeySecretField'], ['apiKeyParameter']];

/**
 * Settings over those that apply otherwise. A destination replaces another one as a whole, and a secret replaces a parameter, so an entry need
 * not undo what the defaults have.
 *
 * @param rows the table of the agent's options
 */
export function over(upper: Flags, lower: Flags, rows: readonly OptionRow[] = OPTIONS): Flags {
  const flags = { ...lower };
  const ofAgent = rows.flatMap(row => row.flag === undefined ? [] : { name: memberOf(row.flag.slice(2)), destination: destinationOf(row) });
  const wanted = new Set(ofAgent.flatMap(({ name, destination }) => destination !== undefined && isGiven(upper[name]) ? destination : []));
  for (const { name, destination } of ofAgent) if (wanted.size > 0 && destination !== undefined && !wanted.has(destination)) delete flags[name];
  for (const source of KEY_SOURCES) {
    if (source.some(name => isGiven(upper[name]))) for (const name of KEY_SOURCES.flat()) if (!source.includes(name)) delete flags[name];
  }
  return { ...flags, ...upper };
}

function destinationOf({ destination, partOf }: OptionRow): DestinationKind | undefined {
  return destination ?? partOf;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== false;
}
