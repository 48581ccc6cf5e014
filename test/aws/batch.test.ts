import { Batch, forEach, mapEach, Turn } from '../../src/aws/calls/batch';

function given() {
  const asked: (readonly string[])[] = [];
  const batch = new Batch(async keys => {
    asked.push(keys);
    return key => `${key}!`;
  });
  return { asked, batch };
}

test('a batch asks once for all keys of one turn, however late in it', async () => {
  const { asked, batch } = given();
  const late = async (key: string, steps: number) => {
    for (let step = 0; step < steps; step += 1) await undefined;
    return batch.of(key);
  };
  expect(await Promise.all([late('a', 0), late('b', 5), late('c', 50), late('a', 20)])).toEqual(['a!', 'b!', 'c!', 'a!']);
  expect(asked).toEqual([['a', 'b', 'c']]);
});

test('a batch asks only for keys that it has not asked for before', async () => {
  const { asked, batch } = given();
  await batch.of('a');
  expect(await Promise.all([batch.of('a'), batch.of('b')])).toEqual(['a!', 'b!']);
  expect(asked).toEqual([['a'], ['b']]);
});

test('a turn remembers nothing, asks for so many keys at once, and tells each caller of a failure', async () => {
  const asked: (readonly string[])[] = [];
  const turn = new Turn(async keys => {
    asked.push(keys);
    if (keys.includes('c')) throw new Error('no');
    return key => `${key}!`;
  }, 2);
  const settled = await Promise.allSettled([turn.of('a'), turn.of('b'), turn.of('a'), turn.of('c'), turn.of('c')]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected']);
  expect(await turn.of('a')).toBe('a!');
  expect(asked).toEqual([['a', 'b'], ['c'], ['a']]);
});

test('each item is taken in its order, and no more than so many at the same time', async () => {
  const done: number[] = [];
  let [now, most] = [0, 0];
  await forEach(Array.from({ length: 20 }, (_, index) => index), 3, async item => {
    most = Math.max(most, ++now);
    await new Promise(setImmediate);
    done.push(item);
    now--;
  });
  expect([most, done]).toEqual([3, Array.from({ length: 20 }, (_, index) => index)]);
});

test('the error of one item is thrown, and the others are done', async () => {
  const done: number[] = [];
  await expect(forEach([1, 2, 3, 4], 2, async item => {
    if (item === 1) throw new Error('one');
    done.push(item);
  })).rejects.toThrow('one');
  await new Promise(setImmediate);
  expect(done).toEqual([2, 3, 4]);
});

test('mapEach keeps the order of the results, whichever is made first, and makes so many at the same time', async () => {
  let running = 0;
  const most: number[] = [];
  const results = await mapEach([5, 1, 4, 2, 3], 2, async turns => {
    most.push(++running);
    for (let turn = 0; turn < turns; turn++) await undefined;
    running--;
    return `${turns}!`;
  });
  expect(results).toEqual(['5!', '1!', '4!', '2!', '3!']);
  expect(Math.max(...most)).toBe(2);
});
