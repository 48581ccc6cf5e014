import { ADD, AGENT, ALL, COLLECTION, isWrite, openShop, scenario, serviceArn, Shop } from './shop';
import { AWS_RATES, refused, secretOutOfReach, tasksFail, throttled } from '../fakes';

const ADD_ALL = ['ecs', 'add', ...ALL, '--collection', COLLECTION];
const NO_RATES = { rates: [] };
const addServices = ({ aws }: Shop, count: number, tags: Record<string, string> = {}) => {
  for (let index = 0; index < count; index++) aws.ecs.addService(`web-${index}`, { cluster: 'shop', tags });
};
const outcomes = ({ services }: { services: { serviceArn: string; outcome: string }[] }) =>
  Object.fromEntries(services.map(({ serviceArn: arn, outcome }) => [arn.split('/').pop(), outcome]));

describe('the selection', () => {
  scenario('--all takes every service of the cluster, and of no other', async shop => {
    addServices(shop, 2);
    shop.aws.ecs.addService('elsewhere', { cluster: 'other' });
    const ran = await shop.run([...ADD_ALL, '--json']);
    expect(ran.code).toBe(0);
    expect(outcomes(ran.json)).toEqual({ 'orders': 'completed', 'web-0': 'completed', 'web-1': 'completed' });
    expect(shop.runs('elsewhere')).toBe('elsewhere:1');
  });

  scenario('--service-tag takes the services that carry every one of them, by key or by value', async shop => {
    shop.aws.ecs.addService('both', { cluster: 'shop', tags: { team: 'web', stage: 'prod' } });
    shop.aws.ecs.addService('one', { cluster: 'shop', tags: { team: 'web' } });
    shop.aws.ecs.addService('other', { cluster: 'shop', tags: { team: 'jobs', stage: 'prod' } });
    const selected = async (...flags: string[]) => (await shop.run(['ecs', 'plan', '--cluster', 'shop', ...flags, '--collection', COLLECTION, '--json'])).json.services
      .map(({ serviceArn: arn }: { serviceArn: string }) => arn.split('/').pop());
    expect(await Promise.all([
      selected('--service-tag', 'team=web', '--service-tag', 'stage'), selected('--service-tag', 'stage=prod'), selected('--all', '--service-tag', 'team=web'), selected('--service', 'one', '--service', 'other', '--service-tag', 'team=web'),
    ])).toEqual([['both'], ['both', 'other'], ['both', 'one'], ['one']]);
  });

  scenario('services are named by name, by ARN, and twice, and each is worked on once', async shop => {
    addServices(shop, 1);
    const ran = await shop.run(['ecs', 'add', '--cluster', 'shop', '--service', 'orders', '--service', serviceArn('web-0'), '--service', serviceArn('orders'), '--collection', COLLECTION, '--json']);
    expect(ran.code).toBe(0);
    expect(outcomes(ran.json)).toEqual({ 'orders': 'completed', 'web-0': 'completed' });
    expect(ran.json.services).toHaveLength(2);
    expect(shop.aws.callsOf('UpdateService')).toHaveLength(2);
  });

  scenario('reads services by tens, and lists them by hundreds', async shop => {
    addServices(shop, 104);
    const ran = await shop.run(['ecs', 'plan', ...ALL, '--collection', COLLECTION, '--json']);
    expect(ran.code).toBe(3);
    expect(ran.json.services).toHaveLength(105);
    expect(shop.aws.callsOf('ListServices')).toHaveLength(2);
    expect(shop.aws.callsOf('DescribeServices').map(({ input }) => (input.services as string[]).length).sort((a, b) => a - b)).toEqual([5, ...Array<number>(10).fill(10)]);
    expect(shop.writes).toEqual([]);
  }, NO_RATES);

  scenario('a service of before 2018, with an ARN in the short form, is added to and followed', async shop => {
    shop.aws.ecs.addService('old', { cluster: 'shop', arnFormat: 'short' });
    expect((await shop.run(['ecs', 'add', '--cluster', 'shop', '--service', 'old', '--collection', COLLECTION])).code).toBe(0);
    expect(shop.runs('old')).toBe('old:2');
  });
});

