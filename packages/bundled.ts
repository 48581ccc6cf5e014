import { build } from 'esbuild';
import { ROOT } from './versions';

/** The folders of the libraries whose code is in the bundle of the command line, such as `node_modules/commander`; nested ones with their full path. */
export async function bundledFolders(): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/cli/main.ts'],
    outdir: 'unwritten',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    platform: 'node',
    // As in projenrc/bundle-cli.mjs: these three decide which files are in the bundle.
    mainFields: ['module', 'main'],
    format: 'esm',
    target: 'node20',
    tsconfig: 'tsconfig.dev.json',
    logLevel: 'error',
  });
  // `node_modules` may be a link, so a path may begin with the folder that has it.
  const folders = Object.keys(metafile.inputs).map(path => /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(folders.filter(folder => folder !== undefined))].sort();
}

/** The folders of the libraries that are in every package. */
export function dependencyFolders(manifest: { readonly dependencies: Readonly<Record<string, string>> }): string[] {
  return Object.keys(manifest.dependencies).map(name => `node_modules/${name}`);
}
