import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CAPTURING, LC_CAPTURING } from './log-lines';
import { ADD, AGENT, ALL, AT_ONCE, COLLECTION, INSIGHTS_AGENT, LOGGED, PROJECT, scenario, SELECT, Shop, ShopOptions, WITH_KEY } from './shop';
import { accessDenied, JsonObject } from '../fakes';

interface Account {
  readonly shop?: ShopOptions;
  readonly before?: (shop: Shop) => void;
  /** Flags of the key, for `policy`, `plan` and `add`. */
  readonly key?: readonly string[];
  /** Flags for `policy` and `remove`. */
  readonly remove?: readonly string[];
  readonly select?: readonly string[];
  readonly inClear?: boolean;
  /** Flags of the agent, for `plan` and `add`. @default - a collection */
  readonly agent?: readonly string[];
  /** What the agent logs. */
  readonly logs?: readonly string[];
}

const EC2 = { requiresCompatibilities: ['EC2'], cpu: undefined, memory: '1024' } as unknown as JsonObject;
const AUTO_SCALING_GROUP = 'arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:x:autoScalingGroupName/x';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/postman';

const ACCOUNTS: Readonly<Record<string, Account>> = {
  'an existing secret of the default name': {},
  'a secret of the default name that is created from POSTMAN_API_KEY': { shop: { hasSecret: false } },
  'a secret of another name that is created': { shop: { hasSecret: false }, key: ['--api-key-secret', 'team/postman'] },
  'a secret by its ARN': { before: ({ aws }) => { aws.secrets.add('team/postman', 'value'); }, key: ['--api-key-secret', SECRET] },
  'a role that gets the missing statement': { shop: { mayRead: false }, key: ['--grant-secret-access'] },
  'a role that gets the missing statement, and loses it': {
    shop: { mayRead: false }, key: ['--grant-secret-access'], remove: ['--revoke-secret-access'],
    before: ({ aws }) => { aws.ecs.addService('web', { cluster: 'other' }); },
  },
  'a secret under an alias of a key': {
    before: ({ aws }) => {
      aws.secrets.add('team/postman', 'value', { kmsKeyId: 'alias/postman' });
      const key = aws.keys.add('11111111-2222-3333-4444-555555555555', 'alias/postman');
      aws.iam.role('execution').inline.set('key', JSON.stringify({
        Statement: [
          { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'kms:Decrypt'], Resource: ['arn:aws:secretsmanager:*:*:secret:*', key] },
        ],
      }));
    },
    key: ['--api-key-secret', 'team/postman'],
  },
  'every service of the cluster': {
    before: ({ aws }) => { for (let index = 0; index < 11; index++) aws.ecs.addService(`web-${index}`, { cluster: 'shop' }); },
    select: ALL,
  },
  'services by tag': {
    before: ({ aws }) => { aws.ecs.service('orders').tags.push({ key: 'team', value: 'web' }); },
    select: ['--cluster', 'shop', '--service-tag', 'team=web'],
  },
  'capacity providers': {
    shop: { service: { members: { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'ec2', weight: 1 }] } as unknown as JsonObject } },
    before: ({ aws }) => { aws.ecs.addCapacityProvider('ec2', { autoScalingGroupProvider: { autoScalingGroupArn: AUTO_SCALING_GROUP } }); },
  },
  'a service behind a load balancer': {
    before: ({ aws }) => {
      const service = aws.ecs.service('orders');
      const targetGroupArn = aws.targetGroups.add('orders', 'HTTP');
      service.members = { ...service.members, loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 80 }] };
    },
  },
  'host mode on EC2': {
    shop: { definition: { ...EC2, networkMode: 'host' }, service: { launchType: 'EC2' } },
    before: ({ aws }) => {
      aws.ec2.addInstance('i-1', 'subnet-1');
      aws.ecs.addContainerInstance('shop', 'i-1');
    },
  },
  'a task role': { shop: { definition: { taskRoleArn: 'arn:aws:iam::123456789012:role/task' } } },
  'the Insights agent': { agent: ['--project', PROJECT] },
  'the Insights agent, whose log is that of the application': {
    shop: LOGGED, agent: ['--discovery-mode'], logs: CAPTURING,
  },
  'the Live Collection agent, whose log is that of the application': {
    shop: LOGGED, logs: LC_CAPTURING,
  },
  'a log group of its own': {
    before: ({ aws }) => { aws.logs.addGroup('/ecs/agents'); }, agent: ['--project', PROJECT, '--log-group', '/ecs/agents'], logs: CAPTURING,
  },
  'the key in plain text': { shop: { hasSecret: false }, key: ['--plaintext-api-key'], inClear: true },
  'the key in plain text and no roles': {
    shop: { hasSecret: false, definition: { executionRoleArn: undefined } }, key: ['--plaintext-api-key'], inClear: true,
  },
};

