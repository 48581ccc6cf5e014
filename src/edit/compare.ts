import { isSameScalar, saysNothing, stated } from './defaults';
import { isList, isObject, Json, JsonObject, memberIn, textIn } from './json';

/**
 * The members of `wanted` that `found` does not have, or has otherwise, as paths such as
 * `containerDefinitions[web].portMappings[0].appProtocol`. What `found` has beyond them is not looked at: AWS spells out
 * empty collections and defaults.
 */
export function missingFrom(found: Json | undefined, wanted: Json, path = ''): string[] {
  if (found === undefined || found === null) return saysNothing(wanted) ? [] : [path];
  if (wanted === null) return saysNothing(found) ? [] : [path];
  if (isObject(wanted) && isObject(found)) {
    return Object.entries(wanted).flatMap(([name, value]) => missingFrom(memberIn(found, name), value, path === '' ? name : `${path}.${name}`));
  }
  if (isList(wanted) && isList(found)) return found.length === wanted.length ? missingFromList(found, wanted, path) : [path];
  return isSameScalar(found, wanted) ? [] : [path];
}

function missingFromList(found: readonly Json[], wanted: readonly Json[], path: string): string[] {
  const labels = wanted.map(labelOf);
  // ECS may give back lists of named things, such as an environment, in another order.
  const areNamed = labels.every(label => label !== undefined) && new Set(labels).size === labels.length;
  return wanted.flatMap((value, index) => {
    const label = labels[index];
    const counterpart = areNamed ? found.find(item => labelOf(item) === label) : found[index];
    return missingFrom(counterpart, value, `${path}[${areNamed ? label : index}]`);
  });
}

function labelOf(value: Json): string | undefined {
  return isObject(value) ? textIn(value.name) ?? textIn(value.key) : undefined;
}

/** Whether two bodies make the same task definition: they differ at most in what AWS spells out. */
export function isSameTask(a: JsonObject, b: JsonObject): boolean {
  const [one, other] = [stated(a), stated(b)];
  return missingFrom(other, one).length === 0 && missingFrom(one, other).length === 0;
}
