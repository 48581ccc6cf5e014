import { hasApiKey, withApiKey } from './api-key';
import { withFlag, withSwitch } from './flags';
import { isObject, JsonObject, listIn, objectsIn, parseJson, textIn, withMembers } from './json';
import { containersOf, nameOf } from './task-definition';
import { isSet, valueOfVariable, withoutVariables, withVariables } from './variables';
import {
  AgentContainer, AgentOptions, argumentsFor, captureSelection, Destination, destinationFlags, destinationOf, destinationVariables, Generation,
  hasFlag, hostOf,
  OptionRow, OPTIONS, optionsOf, otherVariablesOf, proxyOf, recognizeAgent, Runnable, Variable, variableOf,
} from '../agent';

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

/** A variable from a secret has the ARN of the secret as its value. */
export function runnable({ image, entryPoint, command, environment, secrets }: JsonObject): Runnable {
  const variables = [...objectsIn(environment), ...objectsIn(secrets)].flatMap<Variable>(({ name, value, valueFrom = value }) =>
    typeof name === 'string' && typeof valueFrom === 'string' ? [{ name, value: valueFrom }] : []);
  return { image: textIn(image), entryPoint: listIn(entryPoint), command: listIn(command), environment: variables };
}

/** A change of an agent that is already there: only what is named is changed. */
export interface AgentUpdate {
  readonly generation: Generation;
  readonly options: AgentOptions;
  /** The container that the options describe. */
  readonly description: AgentContainer;
  /** What the user has named. */
  readonly named: ReadonlySet<NamedPart>;
}

/** An option, by the property of the constructs; `apiKey` for the variable and the secret; `logGroup` for the log. */
export type NamedPart = string;

/** The same container with what is named set, and nothing else changed; the same object if nothing changes. */
export function updatedAgent(container: JsonObject, update: AgentUpdate, rows: readonly OptionRow[] = OPTIONS): JsonObject {
  const { generation, description, named } = update;
  const wanted = toJson(description);
  const own = optionsOf(generation, rows).filter(({ prop }) => named.has(prop));
  const destined = own.some(({ destination }) => destination !== undefined) ? withDestination(container, update, rows) : container;
  const others = own.filter(({ destination, partOf }) => (destination ?? partOf) === undefined);
  const set = others.reduce((edited, row) => withOption(edited, row, update), destined);
  const logging = named.has('logGroup') && set.logConfiguration === undefined && wanted.logConfiguration !== undefined
    ? withMembers(set, { logConfiguration: wanted.logConfiguration }) : set;
  return named.has('apiKey') || !hasApiKey(container) ? withApiKey(logging, wanted) : logging;
}

/** Members of the container that are options. */
const MEMBERS = ['image', 'readonlyRootFilesystem'] as const;

/** The container with an option as the description has it: in its variable if that is set there, since it overrides the flag. */
function withOption(container: JsonObject, row: OptionRow, { generation, options, description }: AgentUpdate): JsonObject {
  if (row.type === 'variables') return withVariables(container, Object.entries(options.environment ?? {}).map(([name, value]) => ({ name, value })));
  const member = MEMBERS.find(name => name === row.prop);
  if (member !== undefined) {
    const value = description[member];
    return (container[member] ?? false) === (value ?? false) ? container : withMembers(container, { [member]: value });
  }
  const variable = variableOf(row, generation);
  const values = argumentsFor(description, row);
  if (variable !== undefined && (row.agentFlag === undefined || valueOfVariable(container, variable) !== undefined)) {
    const isOn = (options as { readonly [prop: string]: unknown })[row.prop] === true;
    const value = row.type === 'switch' ? isOn ? 'true' : undefined : values[values.length - 1] ?? description.environment.find(({ name }) => name === variable)?.value;
    const others = new Set(otherVariablesOf(row, generation));
    const edited = withoutVariables(withoutFlag(container, row), name => others.has(name) || (value === undefined && name === variable));
    return value === undefined ? edited : withVariables(edited, [{ name: variable, value }]);
  }
  if (row.agentFlag === undefined) return container;
  return row.type === 'switch' ? withSwitch(container, row.agentFlag, hasFlag(description, row.agentFlag)) : withFlag(container, row.agentFlag, values);
}

