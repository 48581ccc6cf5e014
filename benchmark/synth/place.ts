import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Run } from './child';
import type { LayoutName } from './layouts';
import { PACKAGE } from '../../packages/consumers';
import { run } from '../../packages/run';
import { FLOOR, ROOT } from '../../packages/versions';

export type Kind = 'sidecar' | 'hand' | 'datadog';

/** The packages of `make benchmark`, with their lock file: Datadog's, and an aws-cdk-lib that it accepts. */
const PINNED = join(ROOT, 'benchmark/datadog');

/** A folder with the library as users have it, beside one version of aws-cdk-lib, and with the app in JavaScript. */
export class Place {
  private readonly folder: string;
  /** Of aws-cdk-lib. */
  public readonly version: string;

  /** @param cdk `floor` is the oldest supported one: it is in node_modules of this repository, where Node finds it. `newest` has Datadog's package beside it */
  public constructor(cdk: 'floor' | 'newest') {
    this.folder = cdk === 'newest' ? pinnedPackages() : join(ROOT, '.cache/benchmark', cdk);
    mkdirSync(this.folder, { recursive: true });
    this.version = cdk === 'floor' ? FLOOR.cdk : JSON.parse(readFileSync(join(this.folder, 'node_modules/aws-cdk-lib/package.json'), 'utf8')).version;
    const library = join(this.folder, 'node_modules', PACKAGE);
    rmSync(library, { recursive: true, force: true });
    for (const name of ['package.json', 'lib']) cpSync(join(ROOT, name), join(library, name), { recursive: true });
    const outfile = join(this.folder, 'child.js');
    buildSync({ entryPoints: [join(__dirname, 'child.ts')], outfile, bundle: true, platform: 'node', packages: 'external', target: 'node20' });
  }

  public synthesize(kind: Kind, layout: LayoutName, services: number): Run {
    const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
    try {
      const command = [join(this.folder, 'child.js'), kind, layout, String(services), outdir];
      const output = execFileSync(process.execPath, command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      return JSON.parse(output.trim().split('\n').pop()!);
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  }
}

/** The folder in which the packages of the lock file are installed. The stamp is written last, so an interrupted installation starts again. */
export function pinnedPackages(): string {
  const folder = join(ROOT, '.cache/benchmark/newest');
  const [stamp, lock] = [join(folder, 'stamp'), readFileSync(join(PINNED, 'package-lock.json'), 'utf8')];
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return folder;
  console.log('Installing the packages of benchmark/datadog');
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(PINNED, name), join(folder, name));
  run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], { cwd: folder });
  writeFileSync(stamp, lock);
  return folder;
}
