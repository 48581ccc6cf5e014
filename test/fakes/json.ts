import { isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json';

/**
 * JSON as it was received: a number that JavaScript would change keeps its spelling. The fakes have their own parser, so a
 * defect in the library's parser does not go unseen.
 */
export type Json = null | boolean | string | number | LosslessNumber | readonly Json[] | JsonObject;
export interface JsonObject { readonly [member: string]: Json | undefined }

export function parseJson(text: string): Json {
  return parse(text, undefined, spelling => String(Number(spelling)) === spelling ? Number(spelling) : new LosslessNumber(spelling)) as Json;
}

export function printJson(value: Json | undefined): string {
  return stringify(value) ?? 'null';
}

/** A deep copy without undefined members. */
export function copyOf<T extends Json>(value: T): T {
  return parseJson(printJson(value)) as T;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value) && !(value instanceof Date);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function isNumber(value: unknown): value is number | LosslessNumber {
  return typeof value === 'number' || isLosslessNumber(value);
}

export function objectIn(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return isList(value) ? value.filter(isObject) : [];
}

export function textsIn(value: Json | undefined): readonly string[] {
  return isList(value) ? value.filter(item => typeof item === 'string') : [];
}

export function textIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberIn(value: Json | undefined): number | undefined {
  return isNumber(value) ? Number(value.toString()) : undefined;
}
