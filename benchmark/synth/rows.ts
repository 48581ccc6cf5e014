import { isDeepStrictEqual } from 'node:util';
import type { Run } from './child';
import { LayoutName } from './layouts';
import { Kind, Place } from './place';
import { median, Row } from '../table';

/** What the library is compared with, and with which version of aws-cdk-lib. */
const COMPARED = [
  { cdk: 'floor', other: 'hand', name: 'the same containers and permissions written by hand' },
  { cdk: 'newest', other: 'hand', name: 'the same containers and permissions written by hand' },
  { cdk: 'newest', other: 'datadog', name: 'DatadogECSFargate of datadog-cdk-constructs-v2' },
] as const;

export interface SynthesisOptions {
  readonly sizes: readonly number[];
  readonly layouts: readonly LayoutName[];
  readonly pairs: number;
}

/**
 * An app whose services have the sidecar, compared with others. Each run is a process. The kinds alternate, and a result is the median of the
 * ratios of neighbouring runs.
 */
export async function synthesisRows({ sizes, layouts, pairs }: SynthesisOptions = { sizes: [10, 100, 500], layouts: ['one-vpc'], pairs: 3 }): Promise<Row[]> {
  const rows: Row[] = [];
  for (const cdk of ['floor', 'newest'] as const) {
    const place = new Place(cdk);
    const compared = COMPARED.filter(one => one.cdk === cdk);
    for (const layout of layouts) {
      for (const services of sizes) {
        console.log(`  ${services} services, ${layout}, aws-cdk-lib ${place.version}`);
        const kinds: readonly Kind[] = ['sidecar', ...compared.map(({ other }) => other)];
        const rounds = Array.from({ length: pairs }, (_, round) => runAll(place, kinds, layout, services, round));
        for (const { other, name } of compared) {
          const what = `${services} services on aws-cdk-lib ${place.version}, beside ${name}`;
          rows.push(...rowsOf(rounds, { cdk, layout, services, other, what }));
        }
      }
    }
  }
  return rows;
}

type Round = { readonly [kind in Kind]?: Run };

/** The first run finds a colder disk cache, so the order alternates, too. */
function runAll(place: Place, kinds: readonly Kind[], layout: LayoutName, services: number, round: number): Round {
  const order = round % 2 ? [...kinds].reverse() : kinds;
  const runs: Round = Object.fromEntries(order.map(kind => [kind, place.synthesize(kind, layout, services)]));
  if (!isDeepStrictEqual(runs.sidecar!.resources, runs.hand!.resources)) {
    throw new Error(`The two apps must have the same resources, got: ${JSON.stringify(runs.sidecar!.resources)} and ${JSON.stringify(runs.hand!.resources)}`);
  }
  return runs;
}

interface Compared { readonly cdk: string; readonly layout: LayoutName; readonly services: number; readonly other: Kind; readonly what: string }

function rowsOf(rounds: readonly Round[], { cdk, layout, services, other, what }: Compared): Row[] {
  const row = (measure: string, said: string, unit: string, of: (run: Run) => number): Row => ({
    id: `synth/${cdk}/${layout}/${services}/${other}/${measure}`,
    what: `${what}: ${said}`,
    ratio: median(rounds.map(round => of(round.sidecar!) / of(round[other]!))),
    parts: {
      [`this, ${unit}`]: median(rounds.map(round => of(round.sidecar!))),
      [`${other}, ${unit}`]: median(rounds.map(round => of(round[other]!))), pairs: rounds.length,
    },
  });
  return [
    row('cpu', 'CPU of the whole process', 's', ({ cpuMs }) => cpuMs / 1000),
    row('memory', 'resident at the peak', 'MB', ({ peakKiB }) => peakKiB * 1024 / 1e6),
  ];
}
