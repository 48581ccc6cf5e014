import { ADD, AGENT, AT_ONCE, PLAN, revisionArn, scenario, Shop, STATUS } from './shop';
import {
  accessDenied, alarmGoesOff, imageNotPulled, meanwhile, neverSettles, secretDenied, succeeds, superseded, taskDefinitionBody, tasksFail,
} from '../fakes';

const breaker = (rollback: boolean) => ({ members: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } } } });
const watched = { members: { deploymentConfiguration: { alarms: { enable: true, rollback: true, alarmNames: ['too-many-errors'] } } } };
const failing = tasksFail(secretDenied('arn:aws:secretsmanager:eu-west-1:123456789012:secret:postman/api-key'));
/** Only the agent's rollout ends in this way; the way back succeeds. */
const withAgent = (shop: Shop, outcome: ReturnType<typeof succeeds>) =>
  shop.aws.ecs.rolloutsEnd('orders', body => JSON.stringify(body).includes(AGENT) ? outcome : undefined);
const theirs = (shop: Shop, image = 'nginx:theirs') =>
  shop.aws.ecs.registerTaskDefinition(taskDefinitionBody('orders', { containerDefinitions: [{ name: 'web', image }] })).arn;

/** With the records of rollouts, without permission to read them, and with none in ECS. */
const VIEWS: Readonly<Record<string, { readonly before?: (shop: Shop) => void; readonly ecs?: { readonly serviceDeployments: 'empty' } }>> = {
  'with service deployments': {},
  'without the permission for service deployments': {
    before: shop => {
      shop.aws.inject('ecs:ListServiceDeployments', accessDenied());
      shop.aws.inject('ecs:DescribeServiceDeployments', accessDenied());
      shop.aws.inject('ecs:StopServiceDeployment', accessDenied());
    },
  },
  'with empty service deployments': { ecs: { serviceDeployments: 'empty' } },
};

