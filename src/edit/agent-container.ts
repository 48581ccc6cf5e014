import { hasApiKey, withApiKey } from './api-key';
import { flagValues, withFlag } from './flags';
import { JsonObject, listIn, parseJson, textIn, withMembers } from './json';
import { containersOf, nameOf } from './task-definition';
import { ContainerDescription, GENERATIONS, INSIGHTS, isAgentImage, LIVE_COLLECTION } from '../agent';

/** The containers that run the agent, whoever added them and under whatever name. */
export function agentsIn(body: JsonObject): readonly JsonObject[] {
  return containersOf(body).filter(isAgent);
}

/** By its image, or by its program, which an image under a name of the user's own runs, too. */
export function isAgent(container: JsonObject): boolean {
  const program = textIn(listIn(container.entryPoint)[0]);
  return isAgentImage(textIn(container.image) ?? '') || GENERATIONS.some(generation => generation.program === program);
}

/** What somebody asks for when the agent is there already: only what is named is changed. */
export interface AgentUpdate {
  /** The container as these options alone describe it. */
  readonly description: ContainerDescription;
  /** The members of the container and the flags of its program that the options name. */
  readonly named: ReadonlySet<NamedPart>;
}

/** Flags of the program, `image`, and `apiKey` for the variable and the secret. */
export type NamedPart = `--${string}` | 'image' | 'apiKey';

/** Other ways of the Insights agent to say where what it sees goes. It takes exactly one. */
const INSTEAD_OF_COLLECTION = ['--project', '--workspace-id', '--system-env'];

/** The same container with what is named set, and nothing else touched; the same object where that is so already. */
export function updatedAgent(container: JsonObject, { description, named }: AgentUpdate): JsonObject {
  const wanted = toJson(description);
  let updated = container;
  if (named.has('image') && container.image !== description.image) updated = withMembers(updated, { image: description.image });
  for (const part of named) {
    if (part === 'image' || part === 'apiKey') continue;
    updated = withFlag(updated, part, flagValues(wanted, part));
    if (part === '--collection') updated = INSTEAD_OF_COLLECTION.reduce((without, flag) => withFlag(without, flag, []), updated);
  }
  return named.has('apiKey') || !hasApiKey(container) ? withApiKey(updated, wanted) : updated;
}

/** The description as an entry of `containerDefinitions`. */
export function toJson(description: ContainerDescription): JsonObject {
  return parseJson(JSON.stringify(description)) as JsonObject;
}

/** What the agent of a task definition is, for those who ask how it is doing. */
export interface AgentSeen {
  readonly container: string;
  readonly generation: 'live-collection' | 'insights';
  readonly image: string;
  /** As the program reads it; undefined where the container names none. */
  readonly collection?: string;
  readonly proxy?: string;
}

export function seeAgent(container: JsonObject): AgentSeen {
  const last = (flag: string) => flagValues(container, flag).pop();
  return { container: nameOf(container), generation: generationOf(container), image: textIn(container.image) ?? '(no image)', collection: last('--collection'), proxy: last('--proxy') };
}

/** Of an agent: by its program, which is what runs; by its image if the program is the image's own. */
function generationOf(container: JsonObject): AgentSeen['generation'] {
  const program = textIn(listIn(container.entryPoint)[0]);
  const known = GENERATIONS.find(generation => generation.program === program)
    ?? GENERATIONS.find(generation => isAgentImage(textIn(container.image) ?? '', [generation]));
  return known === INSIGHTS ? 'insights' : 'live-collection';
}

export const CONTAINER_NAME = LIVE_COLLECTION.containerName;
