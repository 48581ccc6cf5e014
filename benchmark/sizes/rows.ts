import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { artifactOf, PACKAGE } from '../../packages/consumers';
import { run } from '../../packages/run';
import { ROOT } from '../../packages/versions';
import { pinnedPackages } from '../synth/place';
import { Row } from '../table';

const CACHE = join(ROOT, '.cache/benchmark');

/** The bytes of a file, or of all files of a folder. */
function bytesOf(path: string): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

/** The bytes of what is in an archive. */
function unpackedBytes(archive: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'sizes-'));
  try {
    if (archive.endsWith('.tgz')) run('tar', ['-xzf', archive, '-C', folder]);
    else run('python3', ['-m', 'zipfile', '-e', archive, folder]);
    return bytesOf(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fileIn(folder: string, form: RegExp): string {
  const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(one => form.test(one));
  if (name === undefined) throw new Error(`There is no file ${form} in ${folder}: run \`make packages\` first.`);
  return join(folder, name);
}

/** Datadog's wheel, without what it depends on. */
function datadogWheel(): string {
  const folder = join(CACHE, 'datadog-wheel');
  mkdirSync(folder, { recursive: true });
  const options = ['--quiet', '--disable-pip-version-check', '--no-input', '--no-deps', '--require-hashes', '--dest', folder];
  run('python3', ['-m', 'pip', 'download', ...options, '--requirement', join(ROOT, 'benchmark/datadog/requirements.txt')]);
  return fileIn(folder, /\.whl$/);
}

/** The packages, beside those that people would use instead. What they depend on does not count. */
export async function sizeRows(): Promise<Row[]> {
  const site = fileIn(join(CACHE, 'python/venv/lib'), /site-packages\/awscli\/__init__\.py$/).replace(/\/awscli\/__init__\.py$/, '');
  const wheel = datadogWheel();
  const row = (id: string, what: string, other: string, own: number, theirs: number): Row => (
    { id: `sizes/${id}`, what, ratio: own / theirs, parts: { 'this, MB': own / 1e6, [`${other}, MB`]: theirs / 1e6 } }
  );
  const installed = join(pinnedPackages(), 'node_modules/datadog-cdk-constructs-v2');
  return [
    row('npm', "npm package, installed, beside Datadog's", 'Datadog', unpackedBytes(artifactOf('typescript')), bytesOf(installed)),
    row('wheel', "wheel for Python, installed, beside Datadog's", 'Datadog', unpackedBytes(artifactOf('python')), unpackedBytes(wheel)),
    row('jar', "jar for Java, beside Datadog's wheel: it has no package for Java", 'Datadog wheel',
      bytesOf(fileIn(artifactOf('java'), new RegExp(`${PACKAGE}-\\d+\\.\\d+\\.\\d+\\.jar$`))), bytesOf(wheel)),
    row('command-line', 'npm package of the command line, installed, beside version 1 of the AWS CLI', 'AWS CLI',
      unpackedBytes(fileIn(join(ROOT, 'dist/js'), /(^|\/)postman-live-collection-.*\.tgz$/)), bytesOf(join(site, 'awscli')) + bytesOf(join(site, 'botocore'))),
  ];
}
