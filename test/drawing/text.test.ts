import { clipped, escape, wrap } from '../../src/drawing/text';

test('a text breaks between words, and a path behind a slash', () => {
  expect(wrap('one two three', 10, 40)).toEqual(['one two', 'three']);
  expect(wrap('Shop/Vpc/PublicSubnet1', 10, 80)).toEqual(['Shop/Vpc/', 'PublicSubnet1']);
  expect(wrap('', 10, 40)).toEqual([]);
});

test('a word that is too long breaks anywhere, and no character is lost', () => {
  expect(wrap('abcdefghij', 10, 22)).toEqual(['abcd', 'efgh', 'ij']);
  expect(wrap('😀😀😀😀😀', 10, 12)).toEqual(['😀😀', '😀😀', '😀']);
  expect(wrap('a', 10, 1)).toEqual(['a']);
});

test('lines that do not fit end with an ellipsis', () => {
  expect(clipped(['a', 'b'], 2)).toEqual(['a', 'b']);
  expect(clipped(['ab', 'cd', 'ef'], 2)).toEqual(['ab', 'c…']);
});

test('text of others cannot become markup, and characters that are not seen are shown', () => {
  expect(escape('<script>&"\'')).toBe('&#60;script&#62;&#38;&#34;&#39;');
  expect(escape('a\u202eb\u0000c\u2028')).toBe('a\\u{202e}b\\u{0}c\\u{2028}');
  expect(escape('Größe 大')).toBe('Größe 大');
});
