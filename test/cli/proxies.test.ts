import { Profiles } from './profiles';
import { Proxy } from './proxy';
import { PLAN, processScenario as scenario, Shop, STATUS } from './shop';
import { proxiesOf } from '../../src/cli/proxy-environment';

const REGIONAL = 'eu-west-1.amazonaws.com:443';
const CREDENTIALS = 'user:not-a%20password';

/** A scenario with a proxy, and without an address of AWS but its own. */
function throughProxy(name: string, play: (shop: Shop, proxy: Proxy, env: Record<string, string | undefined>) => Promise<void>): void {
  scenario(name, async shop => {
    const proxy = new Proxy(shop.aws.endpoint);
    try {
      await proxy.listen();
      await play(shop, proxy, { AWS_ENDPOINT_URL: undefined, NODE_EXTRA_CA_CERTS: proxy.certificate });
    } finally {
      await proxy.stop();
    }
  });
}

describe('proxies', () => {
  for (const name of ['HTTPS_PROXY', 'https_proxy']) {
    throughProxy(`every call goes through a tunnel of ${name}, with its user and password`, async (shop, proxy, env) => {
      const ran = await shop.run([...PLAN, '--verbose'], { env: { ...env, [name]: `http://${CREDENTIALS}@${proxy.address}` } });
      expect(ran.code).toBe(3);
      expect(proxy.asked).toEqual(expect.arrayContaining([`ecs.${REGIONAL}`, `ec2.${REGIONAL}`, `secretsmanager.${REGIONAL}`, 'iam.amazonaws.com:443']));
      expect([...proxy.authorizations]).toEqual([`Basic ${Buffer.from('user:not-a password').toString('base64')}`]);
      // A connection serves many calls.
      expect(proxy.asked.length).toBeLessThan(shop.aws.calls.length);
      expect(ran.stdout + ran.stderr).not.toMatch(/not-a%20password/);
    });
  }

  throughProxy('calls without TLS go through HTTP_PROXY', async (shop, proxy, env) => {
    const ran = await shop.run(STATUS, { env: { ...env, AWS_ENDPOINT_URL: 'http://aws.test', http_proxy: proxy.address } });
    expect(ran.code).toBe(3);
    expect(proxy.asked).toContain('http://aws.test/');
    expect(proxy.asked.length).toBeGreaterThanOrEqual(shop.aws.calls.length);
  });

  throughProxy('credentials are got through the proxy, too', async (shop, proxy, env) => {
    const profiles = new Profiles('[profile role]\nrole_arn = arn:aws:iam::123456789012:role/operator\nsource_profile = base\nregion = eu-west-1\n'
      + '[profile base]\naws_access_key_id = 123456789012\naws_secret_access_key = test\n'
      + '[profile work]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = operator\nregion = eu-west-1\n'
      + '[sso-session work]\nsso_start_url = https://example.com/start\nsso_region = eu-west-1\n');
    try {
      profiles.session('work', { accessToken: 'a', expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
      const withProxy = { ...env, ...profiles.env, HTTPS_PROXY: `http://${proxy.address}` };
      expect((await shop.run([...STATUS, '--profile', 'role'], { env: withProxy })).code).toBe(3);
      expect(proxy.asked).toContain(`sts.${REGIONAL}`);
      await shop.run([...STATUS, '--profile', 'work'], { env: withProxy });
      expect(proxy.asked).toContain(`portal.sso.${REGIONAL}`);
    } finally {
      profiles.remove();
    }
  });

  throughProxy('a proxy that refuses is named, with what to check, and without its password', async (shop, proxy, env) => {
    proxy.refuses = 407;
    const ran = await shop.run(STATUS, { env: { ...env, HTTPS_PROXY: `http://${CREDENTIALS}@${proxy.address}` } });
    expect(ran.code).toBe(1);
    const refusal = `The proxy ${proxy.address} does not connect to ecs.${REGIONAL}: it answered 407 No.`;
    expect(ran.stderr).toContain(`${refusal} Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.`);
    expect(proxy.asked).toHaveLength(1);
    expect(ran.stderr).not.toContain('not-a');
  });

  scenario('a proxy that is not there is named', async shop => {
    const ran = await shop.run(STATUS, { env: { AWS_ENDPOINT_URL: undefined, HTTPS_PROXY: 'http://127.0.0.1:9' } });
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(/The proxy 127\.0\.0\.1:9 does not connect to ecs\..*ECONNREFUSED.*HTTPS_PROXY/) });
  });
});

