import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MovedAws } from './moved-aws';

const ROOT = resolve(__dirname, '../..');
const PROGRAM = join(ROOT, 'assets/cli/main.mjs');
/** Where `make benchmark` has installed boto3 and the AWS CLI. */
const PYTHON = join(ROOT, '.cache/benchmark/python/venv/bin');
/** Far above what a run takes. */
const LIMIT_MS = 1_800_000;

export const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
export const CLUSTER = 'shop';

/** The container that the scripts add, as the documentation of the agent has it. */
export const CONTAINER = {
  name: 'postman-lc-agent',
  image: 'docker.postman.com/postman-lc-agent:latest',
  essential: false,
  entryPoint: ['/postman-lc-agent', 'apidump', '--collection', COLLECTION],
  secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: 'postman/api-key' }],
  memoryReservation: 128,
};

export type Action = 'add' | 'remove';
/** Each service with its wait; all services, and then the waits; or each service with its wait, all at the same time. */
export type Order = 'one-by-one' | 'wait-last' | 'at-once';
export type Way = 'this' | 'boto3' | 'aws-cli';

export interface Ended {
  /** Of each process: null if a signal ended it. */
  readonly codes: readonly (number | null)[];
  readonly seconds: number;
  /** Resident, of the largest process. */
  readonly peakMB: number;
}

/** Runs a way to its end. This library has one order of its own. @param services all of the account */
export async function carryOut(moved: MovedAws, way: Way, action: Action, order: Order, services: readonly string[]): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'ways-'));
  const started = moved.clock.now();
  // What does not sleep through the clock's server is always awake.
  const isOnePool = way === 'boto3' && order === 'at-once';
  moved.clock.workers = isOnePool || way === 'aws-cli' ? 0 : 1;
  try {
    const commands = way === 'aws-cli' && order === 'at-once' ? services.map(one => shell(action, 'one-by-one', [one]))
      : [way === 'aws-cli' ? shell(action, order, services) : way === 'boto3' ? python(action, order, services) : own(action)];
    const runs = commands.map(async (command, index) => {
      if (way === 'aws-cli') moved.count(1);
      const code = await execute(command, join(folder, `peak-${index}`), { ...moved.env, TMPDIR: folder });
      if (way === 'aws-cli') moved.count(-1);
      return code;
    });
    const codes = await Promise.all(runs);
    const peaks = commands.map((_, index) => Number(readFileSync(join(folder, `peak-${index}`), 'utf8').trim().split('\n').at(-1)) / 1000);
    return { codes, seconds: (moved.clock.now() - started) / 1000, peakMB: Math.max(...peaks) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function own(action: Action): readonly string[] {
  return [process.execPath, PROGRAM, 'ecs', action, '--cluster', CLUSTER, '--all', ...action === 'add' ? ['--collection', COLLECTION] : []];
}

function python(action: Action, order: Order, services: readonly string[]): readonly string[] {
  const options = ['--cluster', CLUSTER, '--container', JSON.stringify(CONTAINER), '--order', order, ...action === 'remove' ? ['--remove'] : []];
  return [join(PYTHON, 'python'), join(__dirname, 'add_agent.py'), ...options, ...services];
}

function shell(action: Action, order: Order, services: readonly string[]): readonly string[] {
  return [join(__dirname, 'add-agent.sh'), CLUSTER, JSON.stringify(CONTAINER), action, order, ...services];
}

async function execute(command: readonly string[], peak: string, env: Readonly<Record<string, string>>): Promise<number | null> {
  return new Promise((fulfil, reject) => {
    const child = spawn('/usr/bin/time', ['-f', '%M', '-o', peak, ...command], {
      env: { ...env, PATH: `${PYTHON}:${process.env.PATH}`, PYTHONPATH: join(__dirname, 'moved') }, stdio: 'ignore', timeout: LIMIT_MS,
    });
    child.once('error', reject).once('close', fulfil);
  });
}
