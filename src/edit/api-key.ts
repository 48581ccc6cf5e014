import { isSameJson } from './diff';
import { isObject, Json, JsonObject, listIn, objectsIn, textIn, withMembers } from './json';
import { isKeyEntry } from './redact';

/** Whether the container has the key, in clear text or from a secret. */
export function hasApiKey(container: JsonObject): boolean {
  return hasPlaintextKey(container) || usesSecretKey(container);
}

export function usesSecretKey(container: JsonObject): boolean {
  return objectsIn(container.secrets).some(isKeyEntry);
}

/** What the key comes from: the ARN of a secret, or the ARN or the name of a parameter. */
export function keyReferenceOf({ secrets }: JsonObject): string | undefined {
  return textIn(objectsIn(secrets).find(isKeyEntry)?.valueFrom);
}

/** Whether the key is in the task definition in clear text. Everyone who may describe the task definition can read it there. */
export function hasPlaintextKey(container: JsonObject): boolean {
  return plaintextKeysOf(container).length > 0;
}

/** The keys of a container that are in clear text, one for each variable. They must never be shown. */
export function plaintextKeysOf({ environment }: JsonObject): string[] {
  return objectsIn(environment).flatMap(entry => isKeyEntry(entry) && typeof entry.value === 'string' && entry.value !== '' ? entry.value : []);
}

/** The container with the key as `wanted` has it, and no other key, under any of the variables. */
export function withApiKey(container: JsonObject, wanted: JsonObject): JsonObject {
  const members = { environment: replaced(container, wanted, 'environment'), secrets: replaced(container, wanted, 'secrets') };
  return members.environment === container.environment && members.secrets === container.secrets ? container : withMembers(container, members);
}

/** The member with the keys of `wanted`, in the place of the first key that was there. */
function replaced(container: JsonObject, wanted: JsonObject, member: 'environment' | 'secrets'): Json | undefined {
  const isKey = (entry: Json) => isObject(entry) && isKeyEntry(entry);
  const before = listIn(container[member]);
  const keys = listIn(wanted[member]).filter(isKey);
  if (isSameJson(before.filter(isKey), keys)) return container[member];
  const entries = before.filter(entry => !isKey(entry));
  const place = before.findIndex(isKey);
  entries.splice(place < 0 ? entries.length : place, 0, ...keys);
  return entries.length === 0 ? undefined : entries;
}
