import { factsOf } from './facts';
import { EgressJudge } from '../../../src/egress';
import { everyday } from '../model/everyday';
import { generate } from '../model/generate';
import { verdict as modelled } from '../model/hidden';

/*
 * The judge against an independent model of AWS's networks. `WORLDS` is how many networks are generated; `make prove` takes a million.
 */
const WORLDS = Number(process.env.WORLDS ?? 20_000);
/** More than a slow machine needs: the test has no time of its own to fail. */
const PATIENCE = 3 * 60 * 60 * 1000;

interface Judged {
  readonly seed: number;
  readonly model: string;
  readonly verdict: string;
}

function judgedWorlds(make: (seed: number) => Parameters<typeof factsOf>[0]): readonly Judged[] {
  return Array.from({ length: WORLDS }, (_, seed) => {
    const world = make(seed);
    return { seed, model: modelled(world), verdict: new EgressJudge().judge(factsOf(world)).verdict };
  });
}

const isFalse = ({ model, verdict }: Judged) => verdict !== 'unknown' && verdict !== model;

test(`no verdict is false on ${WORLDS} hostile networks, whatever the hidden facts are`, () => {
  const judged = judgedWorlds(generate);
  expect(judged.filter(isFalse)).toEqual([]);
  // Each verdict is tried, and most of what can be known is known.
  for (const each of ['reachable', 'unreachable', 'unknown']) expect(judged.filter(({ verdict }) => verdict === each).length).toBeGreaterThan(WORLDS / 10);
  const certain = judged.filter(({ model }) => model !== 'unknown');
  expect(certain.filter(({ verdict }) => verdict === 'unknown').length).toBeLessThan(certain.length / 5);
}, PATIENCE);

test(`no verdict is false on ${WORLDS} everyday networks, and at most one in a hundred is unknown without need`, () => {
  const judged = judgedWorlds(everyday);
  expect(judged.filter(isFalse)).toEqual([]);
  expect(judged.filter(({ model, verdict }) => verdict === 'unknown' && model !== 'unknown').length).toBeLessThanOrEqual(WORLDS / 100);
}, PATIENCE);
