import { memberOf } from './flag-names';
import { AgentOptions, destinationsIn, Generation, generationFor, generationOfImage, OptionRow, OPTIONS } from '../agent';
import { usage } from '../aws';
import { NamedPart } from '../edit';
import { checkOptions, commandLineWords, Message, messagesOf } from '../preflight';

/** The agent's flags, as commander hands them over: by the flag's name in camel case. */
export interface AgentFlags {
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
    const value = row.flag === undefined ? undefined : valueOf(row.flag, flags);
    return value === undefined ? [] : [{ row, value: parseValue(row, value) }];
  });
  const options = Object.fromEntries(given.map(({ row, value }) => [row.prop, value])) as AgentOptions;
  const generation = generationAsked(options, rows);
  const messages = messagesOf(checkOptions(generation, options, { rows }), commandLineWords(rows));
  const errors = messages.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw usage(errors.map(({ message }) => message).join('\n'));
  return { generation, options, named: new Set(given.map(({ row }) => row.prop)), notes: messages };
}

/** Without a destination, which may still be asked for, an image says which agent is meant. */
function generationAsked(options: AgentOptions, rows: readonly OptionRow[]): Generation {
  const { image } = options;
  const held = destinationsIn(options, rows).length === 0 && image !== undefined ? generationOfImage(image) : undefined;
  return held ?? generationFor(options, rows);
}

/** The value of a flag in commander's options; undefined if the flag was not given. Commander sets a `--no-…` flag to true then. */
function valueOf(flag: string, flags: AgentFlags): unknown {
  const [, name] = /^--no-(.*)$/.exec(flag) ?? [];
  return name === undefined ? flags[memberOf(flag.slice(2))] : flags[memberOf(name)] === false ? false : undefined;
}

function parseValue({ type, flag }: OptionRow, value: unknown): unknown {
  switch (type) {
    case 'rate': case 'percent': return toNumber(value as string);
    case 'tags': return parsePairs(flag!, value as readonly string[], 1);
    case 'variables': return parsePairs(flag!, value as readonly string[], Infinity);
    default: return value;
  }
}

/** A text that is not a number stays as it is, so the message shows it. */
function toNumber(text: string): number | string {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e\d+)?$/i.test(text.trim()) ? Number(text) : text;
}

/** @param most how many equals signs a pair may have */
function parsePairs(flag: string, given: readonly string[], most: number): { readonly [key: string]: string } {
  const pairs = new Map<string, string>();
  for (const pair of given) {
    const [key, ...rest] = pair.split('=');
    if (rest.length < 1 || rest.length > most) throw usage(`\`${flag}\` must be \`key=value\`, repeated for several, got: ${pair}`);
    if (pairs.has(key)) throw usage(`\`${flag}\` has ${key} twice, and the agent accepts each key once`);
    pairs.set(key, rest.join('='));
  }
  return Object.fromEntries(pairs);
}
