import { selected, selectionOf } from './selection';
import { KEY, STORIES } from './stories';
import { casesOf, Clean, clean, faultsOf, isWrite } from './sweep';
import { loadClients } from '../moved-clock/account';

/*
 * At each call of each verb, one thing goes wrong. Then the same command runs again, and everything must be as if nothing had happened.
 *
 * `SWEEP=all` tries every case; otherwise 300 are drawn, half of them at writing calls, which are few and matter most. The seed is printed;
 * `SEED=<number>` draws others. `SHARD=1/2` is the first half of them, so two processes may share them.
 */

const SELECTION = selectionOf(process.env);

jest.setTimeout(14_400_000);

const cleans = new Map<string, Clean>();

beforeAll(async () => {
  loadClients();
  process.env.POSTMAN_API_KEY = KEY;
  // Without a journal: all runs here are one process of the system, which lives on. test/cli/journal.test.ts ends processes that keep one.
  for (const name of ['HOME', 'XDG_STATE_HOME', 'LOCALAPPDATA']) delete process.env[name];
  // A rollout that takes half an hour is looked at every 30 seconds or two minutes: between two looks nothing happens, so more of them would show the same.
  process.env.POSTMAN_LIVE_COLLECTION_POLL_SECONDS = '30';
  // Each run listens to the output's errors.
  for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0);
  for (const [name, story] of Object.entries(STORIES)) cleans.set(name, await clean(story));
});

test('every story reaches AWS: the command line refuses none of them before its first call', () => {
  for (const [name, { calls, run }] of cleans) {
    const refused = calls.length === 0 || run.code === 2 ? run.output : undefined;
    expect({ name, refused }).toEqual({ name, refused: undefined });
  }
});

test('whatever goes wrong at one call, the same command again ends as if nothing had', async () => {
  const all = [...cleans].flatMap(([name, one]) => casesOf(name, one));
  const isAtWrite = ({ story, at }: { story: string; at: number }) => isWrite(cleans.get(story)!.calls[at - 1]);
  const cases = selected(all, isAtWrite, SELECTION);
  const { seed, shard, shards } = SELECTION;
  const sweep = shards === 1 ? 'Sweep' : `Sweep ${shard}/${shards}`;
  const broken: string[] = [];
  for (const [index, one] of cases.entries()) {
    if (index > 0 && index % 250 === 0) process.stderr.write(`${sweep}: ${index} of ${cases.length} cases, ${broken.length} broken\n`);
    const wrong = await faultsOf(one, cleans.get(one.story)!).catch((error: Error) => [`it throws ${error.stack}`]);
    if (wrong.length > 0) broken.push(`${one.story}: ${one.breaks} at call ${one.at} (${cleans.get(one.story)!.calls[one.at - 1]}):\n  ${wrong.join('\n  ')}`);
  }
  const share = `${cases.length} of ${all.length} cases, ${cases.filter(isAtWrite).length} of ${all.filter(isAtWrite).length} at writing calls`;
  process.stdout.write(`${sweep}: ${share}, SEED=${seed}, ${broken.length} broken\n`);
  expect(broken.slice(0, 10).join('\n')).toBe('');
  expect(broken).toHaveLength(0);
});
