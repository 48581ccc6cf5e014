import { StateError } from './errors';

/** Data of an execution: JSON. */
export type Data = null | boolean | number | string | readonly Data[] | { readonly [member: string]: Data };

/**
 * What a reference path names; `$$` is the context object. Of JSONPath only members and indexes are known here.
 *
 * @throws StateError if there is nothing at the path
 */
export function at(path: string, data: Data, context: Data): Data {
  const found = find(path, data, context);
  if (found === undefined) throw new StateError('States.Runtime', `The JSONPath '${path}' could not be found in the input.`);
  return found;
}

export function find(path: string, data: Data, context: Data): Data | undefined {
  const isOfContext = path.startsWith('$$');
  let here: Data | undefined = isOfContext ? context : data;
  for (const name of namesOf(path.slice(isOfContext ? 2 : 1), path)) {
    if (here === null || typeof here !== 'object') return undefined;
    here = (here as Readonly<Record<string, Data>>)[name];
  }
  return here;
}

function namesOf(rest: string, path: string): readonly string[] {
  const steps = [...rest.matchAll(/\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\['([^']+)'\]/g)];
  if (!path.startsWith('$') || steps.map(([text]) => text).join('') !== rest) throw new Error(`This is no path that is known here: ${path}`);
  return steps.map(([, member, index, quoted]) => member ?? index ?? quoted);
}

/** Fills a payload template: the members whose names end in `.$` are paths. */
export function filled(template: Data, data: Data, context: Data): Data {
  if (template === null || typeof template !== 'object') return template;
  if (Array.isArray(template)) return template.map(item => filled(item, data, context));
  return Object.fromEntries(Object.entries(template).map(([name, value]) => {
    if (!name.endsWith('.$')) return [name, filled(value, data, context)];
    if (typeof value !== 'string') throw new Error(`The value of ${name} must be a path, got: ${JSON.stringify(value)}`);
    if (value.startsWith('States.')) throw new Error(`Intrinsic functions are not known here: ${value}`);
    return [name.slice(0, -2), at(value, data, context)];
  }));
}

/** The input with a result in it. @param path null keeps the input as it is */
export function withResult(input: Data, result: Data, path: string | null = '$'): Data {
  if (path === null) return input;
  const names = namesOf(path.slice(1), path);
  const put = (into: Data | undefined, [name, ...rest]: readonly string[]): Data => {
    if (name === undefined) return result;
    if (into !== undefined && (into === null || typeof into !== 'object' || Array.isArray(into))) {
      throw new StateError('States.ResultPathMatchFailure', `The result cannot be put at ${path}.`);
    }
    const members = (into ?? {}) as Readonly<Record<string, Data>>;
    return { ...members, [name]: put(members[name], rest) };
  };
  return put(input, names);
}
