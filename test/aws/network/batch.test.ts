import { Batch } from '../../../src/aws/network/batch';

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
