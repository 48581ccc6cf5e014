import { wordsOf } from './arguments';
import { Generation, GENERATIONS } from './generations';
import { OptionRow, OPTIONS } from './options';

/** What tells whether a container is an agent. Other members of a container definition do not matter. */
export interface Runnable {
  readonly image?: string;
  readonly entryPoint?: readonly unknown[];
  readonly command?: readonly unknown[];
}

/** The generation of the agent that a container runs, by its program or by its image; undefined if it is not an agent. */
export function recognizeAgent({ image, entryPoint = [] }: Runnable): Generation | undefined {
  return GENERATIONS.find(({ program }) => program === entryPoint[0]) ?? (image === undefined ? undefined : generationOfImage(image));
}

/** The generation that an image holds: from its own registry or any mirror of it, with any tag or digest. */
function generationOfImage(image: string): Generation | undefined {
  const [name] = image.split('@');
  const repository = `/${name.replace(/:[^:/]*$/, '')}`;
  return GENERATIONS.find(({ repositories }) => repositories.some(known => repository.endsWith(`/${known}`)));
}

/** The values that an option has in the arguments of an agent, in order. If the option may not be repeated, the agent uses the last. */
export function argumentsFor(
  { entryPoint = [], command = [] }: Runnable, { agentFlag }: Pick<OptionRow, 'agentFlag'>, rows: readonly OptionRow[] = OPTIONS,
): string[] {
  const words = wordsOf([...entryPoint, ...command], rows);
  return words.flatMap(({ flag, value }) => flag !== undefined && flag === agentFlag && value !== undefined ? [value] : []);
}

/** Where an agent sends, by the properties of the constructs; empty if its arguments do not say. */
export function destinationOf(container: Runnable, rows: readonly OptionRow[] = OPTIONS): { readonly [prop: string]: string } {
  return Object.fromEntries(rows.filter(({ isDestination }) => isDestination).flatMap(row => {
    const value = argumentsFor(container, row, rows).pop();
    return value === undefined ? [] : [[row.prop, value]];
  }));
}

/** The URL of the forward proxy that an agent uses. */
export function proxyOf(container: Runnable, rows: readonly OptionRow[] = OPTIONS): string | undefined {
  return rows.filter(({ type }) => type === 'proxyUrl').flatMap(row => argumentsFor(container, row, rows)).pop();
}