describe('the printed policy is enough', () => {
  for (const [what, account] of Object.entries(ACCOUNTS)) {
    const { shop: options, before, key = [], remove = [], select = SELECT, inClear, agent = ['--collection', COLLECTION], logs } = account;
    scenario(`the printed policy is enough for every verb to do and read everything, for ${what}`, async shop => {
      before?.(shop);
      for (const name of [AGENT, INSIGHTS_AGENT]) shop.aws.ecs.logs(name, logs ?? []);
      const env = WITH_KEY;
      const printed = await shop.run(['ecs', 'policy', ...select, ...key, ...remove], { env });
      expect(printed).toMatchObject({ code: 0, stderr: '', json: { Version: '2012-10-17' } });
      shop.aws.allowOnly(printed.stdout);
      const from = shop.aws.calls.length;
      const flags = [...select, ...agent, ...key, '--json'];
      const plan = await shop.run(['ecs', 'plan', ...flags], { env });
      expect(plan.code).toBe(3);
      const warned = plan.json.services.flatMap(({ warnings }: { warnings: { id: string }[] }) => warnings.map(({ id }) => id));
      expect(warned.filter((id: string) => /Unknown/.test(id))).toEqual([]);
      const add = await shop.run(['ecs', 'add', ...flags], { env });
      const status = await shop.run(['ecs', 'status', ...select, '--json']);
      expect([add.code, status.code]).toEqual([0, 0]);
      if (logs) for (const { json } of [add, status]) expect(json.services[0].agent.log.state).toBe('capturing');
      expect((await shop.run(['ecs', 'remove', ...select, ...remove])).code).toBe(0);
      expect(shop.runs()).toBe('orders:1');
      const granted = [...shop.aws.iam.role('execution').inline.keys()].filter(name => /^postman/.test(name));
      expect(granted).toHaveLength(options?.mayRead === false && remove.length === 0 ? 1 : 0);
      expect(shop.aws.calls.slice(from).filter(({ outcome }) => outcome !== 'ok').map(({ action, outcome }) => `${action} ${outcome}`)
        .filter(call => !/^(DescribeSecret ResourceNotFound|GetRolePolicy NoSuchEntity)/.test(call))).toEqual([]);
    }, { rates: [], ...options, inClear });
  }
});

