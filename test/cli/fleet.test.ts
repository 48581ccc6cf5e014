import { ADD, AGENT, ALL, COLLECTION, isWrite, openShop, scenario, serviceArn, Shop } from './shop';
import { AWS_RATES, refused, secretOutOfReach, tasksFail, throttled } from '../fakes';

const ADD_ALL = ['ecs', 'add', ...ALL, '--collection', COLLECTION];
/** On a busy machine the first call may arrive late, so the others follow more closely than they were sent. A run without pauses would make more at once. */
const LATE_CALLS = 15;
const NO_RATES = { rates: [] };
const addServices = ({ aws }: Shop, count: number, tags: Record<string, string> = {}) => {
  for (let index = 0; index < count; index++) aws.ecs.addService(`web-${index}`, { cluster: 'shop', tags });
};
/** The rollout of the agent fails, and ECS does not roll it back. */
const failWithAgent = ({ aws }: Shop, name: string) => {
  const service = aws.ecs.service(name);
  service.members = { ...service.members, deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };
  aws.ecs.rolloutsEnd(name, body => JSON.stringify(body).includes(AGENT) ? tasksFail(secretOutOfReach) : undefined);
};
const outcomes = ({ services }: { services: { serviceArn: string; outcome: string }[] }) =>
  Object.fromEntries(services.map(({ serviceArn: arn, outcome }) => [arn.split('/').pop(), outcome]));

describe('the selection', () => {
  scenario('--all takes every service of the cluster, and of no other cluster', async shop => {
    addServices(shop, 2);
    shop.aws.ecs.addService('elsewhere', { cluster: 'other' });
    const ran = await shop.run([...ADD_ALL, '--json']);
    expect(ran.code).toBe(0);
    expect(outcomes(ran.json)).toEqual({ 'orders': 'completed', 'web-0': 'completed', 'web-1': 'completed' });
    expect(shop.runs('elsewhere')).toBe('elsewhere:1');
  });

  scenario('--service-tag takes the services that have all of the tags, by key or by key and value', async shop => {
    shop.aws.ecs.addService('both', { cluster: 'shop', tags: { team: 'web', stage: 'prod' } });
    shop.aws.ecs.addService('one', { cluster: 'shop', tags: { team: 'web' } });
    shop.aws.ecs.addService('other', { cluster: 'shop', tags: { team: 'jobs', stage: 'prod' } });
    const selected = async (...flags: string[]) => {
      const ran = await shop.run(['ecs', 'plan', '--cluster', 'shop', ...flags, '--collection', COLLECTION, '--json']);
      return ran.json.services.map(({ serviceArn: arn }: { serviceArn: string }) => arn.split('/').pop());
    };
    expect(await Promise.all([
      selected('--service-tag', 'team=web', '--service-tag', 'stage'), selected('--service-tag', 'stage=prod'), selected('--all', '--service-tag', 'team=web'),
      selected('--service', 'one', '--service', 'other', '--service-tag', 'team=web'),
    ])).toEqual([['both'], ['both', 'other'], ['both', 'one'], ['one']]);
  });

  scenario('services may be given by name, by ARN and twice, and each is updated once', async shop => {
    addServices(shop, 1);
    const services = ['orders', serviceArn('web-0'), serviceArn('orders')].flatMap(service => ['--service', service]);
    const ran = await shop.run(['ecs', 'add', '--cluster', 'shop', ...services, '--collection', COLLECTION, '--json']);
    expect(ran.code).toBe(0);
    expect(outcomes(ran.json)).toEqual({ 'orders': 'completed', 'web-0': 'completed' });
    expect(ran.json.services).toHaveLength(2);
    expect(shop.aws.callsOf('UpdateService')).toHaveLength(2);
  });

  scenario('services are listed by hundreds and described by tens', async shop => {
    addServices(shop, 104);
    const ran = await shop.run(['ecs', 'plan', ...ALL, '--collection', COLLECTION, '--json']);
    // Node has warned of more than ten calls that wait for a signal.
    expect([ran.code, ran.stderr]).toEqual([3, '']);
    expect(ran.json.services).toHaveLength(105);
    expect(shop.aws.callsOf('ListServices')).toHaveLength(2);
    const counts = shop.aws.callsOf('DescribeServices').map(({ input }) => (input.services as string[]).length);
    expect(counts.sort((a, b) => a - b)).toEqual([5, ...Array<number>(10).fill(10)]);
    expect(shop.writes).toEqual([]);
  }, NO_RATES);

  scenario('a service with an ARN in the short form of before 2018 gets the agent and is followed', async shop => {
    shop.aws.ecs.addService('old', { cluster: 'shop', arnFormat: 'short' });
    expect((await shop.run(['ecs', 'add', '--cluster', 'shop', '--service', 'old', '--collection', COLLECTION])).code).toBe(0);
    expect(shop.runs('old')).toBe('old:2');
  });
});

