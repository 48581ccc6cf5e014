import { isList, isObject, Json, JsonObject, textIn, withMembers } from './json';
import { MAX_TAGS } from '../agent';

/**
 * The tag that names the revision of the family that ran before the agent was added. It has only the number: an ARN may be longer
 * than the 256 characters that a tag's value may have.
 */
export const MARK = 'postman:previous_revision';

/** The tag that says that adding the agent also gave the execution role access to the secret. Removing the agent then revokes it. */
const GRANT_MARK = 'postman:secret_access_granted';

/**
 * The task definition with the mark of the revision that it was made from, in the place of an older mark if it has one; the
 * same object if ECS would not accept another tag.
 */
export function markedWith(body: JsonObject, revision: number): JsonObject {
  const tags = tagsIn(body);
  if (tags === undefined) return body;
  const marked = tags.filter(tag => !isMark(tag));
  if (marked.length >= MAX_TAGS) return body;
  const place = tags.findIndex(isMark);
  marked.splice(place < 0 ? marked.length : place, 0, { key: MARK, value: String(revision) });
  return withMembers(body, { tags: marked });
}

/** The revision that ran before the agent was added; undefined if there is no valid mark. */
export function previousRevision(body: JsonObject): number | undefined {
  const mark = tagsIn(body)?.find(isMark) as JsonObject | undefined;
  const value = textIn(mark?.value) ?? '';
  return /^[1-9]\d{0,14}$/.test(value) ? Number(value) : undefined;
}

/** The task definition with the mark of the grant; the same object if it has that mark, or if ECS would not accept another tag. */
export function markedAsGranted(body: JsonObject): JsonObject {
  const tags = tagsIn(body);
  if (tags === undefined || tags.length >= MAX_TAGS || isGranted(body)) return body;
  return withMembers(body, { tags: [...tags, { key: GRANT_MARK, value: 'true' }] });
}

export function isGranted(body: JsonObject): boolean {
  return (tagsIn(body) ?? []).some(tag => isObject(tag) && tag.key === GRANT_MARK);
}

/** The task definition without both marks. RegisterTaskDefinition rejects an empty list of tags, so that is left out. */
export function withoutMark(body: JsonObject): JsonObject {
  const tags = tagsIn(body) ?? [];
  const others = tags.filter(tag => !isMark(tag) && !(isObject(tag) && tag.key === GRANT_MARK));
  return others.length === tags.length ? body : withMembers(body, { tags: others.length === 0 ? undefined : others });
}

/** Empty if the member is absent; undefined if it is not a list. */
function tagsIn({ tags }: JsonObject): readonly Json[] | undefined {
  return isList(tags) ? tags : tags === undefined || tags === null ? [] : undefined;
}

function isMark(tag: Json): boolean {
  return isObject(tag) && tag.key === MARK;
}
