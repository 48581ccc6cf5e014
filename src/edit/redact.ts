import { isList, isObject, Json, JsonObject, listIn, objectsIn, textIn, withMembers } from './json';
import {
  AKITA_KEY_VARIABLES, credentialsOf, GENERATIONS, OptionRow, OPTIONS, recognizeAgent, urlCredentialsIn, withoutCredentials,
  withoutUrlCredentials, wordsOf,
} from '../agent';

/** The variables in which the agent looks for its key, of every generation. */
const KEY_VARIABLES: ReadonlySet<string> = new Set(GENERATIONS.flatMap(({ apiKeyVariables }) => apiKeyVariables));

/** The agent's flags that take the URL of a proxy. */
const PROXY_FLAGS: ReadonlySet<string | undefined> = new Set(OPTIONS.flatMap(({ type, agentFlag }: OptionRow) => type === 'proxyUrl' ? agentFlag : []));

/** Variables such as `HTTPS_PROXY`. */
const PROXY_VARIABLE = /proxy$/i;

/** Whether a variable or a secret of a container is the API key. */
export function isKeyEntry({ name }: JsonObject): boolean {
  return KEY_VARIABLES.has(textIn(name) ?? '');
}

/** Whether the value of a variable must not be shown: of the API key, or of a key for Akita's service. */
export function isHidden(entry: JsonObject): boolean {
  return isKeyEntry(entry) || AKITA_KEY_VARIABLES.includes(textIn(entry.name) ?? '');
}

/**
 * A copy to show to the user: `***` replaces an API key among the variables of a container, and the user and password of a proxy among
 * the arguments and variables of an agent. The values of other containers are theirs.
 */
export function withoutKey<T extends Json | undefined>(value: T): T {
  return shown(value, false) as T;
}

/** A change to show to the user. It may be a part of an agent, so no URL in it has a user and a password. */
export function shownChange<T extends { readonly path: string; readonly before?: Json; readonly after?: Json }>(change: T): T {
  const isProxy = /proxy\](\.value)?$/i.test(change.path);
  const members = (['before', 'after'] as const).filter(side => change[side] !== undefined).map(side => {
    const value = change[side];
    return [side, isProxy && typeof value === 'string' ? withoutCredentials(value) : shown(value, true)];
  });
  return { ...change, ...Object.fromEntries(members) as object };
}

/** The users and passwords of the proxies of an agent. They must never be shown. */
export function proxyCredentialsOf({ entryPoint, command, environment }: JsonObject): string[] {
  const args = [...listIn(entryPoint), ...listIn(command)];
  const ofFlags = wordsOf(args).flatMap(({ flag, value }) => PROXY_FLAGS.has(flag) && value !== undefined ? credentialsOf(value) : []);
  const ofVariables = objectsIn(environment).flatMap(({ name, value }) => {
    const text = textIn(value) ?? '';
    return PROXY_VARIABLE.test(textIn(name) ?? '') ? credentialsOf(text) : urlCredentialsIn(text);
  });
  return [...ofFlags, ...args.flatMap(arg => urlCredentialsIn(textIn(arg) ?? '')), ...ofVariables];
}

/** @param isOfAgent whether it is a part of an agent's container */
function shown(value: Json | undefined, isOfAgent: boolean): Json | undefined {
  if (isList(value)) return (isOfAgent ? withoutProxies(value) : value).map(item => shown(item, isOfAgent)!);
  if (typeof value === 'string') return isOfAgent ? withoutUrlCredentials(value) : value;
  if (!isObject(value)) return value;
  const isAgents = isOfAgent || isAgent(value);
  const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shown(member, isAgents)])) as JsonObject;
  if (isHidden(value) && value.value !== undefined) return withMembers(members, { value: '***' });
  return isAgents && PROXY_VARIABLE.test(textIn(value.name) ?? '') && typeof value.value === 'string'
    ? withMembers(members, { value: withoutCredentials(value.value) }) : members;
}

function isAgent({ image, entryPoint }: JsonObject): boolean {
  return recognizeAgent({ image: textIn(image), entryPoint: listIn(entryPoint) }) !== undefined;
}

/** Arguments without the users and passwords of proxies, which may be written without a scheme. */
function withoutProxies(args: readonly Json[]): readonly Json[] {
  const edited = [...args];
  for (const { start, end, flag, value } of wordsOf(args)) {
    if (!PROXY_FLAGS.has(flag) || value === undefined) continue;
    edited[end - 1] = end - start > 1 ? withoutCredentials(value) : `${flag}=${withoutCredentials(value)}`;
  }
  return edited;
}
