import { HiddenValues } from '../../src/agent';
import { logWithout } from '../../src/handlers/log';

/** What is logged of a line. */
function logged(line: object, ...keys: readonly string[]): string {
  const log = jest.spyOn(console, 'log').mockImplementation(() => {});
  try {
    logWithout(new HiddenValues(keys))(line);
    return log.mock.calls[0][0] as string;
  } finally {
    log.mockRestore();
  }
}

test.each(['not-a-key', 'not-"a-key', 'not\\a\\key', 'not-a\nkey'])('a line of a log has no key, also if JSON quotes it: %j', key => {
  expect(logged({ service: 'orders', error: `invalid: ${key}`, failures: 1 }, key)).toBe('{"service":"orders","error":"invalid: ***","failures":1}');
});

test.each(['1', '"', 'service'])('a line of a log stays JSON if the key is %j', key => {
  expect(JSON.parse(logged({ service: 'orders', failures: 11, error: undefined }, key))).toEqual({ service: 'orders', failures: 11 });
});

test('a line of a log has no key and no password that is known only by its form', () => {
  const key = ['PMAK', 'not', 'a', 'key'].join('-');
  expect(logged({ error: `${key} http://me:not-a-password@proxy` })).toBe('{"error":"PMAK-*** http://***@proxy"}');
});
