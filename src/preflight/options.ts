import { checkDestination } from './destination';
import { endsBeforePort, unsupportedByRe2 } from './expressions';
import { finding, Finding } from './findings';
import { checkAgentMemory } from './memory';
import { checkProxyUrl } from './proxy';
import { isRate, isWhole, ValueCheck } from './values';
import {
  AgentOptions, defaultOf, destinationsIn, Generation, generationOfImage, looksLikeApiKey, MIN_CONTAINER_MEMORY_MIB, OptionRow, OPTIONS, optionsOf,
  OptionType, reservedVariables, withoutApiKeys, withoutUrlCredentials,
} from '../agent';

export interface OptionCheck {
  /** Whether only CloudFormation knows a value: it is not checked. @default - every value is known */
  readonly isToken?: (value: unknown) => boolean;
  readonly rows?: readonly OptionRow[];
}

type Rule = (value: never, check: ValueCheck) => Finding[];

/** The rule for one value of each type. */
const RULES: { readonly [type in OptionType]: Rule } = {
  collectionId: checkCollectionId,
  projectId: checkProjectId,
  uuid: checkUuid,
  name: checkName,
  dataRegion: checkDataRegion,
  image: checkImageName,
  rate: checkRate,
  percent: checkPercent,
  hostExpression: checkHostExpression,
  expression: checkExpression,
  networkInterface: checkNetworkInterface,
  bpf: checkBpf,
  proxyUrl: checkProxyUrl,
  tags: checkTags,
  variables: checkVariables,
  mebibytes: checkMebibytes,
  cpuUnits: checkCpuUnits,
  switch: checkSwitch,
};

/** How a message calls the values of a list. */
const PLURALS: { readonly [type in OptionType]?: string } = {
  hostExpression: 'regular expressions', expression: 'regular expressions', networkInterface: 'network interfaces',
};

/**
 * Checks every option that is given, the destination first. The agent accepts what passes without an error.
 *
 * A destination that is present and undefined is an error: the agent needs one.
 */
export function checkOptions(generation: Generation, options: Partial<AgentOptions>, how: OptionCheck = {}): Finding[] {
  const { isToken = () => false, rows = OPTIONS } = how;
  const given = options as { readonly [prop: string]: unknown };
  const givenRows = rows.filter(({ prop }) => given[prop] !== undefined);
  const ofValues = givenRows.flatMap(row => {
    const value = given[row.prop];
    if (!(row as OptionRow).generations.includes(generation.name)) return [otherGeneration(row, generation)];
    const check = valueCheck(row, generation, isToken);
    return isToken(value) ? checkLater(row, check) : checkValue(value, check);
  });
  const ofDestination = checkDestination(generation, given, rows);
  // With two destinations it is not known whose options these are.
  if (destinationsIn(given, givenRows).length > 1) return ofDestination;
  return [...ofDestination, ...ofValues, ...checkPayloads(given), ...checkAgentMemory(generation, options, isToken)];
}

/** What decides which arguments and variables the container has must be known at synthesis. */
const KNOWN_FIRST: { readonly [type in OptionType]?: string } = { tags: 'an object of tags', variables: 'an object of variables', switch: 'true or false' };

function checkLater({ type }: OptionRow, { refuse }: ValueCheck): Finding[] {
  const wanted = KNOWN_FIRST[type];
  return wanted === undefined ? [] : [refuse(`${wanted} that is known at synthesis`, 'a token', type === 'switch' ? undefined : 'only the keys and values in it may be tokens')];
}

function otherGeneration({ prop: option, generations: [name] }: OptionRow, generation: Generation): Finding {
  return finding('otherGeneration', { option, generation: generation.name, ofGeneration: name });
}

/** What leaves the task besides the shape of the traffic. */
function checkPayloads({ reproMode, alwaysCapturePayloads }: { readonly [prop: string]: unknown }): Finding[] {
  if (reproMode === true) return [finding('payloadsSent', { option: 'reproMode' })];
  const hasPaths = Array.isArray(alwaysCapturePayloads) && alwaysCapturePayloads.length > 0;
  return hasPaths ? [finding('payloadsNotSent', { option: 'alwaysCapturePayloads', needs: 'reproMode' })] : [];
}

/** The note on an image that names no version. */
export function checkImage(image: string): Finding[] {
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  return !image.includes('@') && (tag === undefined || tag === 'latest') ? [finding('unpinnedImage', { image })] : [];
}

/** The error if an image holds another generation of the agent than the one that is to run. */
export function checkImageGeneration(generation: Generation, image: string): Finding[] {
  const held = generationOfImage(image);
  return held === undefined || held === generation ? [] : [finding('imageOfOtherGeneration', { image, generation: generation.name, ofGeneration: held.name })];
}

