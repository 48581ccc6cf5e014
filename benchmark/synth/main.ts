import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/**
 * Measures the synthesis of an app with 500 services with the sidecar, compared with the same containers and permissions written by
 * hand. Each run is a process; the two kinds alternate, and the result is the median of the ratios of neighbouring runs.
 *
 * Usage: ts-node benchmark/synth/main.ts [pairs] [services]
 */
const PAIRS = Number(process.argv[2] ?? 9);
const SERVICES = Number(process.argv[3] ?? 500);

interface Run {
  readonly milliseconds: number;
  readonly peakKiB: number;
  readonly resources: { readonly [type: string]: number };
}

function run(kind: 'sidecar' | 'hand'): Run {
  const folder = mkdtempSync(join(tmpdir(), 'synth-'));
  try {
    const child = ['-r', 'ts-node/register/transpile-only', join(__dirname, 'child.ts')];
    const output = execFileSync(process.execPath, [...child, kind, String(SERVICES), folder], { encoding: 'utf8' });
    return JSON.parse(output.trim().split('\n').pop()!);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const pairs = Array.from({ length: PAIRS }, (_, number) => {
  // The first run finds a colder disk cache, so the kinds alternate here, too.
  const kinds = number % 2 ? ['hand', 'sidecar'] as const : ['sidecar', 'hand'] as const;
  const runs = Object.fromEntries(kinds.map(kind => [kind, run(kind)])) as { readonly [kind in 'hand' | 'sidecar']: Run };
  if (!isDeepStrictEqual(runs.sidecar.resources, runs.hand.resources)) {
    throw new Error(`The two apps must have the same resources, got: ${JSON.stringify(runs.sidecar.resources)} and ${JSON.stringify(runs.hand.resources)}`);
  }
  const line = (of: (run: Run) => number, unit: string) => `${of(runs.sidecar).toFixed(0)} / ${of(runs.hand).toFixed(0)} ${unit}`;
  console.log(`pair ${number + 1}: ${line(({ milliseconds }) => milliseconds, 'ms')}, ${line(({ peakKiB }) => peakKiB / 1024, 'MiB')}`);
  return runs;
});

const ratio = (of: (run: Run) => number) => median(pairs.map(({ sidecar, hand }) => of(sidecar) / of(hand)));
const [time, memory] = [ratio(({ milliseconds }) => milliseconds), ratio(({ peakKiB }) => peakKiB)];
console.log(`${SERVICES} services, ${PAIRS} pairs, sidecar / by hand, median ratio: time ${time.toFixed(3)}, peak memory ${memory.toFixed(3)}`);
