import { colors, isColored } from '../../src/cli/colors';
import { colored, messageLines, plainJson, plainLine, withoutMarks } from '../../src/cli/plain-text';
import { cutTo, widthOf, wrapLine } from '../../src/cli/width';
import * as fc from '../random';

/** Texts with what terminals and CI systems obey, in any place. */
const HOSTILE = ['\x1b[2J', '\x1b]0;t\x07', '\x9b1m', '\r', '\n', '\t', '\0', '\x7f', '\u202e', '\u2066', '\u2028', '\ufeff', '\ud800', '\u{e0041}', '\ue000'];
const COMMANDS = ['::error::x', '::set-env name=a::b', '##[error]x', '##vso[task.setvariable]x', '##teamcity[x]', '::Group::', ' ::debug::'];
const piece = fc.oneof(fc.constantFrom(...HOSTILE, ...COMMANDS), fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom(' ', 'orders', ':', '#', '"'));
const stranger = fc.array(piece).map(parts => parts.join(''));
const RUNS = { numRuns: Number(process.env.FUZZ ?? 500) };

const OBEYED = /(^|\s)::[a-z](?![\da-f]{0,3}([:/\s]|$))|##\w*\[/im;

describe('a line that may have the text of others in it', () => {
  test.each([
    ['colours and titles of a terminal', 'a\x1b[31mb\x1b]0;owned\x07', 'a\\u001b[31mb\\u001b]0;owned\\u0007'],
    ['C1 control characters', 'a\x9b2Jb\x85', 'a\\u009b2Jb\\u0085'],
    ['line breaks and tabs', 'a\r\n\tb', 'a\\r\\n\\tb'],
    ['marks that turn the direction of a text', 'user\u202etxt.exe\u2066', 'user\\u202etxt.exe\\u2066'],
    ['characters that are not seen', 'a\u200bb\ufeffc\u{e0041}', 'a\\u200bb\\ufeffc\\udb40\\udc41'],
    ['half of a pair', 'a\ud800b', 'a\\ud800b'],
    ['a command of GitHub Actions at the start', '::set-env name=PATH::x', '\\u003a:set-env name=PATH::x'],
    ['a command of GitHub Actions after blanks', 'reason: ::error::x', 'reason: \\u003a:error::x'],
    ['a command of GitHub Actions after a carriage return', 'a\r::error::x', 'a\\r::error::x'],
    ['the older commands of GitHub Actions', 'a ##[error]x', 'a \\u0023#[error]x'],
    ['a command of Azure Pipelines, anywhere', 'a##vso[task.setvariable variable=a]b', 'a\\u0023#vso[task.setvariable variable=a]b'],
  ])('%s are escaped', (_, text, shown) => {
    expect(plainLine(text)).toBe(shown);
  });

  test.each([
    'orders', 'Größe 5 µm, 価格 ¥5, ok 👍', '::/0 -> eigw-1', 'from ::ffff:0:0/96 to ::1', 'a::b', 'arn:aws:iam::123456789012:role/a', '# heading',
  ])('%s stays as it is', text => {
    expect(plainLine(text)).toBe(text);
  });

  test('no text leaves a control character, a mark of direction, or a command', () => {
    fc.assert(fc.property(stranger, text => {
      const shown = colored(plainLine(text), true);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(shown).not.toMatch(OBEYED);
      expect(plainLine(shown)).toBe(shown);
    }), RUNS);
  });

  test('the colours of this program survive, and those of others do not', () => {
    const line = `${colors.green('done')} \x1b[32mforged\x1b[39m`;
    expect(colored(plainLine(line), true)).toBe('\x1b[32mdone\x1b[39m \\u001b[32mforged\\u001b[39m');
    expect(colored(plainLine(line), false)).toBe('done \\u001b[32mforged\\u001b[39m');
  });

  test('a message breaks its lines only as this program does, and no line after the first begins at the left', () => {
    expect(messageLines('a was denied\nAdd a statement\n    at x')).toEqual(['a was denied', '  Add a statement', '    at x']);
  });
});

describe('a document', () => {
  test('every parsed value stays what it is, and nothing in the text can be obeyed', () => {
    fc.assert(fc.property(fc.dictionary(stranger, fc.oneof(stranger, fc.array(stranger))), value => {
      const text = plainJson(JSON.stringify(value, null, 2));
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f]|[\x7f-\x9f]|[\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(text).not.toMatch(/##\w*\[|(^|")\s*::/m);
    }), RUNS);
  });
});

describe('colours', () => {
  test.each<[boolean, boolean, Record<string, string>]>([
    [true, true, {}], [false, false, {}], [true, false, { TERM: 'dumb' }],
    [true, false, { NO_COLOR: '1' }], [true, false, { FORCE_COLOR: '0' }], [true, false, { FORCE_COLOR: 'false' }],
    [false, true, { FORCE_COLOR: '1' }], [false, true, { FORCE_COLOR: 'true', TERM: 'dumb' }], [true, false, { NO_COLOR: '1', FORCE_COLOR: '1' }],
    [true, true, { NO_COLOR: '', FORCE_COLOR: '' }],
  ])('on a terminal (%s) there are colours: %s, with %j', (isTTY, colors_, env) => {
    expect(isColored({ isTTY }, env)).toBe(colors_);
  });
});

describe('a terminal that is narrow', () => {
  test.each<[string, number, readonly string[]]>([
    ['short', 10, ['short']],
    ['one two three four five six', 20, ['one two three four', '  five six']],
    ['  egress           reachable, by a route', 30, ['  egress           reachable,', '    by a route']],
    ['See https://example.com/an/address/that/is/long for more', 24, ['See https://example.com/an/address/that/is/long', '  for more']],
    ['価格価格 価格価格 価格価格 価格', 20, ['価格価格 価格価格', '  価格価格 価格']],
  ])('%s is wrapped at words in %d columns', (line, columns, lines) => {
    expect(wrapLine(line, columns)).toEqual(lines);
  });

  test('wrapped lines fit, unless a word is too long, and have the same words', () => {
    const words = fc.array(fc.stringMatching(/^[a-z価]{1,12}$/), { minLength: 1 }).map(all => all.join(' '));
    fc.assert(fc.property(words, fc.integer({ min: 30, max: 80 }), (line, columns) => {
      const lines = wrapLine(line, columns);
      expect(lines.join(' ').split(/ +/)).toEqual(line.split(/ +/));
      for (const one of lines) expect(widthOf(one)).toBeLessThanOrEqual(columns);
    }), RUNS);
  });

  test('a colour takes no columns', () => {
    expect(widthOf(colors.red('abc'))).toBe(3);
    expect(wrapLine(`${colors.red('one')} two three four`, 18)).toEqual([`${colors.red('one')} two three four`]);
    expect(wrapLine(colors.red('one two three four five'), 18).map(withoutMarks)).toEqual(['one two three four', '  five']);
  });

  test('a text that is cut says so', () => {
    expect([cutTo('orders', 6), cutTo('orders', 5), cutTo('価格価格', 5), cutTo('a', 0)]).toEqual(['orders', 'orde…', '価格…', '']);
  });
});
