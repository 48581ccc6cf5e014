import { Change, isList, isObject, Json, JsonObject, printJson, shownChange } from '../edit';
import { DiffLine } from './report';

/** An added container is shown member by member, a changed one by its changes, a removed one by its image. */
export function changeLines(change: Change): DiffLine[] {
  const { before, after } = shownChange(change);
  const hidesKey = printJson(before ?? null) === printJson(after ?? null);
  if (before === undefined) return membersOf(change.path, after!).map(text => ({ sign: '+', text }));
  if (after === undefined) return [{ sign: '-', text: `${change.path}  ${shown(isObject(before) ? before.image ?? before : before)}` }];
  return [{ sign: '-', text: `${change.path}  ${shown(before)}` }, { sign: '+', text: `${change.path}  ${shown(after)}${hidesKey ? ' (new value)' : ''}` }];
}

function membersOf(path: string, value: Json): string[] {
  if (!isObject(value) || !/^containerDefinitions\[[^[\]]*\]$/.test(path)) return [`${path}  ${shown(value)}`];
  const width = Math.max(...Object.keys(value).map(({ length }) => length));
  return [path, ...Object.entries(value).filter(([name]) => name !== 'name').flatMap(([name, member]) =>
    itemsOf(member).map((item, index) => `    ${(index === 0 ? name : '').padEnd(width)}  ${shown(item)}`))];
}

/** Variables and secrets are shown one per line. */
function itemsOf(member: Json): readonly Json[] {
  return isList(member) && member.length > 1 && member.every(item => isObject(item) && isPair(item)) ? member : [member];
}

function shown(value: Json): string {
  if (typeof value === 'string') return value;
  if (isObject(value) && isPair(value)) return pair(value);
  if (isList(value) && value.length > 0 && value.every(item => isObject(item) && isPair(item))) return value.map(item => pair(item as JsonObject)).join(' ');
  return Array.isArray(value) && value.length > 0 && value.every(item => typeof item === 'string') ? value.map(quoteIfNeeded).join(' ') : printJson(value);
}

/** A variable, a secret or a tag. */
function isPair(value: JsonObject): boolean {
  return Object.keys(value).length === 2 && typeof (value.name ?? value.key) === 'string' && typeof (value.value ?? value.valueFrom) === 'string';
}

function pair({ name, key, value, valueFrom }: JsonObject): string {
  return valueFrom === undefined ? `${String(name ?? key)}=${String(value)}` : `${String(name)} from ${String(valueFrom)}`;
}

function quoteIfNeeded(argument: string): string {
  return /^[\w./:@%+=,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
