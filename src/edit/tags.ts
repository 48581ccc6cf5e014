import { isList, isObject, Json, JsonObject, withMembers } from './json';
import { MAX_TAGS } from '../agent';

/** A tag of a task definition or a service. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** The key of the tag with which Postman's own tool for ECS, and this program, say what they have made. */
export const CREATED_BY = 'postman:created_by';

/** Empty if the member is absent; undefined if it is not a list. */
export function tagsIn({ tags }: JsonObject): readonly Json[] | undefined {
  return isList(tags) ? tags : tags === undefined || tags === null ? [] : undefined;
}

export function hasKey(tag: Json, key: string): boolean {
  return isObject(tag) && tag.key === key;
}

/** The body with these tags at the end, in place of those of their keys; the same object if its tags are no list, or if ECS would not accept more. */
export function withTags(body: JsonObject, own: readonly Tag[]): JsonObject {
  const others = tagsIn(body)?.filter(tag => !own.some(({ key }) => hasKey(tag, key)));
  if (others === undefined || others.length + own.length > MAX_TAGS) return body;
  return withMembers(body, { tags: [...others, ...own.map(tag => ({ ...tag }))] });
}
