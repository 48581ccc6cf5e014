import { Fn, Lazy, Token, Tokenization } from 'aws-cdk-lib';
import { csvField } from '../agent';

/**
 * A value with one text in place of each list that only CloudFormation knows, such as a parameter's `valueAsList` or the result of
 * `Fn.split`. The agent splits the text at its commas. An entry point takes no such list.
 *
 * A token for a list is a list of one text, and a list may contain that text, too: `['a', ...parameter.valueAsList]`.
 */
export function withJoinedLists(value: unknown): unknown {
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
