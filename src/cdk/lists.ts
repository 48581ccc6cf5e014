import { Fn, Lazy, Token, Tokenization } from 'aws-cdk-lib';
import { csvField, OPTIONS, OptionRow } from '../agent';

const ROWS: readonly OptionRow[] = OPTIONS;
/** The options whose values the agent splits at commas. */
const LISTS = ROWS.filter(({ isList, isCsv }) => isList && isCsv).map(({ prop }) => prop);

/**
 * Options with one text in place of each list that only CloudFormation knows, such as a parameter's `valueAsList` or the result of
 * `Fn.split`. The agent splits the text at its commas. An entry point takes no such list.
 */
export function withJoinedLists<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).map(([prop, value]) => [prop, LISTS.includes(prop) ? joined(value) : value])) as T;
}

/** A token for a list is a list of one text, and a list may contain that text, too: `['a', ...parameter.valueAsList]`. */
function joined(value: unknown): unknown {
  return Array.isArray(value) ? value.map(item => Token.isUnresolved([item]) && !Token.isUnresolved(item) ? textOf([item]) : item) : value;
}

function textOf(list: string[]): string {
  return Lazy.uncachedString({
    produce: context => {
      const known: unknown = context.resolve(Tokenization.reverseList(list));
      const items = Array.isArray(known) ? known.map(item => typeof item === 'string' ? csvField(item) : item) : list;
      return context.resolve(Fn.join(',', items));
    },
  });
}
