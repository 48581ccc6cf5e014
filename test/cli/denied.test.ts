import { WRONG_KEY } from './log-lines';
import {
  ADD, ADD_PROJECT, ALL, COLLECTION, INSIGHTS_AGENT, LOGGED, openShop, PLAN, processScenario, REMOVE, scenario, SELECT, ShopOptions, STATUS, WITH_KEY,
} from './shop';
import { accessDenied } from '../fakes';

interface Denied {
  readonly action: string;
  readonly args?: readonly string[];
  readonly shop?: ShopOptions;
  readonly from?: number;
  /** The number of revisions afterwards. @default 1, so nothing was registered */
  readonly revisions?: number;
}

const NEEDED: readonly Denied[] = [
  { action: 'ecs:DescribeServices' },
  { action: 'ecs:DescribeTaskDefinition' },
  { action: 'ecs:RegisterTaskDefinition' },
  { action: 'ecs:UpdateService', revisions: 2 },
  { action: 'secretsmanager:DescribeSecret' },
  { action: 'secretsmanager:CreateSecret', shop: { hasSecret: false } },
  { action: 'iam:PutRolePolicy', args: [...ADD, '--grant-secret-access'], shop: { mayRead: false } },
  { action: 'ecs:ListServices', args: ['ecs', 'add', ...ALL, '--collection', COLLECTION] },
];

describe('permissions that add needs', () => {
  for (const { action, args = ADD, shop: options, revisions = 1 } of NEEDED) {
    scenario(`without ${action} add ends with 1, names the permission, and leaves the service as it was`, async shop => {
      shop.aws.inject(action, accessDenied());
      const ran = await shop.run(args, { env: WITH_KEY });
      expect(ran.code).toBe(1);
      expect(ran.stdout + ran.stderr).toContain(`${action} for`);
      expect(ran.stdout + ran.stderr).toContain(`"Action":"${action}"`);
      expect([shop.runs(), shop.revisions()]).toEqual(['orders:1', revisions]);
    }, options);
  }

  for (const action of ['iam:PassRole', 'ecs:TagResource']) {
    scenario(`without ${action}, which RegisterTaskDefinition checks, add ends with 1 and names that permission`, async shop => {
      const others = ['ecs:TagResource', 'iam:PassRole'].filter(name => name !== action);
      const Action = ['ec2:*', 'secretsmanager:*', 'iam:Simulate*', 'ecs:Describe*', 'ecs:List*', 'ecs:Register*', 'ecs:UpdateService', ...others];
      shop.aws.allowOnly({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } });
      const ran = await shop.run(ADD);
      expect(ran.code).toBe(1);
      expect(ran.stdout + ran.stderr).toContain(`"Action":"${action}"`);
      expect([shop.runs(), shop.revisions()]).toEqual(['orders:1', 1]);
    });
  }

  scenario('without ecs:DescribeServices during the rollout add ends with 1, and the rollout continues', async shop => {
    shop.aws.inject('ecs:DescribeServices', accessDenied(), { from: 3 });
    const { code, service } = await shop.json(ADD);
    expect(code).toBe(1);
    expect(service).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/continues in ECS[^]*ecs:DescribeServices/) });
    expect(shop.runs()).toBe('orders:2');
  });
});

/** The calls of add that may be denied. */
const OPTIONAL = [
  'ec2:DescribeSubnets', 'ec2:DescribeRouteTables', 'ec2:DescribeSecurityGroups', 'ec2:DescribeNatGateways', 'ec2:DescribeNetworkAcls',
  'ec2:DescribeVpcs', 'ec2:DescribeVpcAttribute', 'ec2:DescribeVpcBlockPublicAccessOptions', 'ec2:DescribeDhcpOptions',
  'route53:ListHostedZonesByVPC', 'route53resolver:ListFirewallRuleGroupAssociations', 'route53resolver:ListResolverRuleAssociations',
  'route53resolver:ListResolverRules',
  'iam:SimulatePrincipalPolicy', 'secretsmanager:GetResourcePolicy',
  'ecs:ListServiceDeployments', 'ecs:DescribeServiceDeployments', 'ecs:ListTasks', 'ecs:DescribeTasks',
  'logs:GetLogEvents',
];

