import { ADD, AGENT, PLAN, revisionArn, scenario, Shop, STATUS } from './shop';
import { accessDenied, alarmGoesOff, imageNotPulled, meanwhile, neverSettles, secretDenied, succeeds, superseded, taskDefinitionBody, tasksFail } from '../fakes';

const breaker = (rollback: boolean) => ({ members: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } } } });
const failing = tasksFail(secretDenied('arn:aws:secretsmanager:eu-west-1:123456789012:secret:postman/api-key'));
/** Only the agent's rollout ends so; the way back succeeds. */
const withAgent = (shop: Shop, outcome: ReturnType<typeof succeeds>) => shop.aws.ecs.rolloutsEnd('orders', body => JSON.stringify(body).includes(AGENT) ? outcome : undefined);
const theirs = (shop: Shop, image = 'nginx:theirs') => shop.aws.ecs.registerTaskDefinition(taskDefinitionBody('orders', { containerDefinitions: [{ name: 'web', image }] })).arn;

/** With the records of rollouts, without the right to see them, and where ECS has none. */
const VIEWS: Readonly<Record<string, { readonly before?: (shop: Shop) => void; readonly ecs?: { readonly serviceDeployments: 'empty' } }>> = {
  'with service deployments': {},
  'without the permission for service deployments': {
    before: shop => {
      shop.aws.inject('ecs:ListServiceDeployments', accessDenied());
      shop.aws.inject('ecs:DescribeServiceDeployments', accessDenied());
      shop.aws.inject('ecs:StopServiceDeployment', accessDenied());
    },
  },
  'where service deployments are empty': { ecs: { serviceDeployments: 'empty' } },
};

