import type { Command } from 'commander';
import { defaultOf, GENERATIONS, OptionRow, OPTIONS } from '../agent';

/** Adds the agent's flags to a command, in the order of the table. */
export function addAgentOptions(command: Command, rows: readonly OptionRow[] = OPTIONS): Command {
  for (const row of rows) {
    if (row.flag === undefined) continue;
    const isRepeatable = row.isList === true || row.type === 'tags' || row.type === 'variables';
    const name = row.placeholder === undefined ? row.flag : `${row.flag} ${row.placeholder}`;
    if (isRepeatable) command.option(name, helpOf(row, true), (value: string, before: readonly string[] = []) => [...before, value]);
    else command.option(name, helpOf(row, false));
  }
  return command;
}

function helpOf(row: OptionRow, isRepeatable: boolean): string {
  const values = [...new Set(GENERATIONS.filter(({ name }) => row.generations.includes(name)).map(generation => defaultOf(row, generation)))];
  const value = values.length > 1 ? values.map((text, index) => `${text} (${GENERATIONS[index].title})`).join(', ') : values[0];
  const notes = [...isRepeatable ? ['repeatable'] : [], ...value === undefined ? [] : [`default: ${value}`]];
  return notes.length === 0 ? row.help : `${row.help} (${notes.join('; ')})`;
}
