import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { artifactOf, consumer } from '../../packages/consumers';
import { FLOOR, ROOT } from '../../packages/versions';

const MB = 1024 * 1024;
/** The sample of the README, as jsii translates it. */
const TRANSLATED = {
  python: 'PostmanInsightsSidecar(self, "Insights", service=service, discovery=True)',
  java: 'PostmanInsightsSidecar.Builder.create(this, "Insights")',
};
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Runs a line of Python. */
function python(code: string, ...args: string[]): string {
  return execFileSync('python3', ['-c', code, ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
}

/** The names of the files in a zip archive. Wheels and jars are zip archives. */
function entriesOf(archive: string): string[] {
  const names: string[] = JSON.parse(python('import json, sys, zipfile; print(json.dumps(zipfile.ZipFile(sys.argv[1]).namelist()))', archive));
  return names.filter(name => !name.endsWith('/'));
}

function entry(archive: string, name: string): string {
  return python('import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))', archive, name);
}

/** The names that none of the patterns matches. */
const unexpected = (names: readonly string[], expected: readonly RegExp[]) => names.filter(name => !expected.some(pattern => pattern.test(name)));

describe('the wheel', () => {
  const wheel = artifactOf('python');
  const entries = entriesOf(wheel);
  const metadata = entry(wheel, entries.find(name => name.endsWith('.dist-info/METADATA'))!);

  test('the wheel has the files that a user needs and no others, in less than 2.5 MB', () => {
    expect(unexpected(entries, [
      /^cdk_postman_live_collection\/(__init__\.py|py\.typed)$/,
      /^cdk_postman_live_collection\/_jsii\/(__init__\.py|cdk-postman-live-collection@[\w.-]+\.jsii\.tgz)$/,
      /^cdk_postman_live_collection-[\w.]+\.dist-info\/[\w.]+$/,
      /^cdk_postman_live_collection-[\w.]+\.data\/scripts\/postman-live-collection$/,
    ])).toEqual([]);
    expect(statSync(wheel).size).toBeLessThan(2.5 * MB);
  });

  test('the wheel has the licence, and the metadata for PyPI', () => {
    expect(entry(wheel, entries.find(name => name.endsWith('.dist-info/LICENSE'))!)).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'));
    expect(metadata).toMatch(/^License: Apache-2\.0$/m);
    expect(metadata).toMatch(/^Description-Content-Type: text\/markdown$/m);
    expect(metadata).toMatch(/^Project-URL: Source, https:\/\/github\.com\/cdkpostman\/cdk-postman-live-collection/m);
  });

  test('the README of the wheel has its samples in Python', () => {
    expect(metadata).toContain(TRANSLATED.python);
    expect(metadata).not.toMatch(/^ *```(ts|typescript)\b/m);
  });

  test('the wheel requires the oldest supported aws-cdk-lib or later', () => {
    expect(metadata).toMatch(new RegExp(`^Requires-Dist: aws-cdk-lib <3\\.0\\.0,>=${FLOOR.cdk.replace(/\./g, '\\.')}$`, 'm'));
  });

  test('the wheel is typed: a type checker knows the types of the props and attributes', () => {
    expect(entries).toContain('cdk_postman_live_collection/py.typed');
    const { folder, environment } = consumer('python', 'floor');
    const code = [
      'from typing import get_type_hints',
      'from cdk_postman_live_collection import PostmanInsightsSidecar',
      'prop = get_type_hints(PostmanInsightsSidecar.__init__)["rate_limit_per_minute"]',
      'print(prop, get_type_hints(PostmanInsightsSidecar.log_group.fget)["return"])',
    ];
    const hints = execFileSync(join(folder, 'venv/bin/python'), ['-c', code.join('\n')], {
      encoding: 'utf8', env: { ...process.env, ...environment, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' },
    });
    expect(hints.trim()).toMatch(/^typing\.(Optional\[.*(int|float).*\]|Union\[.*(int|float).*NoneType\]) typing\.Optional\[aws_cdk\.aws_logs\.ILogGroup\]$/);
  });
});

test('the source distribution for Python is smaller than 2.5 MB', () => {
  const file = readdirSync(join(ROOT, 'dist/python')).find(name => name.endsWith('.tar.gz'))!;
  expect(statSync(join(ROOT, 'dist/python', file)).size).toBeLessThan(2.5 * MB);
});

describe('the jars', () => {
  const folder = artifactOf('java');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => join(folder, name)).filter(name => statSync(name).isFile());
  const jar = (kind: string) => files.find(name => name.endsWith(`${kind}.jar`) && (kind !== '' || !/-(sources|javadoc)\.jar$/.test(name)))!;

  test.each(['', '-sources', '-javadoc'])('the jar whose name ends in "%s.jar" has the licence and the README', kind => {
    expect(entry(jar(kind), 'META-INF/LICENSE')).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'));
    expect(entry(jar(kind), 'META-INF/README.md')).toBe(readme);
  });

  test('the jar has the files that a user needs and no others, and each jar is smaller than 2.75 MB', () => {
    expect(unexpected(entriesOf(jar('')), [
      /^META-INF\/(MANIFEST\.MF|INDEX\.LIST|LICENSE|README\.md|maven\/.*\/pom\.(xml|properties))$/,
      /^io\/github\/cdkpostman\/livecollection\/[\w$-]+(\.class|\.txt)$/,
      /^io\/github\/cdkpostman\/livecollection\/cdk-postman-live-collection@[\w.-]+\.jsii\.tgz$/,
    ])).toEqual([]);
    for (const kind of ['', '-sources', '-javadoc']) expect(statSync(jar(kind)).size).toBeLessThan(2.75 * MB);
  });

  test('the checksum files beside the jars are correct', () => {
    const sums = files.filter(name => /\.jar\.(md5|sha1)$/.test(name));
    expect(sums).toHaveLength(6);
    for (const sum of sums) {
      const hash = createHash(sum.endsWith('md5') ? 'md5' : 'sha1').update(readFileSync(sum.replace(/\.(md5|sha1)$/, '')));
      expect(readFileSync(sum, 'utf8')).toBe(hash.digest('hex'));
    }
  });

  test.each([
    ['package-summary.html', TRANSLATED.java],
    ['PostmanInsightsSidecar.html', TRANSLATED.java],
    ['PostmanLiveCollectionSidecar.html', 'PostmanLiveCollectionSidecar.Builder.create(this, "Lca")'],
    ['PostmanAgentSidecar.html', 'sidecar.metricAgentNotCapturing().createAlarm(this, "AgentNotCapturing", CreateAlarmOptions.builder()'],
  ])('the page %s of the Javadoc has samples in Java', (page, sample) => {
    const text = entry(jar('-javadoc'), `io/github/cdkpostman/livecollection/${page}`).replace(/<[^>]*>/g, '').replace(/&quot;/g, '"');
    expect(text).toContain(sample);
  });
});

test('the npm package is built, and is smaller than 2.5 MB', () => {
  expect(existsSync(artifactOf('typescript'))).toBe(true);
  expect(statSync(artifactOf('typescript')).size).toBeLessThan(2.5 * MB);
});
