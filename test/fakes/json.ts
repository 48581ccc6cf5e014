import { isLosslessNumber, LosslessNumber, parse, stringify } from 'lossless-json';

/**
 * JSON as it came in: a number whose spelling a JavaScript number would change stays as it was spelled. The fakes have a
 * reader of their own, so that a fault in the library's does not hide in them.
 */
export type Json = null | boolean | string | number | LosslessNumber | readonly Json[] | JsonObject;
export interface JsonObject { readonly [member: string]: Json | undefined }

export function parseJson(text: string): Json {
  return parse(text, undefined, spelling => String(Number(spelling)) === spelling ? Number(spelling) : new LosslessNumber(spelling)) as Json;
}

export function printJson(value: Json | undefined): string {
  return stringify(value) ?? 'null';
}

/** A copy that shares nothing; members that are undefined are left out. */
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
