import { Company, JOBS, story, WEB } from './company';
import { COLLECTION, KEY } from './shop';
import { accessDenied } from '../fakes';

const YAML = `defaults:
  discoveryMode: true
  region: eu-west-1
services:
  - profile: web
    cluster: shop
    service: [orders, "web-*"]
  - profile: jobs
    region: us-east-1
    cluster: shop
    tags: { team: jobs }
    collection: ${COLLECTION}
`;

/** Two accounts in two regions, as the file names them. */
function open(company: Company): void {
  company.addServices(WEB, ['orders', 'web-1', 'web-2', 'other']);
  company.addServices(JOBS, ['nightly'], { region: 'us-east-1', tags: { team: 'jobs' } });
  company.addServices(JOBS, ['untagged'], { region: 'us-east-1' });
}

const outcomes = ({ services }: { services: { serviceArn: string; outcome: string }[] }) =>
  Object.fromEntries(services.map(({ serviceArn: arn, outcome }) => [arn.split('/').pop(), outcome]));

describe('a file of services', () => {
  story('names services of several accounts and regions, each with its own options, and one command adds the agent to them', async company => {
    open(company);
    const file = company.write('fleet.yaml', YAML);
    const planned = await company.run(['ecs', 'plan', '--from', file]);
    expect([planned.code, planned.stderr]).toEqual([3, '']);
    expect(planned.stdout).toContain('orders in cluster shop of 111111111111/eu-west-1: add the agent');
    expect(planned.stdout).toMatch(/\n4 services: 4 to add\.\n$/);
    const ran = await company.run(['ecs', 'add', '--from', file, '--json']);
    expect(ran.code).toBe(0);
    expect(outcomes(ran.json)).toEqual({ 'orders': 'completed', 'web-1': 'completed', 'web-2': 'completed', 'nightly': 'completed' });
    expect(ran.json.services.map(({ place }: any) => place)).toEqual([
      ...Array(3).fill({ account: WEB, region: 'eu-west-1' }), { account: JOBS, region: 'us-east-1' },
    ]);
    expect([company.runs(WEB, 'other'), company.runs(JOBS, 'untagged', 'us-east-1')]).toEqual(['other:1', 'untagged:1']);
    const images = [[WEB, 'orders', 'eu-west-1'], [JOBS, 'nightly', 'us-east-1']].map(([id, name, region]) =>
      company.organisation.account(id).region(region).ecs.describeTaskDefinition(company.runs(id, name, region)).containerDefinitions as any[]);
    expect(images.map(containers => containers[containers.length - 1].name)).toEqual(['postman-insights-agent', 'postman-lc-agent']);

    const status = await company.run(['ecs', 'status', '--from', file, '--json']);
    expect([status.code, status.json.services.map(({ agent }: any) => agent.state)]).toEqual([0, ['running', 'running', 'running', 'running']]);
    expect((await company.run(['ecs', 'remove', '--from', file, '--json'])).code).toBe(0);
    expect(company.runs(WEB, 'web-2')).toBe('web-2:1');
  });

  story('with `plan`, is said to be of `plan` in the document of a run that ends early', async company => {
    open(company);
    const file = company.write('fleet.yaml', 'services: [{ profile: web, region: eu-west-1, cluster: shop, service: orders, discoveryMode: true }]');
    company.organisation.account(WEB).inject('ecs:DescribeTaskDefinition', accessDenied());
    const ran = await company.run(['ecs', 'plan', '--from', file, '--json']);
    const error = { message: expect.stringContaining('ecs:DescribeTaskDefinition') };
    expect(ran).toMatchObject({ code: 1, json: { verb: 'plan', services: [{ action: null }], error } });
  });

  story('is JSON or CSV, too, with the same services', async company => {
    open(company);
    const entries = [
      { profile: 'web', region: 'eu-west-1', cluster: 'shop', service: ['orders', 'web-*'], discoveryMode: true, hostAllow: ['a', 'b'] },
      { profile: 'jobs', region: 'us-east-1', cluster: 'shop', service: 'nightly', collection: COLLECTION, tags: ['team=jobs'] },
    ];
    const json = company.write('fleet.json', `\uFEFF${JSON.stringify({ services: entries }, null, '\t')}`);
    const csv = company.write('fleet.csv', [
      'profile,region,cluster,service,service,tags,discoveryMode,collection,hostAllow,hostAllow',
      'web,eu-west-1,shop,orders,web-*,,true,,a,b', `jobs,us-east-1,shop,"nightly",,"team=jobs",,${COLLECTION},,`, '',
    ].join('\r\n'));
    const [one, other] = await Promise.all([json, csv].map(async file => (await company.run(['ecs', 'plan', '--from', file, '--json'])).json));
    expect(one.services).toHaveLength(4);
    expect(JSON.stringify(one.services[0].taskDefinition)).toContain('"--host-allow","a","--host-allow","b"');
    expect(other).toEqual(one);
  });

  story('has defaults that an entry replaces, a destination as a whole, and flags of the command line apply below both', async company => {
    open(company);
    const file = company.write('fleet.yaml', `
defaults: { discoveryMode: true, discoveryNamespace: staging, rateLimit: 100, profile: web, cluster: shop, apiKeySecret: postman/api-key }
services:
  - service: orders
  - service: web-1
    project: svc_0123456789ABCDEFGHIJKL
    rateLimit: 200
    noReadonlyRoot: true
`);
    const { services } = (await company.run(['ecs', 'plan', '--from', file, '--region', 'eu-west-1', '--rate-limit', '1', '--host-allow', 'a', '--json'])).json;
    const agents = services.map(({ taskDefinition: { containerDefinitions } }: any) => containerDefinitions[1]);
    expect(agents.map(({ entryPoint }: any) => entryPoint.slice(2).join(' '))).toEqual([
      '--discovery-mode --rate-limit 100 --host-allow a', '--project svc_0123456789ABCDEFGHIJKL --rate-limit 200 --host-allow a',
    ]);
    expect(agents.map(({ readonlyRootFilesystem }: any) => readonlyRootFilesystem)).toEqual([true, undefined]);
    expect(agents[0].environment).toContainEqual({ name: 'POSTMAN_K8S_NAMESPACE', value: 'staging' });
  });

  story('selects a service once, if two entries with the same options select it', async company => {
    open(company);
    const file = company.write('fleet.yaml', `defaults: { profile: web, region: eu-west-1, cluster: shop, discoveryMode: true }
services: [{ service: orders }, { service: "*" }]`);
    expect((await company.run(['ecs', 'plan', '--from', file, '--json'])).json.services).toHaveLength(4);
  });

  story('selects no service twice with different options, which is told before anything is written', async company => {
    open(company);
    const file = company.write('fleet.yaml', `defaults: { profile: web, region: eu-west-1, cluster: shop, discoveryMode: true }
services:
  - service: orders
  - { service: "*", rateLimit: 5 }
`);
    const ran = await company.run(['ecs', 'add', '--from', file]);
    expect([ran.code, ran.stderr]).toEqual([
      2, `error: ${file}:4:5: service orders in cluster shop is selected by the entry of ${file}:3:5, too, with other options\n`,
    ]);
    expect(company.calls.filter(({ action }) => !/^(Describe|List|Get|Simulate)/.test(action))).toEqual([]);
    expect((await company.run(['ecs', 'status', '--from', file])).code).toBe(3);
  });

  story('that names a service or a cluster which does not exist, fails with its place, and changes nothing there', async company => {
    open(company);
    const file = company.write('fleet.yaml', `defaults: { profile: web, region: eu-west-1, discoveryMode: true }
services:
  - { cluster: shop, service: [orders, missing] }
  - { cluster: shop, service: nothing-* }
`);
    const ran = await company.run(['ecs', 'add', '--from', file]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`error: ${file}:3:31: Cluster shop has no service missing in eu-west-1. Check the name, cluster and region.\n`);
    expect(company.runs(WEB, 'orders')).toBe('orders:1');
    const empty = company.write('empty.yaml', 'services: [{ profile: web, region: eu-west-1, cluster: shop, service: nothing-*, discoveryMode: true }]');
    const none = await company.run(['ecs', 'plan', '--from', empty]);
    expect([none.code, none.stderr]).toEqual([2, `error: No entry of ${empty} selects a service. Check \`cluster\`, \`region\`, \`service\` and \`tags\`.\n`]);
    const some = company.write('some.yaml', `services:
  - { profile: web, region: eu-west-1, cluster: shop, service: nothing-*, discoveryMode: true }
  - { profile: web, region: eu-west-1, cluster: shop, service: orders, discoveryMode: true }
`);
    expect((await company.run(['ecs', 'plan', '--from', some])).stderr).toBe(`${some}:2:5: no service of cluster shop matches this entry\n`);
  });
});

