import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from './run';
import { ROOT } from './versions';

/** The second npm package: only the command line, so `npx` does not ask the registry about the CDK, a peer of the first package. */
export const COMMAND_LINE = 'postman-live-collection';

interface Library {
  readonly [member: string]: unknown;
  readonly version: string;
  readonly license: string;
}

/** @param library the `package.json` of the first package: both have one version, one licence, one repository */
export function manifestOf({ version, repository, author, license, engines, publishConfig }: Library) {
  return {
    name: COMMAND_LINE,
    version,
    description: "Adds Postman's agent (Insights or Live Collection) to Amazon ECS services, checks its way to Postman first, and follows the rollout.",
    keywords: ['api', 'aws', 'cli', 'ecs', 'fargate', 'insights', 'live-collections', 'observability', 'postman', 'sidecar'],
    homepage: 'https://github.com/cdkpostman/cdk-postman-live-collection/blob/main/docs/command-line.md',
    bugs: 'https://github.com/cdkpostman/cdk-postman-live-collection/issues',
    repository,
    author,
    license,
    bin: { [COMMAND_LINE]: 'cli/main.mjs' },
    engines,
    publishConfig,
  };
}

/**
 * Packs the bundle in `assets/cli`.
 *
 * @param destination the folder of the package
 * @returns the package's file
 * @throws Error if the command line has not been bundled
 */
export function packCommandLine(destination: string, bundle = join(ROOT, 'assets/cli')): string {
  const folder = mkdtempSync(join(tmpdir(), 'postman-live-collection-'));
  try {
    cpSync(bundle, join(folder, 'cli'), { recursive: true });
    cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
    cpSync(join(ROOT, 'packages/command-line/README.md'), join(folder, 'README.md'));
    const manifest = manifestOf(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
    mkdirSync(destination, { recursive: true });
    run('npm', ['pack', '--ignore-scripts', '--pack-destination', resolve(destination)], { cwd: folder });
    return join(destination, `${COMMAND_LINE}-${manifest.version}.tgz`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) {
  try {
    console.log(packCommandLine(process.argv[2] ?? join(ROOT, 'dist/js')));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
