import { readFileSync, writeFileSync } from 'node:fs';

/** What most readers look for. jsii-docgen sorts by name, and has no option for another order. */
const FIRST = ['PostmanInsightsSidecar', 'PostmanLiveCollectionSidecar'];

/**
 * API.md with the sidecars first among the constructs, and their properties first among the structs. Everything else keeps its order.
 *
 * @throws Error if a section is missing
 */
export function withSidecarsFirst(page: string): string {
  return [['Constructs', ''], ['Structs', 'Props']].reduce((text, [chapter, suffix]) => withFirst(text, chapter, FIRST.map(name => `${name}${suffix}`)), page);
}

/** Chapters begin with `## Name <a …`, their sections with `### Name <a …`. */
function withFirst(page: string, chapter: string, names: readonly string[]): string {
  const chapters = page.split(/^(?=## \w+ <a )/m);
  const at = chapters.findIndex(text => text.startsWith(`## ${chapter} <a `));
  if (at < 0) throw new Error(`API.md has no chapter ${chapter}.`);
  const [title, ...sections] = chapters[at].split(/^(?=### \w+ <a )/m);
  const first = names.map(name => {
    const section = sections.find(text => text.startsWith(`### ${name} <a `));
    if (section === undefined) throw new Error(`The chapter ${chapter} of API.md has no section ${name}.`);
    return section;
  });
  return [...chapters.slice(0, at), title, ...first, ...sections.filter(section => !first.includes(section)), ...chapters.slice(at + 1)].join('');
}

if (require.main === module) writeFileSync('API.md', withSidecarsFirst(readFileSync('API.md', 'utf8')));