function withoutFlag(container: JsonObject, { agentFlag, type }: OptionRow): JsonObject {
  if (agentFlag === undefined) return container;
  return type === 'switch' ? withSwitch(container, agentFlag, false) : withFlag(container, agentFlag, []);
}

/** The container with the destination of the description and no other, in flags or variables. What it has of this destination is kept. */
function withDestination(container: JsonObject, update: AgentUpdate, rows: readonly OptionRow[]): JsonObject {
  const { generation, description, named } = update;
  const kinds = new Set(rows.flatMap(({ prop, destination }) => named.has(prop) ? destination ?? [] : []));
  const own = optionsOf(generation, rows).filter(({ destination, partOf }) => kinds.has((destination ?? partOf)!));
  const extra = own.some(({ partOf }) => partOf !== undefined) ? generation.discovery : undefined;
  // The agent's own name of a service, `namespace/workload`, would override both.
  const keepsName = extra !== undefined && !own.some(({ prop, partOf }) => partOf !== undefined && named.has(prop));
  const keptFlags = new Set([...own.flatMap(({ agentFlag }) => agentFlag ?? []), ...keepsName ? [extra.nameFlag] : []]);
  const keptVariables = new Set([
    ...own.flatMap(row => variableOf(row, generation) ?? []), ...extra ? [extra.clusterVariable] : [], ...keepsName ? [extra.nameVariable] : [],
  ]);
  const switches = new Set(rows.flatMap(({ agentFlag, type }) => type === 'switch' ? agentFlag ?? [] : []));
  const flagless = destinationFlags(rows).filter(flag => !keptFlags.has(flag as `--${string}`))
    .reduce((edited, flag) => switches.has(flag as `--${string}`) ? withSwitch(edited, flag, false) : withFlag(edited, flag, []), container);
  const cleared = withoutVariables(flagless, name => destinationVariables(generation, rows).includes(name) && !keptVariables.has(name));

  const set = own.filter(({ prop }) => named.has(prop)).reduce((edited, row) => withOption(edited, row, update), cleared);
  // What completes a discovery is added if it is not there.
  const missing = description.environment.filter(({ name }) => keptVariables.has(name) && !isSet(set, name));
  return missing.length === 0 ? set : withVariables(set, missing);
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
  /** By the constructs' properties, e.g. `{ collectionId }`, as the program reads it; empty if neither its arguments nor its variables name one. */
  readonly destination: Destination;
  /** The host that gets what it captures. */
  readonly host: string;
  readonly proxy?: string;
}

/** @param container a container that runs the agent */
export function seeAgent(container: JsonObject): AgentSeen {
  const seen = runnable(container);
  const generation = generationIn(container)!;
  return {
    container: nameOf(container),
    image: textIn(container.image) ?? '(no image)',
    generation: generation.name,
    destination: destinationOf(seen),
    host: hostOf(seen, generation),
    proxy: proxyOf(seen),
  };
}

const PACKET_FILTER: OptionRow = OPTIONS.find(({ prop }) => prop === 'bpfFilter')!;
const INTERFACES: OptionRow = OPTIONS.find(({ prop }) => prop === 'networkInterfaces')!;

/** The network interfaces that an agent listens on; empty for all. */
export function interfacesOf(container: JsonObject): string[] {
  return argumentsFor(runnable(container), INTERFACES).flatMap(value => value.split(','));
}

/** Whether a BPF expression limits what an agent captures. */
export function hasPacketFilter(container: JsonObject): boolean {
  return argumentsFor(runnable(container), PACKET_FILTER).length > 0;
}

/** What an agent captures, as a text to compare. @param instances the placement constraints of the agent's own service */
export function captureSelectionIn(container: JsonObject, instances: readonly unknown[]): string {
  const seen = runnable(container);
  const given = OPTIONS.flatMap((row: OptionRow) => {
    const values = row.agentFlag === undefined ? [] : argumentsFor(seen, row);
    return values.length === 0 ? [] : [[row.prop, values]];
  });
  return captureSelection(Object.fromEntries(given), instances);
}

/** The flag with which an agent captures HTTPS, if it does. */
export function httpsCaptureFlagOf(container: JsonObject): string | undefined {
  const flag = generationIn(container)?.httpsCaptureFlag;
  return flag !== undefined && isObject(container) && hasFlag(runnable(container), flag) ? flag : undefined;
}
