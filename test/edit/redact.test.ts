import { changesBetween, JsonObject, proxyCredentialsOf, shownChange, withoutKey } from '../../src/edit';

const AGENT = { name: 'agent', image: 'public.ecr.aws/postman/postman-insights-agent:latest' };
const SECRET = 'not-a-password';
const URL = `http://user:${SECRET}@proxy:3128`;
const shownAgent = (members: JsonObject) => withoutKey({ containerDefinitions: [{ ...AGENT, ...members }] }).containerDefinitions as readonly JsonObject[];

describe('the password of a proxy in an agent', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['an argument', { entryPoint: ['/postman-insights-agent', 'apidump', '--proxy', URL, '--x'] },
      { entryPoint: ['/postman-insights-agent', 'apidump', '--proxy', 'http://***@proxy:3128', '--x'] }],
    ['an argument with an equals sign', { command: ['apidump', `--proxy=${URL}`] }, { command: ['apidump', '--proxy=http://***@proxy:3128'] }],
    ['an address without a scheme', { command: ['apidump', '--proxy', `user:${SECRET}@10.0.0.1:3128`] },
      { command: ['apidump', '--proxy', '***@10.0.0.1:3128'] }],
    ['a password with a slash and an at sign', { command: ['--proxy', `http://user:${SECRET}/@x@proxy:3128`] },
      { command: ['--proxy', 'http://***@proxy:3128'] }],
    ['the command line of a shell', { command: [`apidump --proxy '${URL}' --project x`] },
      { command: ['apidump --proxy \'http://***@proxy:3128\' --project x'] }],
    ['a variable', { environment: [{ name: 'HTTPS_PROXY', value: URL }] }, { environment: [{ name: 'HTTPS_PROXY', value: 'http://***@proxy:3128' }] }],
    ['a variable without a scheme', { environment: [{ name: 'http_proxy', value: `user:${SECRET}@proxy:3128` }] },
      { environment: [{ name: 'http_proxy', value: '***@proxy:3128' }] }],
    ['another variable', { environment: [{ name: 'UPSTREAM', value: `via ${URL}` }] },
      { environment: [{ name: 'UPSTREAM', value: 'via http://***@proxy:3128' }] }],
  ])('is not shown in %s', (_, members, shown) => {
    expect(shownAgent(members)).toEqual([{ ...AGENT, ...shown }]);
    expect(proxyCredentialsOf({ ...AGENT, ...members }).some(text => text.startsWith(`user:${SECRET}`))).toBe(true);
  });

  test('is not shown in a change, of the whole container, its arguments, a variable, or the value of one', () => {
    const bodies: readonly JsonObject[] = [
      { containerDefinitions: [] },
      { containerDefinitions: [{ ...AGENT, command: ['apidump'] }] },
      { containerDefinitions: [{ ...AGENT, command: ['apidump', '--proxy', `user:${SECRET}@10.0.0.1:3128`] }] },
      { containerDefinitions: [{ ...AGENT, command: ['apidump', '--proxy', `user:${SECRET}-2@10.0.0.1:3128`], environment: [{ name: 'X', value: '1' }] }] },
      { containerDefinitions: [{ ...AGENT, environment: [{ name: 'X', value: '1' }, { name: 'ALL_PROXY', value: `user:${SECRET}@proxy:3128` }] }] },
      { containerDefinitions: [{ ...AGENT, environment: [{ name: 'X', value: '1' }, { name: 'ALL_PROXY', value: `user:${SECRET}-2@proxy:3128` }] }] },
    ];
    for (const before of bodies) {
      for (const after of bodies) {
        const changes = changesBetween(before, after);
        expect(JSON.stringify(changes.map(shownChange))).not.toContain(SECRET);
        expect(changes.map(shownChange).map(({ path }) => path)).toEqual(changes.map(({ path }) => path));
      }
    }
  });
});

test('the values of an application are shown as they are, and an agent without a password, too', () => {
  const web = { name: 'web', image: 'nginx', command: ['serve', '--proxy', URL], environment: [{ name: 'HTTPS_PROXY', value: URL }] };
  const agent = { ...AGENT, command: ['apidump', '--proxy', 'http://proxy:3128', '--host-allow', 'a@b'], environment: [{ name: 'NO_PROXY', value: 'a,b' }] };
  const body = { containerDefinitions: [web, agent] };
  expect(withoutKey(body)).toEqual(body);
  expect(proxyCredentialsOf(agent)).toEqual([]);
});
