import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An entry of the navigation, as VitePress takes it. */
export interface Entry {
  readonly text: string;
  readonly link?: string;
  readonly items?: readonly Entry[];
  readonly collapsed?: boolean;
}

/** The pages of a folder in the order in which its README links to them, each under its own title. */
export function pagesOf(docs: string, folder: string): Entry[] {
  const index = readFileSync(join(docs, folder, 'README.md'), 'utf8');
  const names = [...index.matchAll(/\]\(([\w-]+)\.md\)/g)].map(([, name]) => name);
  return names.map(name => ({ text: titleOf(readFileSync(join(docs, folder, `${name}.md`), 'utf8')), link: `/${folder}/${name}` }));
}

function titleOf(page: string): string {
  return /^# (.+)$/m.exec(page)![1].replace(/`/g, '');
}
