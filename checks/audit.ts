import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundledFolders, dependencyFolders } from '../packages/bundled';

/**
 * Looks for known vulnerabilities in what users install: the dependencies, and the libraries in the command line's bundle, which npm treats as
 * development tools. `npx projen audit` asks npm; with a file as argument, it reads the report of `npm audit --json` from this file.
 */
const ROOT = resolve(__dirname, '..');

interface Vulnerability {
  readonly severity: string;
  readonly nodes: readonly string[];
  readonly via: readonly (string | { readonly title: string; readonly url: string })[];
}

function report(file: string | undefined): Record<string, Vulnerability> {
  const text = file === undefined
    ? spawnSync('npm', ['audit', '--json'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 28 }).stdout
    : readFileSync(file, 'utf8');
  const { vulnerabilities, message } = JSON.parse(text);
  if (vulnerabilities === undefined) throw new Error(`npm audit gave no report: ${message ?? text}`);
  return vulnerabilities;
}

async function main(file: string | undefined) {
  const shipped = new Set([...await bundledFolders(), ...dependencyFolders(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')))]);
  const found = Object.entries(report(file)).filter(([, { nodes }]) => nodes.some(node => shipped.has(node)));
  for (const [name, { severity, via }] of found) {
    console.log(`${name}, ${severity}: ${via.map(cause => typeof cause === 'string' ? `by ${cause}` : `${cause.title}, ${cause.url}`).join('; ')}`);
  }
  console.log(`${shipped.size} packages are bundled with this one; ${found.length} of them have a known vulnerability.`);
  return found.length === 0 ? 0 : 1;
}

main(process.argv[2]).then(
  code => { process.exitCode = code; },
  error => { console.error((error as Error).message); process.exitCode = 1; },
);
