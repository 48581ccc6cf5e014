import { MOST_TRIES, Queue, RETRY_MS } from './queue';
import { policyDocument, startTasks } from '../../src/permissions';
import {
  addSurroundings, FakeAws, hanging, JsonObject, meanwhile, neverSettles, Outcome, PolicyDocument, secretOutOfReach, ServiceOptions, succeeds,
  taskDefinitionBody, tasksFail, throttled,
} from '../fakes';
import { loadClients, MovedAccount } from '../moved-clock/account';

beforeAll(loadClients);

const MINUTE = 60_000;
const NAME = 'postman/api-key';
const arnOf = (name: string) => `arn:aws:ecs:eu-west-1:123456789012:service/shop/${name}`;

/** A circuit breaker that goes back, after which ECS lists a new primary deployment with the old tasks. */
const GOES_BACK = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };

function shop({ services = ['orders'], service = {} }: { readonly services?: readonly string[]; readonly service?: ServiceOptions } = {}): MovedAccount {
  const moved = new MovedAccount({ rates: [] });
  addSurroundings(moved.aws, { secretValue: 'first' });
  for (const name of services) {
    moved.aws.ecs.addService(name, { cluster: 'shop', desiredCount: 2, taskDefinition: taskDefinitionBody(name), ...service });
    moved.aws.ecs.rolloutsEnd(name, succeeds(2 * MINUTE));
  }
  // The services ran before the key changes.
  moved.aws.advance(60 * MINUTE);
  return moved;
}

/** The message of a rule, at a time of the event, which has no fractions of a second. */
function message(moved: MovedAccount, name = 'orders', at = moved.aws.now()): string {
  const changedAt = new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  return JSON.stringify({ source: moved.aws.secrets.find(NAME)!.arn, changedAt, service: arnOf(name), cluster: 'shop' });
}

/** AWSCURRENT moves, and the rule sends its message. */
function rotateKey(moved: MovedAccount, queue: Queue, { value = 'second', services = ['orders'], times = 1 } = {}): number {
  moved.aws.secrets.put(NAME, value);
  for (let count = 0; count < times; count++) for (const name of services) queue.send(name, message(moved, name));
  return moved.aws.now();
}

function deploy({ ecs }: FakeAws, outcome?: Outcome, name = 'orders'): void {
  if (outcome) ecs.rolloutsEnd(name, outcome);
  ecs.actions.UpdateService({ cluster: 'shop', service: name, forceNewDeployment: true });
}

const updates = ({ aws }: MovedAccount) => aws.callsOf('UpdateService').filter(({ applied }) => applied).map(({ input }) => input);
const states = ({ log }: Queue) => log.map(({ state, why }) => why ?? state);

/** Whether every running task began after a time. */
function areNew({ aws }: MovedAccount, since: number, name = 'orders'): boolean {
  const { tasks } = aws.ecs.service(name, 'shop').cluster;
  const running = tasks.filter(task => task.service?.name === name && task.lastStatus === 'RUNNING');
  expect(running).toHaveLength(2);
  return running.every(({ createdAt }) => createdAt > since);
}

