import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { artifactOf, consumer } from '../../packages/consumers';
import { FLOOR, ROOT } from '../../packages/versions';

const MB = 1024 * 1024;
const TRANSLATED = {
  python: 'PostmanLiveCollectionSidecar(self, "Lca", service=service, collection_id=collection_id)',
  java: 'PostmanLiveCollectionSidecar.Builder.create(this, "Lca")',
};
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Of a zip archive, which wheels and jars are. */
function entriesOf(archive: string): string[] {
  const names = execFileSync('python3', ['-c', 'import json, sys, zipfile; print(json.dumps(zipfile.ZipFile(sys.argv[1]).namelist()))', archive], { encoding: 'utf8' });
  return (JSON.parse(names) as string[]).filter(name => !name.endsWith('/'));
}

function entry(archive: string, name: string): string {
  return execFileSync('python3', ['-c', 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))', archive, name], { encoding: 'utf8', maxBuffer: 2 ** 26 });
}

describe('the wheel', () => {
  const wheel = artifactOf('python');
  const entries = entriesOf(wheel);
  const metadata = entry(wheel, entries.find(name => name.endsWith('.dist-info/METADATA'))!);

  test('holds what a user needs and nothing else, in less than 2 MB', () => {
    expect(entries.filter(name => !/^cdk_postman_live_collection(\/(__init__\.py|py\.typed|_jsii\/__init__\.py|_jsii\/cdk-postman-live-collection@[\w.-]+\.jsii\.tgz)|-[\w.]+\.dist-info\/[\w.]+|-[\w.]+\.data\/scripts\/postman-live-collection)$/.test(name))).toEqual([]);
    expect(statSync(wheel).size).toBeLessThan(2 * MB);
  });

  test('carries licence, readme and links', () => {
    expect(entry(wheel, entries.find(name => name.endsWith('.dist-info/LICENSE'))!)).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'));
    expect(metadata).toMatch(/^License: Apache-2\.0$/m);
    expect(metadata).toMatch(/^Description-Content-Type: text\/markdown$/m);
    expect(metadata).toMatch(/^Project-URL: Source, https:\/\/github\.com\/cdkpostman\/cdk-postman-live-collection/m);
  });

  test('shows its samples in Python', () => {
    expect(metadata).toContain(TRANSLATED.python);
    expect(metadata).not.toMatch(/^ *```(ts|typescript)\b/m);
  });

  test('refuses an older aws-cdk-lib when it is installed', () => {
    expect(metadata).toMatch(new RegExp(`^Requires-Dist: aws-cdk-lib <3\\.0\\.0,>=${FLOOR.cdk.replace(/\./g, '\\.')}$`, 'm'));
  });

  test('is typed: a type checker knows what the construct takes', () => {
    expect(entries).toContain('cdk_postman_live_collection/py.typed');
    const { folder, environment } = consumer('python', 'floor');
    const hints = execFileSync(join(folder, 'venv/bin/python'), ['-c', 'import typing, cdk_postman_live_collection as m; print(typing.get_type_hints(m.PostmanLiveCollectionSidecar.__init__)["rate_limit"], typing.get_type_hints(m.PostmanLiveCollectionSidecar.log_group.fget)["return"])'], { encoding: 'utf8', env: { ...process.env, ...environment, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' } });
    expect(hints.trim()).toMatch(/^typing\.(Optional\[.*(int|float).*\]|Union\[.*(int|float).*NoneType\]) typing\.Optional\[aws_cdk\.aws_logs\.ILogGroup\]$/);
  });
});

describe('the source distribution', () => {
  test('is no larger than the wheel may be', () => {
    const file = readdirSync(join(ROOT, 'dist/python')).find(name => name.endsWith('.tar.gz'))!;
    expect(statSync(join(ROOT, 'dist/python', file)).size).toBeLessThan(2 * MB);
  });
});

describe('the jars', () => {
  const folder = artifactOf('java');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => join(folder, name)).filter(name => statSync(name).isFile());
  const jar = (kind: string) => files.find(name => name.endsWith(`${kind}.jar`) && (kind !== '' || !/-(sources|javadoc)\.jar$/.test(name)))!;

  test.each(['', '-sources', '-javadoc'])('carry licence and readme: %s.jar', kind => {
    expect(entry(jar(kind), 'META-INF/LICENSE')).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'));
    expect(entry(jar(kind), 'META-INF/README.md')).toBe(readme);
  });

  test('hold what a user needs and nothing else, in less than 2 MB', () => {
    expect(entriesOf(jar('')).filter(name => !/^(META-INF\/(MANIFEST\.MF|INDEX\.LIST|LICENSE|README\.md|maven\/.*\/pom\.(xml|properties))|io\/github\/cdkpostman\/livecollection\/[\w$-]+(\.class|\.txt)|io\/github\/cdkpostman\/livecollection\/cdk-postman-live-collection@[\w.-]+\.jsii\.tgz)$/.test(name))).toEqual([]);
    for (const kind of ['', '-sources', '-javadoc']) expect(statSync(jar(kind)).size).toBeLessThan(2 * MB);
  });

  test('have the checksums that stand beside them', () => {
    const sums = files.filter(name => /\.jar\.(md5|sha1)$/.test(name));
    expect(sums).toHaveLength(6);
    for (const sum of sums) expect(readFileSync(sum, 'utf8')).toBe(createHash(sum.endsWith('md5') ? 'md5' : 'sha1').update(readFileSync(sum.replace(/\.(md5|sha1)$/, ''))).digest('hex'));
  });

  test('are documented in Java: package page and class show translated samples', () => {
    for (const page of ['package-summary.html', 'PostmanLiveCollectionSidecar.html']) {
      const text = entry(jar('-javadoc'), `io/github/cdkpostman/livecollection/${page}`).replace(/<[^>]*>/g, '').replace(/&quot;/g, '"');
      expect(text).toContain(TRANSLATED.java);
    }
  });
});

describe('the npm package', () => {
  test('is the tarball that the other languages carry', () => {
    expect(existsSync(artifactOf('typescript'))).toBe(true);
    expect(statSync(artifactOf('typescript')).size).toBeLessThan(1.5 * MB);
  });
});
