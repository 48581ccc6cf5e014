// Bundles what jsii has compiled into one file, lib/index.js. Node needs several times as long to load a hundred small modules.
// The declarations stay as jsii wrote them. Nothing else of lib is published: the package has no other entry.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

await build({
  entryPoints: ['lib/index.js'],
  outfile: 'lib/index.js',
  allowOverwrite: true,
  bundle: true,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  // The TypeScript sources, for debuggers and for stack traces with --enable-source-maps.
  sourcemap: 'linked',
  logLevel: 'warning',
});

const modules = readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.js') && name !== 'index.js');
modules.forEach(name => rmSync(join('lib', name)));
