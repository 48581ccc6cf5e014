import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { AgentOptions, checkAgent, checkImage, Finding } from '../../src/agent';

const ID = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';

function errors(options: Partial<AgentOptions>): string[] {
  return checkAgent(options).filter(({ severity }) => severity === 'error').map(({ message }) => message);
}

function ids(options: Partial<AgentOptions>): string[] {
  return checkAgent(options).map(({ severity, id }: Finding) => `${severity} ${id}`);
}

describe('what the agent would not take is refused', () => {
  test.each<[Partial<AgentOptions>, RegExp]>([
    [{ collectionId: '' }, /^`collectionId` must be `<owner>-<uuid>`.*got: "";/],
    [{ collectionId: undefined }, /^`collectionId` .*got: undefined/],
    [{ collectionId: 'orders' }, /got: orders; Postman shows it/],
    [{ collectionId: '6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11' }, /put the owner's number and a hyphen before it/],
    [{ collectionId: `${ID} ` }, /got: "12345678-.* ";/],
    [{ collectionId: `x ${ID}` }, /`collectionId`/],
    [{ collectionId: `${ID}0` }, /`collectionId`/],
    [{ collectionId: 7 as never }, /got: 7/],
    [{ image: '' }, /^`image` must be the name of an image.*got: "";/],
    [{ image: 'my image' }, /`image`.*got: my image/],
    [{ image: 5 as never }, /`image`.*got: 5/],
    [{ image: null as never }, /`image`.*got: null/],
    [{ rateLimit: 0, memoryLimitMiB: 100 }, /^`rateLimit`.*got: 0/],
    [{ rateLimit: -3, memoryLimitMiB: 800 }, /^`rateLimit`.*got: -3/],
    [{ rateLimit: NaN, memoryLimitMiB: 100 }, /^`rateLimit`.*got: NaN/],
    [{ memoryLimitMiB: 700, memoryReservationMiB: '800' as never }, /^`memoryReservationMiB`.*got: 800/],
    [{ rateLimit: 0 }, /^`rateLimit` must be a number above zero, in requests a minute, got: 0; leave it out for the agent's own 1000/],
    [{ rateLimit: -3 }, /got: -3/],
    [{ rateLimit: NaN }, /got: NaN/],
    [{ rateLimit: Infinity }, /got: Infinity/],
    [{ rateLimit: '5' as never }, /`rateLimit`.*got: 5/],
    [{ hostAllow: [''] }, /^`hostAllow` must be a list of regular expressions, each on one line and not empty, got: "";.*index 0/],
    [{ hostAllow: ['a', 'b\nc'] }, /index 1/],
    [{ hostAllow: 'api' as never }, /^`hostAllow` must be a list of regular expressions, got: api/],
    [{ hostAllow: [5 as never] }, /got: 5/],
    [{ interfaces: 'eth0' as never }, /^`interfaces` must be a list of network interfaces, got: eth0/],
    [{ memoryLimitMiB: '800' as never }, /`memoryLimitMiB`.*got: 800/],
    [{ collectionId: [ID] as never }, /`collectionId`/],
    [{ hostAllow: ['(?=a)'] }, /got: \(\?=a\); RE2 has no look-around/],
    [{ hostExclusions: ['(?!a)b'] }, /`hostExclusions`.*RE2 has no look-around/],
    [{ pathAllow: ['(?<=a)b'] }, /`pathAllow`.*RE2 has no look-around/],
    [{ pathAllow: ['(?<!a)b'] }, /`pathAllow`.*RE2 has no look-around/],
    [{ pathExclusions: ['(a)\\1'] }, /`pathExclusions`.*RE2 has no back-references/],
    [{ pathExclusions: ['(?P<n>a)\\k<n>'] }, /RE2 has no back-references/],
    [{ pathAllow: ['\\\\(?<name>a)'] }, /`\(\?P<name>…\)`/],
    [{ pathAllow: ['(?<name>a)'] }, /`\(\?P<name>…\)`/],
    [{ pathAllow: ['[\\]](?<n>[a])'] }, /`\(\?P<name>…\)`/],
    [{ pathAllow: ['\\Qa\\E(?<n>a)'] }, /`\(\?P<name>…\)`/],
    [{ pathAllow: ['[[:alpha:]](?<n>a)'] }, /`\(\?P<name>…\)`/],
    [{ pathAllow: ['\\p{LC}'] }, /does not know the character class \\p\{LC\}/],
    [{ pathAllow: ['[\\P{^Cn}]'] }, /does not know the character class \\P\{\^Cn\}/],
    [{ pathAllow: ['\\p{Assigned}'] }, /does not know the character class/],
    [{ pathAllow: ['\\p{Letter}'] }, /invalid character class range/],
    [{ pathAllow: ['(a{1000}){2}'] }, /invalid repeat count/],
    [{ pathAllow: ['a('] }, /missing closing/],
    [{ pathAllow: ['a{1001}'] }, /invalid repeat count/],
    [{ pathAllow: ['a**'] }, /invalid nested repetition/],
    [{ pathAllow: ['[b-a]'] }, /invalid character class range/],
    [{ pathAllow: ['a\\Z'] }, /invalid escape/],
    [{ interfaces: ['any'] }, /^`interfaces` must be a list of network interfaces such as eth0, got: any; the agent knows no interface of that name/],
    [{ interfaces: ['eth0,eth1'] }, /of 15 characters at most, without spaces and commas, got: eth0,eth1/],
    [{ interfaces: ['a-name-too-long0'] }, /15 characters/],
    [{ interfaces: [''] }, /not empty/],
    [{ filter: '' }, /^`filter` must be a BPF expression such as `port 8080`, got: ""; leave it out/],
    [{ filter: '  ' }, /`filter`.*got: " {2}"/],
    [{ proxy: 'proxy:3128' }, /^`proxy` must be a URL.*got: proxy:3128; it has no scheme/],
    [{ proxy: 'proxy' }, /it has no scheme and no port/],
    [{ proxy: '10.0.0.1' }, /it has no scheme/],
    [{ proxy: 'http://proxy' }, /it has no port/],
    [{ proxy: 'http://:3128' }, /it has no host/],
    [{ proxy: 'http://a:b:1' }, /its port is none/],
    [{ proxy: '[::1]x' }, /it has no scheme/],
    [{ proxy: 'socks5://proxy:1080' }, /http and https proxies, not to socks5/],
    [{ proxy: 'http://proxy:0' }, /its port is none of 1 to 65535/],
    [{ proxy: 'http://proxy:65536' }, /its port is none/],
    [{ proxy: 'http://proxy:port' }, /its port is none/],
    [{ proxy: 'http://proxy:3128/path' }, /a proxy has no path/],
    [{ proxy: 'http://pro xy:3128' }, /it has a space/],
    [{ proxy: 'http://proxy:3128x' }, /its port is none/],
    [{ proxy: 'http://proxy:x3128' }, /its port is none/],
    [{ proxy: 'http://proxy:123456' }, /its port is none/],
    [{ proxy: 'xhttp://proxy:3128' }, /not to xhttp/],
    [{ proxy: 'http2://proxy:3128' }, /not to http2/],
    [{ proxy: '10.0.0.1x:3128' }, /it has no scheme/],
    [{ proxy: 'x10.0.0.1:3128' }, /it has no scheme/],
    [{ proxy: '[::1]:3128/path' }, /a proxy has no path/],
    [{ proxy: 'http://' }, /it has no host/],
    [{ proxy: 5 as never }, /`proxy`.*got: number/],
    [{ traceTags: { 'a=b': 'c' } }, /^`traceTags` must be tags whose keys and values.*got: a=b=c; the agent ends at once/],
    [{ traceTags: { a: 'b=c' } }, /got: a=b=c/],
    [{ traceTags: { '': 'c' } }, /`traceTags`/],
    [{ traceTags: { a: '' } }, /`traceTags`/],
    [{ traceTags: { ' a': 'b' } }, /space at either end/],
    [{ traceTags: { a: 'b\nc' } }, /no line break/],
    [{ traceTags: { a: 5 as never } }, /got: a=5/],
    [{ traceTags: ['a'] as never }, /`traceTags` must be an object of tags, got: \["a"\]/],
    [{ traceTags: null as never }, /`traceTags`.*got: null/],
    [{ traceTags: 'ab' as never }, /`traceTags`.*got: ab/],
    [{ memoryReservationMiB: 5 }, /^`memoryReservationMiB` must be a whole number of MiB, 6 or more, got: 5/],
    [{ memoryReservationMiB: 300.5 }, /got: 300.5/],
    [{ memoryLimitMiB: 0 }, /^`memoryLimitMiB` must be a whole number of MiB, 6 or more, got: 0/],
    [{ memoryLimitMiB: 300, memoryReservationMiB: 400 }, /^`memoryLimitMiB` must be at least `memoryReservationMiB`, which is 400 MiB, got: 300; raise the one or lower the other/],
    [{ cpu: 0 }, /^`cpu` must be a whole number of CPU units above zero/],
    [{ cpu: 1.5 }, /got: 1.5/],
  ])('%j', (options, message) => {
    expect(errors({ collectionId: ID, ...options })).toEqual([expect.stringMatching(message)]);
  });
});

describe('what the agent takes is passed without a word', () => {
  test.each<[Partial<AgentOptions>]>([
    [{ collectionId: ID.toUpperCase() }],
    [{ collectionId: 'a1b2-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11' }],
    [{ image: 'mirror.example.com:5000/postman-lc-agent:1.2.3' }],
    [{ image: `docker.postman.com/postman-lc-agent@sha256:${'a'.repeat(64)}` }],
    [{ rateLimit: 0.5 }],
    [{ rateLimit: 100000 }],
    [{ hostAllow: [] }],
    [{ hostAllow: ['api', 'h{1,2}', '^(?i)API', '(?P<n>x)', '[[:alpha:]]+', '\\.example\\.com(:\\d+)?$'] }],
    [{ pathAllow: ['(?:a)', '\\(?<a>', '\\(?=a', '[(?<a>]', '[](?<a>]', '\\\\(?P<a>b)', '\\Q(?<a>\\E', '\\Q(?<a>', '[[:alpha:](?<]', '\\Q\\p{LC}\\E', '\\\\p{2}', '\\pN\\p{Any}'] }],
    [{ pathAllow: ['^/v1/orders$', '\\p{Greek}', '^/(a|b)$'] }],
    [{ interfaces: ['eth0', 'ecs-bridge', 'a-name-of-15chr'] }],
    [{ filter: 'port 8080' }],
    [{ proxy: 'http://proxy.example.com:3128' }],
    [{ proxy: 'https://10.0.0.1:3128/' }],
    [{ proxy: '10.0.0.1:3128' }],
    [{ proxy: '[2001:db8::1]:3128' }],
    [{ proxy: 'http://[2001:db8::1]:3128' }],
    [{ proxy: 'http://proxy:65535' }],
    [{ proxy: 'http://proxy:1' }],
    [{ proxy: '100.64.10.11:3128' }],
    [{ traceTags: { 'team': 'payments', 'b, "c"': 'd' } }],
    [{ memoryLimitMiB: 700 }],
    [{ memoryLimitMiB: 700, memoryReservationMiB: 700 }],
    [{ memoryReservationMiB: 6 }],
    [{ memoryLimitMiB: 117, rateLimit: 100 }],
    [{ cpu: 1 }],
  ])('%j', options => {
    expect(checkAgent({ collectionId: ID, ...options })).toEqual([]);
  });
});

describe('a host expression that ends before the port', () => {
  test.each([
    '^api\\.example\\.com$', '\\.example\\.com$', '(com|org)$', '[a-z.]+$', 'api\\z', '^(?:a|b)$', 'x\\b$', '^$', 'com$|org$', '[^0-9]$', '^[^:]*\\.com$', '8$0', 'a^', '^:80$',
  ])('%s is warned of', expression => {
    expect(ids({ hostAllow: [expression] })).toEqual(['warning hostExpressionEndsBeforePort']);
    expect(ids({ hostExclusions: [expression] })).toEqual(['warning hostExpressionEndsBeforePort']);
  });

  test.each([
    '^api\\.example\\.com(:\\d+)?$', ':8080$', '.*$', '\\d$', 'com', '^api\\.example\\.com', 'com$|:80', '[a-z0-9]+$', '^\\[::1\\]:80$', '^[^/]+$', '80$', '(?i)COM:\\d{2}$', '\\S+\\z', '', '^',
  ].filter(expression => expression !== ''))('%s is not', expression => {
    expect(ids({ hostAllow: [expression] })).toEqual([]);
  });

  test('is no matter for paths', () => {
    expect(ids({ pathAllow: ['^/orders$'] })).toEqual([]);
  });

  test('says which, and what to write instead', () => {
    expect(checkAgent({ hostAllow: ['a$'] })[0].message).toMatch(/^`hostAllow` has a\$, which matches no host that carries a port.*`\(:\\d\+\)\?\$`/);
  });

  test('truly matches no host with a port: generated hosts never match what is warned of', () => {
    const piece = fc.constantFrom('a', 'com', '\\.', '[a-z]', '[^:]', '.', '\\d', ':', '(a|b)', '(:\\d+)?', 'x*', '$', '^', '\\b', '\\z', '|', '0');
    const host = fc.tuple(fc.stringMatching(/^[a-z0-9.-]{1,12}$/), fc.integer({ min: 1, max: 65535 })).map(([name, port]) => `${name}:${port}`);
    fc.assert(fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }).map(pieces => pieces.join('')), fc.array(host, { minLength: 20, maxLength: 20 }), (expression, hosts) => {
      if (!ids({ hostAllow: [expression] }).includes('warning hostExpressionEndsBeforePort')) return;
      const compiled = RE2JS.compile(expression);
      expect(hosts.filter(candidate => compiled.matcher(candidate).find())).toEqual([]);
    }), { numRuns: 2000 });
  });
});

