import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
const COMMAND_LIMIT_MS = 300_000;

export interface Result {
  readonly code: number | null;
  readonly output: string;
}

/** A cloud assembly that a CDK command left, in a folder of its own. */
export interface Assembly {
  readonly folder: string;
  /** Metadata entries of one type, by the construct path they stand on. */
  metadata<T>(type: string): { readonly path: string; readonly data: T }[];
  remove(): void;
}

/** Runs the project's own CDK command line on an example, as a user in that folder would. */
export async function cdk(example: string, args: readonly string[], environment: NodeJS.ProcessEnv, onLine?: (line: string) => void): Promise<Result> {
  const child = spawn(join(ROOT, 'node_modules/.bin/cdk'), [...args, '--no-notices', '--no-version-reporting'], {
    cwd: join(ROOT, 'examples', example),
    env: { ...environment, PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: COMMAND_LIMIT_MS,
  });
  let output = '';
  let rest = '';
  const take = (chunk: Buffer) => {
    output += chunk.toString();
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop()!;
    lines.forEach(line => onLine?.(line));
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const code = await new Promise<number | null>((fulfil, reject) => child.once('error', reject).once('close', fulfil));
  return { code, output };
}

export function newAssembly(): Assembly {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-postman-live-collection-'));
  return {
    folder,
    metadata: type => readdirSync(folder)
      .filter(name => name === 'manifest.json')
      .flatMap(name => Object.values<any>(JSON.parse(readFileSync(join(folder, name), 'utf8')).artifacts))
      .flatMap(artifact => Object.entries<any>(artifact.metadata ?? {}))
      .flatMap(([path, entries]) => entries.filter((entry: any) => entry.type === type).map((entry: any) => ({ path, data: entry.data }))),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
