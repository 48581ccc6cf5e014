import * as fc from '../random';
import { DESCRIBED } from './described';
import { answers } from './generated';
import {
  isList, isNumber, isObject, isSameNumber, listIn, memberIn, numberIn, objectsIn, parseJson, printJson, textIn, withMembers,
} from '../../src/edit/json';

const number = (text: string) => parseJson(text) as number;

describe('reading and printing JSON', () => {
  test.each(DESCRIBED)('$name is read and printed as the same text', ({ text }) => {
    expect(printJson(parseJson(text))).toBe(text);
  });

  test('any generated answer is read and printed as the same text', () => {
    fc.assert(fc.property(answers, text => {
      expect(printJson(parseJson(text))).toBe(text);
    }), { numRuns: 200 });
  });

  test('every number keeps its spelling', () => {
    const numbers = fc.tuple(
      fc.constantFrom('', '-'), fc.bigInt({ min: 0n, max: 2n ** 200n }), fc.stringMatching(/^(\.\d{1,20})?([eE][+-]?\d{1,3})?$/),
    ).map(parts => parts.join(''));
    fc.assert(fc.property(numbers, text => {
      expect(printJson(parseJson(`[${text}]`))).toBe(`[${text}]`);
    }));
  });

  test('members whose names are whole numbers come first, as JavaScript orders them', () => {
    expect(printJson(parseJson('{"b":1,"10":2,"9":3}'))).toBe('{"9":3,"10":2,"b":1}');
  });

  test('the text is indented if that is asked for', () => {
    expect(printJson({ a: [1] }, 2)).toBe('{\n  "a": [\n    1\n  ]\n}');
  });

  test.each(['', '{', '{"a":1,}', '01', '{"a":1,"a":2}', 'nul', '[1 2]', '1.'])('text that is not JSON is refused: %s', text => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});

describe('a copy with changed members', () => {
  test('a copy keeps the order of its members, adds new ones at the end and leaves out undefined ones; the original is unchanged', () => {
    const original = parseJson('{"a":1,"b":2,"c":3}') as { a: 1; b: 2; c: 3 };
    expect(printJson(withMembers(original, { d: 4, b: 'x', a: undefined, e: undefined }))).toBe('{"b":"x","c":3,"d":4}');
    expect(printJson(original)).toBe('{"a":1,"b":2,"c":3}');
  });

  test('a copy keeps a member named __proto__', () => {
    const copy = withMembers(parseJson('{"__proto__":"a","b":1}') as object as { b: 1 }, { b: 2 });
    expect(printJson(copy)).toBe('{"__proto__":"a","b":2}');
  });
});

describe('types of values', () => {
  test.each<[string, string]>([
    ['{}', 'object'], ['[]', 'list'], ['1', 'number'], ['"1"', 'text'], ['null', 'none'], ['true', 'none'], ['{"isLosslessNumber":true}', 'object'],
  ])('the type of %s is %s', (text, kind) => {
    const value = parseJson(text);
    expect([
      isObject(value) && 'object', isList(value) && 'list', isNumber(value) && 'number', textIn(value) !== undefined && 'text',
    ].find(Boolean) || 'none').toBe(kind);
  });

  test('undefined has none of these types', () => {
    expect([isObject(undefined), isList(undefined), isNumber(undefined), textIn(undefined), listIn(undefined), objectsIn(undefined), numberIn(undefined)])
      .toEqual([false, false, false, undefined, [], [], undefined]);
  });

  test('only the objects of a list are returned', () => {
    expect(objectsIn([null, { a: 1 }, [], 'x', 1, {}])).toEqual([{ a: 1 }, {}]);
  });

  test.each<[unknown, number | undefined]>([
    [512, 512], [number('1e3'), 1000], ['512', 512], [' 512 ', 512], ['', undefined], ['1 GB', undefined], ['-1', undefined], ['1.5', undefined],
    [null, undefined], [true, undefined], [[5], undefined],
  ])('%j as the number of a task\'s size is %j', (value, expected) => {
    expect(numberIn(value as never)).toBe(expected);
  });

  test('inherited names are not members, and own members with such names are', () => {
    expect(memberIn({}, 'constructor')).toBeUndefined();
    expect(memberIn({}, '__proto__')).toBeUndefined();
    expect(memberIn(parseJson('{"__proto__":1,"toString":2}') as object as Record<string, number>, '__proto__')).toEqual(number('1'));
  });
});

describe('spellings of numbers', () => {
  test.each([
    ['1', '1.0'], ['1e3', '1000'], ['0.10', '1e-1'], ['9007199254740993', '9007199254740993.0'], ['0', '0.00'],
  ])('%s and %s are the same number', (a, b) => {
    expect(isSameNumber(number(a), number(b))).toBe(true);
  });

  test.each([
    ['1', '2'], ['9007199254740993', '9007199254740992'], ['9007199254740993.0', '9007199254740992.0'], ['1', '-1'], ['1e400', '1e401'],
    ['0.1', '0.10000000000000000001'],
  ])('%s and %s are different numbers', (a, b) => {
    expect(isSameNumber(number(a), number(b))).toBe(false);
  });
});
