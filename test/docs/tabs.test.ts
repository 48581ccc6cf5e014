import { makeTabs, withTabs } from '../../docs/site/tabs';

const block = (language: string, text: string, opening = '<details>') => `${opening}<summary>${language}</summary>\n\n${text}\n\n</details>`;
const code = (text: string) => `\`\`\`\n${text}\n\`\`\``;

describe('the tabs of languages on the site', () => {
  test('folded blocks of languages, one after the other, become tabs in their order', () => {
    const page = ['Before.', '', block('TypeScript', 'one', '<details open>'), block('Python', 'two'), block('Java', 'three'), '', 'After.'].join('\n');
    expect(withTabs(page)).toBe([
      'Before.', '', '<LanguageTabs names="TypeScript,Python,Java">',
      '<template #TypeScript>', '', 'one', '', '</template>',
      '<template #Python>', '', 'two', '', '</template>',
      '<template #Java>', '', 'three', '', '</template>',
      '</LanguageTabs>', '', 'After.',
    ].join('\n'));
  });

  test('empty lines may be between the blocks, and other text ends the tabs', () => {
    const pair = [block('TypeScript', 'one'), block('Python', 'two')].join('\n\n');
    const tabs = withTabs([pair, '', 'Text.', '', pair].join('\n'));
    expect(tabs.match(/<LanguageTabs names="TypeScript,Python">/g)).toHaveLength(2);
    expect(tabs).not.toContain('<details');
    expect(tabs).toContain('</LanguageTabs>\n\nText.\n\n<LanguageTabs');
  });

  test('the text after the tabs keeps the empty lines before it', () => {
    const pair = [block('TypeScript', 'one'), block('Python', 'two')].join('\n');
    expect(withTabs(`${pair}\n\n\n## Next`)).toMatch(/<\/LanguageTabs>\n\n\n## Next$/);
  });

  test.each([
    ['a block without another one beside it', block('Python', 'alone')],
    ['blocks with other titles', [block('Details', 'one'), block('More', 'two')].join('\n')],
    ['a block of a language beside another one', [block('Details', 'one'), block('Python', 'two')].join('\n')],
    ['blocks that a fence shows', `\`\`\`\`md\n${block('TypeScript', code('one'))}\n${block('Python', code('two'))}\n\`\`\`\``],
    ['blocks that a fence of tildes shows', `~~~\n${block('TypeScript', 'one')}\n${block('Python', 'two')}\n~~~`],
    ['blocks in an indented fence of a list', `- a\n\n  \`\`\`\n${block('TypeScript', 'one')}\n${block('Python', 'two')}\n  \`\`\``],
    ['a page without blocks', '# Title\n\nText.\n'],
  ])('%s remains as it is', (_, page) => {
    expect(withTabs(page)).toBe(page);
  });

  test('a line that ends the block in a sample does not end it', () => {
    const page = [block('TypeScript', code('</details>')), block('Python', 'two')].join('\n');
    expect(withTabs(page)).toContain(`<template #TypeScript>\n\n${code('</details>')}\n\n</template>\n<template #Python>`);
  });

  test('a block after a fence is made to tabs', () => {
    const pair = [block('TypeScript', 'one'), block('Python', 'two')].join('\n');
    expect(withTabs(`${code('sample')}\n\n${pair}`)).toContain('<LanguageTabs');
  });

  test('a block of a language that does not end is an error that names its line', () => {
    const page = 'Text.\n\n<details><summary>Java</summary>\n\ntext';
    expect(() => withTabs(page)).toThrow('Line 3, `<details><summary>Java</summary>`, has no line `</details>` after it.');
  });

  test('the tabs are made before Markdown is read', () => {
    const rules: { readonly next: string; readonly rule: (state: { src: string }) => void }[] = [];
    makeTabs({ core: { ruler: { before: (next, _, rule) => { rules.push({ next, rule }); } } } });
    const state = { src: [block('TypeScript', 'one'), block('Python', 'two')].join('\n') };
    rules[0].rule(state);
    expect(rules[0].next).toBe('normalize');
    expect(state.src).toMatch(/^<LanguageTabs/);
  });
});
