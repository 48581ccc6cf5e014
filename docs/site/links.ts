import { existsSync, statSync } from 'node:fs';
import { dirname, posix, relative, resolve, sep } from 'node:path';

/** The anchor of a heading, as GitHub makes it, so the same links work there and on the site. */
export function anchorOf(heading: string): string {
  return heading.trim().toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replace(/ /g, '-');
}

/** Where the pages are. */
export interface Place {
  /** The repository's folder. */
  readonly root: string;
  /** The folder of the pages. */
  readonly docs: string;
  /** The repository's address, without a slash at its end. */
  readonly address: string;
  /** Files outside of `docs` that a page includes, by path from `root`, with the page's path from `docs`. */
  readonly included: { readonly [file: string]: string };
}

/**
 * Where a link of a page leads on the site. Links between pages stay relative; other files are shown by the repository.
 *
 * @param page the path of the Markdown file that has the link
 * @throws if the link's target does not exist
 */
export function linkOnSite(link: string, page: string, { root, docs, address, included }: Place): string {
  if (/^([a-z][a-z0-9+.-]*:|#|\/\/)/i.test(link)) return link;
  const [, path, anchor] = /^([^?#]*)(.*)$/.exec(link)!;
  const target = resolve(dirname(page), decodeURI(path));
  const inRoot = slashed(relative(root, target));
  if (inRoot.startsWith('..') || !existsSync(target)) throw new Error(`${slashed(relative(root, page))}: the link ${link} leads to nothing in the repository`);

  const inDocs = slashed(relative(docs, target));
  if (inDocs === '' || !inDocs.startsWith('..')) {
    if (target.endsWith('.md')) return fromPage(inDocs, page, docs) + anchor;
    if (statSync(target).isDirectory() && existsSync(resolve(target, 'README.md'))) return fromPage(`${inDocs}/README.md`, page, docs) + anchor;
  }
  const includedBy = included[inRoot];
  if (includedBy !== undefined && resolve(docs, includedBy) !== page) return fromPage(includedBy, page, docs) + anchor;
  return `${address}/${statSync(target).isDirectory() ? 'tree' : 'blob'}/main/${inRoot}${anchor}`;
}

/** A folder's README is its index. */
export function siteName(page: string): string {
  return page.replace(/(^|\/)README\.md$/, '$1index.md');
}

function fromPage(target: string, page: string, docs: string): string {
  const name = posix.relative(dirname(slashed(relative(docs, page))), siteName(target));
  return name.startsWith('.') ? name : `./${name}`;
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}

interface Token {
  readonly type: string;
  readonly children: readonly Token[] | null;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

/** The part of markdown-it that is used here. */
interface Markdown {
  readonly core: { readonly ruler: { push(name: string, rule: (state: { readonly tokens: readonly Token[]; readonly env: any }) => void): void } };
}

/** Turns the links of Markdown into those of the site. */
export function rewriteLinks(markdown: Markdown, place: Place): void {
  markdown.core.ruler.push('links-of-the-repository', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === 'link_open') token.attrSet('href', linkOnSite(token.attrGet('href')!, env.realPath ?? env.path, place));
    }
  });
}
