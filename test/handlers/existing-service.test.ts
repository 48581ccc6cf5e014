import { properties, serviceArn, Stack, DeliveryOptions } from './stack';
import { Json, registrable } from '../../src/edit';
import {
  addSurroundings, FakeAws, hanging, JsonObject, late, meanwhile, neverSettles, Outcome, refused, secretOutOfReach, ServiceOptions, succeeds, Surroundings,
  taskDefinitionBody, tasksFail,
} from '../fakes';
import { loadClients, MovedAccount } from '../moved-clock/account';
import { add, remove, runVerb } from '../sweep/verbs';

beforeAll(loadClients);

interface Shop extends Surroundings {
  readonly services?: readonly string[];
  readonly service?: ServiceOptions;
  readonly outcome?: Outcome;
}

const KEY = 'not-a-key';

/** `make prove` tries every call. */
const IS_ALL = process.env.SWEEP === 'all';

/** Between two polls nothing happens, so fewer show the same in less time. */
const SELDOM: DeliveryOptions = { pollMs: 60_000 };

function shop({ services = ['orders'], service = {}, outcome = succeeds(20_000), ...surroundings }: Shop = {}): MovedAccount {
  const moved = new MovedAccount({ rates: [] });
  addSurroundings(moved.aws, { secretValue: KEY, ...surroundings });
  for (const name of services) {
    moved.aws.ecs.addService(name, { cluster: 'shop', desiredCount: 2, taskDefinition: taskDefinitionBody(name), ...service });
    moved.aws.ecs.rolloutsEnd(name, body => JSON.stringify(body).includes('postman-lc-agent') ? outcome : undefined);
  }
  return moved;
}

/** What the service runs: the definition that ECS describes, with its tags. */
function runs(aws: FakeAws, name = 'orders') {
  const { taskDefinition } = aws.ecs.service(name, 'shop');
  return { arn: taskDefinition.arn, body: aws.ecs.describeTaskDefinition(taskDefinition.arn.split('/').pop()!) };
}

const PAUSE = { targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] };

interface Container { readonly name: string; readonly entryPoint: readonly string[] }

function agentIn(aws: FakeAws, name = 'orders'): Container | undefined {
  return (runs(aws, name).body.containerDefinitions as unknown as Container[]).find(({ name: of }) => of === 'postman-lc-agent');
}

const WRITE = /^(Register|Update|Stop|Put|Delete|Create|Tag)/;

/** What was written besides the runs. */
function writes({ calls }: FakeAws): string[] {
  return calls.filter(({ service, action, applied }) => applied && service !== 'dynamodb' && WRITE.test(action)).map(({ action }) => action);
}

