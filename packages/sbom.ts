import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundledFolders, dependencyFolders } from './bundled';
import { manifestOf } from './command-line';
import { run } from './run';
import { ROOT } from './versions';

/** The software bill of materials of a release, as CycloneDX JSON: both npm packages, and every library whose code is in them. */
export const SBOM = join(ROOT, 'dist/sbom.cdx.json');

/** A component of CycloneDX, with the members that are used here. */
export interface Component {
  readonly 'bom-ref': string;
  readonly 'type': string;
  readonly 'name': string;
  readonly 'version'?: string;
  readonly 'scope'?: string;
  readonly 'description'?: string;
  readonly 'purl': string;
  readonly 'hashes'?: readonly { readonly alg: string; readonly content: string }[];
  readonly 'licenses'?: readonly { readonly license?: { readonly id: string }; readonly expression?: string }[];
}

export interface Bom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** The lock file. It names the version that is in each folder. */
export interface Lock {
  readonly packages: { readonly [folder: string]: { readonly version?: string; readonly integrity?: string } };
}

/**
 * What a release contains, as a part of what is installed for development.
 *
 * @param installed npm's bill of materials: everything in the lock file
 * @param bundled the folders of the libraries in the command line's bundle
 * @throws Error if npm does not list one of the libraries
 */
export function shippedOf<B extends Bom>(installed: B, manifest: Manifest, lock: Lock, bundled: readonly string[]): B {
  const refOf = (folder: string) => `${folder.split('node_modules/').at(-1)}@${lock.packages[folder]?.version}`;
  const inCommandLine = [...new Set(bundled.map(refOf))];
  const inLibrary = dependencyFolders(manifest).map(refOf);
  const shipped = new Set([...inCommandLine, ...inLibrary]);
  const folders = Object.keys(lock.packages);
  const hashOf = (ref: string) => folders.filter(folder => refOf(folder) === ref).map(folder => lock.packages[folder].integrity).find(Boolean);
  // npm takes the hash from one of the folders that have the library. Those inside of another package have none.
  const libraries = installed.components.filter(component => shipped.has(component['bom-ref'])).map(component => {
    const integrity = component.hashes === undefined ? hashOf(component['bom-ref']) : undefined;
    return integrity === undefined ? component : { ...component, hashes: [hashFrom(integrity)] };
  });
  const missing = [...shipped].filter(ref => !libraries.some(library => library['bom-ref'] === ref));
  if (missing.length > 0) throw new Error(`npm's bill of materials does not list ${missing.join(', ')}.`);

  const constructs = ownComponent('library', manifest);
  const commandLine = ownComponent('application', { ...manifest, ...manifestOf({ ...manifest }) });
  const peers = Object.entries(manifest.peerDependencies).map(peerComponent);
  const within = installed.dependencies.filter(({ ref }) => shipped.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(other => shipped.has(other)) }));
  return {
    ...installed,
    metadata: { ...installed.metadata, component: constructs },
    // npm marks the bundled libraries as tools for development: they are in no `dependencies`.
    components: [commandLine, ...libraries.map(library => ({ ...library, properties: [] })), ...peers],
    dependencies: [
      { ref: constructs['bom-ref'], dependsOn: [commandLine['bom-ref'], ...inLibrary, ...peers.map(peer => peer['bom-ref'])] },
      { ref: commandLine['bom-ref'], dependsOn: inCommandLine },
      ...within,
    ],
  };
}

/** @param integrity as in the lock file: `sha512-` and Base64 */
function hashFrom(integrity: string) {
  const [algorithm, content] = /^(\w+)-(.+)$/.exec(integrity)!.slice(1);
  return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(content, 'base64').toString('hex') };
}

function ownComponent(type: string, { name, version, description, license }: Manifest): Component {
  return { 'bom-ref': `${name}@${version}`, type, name, version, description, 'purl': purlOf(name, version), 'licenses': [{ license: { id: license } }] };
}

function peerComponent([name, range]: readonly [string, string]): Component {
  const description = `Not in the package: the app brings a version in the range ${range}.`;
  return { 'bom-ref': name, 'type': 'library', name, 'scope': 'optional', description, 'purl': purlOf(name) };
}

function purlOf(name: string, version?: string): string {
  return `pkg:npm/${name.replace('@', '%40')}${version === undefined ? '' : `@${version}`}`;
}

/** The bill of materials of the packages that are built from this folder. */
export async function makeSbom(): Promise<Bom> {
  const read = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
  const installed: Bom = JSON.parse(run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--loglevel', 'error']));
  return shippedOf(installed, read('package.json'), read('package-lock.json'), await bundledFolders());
}

/** Usage: ts-node -T packages/sbom.ts [-]. With `-`, it is printed. */
async function main(target: string | undefined): Promise<void> {
  const text = `${JSON.stringify(await makeSbom(), undefined, 2)}\n`;
  if (target === '-') {
    process.stdout.write(text);
  } else {
    mkdirSync(dirname(SBOM), { recursive: true });
    writeFileSync(SBOM, text);
  }
}

if (require.main === module) {
  main(process.argv[2]).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
