import { isList, isObject, Json, JsonObject, objectsIn, textIn, withMembers } from './json';

/**
 * What DescribeTaskDefinition tells and RegisterTaskDefinition does not take. Everything else is kept, also what nobody here
 * has heard of; a test holds this list to the difference of the two shapes in the AWS SDK's model.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html
 */
export const OUTPUT_ONLY: readonly string[] = [
  'taskDefinitionArn', 'revision', 'status', 'requiresAttributes', 'compatibilities', 'registeredAt', 'deregisteredAt', 'deleteRequestedAt', 'registeredBy',
];

/**
 * The body with which RegisterTaskDefinition makes the same task definition once more.
 *
 * @param answer what DescribeTaskDefinition answered with `include: ["TAGS"]`: tags stand beside the task definition there
 * @throws Error where the answer holds no task definition
 */
export function registrable(answer: Json): JsonObject {
  const described = isObject(answer) ? answer.taskDefinition : undefined;
  if (!isObject(described)) throw new Error('DescribeTaskDefinition answered without a task definition.');
  const body = withMembers(described, Object.fromEntries(OUTPUT_ONLY.map(name => [name, undefined])));
  const { tags } = answer as JsonObject;
  return tags === undefined ? body : withMembers(body, { tags: ownTags(tags) });
}

/** AWS's own tags cannot be given by anybody else. */
function ownTags(tags: Json): Json | undefined {
  if (!isList(tags)) return tags ?? undefined;
  const own = tags.filter(tag => !isObject(tag) || !textIn(tag.key)?.toLowerCase().startsWith('aws:'));
  // RegisterTaskDefinition takes no empty list of tags, DescribeTaskDefinition answers one.
  return own.length === 0 ? undefined : own;
}

export function containersOf(body: JsonObject): readonly JsonObject[] {
  return objectsIn(body.containerDefinitions);
}

/** How messages call a container. */
export function nameOf(container: JsonObject): string {
  return textIn(container.name) ?? '(no name)';
}
