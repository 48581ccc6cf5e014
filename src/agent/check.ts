import { checkProxy } from './check-proxy';
import { AgentOptions, Finding } from './description';
import { matchesSomeHostWithPort, whyNotRe2 } from './expressions';
import { LIVE_COLLECTION } from './generations';
import { memoryNeed } from './memory';

export interface CheckOptions {
  /** Values that are not judged, since only CloudFormation knows them. @default - none */
  readonly opaque?: (value: unknown) => boolean;
  /** How an option is called where its message is read. @default - the construct's prop */
  readonly nameOf?: (option: keyof AgentOptions) => string;
}

/** What the rules of one option are given: it speaks under the option's name. */
export interface Judge {
  /** The option's name, as its messages write it. */
  readonly name: string;
  readonly nameOf: (option: keyof AgentOptions) => string;
  readonly opaque: (value: unknown) => boolean;
  refuse(wanted: string, found: unknown, wayOut?: string): void;
  warn(id: string, message: string): void;
  remark(id: string, message: string): void;
}

type Rule<Option extends keyof AgentOptions> = (value: NonNullable<AgentOptions[Option]>, judge: Judge, options: Partial<AgentOptions>) => void;

const RULES: { readonly [Option in keyof AgentOptions]?: Rule<Option> } = {
  collectionId: checkCollectionId,
  image: checkImageName,
  rateLimit: checkRateLimit,
  hostAllow: checkHosts,
  hostExclusions: checkHosts,
  pathAllow: checkExpressions,
  pathExclusions: checkExpressions,
  interfaces: checkInterfaces,
  filter: checkFilter,
  proxy: checkProxy,
  traceTags: checkTraceTags,
  memoryReservationMiB: checkMemory,
  memoryLimitMiB: checkMemoryLimit,
  cpu: checkCpu,
};

/**
 * Judges every option that is given, for both modes. What it passes, the agent takes.
 */
export function checkAgent(options: Partial<AgentOptions>, how: CheckOptions = {}): Finding[] {
  const findings: Finding[] = [];
  const opaque = how.opaque ?? (() => false);
  const nameOf = (option: keyof AgentOptions) => `\`${how.nameOf?.(option) ?? option}\``;
  for (const [option, rule] of Object.entries(RULES) as [keyof AgentOptions, Rule<keyof AgentOptions>][]) {
    const value = options[option];
    // A missing collection is the one omission that the agent does not forgive.
    if ((value === undefined && !(option === 'collectionId' && option in options)) || opaque(value)) continue;
    const add = (severity: Finding['severity'], id: string, message: string) => findings.push({ severity, id, option, message });
    const name = nameOf(option);
    rule(value as never, {
      refuse: (wanted, found, wayOut) => add('error', option, `${name} must be ${wanted}, got: ${show(found)}${wayOut === undefined ? '' : `; ${wayOut}`}`),
      warn: (id, message) => add('warning', id, message),
      remark: (id, message) => add('info', id, message),
      opaque,
      name,
      nameOf,
    }, options);
  }
  return findings;
}

/** An image's name alone, for where it is known later than the rest. */
export function checkImage(image: string): Finding[] {
  return checkAgent({ image });
}

