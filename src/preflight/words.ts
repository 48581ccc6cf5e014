import { CATALOG, Mode, Severity, severityOf } from './catalog';
import { choicesIn } from './destination';
import { Finding, FindingId } from './findings';
import { alternatives, generationOf, Say, SENTENCES } from './sentences';
import { Generation, inOneLine, OPTIONS, OptionRow } from '../agent';

/** The page that explains every finding. */
const PAGE = 'https://github.com/cdkpostman/cdk-postman-live-collection/blob/main/docs/findings.md';

/** How one face of the product speaks: the construct to people who write an app, the command line to people who type. */
export interface Words {
  readonly mode: Mode;
  /** Whether it speaks of a task definition in a file, which no command has registered. */
  readonly isOfFile?: boolean;
  /** Whether it speaks to people who write an app, of a service that runs already. */
  readonly isOfStack?: boolean;
  /** How the face calls an option, by the construct's property. */
  option(prop: string): string;
  /** What selects an agent in the face: its construct, or the options of its destinations. */
  agent(generation: Generation): string;
  /** What runs an agent on each container instance: its construct, or the command. */
  daemon(generation: Generation): string;
}

/** Options that are not the agent's own, by property. */
const OTHER_FLAGS: { readonly [prop: string]: string } = {
  apiKeySecret: '--api-key-secret', apiKeySecretField: '--api-key-secret-field', apiKeyParameter: '--api-key-parameter',
};

export const CONSTRUCT_WORDS: Words = { mode: 'construct', option: prop => prop, agent: ({ sidecar }) => `\`${sidecar}\``, daemon: ({ daemon }) => `\`${daemon}\`` };

export const COMMAND_LINE_WORDS: Words = commandLineWords();

/** The command line's, for a task definition in a file. */
export const FILE_WORDS: Words = { ...COMMAND_LINE_WORDS, isOfFile: true };

/** A stack's, for a service that runs already. */
export const STACK_WORDS: Words = {
  mode: 'commandLine',
  isOfStack: true,
  option: prop => prop,
  agent: ({ sidecar }) => `\`${sidecar.replace(/Sidecar$/, 'ExistingService')}\``,
  daemon: ({ daemon }) => `\`${daemon}\``,
};

/** @param rows the table of options */
export function commandLineWords(rows: readonly OptionRow[] = OPTIONS): Words {
  const option = (prop: string) => rows.find(row => row.prop === prop)?.flag ?? OTHER_FLAGS[prop] ?? prop;
  return {
    mode: 'commandLine',
    option,
    agent: ({ name }) => choices(choicesIn(rows.filter(({ generations }) => generations.includes(name))), option),
    daemon: () => '`ecs daemon add`',
  };
}

/** The options of each destination, as a choice. */
function choices(all: readonly (readonly string[])[], option: (prop: string) => string): string {
  return alternatives(all.map(props => props.map(prop => `\`${option(prop)}\``).join(' with ')));
}

/** A finding as it is reported. */
export interface Message {
  readonly severity: Severity;
  readonly id: FindingId;
  /** The sentences, without the address. */
  readonly text: string;
  /** Where the finding is explained. */
  readonly address: string;
  /** The sentences with the address at their end. */
  readonly message: string;
}

/** What a user's choice makes of findings, e.g. `EgressCheck.WARN` or `--allow-managed`. */
export type Severities = { readonly [id in FindingId]?: Severity };

/** The findings in the words of a face, each with the address of its explanation at the end. */
export function messagesOf(findings: readonly Finding[], words: Words, severities: Severities = {}): Message[] {
  return findings.map(found => {
    const severity = severities[found.id] ?? severityOf(found.id, words.mode);
    const sentence = SENTENCES[found.id] as unknown as (values: unknown, say: Say) => string;
    const text = sentence(inLines(found.values), say(words, severity));
    const address = addressOf(found.id);
    return { severity, id: found.id, text, address, message: `${text}${text.includes('\n') ? '\n  ' : ' '}See ${address}` };
  });
}

/** Values may be what others have written. Only a sentence itself breaks lines. */
function inLines(value: unknown): unknown {
  if (typeof value === 'string') return inOneLine(value);
  if (Array.isArray(value)) return value.map(inLines);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inLines(member)]));
}

/** Where a finding is explained. */
export function addressOf(id: FindingId): string {
  return `${PAGE}#${id.toLowerCase()}`;
}

function say({ mode, isOfFile, isOfStack, option, agent, daemon }: Words, severity: Severity): Say {
  return {
    option: prop => `\`${option(prop)}\``,
    choices: all => choices(all, option),
    agent: name => agent(generationOf(name)),
    daemon: name => daemon(generationOf(name)),
    inText: text => text.replace(/«(\w+)»/g, (_, prop: string) => `\`${option(prop)}\``),
    either: texts => (isOfFile ? texts.file : isOfStack ? texts.stack : undefined) ?? texts[mode],
    ifError: text => severity === 'error' ? text : '',
  };
}

/** The ids of the catalog, in its order. */
export const FINDING_IDS = Object.keys(CATALOG) as FindingId[];
