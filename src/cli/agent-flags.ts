import type { Command } from 'commander';
import { defaultOf, generationFor, OptionRow, OPTIONS } from '../agent';

/** Adds the agent's flags to a command, in the order of the table. */
export function addAgentOptions(command: Command, rows: readonly OptionRow[] = OPTIONS): Command {
  for (const row of rows) {
    if (row.flag === undefined) continue;
    const isRepeatable = row.isList === true || row.type === 'tags';
    const name = row.placeholder === undefined ? row.flag : `${row.flag} ${row.placeholder}`;
    if (isRepeatable) command.option(name, helpOf(row, true), (value: string, before: readonly string[] = []) => [...before, value]);
    else command.option(name, helpOf(row, false));
  }
  return command;
}

function helpOf(row: OptionRow, isRepeatable: boolean): string {
  const value = defaultOf(row, generationFor({}));
  const notes = [...isRepeatable ? ['repeatable'] : [], ...value === undefined ? [] : [`default: ${value}`]];
  return notes.length === 0 ? row.help : `${row.help} (${notes.join('; ')})`;
}
