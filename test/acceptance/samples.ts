import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../packages/versions';

/** These pages show whole files of the examples, which have checks of their own. */
const OF_THE_EXAMPLES = ['index.md', 'testing.md'];

/** A sample of the docs in one language. */
export interface Sample {
  readonly page: string;
  readonly code: string;
}

/** @param language as the docs write it, such as `ts` */
export function samplesIn(language: string): Sample[] {
  return readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md') && !OF_THE_EXAMPLES.includes(name)).sort().flatMap(page =>
    [...readFileSync(join(ROOT, 'docs', page), 'utf8').matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, code]) => ({ page, code })));
}
