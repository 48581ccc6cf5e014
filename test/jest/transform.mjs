// Compiles the modules of the tests one by one, to CommonJS: Jest loads ES modules only with an experimental flag of Node. `tsc` checks their types.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { transformSync, version } from 'esbuild';

// `import()` becomes `require`, which Jest knows, too.
const OPTIONS = { loader: 'ts', format: 'cjs', target: 'es2022', sourcemap: 'external', sourcesContent: false, supported: { 'dynamic-import': false } };
const ITSELF = readFileSync(new URL(import.meta.url), 'utf8');

export default {
  getCacheKey: (source, path, { configString, instrument }) =>
    createHash('sha256').update([version, ITSELF, configString, instrument, path, source].join('\0')).digest('hex'),
  process: (source, path) => transformSync(source, { ...OPTIONS, sourcefile: path }),
};
