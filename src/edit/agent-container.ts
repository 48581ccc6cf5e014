import { flagValues, withFlag } from './flags';
import { isList, Json, JsonObject, objectsIn, parseJson, printJson, textIn, withMembers } from './json';
import { containersOf, nameOf } from './task-definition';
import { ContainerDescription, GENERATIONS, isAgentImage, LIVE_COLLECTION } from '../agent';

/** The containers that run the agent, whoever added them and under whatever name. */
export function agentsIn(body: JsonObject): readonly JsonObject[] {
  return containersOf(body).filter(isAgent);
}

export function isAgent(container: JsonObject): boolean {
  const image = textIn(container.image);
  return image !== undefined && isAgentImage(image);
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

/** The same container with what is named set, and nothing else touched. */
export function updatedAgent(container: JsonObject, { description, named }: AgentUpdate): JsonObject {
  let updated = container;
  if (named.has('image')) updated = withMembers(updated, { image: description.image });
  const flags = [...named].filter(part => part.startsWith('--'));
  if (flags.length > 0) updated = withFlags(updated, flags, description.entryPoint);
  if (named.has('apiKey') || !hasApiKey(container)) updated = withApiKey(updated, description);
  return updated;
}

/** The arguments stand in the entry point, as this library writes them, or in the command, as somebody may who leaves the image its own. */
function withFlags(container: JsonObject, flags: readonly string[], wanted: readonly string[]): JsonObject {
  const command = argumentsIn(container.command);
  const member = command.length > 0 ? 'command' : 'entryPoint';
  const before = command.length > 0 ? command : argumentsIn(container.entryPoint);
  const changing = flags.filter(flag => flagValues(before, flag).join('\0') !== flagValues(wanted, flag).join('\0'));
  if (changing.length === 0) return container;
  return withMembers(container, { [member]: changing.reduce((args, flag) => withFlag(args, flag, flagValues(wanted, flag)), before) });
}

function argumentsIn(value: Json | undefined): string[] {
  return isList(value) ? value.filter(item => typeof item === 'string') : [];
}

const KEY_VARIABLES: ReadonlySet<string> = new Set(GENERATIONS.flatMap(({ apiKeyVariables }) => apiKeyVariables));

function namesKey({ name }: JsonObject): boolean {
  return KEY_VARIABLES.has(textIn(name) ?? '');
}

function hasApiKey(container: JsonObject): boolean {
  return hasPlaintextKey(container) || objectsIn(container.secrets).some(namesKey);
}

/** Whether the key stands in the task definition in clear, where everybody reads it who may describe the task definition. */
export function hasPlaintextKey(container: JsonObject): boolean {
  return objectsIn(container.environment).some(namesKey);
}

/** The key as the description has it, and in no other way. */
function withApiKey(container: JsonObject, description: ContainerDescription): JsonObject {
  const wanted = toJson(description);
  const replaced = (member: 'environment' | 'secrets') => {
    const others = objectsIn(container[member]).filter(entry => !namesKey(entry));
    const keys = objectsIn(wanted[member]).filter(namesKey);
    const before = objectsIn(container[member]).filter(namesKey);
    if (printJson(before) === printJson(keys)) return container[member];
    return others.length + keys.length === 0 ? undefined : [...others, ...keys];
  };
  return withMembers(container, { environment: replaced('environment'), secrets: replaced('secrets') });
}

/** The description as an entry of `containerDefinitions`. */
export function toJson(description: ContainerDescription): JsonObject {
  return parseJson(JSON.stringify(description)) as JsonObject;
}

/** What the agent of a task definition is, for those who ask how it is doing. */
export interface AgentSeen {
  readonly container: string;
  readonly image: string;
  /** As the program reads it; undefined where the container names none. */
  readonly collection?: string;
}

export function seeAgent(container: JsonObject): AgentSeen {
  const args = [...argumentsIn(container.entryPoint), ...argumentsIn(container.command)];
  return { container: nameOf(container), image: textIn(container.image)!, collection: flagValues(args, '--collection').pop() };
}

export const CONTAINER_NAME = LIVE_COLLECTION.containerName;
