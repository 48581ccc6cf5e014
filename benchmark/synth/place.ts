import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Run, Time } from './child';
import type { LayoutName } from './layouts';
import { PACKAGE } from '../../packages/consumers';
import { run } from '../../packages/run';
import { FLOOR, NEWEST_CONSTRUCTS, ROOT } from '../../packages/versions';

/** A folder with the library as users have it, beside one version of aws-cdk-lib, and with the app in JavaScript. */
export class Place {
  private readonly folder: string;

  public constructor(cdk: string) {
    this.folder = join(ROOT, '.cache/benchmark', cdk);
    mkdirSync(this.folder, { recursive: true });
    // The oldest version is in node_modules of this repository, where Node finds it.
    if (cdk !== FLOOR.cdk) installCdk(this.folder, cdk);
    const library = join(this.folder, 'node_modules', PACKAGE);
    rmSync(library, { recursive: true, force: true });
    for (const name of ['package.json', 'lib']) cpSync(join(ROOT, name), join(library, name), { recursive: true });
    const outfile = join(this.folder, 'child.js');
    buildSync({ entryPoints: [join(__dirname, 'child.ts')], outfile, bundle: true, platform: 'node', packages: 'external', target: 'node20' });
  }

  public synthesize(kind: 'sidecar' | 'hand', layout: LayoutName, services: number): Run {
    return this.execute(kind, layout, services) as Run;
  }

  public import(): Time {
    return this.execute('import', 'one-vpc', 1) as Time;
  }

  private execute(kind: string, layout: LayoutName, services: number): unknown {
    const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
    try {
      const child = ['--expose-gc', join(this.folder, 'child.js')];
      const output = execFileSync(process.execPath, [...child, kind, layout, String(services), outdir], { encoding: 'utf8' });
      return JSON.parse(output.trim().split('\n').pop()!);
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  }
}

function installCdk(folder: string, cdk: string): void {
  if (existsSync(join(folder, 'node_modules/aws-cdk-lib/package.json'))) return;
  console.log(`Installing aws-cdk-lib ${cdk}`);
  writeFileSync(join(folder, 'package.json'), '{"private": true}');
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', `aws-cdk-lib@${cdk}`, `constructs@${NEWEST_CONSTRUCTS}`], { cwd: folder });
}
