import { Json, JsonObject, textIn, withMembers } from './json';
import { CREATED_BY, hasKey, tagsIn, withTags } from './tags';
import { MAX_TAGS } from '../agent';

/**
 * The tag that names the revision of the family that ran before the agent was added. It has only the number: an ARN may be longer
 * than the 256 characters that a tag's value may have.
 */
export const MARK = 'postman:previous_revision';

/** The tag that names the owner of the agent, if one stack owns it: no other stack may change or remove it. */
const OWNER_MARK = 'postman:attached_by';

/** A tag of earlier versions: adding the agent also gave the execution role access to the secret. The role's policies say that now. */
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

/**
 * The task definition with the mark of the agent's owner; the same object if ECS would not accept another tag.
 *
 * @param owner at most 256 of the characters that a tag may have
 */
export function ownedBy(body: JsonObject, owner: string): JsonObject {
  return withTags(body, [{ key: OWNER_MARK, value: owner }]);
}

/** The owner of the agent; undefined if it has no mark of one. */
export function ownerOf(body: JsonObject): string | undefined {
  return textIn((tagsIn(body)?.find(isOwnerMark) as JsonObject | undefined)?.value);
}

/** Whether a command has added the agent to a revision. What registers task definitions from its own configuration, such as a stack, sets no such tag. */
export function isMarked(body: JsonObject): boolean {
  return (tagsIn(body) ?? []).some(tag => isMark(tag) || hasKey(tag, CREATED_BY));
}

/** The revision that ran before the agent was added; undefined if there is no valid mark. */
export function previousRevision(body: JsonObject): number | undefined {
  const mark = tagsIn(body)?.find(isMark) as JsonObject | undefined;
  const value = textIn(mark?.value) ?? '';
  return /^[1-9]\d{0,14}$/.test(value) ? Number(value) : undefined;
}

/** The task definition without the marks, and without the tag of earlier versions. RegisterTaskDefinition rejects an empty list of tags, so that is left out. */
export function withoutMark(body: JsonObject): JsonObject {
  const tags = tagsIn(body) ?? [];
  const others = tags.filter(tag => !isMark(tag) && !isOwnerMark(tag) && !hasKey(tag, GRANT_MARK));
  return others.length === tags.length ? body : withMembers(body, { tags: others.length === 0 ? undefined : others });
}

function isMark(tag: Json): boolean {
  return hasKey(tag, MARK);
}

function isOwnerMark(tag: Json): boolean {
  return hasKey(tag, OWNER_MARK);
}
