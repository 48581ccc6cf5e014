import { addInstances, BRIDGE, DAEMON, DAEMON_ADD, DAEMON_REMOVE, DAEMON_STATUS, IN_SHOP, ROLE } from './daemon-given';
import { CAPTURING } from './log-lines';
import { COLLECTION, INSIGHTS_AGENT, scenario, Shop, ShopOptions, WITH_KEY } from './shop';
import { essentialExited, JsonObject, MAY_READ, tasksFail } from '../fakes';

const POLICY = ['ecs', 'policy', '--daemon', ...IN_SHOP];
const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/5f0c1d6b-0000-4000-8000-7a3e92480000';

interface Account {
  readonly shop?: ShopOptions;
  readonly before?: (shop: Shop) => void;
  /** For the policy and for the verbs. */
  readonly flags?: readonly string[];
}

const ACCOUNTS: { readonly [what: string]: Account } = {
  'a secret that exists': {},
  'a secret that is created': { shop: { hasSecret: false } },
  'a secret with a customer managed key': {
    before: ({ aws }) => { aws.secrets.add('team/postman', 'value', { kmsKeyId: KEY }); }, flags: ['--api-key-secret', 'team/postman'],
  },
  'a role and a log group of the user\'s own': {
    before: ({ aws }) => {
      aws.iam.addRole('own', MAY_READ);
      aws.logs.addGroup('/ecs/agents');
    },
    flags: ['--execution-role', 'own', '--log-group', '/ecs/agents'],
  },
  'a role of the user\'s own that needs a grant': {
    before: ({ aws }) => { aws.iam.addRole('own'); }, flags: ['--execution-role', 'own', '--grant-secret-access'],
  },
  'a service with a name of its own': { flags: ['--service', 'watchers'] },
};

describe('the printed policy is enough', () => {
  for (const [what, { shop: options, before, flags = [] }] of Object.entries(ACCOUNTS)) {
    scenario(`to add, change, check and remove a daemon, with ${what}`, async shop => {
      addInstances(shop, 'i-1', 'i-2');
      before?.(shop);
      shop.aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
      const env = WITH_KEY;
      const printed = await shop.run([...POLICY, ...flags], { env });
      expect(printed).toMatchObject({ code: 0, stderr: '', json: { Version: '2012-10-17' } });
      shop.aws.allowOnly(printed.stdout);
      const from = shop.aws.calls.length;
      const service = flags.includes('--service') ? flags : [];
      const codes = [];
      for (const args of [
        [...DAEMON_ADD, ...flags, '--dry-run'], [...DAEMON_ADD, ...flags], [...DAEMON_ADD, ...flags, '--rate-limit', '100'], [...DAEMON_STATUS, ...service],
        [...DAEMON_REMOVE, ...service], [...DAEMON_ADD, ...flags], [...DAEMON_REMOVE, ...service],
      ]) codes.push((await shop.run(args, { env })).code);
      expect(codes).toEqual([3, 0, 0, 0, 0, 0, 0]);
      expect(shop.aws.calls.slice(from).filter(({ outcome }) => /Denied|Unauthorized/.test(outcome ?? ''))).toEqual([]);
    }, { ...BRIDGE, rates: [], ...options });
  }

  scenario('to take back a first rollout that fails', async shop => {
    addInstances(shop, 'i-1');
    shop.aws.allowOnly((await shop.run(POLICY)).stdout);
    expect((await shop.json(DAEMON_ADD)).service).toMatchObject({ outcome: 'rolledBack' });
    expect(shop.writes.at(-1)).toBe('DeleteService');
  }, { ...BRIDGE, ecs: { outcomeOf: ({ family }: JsonObject) => family === DAEMON ? tasksFail(essentialExited(INSIGHTS_AGENT, 1)) : undefined } });
});

