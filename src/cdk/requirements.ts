import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const NODE = 20;

/** What the constructs run on, as `major.minor.patch`. */
export interface Versions {
  readonly node: string;
  readonly cdk: string;
  /** The oldest aws-cdk-lib that the package takes. */
  readonly cdkFloor: string;
}

/**
 * npm and pip refuse an older aws-cdk-lib when they install, but npm can be told not to, and Maven takes the version nearest to the
 * app without a word. Older versions leave out what they do not know, such as the agent's restart policy, and say nothing.
 *
 * @throws where something is older than what the package is tested with
 */
export function checkVersions({ node, cdk, cdkFloor }: Versions): void {
  if (Number(node.split('.')[0]) < NODE) {
    throw new Error(`cdk-postman-live-collection needs Node ${NODE} or later, which also runs apps in Python, Java and Go; this is Node ${node}. Install a newer Node, or put it first on the PATH.`);
  }
  if (isOlder(cdk, cdkFloor)) {
    throw new Error(`cdk-postman-live-collection needs aws-cdk-lib ${cdkFloor} or later; this app has ${cdk}. Raise the version of aws-cdk-lib in ${whereVersionsStand()}.`);
  }
}

/** Checks what this process runs on, once. */
export function requireVersions(): void {
  if (checked) return;
  checkVersions({ node: process.versions.node, cdk: manifestAt(require.resolve('aws-cdk-lib/package.json')).version, cdkFloor: floorOf(manifestAt(join(__dirname, '../../package.json'))) });
  checked = true;
}

let checked = false;

interface Manifest {
  readonly version: string;
  readonly peerDependencies?: { readonly [name: string]: string };
}

function manifestAt(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function floorOf({ peerDependencies }: Manifest): string {
  return peerDependencies!['aws-cdk-lib'].replace(/^\^/, '');
}

/** By their numbers; a pre-release counts as its release. */
function isOlder(version: string, floor: string): boolean {
  const [a, b] = [version, floor].map(text => text.split(/[.+-]/).slice(0, 3).map(Number));
  const at = a.findIndex((number, index) => number !== b[index]);
  return at >= 0 && a[at] < b[at];
}

function whereVersionsStand(): string {
  const agent = process.env.JSII_AGENT ?? '';
  return agent.startsWith('Python') ? 'requirements.txt' : agent.startsWith('Java') ? 'pom.xml or build.gradle' : agent.startsWith('Go') ? 'go.mod' : 'package.json';
}
