import { compareNumber, isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json';

/**
 * JSON as it was read. Numbers keep their spelling, since a revision may have integers that do not fit in a JavaScript number.
 * Members keep their order, except names that are whole numbers, which JavaScript puts first.
 */
export type Json = null | boolean | string | number | LosslessNumber | readonly Json[] | JsonObject;
export interface JsonObject { readonly [member: string]: Json }

/** @throws SyntaxError if the text is not JSON, or if an object has the same member twice with two values. */
export function parseJson(text: string): Json {
  return withCompactTexts(parse(text) as Json, JSON.parse(text) as Json);
}

/** lossless-json makes texts character by character, which takes ten times the memory of those that the engine reads. */
function withCompactTexts(value: Json, compact: Json): Json {
  if (typeof value === 'string') return compact;
  if (!isList(value) && !isObject(value)) return value;
  const [members, texts] = [value, compact] as unknown as readonly [Record<string, Json>, Record<string, Json>];
  for (const name of Object.keys(members)) members[name] = withCompactTexts(members[name], texts[name]);
  return value;
}

/** @param indent spaces; everything is on one line if it is left out */
export function printJson(value: Json, indent?: number): string {
  return stringify(value, undefined, indent)!;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isNumber(value: Json | undefined): value is number | LosslessNumber {
  return typeof value === 'number' || isLosslessNumber(value);
}

/** The entries of a list; empty if the value is not a list. */
export function listIn(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}

/** The objects of a list; empty if the value is not a list. */
export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return listIn(value).filter(isObject);
}

/** A number, or digits in a text, as ECS accepts a task's sizes; undefined for anything else. */
export function numberIn(value: Json | undefined): number | undefined {
  if (isNumber(value)) return Number(value.toString());
  return typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : undefined;
}

export function textIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A member whose name comes from the data, such as a label. Inherited names such as `constructor` are not members. */
export function memberIn(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** A copy with some members set, and those set to undefined left out. Other members keep their place. */
export function withMembers(object: JsonObject, members: { readonly [name: string]: Json | undefined }): JsonObject {
  const entries = new Map<string, Json>(Object.entries(object));
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined) entries.delete(name);
    else entries.set(name, value);
  }
  return Object.fromEntries(entries);
}

/** Whether two numbers are the same, however they are spelled and however many digits they have. */
export function isSameNumber(a: number | LosslessNumber, b: number | LosslessNumber): boolean {
  return compareNumber(a.toString(), b.toString()) === 0;
}