describe('a resource for an existing service', () => {
  test('a Create adds the agent and waits, an Update changes it, a Delete gives the service its task definition back', async () => {
    const moved = shop();
    const { aws } = moved;
    const before = runs(aws);
    const stack = new Stack(moved);

    const { ended } = await stack.deploy(properties());
    expect(ended).toEqual({
      status: 'SUCCESS', physicalId: serviceArn('orders'),
      data: { EgressVerdict: 'reachable', EgressEvidence: expect.stringContaining('subnet-1'), TaskDefinitionArn: runs(aws).arn },
    });
    expect(agentIn(aws)).toBeDefined();
    expect(aws.ecs.describeService('orders', 'shop')).toMatchObject({ deployments: [{ rolloutState: 'COMPLETED' }] });

    expect((await stack.deploy(properties({ options: { rateLimitPerMinute: 5 } }))).ended.status).toBe('SUCCESS');
    expect(agentIn(aws)!.entryPoint).toEqual(expect.arrayContaining(['--rate-limit', '5']));
    // What the template no longer has, the agent no longer has.
    expect((await stack.deploy(properties({ options: { hostAllow: ['^a$'] } }))).ended.status).toBe('SUCCESS');
    expect(agentIn(aws)!.entryPoint.join(' ')).toMatch(/[^5] --host-allow \^a\$$/);

    expect(await stack.destroy()).toEqual({ status: 'SUCCESS', physicalId: serviceArn('orders') });
    expect(runs(aws)).toEqual(before);
    expect(stack.texts.join('\n')).not.toContain(KEY);
    expect(JSON.stringify(aws.tables.items('runs-agents'))).not.toContain(KEY);
  });

  test('another service is a replacement: it gets the agent first, then the old one loses it', async () => {
    const moved = shop({ services: ['orders', 'carts'] });
    const { aws } = moved;
    const before = runs(aws);
    const stack = new Stack(moved);
    await stack.deploy(properties());
    const { ended, back } = await stack.deploy(properties({}, serviceArn('carts')));
    expect([ended.status, ended.physicalId, back?.status]).toEqual(['SUCCESS', serviceArn('carts'), 'SUCCESS']);
    expect(agentIn(aws, 'carts')).toBeDefined();
    expect(runs(aws)).toEqual(before);
    const updates = aws.callsOf('UpdateService').map(({ input }) => String(input.service).split('/').pop());
    expect(updates).toEqual(['orders', 'carts', 'orders']);
  });

  test('an Update without a change writes nothing', async () => {
    const moved = shop();
    const stack = new Stack(moved);
    await stack.deploy(properties());
    const before = writes(moved.aws).length;
    const { ended } = await stack.deploy(properties());
    expect(ended.data).toMatchObject({ EgressVerdict: 'reachable', TaskDefinitionArn: runs(moved.aws).arn });
    expect(writes(moved.aws)).toHaveLength(before);
  });

  test('an agent that another tool has removed is added again by the next Update, and a lost mark changes nothing', async () => {
    const moved = shop();
    const { aws } = moved;
    const stack = new Stack(moved);
    await stack.deploy(properties());
    // A pipeline registers the task definition without its tags.
    const { tags: _, ...body } = registrable({ taskDefinition: runs(aws).body as unknown as Json });
    aws.ecs.actions.RegisterTaskDefinition(body as JsonObject);
    aws.ecs.actions.UpdateService({ cluster: 'shop', service: 'orders', taskDefinition: 'orders' });
    aws.advance(3_600_000);
    expect((await stack.deploy(properties({ options: { rateLimitPerMinute: 7 } }))).ended.status).toBe('SUCCESS');
    expect(agentIn(aws)!.entryPoint).toContain('7');
    aws.ecs.actions.UpdateService({ cluster: 'shop', service: 'orders', taskDefinition: 'orders:1' });
    aws.advance(3_600_000);
    expect((await stack.deploy(properties({ options: { rateLimitPerMinute: 8 } }))).ended.status).toBe('SUCCESS');
    expect(agentIn(aws)!.entryPoint).toContain('8');
    expect((await stack.destroy()).status).toBe('SUCCESS');
    expect(agentIn(aws)).toBeUndefined();
  });
});