describe('the plan of many services', () => {
  scenario('what is the same for many services is said once, with the services that it is true of, and the counts are in the last line', async shop => {
    addServices(shop, 6);
    const lines = (await shop.run(['ecs', 'plan', ...ALL, '--collection', COLLECTION])).stdout.split('\n');
    const said = (text: string) => lines.filter(line => line.includes(text)).length;
    expect(['egress           reachable', 'NAT gateway nat-1', '[unpinnedImage]', 'postman-lc-agent:latest names'].map(said)).toEqual([1, 1, 1, 1]);
    expect(lines.filter(line => line.includes('as for orders with its own names'))).toEqual(Array.from({ length: 6 }, (_, index) =>
      `web-${index} in cluster shop: add the agent, as for orders with its own names (web-${index}:1 -> a new revision of web-${index})`));
    expect(lines.slice(-2)).toEqual(['7 services: 7 to add.', '']);
  });

  scenario('of a service that differs, only what differs is said', async shop => {
    shop.aws.ec2.addPrivateSubnet('subnet-2');
    const other = shop.aws.ecs.addService('other', { cluster: 'shop' });
    const awsvpcConfiguration = { subnets: ['subnet-2'], securityGroups: [], assignPublicIp: 'DISABLED' };
    other.members = { ...other.members, networkConfiguration: { awsvpcConfiguration } };
    const { stdout } = await shop.run(['ecs', 'plan', ...ALL, '--collection', COLLECTION]);
    const [first, second] = stdout.split('\n\n');
    expect([first, second].map(text => /^(\S+) in cluster shop: add the agent$/m.exec(text)?.[1])).toEqual(['orders', 'other']);
    expect(second).toContain('task definition  other:1 -> a new revision of other');
    expect(second).toMatch(/subnet-2: 0\.0\.0\.0\/0 -> NAT gateway/);
    expect(second).toContain('+ containerDefinitions[postman-lc-agent]  as for orders with its own names');
    expect(second).toContain('note  as for orders [unpinnedImage]');
  });

  scenario('services that are refused for the same reason are named, and the reason is given once', async shop => {
    addServices(shop, 3);
    const { stdout, code } = await shop.run(['ecs', 'plan', ...ALL, '--collection', COLLECTION]);
    expect(code).toBe(5);
    expect(stdout.match(/cannot read the secret/g)).toHaveLength(1);
    expect(stdout.match(/^web-\d in cluster shop: refused, as for orders$/gm)).toHaveLength(3);
    expect(stdout).toMatch(/4 services: 4 refused\.\n$/);
  }, { mayRead: false });
});

