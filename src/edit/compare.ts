import { isEmpty, isSameScalar, withoutDefaults } from './defaults';
import { isList, isObject, Json, JsonObject, memberIn, textIn } from './json';

/**
 * The members of `wanted` that `found` does not have, or has with another value, as paths such as
 * `containerDefinitions[web].portMappings[0].appProtocol`. Other members of `found` are ignored: AWS adds empty collections
 * and defaults.
 */
export function missingFrom(found: Json | undefined, wanted: Json, path = ''): string[] {
  if (found === undefined || found === null) return isEmpty(wanted) ? [] : [path];
  if (wanted === null) return isEmpty(found) ? [] : [path];
  if (isObject(wanted) && isObject(found)) {
    return Object.entries(wanted).flatMap(([name, value]) => missingFrom(memberIn(found, name), value, path === '' ? name : `${path}.${name}`));
  }
  if (isList(wanted) && isList(found)) return found.length === wanted.length ? missingFromList(found, wanted, path) : [path];
  return isSameScalar(found, wanted) ? [] : [path];
}

function missingFromList(found: readonly Json[], wanted: readonly Json[], path: string): string[] {
  const labels = wanted.map(labelOf);
  // ECS may return lists of named items, such as an environment, in another order.
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

/** Whether two bodies make the same task definition: they differ only in what AWS adds. */
export function isSameTask(a: JsonObject, b: JsonObject): boolean {
  const [one, other] = [withoutDefaults(a), withoutDefaults(b)];
  return missingFrom(other, one).length === 0 && missingFrom(one, other).length === 0;
}
