import { configureGlobal } from 'fast-check';

export * from 'fast-check';

/**
 * fast-check with one seed for all properties: what passes once passes again, on any machine. SEED=<number> tries other values, and SEED=new those of a
 * new seed, which a failure prints. `make prove` does so.
 */
const { SEED = '17' } = process.env;
if (SEED !== 'new' && !/^-?\d+$/.test(SEED)) throw new Error(`SEED must be a whole number, or \`new\`, got: ${SEED}`);
configureGlobal(SEED === 'new' ? {} : { seed: Number(SEED) });

/** How often a property is tried: with the first quarter of the values in `make test`, and with all of them if a seed is given. */
export function runs(all: number): { readonly numRuns: number } {
  return { numRuns: process.env.SEED === undefined ? Math.ceil(all / 4) : all };
}