const ENTRY = 'profile: web, region: eu-west-1, cluster: shop, service: orders, discoveryMode: true';
/** The column of what comes after it. */
const AFTER = '  - { '.length + ENTRY.length + ', '.length + 1;
const GARBAGE = Array.from({ length: 10 * 1024 * 1024 }, (_, index) => String.fromCharCode(33 + (index * 7919) % 90)).join('');

/** Files that are refused: the name, the content, and what is said of it after the name. */
const REFUSED: readonly (readonly [what: string, name: string, content: string | Buffer, said: string | RegExp])[] = [
  ['an unknown member', 'a.yaml', `services:\n  - { ${ENTRY}, rateLimits: 5 }\n`,
    `:2:${AFTER}: an entry has no member \`rateLimits\`: did you mean \`rateLimit\`?`],
  ['a flag in place of its member', 'a.yaml', `services:\n  - { ${ENTRY}, --rate-limit: 5 }\n`,
    `:2:${AFTER}: an entry has no member \`--rate-limit\`: did you mean \`rateLimit\`?`],
  ['a member that is like no other', 'a.yaml', `services:\n  - { ${ENTRY}, xyzxyzxyz: 5 }\n`,
    /:2:93: an entry has no member `xyzxyzxyz`; its members are profile, roleArn, region/],
  ['an unknown member of the file', 'a.json', '{ "service": [] }', /:1:3: the file has no member `service`: did you mean `services`\?\n/],
  ['a duplicate in YAML', 'a.yaml', 'services:\n  - cluster: shop\n    cluster: shop\n', ':3:5: the member is there twice (DUPLICATE_KEY)'],
  ['a duplicate in JSON', 'a.json', '{ "services": [],\n "services": [] }', ':2:2: the member "services" is there twice'],
  ['two entries for the same', 'a.yaml', `services:\n  - { ${ENTRY} }\n  - { ${ENTRY} }\n`,
    /:3:5: the entry selects the same as that of .*a\.yaml:2:5\. Leave one of them out/],
  ['no services', 'a.yaml', 'defaults: {}', ':1:1: the file has no `services`: a list of entries, each with `cluster`, `service`, and options'],
  ['an empty file', 'a.yaml', '', ':1:1: the file is empty'],
  ['an empty CSV file', 'a.csv', '\n\n', ':1:1: the file is empty: the first line must name the members, separated by commas'],
  ['semicolons in CSV', 'a.csv', 'profile;cluster\nweb;shop\n', ':1:1: columns must be separated by commas'],
  ['a row with too many columns', 'a.csv', 'cluster,service\nshop,orders,5\n', ':2:13: the row has 3 columns, and the first line names 2'],
  ['a quote that does not end', 'a.csv', 'cluster,service\nshop,"orders\n', ':2:6: a text in quotes begins here and does not end'],
  ['a text after a quote', 'a.csv', 'cluster,service\nshop,"orders"s\n', ':2:14: after the closing quote there must be a comma or the end of the line'],
  ['a column without a name', 'a.csv', 'cluster,,service\nshop,a,orders\n', ':1:9: the column has no name'],
  ['JSON that is not JSON', 'a.json', '{ "services": [ { "cluster": shop } ] }', ':1:30: there must be a value, but there is "shop"'],
  ['YAML that is not YAML', 'a.yaml', 'services:\n  - cluster: "shop\n',
    /:3:1: a character is missing, such as the end of a quote or a bracket \(MISSING_CHAR\)/],
  ['a tab as indentation', 'a.yaml', 'services:\n\t- cluster: shop\n', /:2:1: YAML is indented with blanks, but there is a tab/],
  ['two documents', 'a.yaml', `services: [{ ${ENTRY} }]\n---\nservices: []\n`, /:2:1: a second document begins here, and the file must have one/],
  ['an alias', 'a.yaml', `services:\n  - &a { ${ENTRY} }\n  - *a\n`, /:3:5: there is an alias/],
  ['an anchor without an end', 'a.yaml', `services: ${'['.repeat(100_000)}`, /nested|RESOURCE_EXHAUSTION|not YAML/],
  ['JSON that is nested deeply', 'a.json', `{ "services": ${'['.repeat(100_000)}`, /:1:\d+: values are nested more than 100 levels deep/],
  ['a wrong kind of value', 'a.yaml', `services:\n  - { ${ENTRY}, reproMode: maybe }\n`, `:2:${AFTER + 11}: \`reproMode\` must be true or false`],
  ['a member without a value', 'a.yaml', 'services:\n  - profile: web\n    cluster:\n    service: orders\n', /:3:13: `cluster` must be a text/],
  ['an entry without a cluster', 'a.yaml', 'services:\n  - service: orders\n',
    ':2:5: the entry has no `cluster`: name it, or give `service` as an ARN that includes the cluster'],
  ['an entry without services', 'a.yaml', 'services:\n  - cluster: shop\n',
    ':2:5: the entry selects no services: give `service`, which may be `"*"`, or `tags`'],
  ['an entry that is no object', 'a.yaml', 'services: [orders]', /:1:12: an entry must be an object with members such as/],
  ['a role that is not one', 'a.yaml', `services:\n  - { ${ENTRY}, roleArn: operator }\n`,
    `:2:${AFTER + 9}: \`roleArn\` must be the ARN of a role, arn:aws:iam::<account>:role/<name>, got: operator`],
  ['a region that is not one', 'a.yaml', 'services:\n  - { region: here, cluster: shop, service: orders }\n',
    /:2:15: The region must be an AWS region such as eu-west-1, got: here/],
  ['two regions', 'a.yaml', 'services:\n  - { region: eu-west-1, service: "arn:aws:ecs:us-east-1:123456789012:service/shop/orders" }\n',
    ':2:15: the entry names different regions: us-east-1, eu-west-1. Write an entry for each region'],
  ['two clusters', 'a.yaml', 'services:\n  - { cluster: other, service: "arn:aws:ecs:us-east-1:123456789012:service/shop/orders" }\n',
    ':2:5: the entry names different clusters: other, shop. Write an entry for each cluster'],
  ['two accounts in a list of ARNs', 'a.yaml',
    `services:\n  - { service: ["arn:aws:ecs:us-east-1:${WEB}:service/shop/orders", "arn:aws:ecs:us-east-1:${JOBS}:service/shop/web"] }\n`,
    `:2:5: the entry names different accounts: ${WEB}, ${JOBS}. Write an entry for each account`],
  ['a cluster of one account and a service of another', 'a.yaml',
    `services:\n  - { cluster: "arn:aws:ecs:us-east-1:${WEB}:cluster/shop", service: "arn:aws:ecs:us-east-1:${JOBS}:service/orders" }\n`,
    `:2:5: the entry names different accounts: ${WEB}, ${JOBS}. Write an entry for each account`],
  ['a role of one account and a service of another', 'a.yaml',
    `services:\n  - { roleArn: "arn:aws:iam::${WEB}:role/operator", service: "arn:aws:ecs:us-east-1:${JOBS}:service/shop/orders" }\n`,
    `:2:16: \`roleArn\` is of account ${WEB}, but the entry names account ${JOBS} by ARN. Name a role of account ${JOBS}`],
  ['an option that the agent does not accept', 'a.yaml', `services:\n  - { ${ENTRY}, rateLimit: -5 }\n`, /:2:104: `--rate-limit` must be .*-5/],
  ['no destination', 'a.yaml', 'services:\n  - { cluster: shop, service: orders }\n', /:2:5: .*`--discovery-mode`/],
  ['two destinations in one entry', 'a.yaml', `services:\n  - { ${ENTRY}, collection: ${COLLECTION} }\n`, /:2:\d+: .*`--collection`/],
  ['UTF-16', 'a.yaml', Buffer.from('\uFEFFservices: []', 'utf16le'), ' is UTF-16. Save it as UTF-8; in PowerShell, with `| Out-File -Encoding utf8`.'],
  ['UTF-16 without a mark', 'a.yaml', Buffer.from('services: []',
    'utf16le'), ':1:2: there is a control character, so this is not a text. Save the file as UTF-8'],
  ['another encoding', 'a.yaml', Buffer.from('services:\n  - cluster: caf\xe9\n', 'latin1'), ' is not a text in UTF-8: line 2, column 17.'],
  ['10 MB of garbage', 'a.yaml', GARBAGE, /has more than 2097152 bytes, which is more than a list of services has/],
  ['2 MB of garbage', 'a.yaml', GARBAGE.slice(0, 2_000_000), /a\.yaml:1:\d+: /],
  ['2 MB of garbage as JSON', 'a.json', GARBAGE.slice(0, 2_000_000), /a\.json:1:1: there must be a value/],
  ['2 MB of garbage as CSV', 'a.csv', GARBAGE.slice(0, 2_000_000), /a\.csv:1:\d+: /],
  ['a format that is not known', 'a.toml', 'x', /`--from` must name a file that ends in \.yaml, \.yml, \.json, \.csv, got: /],
  ['the password of a proxy', 'a.yaml', `services:\n  - { ${ENTRY}, proxy: "http://user:word@proxy:8080" }\n`, /:2:100: `proxy` has a user or a password/],
];

