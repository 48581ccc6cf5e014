// Bundles src/cli into assets/cli: modules that are loaded when a verb needs them, so that `--help` starts in no time.
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('assets/cli', { recursive: true, force: true });
await build({
  entryPoints: { main: 'src/cli/main.ts' },
  outdir: 'assets/cli',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  minify: true,
  platform: 'node',
  // The modules in ES syntax, of which only what is used is taken: EC2's client alone has 700 commands.
  mainFields: ['module', 'main'],
  format: 'esm',
  target: 'node20',
  tsconfig: 'tsconfig.dev.json',
  legalComments: 'none',
  logLevel: 'warning',
  define: { PACKAGE_VERSION: JSON.stringify(JSON.parse(readFileSync('package.json', 'utf8')).version) },
  // Libraries in CommonJS ask for Node's own modules by `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});
