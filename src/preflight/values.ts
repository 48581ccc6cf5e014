import { Finding } from './findings';
import { Generation, OptionRow } from '../agent';

/** What the rule of one value is given. */
export interface ValueCheck {
  /** The property of the option. */
  readonly prop: string;
  readonly generation: Generation;
  readonly isToken: (value: unknown) => boolean;
  /** The option's row. */
  readonly row: OptionRow;
  refuse(wanted: string, found: unknown, wayOut?: string): Finding;
}

export function isRate(rate: unknown): rate is number {
  return typeof rate === 'number' && rate > 0 && Number.isFinite(rate);
}

export function isWhole(value: unknown, least: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least;
}
