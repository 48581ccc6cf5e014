import * as fc from '../random';
import { KEY, STORIES } from './stories';
import { Case, casesOf, Clean, clean, faultsOf, isWrite } from './sweep';
import { loadClients } from '../moved-clock/account';

/*
 * At each call of each verb, one thing goes wrong. Then the same command runs again, and everything must be as if nothing had happened.
 *
 * `SWEEP=all` tries every case; otherwise 300 are drawn, half of them at writing calls, which are few and matter most. The seed is printed;
 * `SEED=<number>` draws others.
 */

const SEED = Number(process.env.SEED ?? 16);
const COUNT = process.env.SWEEP === 'all' ? Infinity : Number(process.env.SWEEP ?? 300);

jest.setTimeout(process.env.SWEEP === 'all' ? 14_400_000 : 3_600_000);

beforeAll(() => {
  loadClients();
  process.env.POSTMAN_API_KEY = KEY;
  // Each run listens to the output's errors.
  for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0);
});

function drawn(cases: readonly Case[], most: number): readonly Case[] {
  const count = Math.min(most, cases.length);
  return fc.sample(fc.shuffledSubarray([...cases], { minLength: count, maxLength: count }), { seed: SEED, numRuns: 1 })[0];
}

test('whatever goes wrong at one call, the same command again ends as if nothing had', async () => {
  const cleans = new Map<string, Clean>();
  for (const [name, story] of Object.entries(STORIES)) cleans.set(name, await clean(story));
  const all = [...cleans].flatMap(([name, one]) => casesOf(name, one));
  const atWrites = all.filter(({ story, at }) => isWrite(cleans.get(story)!.calls[at - 1]));
  const writing = drawn(atWrites, COUNT / 2);
  const cases = [...writing, ...drawn(all.filter(one => !writing.includes(one)), COUNT - writing.length)];
  const broken: string[] = [];
  for (const [index, one] of cases.entries()) {
    if (index > 0 && index % 500 === 0) process.stderr.write(`Sweep: ${index} of ${cases.length} cases, ${broken.length} broken\n`);
    const wrong = await faultsOf(one, cleans.get(one.story)!).catch((error: Error) => [`it throws ${error.stack}`]);
    if (wrong.length > 0) broken.push(`${one.story}: ${one.breaks} at call ${one.at} (${cleans.get(one.story)!.calls[one.at - 1]}):\n  ${wrong.join('\n  ')}`);
  }
  const share = `${cases.length} of ${all.length} cases, ${writing.length} of ${atWrites.length} at writing calls`;
  process.stdout.write(`Sweep: ${share}, SEED=${SEED}, ${broken.length} broken\n`);
  expect(broken.slice(0, 10).join('\n')).toBe('');
  expect(broken).toHaveLength(0);
});
