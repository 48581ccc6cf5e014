import { ADD, ALL, COLLECTION, PATIENT, REMOVE, processScenario as scenario, Shop, WITH_KEY } from './shop';
import { hanging, neverSettles, succeeds } from '../fakes';

const HOUR = 3_600_000;
const UPDATED_ONCE = { registered: 2, runs: 'orders:2', rollouts: 2 };
const stateOf = (shop: Shop) => ({ registered: shop.revisions(), runs: shop.runs(), rollouts: shop.aws.ecs.service('orders').serviceDeployments.length });
/** The same command again finishes the work. */
const again = async (shop: Shop) => {
  shop.aws.faults.clear();
  const { code } = await shop.run(ADD, { env: WITH_KEY });
  expect(code).toBe(0);
  expect(stateOf(shop)).toEqual(UPDATED_ONCE);
  expect(shop.aws.ecs.service('orders').deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
};

describe('Ctrl-C', () => {
  const READS = ['ecs:DescribeServices', 'ecs:DescribeTaskDefinition', 'secretsmanager:DescribeSecret', 'ec2:DescribeSubnets', 'iam:SimulatePrincipalPolicy'];
  for (const action of READS) {
    scenario(`Ctrl-C during ${action} ends with 130 and nothing written, and the same command again finishes`, async shop => {
      shop.aws.inject(action, hanging(), { times: Infinity });
      const ran = await shop.runUntil(action, 'SIGINT', ADD, { env: PATIENT });
      expect(ran).toMatchObject({ code: 130, stdout: '' });
      expect(shop.writes).toEqual([]);
      await again(shop);
    });
  }

  for (const action of ['secretsmanager:CreateSecret', 'ecs:RegisterTaskDefinition', 'ecs:UpdateService']) {
    for (const when of ['before', 'after'] as const) {
      scenario(`Ctrl-C during ${action}, ${when} AWS carries it out, ends with 130, and the same command again finishes`, async shop => {
        shop.aws.inject(action, hanging(when), { times: Infinity });
        const ran = await shop.runUntil(action, 'SIGINT', ADD, { env: { ...WITH_KEY, ...PATIENT } });
        expect(ran.code).toBe(130);
        await again(shop);
      }, { hasSecret: false });
    }
  }

  scenario('Ctrl-C while a rollout is followed ends with 130, and the rollout continues', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', succeeds(HOUR));
    const ran = await shop.runUntil('ecs:DescribeServiceDeployments', 'SIGINT', [...ADD, '--json'], { env: PATIENT });
    expect(ran.code).toBe(130);
    expect(ran.json.services[0]).toMatchObject({ outcome: 'notFollowed', reason: expect.stringContaining('continues in ECS') });
    expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
    expect(stateOf(shop)).toEqual(UPDATED_ONCE);
    expect(shop.aws.ecs.service('orders').deployments[0].rolloutState).toBe('IN_PROGRESS');
    shop.aws.advance(HOUR);
    await again(shop);
  });

  scenario('SIGTERM ends a run like Ctrl-C', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', succeeds(HOUR));
    const ran = await shop.runUntil('ecs:DescribeServiceDeployments', 'SIGTERM', ADD, { env: PATIENT });
    expect(ran.code).toBe(130);
    expect(ran.stdout).toMatch(/the rollout continues/);
    shop.aws.advance(HOUR);
    await again(shop);
  });

  scenario('Ctrl-C while --wait-for-rollout waits ends with 130 and nothing written', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', neverSettles());
    shop.aws.ecs.updateService('orders', { forceNewDeployment: true });
    const ran = await shop.runUntil('ecs:DescribeServices', 'SIGINT', [...ADD, '--wait-for-rollout'], { count: 3 });
    expect(ran).toMatchObject({ code: 130 });
    expect(shop.writes).toEqual([]);
  });

  scenario('Ctrl-C among many services leaves the rest notStarted', async shop => {
    for (let index = 0; index < 8; index++) shop.aws.ecs.addService(`web-${index}`, { cluster: 'shop' });
    shop.aws.inject('ecs:UpdateService', hanging(), { from: 3, times: Infinity });
    const ran = await shop.runUntil('ecs:UpdateService', 'SIGINT', ['ecs', 'add', ...ALL, '--collection', COLLECTION, '--json'], { count: 4 });
    expect(ran.code).toBe(130);
    const outcomes = ran.json.services.map(({ outcome }: { outcome: string }) => outcome);
    expect(outcomes).toHaveLength(9);
    expect(outcomes).toContain('notStarted');
    expect(outcomes).toContain('notFollowed');
    expect(outcomes).not.toContain('completed');
  });

  scenario('Ctrl-C while a grant is revoked says that it remains, and the next run revokes it', async shop => {
    const revoke = [...REMOVE, '--revoke-secret-access'];
    await shop.run([...ADD, '--grant-secret-access']);
    shop.aws.inject('iam:DeleteRolePolicy', hanging(), { times: Infinity });
    const ran = await shop.runUntil('iam:DeleteRolePolicy', 'SIGINT', revoke);
    expect(ran.code).toBe(130);
    expect(ran.stdout + ran.stderr).toMatch(/inline policy postman-live-collection-\S+ of role execution was not removed: interrupted/);
    expect(shop.runs()).toBe('orders:1');
    expect(shop.aws.iam.role('execution').inline.size).toBe(1);
    shop.aws.faults.clear();
    expect((await shop.run(revoke)).code).toBe(0);
    expect(shop.aws.iam.role('execution').inline.size).toBe(0);
  }, { mayRead: false });
});

