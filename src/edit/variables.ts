import { isObject, Json, JsonObject, listIn, objectsIn, textIn, withMembers } from './json';
import { Variable } from '../agent';

/** A variable of a container, in clear text or from a secret: its value, or the ARN that it comes from. */
export function valueOfVariable({ environment, secrets }: JsonObject, name: string): Json | undefined {
  const found = [...objectsIn(environment), ...objectsIn(secrets)].find(entry => entry.name === name);
  return found === undefined ? undefined : found.value ?? found.valueFrom ?? '';
}

/** Whether a variable has a value. The agent takes an empty variable for one that is not set. */
export function isSet({ environment, secrets }: JsonObject, name: string): boolean {
  const entries = [...objectsIn(environment), ...objectsIn(secrets)].filter(entry => entry.name === name);
  return entries.length > 0 && entries.every(({ value, valueFrom = value }) => valueFrom !== undefined && valueFrom !== '');
}

/**
 * The container with these variables, each in the place of one that had the name, or at the end; the same object if it has them.
 * ECS rejects a name that is among the variables and among the secrets, so a secret of the name is left out.
 */
export function withVariables(container: JsonObject, variables: readonly Variable[]): JsonObject {
  return variables.reduce((edited, { name, value }) => {
    const before = listIn(edited.environment);
    const isIt = (entry: Json) => isObject(entry) && entry.name === name;
    const place = before.findIndex(isIt);
    const environment = before.filter((entry, index) => !isIt(entry) || index === place);
    const isSame = place >= 0 && environment.length === before.length && textIn((before[place] as JsonObject).value) === value;
    const set = isSame ? edited : withMembers(edited, {
      environment: place < 0 ? [...environment, { name, value }] : environment.map(entry => isIt(entry) ? { name, value } : entry),
    });
    return withoutEntries(set, 'secrets', other => other === name);
  }, container);
}

/** The container without the variables and secrets of these names; the same object if it has none. */
export function withoutVariables(container: JsonObject, isNamed: (name: string) => boolean): JsonObject {
  return withoutEntries(withoutEntries(container, 'environment', isNamed), 'secrets', isNamed);
}

function withoutEntries(container: JsonObject, member: 'environment' | 'secrets', isNamed: (name: string) => boolean): JsonObject {
  const before = listIn(container[member]);
  const kept = before.filter(entry => !isObject(entry) || !isNamed(textIn(entry.name) ?? ''));
  return kept.length === before.length ? container : withMembers(container, { [member]: kept.length === 0 ? undefined : kept });
}
