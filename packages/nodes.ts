import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run';
import { ROOT } from './versions';

/** Node 18 is one that is too old. The others are those that AWS's tools support, beside the one that runs this. */
export const NODES = ['18.20.8', '22.23.3', '24.21.0'] as const;

/** The folder of a Node's program, from the package of npm that holds it for this machine. */
function folderOf(version: string): string {
  return join(ROOT, '.cache/nodes', version);
}

function programIn(version: string): string {
  return join(folderOf(version), 'node_modules', `node-${process.platform}-${process.arch}`, 'bin');
}

/** Fetches a Node, once. npm has no such package for every system, which is said and not an error: the tests that need it are skipped. */
export function installNode(version: string): void {
  if (hasNode(version)) return;
  const folder = folderOf(version);
  mkdirSync(folder, { recursive: true });
  try {
    run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', `node-${process.platform}-${process.arch}@${version}`]);
  } catch (error) {
    console.log(`Node ${version} is not to be had for ${process.platform} ${process.arch}; the tests with it are skipped. ${(error as Error).message.split('\n')[0]}`);
  }
}

export function hasNode(version: string): boolean {
  return existsSync(join(programIn(version), 'node'));
}

/** A PATH on which this Node comes first. */
export function pathWithNode(version: string, path = process.env.PATH!): string {
  return `${programIn(version)}${delimiter}${path}`;
}
