import {
  credentialsOf, HiddenValues, looksLikeApiKey, urlCredentialsIn, withoutApiKeys, withoutCredentials, withoutUrlCredentials, withoutUserInfo,
} from '../../src/agent';
import * as fc from '../random';

const KEY = ['PMAK', 'not', 'a', 'key'].join('-');

test.each([
  ['http://user:not-a-password@proxy:3128', 'http://***@proxy:3128', 'http://proxy:3128', ['user:not-a-password@']],
  ['user:not-a-password@10.0.0.1:3128', '***@10.0.0.1:3128', '10.0.0.1:3128', ['user:not-a-password@']],
  ['http://user:not/a@password@proxy:3128', 'http://***@proxy:3128', 'http://proxy:3128', ['user:not/a@password@']],
  ['http://proxy:3128', 'http://proxy:3128', 'http://proxy:3128', []],
  ['10.0.0.1:3128', '10.0.0.1:3128', '10.0.0.1:3128', []],
  ['http://@proxy:3128', 'http://***@proxy:3128', 'http://proxy:3128', []],
])('the proxy %s is shown as %s', (proxy, shown, bare, credentials) => {
  expect(withoutCredentials(proxy)).toBe(shown);
  expect(withoutUserInfo(proxy)).toBe(bare);
  expect(credentialsOf(proxy)).toEqual(credentials);
});

test('the users and passwords of URLs are hidden anywhere in a text, and other texts stay as they are', () => {
  const text = 'use "https://a:not-b@host:1/x" or ftp://u@h, not http://host/path?q=1; mail to a@b.example, image x/y:1@sha256:0';
  expect(withoutUrlCredentials(text)).toBe('use "https://***@host:1/x" or ftp://***@h, not http://host/path?q=1; mail to a@b.example, image x/y:1@sha256:0');
  expect(urlCredentialsIn(text)).toEqual(['a:not-b@', 'u@']);
});

test('no part of a password in a URL stays, whatever is in it but blanks and quotes', () => {
  const part = fc.string({ minLength: 1 }).map(text => text.replace(/[\s"'`]/g, 'x'));
  fc.assert(fc.property(part, part, (user, password) => {
    const url = `http://${user}:${password}@proxy.example.com:3128`;
    expect(withoutCredentials(url)).toBe('http://***@proxy.example.com:3128');
    expect(withoutUrlCredentials(`see ${url}, please`)).toBe('see http://***@proxy.example.com:3128, please');
  }));
});

test('keys are recognized by how they begin', () => {
  expect([KEY, KEY.toLowerCase(), 'team/postman', 'PMA'].map(looksLikeApiKey)).toEqual([true, true, false, false]);
  expect(withoutApiKeys(`a ${KEY}, "${KEY}" and \`PMAK-\``)).toBe('a PMAK-***, "PMAK-***" and `PMAK-`');
});

test('hidden values are replaced in all texts of data, the longest first, and values that are too short to be found are not', () => {
  const hidden = new HiddenValues(['not-a-key', 'not-a-key-2', '1', 'u:p@', ' not-trimmed\n', 'not"a\\key']);
  expect(hidden.cleanedData({ a: ['not-a-key-2', 'not-a-key', 1, null, undefined], b: { c: `${KEY} u:p@h http://x:y@h`, d: '1', e: 'is not-trimmed' } }))
    .toEqual({ a: ['***', '***', 1, null, undefined], b: { c: 'PMAK-*** ***@h http://***@h', d: '1', e: 'is ***' } });
  expect([hidden.without('not"a\\key'), hidden.without(JSON.stringify('not"a\\key'))]).toEqual(['***', '"***"']);
  expect(hidden.without('PMAK-other http://x:y@h')).toBe('PMAK-other http://x:y@h');
});