describe('a killed run', () => {
  const MOMENTS = [
    ['ecs:RegisterTaskDefinition', 'after'], ['ecs:UpdateService', 'before'], ['ecs:UpdateService', 'after'], ['secretsmanager:CreateSecret', 'after'],
  ] as const;
  for (const [action, when] of MOMENTS) {
    scenario(`a run killed ${when} ${action} is carried out is finished by the next run, with one revision`, async shop => {
      shop.aws.inject(action, hanging(when), { times: Infinity });
      const ran = await shop.runUntil(action, 'SIGKILL', ADD, { env: WITH_KEY });
      expect(ran).toMatchObject({ code: null, signal: 'SIGKILL' });
      await again(shop);
    }, { hasSecret: false });
  }

  scenario('a run killed after a grant is finished by the next run, with one revision and one policy', async shop => {
    const args = [...ADD, '--grant-secret-access'];
    shop.aws.inject('ecs:UpdateService', hanging(), { times: Infinity });
    await shop.runUntil('ecs:UpdateService', 'SIGKILL', args);
    shop.aws.faults.clear();
    expect((await shop.run(args)).code).toBe(0);
    expect(stateOf(shop)).toEqual(UPDATED_ONCE);
    expect(shop.aws.iam.role('execution').inline.size).toBe(1);
    expect((await shop.run([...REMOVE, '--revoke-secret-access'])).code).toBe(0);
    expect([...shop.aws.iam.role('execution').inline]).toEqual([]);
  }, { mayRead: false });

  scenario('a removal that is killed is finished by the next run', async shop => {
    await shop.run(ADD);
    shop.aws.ecs.deregisterTaskDefinition('orders:1');
    shop.aws.inject('ecs:UpdateService', hanging(), { times: Infinity });
    await shop.runUntil('ecs:UpdateService', 'SIGKILL', REMOVE, { count: 2 });
    shop.aws.faults.clear();
    expect(shop.revisions()).toBe(3);
    expect((await shop.run(REMOVE)).code).toBe(0);
    expect({ registered: shop.revisions(), runs: shop.runs() }).toEqual({ registered: 3, runs: 'orders:3' });
  });
});
