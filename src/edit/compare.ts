import { isList, isNumber, isObject, isSameNumber, Json, JsonObject, textIn } from './json';

/**
 * The members of `wanted` that `found` does not have, or has otherwise, as paths such as
 * `containerDefinitions[web].portMappings[0].appProtocol`. What `found` has beyond them is not looked at: AWS spells out
 * empty collections and defaults.
 */
export function missingFrom(found: Json | undefined, wanted: Json, path = ''): string[] {
  if (isObject(wanted)) {
    if (!isObject(found)) return found === undefined && Object.keys(wanted).length === 0 ? [] : [path];
    return Object.entries(wanted).flatMap(([name, value]) => missingFrom(found[name], value, path === '' ? name : `${path}.${name}`));
  }
  if (isList(wanted)) {
    if (found === undefined && wanted.length === 0) return [];
    return isList(found) && found.length === wanted.length ? missingFromList(found, wanted, path) : [path];
  }
  return isSame(found, wanted) ? [] : [path];
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

function isSame(found: Json | undefined, wanted: Json): boolean {
  if (isNumber(wanted)) return isNumber(found) && isSameNumber(found, wanted);
  // ECS answers a member that was given as null by leaving it out.
  return found === wanted || (wanted === null && found === undefined);
}

/** Whether two bodies make the same task definition: they differ at most in what AWS spells out. */
export function isSameTask(a: JsonObject, b: JsonObject): boolean {
  const [one, other] = [stated(a), stated(b)];
  return missingFrom(other, one).length === 0 && missingFrom(one, other).length === 0;
}

/** Without what says nothing: AWS answers empty collections and zeros for members that were not given. */
function stated(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).flatMap(([name, member]) => {
    const said = statedIn(member);
    return isBlank(said) ? [] : [[name, said]];
  }));
}

function statedIn(value: Json): Json {
  if (isObject(value)) return stated(value);
  return isList(value) ? value.map(statedIn) : value;
}

/** False and empty text are no blanks: an essential container is not one that is not. */
function isBlank(value: Json): boolean {
  if (isObject(value)) return Object.keys(value).length === 0;
  if (isList(value)) return value.length === 0;
  return isNumber(value) ? isSameNumber(value, 0) : value === null;
}
