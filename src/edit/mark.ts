import { isList, isObject, Json, JsonObject, textIn, withMembers } from './json';
import { MAX_TAGS } from '../agent';

/**
 * The tag that names the revision of the family which ran before the agent was added. The number alone: an ARN may be longer
 * than the 256 characters of a tag's value.
 */
export const MARK = 'postman:previous_revision';

/** The tag that tells that the execution role was given access to the secret when the agent was added, so that removing it takes that away. */
const GRANT_MARK = 'postman:secret_access_granted';

/**
 * The task definition with the mark of the revision that it was made from, in the place of the mark that it had, if any; the
 * same object where ECS would take no further tag.
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

/** The revision that ran before the agent was added; undefined where no mark, or none that is a revision, tells. */
export function previousRevision(body: JsonObject): number | undefined {
  const mark = tagsIn(body)?.find(isMark) as JsonObject | undefined;
  const value = textIn(mark?.value) ?? '';
  return /^[1-9]\d{0,14}$/.test(value) ? Number(value) : undefined;
}

/** The task definition with the mark that the execution role was given access to the secret. */
export function markedAsGranted(body: JsonObject): JsonObject {
  const tags = tagsIn(body);
  if (tags === undefined || tags.length >= MAX_TAGS || isGranted(body)) return body;
  return withMembers(body, { tags: [...tags, { key: GRANT_MARK, value: 'true' }] });
}

export function isGranted(body: JsonObject): boolean {
  return (tagsIn(body) ?? []).some(tag => isObject(tag) && tag.key === GRANT_MARK);
}

/** RegisterTaskDefinition takes no empty list of tags. */
export function withoutMark(body: JsonObject): JsonObject {
  const tags = tagsIn(body) ?? [];
  const others = tags.filter(tag => !isMark(tag) && !(isObject(tag) && tag.key === GRANT_MARK));
  return others.length === tags.length ? body : withMembers(body, { tags: others.length === 0 ? undefined : others });
}

/** None where the member is absent; undefined where it is something that nobody here knows. */
function tagsIn({ tags }: JsonObject): readonly Json[] | undefined {
  return isList(tags) ? tags : tags === undefined || tags === null ? [] : undefined;
}

function isMark(tag: Json): boolean {
  return isObject(tag) && tag.key === MARK;
}