describe('what is refused before any call', () => {
  for (const [what, name, content, said] of REFUSED) {
    story(`${what}, with its line and column`, async company => {
      open(company);
      const file = company.write(name, content);
      const ran = await company.run(['ecs', 'add', '--from', file]);
      expect([ran.code, ran.stdout, company.calls]).toEqual([2, '', []]);
      if (typeof said === 'string') expect(ran.stderr).toContain(`${file}${said}\n`);
      else expect(ran.stderr).toMatch(said);
      expect(ran.stderr.length).toBeLessThan(10_000);
    });
  }

  const KEYS = ['PMAK-' + 'a1b2c3'.repeat(4), KEY];
  for (const [what, text] of Object.entries({
    'the value of a member': (key: string) => `services:\n  - { ${ENTRY}, apiKeySecret: ${key} }\n`,
    'the value of a variable': (key: string) => `services:\n  - { ${ENTRY}, environment: { POSTMAN_API_KEY: ${key} } }\n`,
    'an expression of a list': (key: string) => `services:\n  - { ${ENTRY}, hostAllow: [a, ${key}] }\n`,
    'a member that is named after it': (key: string) => `services:\n  - { ${ENTRY}, apiKey: ${key} }\n`,
    'another such member': (key: string) => `services:\n  - { ${ENTRY}, POSTMAN_API_KEY: ${key} }\n`,
    'the name of a member': (key: string) => `services:\n  - { ${ENTRY}, ${key}: 1 }\n`,
    'text that is not YAML': (key: string) => `services: "${key}" "${key}"\n`,
  })) {
    story(`an API key as ${what}, which is not repeated`, async company => {
      open(company);
      for (const key of KEYS) {
        const ran = await company.run(['ecs', 'add', '--from', company.write('a.yaml', text(key)), '--json'], { env: { POSTMAN_API_KEY: KEY } });
        expect([ran.code, company.calls]).toEqual([2, []]);
        expect(`${ran.stdout}${ran.stderr}`).not.toContain(key);
        expect(ran.stderr).toMatch(/a\.yaml:\d+:\d+: /);
      }
    });
  }

  story('a file together with a selection of flags, and a file that does not exist', async company => {
    const file = company.write('fleet.yaml', YAML);
    const both = await company.run(['ecs', 'add', '--from', file, '--cluster', 'shop', '--all']);
    expect([both.code, both.stderr]).toEqual([2, 'error: `--from` names the services, so leave out `--cluster`, `--all`, or leave out `--from`.\n']);
    const none = await company.run(['ecs', 'status', '--from', '/nowhere/fleet.yaml']);
    expect([none.code, none.stderr]).toEqual([2, 'error: The file /nowhere/fleet.yaml does not exist.\n']);
  });

  story('all faults of a file are told at once, at most twenty', async company => {
    const file = company.write('fleet.yaml', `services:\n${'  - { cluster: shop, service: orders, wrong: 1 }\n'.repeat(25)}`);
    const { stderr } = await company.run(['ecs', 'plan', '--from', file]);
    expect(stderr.trim().split('\n')).toHaveLength(21);
    expect(stderr).toMatch(/\n +and \d+ more\n$/);
  });
});
