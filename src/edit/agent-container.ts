import { hasApiKey, withApiKey } from './api-key';
import { flagValues, withFlag } from './flags';
import { JsonObject, listIn, parseJson, textIn, withMembers } from './json';
import { containersOf, nameOf } from './task-definition';
import { AgentContainer, destinationOf, Generation, GENERATIONS, proxyOf, recognizeAgent, Runnable } from '../agent';

/** The containers that run the agent, whatever their names are. */
export function agentsIn(body: JsonObject): readonly JsonObject[] {
  return containersOf(body).filter(isAgent);
}

export function isAgent(container: JsonObject): boolean {
  return generationIn(container) !== undefined;
}

/** The generation of the agent that a container runs; undefined if it is not an agent. */
export function generationIn(container: JsonObject): Generation | undefined {
  return recognizeAgent(runnable(container));
}

function runnable({ image, entryPoint, command }: JsonObject): Runnable {
  return { image: textIn(image), entryPoint: listIn(entryPoint), command: listIn(command) };
}

/** A change of an agent that is already there: only what is named is changed. */
export interface AgentUpdate {
  /** The container that the given options describe. */
  readonly description: AgentContainer;
  /** The members of the container and the flags of its program that the options name. */
  readonly named: ReadonlySet<NamedPart>;
}

/** Flags of the program, `image`, and `apiKey` for the variable and the secret. */
export type NamedPart = `--${string}` | 'image' | 'apiKey';

/** An agent accepts one destination, so a new one replaces every other. */
const DESTINATION_FLAGS: readonly string[] = [...new Set(GENERATIONS.flatMap(({ destinationFlags }) => destinationFlags))];

/** The same container with what is named set, and nothing else changed; the same object if nothing changes. */
export function updatedAgent(container: JsonObject, { description, named }: AgentUpdate): JsonObject {
  const wanted = toJson(description);
  let updated = container;
  if (named.has('image') && container.image !== description.image) updated = withMembers(updated, { image: description.image });
  for (const part of named) {
    if (part === 'image' || part === 'apiKey') continue;
    updated = withFlag(updated, part, flagValues(wanted, part));
    if (DESTINATION_FLAGS.includes(part)) {
      updated = DESTINATION_FLAGS.filter(flag => !named.has(flag as NamedPart)).reduce((without, flag) => withFlag(without, flag, []), updated);
    }
  }
  return named.has('apiKey') || !hasApiKey(container) ? withApiKey(updated, wanted) : updated;
}

/** The description as an entry of `containerDefinitions`. */
export function toJson(description: AgentContainer): JsonObject {
  return parseJson(JSON.stringify(description)) as JsonObject;
}

/** What a task definition says about an agent in it. */
export interface AgentSeen {
  readonly container: string;
  readonly image: string;
  readonly generation: Generation['name'];
  /** By the constructs' properties, e.g. `{ collectionId }`, as the program reads it; empty if its arguments name no destination. */
  readonly destination: { readonly [prop: string]: string };
  readonly proxy?: string;
}

/** @param container a container that runs the agent */
export function seeAgent(container: JsonObject): AgentSeen {
  const seen = runnable(container);
  return {
    container: nameOf(container),
    image: textIn(container.image) ?? '(no image)',
    generation: generationIn(container)!.name,
    destination: destinationOf(seen),
    proxy: proxyOf(seen),
  };
}
