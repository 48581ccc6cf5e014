import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bom, Component, shippedOf } from '../../packages/sbom';
import { ROOT } from '../../packages/versions';

const manifest = {
  name: 'lib', version: '1.2.3', description: 'A library.', license: 'Apache-2.0', dependencies: { parser: '^2' }, peerDependencies: { cdk: '^9' },
};
const component = (name: string, version: string): Component => ({
  'bom-ref': `${name}@${version}`, 'type': 'library', name, version, 'purl': `pkg:npm/${name}@${version}`, 'licenses': [{ license: { id: 'MIT' } }],
});
const INSTALLED: Bom = {
  metadata: { component: component('somewhere', '0.0.0') },
  components: [
    component('parser', '2.0.1'), component('colours', '1.0.0'), component('colours', '3.0.0'), component('table', '4.0.0'), component('linter', '8.0.0'),
  ],
  dependencies: [{ ref: 'table@4.0.0', dependsOn: ['colours@3.0.0', 'linter@8.0.0'] }, { ref: 'linter@8.0.0', dependsOn: [] }],
};
const LOCK = {
  packages: {
    'node_modules/parser': { version: '2.0.1' }, 'node_modules/colours': { version: '1.0.0' }, 'node_modules/linter': { version: '8.0.0' },
    'node_modules/table': { version: '4.0.0' }, 'node_modules/table/node_modules/colours': { version: '3.0.0' },
  },
};
const shipped = (...bundled: string[]) => shippedOf(INSTALLED, manifest, LOCK, bundled);
const refs = ({ components }: Bom) => components.map(({ 'bom-ref': ref }) => ref);

describe('the bill of materials', () => {
  test('it lists the command line, the libraries in its bundle, those of the library, and the peers, and no tools', () => {
    expect(refs(shipped('node_modules/table', 'node_modules/table/node_modules/colours')))
      .toEqual(['postman-live-collection@1.2.3', 'parser@2.0.1', 'colours@3.0.0', 'table@4.0.0', 'cdk']);
  });

  test('the peers are optional, and have no version: the app brings it', () => {
    expect(shipped().components.at(-1)).toMatchObject({ name: 'cdk', scope: 'optional', purl: 'pkg:npm/cdk' });
    expect(shipped().components.at(-1)).not.toHaveProperty('version');
  });

  test('it says what depends on what, and names no component that it does not list', () => {
    const bom = shipped('node_modules/table', 'node_modules/table/node_modules/colours');
    expect(bom.dependencies).toEqual([
      { ref: 'lib@1.2.3', dependsOn: ['postman-live-collection@1.2.3', 'parser@2.0.1', 'cdk'] },
      { ref: 'postman-live-collection@1.2.3', dependsOn: ['table@4.0.0', 'colours@3.0.0'] },
      { ref: 'table@4.0.0', dependsOn: ['colours@3.0.0'] },
    ]);
  });

  test('a library that npm does not list is an error', () => {
    expect(() => shipped('node_modules/table', 'node_modules/gone')).toThrow("npm's bill of materials does not list gone@undefined.");
  });
});

describe('the bill of materials of this build', () => {
  let bom: Bom & { readonly bomFormat: string; readonly specVersion: string };
  beforeAll(() => {
    bom = JSON.parse(execFileSync(join(ROOT, 'node_modules/.bin/ts-node'), ['-T', join(ROOT, 'packages/sbom.ts'), '-'], { cwd: ROOT, encoding: 'utf8' }));
  });

  test('it lists every library whose licence is in the bundle, with its version, licence and hash', () => {
    const bundled = readFileSync(join(ROOT, 'assets/cli/LICENSES.txt'), 'utf8').match(/^@?[\w./-]+ \d+\.\d+\.\d+\S*$/gm)!;
    const listed = new Map(bom.components.map(listing => [`${listing.name} ${listing.version}`, listing]));
    expect(bundled.length).toBeGreaterThan(40);
    expect(bundled.filter(name => !listed.has(name))).toEqual([]);
    for (const name of bundled) {
      const { licenses, hashes, purl } = listed.get(name)!;
      expect(licenses![0].license?.id ?? licenses![0].expression).toMatch(/^(MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause)$/);
      expect(hashes).toEqual([{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }]);
      expect(purl).toMatch(/^pkg:npm\/(%40[\w-]+\/)?[\w.-]+@\d/);
    }
  });

  test('it lists what the library depends on, and the peers', () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const names = bom.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(dependencies), ...Object.keys(peerDependencies)]));
  });

  test('it is CycloneDX, its references are unique, and each leads to a component', () => {
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    const known = [bom.metadata.component, ...bom.components].map(({ 'bom-ref': ref }) => ref);
    expect(new Set(known).size).toBe(known.length);
    expect(bom.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]).filter(ref => !known.includes(ref))).toEqual([]);
  });
});
