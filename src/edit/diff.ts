import { isList, isNumber, isObject, isSameNumber, Json, JsonObject, memberIn, textIn } from './json';
import { isKeyEntry } from './redact';

/** One member that an edit changes. `before` is absent where it is new, `after` where it goes. */
export interface Change {
  /** e.g. `containerDefinitions[web].image` */
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

/**
 * What differs between two bodies. Containers and other named things are compared by name, the rest by place. An API key that
 * changes is a change of its whole entry, whose name tells that its value must not be shown.
 */
export function changesBetween(before: Json | undefined, after: Json | undefined, path = ''): Change[] {
  if (isObject(before) && isObject(after) && !isKeyEntry(before) && !isKeyEntry(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap(name => changesBetween(memberIn(before, name), memberIn(after, name), path === '' ? name : `${path}.${name}`));
  }
  if (isList(before) && isList(after)) return changesInList(before, after, path);
  if (isEqual(before, after)) return [];
  return [{ path, ...before === undefined ? {} : { before }, ...after === undefined ? {} : { after } }];
}

function changesInList(before: readonly Json[], after: readonly Json[], path: string): Change[] {
  const old = labelsOf(before);
  const young = labelsOf(after);
  if (old && young) {
    const labels = [...new Set([...old.keys(), ...young.keys()])];
    const moved = [...old.keys()].filter(label => young.has(label)).join('\0') !== [...young.keys()].filter(label => old.has(label)).join('\0');
    return [
      ...labels.flatMap(label => changesBetween(old.get(label), young.get(label), `${path}[${label}]`)),
      ...moved ? [{ path: `${path} (order)`, before: [...old.keys()], after: [...young.keys()] }] : [],
    ];
  }
  const isText = [...before, ...after].every(item => typeof item === 'string');
  if (isText) return isEqual(before, after) ? [] : [{ path, before, after }];
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => changesBetween(before[index], after[index], `${path}[${index}]`)).flat();
}

/** The things of a list by name, where all have one of their own. */
function labelsOf(list: readonly Json[]): Map<string, JsonObject> | undefined {
  const labelled = new Map<string, JsonObject>();
  for (const item of list) {
    const label = isObject(item) ? textIn(item.name) ?? textIn(item.key) : undefined;
    if (label === undefined || labelled.has(label)) return undefined;
    labelled.set(label, item as JsonObject);
  }
  return labelled;
}

function isEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (isNumber(a) && isNumber(b)) return isSameNumber(a, b);
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a);
    return names.length === Object.keys(b).length && names.every(name => isEqual(memberIn(a, name), memberIn(b, name)));
  }
  return a === b;
}

/** Whether two bodies are the same JSON, but for the order of members and the spelling of numbers. */
export function isSameJson(a: Json, b: Json): boolean {
  return isEqual(a, b);
}
