import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '..');

export type Language = 'typescript' | 'python' | 'java';
export const LANGUAGES: readonly Language[] = ['typescript', 'python', 'java'];

/** The oldest aws-cdk-lib and constructs that the package takes: those that it is developed with. */
export const FLOOR = floor();

/**
 * The newest aws-cdk-lib that each registry had when this was written: npm, PyPI and Maven Central do not always have the same.
 * `make compatibility CDK=<version>` tries another.
 */
export const NEWEST: { readonly [language in Language]: string } = { typescript: '2.276.0', python: '2.275.0', java: '2.263.0' };

/** The constructs that a user gets with the newest aws-cdk-lib. */
export const NEWEST_CONSTRUCTS = '10.8.1';

function floor() {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return { cdk: devDependencies['aws-cdk-lib'] as string, constructs: devDependencies.constructs as string };
}
