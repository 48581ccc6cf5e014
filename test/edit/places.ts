import { isList, isObject, Json, JsonObject, withMembers } from '../../src/edit';

/** A value that is neither a list nor an object, with its path. */
export interface Place { readonly path: readonly (string | number)[]; readonly value: Json }

export function placesIn(value: Json, path: Place['path'] = []): Place[] {
  if (isObject(value)) return Object.entries(value).flatMap(([name, member]) => placesIn(member, [...path, name]));
  if (isList(value)) return value.flatMap((item, index) => placesIn(item, [...path, index]));
  return [{ path, value }];
}

/** A copy with one value replaced, or left out. */
export function replaced(body: JsonObject, path: Place['path'], by: (value: Json) => Json | undefined): JsonObject {
  return at(body, path) as JsonObject;

  function at(value: Json, [step, ...rest]: Place['path']): Json | undefined {
    if (step === undefined) return by(value);
    if (isList(value)) return value.map((item, index) => index === step ? at(item, rest)! : item);
    return withMembers(value as JsonObject, { [step]: at(Object.entries(value as JsonObject).find(([name]) => name === step)![1], rest) });
  }
}
