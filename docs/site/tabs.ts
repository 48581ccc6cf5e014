/** The languages of the samples. Folded blocks with these titles, one after the other, are tabs on the site. */
const LANGUAGES: readonly string[] = ['TypeScript', 'Python', 'Java'];

interface Block {
  readonly language: string;
  readonly lines: readonly string[];
}

const OPENING = /^<details(?: open)?><summary>(.+)<\/summary>$/;
const CLOSING = '</details>';

/**
 * A page with tabs in place of its folded blocks of languages, which GitHub shows:
 *
 * ```
 * <details><summary>Python</summary>
 * …
 * </details>
 * ```
 *
 * Other folded blocks, a block without another one beside it, and what a fenced block shows remain as they are.
 *
 * @throws Error if a block of a language does not end
 */
export function withTabs(page: string): string {
  const lines = page.split('\n');
  const made: string[] = [];
  let fence: string | undefined;
  for (let at = 0; at < lines.length;) {
    fence = fenceAfter(lines[at], fence);
    const { blocks, end } = fence === undefined ? blocksAt(lines, at) : { blocks: [], end: at };
    if (blocks.length > 1) {
      made.push(...tabsOf(blocks));
      at = end;
    } else {
      made.push(lines[at]);
      at += 1;
    }
  }
  return made.join('\n');
}

/** The fence that is open after a line: a block ends with the characters with which it began, or more of them. */
function fenceAfter(line: string, open: string | undefined): string | undefined {
  const [, marks, info] = /^ *(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
  if (marks === undefined) return open;
  if (open === undefined) return marks;
  return marks.startsWith(open) && info.trim() === '' ? undefined : open;
}

/** The blocks of languages that begin at a line, with nothing but empty lines between them, and the line after them. */
function blocksAt(lines: readonly string[], start: number): { readonly blocks: readonly Block[]; readonly end: number } {
  const blocks: Block[] = [];
  let end = start;
  for (let at = start; at < lines.length;) {
    const [, language] = OPENING.exec(lines[at]) ?? [];
    if (LANGUAGES.includes(language)) {
      end = endOf(lines, at);
      blocks.push({ language, lines: lines.slice(at + 1, end - 1) });
      at = end;
    } else if (blocks.length > 0 && lines[at] === '') {
      at += 1;
    } else {
      break;
    }
  }
  return { blocks, end };
}

/** The line after a block. */
function endOf(lines: readonly string[], start: number): number {
  let fence: string | undefined;
  for (let at = start + 1; at < lines.length; at++) {
    fence = fenceAfter(lines[at], fence);
    if (fence === undefined && lines[at] === CLOSING) return at + 1;
  }
  throw new Error(`Line ${start + 1}, \`${lines[start]}\`, has no line \`${CLOSING}\` after it.`);
}

function tabsOf(blocks: readonly Block[]): string[] {
  const names = blocks.map(({ language }) => language);
  return [
    `<LanguageTabs names="${names.join()}">`,
    ...blocks.flatMap(({ language, lines }) => [`<template #${language}>`, ...lines, '</template>']),
    '</LanguageTabs>',
  ];
}

/** The part of markdown-it that is used here. */
interface Markdown {
  readonly core: { readonly ruler: { before(next: string, name: string, rule: (state: { src: string }) => void): void } };
}

/** Makes tabs of the folded blocks of languages in Markdown. */
export function makeTabs(markdown: Markdown): void {
  markdown.core.ruler.before('normalize', 'tabs-of-languages', state => { state.src = withTabs(state.src); });
}
