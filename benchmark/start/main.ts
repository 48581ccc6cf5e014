import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

/** Measures how long `ecs --help` takes, compared with a Node that does nothing, alternated in one run. */
const PROGRAM = join(resolve(__dirname, '../..'), 'assets/cli/main.mjs');
const PAIRS = 21;

function milliseconds(...args: string[]): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - started;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const pairs = Array.from({ length: PAIRS }, () => ({ bare: milliseconds('-e', '0'), help: milliseconds(PROGRAM, 'ecs', '--help') }));
const bare = median(pairs.map(pair => pair.bare));
const more = median(pairs.map(pair => pair.help - pair.bare));
console.log(`ecs --help, ${PAIRS} pairs: median ${more.toFixed(0)} ms more than a bare node, which takes ${bare.toFixed(0)} ms; `
  + `ratio ${((bare + more) / bare).toFixed(2)}`);
