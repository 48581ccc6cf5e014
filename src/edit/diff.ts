import { isList, isNumber, isObject, isSameNumber, Json, JsonObject, memberIn, textIn } from './json';
import { isHidden } from './redact';

/** One member that an edit changes. `before` is absent if the member is new, `after` if it is removed. */
export interface Change {
  /** e.g. `containerDefinitions[web].image` */
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

/**
 * The differences between two bodies. Containers and other named items are compared by name, everything else by index. If an
 * API key changes, the change has its whole entry: the name in it says that the value must not be shown.
 */
export function changesBetween(before: Json | undefined, after: Json | undefined, path = ''): Change[] {
  if (isObject(before) && isObject(after) && !isHidden(before) && !isHidden(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap(name => changesBetween(memberIn(before, name), memberIn(after, name), path === '' ? name : `${path}.${name}`));
  }
  if (isList(before) && isList(after)) return changesInList(before, after, path);
  if (isEqual(before, after)) return [];
  return [{ path, ...before === undefined ? {} : { before }, ...after === undefined ? {} : { after } }];
}

function changesInList(before: readonly Json[], after: readonly Json[], path: string): Change[] {
  const oldItems = labelledItems(before);
  const newItems = labelledItems(after);
  if (oldItems && newItems) {
    const labels = [...new Set([...oldItems.keys(), ...newItems.keys()])];
    const keptBefore = [...oldItems.keys()].filter(label => newItems.has(label));
    const keptAfter = [...newItems.keys()].filter(label => oldItems.has(label));
    return [
      ...labels.flatMap(label => changesBetween(oldItems.get(label), newItems.get(label), `${path}[${label}]`)),
      ...isEqual(keptBefore, keptAfter) ? [] : [{ path: `${path} (order)`, before: [...oldItems.keys()], after: [...newItems.keys()] }],
    ];
  }
  const isText = [...before, ...after].every(item => typeof item === 'string');
  if (isText) return isEqual(before, after) ? [] : [{ path, before, after }];
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => changesBetween(before[index], after[index], `${path}[${index}]`)).flat();
}

/** The items of a list by name; undefined if an item has no name, or two have the same. */
function labelledItems(list: readonly Json[]): Map<string, JsonObject> | undefined {
  const items = new Map<string, JsonObject>();
  for (const item of list) {
    const label = isObject(item) ? textIn(item.name) ?? textIn(item.key) : undefined;
    if (label === undefined || items.has(label)) return undefined;
    items.set(label, item as JsonObject);
  }
  return items;
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

/** Whether two bodies are the same JSON, whatever the order of their members and the spelling of their numbers. */
export function isSameJson(a: Json, b: Json): boolean {
  return isEqual(a, b);
}