describe('the printed policy is least privilege', () => {
  scenario('the printed policy is also enough for a rollout that is rolled back', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', { kind: 'neverSettles' });
    shop.aws.allowOnly((await shop.run(['ecs', 'policy', ...SELECT])).stdout);
    expect(await shop.json([...ADD, '--timeout', '1s'])).toMatchObject({ code: 4, service: { outcome: 'rolledBack' } });
    expect(shop.aws.calls.filter(({ outcome }) => /Denied|Unauthorized/.test(outcome ?? ''))).toEqual([]);
  }, { ecs: AT_ONCE });

  scenario('the printed policy allows no other service, no other secret and no other role', async shop => {
    shop.aws.ecs.addService('web', { cluster: 'shop' });
    shop.aws.secrets.add('other', 'value');
    shop.aws.allowOnly((await shop.run(['ecs', 'policy', ...SELECT])).stdout);
    const [service, secret, all] = await Promise.all([
      shop.run(['ecs', 'add', '--cluster', 'shop', '--service', 'web', '--collection', COLLECTION]),
      shop.run([...ADD, '--api-key-secret', 'other']),
      shop.run(['ecs', 'status', ...ALL]),
    ]);
    expect([service.code, secret.code, all.code]).toEqual([1, 1, 1]);
    const denied = ['ecs:DescribeServices', 'secretsmanager:DescribeSecret', 'ecs:ListServices'];
    expect([service.stderr, secret.stderr, all.stderr]).toEqual(denied.map(action => expect.stringContaining(action)));
    expect(shop.writes).toEqual([]);
  });

  scenario('the printed policy allows reading no log but that of the agents', async shop => {
    const { Statement } = (await shop.run(['ecs', 'policy', ...SELECT])).json;
    const [reads] = Statement.filter(({ Action }: { Action: string[] }) => Action.includes('logs:GetLogEvents'));
    expect(reads.Action).toEqual(['logs:GetLogEvents']);
    expect(reads.Resource).toEqual([AGENT, INSIGHTS_AGENT].map(name => `arn:aws:logs:eu-west-1:123456789012:log-group:*:log-stream:*/${name}/*`));
    expect(JSON.stringify(Statement)).not.toMatch(/FilterLogEvents|StartQuery|logs:\*|CreateLogGroup|PutLogEvents/);
  });

  scenario('add names the missing statement if the policy lacks one', async shop => {
    const { Version, Statement } = (await shop.run(['ecs', 'policy', ...SELECT])).json;
    const without = Statement.filter(({ Action }: { Action: string[] }) => !Action.includes('iam:PassRole'));
    expect(without).toHaveLength(Statement.length - 1);
    shop.aws.allowOnly({ Version, Statement: without });
    const ran = await shop.run(ADD);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('"Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/execution"');
  });

  scenario('the printed policy does not allow writing a secret or a role unless a flag asks for it', async shop => {
    const { Statement } = (await shop.run(['ecs', 'policy', ...SELECT])).json;
    expect(JSON.stringify(Statement)).not.toMatch(/CreateSecret|PutSecretValue|GetSecretValue|PutRolePolicy|"\*:\*"/);
  });

  scenario('with the statement of the threat model, only the policies of roles that have the boundary are written', async shop => {
    const narrowing = JSON.parse(/```json\n([^]*?)```/.exec(readFileSync(resolve(__dirname, '../../docs/threat-model.md'), 'utf8'))![1]);
    const { Version, Statement } = (await shop.run(['ecs', 'policy', ...SELECT, '--grant-secret-access'])).json;
    shop.aws.allowOnly({ Version, Statement: [...Statement, narrowing] });
    const without = await shop.run([...ADD, '--grant-secret-access']);
    expect(without).toMatchObject({ code: 1, stdout: expect.stringContaining('iam:PutRolePolicy for role execution was denied') });
    expect([...shop.aws.iam.role('execution').inline.keys(), shop.runs()]).toEqual(['orders:1']);

    const boundary = narrowing.Condition.StringNotEquals['iam:PermissionsBoundary'];
    shop.aws.iam.addPolicy('execution-roles', { Statement: { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' } }, boundary);
    shop.aws.iam.addRole('execution', { boundary });
    expect((await shop.run([...ADD, '--grant-secret-access'])).code).toBe(0);
    expect([shop.aws.iam.role('execution').inline.size, shop.runs()]).toEqual([1, 'orders:2']);
  }, { mayRead: false });

  scenario('the policy is printed also if the secret must not be described', async shop => {
    shop.aws.inject('secretsmanager:DescribeSecret', accessDenied());
    const ran = await shop.run(['ecs', 'policy', ...SELECT]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('secret:postman/api-key-??????');
  });
});
