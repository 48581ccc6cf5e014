import { Batch } from '../../../src/aws/network/batch';

describe('a batch', () => {
  const given = () => {
    const asked: (readonly string[])[] = [];
    const batch = new Batch(async keys => {
      asked.push(keys);
      return key => `${key}!`;
    });
    return { asked, batch };
  };

  test('asks once for all that is wanted in one turn, however late in it', async () => {
    const { asked, batch } = given();
    const late = async (key: string, steps: number) => {
      for (let step = 0; step < steps; step += 1) await undefined;
      return batch.of(key);
    };
    expect(await Promise.all([late('a', 0), late('b', 5), late('c', 50), late('a', 20)])).toEqual(['a!', 'b!', 'c!', 'a!']);
    expect(asked).toEqual([['a', 'b', 'c']]);
  });

  test('asks anew only for what it was not asked before', async () => {
    const { asked, batch } = given();
    await batch.of('a');
    expect(await Promise.all([batch.of('a'), batch.of('b')])).toEqual(['a!', 'b!']);
    expect(asked).toEqual([['a'], ['b']]);
  });
});
