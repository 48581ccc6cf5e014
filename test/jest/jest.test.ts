import { runInThisContext } from 'node:vm';

// An interface, a class and a value in many lines, which are fewer lines of JavaScript.
interface Failing {
  readonly fail: () => never;
}

class Thrown implements Failing {
  readonly seen: string;

  constructor(readonly message: string) {
    this.seen = `${this.message}!`;
  }

  fail(): never {
    throw new Error(this.seen);
  }
}

test('a stack names the line and the column of the TypeScript source', () => {
  const { stack } = (() => {
    try {
      return new Thrown('lost').fail();
    } catch (error) {
      return error as Error;
    }
  })();
  expect(stack).toMatch(/^Error: lost!\n {4}at Thrown\.fail \(.*test\/jest\/jest\.test\.ts:16:11\)\n/);
});

test('a module that is loaded later is one of Jest, and the same as one that is loaded at once', async () => {
  const later = await import('./later.js');
  expect(later.LATER).toBe((require('./later') as typeof later).LATER);
});

test('each test file has globals of its own', () => {
  expect(Array).not.toBe(runInThisContext('Array'));
  const made = [new Error('x'), [], {}, /x/, new Map()];
  expect(made.map(({ constructor }) => constructor)).toEqual([Error, Array, Object, RegExp, Map]);
});

test('what the global object gets in a test can be read and removed again', () => {
  const global = globalThis as { added?: number };
  global.added = 1;
  expect(runInThisContext('typeof added')).toBe('undefined');
  expect(global.added).toBe(1);
  delete global.added;
  expect('added' in globalThis).toBe(false);
});
