// Bundles src/cli into assets/cli, as modules that are loaded when a verb needs them. So `--help` starts fast.
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
  // Only the handlers of an enrolment use it.
  external: ['@aws-sdk/client-s3'],
  // From ES modules, the bundle takes only the used parts. The client of EC2 has 700 commands.
  mainFields: ['module', 'main'],
  format: 'esm',
  target: 'node20',
  tsconfig: 'tsconfig.dev.json',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  define: { PACKAGE_VERSION: JSON.stringify(JSON.parse(readFileSync('package.json', 'utf8')).version) },
  // Libraries in CommonJS load Node's own modules with `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});

// The licences of the libraries require that their texts are in the package: each text once, with the libraries that it belongs to.
const folders = new Set(Object.keys(metafile.inputs).map(path => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean));
const notices = new Map();
for (const folder of [...folders].sort()) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find(entry => /^licen[sc]e/i.test(entry));
  const text = file ? readFileSync(`${folder}/${file}`, 'utf8').trim() : `Licensed under ${license}.`;
  // A version may be in two folders.
  notices.set(text, [...new Set([...(notices.get(text) ?? []), `${name} ${version}`])]);
}
writeFileSync('assets/cli/LICENSES.txt', [...notices].map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`));

// The schema of the files that `--from` takes, from the tables that the program itself uses.
const { outputFiles: [schema] } = await build({
  entryPoints: ['src/cli/fleet-file/schema.ts'], bundle: true, platform: 'node', mainFields: ['module', 'main'], format: 'esm', target: 'node20',
  tsconfig: 'tsconfig.dev.json', write: false, logLevel: 'warning',
});
const { fleetSchema } = await import(`data:text/javascript;base64,${Buffer.from(schema.contents).toString('base64')}`);
writeFileSync('assets/cli/fleet.schema.json', `${JSON.stringify(fleetSchema(), undefined, 2)}\n`);
