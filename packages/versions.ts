import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '..');

export type Language = 'typescript' | 'python' | 'java';
export const LANGUAGES: readonly Language[] = ['typescript', 'python', 'java'];

/** The oldest supported aws-cdk-lib and constructs. The package is developed with them. */
export const FLOOR = floor();

/**
 * The newest aws-cdk-lib of each registry when this was written. npm, PyPI and Maven Central do not always have the same.
 * `make compatibility CDK=<version>` tests another.
 */
export const NEWEST: { readonly [language in Language]: string } = { typescript: '2.276.0', python: '2.275.0', java: '2.263.0' };

/** The constructs that a user gets with the newest aws-cdk-lib. */
export const NEWEST_CONSTRUCTS = '10.8.1';

function floor() {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return { cdk: devDependencies['aws-cdk-lib'] as string, constructs: devDependencies.constructs as string };
}
