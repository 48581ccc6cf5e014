import { factsOf } from './facts';
import { EgressJudge } from '../../../src/egress';
import { everyday } from '../model/everyday';
import { generate } from '../model/generate';
import { verdict as modelled } from '../model/hidden';

/*
 * The judge against an independent model of AWS's networks. `WORLDS` is how many networks are generated; `make prove` takes a million.
 */
const WORLDS = Number(process.env.WORLDS ?? 8000);
/** More than a slow machine needs: the test has no time of its own to fail. */
const PATIENCE = 3 * 60 * 60 * 1000;

interface Judged {
  readonly seed: number;
  readonly model: string;
  readonly verdict: string;
  /** Whether the verdict takes Postman's host to have no IPv6 address: in an IPv6-only subnet with NAT64 and no route for IPv6. */
  readonly isAssumed: boolean;
}

function judgedWorlds(make: (seed: number) => Parameters<typeof factsOf>[0]): readonly Judged[] {
  return Array.from({ length: WORLDS }, (_, seed) => {
    const world = make(seed);
    const { verdict, evidence } = new EgressJudge().judge(factsOf(world));
    const model = modelled(world);
    const isAssumed = verdict === 'reachable' && model !== verdict && evidence.some(({ finding }) => finding.includes('the internet over NAT64'))
      && modelled(world, { hostIsIpv4Only: true }) === verdict;
    return { seed, model, verdict, isAssumed };
  });
}

const isFalse = ({ model, verdict, isAssumed }: Judged) => verdict !== 'unknown' && verdict !== model && !isAssumed;

test(`no verdict is false on ${WORLDS} hostile networks, whatever the hidden facts are`, () => {
  const judged = judgedWorlds(generate);
  expect(judged.filter(isFalse)).toEqual([]);
  expect(judged.filter(({ isAssumed }) => isAssumed).length).toBeLessThan(WORLDS / 1000);
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
