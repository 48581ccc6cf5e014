import { AwsError } from './aws-error';
import { HttpCall } from './http-call';
import { Operation, operationNames, operationOf, ServiceName } from './shapes';
import { JsonObject } from '../json';

/** The operation that a REST call is for; empty if there is none. */
export function restAction(service: ServiceName, { method, url }: HttpCall): string {
  return operationNames(service).find(name => {
    const { http } = operationOf(service, name)!;
    return http !== undefined && http.method === method && patternOf(http.path).test(pathOf(url));
  }) ?? '';
}

/**
 * Reads the path and the parameters of a REST call into the members of the operation's shape.
 *
 * @throws AwsError if the call has a parameter that the operation does not know
 */
export function readRest({ url }: HttpCall, { input, http }: Operation): JsonObject {
  const parameters = new URL(url, 'http://localhost').searchParams;
  if (input.kind !== 'structure' || !http) throw new Error('A REST request is a structure.');
  const read = { ...patternOf(http.path).exec(pathOf(url))!.groups };
  const queries = new Set<string>();
  for (const [name, member] of input.members) {
    const { httpQuery, shape } = member();
    const text = httpQuery === undefined ? null : parameters.get(httpQuery);
    if (httpQuery === undefined || text === null) continue;
    queries.add(httpQuery);
    Object.assign(read, { [name]: shape.kind === 'number' ? Number(text) : text });
  }
  const unread = [...parameters.keys()].find(name => !queries.has(name));
  if (unread !== undefined) throw new AwsError('InvalidInput', `The parameter ${unread} is not recognized`);
  return read;
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

function pathOf(url: string): string {
  return decodeURIComponent(new URL(url, 'http://localhost').pathname);
}