describe('a request that fails', () => {
  test('a Create whose rollout fails gives the reason when the service is back, and the stack rolls back', async () => {
    const moved = shop({ outcome: tasksFail(secretOutOfReach) });
    const { aws } = moved;
    const before = runs(aws);
    const { ended, back } = await new Stack(moved, 'agents', SELDOM).deploy(properties());
    expect(ended.status).toBe('FAILED');
    expect(ended.reason).toMatch(/^The rollout of service orders failed, and the service runs orders:1 again: .*/);
    expect(ended.reason).toContain('ResourceInitializationError');
    expect(back?.status).toBe('SUCCESS');
    expect(runs(aws)).toEqual(before);
  });

  test('the reason of a failure, the runs and the log have no key and no password, also if AWS or the agent repeats them', async () => {
    const key = ['PMAK', 'not', 'a', 'key'].join('-');
    const told = `got ${key} and http://me:not-a-password@proxy`;
    const containers = [{ name: 'postman-lc-agent', reason: told }];
    const moved = shop({ outcome: tasksFail({ stopCode: 'TaskFailedToStart', stoppedReason: told, containers }) });
    const { aws } = moved;
    const stack = new Stack(moved, 'agents', SELDOM);
    const first = await stack.deploy(properties());
    expect(first.ended.reason).toContain('got PMAK-*** and http://***@proxy');
    aws.inject('ecs:RegisterTaskDefinition', refused('ClientException', told));
    expect((await stack.deploy(properties())).ended.reason).toContain('got PMAK-*** and http://***@proxy');
    aws.inject('ecs:DescribeServices', refused('ClientException', told), { times: 100 });
    expect((await stack.deploy(properties())).ended.reason).toContain('got PMAK-*** and http://***@proxy');
    const texts = [...stack.texts, JSON.stringify(aws.tables.items('runs-agents')), first.ended.reason];
    for (const secret of [key, 'not-a-password']) expect(texts.join('\n')).not.toContain(secret);
  });

  test('a rollout that does not settle goes back after 40 minutes, within the hour of the framework', async () => {
    const moved = shop({ outcome: neverSettles() });
    const { aws, clock } = moved;
    const before = runs(aws);
    const started = clock.now();
    const { ended } = await new Stack(moved, 'agents', SELDOM).deploy(properties());
    const minutes = (clock.now() - started) / 60_000;
    expect(ended.reason).toMatch(/failed, and the service runs orders:1 again: the rollout did not end within \d+ s/);
    expect([minutes > 40, minutes < 56]).toEqual([true, true]);
    expect(runs(aws)).toEqual(before);
  });

  test('an Update whose rollout fails leaves the service with the agent as it was', async () => {
    const moved = shop();
    const { aws } = moved;
    const stack = new Stack(moved, 'agents', SELDOM);
    await stack.deploy(properties());
    const before = runs(aws);
    aws.ecs.rolloutsEnd('orders', body => JSON.stringify(body).includes('--rate-limit') ? tasksFail(secretOutOfReach) : undefined);
    const { ended, back } = await stack.deploy(properties({ options: { rateLimitPerMinute: 5 } }));
    expect([ended.status, back?.status]).toEqual(['FAILED', 'SUCCESS']);
    expect(runs(aws)).toEqual(before);
  });

  test.each<[string, Shop, Parameters<typeof properties>, RegExp]>([
    ['a service that does not exist', {}, [{}, serviceArn('missing')], /^Cluster shop has no service missing in eu-west-1\./],
    ['a cluster that does not exist', {}, [{}, serviceArn('orders').replace('/shop/', '/none/')], /^There is no ECS cluster none in eu-west-1/],
    ['another region', {}, [{}, serviceArn('orders').replace('eu-west-1', 'us-east-1')], /^`serviceArn` is of region us-east-1, and the stack/],
    ['another account', {}, [{}, serviceArn('orders').replace(/\d{12}/, '210987654321')], /^`serviceArn` is of account 210987654321, and the stack/],
    ['a name', {}, [{}, 'orders'], /^`serviceArn` must be the ARN of an ECS service .*, got: orders\./],
    ['an ARN without the cluster', {}, [{}, serviceArn('orders').replace('shop/', '')], /the cluster's name, got: .*service\/orders. Set `clusterArn`, too\./],
    ['a secret that does not exist', { secretValue: undefined }, [{}], /^There is no secret postman\/api-key.* Create it, and name it with `apiKeySecret`/],
    ['a secret that the execution role cannot read', { mayRead: false }, [{}], /^The execution role cannot read the secret.* `grantRead`/],
    ['tasks without a way out', { subnet: 'isolated' }, [{}], /no way out to the internet[^]*set `egressCheck` to `EgressCheck.WARN`/],
    ['a wrong option', {}, [{ options: { hostAllow: ['('] } }], /^`hostAllow` must be regular expressions/],
    ['CodeDeploy', { service: { members: { deploymentController: { type: 'CODE_DEPLOY' } } } }, [{}], /is deployed by CodeDeploy/],
    ['a stack', { service: { tags: { 'aws:cloudformation:stack-name': 'shop' } } }, [{}], /managed by the CloudFormation stack shop/],
    ['bake times that are too long', {
      service: { members: { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 31 } } },
    }, [{}], /^A stack waits 40 minutes for a rollout, but rollouts of service orders wait 31 minutes on purpose \(bake times\)\. That leaves 9 minutes/],
    ['a hook that waits for a person', {
      service: { members: { deploymentConfiguration: { strategy: 'BLUE_GREEN', lifecycleHooks: [PAUSE] } } },
    }, [{}], /^Rollouts of service orders wait for a person \(PAUSE hooks at POST_TEST_TRAFFIC_SHIFT\)/],
  ])('%s is refused before anything is written, and the Delete of CloudFormation does not reach the handler', async (_, given, wanted, reason) => {
    const moved = shop(given);
    const stack = new Stack(moved);
    const { ended, back } = await stack.deploy(properties(...wanted));
    expect(ended).toMatchObject({ status: 'FAILED', reason: expect.stringMatching(reason) });
    expect(ended.reason).not.toMatch(/`--/);
    expect(back?.status).toBe('SUCCESS');
    expect(writes(moved.aws)).toEqual([]);
    expect(moved.aws.tables.items('runs-agents')).toEqual([]);
  });

  test('the verdict is judged as `egressCheck` says: with WARN or OFF an isolated subnet is only an attribute, with STRICT an unknown one fails', async () => {
    for (const egressCheck of ['WARN', 'OFF'] as const) {
      const { ended } = await new Stack(shop({ subnet: 'isolated' })).deploy(properties({ egressCheck }));
      expect(ended).toMatchObject({ status: 'SUCCESS', data: { EgressVerdict: 'unreachable' } });
    }
    const moved = shop();
    moved.aws.allowOnly({ Statement: [{ Effect: 'Allow', NotAction: 'ec2:DescribeRouteTables', Resource: '*' }] } as never);
    const { ended: strict } = await new Stack(moved, 'strict').deploy(properties({ egressCheck: 'STRICT' }));
    expect(strict.reason).toMatch(/^It is unknown whether the tasks of service orders reach/);
    expect((await new Stack(moved).deploy(properties())).ended).toMatchObject({ status: 'SUCCESS', data: { EgressVerdict: 'unknown' } });
  });

  test('an Update of `egressCheck` only is judged, and fails if the network is not as it asks', async () => {
    const moved = shop({ subnet: 'isolated' });
    const stack = new Stack(moved);
    expect((await stack.deploy(properties({ egressCheck: 'WARN' }))).ended.status).toBe('SUCCESS');
    const before = writes(moved.aws).length;
    const { ended, back } = await stack.deploy(properties({ egressCheck: 'ERROR' }));
    expect(ended).toMatchObject({ status: 'FAILED', reason: expect.stringMatching(/no way out to the internet/) });
    expect(back?.status).toBe('SUCCESS');
    expect((await stack.deploy(properties({ egressCheck: 'OFF' }))).ended).toMatchObject({ status: 'SUCCESS', data: { EgressVerdict: 'unreachable' } });
    expect(writes(moved.aws)).toHaveLength(before);
  });

  test('a service that is deleted during the update fails the resource, and nothing is left to remove', async () => {
    const moved = shop({ outcome: neverSettles() });
    const { aws } = moved;
    aws.onCall('UpdateService', 1, () => { setImmediate(() => aws.ecs.actions.DeleteService({ cluster: 'shop', service: 'orders', force: true })); });
    const { ended, back } = await new Stack(moved).deploy(properties());
    expect(ended).toMatchObject({ status: 'FAILED', reason: 'service orders was deleted' });
    expect(back?.status).toBe('SUCCESS');
  });
});

describe('a rollback of the stack', () => {
  test.each<[string, (moved: MovedAccount) => void, RegExp]>([
    ['a service that is gone', ({ aws }) => {
      aws.ecs.actions.DeleteService({ cluster: 'shop', service: 'orders', force: true });
    }, /has no service orders|is INACTIVE|was deleted|being deleted/],
    ['a secret that is gone', ({ aws }) => {
      aws.inject('secretsmanager:DescribeSecret', refused('ResourceNotFoundException', 'There is none.'), { times: Infinity });
    }, /^There is no secret/],
    ['a cluster that is gone', ({ aws }) => {
      aws.inject('ecs:DescribeServices', refused('ClusterNotFoundException', 'Cluster not found.'), { times: Infinity });
    }, /^There is no ECS cluster/],
  ])('of an Update that failed because of %s succeeds, writes nothing, and has the attributes of before', async (_, breaks, reason) => {
    const moved = shop();
    const stack = new Stack(moved);
    const { ended: first } = await stack.deploy(properties());
    breaks(moved);
    const before = writes(moved.aws).length;
    const { ended, back } = await stack.deploy(properties({ options: { rateLimitPerMinute: 5 } }));
    expect(ended).toMatchObject({ status: 'FAILED', reason: expect.stringMatching(reason) });
    expect(back).toMatchObject({ status: 'SUCCESS', data: first.data });
    expect(writes(moved.aws)).toHaveLength(before);
  });

  test('of a second Update goes back to what the first one has made, not to the Create', async () => {
    const moved = shop();
    const { aws } = moved;
    const stack = new Stack(moved, 'agents', SELDOM);
    await stack.deploy(properties());
    await stack.deploy(properties({ options: { rateLimitPerMinute: 5 } }));
    const before = runs(aws);
    aws.ecs.rolloutsEnd('orders', body => JSON.stringify(body).includes('"6"') ? tasksFail(secretOutOfReach) : undefined);
    const { ended, back } = await stack.deploy(properties({ options: { rateLimitPerMinute: 6 } }));
    expect([ended.status, back?.status]).toEqual(['FAILED', 'SUCCESS']);
    expect(runs(aws)).toEqual(before);
    expect(back?.data?.TaskDefinitionArn).toBe(before.arn);
  });

  test('after an Update that succeeded, when another resource of the stack has failed, gives the agent of before', async () => {
    const moved = shop();
    const { aws } = moved;
    const stack = new Stack(moved);
    await stack.deploy(properties());
    await stack.deploy(properties({ options: { rateLimitPerMinute: 5 } }));
    expect((await stack.deploy(properties())).ended.status).toBe('SUCCESS');
    expect(agentIn(aws)!.entryPoint).not.toContain('5');
  });

  test('of a replacement whose rollout failed leaves both services as they were', async () => {
    const moved = shop({ services: ['orders', 'carts'] });
    const { aws } = moved;
    const stack = new Stack(moved, 'agents', SELDOM);
    await stack.deploy(properties());
    const before = [runs(aws), runs(aws, 'carts')];
    aws.ecs.rolloutsEnd('carts', tasksFail(secretOutOfReach));
    const { ended, back } = await stack.deploy(properties({}, serviceArn('carts')));
    expect([ended.status, back?.status]).toEqual(['FAILED', 'SUCCESS']);
    // The rollout of the way back fails, too, so only what the service is set to is compared.
    expect([runs(aws), runs(aws, 'carts')]).toEqual(before);
    aws.ecs.rolloutsEnd('carts', succeeds(20_000));
    expect((await stack.destroy()).status).toBe('SUCCESS');
    expect(agentIn(aws)).toBeUndefined();
  });
});

describe('the time of a request', () => {
  test('the rollout of others that leaves too little of it is told, and nothing is written', async () => {
    const moved = shop();
    const { aws } = moved;
    aws.ecs.rolloutsEnd('orders', succeeds(32 * 60_000));
    aws.ecs.actions.UpdateService({ cluster: 'shop', service: 'orders', forceNewDeployment: true });
    const before = writes(aws).length;
    const { ended } = await new Stack(moved, 'agents', SELDOM).deploy(properties());
    expect(ended.reason).toMatch(/^A stack waits 40 minutes for a rollout, but another rollout of service orders had to end first, which took 3\d minutes\. /);
    expect(ended.reason).toMatch(/That leaves \d minutes to start tasks/);
    expect(ended.reason).toMatch(/and 10 are needed\. The service was not changed\. Deploy the stack again\.$/);
    expect(writes(aws)).toHaveLength(before);
  });

  test('bake times of 30 minutes fit', async () => {
    const moved = shop({ service: { members: { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 30 } } } });
    expect((await new Stack(moved, 'agents', SELDOM).deploy(properties())).ended.status).toBe('SUCCESS');
  });

  test('a removal whose bake times have become too long is not refused', async () => {
    const moved = shop();
    const { aws } = moved;
    const stack = new Stack(moved, 'agents', SELDOM);
    await stack.deploy(properties());
    aws.ecs.updateService('orders', { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 35 } });
    aws.advance(3_600_000);
    expect((await stack.destroy()).status).toBe('SUCCESS');
    expect(agentIn(aws)).toBeUndefined();
  });
});

describe('a removal', () => {
  test('of a service whose execution role is gone succeeds, since no removal needs it', async () => {
    const moved = shop();
    const { aws } = moved;
    const before = runs(aws);
    const stack = new Stack(moved);
    await stack.deploy(properties());
    for (const action of ['GetRolePolicy', 'SimulatePrincipalPolicy', 'GetRole']) {
      aws.inject(`iam:${action}`, refused('NoSuchEntity', 'The role with name execution cannot be found.', 404), { times: Infinity });
    }
    expect((await stack.destroy()).status).toBe('SUCCESS');
    expect(runs(aws)).toEqual(before);
  });

  test('of a service that is gone succeeds', async () => {
    const moved = shop();
    const stack = new Stack(moved);
    await stack.deploy(properties());
    moved.aws.ecs.actions.DeleteService({ cluster: 'shop', service: 'orders', force: true });
    expect((await stack.destroy()).status).toBe('SUCCESS');
  });

  test('of an agent that the command line has removed succeeds and changes nothing', async () => {
    const moved = shop();
    const stack = new Stack(moved);
    await stack.deploy(properties());
    expect((await runVerb(remove({ service: ['orders'] }), moved.process(), KEY)).code).toBe(0);
    const before = writes(moved.aws).length;
    expect((await stack.destroy()).status).toBe('SUCCESS');
    expect(writes(moved.aws)).toHaveLength(before);
  });

  test('waits until the rollout of others has ended', async () => {
    const moved = shop();
    const { aws } = moved;
    const stack = new Stack(moved);
    await stack.deploy(properties());
    aws.ecs.actions.UpdateService({ cluster: 'shop', service: 'orders', forceNewDeployment: true });
    expect((await stack.destroy()).status).toBe('SUCCESS');
    expect(agentIn(aws)).toBeUndefined();
  });
});

describe('two attachments to one service', () => {
  test('a second stack is refused, names the first one, and its deletion leaves the agent', async () => {
    const moved = shop();
    const { aws } = moved;
    await new Stack(moved).deploy(properties());
    const before = runs(aws);
    const { ended, back } = await new Stack(moved, 'others').deploy(properties());
    expect(ended.reason).toMatch(/^The service has the agent already, which another resource has added, of stack agents\. Keep one of the two\./);
    expect(back?.status).toBe('SUCCESS');
    expect(runs(aws)).toEqual(before);
  });

  test('an agent of the command line is refused, and stays', async () => {
    const moved = shop();
    expect((await runVerb(add({ service: ['orders'], collection: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11' }), moved.process(), KEY)).code).toBe(0);
    const before = runs(moved.aws);
    const { ended } = await new Stack(moved).deploy(properties());
    expect(ended.reason).toMatch(/^The service has the agent already, which no stack has added\. Remove it with `npx/);
    expect(runs(moved.aws)).toEqual(before);
  });

  test.each([1, 2])('two stacks that are deployed at the same time: one gets the service, the other one is refused (%s)', async times => {
    const moved = shop();
    const { aws } = moved;
    const before = runs(aws);
    const stacks = ['agents', 'others'].map(name => new Stack(moved, name, { times }));
    const all = await Promise.all(stacks.map(async (stack, index) => stack.deploy(properties({ options: { rateLimitPerMinute: index + 1 } }))));
    expect(all.map(({ ended }) => ended.status).sort()).toEqual(['FAILED', 'SUCCESS']);
    expect(all.find(({ ended }) => ended.status === 'FAILED')!.ended.reason).toMatch(/It cannot be edited: The service has the agent already/);
    const winner = all.findIndex(({ ended }) => ended.status === 'SUCCESS');
    expect(agentIn(aws)!.entryPoint).toEqual(expect.arrayContaining(['--rate-limit', String(winner + 1)]));
    expect((await stacks[winner].destroy()).status).toBe('SUCCESS');
    expect(runs(aws)).toEqual(before);
  });

  test('the same two, if both describe the same agent', async () => {
    const moved = shop();
    const all = await Promise.all(['agents', 'others'].map(async name => new Stack(moved, name).deploy(properties())));
    expect(all.map(({ ended }) => ended.status).sort()).toEqual(['FAILED', 'SUCCESS']);
  });

  test('an agent that another stack adds while the removal is on its way stays', async () => {
    const moved = shop();
    const { aws } = moved;
    const stack = new Stack(moved);
    await stack.deploy(properties());
    let before: unknown;
    // After the plan, before the update.
    aws.inject('ecs:DescribeServices', meanwhile(() => {
      const { tags: _, ...body } = registrable({ taskDefinition: runs(aws).body as unknown as Json });
      aws.ecs.actions.RegisterTaskDefinition({ ...body as JsonObject, tags: [{ key: 'postman:attached_by', value: 'others/1' }] });
      aws.ecs.actions.UpdateService({ cluster: 'shop', service: 'orders', taskDefinition: 'orders' });
      aws.advance(3_600_000);
      before = runs(aws);
    }), { from: 2 });
    expect((await stack.destroy()).status).toBe('SUCCESS');
    expect(before).toBeDefined();
    expect(runs(aws)).toEqual(before);
  });

  test('a stack whose agent was replaced by that of another stack leaves it', async () => {
    const moved = shop();
    const { aws } = moved;
    const [first, second] = [new Stack(moved), new Stack(moved, 'others')];
    await first.deploy(properties());
    await runVerb(remove({ service: ['orders'] }), moved.process(), KEY);
    expect((await second.deploy(properties())).ended.status).toBe('SUCCESS');
    const before = runs(aws);
    expect((await first.destroy()).status).toBe('SUCCESS');
    expect(runs(aws)).toEqual(before);
    expect((await second.destroy()).status).toBe('SUCCESS');
    expect(agentIn(aws)).toBeUndefined();
  });
});

