import { install } from './consumers';
import { installNode, NODES } from './nodes';
import { Language, LANGUAGES } from './versions';

/**
 * Installs the packages of `dist/` as users do, or the versions of Node for their tests.
 * Usage: ts-node packages/install.ts ([language ...] [--cdk version] | nodes)
 */
function main(args: readonly string[]): void {
  if (args.length === 1 && args[0] === 'nodes') return NODES.forEach(installNode);
  const at = args.indexOf('--cdk');
  const versions = at >= 0 ? [args[at + 1]] : ['floor', 'newest'];
  const languages = (at >= 0 ? args.filter((_, index) => index !== at && index !== at + 1) : args) as Language[];
  const unknown = languages.filter(language => !LANGUAGES.includes(language));
  if (unknown.length > 0) throw new Error(`The language must be one of ${LANGUAGES.join(', ')}, or \`nodes\` alone, got: ${unknown.join(', ')}.`);
  for (const language of languages.length > 0 ? languages : LANGUAGES) versions.forEach(version => install(language, version));
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
