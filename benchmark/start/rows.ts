import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { median, Row } from '../table';

const PROGRAM = join(resolve(__dirname, '../..'), 'assets/cli/main.mjs');
const PAIRS = 21;

function milliseconds(...args: string[]): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - started;
}

/** How long `ecs --help` takes, compared with a Node that does nothing, alternated in one run. */
export async function startRows(): Promise<Row[]> {
  const pairs = Array.from({ length: PAIRS }, () => ({ bare: milliseconds('-e', '0'), help: milliseconds(PROGRAM, 'ecs', '--help') }));
  return [{
    id: 'start/help',
    what: '`ecs --help`, beside a Node that does nothing: milliseconds',
    ratio: median(pairs.map(({ bare, help }) => help / bare)),
    parts: { 'this, ms': median(pairs.map(({ help }) => help)), 'Node, ms': median(pairs.map(({ bare }) => bare)), 'pairs': PAIRS },
  }];
}