describe('a warning or a remark', () => {
  test.each<[Partial<AgentOptions>, string]>([
    [{ memoryLimitMiB: 699 }, 'warning memoryLimitLow'],
    [{ memoryLimitMiB: 512, rateLimit: 5000 }, 'warning memoryLimitLow'],
    [{ memoryLimitMiB: 116, rateLimit: 100 }, 'warning memoryLimitLow'],
    [{ proxy: 'http://user@proxy:3128' }, 'warning proxyCredentialsInClear'],
    [{ image: 'docker.postman.com/postman-lc-agent' }, 'info unpinnedImage'],
    [{ image: 'localhost:5000/postman-lc-agent:latest' }, 'info unpinnedImage'],
    [{ image: 'localhost:5000/postman-lc-agent' }, 'info unpinnedImage'],
  ])('%j: %s', (options, id) => {
    expect(ids(options)).toEqual([id]);
  });

  test.each([0, -3, NaN, Infinity])('of a low limit is not given beside a rate of %d, which is refused already', rateLimit => {
    expect(ids({ rateLimit, memoryLimitMiB: 10 })).toEqual(['error rateLimit']);
  });

  test('of a low limit tells the measured need at a lower rate', () => {
    expect(checkAgent({ memoryLimitMiB: 60, rateLimit: 50 })[0].message).toBe(
      '`memoryLimitMiB` is 60 MiB, but the agent was seen to use 83 MB at 50 captured requests a minute: it is killed when it takes more than its limit. Raise the limit, or lower `rateLimit`');
    expect(checkAgent({ memoryLimitMiB: 200, rateLimit: 550 })[0].message).toContain('237 MB at 550');
    expect(checkAgent({ memoryLimitMiB: 200 })[0].message).toContain('Postman asks for at least 700 MiB at 1000');
  });
});

