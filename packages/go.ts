import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run';
import { ROOT } from './versions';

/** The module name of the Go package. It is not published, so package.json does not have the target. */
export const GO_MODULE = 'github.com/cdkpostman/cdk-postman-live-collection-go';
export const GO_PACKAGE = 'cdkpostmanlivecollection';

/**
 * Generates the Go code of the compiled library.
 *
 * @returns the folder of the Go module
 */
export function generateGo(): string {
  // Inside the repository, so jsii finds the types of the CDK.
  const folder = join(ROOT, '.cache/go');
  const copy = join(folder, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  const take = (name: string) => cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  ['lib', 'assets', 'README.md', 'LICENSE', '.npmignore', '.jsii.tabl.json'].filter(name => existsSync(join(ROOT, name))).forEach(take);
  for (const name of ['package.json', '.jsii']) {
    const document = JSON.parse(readFileSync(join(ROOT, name), 'utf8'));
    (name === '.jsii' ? document : document.jsii).targets.go = { moduleName: GO_MODULE };
    writeFileSync(join(copy, name), JSON.stringify(document));
  }
  // The package bundles its dependencies, so they must be in its node_modules.
  Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).dependencies).forEach(name => take(`node_modules/${name}`));
  run('jsii-pacmak', ['--target', 'go', '--code-only', '--outdir', join(folder, 'dist')], {
    cwd: copy, env: { PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}` },
  });
  return join(folder, 'dist/go', GO_PACKAGE);
}
