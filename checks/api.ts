import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Compares the published API with that of the last release: `npx projen compat`, after `npx projen compile`. With the folder of a package as
 * argument it compares with that. A breaking change fails, unless .compatignore names it.
 */
const ROOT = resolve(__dirname, '..');
const { name } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** The folder of the last release, or none if nothing has been released. Whatever else goes wrong is an error. */
function download(work: string): string | undefined {
  const { status, stdout, stderr } = spawnSync('npm', ['pack', `${name}@latest`, '--json', '--pack-destination', work], { cwd: work, encoding: 'utf8' });
  if (status !== 0) {
    if (/"code":\s*"E404"/.test(stdout)) return undefined;
    throw new Error(`npm could not tell what the last release of ${name} is:\n${stderr}`);
  }
  execFileSync('tar', ['-xzf', JSON.parse(stdout)[0].filename], { cwd: work });
  return join(work, 'package');
}

/** jsii-diff resolves what the two name from their folders upwards. The last release comes without the CDK. */
function compare(release: string, work: string): number {
  const modules = join(work, 'node_modules');
  if (!existsSync(modules)) symlinkSync(join(ROOT, 'node_modules'), modules);
  const { status } = spawnSync(
    join(ROOT, 'node_modules/.bin/jsii-diff'),
    // The package is experimental, whose changes jsii-diff only warns of unless it is told.
    [release, ROOT, '--error-on', 'all', '--keys', '--ignore-file', join(ROOT, '.compatignore')],
    { stdio: 'inherit' },
  );
  return status ?? 1;
}

function main(folder: string | undefined): number {
  const work = mkdtempSync(join(tmpdir(), 'cdk-postman-live-collection-'));
  try {
    const release = folder === undefined ? download(work) : resolve(folder);
    if (release === undefined) {
      console.log(`${name} has not been released yet: there is no API to compare with.`);
      return 0;
    }
    const { version } = JSON.parse(readFileSync(join(release, 'package.json'), 'utf8'));
    if (!existsSync(join(release, '.jsii'))) {
      console.log(`${name} ${version} holds no API, as the placeholder that reserves the name: there is nothing to compare with.`);
      return 0;
    }
    const status = compare(release, work);
    console.log(status === 0
      ? `The API is compatible with that of ${version}.`
      : `The API breaks that of ${version}. If that is meant, write the key in brackets into .compatignore, and give the commit the type of a breaking change, such as \`feat!:\`.`);
    return status;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

try {
  process.exitCode = main(process.argv[2]);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