for (const [view, { before, ecs }] of Object.entries(VIEWS)) {
  describe(view, () => {
    scenario(`${view}, a circuit breaker that rolls back is rolledBack with 4, with the reason`, async shop => {
      before?.(shop);
      withAgent(shop, failing);
      const { code, service } = await shop.json(ADD);
      expect(code).toBe(4);
      expect(service).toMatchObject({ outcome: 'rolledBack', reason: expect.stringMatching(/circuit breaker/i) });
      expect(service.deployment.stoppedContainers[0]).toMatchObject({ container: AGENT, taskReason: expect.stringContaining('ResourceInitializationError') });
      expect(shop.runs()).toBe('orders:1');
      expect(shop.writes.filter(action => action === 'UpdateService')).toHaveLength(1);
    }, { ecs, service: breaker(true) });

    scenario(`${view}, the command line rolls a service back if its circuit breaker does not: rolledBack with 4`, async shop => {
      before?.(shop);
      withAgent(shop, failing);
      expect(await shop.json(ADD)).toMatchObject({ code: 4, service: { outcome: 'rolledBack' } });
      expect(shop.runs()).toBe('orders:1');
      expect(shop.aws.ecs.service('orders').deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
    }, { ecs, service: breaker(false) });

    scenario(`${view}, the command line rolls a service back if its rollout takes too long: rolledBack with 4`, async shop => {
      before?.(shop);
      withAgent(shop, neverSettles());
      const { code, service } = await shop.json([...ADD, '--timeout', '1s']);
      expect(code).toBe(4);
      expect(service).toMatchObject({ outcome: 'rolledBack', reason: expect.stringMatching(/did not end within 1 s/) });
      expect(shop.runs()).toBe('orders:1');
      expect((await shop.run(STATUS)).code).toBe(3);
    }, { ecs: { ...ecs, ...AT_ONCE } });

    scenario(`${view}, an alarm that rolls back is rolledBack with 4, and is named if ECS names it`, async shop => {
      before?.(shop);
      withAgent(shop, alarmGoesOff(['too-many-errors']));
      const { code, service } = await shop.json(ADD);
      expect(code).toBe(4);
      expect(service).toMatchObject({ outcome: 'rolledBack', reason: expect.stringMatching(before || ecs ? /alarm/ : /alarm too-many-errors is in ALARM/) });
      expect(shop.runs()).toBe('orders:1');
    }, { ecs, service: watched });

    scenario(`${view}, a rollout that another deployment replaces is superseded with 4, and the other is left alone`, async shop => {
      before?.(shop);
      const arn = theirs(shop);
      withAgent(shop, superseded(arn));
      const { code, service } = await shop.json(ADD);
      expect(code).toBe(4);
      expect(service).toMatchObject({ outcome: 'superseded', reason: expect.stringContaining('orders:2') });
      expect(shop.runs()).toBe('orders:2');
      expect(shop.writes.filter(action => action === 'UpdateService')).toHaveLength(1);
    }, { ecs });

    scenario(`${view}, a deployment that starts between two reads of one look supersedes with 4, and is left alone`, async shop => {
      before?.(shop);
      const arn = theirs(shop);
      withAgent(shop, neverSettles());
      const deploy = () => shop.aws.ecs.updateService('orders', { taskDefinition: arn });
      // The next read is the first look at the rollout.
      shop.aws.onCall('UpdateService', 1, () => shop.aws.inject('ecs:DescribeServices', meanwhile(deploy, 'after')));
      const { code, service } = await shop.json(ADD);
      expect(code).toBe(4);
      expect(service).toMatchObject({ outcome: 'superseded', reason: expect.stringContaining('orders:2') });
      expect(shop.runs()).toBe('orders:2');
      expect(shop.writes.filter(action => action === 'UpdateService')).toHaveLength(1);
    }, { ecs });

    scenario(`${view}, a rollout that completes is completed with 0`, async shop => {
      before?.(shop);
      expect(await shop.json(ADD)).toMatchObject({ code: 0, service: { outcome: 'completed' } });
    }, { ecs });
  });
}

scenario('a deployment that starts between the reads of the service and of its record is left alone', async shop => {
  withAgent(shop, neverSettles());
  const arn = theirs(shop);
  shop.aws.inject('ecs:DescribeServiceDeployments', meanwhile(() => shop.aws.ecs.updateService('orders', { taskDefinition: arn })), { from: 2 });
  expect(await shop.json(ADD)).toMatchObject({ code: 4, service: { outcome: 'superseded' } });
  expect(shop.runs()).toBe('orders:2');
});

describe('--no-rollback', () => {
  scenario('--no-rollback leaves a failed rollout as it is: failed with 4', async shop => {
    withAgent(shop, tasksFail(imageNotPulled(AGENT, 'docker.postman.com/postman-lc-agent:latest')));
    const { code, service } = await shop.json([...ADD, '--no-rollback']);
    expect(code).toBe(4);
    expect(service.outcome).toBe('failed');
    expect(service.deployment.stoppedContainers[0]).toMatchObject({ container: AGENT, reason: expect.stringContaining('CannotPullContainerError') });
    expect(JSON.stringify(service.deployment.stoppedContainers)).not.toContain('Scaling activity');
    expect(shop.runs()).toBe('orders:2');
  }, { service: breaker(false) });

  scenario('--no-rollback lets a late rollout continue: timedOut with 4', async shop => {
    withAgent(shop, neverSettles());
    expect(await shop.json([...ADD, '--no-rollback', '--timeout', '1s'])).toMatchObject({ code: 4, service: { outcome: 'timedOut' } });
    expect(shop.runs()).toBe('orders:2');
    expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
  });
});

describe('a rollback', () => {
  scenario('a rollback that continues the former deployment is recognised', async shop => {
    withAgent(shop, failing);
    expect(await shop.json(ADD)).toMatchObject({ code: 4, service: { outcome: 'rolledBack' } });
    expect(shop.runs()).toBe('orders:1');
  }, { ecs: { rollbackId: 'previous' }, service: breaker(true) });

  scenario('a rollback of ECS that fails is failed with 4', async shop => {
    withAgent(shop, { ...failing, rollbackFails: true } as typeof failing);
    const { code, service } = await shop.json([...ADD, '--no-rollback']);
    expect(code).toBe(4);
    expect(service.outcome).toBe('failed');
  }, { service: breaker(true) });

  scenario('a rollback to a deregistered revision registers it again', async shop => {
    withAgent(shop, neverSettles());
    shop.aws.inject('ecs:StopServiceDeployment', accessDenied());
    shop.aws.ecs.deregisterTaskDefinition('orders:1');
    const { code, service } = await shop.json([...ADD, '--timeout', '1s']);
    expect(code).toBe(4);
    expect(service.warnings.map(({ id }: { id: string }) => id)).toContain('revisionInactive');
    expect(service.outcome).toBe('rolledBack');
    expect(shop.runs()).toBe('orders:3');
    expect(shop.definition().containerDefinitions).toHaveLength(1);
  }, { ecs: AT_ONCE });

  scenario('a rollback that another user requested is rolledBack with 4', async shop => {
    withAgent(shop, succeeds(5000));
    shop.aws.inject('ecs:DescribeServices', meanwhile(() => shop.aws.ecs.stopRollout('orders')), { from: 3 });
    expect(await shop.json(ADD)).toMatchObject({ code: 4, service: { outcome: 'rolledBack', reason: expect.stringContaining('StopServiceDeployment') } });
  });
});

describe('a blue/green rollout', () => {
  const blueGreen = (members: object) => ({ members: { deploymentConfiguration: { strategy: 'BLUE_GREEN', ...members } } });

  scenario('a blue/green rollout is followed through its stages and its bake time', async shop => {
    withAgent(shop, succeeds(1500));
    const { code, service, ran } = await shop.json(ADD);
    expect(code).toBe(0);
    expect(service.outcome).toBe('completed');
    expect(ran.stderr).toMatch(/starting tasks[^]*bake time: the old tasks are kept/);
  }, { service: blueGreen({ bakeTimeInMinutes: 10 }) });

  scenario('a blue/green rollout that pauses at a hook says how to continue it, and continues then', async shop => {
    const running = shop.json(ADD);
    await shop.seen('ecs:DescribeServiceDeployments', 5);
    shop.aws.ecs.continueRollout('orders');
    const { code, ran } = await running;
    expect(code).toBe(0);
    expect(ran.stderr).toContain('paused by a hook at POST_TEST_TRAFFIC_SHIFT: call ContinueServiceDeployment to continue');
  }, { service: blueGreen({ lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }] }) });

  scenario('a blue/green rollout whose hook times out is rolledBack with 4', async shop => {
    expect(await shop.json(ADD)).toMatchObject({ code: 4, service: { outcome: 'rolledBack', reason: expect.stringContaining('hook') } });
    expect(shop.runs()).toBe('orders:1');
  }, { service: blueGreen({ lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'], timeoutConfiguration: { timeoutInMinutes: 5 } }] }) });
});

describe('another deployment in the meantime', () => {
  scenario('a deployment after the plan is planned on again, and nothing of it is lost', async shop => {
    shop.aws.inject('ecs:UpdateService', meanwhile(() => shop.aws.ecs.updateService('orders', { taskDefinition: theirs(shop) })));
    const { code, service, ran } = await shop.json(ADD);
    expect(code).toBe(0);
    expect(service.outcome).toBe('completed');
    expect(ran.stderr).toMatch(/another deployment set orders:3 in the meantime; planning again/);
    expect(shop.definition().containerDefinitions).toMatchObject([{ image: 'nginx:theirs' }, { name: AGENT }]);
  });

  scenario('a deployment right after UpdateService supersedes it, and is left alone', async shop => {
    shop.aws.inject('ecs:UpdateService', meanwhile(() => shop.aws.ecs.updateService('orders', { taskDefinition: theirs(shop) }), 'after'));
    expect(await shop.json(ADD)).toMatchObject({ code: 4, service: { outcome: 'superseded', reason: expect.stringContaining('orders:3') } });
    expect(shop.runs()).toBe('orders:3');
  });

  scenario('two deployments in the meantime end the run with 1, and both revisions are named', async shop => {
    shop.aws.inject('ecs:UpdateService', meanwhile(() => shop.aws.ecs.updateService('orders', { taskDefinition: theirs(shop) })));
    shop.aws.inject('ecs:UpdateService', meanwhile(() => shop.aws.ecs.updateService('orders', { taskDefinition: theirs(shop, 'nginx:again') })), { from: 2 });
    const { code, service } = await shop.json(ADD);
    expect(code).toBe(1);
    expect(service).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/orders:3, then orders:\d/) });
  });

  scenario('a revision in the meantime that cannot be edited is put back, with 1', async shop => {
    const bridge = () => shop.aws.ecs.registerTaskDefinition({ family: 'orders', memory: '512', containerDefinitions: [{ name: 'web', image: 'nginx' }] }).arn;
    shop.aws.inject('ecs:UpdateService', meanwhile(() => shop.aws.ecs.updateService('orders', { taskDefinition: bridge() })));
    const { code, service } = await shop.json(ADD);
    expect(code).toBe(1);
    expect(service.reason).toMatch(/orders:3.*bridge.*orders:3 was put back/s);
    expect(shop.runs()).toBe('orders:3');
  });

  scenario('a deployment in the meantime changes the next plan', async shop => {
    shop.aws.ecs.updateService('orders', { taskDefinition: theirs(shop) });
    shop.aws.advance(1000);
    expect((await shop.json(PLAN)).service.currentTaskDefinitionArn).toBe(revisionArn('orders:2'));
  });
});