describe('permissions that add can do without', () => {
  for (const action of OPTIONAL) {
    scenario(`without ${action} add completes`, async shop => {
      shop.aws.inject(action, accessDenied());
      expect(await shop.json(ADD)).toMatchObject({ code: 0, service: { outcome: 'completed' } });
      expect(shop.aws.callsOf(action).length).toBeGreaterThan(0);
    }, LOGGED);
  }

  scenario('without the permissions for logs every verb works, and add and status say that they cannot tell whether the agent captures', async shop => {
    shop.aws.logs.addGroup('/ecs/agents');
    shop.aws.ecs.logs(INSIGHTS_AGENT, WRONG_KEY);
    const { Version, Statement } = (await shop.run(['ecs', 'policy', ...SELECT])).json;
    const isAboutLogs = ({ Action }: { Action: string[] }) => Action.some(action => action.startsWith('logs:'));
    expect(Statement.filter(isAboutLogs)).toHaveLength(2);
    shop.aws.allowOnly({ Version, Statement: Statement.filter((statement: { Action: string[] }) => !isAboutLogs(statement)) });
    const add = await shop.json([...ADD_PROJECT, '--log-group', '/ecs/agents']);
    expect({ code: add.code, outcome: add.service.outcome }).toEqual({ code: 0, outcome: 'completed' });
    expect(add.service.agent.log).toMatchObject({ state: 'unknown', reason: expect.stringContaining('logs:GetLogEvents') });
    expect(add.service.warnings).toContainEqual({ id: 'logGroupUnknown', message: expect.stringContaining('logs:DescribeLogGroups') });
    expect(await shop.json(STATUS)).toMatchObject({ code: 0, service: { agent: { state: 'running', log: { state: 'unknown' } } } });
    expect((await shop.run(REMOVE)).code).toBe(0);
    expect(shop.runs()).toBe('orders:1');
  });

  scenario('without the permissions for Route 53 add completes, with one warning that names each of them once', async shop => {
    for (const service of ['route53', 'route53resolver']) shop.aws.inject(`${service}:*`, accessDenied());
    const { code, service } = await shop.json(ADD);
    expect([code, service.egress.verdict]).toEqual([0, 'unknown']);
    const unknown = service.egress.evidence.filter(({ verdict }: { verdict: string }) => verdict === 'unknown');
    const names = ['route53resolver:ListFirewallRuleGroupAssociations', 'route53resolver:ListResolverRuleAssociations', 'route53:ListHostedZonesByVPC'];
    const clauses = names.map(name => `the permission ${name} is missing`);
    expect(unknown.map(({ finding }: { finding: string }) => finding)).toEqual([
      `The DNS settings of VPC vpc-1 could not be read: ${clauses[0]}, ${clauses[1]} and ${clauses[2]}.`,
    ]);
    expect(service.warnings.filter(({ id }: { id: string }) => id === 'egressUnknown')).toHaveLength(1);
  });

  test('these lists have every call of add', async () => {
    const shop = await openShop(LOGGED);
    try {
      await shop.run(ADD);
      const known = [...NEEDED.map(({ action }) => action), ...OPTIONAL];
      expect([...new Set(shop.aws.calls.map(({ service, action }) => `${service}:${action}`))].filter(action => !known.includes(action))).toEqual([]);
    } finally {
      await shop.aws.stop();
    }
  });

  scenario('a secret given by its complete ARN need not be described, with a warning', async shop => {
    const { arn } = shop.aws.secrets.add('team/postman', 'value');
    shop.aws.inject('secretsmanager:DescribeSecret', accessDenied());
    const { code, service } = await shop.json([...ADD, '--api-key-secret', arn]);
    expect(code).toBe(0);
    expect(service.warnings).toContainEqual({ id: 'secretUnknown', message: expect.stringContaining('secretsmanager:DescribeSecret') });
  });

  scenario('the role\'s policies are read if IAM may not simulate them', async shop => {
    shop.aws.inject('iam:SimulatePrincipalPolicy', accessDenied());
    expect(await shop.json(PLAN)).toMatchObject({ code: 5, service: { refusals: [{ message: expect.stringMatching(/no policy of role execution allows/) }] } });
  }, { mayRead: false });

  scenario('a resource policy of the secret that may allow the role turns the refusal into a warning', async shop => {
    const resourcePolicy = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*' }] };
    const { arn } = shop.aws.secrets.add('shared', 'value', { resourcePolicy });
    const { code, service } = await shop.json([...PLAN, '--api-key-secret', arn]);
    expect(code).toBe(3);
    expect(service.warnings.filter(({ id }: { id: string }) => id !== 'unpinnedImage')).toEqual([
      { id: 'executionRoleUnknown', message: expect.stringContaining('resource policy') },
    ]);
  }, { mayRead: false });
});

describe('what does not exist', () => {
  const GONE = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:gone-AbCdEf';
  const addTo = (cluster: string, service: string) => ['ecs', 'add', '--cluster', cluster, '--service', service, '--collection', COLLECTION];
  const NAMED: Readonly<Record<string, readonly [readonly string[], RegExp, Record<string, string | undefined>?]>> = {
    'a service that does not exist': [addTo('shop', 'missing'), /shop has no service missing in eu-west-1/],
    'a cluster that does not exist': [addTo('nowhere', 'orders'), /no ECS cluster nowhere in eu-west-1/],
    'a cluster that does not exist, with --all': [['ecs', 'status', '--cluster', 'nowhere', '--all'], /no ECS cluster nowhere in eu-west-1/],
    'a secret ARN that does not exist': [[...ADD, '--api-key-secret', GONE], /no secret arn:.*gone-AbCdEf/],
    'a profile that does not exist': [[...ADD, '--profile', 'missing'], /profile missing/],
    'a region that does not answer': [[...ADD, '--region', 'xx-nowhere-1'], /xx-nowhere-1/, { AWS_ENDPOINT_URL: undefined }],
    'an AWS endpoint that cannot be reached': [ADD, /AWS_ENDPOINT_URL/, { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }],
    'missing credentials': [ADD, /AWS_ACCESS_KEY_ID/, { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }],
  };
  for (const [what, [args, names, env]] of Object.entries(NAMED)) {
    processScenario(`${what} ends with 1, and the error names what is wrong`, async shop => {
      const ran = await shop.run(args, { env });
      expect(ran.stderr).toMatch(names);
      expect(ran).toMatchObject({ code: 1, stdout: '' });
      expect(shop.writes).toEqual([]);
    });
  }

  scenario('a secret that is scheduled for deletion ends with 1, and is named', async shop => {
    shop.aws.secrets.add('old', 'value', { deleted: true });
    const ran = await shop.run([...ADD, '--api-key-secret', 'old']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/old is scheduled for deletion.*--api-key-secret/);
  });

  scenario('a revision that no longer exists in ECS ends with 1, and is named', async shop => {
    (shop.aws.ecs.revisionsOf('orders') as unknown[]).length = 0;
    for (const args of [ADD, REMOVE, STATUS]) {
      const ran = await shop.run(args);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain('orders:1');
    }
  });
});
