import { usage } from '../aws';

const UNITS: { readonly [unit: string]: number } = { s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of `90s`, `5m` or `2h`.
 *
 * @throws Failure a usage error for anything else
 */
export function parseDuration(text: string, flag: string): number {
  const [, number, unit] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  if (number === undefined || Number(number) === 0) throw usage(`\`${flag}\` must be a duration such as 90s, 5m or 2h, got: ${text}`);
  return Number(number) * UNITS[unit];
}
