import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run';
import { ROOT } from './versions';

/** Node 18 is too old for this package. AWS's tools support the others, and the Node that runs this. */
export const NODES = ['18.20.8', '22.23.3', '24.21.0'] as const;

function folderOf(version: string): string {
  return join(ROOT, '.cache/nodes', version);
}

/** The folder of the program `node`, in the npm package that has it for this machine. */
function programIn(version: string): string {
  return join(folderOf(version), 'node_modules', `node-${process.platform}-${process.arch}`, 'bin');
}

/** Installs a Node once. npm does not have it for every system. If it is missing, this prints a note, and its tests are skipped. */
export function installNode(version: string): void {
  if (hasNode(version)) return;
  const folder = folderOf(version);
  mkdirSync(folder, { recursive: true });
  try {
    run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', `node-${process.platform}-${process.arch}@${version}`]);
  } catch (error) {
    console.log(`npm has no Node ${version} for ${process.platform} ${process.arch}, so its tests are skipped. ${(error as Error).message.split('\n')[0]}`);
  }
}

export function hasNode(version: string): boolean {
  return existsSync(join(programIn(version), 'node'));
}

/** A PATH on which this Node comes first. */
export function pathWithNode(version: string, path = process.env.PATH!): string {
  return `${programIn(version)}${delimiter}${path}`;
}
