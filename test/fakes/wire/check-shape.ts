import { AwsError } from './aws-error';
import { Shape } from './shapes';
import { isList, isNumber, isObject, Json, JsonObject } from '../json';

/**
 * Refuses input that does not fit the request's shape. Unknown members are accepted: the library must keep members that are
 * newer than the SDK.
 */
export function checkShape(input: JsonObject, shape: Shape): void {
  const problem = misfit(input, shape, '');
  if (problem !== undefined) throw new AwsError('SerializationException', problem);
  const absent = shape.kind === 'structure' ? shape.required.find(name => input[name] === undefined || input[name] === null) : undefined;
  if (absent !== undefined) throw new AwsError('InvalidParameterException', `${absent} can not be null.`);
}

function misfit(value: Json | undefined, shape: Shape, path: string): string | undefined {
  if (value === undefined || value === null || shape.kind === 'document') return undefined;
  if (shape.kind === 'structure') {
    if (!isObject(value)) return `${path}: expected a structure.`;
    return first([...shape.members].map(([name, member]) => misfit(value[name], member().shape, path === '' ? name : `${path}.${name}`)));
  }
  if (shape.kind === 'list') {
    return isList(value) ? first(value.map((item, index) => misfit(item, shape.item().shape, `${path}[${index}]`))) : `${path}: expected a list.`;
  }
  if (shape.kind === 'map') {
    if (!isObject(value)) return `${path}: expected a map.`;
    return first(Object.entries(value).map(([name, item]) => misfit(item, shape.value().shape, `${path}.${name}`)));
  }
  const fits = shape.kind === 'number' || shape.kind === 'time' ? isNumber(value)
    : typeof value === (shape.kind === 'boolean' ? 'boolean' : 'string');
  return fits ? undefined : `${path}: a ${isNumber(value) ? 'number' : typeof value} can not be converted to a ${shape.kind}.`;
}

function first(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find(problem => problem !== undefined);
}
