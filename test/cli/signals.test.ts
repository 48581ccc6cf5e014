import { ADD, ALL, COLLECTION, REMOVE, scenario, Shop, WITH_KEY } from './shop';
import { hanging, succeeds } from '../fakes';

const UPDATED_ONCE = { registered: 2, runs: 'orders:2', rollouts: 2 };
const standing = (shop: Shop) => ({ registered: shop.revisions(), runs: shop.runs(), rollouts: shop.aws.ecs.service('orders').serviceDeployments.length });
/** The same command again finishes the work. */
const again = async (shop: Shop) => {
  shop.aws.faults.clear();
  const { code } = await shop.run(ADD, { env: WITH_KEY });
  expect(code).toBe(0);
  expect(standing(shop)).toEqual(UPDATED_ONCE);
  expect(shop.aws.ecs.service('orders').deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
};

describe('Ctrl-C ends with 130 within 10 s, and the same command again finishes', () => {
  for (const action of ['ecs:DescribeServices', 'ecs:DescribeTaskDefinition', 'secretsmanager:DescribeSecret', 'ec2:DescribeSubnets', 'iam:SimulatePrincipalPolicy']) {
    scenario(`during ${action}, with nothing written`, async shop => {
      shop.aws.inject(action, hanging(), { times: Infinity });
      const ran = await shop.runUntil(action, 'SIGINT', ADD);
      expect(ran).toMatchObject({ code: 130, stdout: '' });
      expect(ran.secondsAfter).toBeLessThan(5);
      expect(shop.writes).toEqual([]);
      await again(shop);
    });
  }

  for (const action of ['secretsmanager:CreateSecret', 'ecs:RegisterTaskDefinition', 'ecs:UpdateService']) {
    for (const when of ['before', 'after'] as const) {
      scenario(`during ${action}, ${when} AWS has done it`, async shop => {
        shop.aws.inject(action, hanging(when), { times: Infinity });
        const ran = await shop.runUntil(action, 'SIGINT', ADD, { env: WITH_KEY });
        expect(ran.code).toBe(130);
        expect(ran.secondsAfter).toBeLessThan(5);
        await again(shop);
      }, { hasSecret: false });
    }
  }

  scenario('while a rollout is followed, and it goes on', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', succeeds(3000));
    const ran = await shop.runUntil('ecs:DescribeServiceDeployments', 'SIGINT', [...ADD, '--json']);
    expect(ran.code).toBe(130);
    expect(ran.json.services[0]).toMatchObject({ outcome: 'notFollowed', reason: expect.stringContaining('goes on') });
    expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
    expect(standing(shop)).toEqual(UPDATED_ONCE);
    await again(shop);
  });

  scenario('by SIGTERM, as by Ctrl-C', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', succeeds(3000));
    const ran = await shop.runUntil('ecs:DescribeServiceDeployments', 'SIGTERM', ADD);
    expect(ran.code).toBe(130);
    expect(ran.stdout).toMatch(/the rollout goes on/);
    await again(shop);
  });

  scenario('while waiting with --wait-for-rollout, with nothing written', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', succeeds(60_000));
    shop.aws.ecs.updateService('orders', { forceNewDeployment: true });
    const ran = await shop.runUntil('ecs:DescribeServices', 'SIGINT', [...ADD, '--wait-for-rollout'], { count: 3 });
    expect(ran).toMatchObject({ code: 130 });
    expect(ran.secondsAfter).toBeLessThan(5);
    expect(shop.writes).toEqual([]);
  });

  scenario('among many services, whose others are notStarted', async shop => {
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

  scenario('during the removal of a grant, which is told to stay, and goes with the next', async shop => {
    await shop.run([...ADD, '--grant-secret-access']);
    shop.aws.inject('iam:DeleteRolePolicy', hanging(), { times: Infinity });
    const ran = await shop.runUntil('iam:DeleteRolePolicy', 'SIGINT', REMOVE);
    expect(ran.code).toBe(130);
    expect(ran.stdout + ran.stderr).toMatch(/inline policy postman-live-collection-orders of role execution stays/);
    expect(shop.runs()).toBe('orders:1');
    expect(shop.aws.iam.role('execution').inline.size).toBe(1);
    shop.aws.faults.clear();
    expect((await shop.run(REMOVE)).code).toBe(0);
    expect(shop.aws.iam.role('execution').inline.size).toBe(0);
  }, { mayRead: false });
});

describe('a run that is killed', () => {
  for (const [action, when] of [['ecs:RegisterTaskDefinition', 'after'], ['ecs:UpdateService', 'before'], ['ecs:UpdateService', 'after'], ['secretsmanager:CreateSecret', 'after']] as const) {
    scenario(`${when} ${action} was carried out is finished by the next, with one revision`, async shop => {
      shop.aws.inject(action, hanging(when), { times: Infinity });
      const ran = await shop.runUntil(action, 'SIGKILL', ADD, { env: WITH_KEY });
      expect(ran).toMatchObject({ code: null, signal: 'SIGKILL' });
      await again(shop);
    }, { hasSecret: false });
  }

  scenario('after a grant is finished by the next, with one revision and one policy', async shop => {
    const args = [...ADD, '--grant-secret-access'];
    shop.aws.inject('ecs:UpdateService', hanging(), { times: Infinity });
    await shop.runUntil('ecs:UpdateService', 'SIGKILL', args);
    shop.aws.faults.clear();
    expect((await shop.run(args)).code).toBe(0);
    expect(standing(shop)).toEqual(UPDATED_ONCE);
    expect((await shop.run(REMOVE)).code).toBe(0);
    expect([...shop.aws.iam.role('execution').inline]).toEqual([]);
  }, { mayRead: false });

  scenario('in the middle of a removal is finished by the next', async shop => {
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