describe('deliveries', () => {
  test('events that are delivered twice at the same time make one revision and one rollout', async () => {
    const moved = shop();
    const stack = new Stack(moved, 'agents', { times: 2 });
    expect((await stack.deploy(properties())).ended.status).toBe('SUCCESS');
    expect(writes(moved.aws)).toEqual(['RegisterTaskDefinition', 'UpdateService']);
    expect((await stack.destroy()).status).toBe('SUCCESS');
    expect(agentIn(moved.aws)).toBeUndefined();
  });

  test('a delivery that comes in the middle of a step of another one leaves that step to it', async () => {
    const moved = shop();
    const stack = new Stack(moved, 'agents', { times: 3, apartMs: 2000 });
    for (const action of ['RegisterTaskDefinition', 'UpdateService']) moved.aws.inject(`ecs:${action}`, late(5000), { times: Infinity });
    expect((await stack.deploy(properties())).ended.status).toBe('SUCCESS');
    expect(writes(moved.aws)).toEqual(['RegisterTaskDefinition', 'UpdateService']);
  });

  test('an old event that is delivered late does nothing', async () => {
    const moved = shop();
    const stack = new Stack(moved);
    await stack.deploy(properties());
    await stack.destroy();
    const before = [writes(moved.aws), moved.aws.tables.items('runs-agents')];
    expect((await stack.again(stack.events[0])).status).toBe('SUCCESS');
    expect([writes(moved.aws), moved.aws.tables.items('runs-agents')]).toEqual(before);
  });
});