describe('a key that changes', () => {
  test('starts new tasks of the service as it is, once, and the message ends when they run', async () => {
    const moved = shop();
    const queue = new Queue(moved);
    const changed = rotateKey(moved, queue);
    await queue.drain();
    expect(updates(moved)).toEqual([{ cluster: expect.stringContaining('cluster/shop'), service: arnOf('orders'), forceNewDeployment: true }]);
    expect(states(queue)).toEqual(['started', 'renewed']);
    expect(areNew(moved, changed)).toBe(true);
    expect([queue.dead, queue.errors]).toEqual([[], []]);
  });

  test('is delivered several times, and new tasks start once', async () => {
    const moved = shop();
    const queue = new Queue(moved);
    rotateKey(moved, queue, { times: 3 });
    await queue.drain();
    // Later than the queue remembers what it has delivered, and in any order.
    for (const minutes of [60, 90]) queue.send('orders', message(moved, 'orders', moved.aws.now() - minutes * MINUTE));
    await queue.drain();
    expect(updates(moved)).toHaveLength(1);
    expect(states(queue)).toEqual(['started', ...Array(5).fill('renewed')]);
  });

  test('twice quickly starts new tasks once, since they read the second value', async () => {
    const moved = shop();
    const queue = new Queue(moved);
    rotateKey(moved, queue, { value: 'second' });
    moved.aws.advance(3000);
    const changed = rotateKey(moved, queue, { value: 'third' });
    await queue.drain();
    expect(updates(moved)).toHaveLength(1);
    expect(areNew(moved, changed)).toBe(true);
  });

  test('again while new tasks start gets new tasks afterwards, and not in the middle', async () => {
    const moved = shop();
    const queue = new Queue(moved);
    rotateKey(moved, queue);
    let changed = 0;
    moved.aws.onCall('UpdateService', 1, () => {
      setImmediate(() => {
        moved.aws.advance(MINUTE);
        changed = moved.aws.now();
        queue.send('orders', message(moved));
      });
    });
    await queue.drain();
    expect(updates(moved)).toHaveLength(2);
    expect(areNew(moved, changed)).toBe(true);
    const records = moved.aws.ecs.service('orders', 'shop').serviceDeployments;
    expect(records.slice(-2).map(({ status }) => status)).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
  });

  test('in the second in which a deployment begins gets new tasks after it: its tasks may have read the old value', async () => {
    const moved = shop();
    const queue = new Queue(moved);
    moved.aws.advance(1000 - moved.aws.now() % 1000 + 200);
    deploy(moved.aws);
    moved.aws.advance(500);
    const changed = rotateKey(moved, queue);
    await queue.drain();
    expect(states(queue)).toEqual(['busy', 'started', 'renewed']);
    expect(areNew(moved, changed)).toBe(true);
  });

  test('of several services starts new tasks of each, and one that waits keeps no other waiting', async () => {
    const services = ['orders', 'carts', 'payments'];
    const moved = shop({ services });
    const queue = new Queue(moved);
    deploy(moved.aws, succeeds(60 * MINUTE), 'carts');
    const changed = rotateKey(moved, queue, { services });
    await queue.drain();
    const [orders, payments, carts] = updates(moved).map(({ service }) => service);
    expect([orders, payments, carts].sort()).toEqual([arnOf('carts'), arnOf('orders'), arnOf('payments')]);
    expect(carts).toBe(arnOf('carts'));
    for (const name of services) expect(areNew(moved, changed, name)).toBe(true);
  });
});

describe('another deployment', () => {
  test('in progress is not replaced: the message waits until it has ended', async () => {
    const moved = shop();
    const queue = new Queue(moved);
    deploy(moved.aws, succeeds(20 * MINUTE));
    const changed = rotateKey(moved, queue);
    await queue.drain();
    expect(states(queue)[0]).toBe('busy');
    expect(states(queue).filter(state => state !== 'busy' && state !== 'renewing')).toEqual(['started', 'renewed']);
    expect(moved.aws.ecs.service('orders', 'shop').serviceDeployments.every(({ status }) => status === 'SUCCESSFUL')).toBe(true);
    expect(areNew(moved, changed)).toBe(true);
  });

  test('that bakes or waits for a person is waited for, too', async () => {
    const hook = { targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] };
    const moved = shop({ service: { members: { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5, lifecycleHooks: [hook] } } } });
    const queue = new Queue(moved);
    deploy(moved.aws, succeeds(MINUTE));
    rotateKey(moved, queue);
    await queue.drain();
    // No person continues it.
    expect(updates(moved)).toHaveLength(0);
    expect(queue.dead).toHaveLength(1);
    expect(new Set(states(queue))).toEqual(new Set(['busy']));
  });

  test('that began after the change is enough', async () => {
    const moved = shop();
    const queue = new Queue(moved);
    const changed = rotateKey(moved, queue);
    moved.aws.advance(5000);
    deploy(moved.aws);
    await queue.drain();
    expect(states(queue)).toEqual(['renewing', 'renewed']);
    expect(updates(moved)).toHaveLength(0);
    expect(areNew(moved, changed)).toBe(true);
  });

  test('that began after the change and has succeeded is enough, whatever a later one does', async () => {
    const moved = shop({ service: { members: GOES_BACK } });
    const queue = new Queue(moved);
    rotateKey(moved, queue);
    moved.aws.advance(5000);
    deploy(moved.aws, succeeds(MINUTE));
    moved.aws.advance(5 * MINUTE);
    deploy(moved.aws, tasksFail(secretOutOfReach, { everyMs: MINUTE }));
    await queue.drain();
    expect(states(queue)).toEqual(['renewed']);
    expect(updates(moved)).toHaveLength(0);
  });

  const ROLLED_BACK = 'that began before the change and is rolled back leaves old tasks in a new deployment (with the %s id), so new tasks start';
  test.each(['previous', 'new'] as const)(ROLLED_BACK, async id => {
    const moved = shop({ service: { members: GOES_BACK } });
    moved.aws.ecs.state.rollbackId = id;
    const queue = new Queue(moved);
    deploy(moved.aws, tasksFail(secretOutOfReach, { everyMs: MINUTE }));
    moved.aws.advance(10_000);
    const changed = rotateKey(moved, queue);
    moved.aws.ecs.rolloutsEnd('orders', succeeds(MINUTE));
    await queue.drain();
    expect(updates(moved)).toHaveLength(1);
    expect(areNew(moved, changed)).toBe(true);
    expect(queue.dead).toEqual([]);
  });
});

