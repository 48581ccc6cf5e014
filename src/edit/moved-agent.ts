import { AgentUpdate, generationIn, runnable, toJson } from './agent-container';
import { usesSecretKey, withApiKey } from './api-key';
import { withFlag, withSwitch } from './flags';
import { isObject, JsonObject, objectsIn, textIn, withMembers } from './json';
import { isKeyEntry } from './redact';
import { nameOf } from './task-definition';
import { valueOfVariable, withoutVariables, withVariables } from './variables';
import { argumentsFor, destinationVariables, Generation, GENERATIONS, hasFlag, OptionRow, OPTIONS, optionsOf, tagNames, variableOf } from '../agent';

/**
 * An agent of another generation as one of the update's: with the new name, image, program and destination. What both generations
 * have, such as filters, sizes and the log, stays as it is, and so does a key that comes from a secret.
 */
export function movedAgent(container: JsonObject, update: AgentUpdate, rows: readonly OptionRow[] = OPTIONS): JsonObject {
  const { generation, description, named } = update;
  const before = generationIn(container)!;
  const wanted = toJson(description);
  const kept = sharedOptions(before, generation, rows).filter(({ prop }) => !named.has(prop));
  const program = kept.reduce((edited, row) => withOptionOf(edited, row, container), wanted);
  const renamed = withMembers(container, {
    name: wanted.name,
    image: wanted.image,
    entryPoint: program.entryPoint,
    command: undefined,
    ...named.has('readonlyRootFilesystem') ? { readonlyRootFilesystem: wanted.readonlyRootFilesystem } : {},
    logConfiguration: renamedStreams(container, nameOf(container), description.name) ?? wanted.logConfiguration,
  });
  // Variables of options that both generations know, such as the one for usage reports, have another name now.
  const translated = rows.flatMap(row => {
    const [from, to] = [variableOf(row, before), variableOf(row, generation)];
    const value = from === undefined ? undefined : textIn(valueOfVariable(container, from));
    return to === undefined || value === undefined || from === to ? [] : [{ name: to, value }];
  });
  const stale = new Set([
    ...GENERATIONS.flatMap(one => destinationVariables(one, rows)), ...tagNames(), ...rows.flatMap(row => variableOf(row, before) ?? []),
  ]);
  const keys = new Set(generation.apiKeyVariables);
  const variables = [...translated, ...description.environment.filter(({ name }) => !keys.has(name))];
  const cleared = withoutVariables(renamed, name => stale.has(name));
  return withKey(withVariables(cleared, variables), container, wanted, named.has('apiKey'));
}

/** Rows that both generations have as a flag of the program. */
function sharedOptions(before: Generation, after: Generation, rows: readonly OptionRow[]): readonly OptionRow[] {
  const known = new Set(optionsOf(before, rows));
  return optionsOf(after, rows).filter(row => known.has(row) && row.agentFlag !== undefined);
}

function withOptionOf(edited: JsonObject, row: OptionRow, container: JsonObject): JsonObject {
  const flag = row.agentFlag!;
  const old = runnable(container);
  return row.type === 'switch' ? withSwitch(edited, flag, hasFlag(old, flag)) : withFlag(edited, flag, argumentsFor(old, row));
}

/** The log with streams that carry the new name, if they carried the old. */
function renamedStreams({ logConfiguration }: JsonObject, before: string, after: string): JsonObject | undefined {
  if (!isObject(logConfiguration)) return undefined;
  const { options } = logConfiguration;
  return isObject(options) && options['awslogs-stream-prefix'] === before
    ? withMembers(logConfiguration, { options: withMembers(options, { 'awslogs-stream-prefix': after }) }) : logConfiguration;
}

/** A key from a secret is kept, under the variable that the new agent reads. One in clear text is replaced. */
function withKey(edited: JsonObject, container: JsonObject, wanted: JsonObject, isNamed: boolean): JsonObject {
  if (isNamed || !usesSecretKey(container)) return withApiKey(edited, wanted);
  const [{ valueFrom }] = objectsIn(container.secrets).filter(isKeyEntry);
  const names = [...objectsIn(wanted.secrets), ...objectsIn(wanted.environment)].filter(isKeyEntry).flatMap(({ name }) => name);
  return withApiKey(edited, { secrets: names.map(name => ({ name, valueFrom })) });
}