describe('a run over many services', () => {
  scenario('reads everything before its first write', async shop => {
    addServices(shop, 12);
    expect((await shop.run([...ADD_ALL, '--no-follow'])).code).toBe(0);
    const { calls } = shop.aws;
    const first = calls.findIndex(isWrite);
    expect(calls.slice(first).filter(call => !isWrite(call))).toEqual([]);
    expect(calls.slice(first)).toHaveLength(26);
  }, NO_RATES);

  scenario('stays within what AWS allows, so that no call is throttled', async shop => {
    addServices(shop, 39);
    const ran = await shop.run([...ADD_ALL, '--json']);
    expect(ran.code).toBe(0);
    expect(ran.json.services.filter(({ outcome }: { outcome: string }) => outcome === 'completed')).toHaveLength(40);
    expect(shop.aws.calls.filter(({ outcome }) => outcome === 'ThrottlingException')).toEqual([]);
    expect(shop.aws.callsOf('RegisterTaskDefinition').at(-1)!.ms - shop.aws.callsOf('RegisterTaskDefinition')[0].ms).toBeGreaterThan(18_000);
  }, { rates: AWS_RATES });

  scenario('shares the account with others: what AWS throttles all the same comes through', async shop => {
    addServices(shop, 9);
    shop.aws.inject('ecs:*', throttled(), { from: 3, times: 6 });
    const ran = await shop.run([...ADD_ALL, '--json']);
    expect(ran.code).toBe(0);
    expect(ran.stderr).not.toMatch(/throttl|rate exceeded/i);
    expect(Object.values(outcomes(ran.json))).toEqual(Array(10).fill('completed'));
  }, NO_RATES);

  scenario('keeps one service\'s failure to itself, and ends with the worst code', async shop => {
    addServices(shop, 3);
    shop.aws.ecs.rolloutsEnd('web-0', body => JSON.stringify(body).includes(AGENT) ? tasksFail(secretOutOfReach) : undefined);
    shop.aws.inject('ecs:UpdateService', refused('InvalidParameterException', 'No.'), { from: 2 });
    const ran = await shop.run([...ADD_ALL, '--json', '--timeout', '2s']);
    const ends = Object.values(outcomes(ran.json)) as string[];
    expect(ends).toHaveLength(4);
    expect(ends.filter(outcome => outcome === 'completed').length).toBeGreaterThanOrEqual(2);
    expect(ends).toContain('failed');
    expect(ran.code).toBe(ends.includes('rolledBack') ? 4 : 1);
  }, NO_RATES);

  scenario('ends with 4 where one of them is rolled back', async shop => {
    addServices(shop, 2);
    shop.aws.ecs.rolloutsEnd('web-0', body => JSON.stringify(body).includes(AGENT) ? tasksFail(secretOutOfReach) : undefined);
    const ran = await shop.run([...ADD_ALL, '--json', '--timeout', '2s']);
    expect(ran.code).toBe(4);
    expect(outcomes(ran.json)).toEqual({ 'orders': 'completed', 'web-0': 'rolledBack', 'web-1': 'completed' });
    expect(shop.runs('web-0')).toBe('web-0:1');
  }, NO_RATES);

  scenario('skips those that have the agent already', async shop => {
    await shop.run(ADD);
    addServices(shop, 1);
    const ran = await shop.run([...ADD_ALL, '--json']);
    expect(ran.code).toBe(0);
    expect(outcomes(ran.json)).toEqual({ 'orders': 'unchanged', 'web-0': 'completed' });
    expect(shop.aws.callsOf('UpdateService')).toHaveLength(2);
  });

  scenario('removes from all of them what it has added, back to what they ran', async shop => {
    addServices(shop, 5);
    await shop.run(ADD_ALL);
    const ran = await shop.run(['ecs', 'remove', ...ALL, '--json']);
    expect(ran.code).toBe(0);
    expect(['orders', 'web-0', 'web-4'].map(name => shop.runs(name))).toEqual(['orders:1', 'web-0:1', 'web-4:1']);
    expect(shop.aws.callsOf('RegisterTaskDefinition')).toHaveLength(6);
  }, NO_RATES);

  scenario('follows them together: ten services a call', async shop => {
    addServices(shop, 19);
    expect((await shop.run(ADD_ALL)).code).toBe(0);
    const looks = shop.aws.callsOf('DescribeServices').slice(2);
    expect(looks.length).toBeLessThan(60);
    expect(Math.max(...looks.map(({ input }) => (input.services as string[]).length))).toBe(10);
  }, NO_RATES);

  test.concurrent('an empty cluster is told, and nothing is called that changes anything', async () => {
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
