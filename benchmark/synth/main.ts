import { isDeepStrictEqual, parseArgs } from 'node:util';
import type { Run, Time } from './child';
import { LayoutName, LAYOUTS } from './layouts';
import { Place } from './place';
import { FLOOR, NEWEST } from '../../packages/versions';

/**
 * Measures an app whose services have the sidecar, compared with the same containers and permissions written by hand. Each run is a
 * process. The two kinds alternate, and a result is the median of the ratios of neighbouring runs.
 *
 * Usage: ts-node benchmark/synth/main.ts [--services 10,100,500] [--layouts one-vpc,many-vpcs,many-stacks,stages]
 *                                        [--cdk floor,newest,2.250.0] [--pairs 3]
 */
const { values: given } = parseArgs({
  options: {
    services: { type: 'string', default: '10,100,500' },
    layouts: { type: 'string', default: 'one-vpc' },
    cdk: { type: 'string', default: 'floor,newest' },
    pairs: { type: 'string', default: '3' },
  },
});
const SIZES = given.services.split(',').map(Number);
const NAMES = given.layouts.split(',') as LayoutName[];
const VERSIONS = given.cdk.split(',').map(version => version === 'floor' ? FLOOR.cdk : version === 'newest' ? NEWEST.typescript : version);
const PAIRS = Number(given.pairs);

type Pair = { readonly [kind in 'sidecar' | 'hand']: Run };

const COLUMNS = [
  'aws-cdk-lib', 'layout', 'services', 'CPU by hand', 'CPU ratio', 'whole process: CPU ratio', 'wall time ratio', 'peak memory ratio', 'more heap kept',
] as const;

function main(): void {
  const unknown = NAMES.filter(name => !(name in LAYOUTS));
  if (unknown.length > 0) throw new Error(`The layout must be one of ${Object.keys(LAYOUTS).join(', ')}, got: ${unknown.join(', ')}.`);
  printRow(COLUMNS);
  printRow(COLUMNS.map(() => '---'));
  const imports: string[] = [];
  for (const version of VERSIONS) {
    const place = new Place(version);
    for (const layout of NAMES) SIZES.forEach(services => printRow([version, layout, String(services), ...measure(place, layout, services)]));
    imports.push(`Importing the library after the constructs of an app by hand, aws-cdk-lib ${version}: ${importTime(place).toFixed(0)} ms of CPU`);
  }
  console.log(`\nEach ratio is sidecar / by hand, the median of ${PAIRS} alternated pairs.\n${imports.join('\n')}`);
}

function measure(place: Place, layout: LayoutName, services: number): string[] {
  const pairs = Array.from({ length: PAIRS }, (_, number) => pair(place, layout, services, number));
  const ratio = (of: (run: Run) => number) => median(pairs.map(({ sidecar, hand }) => of(sidecar) / of(hand))).toFixed(3);
  const cpu = ({ cpuMs }: Time) => cpuMs;
  const kept = median(pairs.map(({ sidecar, hand }) => sidecar.keptBytes - hand.keptBytes));
  return [
    `${(median(pairs.map(({ hand }) => hand.synthesis.cpuMs)) / 1000).toFixed(2)} s`,
    ratio(({ synthesis }) => cpu(synthesis)),
    ratio(({ whole }) => cpu(whole)),
    ratio(({ whole }) => whole.wallMs),
    ratio(({ peakKiB }) => peakKiB),
    `${(kept / 1e6).toFixed(1)} MB`,
  ];
}

function pair(place: Place, layout: LayoutName, services: number, number: number): Pair {
  // The first run finds a colder disk cache, so the order alternates, too.
  const kinds = number % 2 ? ['hand', 'sidecar'] as const : ['sidecar', 'hand'] as const;
  const runs = Object.fromEntries(kinds.map(kind => [kind, place.synthesize(kind, layout, services)])) as Pair;
  if (!isDeepStrictEqual(runs.sidecar.resources, runs.hand.resources)) {
    throw new Error(`The two apps must have the same resources, got: ${JSON.stringify(runs.sidecar.resources)} and ${JSON.stringify(runs.hand.resources)}`);
  }
  return runs;
}

function importTime(place: Place): number {
  return median(Array.from({ length: PAIRS }, () => place.import().cpuMs));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function printRow(cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