describe('new tasks that cannot start', () => {
  test('are not tried again; the message is in the dead letters after two days, with the reason in the log', async () => {
    const moved = shop({ service: { members: GOES_BACK } });
    moved.aws.ecs.rolloutsEnd('orders', tasksFail(secretOutOfReach));
    const queue = new Queue(moved, { tries: MOST_TRIES });
    rotateKey(moved, queue);
    const begin = moved.clock.now();
    await queue.drain();
    expect(updates(moved)).toHaveLength(1);
    expect(queue.log.at(-1)).toMatchObject({ state: 'failed', service: arnOf('orders'), reason: expect.stringContaining('circuit breaker') });
    expect(queue.dead).toHaveLength(1);
    expect((moved.clock.now() - begin) / RETRY_MS).toBeCloseTo(MOST_TRIES, 0);
  });

  test('are enough if a later deployment succeeds', async () => {
    const moved = shop({ service: { members: GOES_BACK } });
    moved.aws.ecs.rolloutsEnd('orders', tasksFail(secretOutOfReach));
    const changed = rotateKey(moved, new Queue(moved));
    let looks = 0;
    const repaired = new Queue(moved, { onProcess: () => { if (++looks === 3) deploy(moved.aws, succeeds(MINUTE)); } });
    repaired.send('orders', message(moved));
    await repaired.drain();
    expect(states(repaired).at(-1)).toBe('renewed');
    expect([repaired.dead, areNew(moved, changed)]).toEqual([[], true]);
  });

  test('of a rollout that never settles are not replaced', async () => {
    const moved = shop();
    moved.aws.ecs.rolloutsEnd('orders', neverSettles());
    const queue = new Queue(moved);
    rotateKey(moved, queue);
    await queue.drain();
    expect(updates(moved)).toHaveLength(1);
    expect(states(queue).at(-1)).toBe('renewing');
    expect(queue.dead).toHaveLength(1);
  });
});

describe('a service that has no tasks to renew', () => {
  test.each<[string, (aws: FakeAws) => void, string]>([
    ['is deleted', ({ ecs }) => ecs.actions.DeleteService({ cluster: 'shop', service: 'orders', force: true }), 'gone'],
    ['wants no tasks', ({ ecs }) => ecs.actions.UpdateService({ cluster: 'shop', service: 'orders', desiredCount: 0 }), 'idle'],
  ])('because it %s ends the message', async (_, change, why) => {
    const moved = shop();
    change(moved.aws);
    const before = moved.aws.callsOf('UpdateService').length;
    const queue = new Queue(moved);
    rotateKey(moved, queue);
    await queue.drain();
    expect(states(queue)).toEqual([why]);
    expect(moved.aws.callsOf('UpdateService')).toHaveLength(before);
  });

  const missing = [['service', arnOf('missing'), 'shop'], ['cluster', arnOf('orders').replace('/shop/', '/none/'), 'none']] as const;
  test.each(missing)('because the %s does not exist ends the message', async (_, service, cluster) => {
    const moved = shop();
    const queue = new Queue(moved);
    queue.send('orders', JSON.stringify({ ...JSON.parse(message(moved)), service, cluster }));
    await queue.drain();
    expect([states(queue), queue.errors]).toEqual([['gone'], []]);
  });

  test.each(['CODE_DEPLOY', 'EXTERNAL'])('by ECS (%s) ends the message with the reason, and nothing is updated', async type => {
    const moved = shop({ service: { members: { deploymentController: { type } } } });
    const queue = new Queue(moved);
    rotateKey(moved, queue);
    await queue.drain();
    expect(queue.log).toEqual([expect.objectContaining({ state: 'refused', reason: `the service has the ${type} deployment controller` })]);
    expect(updates(moved)).toEqual([]);
  });
});