function show(value: unknown): string {
  return typeof value === 'string' ? value === '' || value !== value.trim() || value.includes('\n') ? JSON.stringify(value) : value
    : typeof value === 'number' ? String(value) : JSON.stringify(value) ?? String(value);
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

function checkCollectionId(id: unknown, { refuse }: Judge): void {
  if (typeof id === 'string' && new RegExp(`^[0-9a-z]+-${UUID}$`, 'i').test(id)) return;
  const bare = typeof id === 'string' && new RegExp(`^${UUID}$`, 'i').test(id);
  refuse('`<owner>-<uuid>`, such as 12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11', id,
    bare ? 'put the owner\'s number and a hyphen before it: Postman shows the whole id in the collection\'s info pane' : 'Postman shows it in the collection\'s info pane');
}

function checkImageName(image: string, { refuse, remark, name }: Judge): void {
  if (typeof image !== 'string' || image === '' || /\s/.test(image)) return refuse('the name of an image, without spaces', image, `leave it out for ${LIVE_COLLECTION.image}`);
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  if (!image.includes('@') && (tag === undefined || tag === 'latest')) {
    remark('unpinnedImage', `${image} names no version, so that tasks started later may run another agent. Set ${name} to a digest (…@sha256:…) or a version to run the same everywhere`);
  }
}

function isRate(rate: unknown): rate is number {
  return typeof rate === 'number' && rate > 0 && Number.isFinite(rate);
}

function checkRateLimit(rate: number, { refuse }: Judge): void {
  if (!isRate(rate)) {
    refuse('a number above zero, in requests a minute', rate, `leave it out for the agent's own ${LIVE_COLLECTION.defaultRateLimit}`);
  }
}

/** Calls back for each text of a list, and refuses what is none. */
function eachText(values: unknown, { refuse, opaque, name }: Judge, what: string, judge: (value: string) => void): void {
  if (!Array.isArray(values)) return refuse(`a list of ${what}`, values);
  values.forEach((value, index) => {
    if (opaque(value)) return;
    if (typeof value !== 'string' || value === '' || /[\n\r\0]/.test(value)) refuse(`a list of ${what}, each on one line and not empty`, value, `it stands at index ${index}; leave it out, or ${name} altogether`);
    else judge(value);
  });
}

function checkExpressions(values: readonly string[], judge: Judge): string[] {
  const good: string[] = [];
  eachText(values, judge, 'regular expressions', value => {
    const reason = whyNotRe2(value);
    if (reason === undefined) good.push(value);
    else judge.refuse('regular expressions that Go\'s RE2 takes (https://github.com/google/re2/wiki/Syntax)', value, reason);
  });
  return good;
}

function checkHosts(values: readonly string[], judge: Judge): void {
  for (const value of checkExpressions(values, judge)) {
    if (!matchesSomeHostWithPort(value)) {
      judge.warn('hostExpressionEndsBeforePort', `${judge.name} has ${value}, which matches no host that carries a port, such as api.example.com:8080: the agent compares the Host header with its port. `
        + 'Let it end in `(:\\d+)?$`, or without `$`');
    }
  }
}

/** Linux names an interface with 15 bytes at most. */
const INTERFACE = /^[^\s/,]{1,15}$/;

function checkInterfaces(values: readonly string[], judge: Judge): void {
  eachText(values, judge, 'network interfaces', value => {
    if (value === 'any') judge.refuse('a list of network interfaces such as eth0', value, `the agent knows no interface of that name; leave ${judge.name} out to listen on every one that is up`);
    else if (!INTERFACE.test(value)) judge.refuse('a list of network interfaces such as eth0, each of 15 characters at most, without spaces and commas', value);
  });
}

function checkFilter(filter: string, { refuse }: Judge): void {
  if (typeof filter !== 'string' || filter.trim() === '') refuse('a BPF expression such as `port 8080`', filter, 'leave it out to capture all TCP packets');
}

function checkTraceTags(tags: { readonly [key: string]: string }, { refuse, opaque }: Judge): void {
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return refuse('an object of tags', tags);
  for (const [key, value] of Object.entries(tags)) {
    const good = (text: unknown) => opaque(text) || (typeof text === 'string' && text !== '' && text === text.trim() && !/[=\n\r\0]/.test(text));
    if (!good(key) || !good(value)) {
      refuse('tags whose keys and values are not empty, have no `=`, no line break and no space at either end', `${key}=${value}`, 'the agent ends at once on any other');
    }
  }
}

/** Docker starts no container with less. @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
const LEAST_MEMORY_MIB = 6;

function isWhole(value: unknown, least: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least;
}

function checkMemory(memory: number, { refuse }: Judge): boolean {
  const good = isWhole(memory, LEAST_MEMORY_MIB);
  if (!good) refuse(`a whole number of MiB, ${LEAST_MEMORY_MIB} or more`, memory);
  return good;
}

function checkMemoryLimit(limit: number, judge: Judge, { memoryReservationMiB: reservation, rateLimit }: Partial<AgentOptions>): void {
  if (!checkMemory(limit, judge)) return;
  if (isWhole(reservation, LEAST_MEMORY_MIB) && !judge.opaque(reservation) && limit < reservation) {
    judge.refuse(`at least ${judge.nameOf('memoryReservationMiB')}, which is ${reservation} MiB`, limit, 'raise the one or lower the other');
    return;
  }
  const rate = rateLimit ?? LIVE_COLLECTION.defaultRateLimit;
  // A rate that is no rate is refused by its own rule, and says nothing about memory.
  if (judge.opaque(rate) || !isRate(rate)) return;
  const need = rate >= LIVE_COLLECTION.defaultRateLimit ? LIVE_COLLECTION.recommendedMemoryLimitMiB : memoryNeed(rate);
  if (limit < need) {
    const measured = rate >= LIVE_COLLECTION.defaultRateLimit
      ? `Postman asks for at least ${need} MiB at ${rate} captured requests a minute`
      : `the agent was seen to use ${need} MB at ${rate} captured requests a minute`;
    judge.warn('memoryLimitLow', `${judge.name} is ${limit} MiB, but ${measured}: it is killed when it takes more than its limit. Raise the limit, or lower ${judge.nameOf('rateLimit')}`);
  }
}

function checkCpu(cpu: number, { refuse }: Judge): void {
  if (!isWhole(cpu, 1)) refuse('a whole number of CPU units above zero (1024 are a core)', cpu);
}
