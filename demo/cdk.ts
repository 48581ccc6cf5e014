import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LocalAws } from './local-aws';
import { consumer } from '../packages/consumers';
import { readAssembly, TYPES_CHECKED } from '../packages/synthesis';
import { Language } from '../packages/versions';

const ROOT = resolve(__dirname, '..');
const COMMAND_LIMIT_MS = 1_200_000;

export interface Result {
  readonly code: number | null;
  readonly output: string;
}

/** A sidecar's verdict in the cloud assembly. */
export interface Verdict {
  readonly path: string;
  readonly verdict: string;
  readonly evidence: readonly { readonly finding: string; readonly remedy?: string }[];
}

/** A folder with a `cdk.json`, and the environment in which its command finds the language's tools. */
export interface CdkApp {
  readonly folder: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** In TypeScript the example itself, with the library compiled here; in other languages a copy of it with the package that a user installs. */
export function exampleApp(language: Language, example: string): CdkApp {
  // `make test` checks its types once.
  if (language === 'typescript') return { folder: join(ROOT, 'examples/typescript', example), environment: TYPES_CHECKED };
  const { folder, environment } = consumer(language, 'floor');
  return { folder: join(folder, example), environment };
}

/** Prepares the account as a user does, once. */
export async function bootstrap(aws: LocalAws): Promise<void> {
  const { AWS_ACCESS_KEY_ID: account, AWS_REGION: region } = aws.environment;
  // In a folder without an app, because the CLI would synthesize the app.
  await withFolder(async folder => expectSuccess('cdk bootstrap', await cdk({ folder }, ['bootstrap', `aws://${account}/${region}`], aws.environment)));
}

/** Deploys the app of an example. @param stacks  if it has several */
export async function deployExample(
  aws: LocalAws, app: CdkApp, context: { readonly [key: string]: string }, onLine?: (line: string) => void, stacks: readonly string[] = [],
): Promise<{ readonly output: string; readonly verdicts: readonly Verdict[] }> {
  return withFolder(async folder => {
    const result = await cdk(app, ['deploy', ...stacks, ...contextArguments(context), '--require-approval', 'never', '--method', 'direct', '--output', folder], aws.environment, onLine);
    return { output: expectSuccess('cdk deploy', result).output, verdicts: verdictsIn(folder) };
  });
}

/** Synthesizes the app of an example; this may fail. */
export async function synthesizeExample(aws: LocalAws, app: CdkApp, context: { readonly [key: string]: string }): Promise<Result> {
  return withFolder(folder => cdk(app, ['synth', '--quiet', ...contextArguments(context), '--output', folder], aws.environment));
}

/** Deletes the stack of an example. */
export async function destroyExample(aws: LocalAws, app: CdkApp, context: { readonly [key: string]: string }): Promise<void> {
  await withFolder(async folder => expectSuccess('cdk destroy', await cdk(app, ['destroy', '--force', ...contextArguments(context), '--output', folder], aws.environment)));
}

function contextArguments(context: { readonly [key: string]: string }): string[] {
  return Object.entries(context).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

function expectSuccess(command: string, result: Result): Result {
  if (result.code !== 0) throw new Error(`${command} ended with exit code ${result.code}.\n${result.output}`);
  return result;
}

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-postman-live-collection-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the project's own CDK command line in the folder of an app, as a user there would. */
export async function cdk(
  app: CdkApp, args: readonly string[], environment: NodeJS.ProcessEnv, onLine?: (line: string) => void,
): Promise<Result> {
  const child = spawn(join(ROOT, 'node_modules/.bin/cdk'), [...args, '--no-notices', '--no-version-reporting'], {
    cwd: app.folder,
    env: { ...environment, ...app.environment, PATH: `${join(ROOT, 'node_modules/.bin')}:${app.environment?.PATH ?? process.env.PATH}` },
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

function verdictsIn(folder: string): Verdict[] {
  return Object.values(readAssembly(folder).metadata).flat()
    .filter(({ type }) => type === 'cdk-postman-live-collection:egress')
    .flatMap(({ data }) => Object.entries<any>(data).map(([path, kept]) => ({ path, ...kept })));
}
