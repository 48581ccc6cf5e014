import { AgentOptions, Generation, generationFor, OptionRow, OPTIONS } from '../agent';
import { usage } from '../aws';
import { NamedPart } from '../edit';
import { checkOptions, commandLineWords, Message, messagesOf } from '../preflight';

/** The agent's flags, as commander hands them over: by the flag's name in camel case. */
export interface AgentFlags {
  readonly collection?: string;
  readonly [flag: string]: unknown;
}

export interface AgentRequest {
  readonly generation: Generation;
  readonly options: AgentOptions;
  /** What was given on the command line. Nothing else is changed in an agent that is already there. */
  readonly named: ReadonlySet<NamedPart>;
  /** Warnings and notes. */
  readonly notes: readonly Message[];
}

/** @throws Failure a usage error that names the flag, the value and what is wanted, for all the flags that are wrong */
export function agentRequest(flags: AgentFlags, rows: readonly OptionRow[] = OPTIONS): AgentRequest {
  const given = rows.flatMap(row => {
    const value = row.flag === undefined ? undefined : flags[memberOf(row.flag)];
    return value === undefined ? [] : [{ row, value: parseValue(row, value) }];
  });
  const options = Object.fromEntries(given.map(({ row, value }) => [row.prop, value])) as AgentOptions;
  const generation = generationFor(options, rows);
  const messages = messagesOf(checkOptions(generation, options, { rows }), commandLineWords(rows));
  const errors = messages.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw usage(errors.map(({ message }) => message).join('\n'));
  return { generation, options, named: new Set(given.map(({ row }) => row.agentFlag ?? 'image')), notes: messages };
}

/** The member of commander's options that holds a flag's value. */
function memberOf(flag: string): string {
  return flag.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function parseValue({ type, flag }: OptionRow, value: unknown): unknown {
  switch (type) {
    case 'rate': return toNumber(value as string);
    case 'tags': return parseTags(flag!, value as readonly string[]);
    default: return value;
  }
}

/** A text that is not a number stays as it is, so the message shows it. */
function toNumber(text: string): number | string {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e\d+)?$/i.test(text.trim()) ? Number(text) : text;
}

function parseTags(flag: string, given: readonly string[]): { readonly [key: string]: string } {
  const tags = new Map<string, string>();
  for (const tag of given) {
    const [key, ...rest] = tag.split('=');
    if (rest.length !== 1) throw usage(`\`${flag}\` must be \`key=value\`, repeated for several, got: ${tag}`);
    if (tags.has(key)) throw usage(`\`${flag}\` has ${key} twice, and the agent accepts each key once`);
    tags.set(key, rest[0]);
  }
  return Object.fromEntries(tags);
}
