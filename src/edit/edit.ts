import { AgentUpdate, agentsIn, generationIn, isAgent, toJson, updatedAgent } from './agent-container';
import { isObject, Json, JsonObject, listIn, textIn, withMembers } from './json';
import { withoutMark } from './mark';
import { movedAgent } from './moved-agent';
import { containersOf, nameOf } from './task-definition';

/**
 * The task definition with the agent. If it has no agent, one is appended, so no other container moves. If it has one, that
 * container is changed in place, and only in what the update names. An agent of another generation becomes one of the update's, in
 * its place. The same object if nothing changes.
 */
export function withAgent(body: JsonObject, update: AgentUpdate): JsonObject {
  const containers = listIn(body.containerDefinitions);
  if (!hasAgent(body)) return withMembers(body, { containerDefinitions: [...containers, toJson(update.description)] });
  const renamed = new Map<string, string>();
  const changed = containers.map(container => {
    if (!isObject(container) || !isAgent(container)) return container;
    if (generationIn(container) === update.generation) return updatedAgent(container, update);
    renamed.set(nameOf(container), update.description.name);
    return movedAgent(container, update);
  });
  if (changed.every((container, index) => container === containers[index])) return body;
  const nameNow = (name: string) => renamed.get(name) ?? name;
  return withMembers(body, { containerDefinitions: changed.map(container => isObject(container) ? withReferences(container, nameNow) : container) });
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
    return isAgent(container) ? [] : [withReferences(container, name => names.has(name) ? undefined : name)];
  });
  return withMembers(withoutMark(body), { containerDefinitions: others });
}

/** An entry that names another container: the name, and the entry with another name in its place. */
interface Reference { readonly name: string; readonly renamed: (name: string) => Json }

/** The members of a container that name another one. ECS rejects a name that no container has. */
const REFERENCES: { readonly [member: string]: (entry: Json) => Reference | undefined } = {
  dependsOn: entry => referenceIn(entry, 'containerName'),
  volumesFrom: entry => referenceIn(entry, 'sourceContainer'),
  // `<container>:<alias>`, or only the container.
  links: entry => {
    const [name, ...alias] = textIn(entry)?.split(':') ?? [];
    return name === undefined ? undefined : { name, renamed: other => [other, ...alias].join(':') };
  },
};

function referenceIn(entry: Json, member: string): Reference | undefined {
  const name = isObject(entry) ? textIn(entry[member]) : undefined;
  return name === undefined ? undefined : { name, renamed: other => withMembers(entry as JsonObject, { [member]: other }) };
}

/** The container with the names of others as `nameNow` gives them, and without entries whose name it does not give. */
function withReferences(container: JsonObject, nameNow: (name: string) => string | undefined): JsonObject {
  let edited = container;
  for (const [member, read] of Object.entries(REFERENCES)) {
    const entries = listIn(container[member]);
    const now = entries.flatMap<Json>(entry => {
      const reference = read(entry);
      const name = reference === undefined ? undefined : nameNow(reference.name);
      return reference === undefined || name === reference.name ? [entry] : name === undefined ? [] : [reference.renamed(name)];
    });
    if (now.length < entries.length || now.some((entry, index) => entry !== entries[index])) {
      edited = withMembers(edited, { [member]: now.length === 0 ? undefined : now });
    }
  }
  return edited;
}

/** Whether the agent runs in a task definition. */
export function hasAgent(body: JsonObject): boolean {
  return containersOf(body).some(isAgent);
}
