import { AgentUpdate, agentsIn, isAgent, toJson, updatedAgent } from './agent-container';
import { isObject, Json, JsonObject, listIn, textIn, withMembers } from './json';
import { withoutMark } from './mark';
import { containersOf, nameOf } from './task-definition';

/**
 * The task definition with the agent. If it has no agent, one is appended, so no other container moves. If it has one, that
 * container is changed in place, and only in what the update names. The same object if nothing changes.
 */
export function withAgent(body: JsonObject, update: AgentUpdate): JsonObject {
  const containers = listIn(body.containerDefinitions);
  if (!hasAgent(body)) return withMembers(body, { containerDefinitions: [...containers, toJson(update.description)] });
  const changed = containers.map(container => isObject(container) && isAgent(container) ? updatedAgent(container, update) : container);
  return changed.every((container, index) => container === containers[index]) ? body : withMembers(body, { containerDefinitions: changed });
}

/**
 * The task definition without the agent, without references to it in other containers, and without the mark of the revision
 * it was made from; the same object if there is no agent.
 */
export function withoutAgent(body: JsonObject): JsonObject {
  const names = new Set(agentsIn(body).map(nameOf));
  if (names.size === 0) return body;
  const others = listIn(body.containerDefinitions).flatMap<Json>(container => {
    if (!isObject(container)) return [container];
    return isAgent(container) ? [] : [withoutReferences(container, names)];
  });
  return withMembers(withoutMark(body), { containerDefinitions: others });
}

/** The members of a container that name another one. ECS rejects a name that no container has. */
const REFERENCES: { readonly [member: string]: (entry: Json) => string | undefined } = {
  dependsOn: entry => isObject(entry) ? textIn(entry.containerName) : undefined,
  volumesFrom: entry => isObject(entry) ? textIn(entry.sourceContainer) : undefined,
  // `<container>:<alias>`, or only the container.
  links: entry => textIn(entry)?.split(':')[0],
};

function withoutReferences(container: JsonObject, names: ReadonlySet<string>): JsonObject {
  let edited = container;
  for (const [member, nameIn] of Object.entries(REFERENCES)) {
    const entries = listIn(container[member]);
    const kept = entries.filter(entry => !names.has(nameIn(entry) ?? ''));
    if (kept.length < entries.length) edited = withMembers(edited, { [member]: kept.length === 0 ? undefined : kept });
  }
  return edited;
}

/** Whether the agent runs in a task definition. */
export function hasAgent(body: JsonObject): boolean {
  return containersOf(body).some(isAgent);
}