for (const [view, { before, ecs }] of Object.entries(VIEWS)) {
  describe(view, () => {
    scenario('a circuit breaker that rolls back is rolledBack with 4, and tells why', async shop => {
      before?.(shop);
      withAgent(shop, failing);
      const { code, service } = await shop.json(ADD);
      expect(code).toBe(4);
      expect(service).toMatchObject({ outcome: 'rolledBack', reason: expect.stringMatching(/circuit breaker/i) });
      expect(service.deployment.stoppedContainers[0]).toMatchObject({ container: AGENT, taskReason: expect.stringContaining('ResourceInitializationError') });
      expect(shop.runs()).toBe('orders:1');
      expect(shop.writes.filter(action => action === 'UpdateService')).toHaveLength(1);
    }, { ecs, service: breaker(true) });

    scenario('a circuit breaker that does not roll back is taken back: rolledBack with 4', async shop => {
      before?.(shop);
      withAgent(shop, failing);
      expect(await shop.json(ADD)).toMatchObject({ code: 4, service: { outcome: 'rolledBack' } });
      expect(shop.runs()).toBe('orders:1');
      expect(shop.aws.ecs.service('orders').deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
    }, { ecs, service: breaker(false) });

    scenario('a rollout that takes too long is taken back: rolledBack with 4', async shop => {
      before?.(shop);
      withAgent(shop, neverSettles());
      const { code, service } = await shop.json([...ADD, '--timeout', '1s']);
      expect(code).toBe(4);
      expect(service).toMatchObject({ outcome: 'rolledBack', reason: expect.stringMatching(/not ended after 1 s/) });
      expect(shop.runs()).toBe('orders:1');
      expect((await shop.run(STATUS)).code).toBe(3);
    }, { ecs });

    scenario('an alarm that rolls back is rolledBack with 4, and named where ECS names it', async shop => {
      before?.(shop);
      withAgent(shop, alarmGoesOff(['too-many-errors']));
      const { code, service } = await shop.json(ADD);
      expect(code).toBe(4);
      expect(service).toMatchObject({ outcome: 'rolledBack', reason: expect.stringMatching(before || ecs ? /alarm/ : /alarm too-many-errors has gone off/) });
      expect(shop.runs()).toBe('orders:1');
    }, { ecs, service: { members: { deploymentConfiguration: { alarms: { enable: true, rollback: true, alarmNames: ['too-many-errors'] } } } } });

    scenario('another deployment that takes its place is superseded with 4, and left alone', async shop => {
      before?.(shop);
      const arn = theirs(shop);
      withAgent(shop, superseded(arn));
      const { code, service } = await shop.json(ADD);
      expect(code).toBe(4);
      expect(service).toMatchObject({ outcome: 'superseded', reason: expect.stringContaining('orders:2') });
      expect(shop.runs()).toBe('orders:2');
      expect(shop.writes.filter(action => action === 'UpdateService')).toHaveLength(1);
    }, { ecs });

    scenario('another deployment between two reads of one look is superseded with 4, and left alone', async shop => {
      before?.(shop);
      const arn = theirs(shop);
      withAgent(shop, neverSettles());
      // The plan reads the services first; the second read is the first look at the rollout.
      shop.aws.inject('ecs:DescribeServices', meanwhile(() => shop.aws.ecs.updateService('orders', { taskDefinition: arn }), 'after'), { from: 2 });
      const { code, service } = await shop.json(ADD);
      expect(code).toBe(4);
      expect(service).toMatchObject({ outcome: 'superseded', reason: expect.stringContaining('orders:2') });
      expect(shop.runs()).toBe('orders:2');
      expect(shop.writes.filter(action => action === 'UpdateService')).toHaveLength(1);
    }, { ecs });

    scenario('a rollout that completes is completed with 0', async shop => {
      before?.(shop);
      expect(await shop.json(ADD)).toMatchObject({ code: 0, service: { outcome: 'completed' } });
    }, { ecs });
  });
}

scenario('a deployment of somebody else between two reads of one look is left alone, too', async shop => {
  withAgent(shop, neverSettles());
  const arn = theirs(shop);
  shop.aws.inject('ecs:DescribeServiceDeployments', meanwhile(() => shop.aws.ecs.updateService('orders', { taskDefinition: arn })), { from: 2 });
  expect(await shop.json(ADD)).toMatchObject({ code: 4, service: { outcome: 'superseded' } });
  expect(shop.runs()).toBe('orders:2');
});

describe('--no-rollback', () => {
  scenario('leaves a failed rollout as it is: failed with 4', async shop => {
    withAgent(shop, tasksFail(imageNotPulled(AGENT, 'docker.postman.com/postman-lc-agent:latest')));
    const { code, service } = await shop.json([...ADD, '--no-rollback']);
    expect(code).toBe(4);
    expect(service.outcome).toBe('failed');
    expect(service.deployment.stoppedContainers[0]).toMatchObject({ container: AGENT, reason: expect.stringContaining('CannotPullContainerError') });
    expect(JSON.stringify(service.deployment.stoppedContainers)).not.toContain('Scaling activity');
    expect(shop.runs()).toBe('orders:2');
  }, { service: breaker(false) });

  scenario('leaves a late rollout going on: timedOut with 4', async shop => {
    withAgent(shop, neverSettles());
    expect(await shop.json([...ADD, '--no-rollback', '--timeout', '1s'])).toMatchObject({ code: 4, service: { outcome: 'timedOut' } });
    expect(shop.runs()).toBe('orders:2');
    expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
  });
});

describe('a rollback', () => {
  scenario('that takes up the former deployment again is seen as one', async shop => {
    withAgent(shop, failing);
    expect(await shop.json(ADD)).toMatchObject({ code: 4, service: { outcome: 'rolledBack' } });
    expect(shop.runs()).toBe('orders:1');
  }, { ecs: { rollbackId: 'previous' }, service: breaker(true) });

  scenario('of ECS that fails is failed with 4', async shop => {
    withAgent(shop, { ...failing, rollbackFails: true } as typeof failing);
    const { code, service } = await shop.json([...ADD, '--no-rollback']);
    expect(code).toBe(4);
    expect(service.outcome).toBe('failed');
  }, { service: breaker(true) });

  scenario('to a revision that is deregistered meanwhile registers it once more', async shop => {
    withAgent(shop, neverSettles());
    shop.aws.inject('ecs:StopServiceDeployment', accessDenied());
    shop.aws.ecs.deregisterTaskDefinition('orders:1');
    const { code, service } = await shop.json([...ADD, '--timeout', '1s']);
    expect(code).toBe(4);
    expect(service.warnings.map(({ id }: { id: string }) => id)).toContain('revisionInactive');
    expect(service.outcome).toBe('rolledBack');
    expect(shop.runs()).toBe('orders:3');
    expect(shop.definition().containerDefinitions).toHaveLength(1);
  });

  scenario('that somebody else has asked for is rolledBack with 4', async shop => {
    withAgent(shop, succeeds(5000));
    shop.aws.inject('ecs:DescribeServices', meanwhile(() => shop.aws.ecs.stopRollout('orders')), { from: 3 });
    expect(await shop.json(ADD)).toMatchObject({ code: 4, service: { outcome: 'rolledBack', reason: expect.stringContaining('StopServiceDeployment') } });
  });
});

describe('a blue/green rollout', () => {
  const blueGreen = (members: object) => ({ members: { deploymentConfiguration: { strategy: 'BLUE_GREEN', ...members } } });

  scenario('is followed through its stages and its bake time', async shop => {
    withAgent(shop, succeeds(1500));
    const { code, service, ran } = await shop.json(ADD);
    expect(code).toBe(0);
    expect(service.outcome).toBe('completed');
    expect(ran.stderr).toMatch(/starting tasks[^]*baking: the old tasks stand by/);
  }, { service: blueGreen({ bakeTimeInMinutes: 10 }) });

  scenario('that pauses at a hook says who has to go on, and goes on then', async shop => {
    const running = shop.json(ADD);
    await shop.seen('ecs:DescribeServiceDeployments', 5);
    shop.aws.ecs.continueRollout('orders');
    const { code, ran } = await running;
    expect(code).toBe(0);
    expect(ran.stderr).toContain('paused by a hook at POST_TEST_TRAFFIC_SHIFT: it goes on when somebody calls ContinueServiceDeployment');
  }, { service: blueGreen({ lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }] }) });

  scenario('whose hook times out is rolledBack with 4', async shop => {
    expect(await shop.json(ADD)).toMatchObject({ code: 4, service: { outcome: 'rolledBack', reason: expect.stringContaining('hook') } });
    expect(shop.runs()).toBe('orders:1');
  }, { service: blueGreen({ lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'], timeoutConfiguration: { timeoutInMinutes: 5 } }] }) });
});

describe('somebody who deploys in between', () => {
  scenario('since the plan was shown is planned on anew, and nothing of theirs is lost', async shop => {
    shop.aws.inject('ecs:UpdateService', meanwhile(() => shop.aws.ecs.updateService('orders', { taskDefinition: theirs(shop) })));
    const { code, service, ran } = await shop.json(ADD);
    expect(code).toBe(0);
    expect(service.outcome).toBe('completed');
    expect(ran.stderr).toMatch(/somebody has deployed orders:3 in between; planning again/);
    expect(shop.definition().containerDefinitions).toMatchObject([{ image: 'nginx:theirs' }, { name: AGENT }]);
  });

  scenario('right after UpdateService has superseded it, and is left alone', async shop => {
    shop.aws.inject('ecs:UpdateService', meanwhile(() => shop.aws.ecs.updateService('orders', { taskDefinition: theirs(shop) }), 'after'));
    expect(await shop.json(ADD)).toMatchObject({ code: 4, service: { outcome: 'superseded', reason: expect.stringContaining('orders:3') } });
    expect(shop.runs()).toBe('orders:3');
  });

  scenario('twice ends with 1 and names both revisions', async shop => {
    shop.aws.inject('ecs:UpdateService', meanwhile(() => shop.aws.ecs.updateService('orders', { taskDefinition: theirs(shop) })));
    shop.aws.inject('ecs:UpdateService', meanwhile(() => shop.aws.ecs.updateService('orders', { taskDefinition: theirs(shop, 'nginx:again') })), { from: 2 });
    const { code, service } = await shop.json(ADD);
    expect(code).toBe(1);
    expect(service).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/orders:3, then orders:\d/) });
  });

  scenario('what cannot be edited gets it back, with 1', async shop => {
    const bridge = () => shop.aws.ecs.registerTaskDefinition({ family: 'orders', memory: '512', containerDefinitions: [{ name: 'web', image: 'nginx' }] }).arn;
    shop.aws.inject('ecs:UpdateService', meanwhile(() => shop.aws.ecs.updateService('orders', { taskDefinition: bridge() })));
    const { code, service } = await shop.json(ADD);
    expect(code).toBe(1);
    expect(service.reason).toMatch(/orders:3.*put back.*bridge/);
    expect(shop.runs()).toBe('orders:3');
  });

  scenario('changes the plan that is shown next', async shop => {
    shop.aws.ecs.updateService('orders', { taskDefinition: theirs(shop) });
    shop.aws.advance(1000);
    expect((await shop.json(PLAN)).service.currentTaskDefinitionArn).toBe(revisionArn('orders:2'));
  });
});