describe('a run over many services', () => {
  scenario('a run reads everything before its first write, and each service once more before its update', async shop => {
    addServices(shop, 12);
    expect((await shop.run([...ADD_ALL, '--no-follow'])).code).toBe(0);
    const { calls } = shop.aws;
    const first = calls.findIndex(isWrite);
    const later = calls.slice(first);
    expect(new Set(later.filter(call => !isWrite(call)).map(({ action }) => action))).toEqual(new Set(['DescribeServices']));
    expect(later.filter(isWrite)).toHaveLength(26);
  }, NO_RATES);

  scenario('a run stays within the call limits of AWS, so no call is throttled', async shop => {
    addServices(shop, 39);
    const ran = await shop.run([...ADD_ALL, '--json']);
    expect(ran.code).toBe(0);
    expect(ran.json.services.filter(({ outcome }: { outcome: string }) => outcome === 'completed')).toHaveLength(40);
    expect(shop.aws.calls.filter(({ outcome }) => outcome === 'ThrottlingException')).toEqual([]);
    // The last call before the first registration: nineteen are made at once, and the other twenty-one one a second.
    const { ms } = shop.aws.calls[shop.aws.calls.indexOf(shop.aws.callsOf('RegisterTaskDefinition')[0]) - 1];
    expect(shop.aws.callsOf('RegisterTaskDefinition').at(-1)!.ms - ms).toBeGreaterThan(20_500);
  }, { rates: AWS_RATES.map(rate => ({ ...rate, burst: rate.burst + LATE_CALLS })) });

  scenario('a call that AWS throttles because of others is repeated until it succeeds', async shop => {
    addServices(shop, 9);
    shop.aws.inject('ecs:*', throttled(), { from: 3, times: 6 });
    const ran = await shop.run([...ADD_ALL, '--json']);
    expect(ran.code).toBe(0);
    expect(ran.stderr).not.toMatch(/throttl|rate exceeded/i);
    expect(Object.values(outcomes(ran.json))).toEqual(Array(10).fill('completed'));
  }, NO_RATES);

  scenario('the failure of one service does not stop the others, and the worst exit code is returned', async shop => {
    addServices(shop, 3);
    failWithAgent(shop, 'web-0');
    shop.aws.inject('ecs:UpdateService', refused('InvalidParameterException', 'No.'), { from: 2 });
    const ran = await shop.run([...ADD_ALL, '--json']);
    const ends = Object.values(outcomes(ran.json)) as string[];
    expect(ends).toHaveLength(4);
    expect(ends.filter(outcome => outcome === 'completed').length).toBeGreaterThanOrEqual(2);
    expect(ends).toContain('failed');
    expect(ran.code).toBe(ends.includes('rolledBack') ? 4 : 1);
  }, NO_RATES);

  scenario('a run ends with 4 if one of the services is rolled back', async shop => {
    addServices(shop, 2);
    failWithAgent(shop, 'web-0');
    const ran = await shop.run([...ADD_ALL, '--json']);
    expect(ran.code).toBe(4);
    expect(outcomes(ran.json)).toEqual({ 'orders': 'completed', 'web-0': 'rolledBack', 'web-1': 'completed' });
    expect(shop.runs('web-0')).toBe('web-0:1');
  }, NO_RATES);

  scenario('a run skips the services that already have the agent', async shop => {
    await shop.run(ADD);
    addServices(shop, 1);
    const ran = await shop.run([...ADD_ALL, '--json']);
    expect(ran.code).toBe(0);
    expect(outcomes(ran.json)).toEqual({ 'orders': 'unchanged', 'web-0': 'completed' });
    expect(shop.aws.callsOf('UpdateService')).toHaveLength(2);
  });

  scenario('remove --all returns every service to its previous revision', async shop => {
    addServices(shop, 5);
    await shop.run(ADD_ALL);
    const ran = await shop.run(['ecs', 'remove', ...ALL, '--json']);
    expect(ran.code).toBe(0);
    expect(['orders', 'web-0', 'web-4'].map(name => shop.runs(name))).toEqual(['orders:1', 'web-0:1', 'web-4:1']);
    expect(shop.aws.callsOf('RegisterTaskDefinition')).toHaveLength(6);
  }, NO_RATES);

  scenario('rollouts are followed together, ten services a call', async shop => {
    addServices(shop, 19);
    expect((await shop.run(ADD_ALL)).code).toBe(0);
    const looks = shop.aws.callsOf('DescribeServices').slice(2);
    expect(looks.length).toBeLessThan(60);
    expect(Math.max(...looks.map(({ input }) => (input.services as string[]).length))).toBe(10);
  }, NO_RATES);

  test.concurrent('an empty cluster is reported, and nothing is written', async () => {
    const shop = await openShop();
    try {
      shop.aws.ecs.addCluster('empty');
      const ran = await shop.run(['ecs', 'add', '--cluster', 'empty', '--all', '--collection', COLLECTION]);
      expect(ran.stderr).toMatch(/empty has no service/);
      expect(ran.code).toBe(2);
      expect(shop.writes).toEqual([]);
    } finally {
      await shop.aws.stop();
    }
  });
});
