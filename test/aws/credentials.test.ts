import { Credentials } from '../../src/aws/calls/credentials';
import { COMMAND_LINE_HINTS } from '../../src/cli/hints';

const NOW = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

async function arrived(expiration?: Date): Promise<Credentials> {
  const credentials = new Credentials(undefined, COMMAND_LINE_HINTS, undefined);
  credentials.use({ config: { credentials: async () => ({ expiration }) } });
  expect(credentials.areFresh(NOW)).toBe(false);
  await credentials.arrive();
  return credentials;
}

test('credentials that do not expire are waited for once', async () => {
  expect((await arrived()).areFresh(NOW + 1000 * 24 * 60 * MINUTE)).toBe(true);
});

test('credentials that expire are waited for again before the SDK renews them, which is five minutes before they expire', async () => {
  const credentials = await arrived(new Date(NOW + 60 * MINUTE));
  expect([53, 54, 55, 60].map(minutes => credentials.areFresh(NOW + minutes * MINUTE))).toEqual([true, false, false, false]);
});

test('without a provider there is nothing to wait for, and nothing that is fresh', async () => {
  const credentials = new Credentials(undefined, COMMAND_LINE_HINTS, undefined);
  await credentials.arrive();
  expect(credentials.areFresh(NOW)).toBe(false);
});