/** Checks the name of a secret's JSON field. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html */
export function checkSecretField(field: unknown): Finding[] {
  return typeof field === 'string' && /^[^:\s]+$/.test(field) && !looksLikeApiKey(field) ? [] : [invalid('apiKeySecretField', 'the name of a JSON field without colons or spaces', JSON.stringify(field),
    'leave it out if the secret\'s whole value is the key')];
}

/** The API key comes from one place. @param given  the options that are given, and maybe others */
export function checkKeySources(given: { readonly [option: string]: unknown }): Finding[] {
  const sources = ['apiKeySecret', 'apiKeySecretField', 'apiKeyParameter'].filter(option => given[option] !== undefined);
  return sources.length > 1 && sources.includes('apiKeyParameter') ? [finding('apiKeySources', { options: sources })] : [];
}

function checkValue(value: unknown, check: ValueCheck): Finding[] {
  const rule = RULES[check.row.type] as (item: unknown, check: ValueCheck) => Finding[];
  return check.row.isList ? eachOf(value, check, item => rule(item, check)) : rule(value, check);
}

function valueCheck(row: OptionRow, generation: Generation, isToken: ValueCheck['isToken']): ValueCheck {
  const { prop } = row;
  return { prop, generation, isToken, row, refuse: (wanted, found, wayOut) => invalid(prop, wanted, show(found), wayOut) };
}

/** A value may be a key that is in the wrong place, or have a URL with a password. No message shows it. */
function invalid(option: string, wanted: string, found: string, wayOut?: string): Finding {
  return finding('invalidOption', { option, wanted, found: withoutUrlCredentials(withoutApiKeys(found)), ...wayOut === undefined ? {} : { wayOut } });
}

function show(value: unknown): string {
  return typeof value === 'string' ? value === '' || value !== value.trim() || value.includes('\n') ? JSON.stringify(value) : value
    : typeof value === 'number' ? String(value) : JSON.stringify(value) ?? String(value);
}