describe('a process of a function that ends in the middle of a call', () => {
  /** Ends a process at a call, counted over all processes of a request. */
  function endsAt(aws: FakeAws, at: number, when: 'before' | 'after'): DeliveryOptions {
    let current: { kill(): void } | undefined;
    aws.inject('*', meanwhile(() => current?.kill(), when), { from: at });
    aws.inject('*', hanging(when), { from: at });
    return { onProcess: process => { current = process; } };
  }

  async function callsOf(story: (moved: MovedAccount, options?: DeliveryOptions) => Promise<unknown>): Promise<number> {
    const moved = shop();
    await story(moved);
    return moved.aws.calls.length;
  }

  const create = async (moved: MovedAccount, options?: DeliveryOptions) => new Stack(moved, 'agents', { ...SELDOM, ...options }).deploy(properties());

  test('a Create ends well or is undone, at every call: the service runs the agent, or what it ran before', async () => {
    const count = await callsOf(create);
    const all = Array.from({ length: count }, (_, index) => index + 1).flatMap(at => (['before', 'after'] as const).map(when => ({ at, when })));
    const wrong: string[] = [];
    for (const { at, when } of all.filter((_, index) => IS_ALL || index % 11 === 0)) {
      const moved = shop();
      const { aws } = moved;
      const before = runs(aws);
      const { ended, back } = await create(moved, endsAt(aws, at, when));
      const where = `${when} call ${at} (${aws.calls[at - 1]?.service}:${aws.calls[at - 1]?.action})`;
      aws.advance(3_600_000);
      if (ended.status === 'FAILED' && back?.status !== 'SUCCESS') wrong.push(`${where}: the way back fails: ${back?.reason}`);
      if (ended.status === 'FAILED' && JSON.stringify(runs(aws)) !== JSON.stringify(before)) wrong.push(`${where}: the service is not as before`);
      if (ended.status === 'SUCCESS' && agentIn(aws) === undefined) wrong.push(`${where}: there is no agent`);
      if (aws.callsOf('RegisterTaskDefinition').filter(({ applied }) => applied).length > 1) wrong.push(`${where}: two revisions`);
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(30);
  });

  /** Deploys, then does something that ends processes at a call of it. @returns what is wrong, at which call */
  async function endedAtEachCall(
    services: readonly string[], act: (stack: Stack) => Promise<{ readonly ended: { readonly status: string }; readonly back?: { readonly status: string } }>,
    check: (aws: FakeAws, isDone: boolean) => string | undefined,
  ): Promise<string[]> {
    const deployed = async (options?: DeliveryOptions) => {
      const moved = shop({ services });
      const before = services.map(name => runs(moved.aws, name));
      const stack = new Stack(moved, 'agents', { ...SELDOM, ...options });
      await stack.deploy(properties());
      return { moved, stack, before };
    };
    const calm = await deployed();
    const from = calm.moved.aws.calls.length;
    await act(calm.stack);
    const wrong: string[] = [];
    for (let at = 1; at <= calm.moved.aws.calls.length - from; at += IS_ALL ? 1 : 17) {
      for (const when of ['before', 'after'] as const) {
        let current: { kill(): void } | undefined;
        const { moved: { aws }, stack, before } = await deployed({ onProcess: process => { current = process; } });
        aws.inject('*', meanwhile(() => current?.kill(), when), { from: at });
        aws.inject('*', hanging(when), { from: at });
        const { ended, back } = await act(stack);
        aws.advance(3_600_000);
        const where = `${when} call ${at} (${aws.calls[from + at - 1]?.action})`;
        const isDone = ended.status === 'SUCCESS';
        if (!isDone && back?.status !== 'SUCCESS') wrong.push(`${where}: the way back fails`);
        const problem = check(aws, isDone);
        if (problem !== undefined) wrong.push(`${where}: ${problem}`);
        if ((await stack.destroy()).status !== 'SUCCESS') wrong.push(`${where}: the removal fails`);
        if (JSON.stringify(services.map(name => runs(aws, name))) !== JSON.stringify(before)) wrong.push(`${where}: a service is not as before`);
      }
    }
    return wrong;
  }

  test('an Update ends well or is undone, at every call, and the removal after it gives the task definition of before', async () => {
    expect(await endedAtEachCall(['orders'], async stack => stack.deploy(properties({ options: { rateLimitPerMinute: 5 } })), (aws, isDone) =>
      agentIn(aws)?.entryPoint.includes('5') === isDone ? undefined : `the agent is ${agentIn(aws)?.entryPoint.join(' ')}`)).toEqual([]);
  });

  test('a replacement ends well or is undone, at every call, and the removal after it gives the task definitions of before', async () => {
    const act = async (stack: Stack) => {
      const { ended, back } = await stack.deploy(properties({}, serviceArn('carts')));
      // What CloudFormation cannot delete in a cleanup, it leaves.
      return { ended, back: ended.status === 'SUCCESS' ? undefined : back };
    };
    const leaves: string[] = [];
    const wrong = await endedAtEachCall(['orders', 'carts'], act, (aws, isDone) => {
      if ((agentIn(aws, 'carts') !== undefined) !== isDone) return `carts ${isDone ? 'has no' : 'has an'} agent`;
      if (!isDone) return agentIn(aws) === undefined ? 'orders has no agent' : undefined;
      if (agentIn(aws) !== undefined) leaves.push('orders');
      return undefined;
    });
    // Only a process that ends in the cleanup leaves the old agent.
    expect(wrong.filter(line => !/a service is not as before/.test(line))).toEqual([]);
    expect(wrong).toHaveLength(leaves.length);
  });

  test('a Delete ends well or fails, at every call, and the next one ends well', async () => {
    const deployed = async (moved: MovedAccount, options?: DeliveryOptions) => {
      const stack = new Stack(moved, 'agents', { ...SELDOM, ...options });
      await stack.deploy(properties());
      return stack;
    };
    const begin = await callsOf(deployed);
    const count = await callsOf(async moved => (await deployed(moved)).destroy());
    const wrong: string[] = [];
    for (let at = 1; at <= count - begin; at += IS_ALL ? 1 : 11) {
      const moved = shop();
      const { aws } = moved;
      const before = runs(aws);
      let current: { kill(): void } | undefined;
      const stack = await deployed(moved, { onProcess: process => { current = process; } });
      aws.inject('*', meanwhile(() => current?.kill(), 'after'), { from: at });
      aws.inject('*', hanging('after'), { from: at });
      const first = await stack.destroy();
      const last = first.status === 'SUCCESS' ? first : await stack.destroy();
      if (last.status !== 'SUCCESS' || JSON.stringify(runs(aws)) !== JSON.stringify(before)) wrong.push(`call ${at}: ${last.reason}`);
    }
    expect(wrong).toEqual([]);
  });
});
