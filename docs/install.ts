import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withInstallation } from './site/install';

/** The newest released version, which the pages tell users to install; undefined before the first release. Change it after a release, and run this file. */
export const RELEASED: string | undefined = undefined;

const ROOT = resolve(__dirname, '..');

/** The pages that may have blocks: `<!-- install: npm -->` … `<!-- /install -->`. */
export function installationPages(): string[] {
  const under = (folder: string) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(name => join(folder, name));
  return ['README.md', 'packages/command-line/README.md', ...[...under('docs'), ...under('examples')].filter(name => name.endsWith('.md') && !name.includes('node_modules')).sort()];
}

/**
 * Writes into each block how to install the package. With `--check`, compares instead, and fails if a block is out of date. With
 * `--version 0.1.0`, writes for this version: the release does so before it builds the packages, which contain the README.
 */
function main(args: readonly string[]): void {
  const version = args.includes('--version') ? args[args.indexOf('--version') + 1] : RELEASED;
  const stale = installationPages().filter(page => {
    const path = join(ROOT, page);
    const text = readFileSync(path, 'utf8');
    const wanted = withInstallation(text, version);
    if (wanted !== text && !args.includes('--check')) writeFileSync(path, wanted);
    return wanted !== text;
  });
  if (args.includes('--check') && stale.length > 0) throw new Error(`How to install is out of date in ${stale.join(', ')}. Run \`npx ts-node -T docs/install.ts\`.`);
}

if (require.main === module) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
