import * as fc from '../random';

/** How often each property is tried: a few seconds in `make test`, minutes in `make prove`. */
export const RUNS = { numRuns: Number(process.env.FUZZ ?? 300) } as const;

/** Texts that programs stumble over. */
const ODD = [
  '', ' ', '\n', '\0', '\x1b[2J', '\u202e', '\ud800', '%', '%E0%A4%A', '=', '::', '/', ':', '*', '?', '[', '(', '\\', '"', '{', 'null',
  'constructor', '__proto__', 'toString', '-1',
  '0', '1e999', 'NaN', '9'.repeat(40), '0.0.0.0/0', '::/0', '10.0.0.0/33', '999.1.1.1/8', 'arn:', 'arn:aws:ecs:',
  'a'.repeat(5000), '*'.repeat(60), '='.repeat(50), '🦊', 'é́',
];

export const oddText = fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: 'binary', maxLength: 20 }), fc.string({ maxLength: 12 }));

/** A text made of pieces of valid ones and of odd ones. */
export function textOf(...pieces: string[]): fc.Arbitrary<string> {
  return fc.array(fc.oneof(fc.constantFrom(...pieces), oddText), { maxLength: 8 }).map(parts => parts.join(''));
}

export interface Mutation {
  /** Which leaf or member, by its number. */
  readonly at: number;
  readonly to: 'gone' | { readonly text: string } | { readonly number: number } | { readonly flag: boolean } | 'empty';
}

export const mutations = fc.array(fc.record({
  at: fc.nat({ max: 100_000 }),
  to: fc.oneof<fc.Arbitrary<Mutation['to']>[]>(
    fc.constant('gone' as const), fc.constant('empty' as const), oddText.map(text => ({ text })), fc.integer().map(number => ({ number })),
    fc.boolean().map(flag => ({ flag })),
  ),
}), { minLength: 1, maxLength: 6 });

/** A copy of an answer with members that are absent, empty, or have another value of the same type: what an API may answer as far as its model goes. */
export function mutated<T>(value: T, changes: readonly Mutation[]): T {
  const copy = structuredClone(value);
  const places: { readonly of: any; readonly name: string }[] = [];
  const visit = (of: any): void => {
    for (const name of Object.keys(of)) {
      places.push({ of, name });
      if (typeof of[name] === 'object' && of[name] !== null) visit(of[name]);
    }
  };
  visit(copy);
  if (places.length === 0) return copy;
  for (const { at, to } of changes) {
    const { of, name } = places[at % places.length];
    const before = of[name];
    if (to === 'gone') {
      if (Array.isArray(of)) of.splice(Number(name), 1);
      else delete of[name];
    } else if (to === 'empty') {
      if (Array.isArray(before)) of[name] = [];
      else if (typeof before === 'string') of[name] = '';
    } else if ('text' in to && typeof before === 'string') {
      of[name] = to.text;
    } else if ('number' in to && typeof before === 'number') {
      of[name] = to.number;
    } else if ('flag' in to && typeof before === 'boolean') {
      of[name] = to.flag;
    }
  }
  return copy;
}
