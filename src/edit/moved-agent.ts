import { AgentUpdate, generationIn, runnable, toJson } from './agent-container';
import { usesSecretKey, withApiKey } from './api-key';
import { withFlag, withSwitch } from './flags';
import { isObject, Json, JsonObject, listIn, objectsIn, textIn, withMembers } from './json';
import { isKeyEntry } from './redact';
import { nameOf } from './task-definition';
import { withoutVariables, withVariables } from './variables';
import {
  argumentsFor, destinationVariables, Generation, GENERATIONS, hasFlag, OptionRow, OPTIONS, optionsOf, Runnable, tagNames, valueOf, variableOf,
} from '../agent';

/**
 * An agent of another generation as one of the update's: with the new name, image, program and destination. What both generations
 * have, such as filters, sizes and the log, stays as it is, and so does a key that comes from a secret.
 */
export function movedAgent(container: JsonObject, update: AgentUpdate, rows: readonly OptionRow[] = OPTIONS): JsonObject {
  const { generation, description, named } = update;
  const before = generationIn(container)!;
  const wanted = toJson(description);
  const known = new Set(optionsOf(before, rows));
  const kept = optionsOf(generation, rows).filter(row => known.has(row) && !named.has(row.prop));
  const program = kept.reduce((edited, row) => withOptionOf(edited, row, runnable(container), before), wanted);
  const renamed = withMembers(container, {
    name: wanted.name,
    image: wanted.image,
    entryPoint: program.entryPoint,
    command: undefined,
    ...named.has('readonlyRootFilesystem') ? { readonlyRootFilesystem: wanted.readonlyRootFilesystem } : {},
    logConfiguration: renamedStreams(container, nameOf(container), description.name) ?? wanted.logConfiguration,
  });
  const translated = kept.reduce((edited, row) => withVariableRenamed(edited, variableOf(row, before), variableOf(row, generation)), renamed);
  const stale = new Set([
    ...GENERATIONS.flatMap(one => destinationVariables(one, rows)), ...tagNames(), ...rows.flatMap(row => variableOf(row, before) ?? []),
    // The old program did not read these, and the new one would prefer them to the flags.
    ...rows.flatMap(row => named.has(row.prop) ? variableOf(row, generation) ?? [] : []),
  ]);
  const keys = new Set(generation.apiKeyVariables);
  const ours = description.environment.filter(({ name }) => !keys.has(name));
  for (const { name } of ours) stale.delete(name);
  const edited = withoutVariables(withVariables(translated, ours), name => stale.has(name));
  return withKey(edited, container, before, wanted, named.has('apiKey'));
}

/** The new program with an option of the old one, if it has a flag for it. */
function withOptionOf(edited: JsonObject, row: OptionRow, old: Runnable, before: Generation): JsonObject {
  const { agentFlag, type } = row;
  if (agentFlag === undefined) return edited;
  if (type === 'switch') return withSwitch(edited, agentFlag, hasFlag(old, agentFlag));
  const values = argumentsFor(old, row);
  // The old program may have it as a variable that the new one does not read. It ignores one that is no number; a flag makes the agent exit.
  const variable = values.length === 0 ? valueOf(old, row, before) : undefined;
  return withFlag(edited, agentFlag, Number(variable) > 0 ? [variable!] : values);
}

/** A variable that both generations know under another name, such as the one for usage reports. It may come from a secret. */
function withVariableRenamed(container: JsonObject, from: string | undefined, to: string | undefined): JsonObject {
  const isFrom = (entry: Json) => isObject(entry) && entry.name === from;
  const members = (['environment', 'secrets'] as const).filter(member => listIn(container[member]).some(isFrom));
  if (to === undefined || members.length === 0) return container;
  const free = withoutVariables(container, name => name === to);
  const renamed = members.map(member => [
    member, listIn(free[member]).map(entry => isFrom(entry) ? withMembers(entry as JsonObject, { name: to }) : entry),
  ]);
  return withMembers(free, Object.fromEntries(renamed) as JsonObject);
}

/** The log with streams that carry the new name, if they carried the old. */
function renamedStreams({ logConfiguration }: JsonObject, before: string, after: string): JsonObject | undefined {
  if (!isObject(logConfiguration)) return undefined;
  const { options } = logConfiguration;
  return isObject(options) && options['awslogs-stream-prefix'] === before
    ? withMembers(logConfiguration, { options: withMembers(options, { 'awslogs-stream-prefix': after }) }) : logConfiguration;
}

/** A key from a secret is kept, under the variables that the new agent reads. One in clear text is replaced. */
function withKey(edited: JsonObject, container: JsonObject, { apiKeyVariables }: Generation, wanted: JsonObject, isNamed: boolean): JsonObject {
  if (isNamed || !usesSecretKey(container)) return withApiKey(edited, wanted);
  const keys = objectsIn(container.secrets).filter(isKeyEntry);
  // The program prefers the first of its variables.
  const [{ valueFrom }] = [...apiKeyVariables.flatMap(variable => keys.filter(({ name }) => name === variable)), ...keys];
  const names = [...objectsIn(wanted.secrets), ...objectsIn(wanted.environment)].filter(isKeyEntry).flatMap(({ name }) => textIn(name) ?? []);
  return withApiKey(edited, { secrets: names.map(name => ({ name, valueFrom })) });
}
