import { finding, Finding } from './findings';
import { DestinationKind, destinationsIn, Generation, GenerationName, generationOfImage, isGiven, OptionRow, OPTIONS, optionsOf } from '../agent';

/** Whether the options name exactly one destination, and all of it. */
export function checkDestination(generation: Generation, given: { readonly [prop: string]: unknown }, rows: readonly OptionRow[]): Finding[] {
  const givenRows = rows.filter(row => isGiven(given, row));
  const named = destinationsIn(given, givenRows);
  if (named.length > 1) {
    return [finding('destination', { problem: 'several', options: givenRows.filter(row => row.destination !== undefined).map(({ prop }) => prop) })];
  }
  const [destination] = named;
  const own = optionsOf(generation, rows).filter(row => row.destination !== undefined);
  if (destination === undefined) return own.some(({ prop }) => prop in given) ? [finding('destination', { problem: 'none', choices: choicesIn(own) })] : [];
  const missing = own.filter(row => row.destination === destination && !isGiven(given, row)).map(({ prop }) => prop);
  if (missing.length > 0) {
    const options = own.filter(row => row.destination === destination && isGiven(given, row)).map(({ prop }) => prop);
    return [finding('destination', { problem: 'incomplete', options, missing })];
  }
  const ownRows = givenRows.filter(({ generations }) => generations.includes(generation.name));
  const parts = ownRows.filter(({ partOf }) => partOf !== undefined && partOf !== destination);
  return parts.map(({ prop, partOf }) =>
    finding('destination', { problem: 'part', option: prop, needs: own.find(row => row.destination === partOf)!.prop }));
}

/** That no destination is named, with those that go with the other options. */
export function missingDestination(given: { readonly [prop: string]: unknown }, rows: readonly OptionRow[] = OPTIONS): Finding {
  return finding('destination', { problem: 'none', choices: choicesIn(destinationRows(given, rows)) });
}

/** The rows of destinations that go with the other options that are given, and with the agent that an image holds. */
export function destinationRows(given: { readonly [prop: string]: unknown }, rows: readonly OptionRow[] = OPTIONS): OptionRow[] {
  const needed = rows.filter(({ prop }) => given[prop] !== undefined);
  const kinds = new Set(needed.flatMap(({ partOf }) => partOf ?? []));
  const held = typeof given.image === 'string' ? generationOfImage(given.image) : undefined;
  const fits = (name: GenerationName) => needed.every(row => row.generations.includes(name)) && (held === undefined || held.name === name);
  const isOne = (kind: DestinationKind | undefined) => kind !== undefined && (kinds.size === 0 || kinds.has(kind));
  return rows.filter(({ destination, generations }) => isOne(destination) && generations.some(fits));
}

/** The options of each destination that a user may choose. */
export function choicesIn(rows: readonly OptionRow[]): string[][] {
  const kinds = [...new Set(rows.flatMap(({ destination }) => destination ?? []))];
  return kinds.map(kind => rows.filter(({ destination }) => destination === kind).map(({ prop }) => prop));
}
