import { isList, isObject, Json, JsonObject, textIn, withMembers } from './json';
import { AKITA_KEY_VARIABLES, GENERATIONS } from '../agent';

/** The variables in which the agent looks for its key, of every generation. */
const KEY_VARIABLES: ReadonlySet<string> = new Set(GENERATIONS.flatMap(({ apiKeyVariables }) => apiKeyVariables));

/** Whether a variable or a secret of a container is the API key. */
export function isKeyEntry({ name }: JsonObject): boolean {
  return KEY_VARIABLES.has(textIn(name) ?? '');
}

/** Whether the value of a variable must not be shown: of the API key, or of a key for Akita's service. */
export function isHidden(entry: JsonObject): boolean {
  return isKeyEntry(entry) || AKITA_KEY_VARIABLES.includes(textIn(entry.name) ?? '');
}

/** A copy to show to the user: `***` replaces an API key among the variables of a container. */
export function withoutKey<T extends Json | undefined>(value: T): T {
  if (isList(value)) return value.map(item => withoutKey(item)) as unknown as T;
  if (!isObject(value)) return value;
  const shown = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutKey(member)])) as JsonObject;
  return (isHidden(value) && value.value !== undefined ? withMembers(shown, { value: '***' }) : shown) as T;
}
