import { ADD, ALL, COLLECTION, PLAN, scenario, serviceArn, WITH_KEY } from './shop';

const ADD_TO = (...selection: string[]) => ['ecs', 'add', ...selection, '--collection', COLLECTION];
const CLUSTER = 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop';
const NO_REGION = { AWS_REGION: undefined };
const WITHOUT_COLLECTION = ['ecs', 'add', '--cluster', 'shop', '--service', 'orders'];

interface Misuse {
  readonly args: readonly string[];
  /** What the error names: the flag, the value found, what is wanted. */
  readonly names: RegExp;
  readonly env?: Record<string, string | undefined>;
}

const MISUSES: Readonly<Record<string, Misuse>> = {
  'no cluster': { args: ADD_TO('--service', 'orders'), names: /--cluster/ },
  'a short service ARN without a cluster': { args: ADD_TO('--service', 'arn:aws:ecs:eu-west-1:123456789012:service/orders'), names: /--cluster/ },
  'no service': { args: ADD_TO('--cluster', 'shop'), names: /--service.*--all.*--service-tag/ },
  'no collection': { args: WITHOUT_COLLECTION, names: /--collection/ },
  'a malformed collection': { args: [...WITHOUT_COLLECTION, '--collection', 'orders'], names: /--collection.*orders/ },
  'a cluster ARN of another AWS service': {
    args: ADD_TO('--cluster', 'arn:aws:eks:eu-west-1:123456789012:cluster/shop', '--service', 'orders'), names: /--cluster.*arn:aws:eks/,
  },
  'a cluster ARN without an account': { args: ADD_TO('--cluster', 'arn:aws:ecs:eu-west-1::cluster/shop', '--service', 'orders'), names: /--cluster.*ARN/ },
  'a service ARN of a task': { args: ADD_TO('--service', 'arn:aws:ecs:eu-west-1:123456789012:task/shop/orders'), names: /--service.*task\/shop/ },
  'a service name with a slash': { args: ADD_TO('--cluster', 'shop', '--service', 'shop/orders'), names: /--service.*shop\/orders/ },
  'an empty service': { args: ADD_TO('--cluster', 'shop', '--service', ''), names: /--service.*nothing/ },
  'an empty cluster': { args: ADD_TO('--cluster', '', '--service', 'orders'), names: /--cluster.*nothing/ },
  'a cluster and a service that disagree': { args: ADD_TO('--cluster', 'other', '--service', serviceArn('orders')), names: /shop, other|other, shop/ },
  'services of two clusters': {
    args: ADD_TO('--service', serviceArn('orders'), '--service', 'arn:aws:ecs:eu-west-1:123456789012:service/other/web'), names: /shop, other/,
  },
  'a region and an ARN that disagree': { args: ADD_TO('--region', 'us-east-1', '--service', serviceArn('orders')), names: /us-east-1, eu-west-1/ },
  'ARNs of two regions': {
    args: ADD_TO('--cluster', 'arn:aws:ecs:us-east-1:123456789012:cluster/shop', '--service', serviceArn('orders')), names: /different regions/,
  },
  'ARNs of two accounts': {
    args: ADD_TO('--cluster', 'arn:aws:ecs:eu-west-1:210987654321:cluster/shop', '--service', serviceArn('orders')), names: /different accounts/,
  },
  'a word that is not a region': { args: ADD_TO('--region', 'Ireland', '--cluster', 'shop', '--service', 'orders'), names: /Ireland.*--region/ },
  'no region at all': { args: ADD, env: NO_REGION, names: /--region.*AWS_REGION/ },
  'a word from the environment that is not a region': { args: ADD, env: { AWS_REGION: 'Ireland' }, names: /Ireland/ },
  '--service with --all': { args: ADD_TO('--cluster', CLUSTER, '--service', 'orders', '--all'), names: /--service.*--all/ },
  'an empty tag': { args: ADD_TO('--cluster', 'shop', '--service-tag', '=web'), names: /--service-tag.*=web/ },
  'an unknown flag, with the one that was meant': { args: [...ADD, '--dryrun'], names: /--dryrun[^]*--dry-run/ },
  'an unknown verb': { args: ['ecs', 'ad'], names: /ad[^]*add/ },
  'a verb of `ecs` without `ecs`': { args: ['add', '--cluster', 'shop'], names: /did you mean `ecs add`/ },
  'another verb of `ecs` without `ecs`': { args: ['status'], names: /did you mean `ecs status`/ },
  '--task, which only Postman\'s own command has': { args: [...ADD, '--task', 'orders'], names: /no flag `--task`.*--service/ },
  '--log-format, which only Postman\'s own command has': { args: [...ADD, '--log-format=json'], names: /no flag `--log-format`.*--json.*--verbose/ },
  'an argument too many': { args: [...ADD, 'orders'], names: /argument/ },
  'a flag without its value': { args: ['ecs', 'plan', '--cluster'], names: /--cluster/ },
  'a duration without a unit': { args: [...ADD, '--timeout', '90'], names: /--timeout.*90s, 5m or 2h.*90/ },
  'a duration in days': { args: [...ADD, '--timeout', '1d'], names: /--timeout.*1d/ },
  'a duration of nothing': { args: [...ADD, '--timeout', '0s'], names: /--timeout.*0s/ },
  'a wrong duration, also if it is not used': { args: [...ADD, '--dry-run', '--timeout', 'soon'], names: /--timeout.*soon/ },
  'a rate limit that is not a number': { args: [...ADD, '--rate-limit', 'fast'], names: /--rate-limit.*fast/ },
  'a rate limit below zero': { args: [...ADD, '--rate-limit=-1'], names: /--rate-limit.*-1/ },
  'a regular expression that does not close': { args: [...ADD, '--host-allow', '(api'], names: /--host-allow.*\(api/ },
  'a regular expression that RE2 does not support': { args: [...ADD, '--path-exclusions', '(?=x)'], names: /--path-exclusions/ },
  'a proxy without a host': { args: [...ADD, '--proxy', 'http://'], names: /--proxy/ },
  'a tag without a value': { args: [...ADD, '--trace-tags', 'team'], names: /--trace-tags.*team/ },
  'a tag with the same key twice': { args: [...ADD, '--trace-tags', 'team=a', '--trace-tags', 'team=b'], names: /--trace-tags.*team twice/ },
  'an empty image': { args: [...ADD, '--image', ''], names: /--image/ },
  'an empty secret': { args: [...ADD, '--api-key-secret', ''], names: /--api-key-secret/ },
  'a field with a colon': { args: [...ADD, '--api-key-secret-field', 'a:b'], names: /--api-key-secret-field.*a:b/ },
  '--plaintext-api-key without a key': { args: [...ADD, '--plaintext-api-key'], names: /POSTMAN_API_KEY/ },
  '--plaintext-api-key with a secret': { args: [...ADD, '--plaintext-api-key', '--api-key-secret', 'x'], env: WITH_KEY, names: /--plaintext-api-key/ },
};

describe('wrong usage', () => {
  for (const [what, { args, names, env }] of Object.entries(MISUSES)) {
    scenario(`the command line ends with 2, names what is wrong, and calls nothing: ${what}`, async shop => {
      const ran = await shop.run(args, { env });
      expect(ran.stderr).toMatch(names);
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(shop.aws.calls).toEqual([]);
    });
  }

  scenario('no secret and no POSTMAN_API_KEY end with 2, and both ways out are named', async shop => {
    const [add, plan] = await Promise.all([shop.run(ADD), shop.run(PLAN)]);
    expect([add.code, plan.code]).toEqual([2, 2]);
    expect(add.stderr).toMatch(/postman\/api-key[^]*POSTMAN_API_KEY[^]*--api-key-secret/);
    expect(shop.writes).toEqual([]);
  }, { hasSecret: false });

  scenario('an empty POSTMAN_API_KEY counts as none', async shop => {
    expect((await shop.run(ADD, { env: { POSTMAN_API_KEY: '' } })).code).toBe(2);
    expect(shop.writes).toEqual([]);
  }, { hasSecret: false });

  scenario('no flag takes the key as an argument', async shop => {
    const ran = await shop.run([...ADD, '--api-key', 'PMAK-0']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/--api-key/);
  });

  scenario('a tag that no service of the cluster has ends with 2, and is named', async shop => {
    const ran = await shop.run(ADD_TO('--cluster', 'shop', '--service-tag', 'team=web'));
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/team=web/);
  });
});

describe('help', () => {
  scenario('--help and --version print on stdout and end with 0', async shop => {
    const [help, version, verb] = await Promise.all([shop.run(['--help']), shop.run(['--version']), shop.run(['ecs', 'add', '--help'])]);
    expect([help.code, version.code, verb.code]).toEqual([0, 0, 0]);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(verb.stdout).toMatch(/--grant-secret-access/);
  });

  scenario('no verb at all ends with 2, and prints the help', async shop => {
    const [bare, ecs] = await Promise.all([shop.run([]), shop.run(['ecs'])]);
    expect([bare.code, ecs.code]).toEqual([2, 2]);
    expect(ecs.stderr).toMatch(/plan[^]*add[^]*remove[^]*status[^]*policy/);
  });

  scenario('the region of an ARN is used if nothing else names one', async shop => {
    expect((await shop.run(['ecs', 'status', '--service', serviceArn('orders')], { env: NO_REGION })).code).toBe(3);
    expect((await shop.run(['ecs', 'status', ...ALL, '--region', 'eu-west-1'], { env: NO_REGION })).code).toBe(3);
  });
});
