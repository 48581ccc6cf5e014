/** Texts between markers in a page, which are made from data: `<!-- figures: synthesis -->` … `<!-- /figures -->`. */
export type Blocks = { readonly [name: string]: string };

const BLOCK = /<!-- figures: (\S+) -->\n[\s\S]*?<!-- \/figures -->/g;

/** @throws Error if a block has a name that there is no text for */
export function withBlocks(page: string, blocks: Blocks): string {
  return page.replace(BLOCK, (_, name: string) => {
    if (!Object.hasOwn(blocks, name)) throw new Error(`There are no figures ${name}; there are ${Object.keys(blocks).join(', ')}.`);
    return `<!-- figures: ${name} -->\n${blocks[name]}\n<!-- /figures -->`;
  });
}

/** The names of the blocks of a page. */
export function blocksIn(page: string): string[] {
  return [...page.matchAll(BLOCK)].map(([, name]) => name);
}

export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}