test('a proxy with a user is shown without what may be a password', () => {
  expect(checkAgent({ proxy: 'http://me:word@proxy:3128' })).toEqual([{
    severity: 'warning',
    id: 'proxyCredentialsInClear',
    option: 'proxy',
    message: '`proxy` has a user or a password (http://***@proxy:3128), which stands in the task definition for everybody who may read it. Use a proxy that admits the tasks by their address',
  }]);
  expect(checkAgent({ proxy: 'me:word@proxy:3128' })[0].message).toContain('got: ***@proxy:3128; it has no scheme');
  expect(checkAgent({ proxy: 'x-y.z+1://me@proxy:3128' })[0].message).toContain('got: x-y.z+1://***@proxy:3128;');
});

test('a password in a proxy is never shown, however malformed the rest is', () => {
  const password = 'hunter-two';
  for (const proxy of [`http://me:${password}@proxy:3128`, `http://me:${password}@proxy`, `me:${password}@proxy:1`, `http://me:${password}@x@proxy:99999`, `http://me:${password}/@proxy:1`]) {
    const findings = checkAgent({ proxy });
    expect(findings.length).toBeGreaterThan(0);
    expect(JSON.stringify(findings)).not.toContain(password);
  }
});

test('no message holds what stands before the last @ of a proxy', () => {
  const junk = fc.string({ maxLength: 6, unit: fc.constantFrom('a', ':', '/', '@', '.', '[', ']', '1', ' ', '\n') });
  fc.assert(fc.property(fc.constantFrom('me:', 'http://', 'https://', 'socks5://', '//', ':'), junk, junk, junk, (scheme, before, after, host) => {
    expect(JSON.stringify(checkAgent({ proxy: `${scheme}${before}hunter-two${after}@${host}` }))).not.toContain('hunter-two');
  }), { numRuns: 2000, examples: [['http://', 'me:', '', 'proxy:3128']] });
});

