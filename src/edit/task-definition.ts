import { isList, isObject, Json, JsonObject, objectsIn, textIn, withMembers } from './json';

/**
 * The members that DescribeTaskDefinition returns and RegisterTaskDefinition does not accept. Every other member is kept, also
 * members that this version does not know. A test compares this list with the two shapes in the AWS SDK's model.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html
 */
export const OUTPUT_ONLY: readonly string[] = [
  'taskDefinitionArn', 'revision', 'status', 'requiresAttributes', 'compatibilities', 'registeredAt', 'deregisteredAt', 'deleteRequestedAt', 'registeredBy',
];

/**
 * The body with which RegisterTaskDefinition makes the same task definition again.
 *
 * @param answer the answer of DescribeTaskDefinition with `include: ["TAGS"]`, in which tags are beside the task definition
 * @throws Error if the answer has no task definition
 */
export function registrable(answer: Json): JsonObject {
  const described = isObject(answer) ? answer.taskDefinition : undefined;
  if (!isObject(described)) throw new Error('The answer of DescribeTaskDefinition has no task definition.');
  const body = withMembers(described, Object.fromEntries(OUTPUT_ONLY.map(name => [name, undefined])));
  const { tags } = answer as JsonObject;
  return tags === undefined ? body : withMembers(body, { tags: ownTags(tags) });
}

/** Without AWS's own tags, which only AWS can set. */
function ownTags(tags: Json): Json | undefined {
  if (!isList(tags)) return tags ?? undefined;
  const own = tags.filter(tag => !isObject(tag) || !textIn(tag.key)?.toLowerCase().startsWith('aws:'));
  // DescribeTaskDefinition returns an empty list of tags, but RegisterTaskDefinition rejects one.
  return own.length === 0 ? undefined : own;
}

export function containersOf(body: JsonObject): readonly JsonObject[] {
  return objectsIn(body.containerDefinitions);
}

/** The name of a container in messages. */
export function nameOf(container: JsonObject): string {
  return textIn(container.name) ?? '(no name)';
}
