import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const NODE = 20;

/** The versions that the constructs run with, as `major.minor.patch`. */
export interface Versions {
  readonly node: string;
  readonly cdk: string;
  /** The oldest aws-cdk-lib that the package supports. */
  readonly cdkFloor: string;
}

/**
 * npm and pip refuse an older aws-cdk-lib when they install, but npm can be told to ignore this, and Maven silently takes the version
 * that is declared nearest to the app. An older aws-cdk-lib silently ignores properties that it does not know, such as the restart
 * policy of the agent.
 *
 * @throws if a version is older than the oldest that the package is tested with
 */
export function assertSupported({ node, cdk, cdkFloor }: Versions): void {
  if (Number(node.split('.')[0]) < NODE) {
    throw new Error(`cdk-postman-live-collection needs Node ${NODE} or later, also for apps in Python, Java and Go; this is Node ${node}. `
      + 'Install a newer Node, or put it first on the PATH.');
  }
  if (isOlder(cdk, cdkFloor)) {
    throw new Error(`cdk-postman-live-collection needs aws-cdk-lib ${cdkFloor} or later; this app has ${cdk}. `
      + `Raise the version of aws-cdk-lib in ${dependenciesFile()}.`);
  }
}

/** Checks the versions of this process, once. */
export function requireVersions(): void {
  if (checked) return;
  assertSupported({
    node: process.versions.node,
    cdk: manifestAt(require.resolve('aws-cdk-lib/package.json')).version,
    cdkFloor: floorOf(manifestAt(ownManifest(__dirname))),
  });
  checked = true;
}

let checked = false;

interface Manifest {
  readonly version: string;
  readonly peerDependencies?: { readonly [name: string]: string };
}

/** The published package has its code in one file, which is not as deep in the package as this one. */
function ownManifest(folder: string): string {
  const path = join(folder, 'package.json');
  return existsSync(path) ? path : ownManifest(dirname(folder));
}

function manifestAt(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function floorOf({ peerDependencies }: Manifest): string {
  return peerDependencies!['aws-cdk-lib'].replace(/^\^/, '');
}

/** Compares the numbers only: a pre-release counts as its release. */
function isOlder(version: string, floor: string): boolean {
  const [a, b] = [version, floor].map(text => text.split(/[.+-]/).slice(0, 3).map(Number));
  const at = a.findIndex((number, index) => number !== b[index]);
  return at >= 0 && a[at] < b[at];
}

/** The file in which an app in the user's language declares its dependencies. */
function dependenciesFile(): string {
  const agent = process.env.JSII_AGENT ?? '';
  if (agent.startsWith('Python')) return 'requirements.txt';
  if (agent.startsWith('Java')) return 'pom.xml or build.gradle';
  return agent.startsWith('Go') ? 'go.mod' : 'package.json';
}