describe('the printed policy is least privilege', () => {
  interface Allowed { readonly Action: readonly string[]; readonly Resource: readonly string[] }
  const statements = async (shop: Shop, ...flags: string[]): Promise<readonly Allowed[]> => (await shop.run([...POLICY, ...flags])).json.Statement;
  const resourcesOf = (all: readonly Allowed[], action: string) =>
    [...new Set(all.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource))];

  scenario('it creates and deletes only services, roles and log groups with the names of daemons', async shop => {
    const all = await statements(shop, '--service', DAEMON);
    expect(resourcesOf(all, 'ecs:DeleteService')).toEqual([`arn:aws:ecs:eu-west-1:123456789012:service/shop/${DAEMON}`]);
    expect(resourcesOf(all, 'ecs:UpdateService')).toEqual(resourcesOf(all, 'ecs:DeleteService'));
    for (const action of ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:PassRole']) {
      expect(resourcesOf(all, action)).toEqual([`arn:aws:iam::123456789012:role/${ROLE}`]);
    }
    expect(resourcesOf(all, 'logs:CreateLogGroup')).toEqual([`arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/shop/${DAEMON}:*`]);
    expect(JSON.stringify(all)).not.toMatch(/elasticloadbalancing|"\*:\*"|DeleteRole"|DeleteLogGroup/);
  }, BRIDGE);

  scenario('with a role and a log group of the user\'s own it creates neither', async shop => {
    shop.aws.iam.addRole('own');
    const all = await statements(shop, '--execution-role', 'own', '--log-group', '/ecs/agents');
    expect(JSON.stringify(all)).not.toMatch(/CreateRole|PutRolePolicy|CreateLogGroup/);
  }, BRIDGE);

  scenario('it covers the daemons of both agents if none is named and none is there', async shop => {
    addInstances(shop, 'i-1');
    shop.aws.allowOnly((await shop.run(POLICY)).stdout);
    expect((await shop.run(['ecs', 'daemon', 'add', ...IN_SHOP, '--collection', COLLECTION])).code).toBe(0);
  }, BRIDGE);

  for (const [action, resource] of [
    ['ecs:CreateService', `arn:aws:ecs:eu-west-1:123456789012:service/shop/${DAEMON}`], ['iam:CreateRole', `arn:aws:iam::123456789012:role/${ROLE}`],
    ['iam:PutRolePolicy', `arn:aws:iam::123456789012:role/${ROLE}`],
    ['logs:PutRetentionPolicy', `arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/shop/${DAEMON}:*`],
    ['ecs:DescribeClusters', undefined],
  ] as const) {
    scenario(`a call that is denied names its statement, and how to print the policy: ${action}`, async shop => {
      addInstances(shop, 'i-1');
      const { Version, Statement } = (await shop.run(POLICY)).json;
      const without = Statement.map((statement: { Action: string[] }) => ({ ...statement, Action: statement.Action.filter(one => one !== action) }));
      shop.aws.allowOnly({ Version, Statement: without.filter(({ Action }: { Action: string[] }) => Action.length > 0) });
      const ran = await shop.run(DAEMON_ADD);
      expect(ran.code).toBe(1);
      const said = `${ran.stdout}${ran.stderr}`;
      expect(said).toContain(`"Action":"${action}"${resource === undefined ? '' : `,"Resource":"${resource}"`}`);
      expect(said).toContain('for daemons with `--daemon`');
    }, BRIDGE);
  }

  for (const [flags, text] of [
    [['--all'], 'leave out `--all` and `--service-tag`'], [['--revoke-secret-access'], '`ecs daemon remove` keeps the role'],
  ] as const) {
    scenario(`${flags[0]} makes no sense with it`, async shop => {
      expect(await shop.run([...POLICY, ...flags])).toMatchObject({ code: 2, stderr: expect.stringContaining(text) });
    }, BRIDGE);
  }

  scenario('the flags of daemons make no sense without --daemon', async shop => {
    const ran = await shop.run(['ecs', 'policy', ...IN_SHOP, '--all', '--execution-role', 'own']);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('add `--daemon`')]);
  }, BRIDGE);
});
