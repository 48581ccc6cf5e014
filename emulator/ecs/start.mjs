// Bundles main.ts in memory and runs it: this takes a fifth of a second, and a bundle in a file could be older than its sources.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const { outputFiles: [{ text }] } = buildSync({
  entryPoints: [fileURLToPath(new URL('main.ts', import.meta.url))], bundle: true, packages: 'external', platform: 'node', target: 'node20', write: false,
});
new Function('require', text)(createRequire(import.meta.url));
