import { AKITA_KEY_VARIABLES, Generation, GENERATIONS, OTHER_DESTINATION_FLAGS } from './generations';
import { AgentOptions, OptionRow, OPTIONS } from './options';

export interface Variable { readonly name: string; readonly value: string }

/** What the agent is told about where it runs. What is not known is left out. */
export interface Place {
  readonly region?: string;
  readonly service?: string;
  readonly taskFamily?: string;
  /** Name of the ECS cluster. */
  readonly cluster?: string;
}

/** The variable that has the meaning of an option in a generation. */
export function variableOf({ variable }: OptionRow, { name }: Generation): string | undefined {
  return variable?.[name];
}

/**
 * The variables that an option has in other generations and versions. A program may read them, too: it joins the values of the switches for
 * usage reports, and two that say `true` say nothing.
 */
export function otherVariablesOf(row: OptionRow, generation: Generation): string[] {
  return [...GENERATIONS.flatMap(other => other === generation ? [] : variableOf(row, other) ?? []), ...row.otherVariables ?? []];
}

const TAG_SUFFIXES = ['AWS_REGION', 'ECS_SERVICE', 'ECS_TASK'] as const;

/** The variables that tell the agent of any generation where it runs. */
export function tagNames(): string[] {
  return GENERATIONS.flatMap(({ tagVariablePrefix }) => TAG_SUFFIXES.map(suffix => `${tagVariablePrefix}_${suffix}`));
}

/** Under the names of every generation: the tag `latest` has moved from one to the other. */
export function tagVariables({ region, service, taskFamily }: Place): Variable[] {
  const values = [region, service, taskFamily];
  return TAG_SUFFIXES.flatMap((suffix, index) => values[index] === undefined ? []
    : GENERATIONS.map(({ tagVariablePrefix }) => ({ name: `${tagVariablePrefix}_${suffix}`, value: values[index]! })));
}

/**
 * The name under which a service is discovered: `cluster/namespace/workload`. The agent needs all three.
 *
 * @param generation of the agent. Only one can be discovered; the others have no variables for it
 */
export function discoveryVariables(
  generation: Generation, { discovery, discoveryNamespace, discoveryName }: AgentOptions, { cluster, taskFamily }: Place,
  rows: readonly OptionRow[] = OPTIONS,
): Variable[] {
  if (discovery !== true || generation.discovery === undefined) return [];
  const ofOption = (prop: string) => variableOf(rows.find(row => row.prop === prop)!, generation)!;
  const values = [
    [generation.discovery.clusterVariable, cluster],
    [ofOption('discoveryNamespace'), discoveryNamespace ?? cluster],
    [ofOption('discoveryName'), discoveryName ?? taskFamily],
  ] as const;
  return values.flatMap(([name, value]) => value === undefined ? [] : [{ name, value }]);
}

/** Every variable that names a destination of a generation, or a part of one. */
export function destinationVariables(generation: Generation, rows: readonly OptionRow[] = OPTIONS): string[] {
  const { discovery } = generation;
  const ofRows = rows.filter(({ destination, partOf }) => (destination ?? partOf) !== undefined).flatMap(row => variableOf(row, generation) ?? []);
  return [...ofRows, ...discovery === undefined ? [] : [discovery.clusterVariable, discovery.nameVariable]];
}

/** Every flag of the program that names a destination, or a part of one. */
export function destinationFlags(rows: readonly OptionRow[] = OPTIONS): string[] {
  const ofRows = rows.flatMap(({ destination, agentFlag }) => destination === undefined ? [] : agentFlag ?? []);
  return [...ofRows, ...OTHER_DESTINATION_FLAGS];
}

/**
 * The variables that a user does not set by hand: those of the key, of the destination, and of every option, in any generation. The
 * option to use in place of one is given if there is one.
 */
export function reservedVariables(rows: readonly OptionRow[] = OPTIONS): ReadonlyMap<string, { readonly prop?: string }> {
  const own = (name: string, prop?: string) => [name, prop === undefined ? {} : { prop }] as const;
  return new Map(GENERATIONS.flatMap(generation => [
    ...[...generation.apiKeyVariables, ...AKITA_KEY_VARIABLES, ...tagNames(), ...destinationVariables(generation, rows)].map(name => own(name)),
    ...rows.flatMap(row => [variableOf(row, generation) ?? [], row.otherVariables ?? []].flat().map(name => own(name, row.prop))),
  ]));
}
