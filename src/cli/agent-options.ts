import { AgentOptions, checkAgent, Finding } from '../agent';
import { usage } from '../aws';
import type { NamedPart } from '../edit';

/** The agent's own flags, as commander hands them over. */
export interface AgentFlags {
  readonly collection?: string;
  readonly image?: string;
  readonly rateLimit?: string;
  readonly hostAllow?: readonly string[];
  readonly hostExclusions?: readonly string[];
  readonly pathAllow?: readonly string[];
  readonly pathExclusions?: readonly string[];
  readonly interfaces?: readonly string[];
  readonly filter?: string;
  readonly proxy?: string;
  readonly traceTags?: readonly string[];
}

/** Which flag gives which option of the agent, of those that have one. */
const FLAGS = {
  collectionId: '--collection',
  image: '--image',
  rateLimit: '--rate-limit',
  hostAllow: '--host-allow',
  hostExclusions: '--host-exclusions',
  pathAllow: '--path-allow',
  pathExclusions: '--path-exclusions',
  interfaces: '--interfaces',
  filter: '--filter',
  proxy: '--proxy',
  traceTags: '--trace-tags',
} as const;

/** Parts of the container whose name differs from the flag's: the agent's own flag is `--tags`. */
const NAMED_PARTS: { readonly [option: string]: NamedPart } = { image: 'image', traceTags: '--tags' };

type Named = keyof typeof FLAGS;
export type AgentChoice = Pick<AgentOptions, Named>;

export interface AgentRequest {
  readonly options: AgentChoice;
  /** What was given on the command line: on an agent that is there, nothing else is changed. */
  readonly named: ReadonlySet<NamedPart>;
  /** What is worth a word, and no error. */
  readonly remarks: readonly Finding[];
}

/** @throws Failure a usage error that names the flag, the value and what is wanted, for all the flags that are wrong */
export function agentRequest(flags: AgentFlags): AgentRequest {
  const options: AgentChoice = Object.fromEntries(Object.entries({
    collectionId: flags.collection,
    image: flags.image,
    rateLimit: flags.rateLimit === undefined ? undefined : toNumber(flags.rateLimit),
    hostAllow: flags.hostAllow,
    hostExclusions: flags.hostExclusions,
    pathAllow: flags.pathAllow,
    pathExclusions: flags.pathExclusions,
    interfaces: flags.interfaces,
    filter: flags.filter,
    proxy: flags.proxy,
    traceTags: flags.traceTags && traceTags(flags.traceTags),
  }).filter(([, value]) => value !== undefined)) as unknown as AgentChoice;
  const findings = checkAgent(options, { nameOf: option => FLAGS[option as Named] ?? option });
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw usage(errors.map(({ message }) => message).join('\n'));
  return {
    options,
    named: new Set((Object.keys(options) as Named[]).map(option => NAMED_PARTS[option] ?? FLAGS[option])),
    remarks: findings,
  };
}

/** What is no number stays as it is, so that the message shows it. */
function toNumber(text: string): number {
  return (/^[+-]?(\d+\.?\d*|\.\d+)(e\d+)?$/i.test(text.trim()) ? Number(text) : text) as number;
}

function traceTags(given: readonly string[]): { readonly [key: string]: string } {
  const tags = new Map<string, string>();
  for (const tag of given) {
    const [key, ...rest] = tag.split('=');
    if (rest.length !== 1) throw usage(`\`--trace-tags\` must be \`key=value\`, repeated for several, got: ${tag}`);
    if (tags.has(key)) throw usage(`\`--trace-tags\` has ${key} twice, and the agent takes each key once`);
    tags.set(key, rest[0]);
  }
  return Object.fromEntries(tags);
}
