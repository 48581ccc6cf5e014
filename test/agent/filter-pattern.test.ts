import { matchesPattern } from './filter-pattern';

// Events and patterns of the page of the syntax.
const EVENTS = ['[ERROR 400] BAD REQUEST', '[ERROR 401] UNAUTHORIZED REQUEST', '[ERROR 419] MISSING ARGUMENTS', '[ERROR 420] INVALID ARGUMENTS'];

test.each<[string, readonly boolean[]]>([
  ['ERROR', [true, true, true, true]],
  ['error', [false, false, false, false]],
  ['ERROR ARGUMENTS', [false, false, true, true]],
  ['?ERROR ?ARGUMENTS', [true, true, true, true]],
  ['?BAD ?INVALID', [true, false, false, true]],
  ['"INVALID ARGUMENTS"', [false, false, false, true]],
  ['?"BAD REQUEST" ?"MISSING ARGUMENTS"', [true, false, true, false]],
  ['ERROR -ARGUMENTS', [true, true, false, false]],
  ['ERROR ?BAD', [true, true, true, true]],
  ['', [true, true, true, true]],
])('the pattern %s matches what AWS\'s page says', (pattern, expected) => {
  expect(EVENTS.map(event => matchesPattern(pattern, event))).toEqual(expected);
});

test('a quote in a term is escaped', () => {
  expect(matchesPattern('"run \\"login\\""', 'please run "login"')).toBe(true);
});

test.each(['a:b', '"open', '?', '"a""b"', '%regex%'])('the pattern %s is not one', pattern => {
  expect(() => matchesPattern(pattern, '')).toThrow(/no term of a filter pattern/);
});

test('a pattern of more than 1024 characters is refused', () => {
  expect(() => matchesPattern('x'.repeat(1025), '')).toThrow('at most 1024 characters, got: 1025');
});
