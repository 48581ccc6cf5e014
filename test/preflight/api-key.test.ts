import { said } from './said';
import { checkApiKey, COMMAND_LINE_WORDS } from '../../src/preflight';

const idsOf = (key: string) => checkApiKey(key).map(({ id, values }) => [id, (values as { readonly problem?: string }).problem]);
/** Begins as a key does. No value that looks real is in a file. */
const KEY = ['PMAK', 'not', 'a', 'key'].join('-');

test.each([
  ['<postman-api-key>', 'placeholder'], ['<key>', 'placeholder'], ['<your key>', 'placeholder'], ['${KEY}', 'placeholder'], ['$POSTMAN_API_KEY', 'placeholder'],
  ['{{postman-api-key}}', 'placeholder'], ['...', 'placeholder'], ['PMAK-…', 'placeholder'], ['PMAK-xxxx-XXXX', 'placeholder'], ['PMAK-', 'placeholder'],
  ['your-api-key', 'placeholder'], ['YOUR_POSTMAN_API_KEY', 'placeholder'], ['POSTMAN_API_KEY', 'placeholder'], ['api-key-here', 'placeholder'],
  [`${KEY}\n`, 'lineBreak'], [`${KEY}\r\n`, 'lineBreak'], [`${KEY} `, 'blank'], [` ${KEY}`, 'blank'], ['not\ta-key', 'blank'], [`${KEY}\u00a0`, 'blank'],
  [`"${KEY}"`, 'quote'], [`'${KEY}'`, 'quote'], [`\u201c${KEY}\u201d`, 'quote'], [`${KEY}\u00e9`, 'character'], [`${KEY}\u0007`, 'character'],
])('%j cannot be a key', (key, problem) => {
  expect(idsOf(key)).toEqual([['apiKeyMalformed', problem]]);
});

test('a key that begins as the keys of Postman do has no finding, and another one gets a warning', () => {
  expect(checkApiKey(KEY)).toEqual([]);
  for (const key of ['not-a-key', '12345678-6b2a7ff4', 'api.key', KEY.toLowerCase()]) expect(idsOf(key)).toEqual([['apiKeyUnusual', undefined]]);
});

test('what is wrong is said without the key', () => {
  const messages = [`"${KEY}"`, `${KEY}\n`, `${KEY} x`, 'not-a-key'].flatMap(key => said(checkApiKey(key), COMMAND_LINE_WORDS));
  expect(messages.map(({ severity }) => severity)).toEqual(['error', 'error', 'error', 'warning']);
  expect(messages.map(({ message }) => message.split('. ')[0])).toEqual([
    'The API key in the environment has a quotation mark', 'The API key in the environment has a line break', 'The API key in the environment has a blank',
    'The API key in the environment does not begin with `PMAK-`, as Postman\'s API keys do',
  ]);
  expect(JSON.stringify(messages)).not.toMatch(/not-a|PMAK-\w/);
});