describe('permissions', () => {
  test('those of the construct are enough', async () => {
    const moved = shop();
    moved.aws.allowOnly(policyDocument([startTasks([arnOf('orders')])]) as PolicyDocument);
    const queue = new Queue(moved);
    rotateKey(moved, queue);
    await queue.drain();
    expect([states(queue), queue.errors]).toEqual([['started', 'renewed'], []]);
  });

  test('another service cannot be updated: the function fails with the reason, and the message is kept', async () => {
    const moved = shop({ services: ['orders', 'carts'] });
    moved.aws.allowOnly(policyDocument([startTasks([arnOf('orders')])]) as PolicyDocument);
    const queue = new Queue(moved);
    rotateKey(moved, queue, { services: ['carts'] });
    await queue.drain();
    expect(queue.errors[0]).toMatch(/ecs:DescribeServices.*carts[^]*the role of the function has all permissions that it needs/);
    expect(queue.dead).toHaveLength(1);
    expect(updates(moved)).toEqual([]);
  });

  test('without the records of deployments, the primary deployment decides', async () => {
    const moved = shop();
    const { actions, resources } = startTasks([arnOf('orders')]);
    moved.aws.allowOnly(policyDocument([{ actions: actions.filter(action => action !== 'ecs:ListServiceDeployments'), resources }]) as PolicyDocument);
    const queue = new Queue(moved);
    const changed = rotateKey(moved, queue, { times: 2 });
    await queue.drain();
    expect(updates(moved)).toHaveLength(1);
    expect([areNew(moved, changed), queue.dead]).toEqual([true, []]);
  });
});

describe('calls that fail', () => {
  test('because they are throttled are made again', async () => {
    const moved = shop();
    moved.aws.inject('*', throttled(), { times: 5 });
    const queue = new Queue(moved);
    rotateKey(moved, queue);
    await queue.drain();
    expect(updates(moved)).toHaveLength(1);
    expect(queue.dead).toEqual([]);
  });

  test.each(['before', 'after'] as const)('because the process ends %s a call is carried out, at any call: new tasks start once', async when => {
    const whole = shop();
    const undisturbed = new Queue(whole);
    rotateKey(whole, undisturbed);
    await undisturbed.drain();
    const calls = whole.aws.calls.length;
    expect(calls).toBeGreaterThan(3);
    for (let at = 1; at <= calls; at++) {
      const moved = shop();
      let current: { kill(): void } | undefined;
      moved.aws.inject('*', meanwhile(() => current?.kill(), when), { from: at });
      moved.aws.inject('*', hanging(when), { from: at });
      const queue = new Queue(moved, { onProcess: process => { current = process; } });
      const changed = rotateKey(moved, queue);
      await queue.drain();
      expect([at, updates(moved).length, areNew(moved, changed), queue.dead]).toEqual([at, 1, true, []]);
    }
  });
});

test.each<[string, string | JsonObject, RegExp]>([
  ['no JSON', 'text', /is not one of this function's rules: text/],
  ['no time', { service: arnOf('orders') }, /is not one of this function's rules/],
  ['no service', { changedAt: '2026-11-27T10:15:30Z' }, /is not one of this function's rules/],
  ['a service without its cluster', { changedAt: '2026-11-27T10:15:30Z', service: arnOf('orders').replace('shop/', '') }, /does not have the cluster's name/],
])('a message with %s is kept, and the function fails with the reason', async (_, body, reason) => {
  const queue = new Queue(shop());
  queue.send('orders', typeof body === 'string' ? body : JSON.stringify(body));
  await queue.drain();
  expect(queue.errors[0]).toMatch(reason);
  expect(queue.dead).toHaveLength(1);
});
