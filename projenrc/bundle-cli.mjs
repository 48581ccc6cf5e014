// Bundles src/cli into assets/cli: modules that are loaded when a verb needs them, so that `--help` starts in no time.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('assets/cli', { recursive: true, force: true });
const { metafile } = await build({
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
  metafile: true,
  logLevel: 'warning',
  define: { PACKAGE_VERSION: JSON.stringify(JSON.parse(readFileSync('package.json', 'utf8')).version) },
  // Libraries in CommonJS ask for Node's own modules by `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});

// Their licences ask for their notices to travel with them: each text once, under those that it belongs to.
const folders = new Set(Object.keys(metafile.inputs).map(path => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean));
const notices = new Map();
for (const folder of [...folders].sort()) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find(entry => /^licen[sc]e/i.test(entry));
  const text = file ? readFileSync(`${folder}/${file}`, 'utf8').trim() : `Licensed under ${license}.`;
  notices.set(text, [...(notices.get(text) ?? []), `${name} ${version}`]);
}
writeFileSync('assets/cli/LICENSES.txt', [...notices].map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`));
