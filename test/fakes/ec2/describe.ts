import { Ec2State } from './state';
import { JsonObject, numberIn, objectsIn, textIn, textsIn } from '../json';
import { pageOf, placeOf } from '../paging';
import { matches } from '../policy/evaluate';
import { AwsError } from '../wire/aws-error';

/** How one kind of resource is described: by id, by filters, page by page. */
export interface Kind<T> {
  /** The member of the answer. */
  readonly set: string;
  readonly all: (state: Ec2State) => readonly T[];
  readonly id: (resource: T) => string | undefined;
  /** The member of the request that lists ids. */
  readonly ids: string;
  /** EC2's error code and message for an unknown id. */
  readonly notFound: (id: string) => AwsError;
  readonly filters: Readonly<Record<string, (resource: T) => unknown>>;
  /** How a resource is put into the answer. @default - unchanged */
  readonly render?: (found: readonly T[]) => readonly object[];
}

export function describe<T extends object>(state: Ec2State, kind: Kind<T>, input: JsonObject): object {
  refuseDryRun(input);
  const all = kind.all(state);
  const ids = textsIn(input[kind.ids]);
  if (ids.length > 0 && input.MaxResults !== undefined) {
    throw new AwsError('InvalidParameterCombination', `The parameter ${kind.ids} cannot be used with the parameter maxResults`);
  }
  const missing = ids.find(id => !all.some(resource => kind.id(resource) === id));
  if (missing !== undefined) throw kind.notFound(missing);
  const filters = objectsIn(input.Filters ?? input.Filter);
  const unknown = filters.map(({ Name }) => textIn(Name) ?? '').find(name => !(name in kind.filters) && !/^tag(-key$|:)/.test(name));
  if (unknown !== undefined) throw new AwsError('InvalidParameterValue', `The filter '${unknown}' is invalid`);
  const found = all.filter(resource => (ids.length === 0 || ids.includes(kind.id(resource)!)) && filters.every(filter => passes(resource, kind, filter)));
  return page(state, kind.set, kind.render?.(found) ?? found, input);
}

export function page(state: Ec2State, set: string, all: readonly object[], input: JsonObject): object {
  const size = numberIn(input.MaxResults) ?? state.pageSize;
  if (input.MaxResults !== undefined && (size < 5 || size > 1000)) {
    throw new AwsError('InvalidParameterValue', `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`);
  }
  const { items, nextToken } = pageOf(all, placeOf(textIn(input.NextToken), () => new AwsError('InvalidParameterValue', 'Invalid value for nextToken')), size);
  return { [set]: items, NextToken: nextToken };
}

export function refuseDryRun({ DryRun }: JsonObject): void {
  if (DryRun === true) throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}

function passes<T extends object>(resource: T, { filters }: Kind<T>, filter: JsonObject): boolean {
  const name = textIn(filter.Name) ?? '';
  const found = valuesFor(resource, filters, name).map(String);
  return textsIn(filter.Values).some(pattern => found.some(value => matches(pattern, value)));
}

function valuesFor<T extends object>(resource: T, filters: Kind<T>['filters'], name: string): readonly unknown[] {
  const tags = (resource as { Tags?: readonly { Key?: string; Value?: string }[] }).Tags ?? [];
  if (name === 'tag-key') return tags.map(({ Key }) => Key);
  if (name.startsWith('tag:')) return tags.filter(({ Key }) => Key === name.slice(4)).map(({ Value }) => Value);
  const values = filters[name](resource);
  return (Array.isArray(values) ? values as readonly unknown[] : [values]).filter(value => value !== undefined);
}
