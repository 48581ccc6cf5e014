import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { mavenOptions } from './consumers';
import { run } from './run';
import { ROOT } from './versions';

/** Builds the packages in `dist/` with the tasks of a release, and prints their sizes. */
const TASKS = ['package:js', 'package:python', 'package:java'];

try {
  const env = { CI: '1', MAVEN_OPTS: mavenOptions() };
  // The samples in the README of each package are translated from this extract.
  run('jsii-rosetta', ['extract', '--strict'], { env });
  for (const task of TASKS) run('projen', [task], { env });
  const files = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' });
  for (const name of files.filter(file => /\.(tgz|whl|tar\.gz|jar)$/.test(file))) {
    console.log(`  ${(statSync(join(ROOT, 'dist', name)).size / 1024 / 1024).toFixed(2)} MB  dist/${name}`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
