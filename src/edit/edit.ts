import { AgentUpdate, agentsIn, isAgent, toJson, updatedAgent } from './agent-container';
import { isList, Json, JsonObject, objectsIn, withMembers } from './json';
import { containersOf, nameOf } from './task-definition';

/**
 * The task definition with the agent: appended where there is none, so that no container before it moves; changed in place
 * where there is one, in what the update names alone.
 */
export function withAgent(body: JsonObject, update: AgentUpdate): JsonObject {
  const agents = agentsIn(body);
  const containers = listIn(body.containerDefinitions);
  if (agents.length === 0) return withMembers(body, { containerDefinitions: [...containers, toJson(update.description)] });
  const changed = containers.map(container => agents.includes(container as JsonObject) ? updatedAgent(container as JsonObject, update) : container);
  return changed.every((container, index) => container === containers[index]) ? body : withMembers(body, { containerDefinitions: changed });
}

/**
 * The task definition without the agent, and without the conditions in which other containers wait for it; the same object
 * where there is none.
 */
export function withoutAgent(body: JsonObject): JsonObject {
  const names = new Set(agentsIn(body).map(nameOf));
  if (names.size === 0) return body;
  const others = listIn(body.containerDefinitions).filter(container => !isAgent(container as JsonObject));
  return withMembers(body, { containerDefinitions: others.map(container => withoutWaiting(container as JsonObject, names)) });
}

function withoutWaiting(container: JsonObject, names: ReadonlySet<string>): JsonObject {
  const conditions = objectsIn(container.dependsOn);
  const kept = conditions.filter(({ containerName }) => !names.has(String(containerName)));
  return kept.length === conditions.length ? container : withMembers(container, { dependsOn: kept });
}

function listIn(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}

/** Whether the agent runs in a task definition. */
export function hasAgent(body: JsonObject): boolean {
  return containersOf(body).some(isAgent);
}