test('opaque values are not judged, alone or in lists', () => {
  const opaque = (value: unknown) => value === 'TOKEN' || value === -1;
  expect(checkAgent({
    collectionId: 'TOKEN', rateLimit: -1, hostAllow: ['TOKEN'], interfaces: ['TOKEN'], filter: 'TOKEN', proxy: 'TOKEN', traceTags: { TOKEN: 'TOKEN' }, memoryLimitMiB: 100, memoryReservationMiB: -1,
  }, { opaque })).toEqual([]);
});

test('messages call an option as the reader does', () => {
  const nameOf = (option: string) => ({ rateLimit: '--rate-limit', memoryLimitMiB: '--memory-limit', memoryReservationMiB: '--memory-reservation' })[option] ?? option;
  expect(checkAgent({ rateLimit: 0 }, { nameOf })[0]).toMatchObject({ option: 'rateLimit', message: expect.stringMatching(/^`--rate-limit` must be/) });
  expect(checkAgent({ memoryLimitMiB: 10, memoryReservationMiB: 20 }, { nameOf })[0].message).toContain('at least `--memory-reservation`');
});

test('whatever passes as an expression compiles', () => {
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(...'a(?<=!>P)[]{}1,*+\\.|^$') }), expression => {
    if (errors({ pathAllow: [expression] }).length === 0) expect(() => RE2JS.compile(expression)).not.toThrow();
  }), { numRuns: 2000 });
});

test('an image is judged alone, too', () => {
  expect(checkImage('a b')).toHaveLength(1);
  expect(checkImage('a:1')).toEqual([]);
});
