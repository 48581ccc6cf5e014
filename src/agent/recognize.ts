import { wordsOf } from './arguments';
import { DataRegion, Generation, GENERATIONS } from './generations';
import { OptionRow, OPTIONS, optionsOf } from './options';
import { Variable, variableOf } from './variables';

/** What tells whether a container is an agent, and where it sends. Other members of a container definition do not matter. */
export interface Runnable {
  readonly image?: string;
  readonly entryPoint?: readonly unknown[];
  readonly command?: readonly unknown[];
  readonly environment?: readonly Variable[];
}

/** The generation of the agent that a container runs, by its program or by its image; undefined if it is not an agent. */
export function recognizeAgent({ image, entryPoint = [] }: Runnable): Generation | undefined {
  return GENERATIONS.find(({ program }) => program === entryPoint[0]) ?? (image === undefined ? undefined : generationOfImage(image));
}

/** The generation that an image holds: from its own registry or any mirror of it, with any tag or digest. */
export function generationOfImage(image: string): Generation | undefined {
  const repository = `/${withoutTag(image)}`;
  return GENERATIONS.find(({ repositories }) => repositories.some(known => repository.endsWith(`/${known}`)));
}

/** Whether an image is one of Postman's own of which it is not known that it runs on ARM64. An image in any other registry is its owner's. */
export function isNotKnownOnArm64(image: string): boolean {
  const name = withoutTag(image).replace(/^(index\.)?docker\.io\//, '');
  return GENERATIONS.some(({ notKnownOnArm64 }) => notKnownOnArm64.includes(name));
}

/** The name of an image without its tag and its digest. */
function withoutTag(image: string): string {
  return image.split('@')[0].replace(/:[^:/]*$/, '');
}

/** The values that an option has in the arguments of an agent, in order. If the option may not be repeated, the agent uses the last. */
export function argumentsFor(
  { entryPoint = [], command = [] }: Runnable, { agentFlag }: Pick<OptionRow, 'agentFlag'>, rows: readonly OptionRow[] = OPTIONS,
): string[] {
  const words = wordsOf([...entryPoint, ...command], rows);
  return words.flatMap(({ flag, value }) => flag !== undefined && flag === agentFlag && value !== undefined ? [value] : []);
}

/** What the programs' own parser takes for off. */
const OFF: ReadonlySet<string | undefined> = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** Whether a flag is on in the arguments of an agent, as a switch or with a value. The last one counts. */
export function hasFlag({ entryPoint = [], command = [] }: Runnable, flag: string, rows: readonly OptionRow[] = OPTIONS): boolean {
  const last = wordsOf([...entryPoint, ...command], rows).filter(word => word.flag === flag).pop();
  return last !== undefined && !OFF.has(last.value);
}

/**
 * The value of an option in an agent that is there, from its variable or its flag, as the program reads them. A switch has the value
 * `true` if it is on.
 */
export function valueOf(container: Runnable, row: OptionRow, generation: Generation, rows: readonly OptionRow[] = OPTIONS): string | undefined {
  const variable = variableOf(row, generation);
  // The program takes an empty variable for one that is not set, and so it does with an empty flag.
  const set = container.environment?.find(({ name, value }) => name === variable && value !== '')?.value;
  if (row.type === 'switch') return set === 'true' || (row.agentFlag !== undefined && hasFlag(container, row.agentFlag, rows)) ? 'true' : undefined;
  const flag = argumentsFor(container, row, rows).pop() || undefined;
  return row.isFlagFirst ? flag ?? set : set ?? flag;
}

/** A destination by the properties of the constructs, e.g. `{ collectionId }` or `{ discovery: 'true', discoveryName }`. */
export type Destination = { readonly [prop: string]: string };

/** Where an agent sends; empty if neither its arguments nor its variables say. In discovery mode it ignores any other destination. */
export function destinationOf(container: Runnable, rows: readonly OptionRow[] = OPTIONS): Destination {
  const generation = recognizeAgent(container) ?? GENERATIONS[0];
  const found = rows.flatMap(row => {
    if (row.destination === undefined && row.partOf === undefined) return [];
    const value = valueOf(container, row, generation, rows);
    return value === undefined ? [] : [{ row, value }];
  });
  const discovered = found.some(({ row }) => row.destination === 'discovery');
  const counts = ({ destination, partOf }: OptionRow) => discovered ? (destination ?? partOf) === 'discovery' : destination !== undefined;
  return Object.fromEntries(found.filter(({ row }) => counts(row)).map(({ row, value }) => [row.prop, value]));
}

/** The host to which an agent of a generation sends what it captures. */
export function backendHost({ hosts }: Generation, dataRegion: string | undefined): string {
  return hosts[dataRegion?.trim().toUpperCase() as DataRegion] ?? hosts.US;
}

/** The host to which an agent that is there sends. */
export function hostOf(container: Runnable, generation: Generation, rows: readonly OptionRow[] = OPTIONS): string {
  const [row] = optionsOf(generation, rows).filter(({ type }) => type === 'dataRegion');
  return backendHost(generation, row && valueOf(container, row, generation, rows));
}

/** The URL of the forward proxy that an agent uses. */
export function proxyOf(container: Runnable, rows: readonly OptionRow[] = OPTIONS): string | undefined {
  return rows.filter(({ type }) => type === 'proxyUrl').flatMap(row => argumentsFor(container, row, rows)).pop();
}