describe('the proxy for a host', () => {
  const PROXIES = { HTTPS_PROXY: 'http://secure:3128', HTTP_PROXY: 'plain:80' };
  const of = (env: Record<string, string>, host: string, port = 443, protocol: 'http:' | 'https:' = 'https:') =>
    proxiesOf(env)?.({ protocol, host, port })?.hostname;

  test('each protocol has a proxy of its own, and without one there is none', () => {
    expect([of(PROXIES, 'a.test'), of(PROXIES, 'a.test', 80, 'http:')]).toEqual(['secure', 'plain']);
    expect(proxiesOf({ NO_PROXY: '*', HTTPS_PROXY: '' })).toBeUndefined();
    expect(of({ HTTP_PROXY: 'plain:80' }, 'a.test')).toBeUndefined();
    expect(of({ HTTPS_PROXY: 'upper:1', https_proxy: 'lower:1' }, 'a.test')).toBe('lower');
  });

  test.each<[string, string, number, boolean]>([
    ['*', 'a.test', 443, false], ['amazonaws.com', 'ecs.eu-west-1.amazonaws.com', 443, false], ['.amazonaws.com', 'ecs.amazonaws.com', 443, false],
    ['*.amazonaws.com', 'ecs.amazonaws.com', 443, false], ['ECS.amazonaws.com', 'ecs.AMAZONAWS.com', 443, false],
    ['zonaws.com', 'ecs.amazonaws.com', 443, true],
    ['other.test, a.test', 'a.test', 443, false], ['other.test a.test', 'a.test', 443, false], ['a.test:443', 'a.test', 443, false],
    ['a.test:8443', 'a.test', 443, true],
    ['10.0.0.0/8', '10.1.2.3', 443, false], ['10.0.0.0/8', '11.1.2.3', 443, true], ['10.1.2.3', '10.1.2.3', 443, false], ['10.1.2.3:80', '10.1.2.3', 443, true],
    ['fd00::/8', 'fd00::1', 443, false], ['fd00::1', 'fd00::1', 443, false], ['[fd00::1]:443', 'fd00::1', 443, false], ['fd00::/8', '10.1.2.3', 443, true],
    ['10.0.0.0/99', '10.1.2.3', 443, true], ['.', 'a.test', 443, true], ['', 'a.test', 443, true],
  ])('with NO_PROXY=%s, %s:%d is reached through the proxy: %s', (NO_PROXY, host, port, isProxied) => {
    expect(of({ ...PROXIES, NO_PROXY }, host, port)).toBe(isProxied ? 'secure' : undefined);
    expect(of({ ...PROXIES, no_proxy: NO_PROXY }, host, port)).toBe(isProxied ? 'secure' : undefined);
  });

  test.each(['localhost', '127.0.0.1', '127.1.2.3', '::1'])('%s is never reached through a proxy', host => {
    expect(of(PROXIES, host)).toBeUndefined();
  });

  test.each(['socks5://proxy:1080', 'http://', 'http://a:b:c', 'ftp://x'])('%s is no proxy, and the error does not repeat it', HTTPS_PROXY => {
    expect(() => proxiesOf({ HTTPS_PROXY })).toThrow(/^HTTPS_PROXY must be the URL of a proxy, such as http:\/\/proxy:3128/);
  });
});
