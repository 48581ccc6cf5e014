// Makes one file of what jsii has compiled, lib/index.js, from the same sources. Node needs several times as long to load a hundred small
// modules, and calls within one file take less time than those between the modules that jsii writes. The declarations stay as jsii wrote
// them. Nothing else of lib is published: the package has no other entry.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const { types, version } = JSON.parse(readFileSync('.jsii', 'utf8'));
const classes = Object.values(types).filter(({ kind }) => kind === 'class');

/** Writes the name of each class into it, as jsii does: the CDK and the other languages know the class by it. */
const names = {
  name: 'names of jsii',
  setup({ onLoad }) {
    // The generated functions look for their code beside themselves, and are in the library's one file then.
    onLoad({ filter: /[\\/]src[\\/]handlers[\\/][^\\/]+-function\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('__dirname', "path.join(__dirname, 'handlers')"), loader: 'ts',
    }));
    onLoad({ filter: /[\\/]src[\\/]constructs[\\/]/ }, ({ path }) => {
      const own = classes.filter(({ locationInModule }) => resolve(locationInModule.filename) === path);
      const lines = own.map(({ name, fqn }) => `Object.assign(${name}, { [Symbol.for('jsii.rtti')]: ${JSON.stringify({ fqn, version })} });`);
      return { contents: [readFileSync(path, 'utf8'), ...lines].join('\n'), loader: 'ts' };
    });
  },
};

await build({
  entryPoints: ['src/index.ts'],
  outfile: 'lib/index.js',
  allowOverwrite: true,
  bundle: true,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  plugins: [names],
  // The TypeScript sources, for debuggers and for stack traces with --enable-source-maps.
  sourcemap: 'linked',
  logLevel: 'warning',
});

const modules = readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.js') && name !== 'index.js');
modules.forEach(name => rmSync(join('lib', name)));
