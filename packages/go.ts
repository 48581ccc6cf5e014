import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run';
import { ROOT } from './versions';

/** The module that a published Go package would have. It is not published: the target stands in no package.json, so that nothing promises it. */
export const GO_MODULE = 'github.com/cdkpostman/cdk-postman-live-collection-go';
export const GO_PACKAGE = 'cdkpostmanlivecollection';

/**
 * Generates the Go code of the library as it is compiled.
 *
 * @returns the folder of the Go module
 */
export function generateGo(): string {
  // Below this folder, so that the types of the CDK are found.
  const folder = join(ROOT, '.cache/go');
  const copy = join(folder, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const name of ['lib', 'assets', 'README.md', 'LICENSE', '.npmignore', '.jsii.tabl.json']) if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  for (const name of ['package.json', '.jsii']) {
    const document = JSON.parse(readFileSync(join(ROOT, name), 'utf8'));
    (name === '.jsii' ? document : document.jsii).targets.go = { moduleName: GO_MODULE };
    writeFileSync(join(copy, name), JSON.stringify(document));
  }
  // What the package bundles is packed from beside it.
  for (const name of Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).dependencies)) cpSync(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name), { recursive: true });
  run('jsii-pacmak', ['--target', 'go', '--code-only', '--outdir', join(folder, 'dist')], { cwd: copy, env: { PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}` } });
  return join(folder, 'dist/go', GO_PACKAGE);
}
