import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { mavenOptions } from './consumers';
import { run } from './run';
import { ROOT } from './versions';

/** Builds the packages of `dist/` by the tasks that a release runs, and prints their sizes. */
const TASKS = ['package:js', 'package:python', 'package:java'];

try {
  const env = { CI: '1', MAVEN_OPTS: mavenOptions() };
  // The readme in the packages has its samples translated from what this extracts.
  run('jsii-rosetta', ['extract', '--strict'], { env });
  for (const task of TASKS) run('projen', [task], { env });
  for (const name of readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' }).filter(file => /\.(tgz|whl|tar\.gz|jar)$/.test(file))) {
    console.log(`  ${(statSync(join(ROOT, 'dist', name)).size / 1024 / 1024).toFixed(2)} MB  dist/${name}`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