/** Checks the items of a list that are lines of text, and refuses the others. */
function eachOf(values: unknown, { refuse, isToken, prop, row }: ValueCheck, rule: (value: string) => Finding[]): Finding[] {
  const what = PLURALS[row.type] ?? 'texts';
  if (!Array.isArray(values)) return [refuse(`a list of ${what}`, values)];
  return values.flatMap((value, index) => {
    if (isToken(value)) return [];
    if (typeof value === 'string' && value !== '' && !/[\n\r\0]/.test(value)) return rule(value);
    return [refuse(`a list of ${what}, each on one line and not empty`, value, `it is at index ${index}; remove it, or leave «${prop}» out`)];
  });
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

const COLLECTION_ID = new RegExp(`^[0-9a-z]+-${UUID}$`, 'i');
const PROJECT_ID = /^svc_[0-9A-Za-z]{22}$/;

function checkCollectionId(id: unknown, { refuse }: ValueCheck): Finding[] {
  if (typeof id === 'string' && COLLECTION_ID.test(id)) return [];
  const isProject = typeof id === 'string' && id.startsWith('svc_');
  const isBare = typeof id === 'string' && new RegExp(`^${UUID}$`, 'i').test(id);
  return [refuse('`<owner>-<uuid>`, such as 12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11', id,
    isProject ? 'it is the id of an Insights project: set «projectId» for the Insights agent'
      : isBare ? 'put the owner\'s number and a hyphen before it: Postman shows the whole id in the collection\'s info pane' : 'Postman shows it in the collection\'s info pane')];
}

function checkProjectId(id: unknown, { refuse }: ValueCheck): Finding[] {
  if (typeof id === 'string' && PROJECT_ID.test(id)) return [];
  const isCollection = typeof id === 'string' && COLLECTION_ID.test(id);
  return [refuse('`svc_` and 22 letters and digits', id, isCollection
    ? 'it is the id of a collection, which the Live Collection agent fills: set «collectionId» for that agent, or name an Insights project'
    : 'Postman shows it in the command that it offers for the agent')];
}

function checkUuid(id: unknown, { refuse }: ValueCheck): Finding[] {
  if (typeof id === 'string' && new RegExp(`^${UUID}$`, 'i').test(id)) return [];
  return [refuse('a UUID, such as 6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11', id, 'Postman shows it in the command that it offers for the agent')];
}

function checkName(name: unknown, { refuse }: ValueCheck): Finding[] {
  return typeof name === 'string' && /^[^\s/]+$/.test(name) ? [] : [refuse('a name without spaces and slashes', name, 'leave it out for its default')];
}

function checkDataRegion(region: unknown, { refuse }: ValueCheck): Finding[] {
  return region === 'US' || region === 'EU' ? [] : [refuse('US or EU', region, 'it is the region of the Postman team\'s data, not an AWS region; leave it out for US')];
}

function checkPercent(percent: unknown, { refuse }: ValueCheck): Finding[] {
  return isWhole(percent, 1) && percent <= 100 ? [] : [refuse('a whole number from 1 to 100, in percent', percent, 'leave it out to capture in every task')];
}

function checkVariables(variables: unknown, { refuse, isToken, generation }: ValueCheck): Finding[] {
  if (typeof variables !== 'object' || variables === null || Array.isArray(variables)) return [refuse('an object of variables', variables)];
  const reserved = reservedVariables();
  return Object.entries(variables).flatMap(([name, value]) => {
    if (isToken(name)) return [];
    if (!/^[^=\s\0]+$/.test(name)) return [refuse('variables whose names are not empty and have no `=` and no space', JSON.stringify(name))];
    if (!isToken(value) && typeof value !== 'string') return [refuse('variables whose values are texts', `${name}=${JSON.stringify(value)}`)];
    const own = reserved.get(name);
    if (own === undefined) return [];
    const isOfAgent = optionsOf(generation).some(({ prop }) => prop === own.prop);
    return [refuse('variables that are not set by other options', name,
      own.prop === undefined ? 'it names the key, the destination or the place of the agent; leave it out'
        : isOfAgent ? `use «${own.prop}»` : `the ${generation.title} does not read it; leave it out`)];
  });
}

function checkImageName(image: unknown, { refuse, generation }: ValueCheck): Finding[] {
  if (typeof image !== 'string' || image === '' || /\s/.test(image)) return [refuse('the name of an image, without spaces', image, `leave it out for ${generation.image}`)];
  return checkImageGeneration(generation, image);
}

function checkRate(rate: unknown, { refuse, row, generation }: ValueCheck): Finding[] {
  const ownDefault = defaultOf(row, generation);
  return isRate(rate) ? [] : [refuse('a number above zero, in requests a minute', rate, ownDefault === undefined ? undefined : `leave it out for ${ownDefault}`)];
}

function checkExpression(expression: string, { refuse }: ValueCheck): Finding[] {
  const reason = unsupportedByRe2(expression);
  return reason === undefined ? []
    : [refuse('regular expressions that Go\'s RE2 accepts (https://github.com/google/re2/wiki/Syntax)', expression, reason)];
}

function checkHostExpression(expression: string, check: ValueCheck): Finding[] {
  const faults = checkExpression(expression, check);
  return faults.length > 0 || !endsBeforePort(expression) ? faults : [finding('hostExpressionEndsBeforePort', { option: check.prop, expression })];
}

/** Linux gives an interface a name of at most 15 bytes. */
const INTERFACE = /^[^\s/,]{1,15}$/;

function checkNetworkInterface(name: string, { refuse, prop }: ValueCheck): Finding[] {
  if (name === 'any') return [refuse('a list of network interfaces such as eth0', name, `the agent has no interface of that name; leave «${prop}» out to listen on every interface that is up`)];
  return INTERFACE.test(name) ? [] : [refuse('a list of network interfaces such as eth0, each of 15 characters at most, without spaces and commas', name)];
}

function checkBpf(expression: unknown, { refuse }: ValueCheck): Finding[] {
  return typeof expression === 'string' && expression.trim() !== '' ? [] : [refuse('a BPF expression such as `port 8080`', expression, 'leave it out to capture all TCP packets')];
}

function checkTags(tags: unknown, { refuse, isToken }: ValueCheck): Finding[] {
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return [refuse('an object of tags', tags)];
  const isGood = (text: unknown) => isToken(text) || (typeof text === 'string' && text !== '' && text === text.trim() && !/[=\n\r\0]/.test(text));
  return Object.entries(tags).flatMap(([key, value]) => isGood(key) && isGood(value) ? []
    : [refuse('tags whose keys and values are not empty, have no `=`, no line break and no space at either end', `${key}=${value}`, 'the agent exits at once on any other')]);
}

function checkMebibytes(memory: unknown, { refuse }: ValueCheck): Finding[] {
  return isWhole(memory, MIN_CONTAINER_MEMORY_MIB) ? [] : [refuse(`a whole number of MiB, ${MIN_CONTAINER_MEMORY_MIB} or more`, memory)];
}

function checkCpuUnits(cpu: unknown, { refuse }: ValueCheck): Finding[] {
  return isWhole(cpu, 1) ? [] : [refuse('a whole number of CPU units above zero (1024 are a core)', cpu)];
}

function checkSwitch(value: unknown, { refuse }: ValueCheck): Finding[] {
  return typeof value === 'boolean' ? [] : [refuse('true or false', value)];
}
