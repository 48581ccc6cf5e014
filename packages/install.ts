import { install } from './consumers';
import { installNode, NODES } from './nodes';
import { Language, LANGUAGES } from './versions';

/**
 * Installs the packages of `dist/` as users do, and the versions of Node for their tests.
 * Usage: ts-node packages/install.ts [language ...] [--cdk version]
 */
function main(args: readonly string[]): void {
  const at = args.indexOf('--cdk');
  const versions = at >= 0 ? [args[at + 1]] : ['floor', 'newest'];
  const languages = (at >= 0 ? args.filter((_, index) => index !== at && index !== at + 1) : args) as Language[];
  const unknown = languages.filter(language => !LANGUAGES.includes(language));
  if (unknown.length > 0) throw new Error(`The language must be one of ${LANGUAGES.join(', ')}, got: ${unknown.join(', ')}.`);
  for (const language of languages.length > 0 ? languages : LANGUAGES) versions.forEach(version => install(language, version));
  if (args.length === 0) NODES.forEach(installNode);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
