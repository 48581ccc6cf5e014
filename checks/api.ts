import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Compares the API with that of the last release: `npx projen compat`, after `npx projen compile`. With a package's file as argument, it
 * compares with that file. A breaking change fails, unless .compatignore names it.
 */
const ROOT = resolve(__dirname, '..');
const { name } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** The file of the last release; undefined if there is no release. Any other problem is an error. */
function lastRelease(work: string): string | undefined {
  const { status, stdout, stderr } = spawnSync('npm', ['pack', `${name}@latest`, '--json', '--pack-destination', work], { cwd: work, encoding: 'utf8' });
  if (status === 0) return join(work, JSON.parse(stdout)[0].filename);
  if (/"code":\s*"E404"/.test(stdout)) return undefined;
  throw new Error(`npm could not tell what the last release of ${name} is:\n${stderr}`);
}

/** A package does not contain the CDK; jsii-diff looks for it from the package's folder upwards. */
function unpack(file: string, work: string): string {
  execFileSync('tar', ['-xzf', file, '-C', work]);
  symlinkSync(join(ROOT, 'node_modules'), join(work, 'node_modules'));
  return join(work, 'package');
}

function breaks(release: string): boolean {
  const { status } = spawnSync(
    join(ROOT, 'node_modules/.bin/jsii-diff'),
    // The package is experimental: without this, jsii-diff only warns about experimental changes.
    [release, ROOT, '--error-on', 'all', '--keys', '--ignore-file', join(ROOT, '.compatignore')],
    { stdio: 'inherit' },
  );
  if (status !== 0 && status !== 1) throw new Error('jsii-diff could not compare the two.');
  return status === 1;
}

function compare(argument: string | undefined, work: string): boolean {
  const file = argument === undefined ? lastRelease(work) : resolve(argument);
  if (file === undefined) {
    console.log(`${name} has not been released yet, so there is no API to compare with.`);
    return true;
  }
  const release = unpack(file, work);
  const { version } = JSON.parse(readFileSync(join(release, 'package.json'), 'utf8'));
  if (!existsSync(join(release, '.jsii'))) {
    console.log(`${name} ${version} contains no API (it may be the placeholder that reserves the name), so there is nothing to compare with.`);
    return true;
  }
  if (breaks(release)) {
    console.log(`The API breaks that of ${version}. If this is intended, add the key in brackets to .compatignore, and give the commit the type of a breaking change, such as \`feat!:\`.`);
    return false;
  }
  console.log(`The API is compatible with that of ${version}.`);
  return true;
}

const work = mkdtempSync(join(tmpdir(), 'cdk-postman-live-collection-'));
try {
  process.exitCode = compare(process.argv[2], work) ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
