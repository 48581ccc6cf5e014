import { piecesOf } from '../../src/cli/json-pieces';
import { Json, printJson } from '../../src/edit';

const asIs = (value: Json) => value;

test.each<[string, Json]>([
  ['services', {
    version: 2, verb: 'plan', services: [{ name: 'a', tags: ['x', { y: [] }] }, { name: 'b\n  "services": []', tags: [] }],
    error: { message: '"services": []' },
  }],
  ['one service', { services: [{}] }],
  ['no services', { version: 2, services: [], error: null }],
  ['a document without services', { Version: '2012-10-17', Statement: [{ Effect: 'Allow' }] }],
  ['a text', 'text'],
])('the pieces of a document with %s are the text of the whole', (_, document) => {
  expect([...piecesOf(document, asIs)].join('')).toBe(`${printJson(document, 2)}\n`);
});

test('a document has a piece for each service, and each is prepared by itself', () => {
  const prepared: Json[] = [];
  const pieces = [...piecesOf({ verb: 'plan', services: [{ a: 1 }, { b: 2 }] }, value => { prepared.push(value); return value; })];
  expect(pieces).toHaveLength(4);
  expect(prepared).toEqual([{ verb: 'plan', services: [] }, { a: 1 }, { b: 2 }]);
});

test('a service that is a function is made when its piece is asked for', () => {
  const made: number[] = [];
  const one = (number: number) => () => {
    made.push(number);
    return { number };
  };
  const pieces = piecesOf({ services: [one(1), one(2)], error: null }, asIs);
  const [first, second] = [pieces.next().value, pieces.next().value];
  expect(made).toEqual([1]);
  expect([first, second, ...pieces].join('')).toBe(`${printJson({ services: [{ number: 1 }, { number: 2 }], error: null }, 2)}\n`);
});
