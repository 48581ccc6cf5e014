import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Consumer } from './consumers';
import { run } from './run';
import { ROOT } from './versions';

export interface Context { readonly [key: string]: string | number | boolean }

/** The result of an example's own command. */
export interface Synthesis {
  readonly status: number | null;
  /** Standard output and standard error. */
  readonly output: string;
  /** By stack. Empty if the synthesis failed. */
  readonly templates: { readonly [stack: string]: any };
  /** The metadata of all constructs, by path. */
  readonly metadata: { readonly [path: string]: readonly { readonly type: string; readonly data?: any }[] };
}

/** For apps in TypeScript whose types another synthesis has checked. */
export const TYPES_CHECKED = { TS_NODE_TRANSPILE_ONLY: 'true' };

/** Runs the command of an example's `cdk.json`, as the CDK CLI does. The output also has the deprecations of aws-cdk-lib. */
export function synthesize(consumer: Consumer, example: string, context: Context, environment: NodeJS.ProcessEnv = {}): Synthesis {
  const folder = join(consumer.folder, example);
  const { app, context: own = {} } = JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8'));
  const assembly = mkdtempSync(join(tmpdir(), 'cdk-postman-live-collection-'));
  try {
    const { status, stdout, stderr, error } = spawnSync(app, {
      cwd: folder,
      encoding: 'utf8',
      shell: true,
      maxBuffer: 2 ** 28,
      env: {
        ...process.env,
        ...consumer.environment,
        CDK_OUTDIR: assembly,
        CDK_CONTEXT_JSON: JSON.stringify({ ...own, ...context }),
        JSII_DEPRECATED: 'warn',
        JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20',
        ...environment,
      },
    });
    if (error) throw error;
    return { status, output: `${stdout}${stderr}`, ...readAssembly(assembly) };
  } finally {
    rmSync(assembly, { recursive: true, force: true });
  }
}

/** Reads the templates and the metadata of a cloud assembly. */
export function readAssembly(assembly: string): Pick<Synthesis, 'templates' | 'metadata'> {
  const files = readdirSync(assembly);
  const json = (name: string) => JSON.parse(readFileSync(join(assembly, name), 'utf8'));
  if (!files.includes('manifest.json')) return { templates: {}, metadata: {} };
  const stacks = Object.entries<any>(json('manifest.json').artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const beside = stacks.flatMap(([, { additionalMetadataFile: name }]) => name === undefined ? [] : [json(name)]);
  return {
    templates: Object.fromEntries(stacks.map(([stack, { properties }]) => [stack, json(properties.templateFile)])),
    // Newer versions of the CDK write the metadata into a file beside the manifest.
    metadata: Object.assign({}, ...stacks.map(([, { metadata }]) => metadata), ...beside),
  };
}

/** The deprecated members of aws-cdk-lib that an output names, such as `aws-cdk-lib.CfnResource#addDependency`. */
export function deprecationsIn(output: string): string[] {
  return [...new Set([...output.matchAll(/(aws-cdk-lib\.[\w.#]+) is deprecated/g)].map(([, name]) => name))].sort();
}

/** The feature flags of a new app, from `cdk init` of the newest CDK CLI. */
export function recommendedFlags(): Context {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-init-'));
  try {
    const cdk = join(ROOT, 'node_modules/.bin/cdk');
    run(cdk, ['init', 'app', '--language', 'typescript', '--generate-only', '--no-notices'], { cwd: folder, env: { CDK_DISABLE_CLI_TELEMETRY: 'true' } });
    return JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8')).context;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
