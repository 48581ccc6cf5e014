import { closeSync, openSync } from 'node:fs';
import { LC_CAPTURING } from './log-lines';
import { ADD, AGENT, ALL, COLLECTION, IMPATIENT, LOGGED, openShop, PLAN, processScenario as scenario, Shop, STATUS, WITH_KEY } from './shop';
import { changedAnswer, connectionReset, expiredToken, hanging, JsonObject, late, refused, serverError, succeeds, throttled } from '../fakes';

const CALLS = [
  'ecs:DescribeServices', 'ecs:DescribeTaskDefinition', 'secretsmanager:DescribeSecret', 'ec2:DescribeSubnets', 'iam:SimulatePrincipalPolicy',
  'ecs:RegisterTaskDefinition', 'ecs:UpdateService', 'ecs:ListServiceDeployments', 'ecs:DescribeServiceDeployments', 'ecs:ListTasks',
  'ecs:DescribeTasks', 'logs:GetLogEvents',
];
const HOUR = 3_600_000;
const UPDATED_ONCE = { registered: 2, runs: 'orders:2' };
const stateOf = (shop: Shop) => ({ registered: shop.revisions(), runs: shop.runs() });

test.concurrent('five throttles in a row on any call are not noticed', async () => {
  const ends = await Promise.all(CALLS.map(async action => {
    const shop = await openShop(LOGGED);
    try {
      shop.aws.ecs.logs(AGENT, LC_CAPTURING);
      shop.aws.inject(action, throttled(), { times: 5 });
      const { code, stdout, stderr } = await shop.run(ADD);
      return [action, code, /throttl|rate exceeded|limit exceeded/i.test(stdout + stderr), stateOf(shop)];
    } finally {
      await shop.aws.stop();
    }
  }));
  expect(ends).toEqual(CALLS.map(action => [action, 0, false, UPDATED_ONCE]));
});

describe('a server that fails', () => {
  for (const action of CALLS) {
    scenario(`a server that fails twice on ${action} does not fail the run`, async shop => {
      shop.aws.ecs.logs(AGENT, LC_CAPTURING);
      shop.aws.inject(action, serverError(), { times: 2 });
      const { code, service } = await shop.json(ADD);
      expect({ code, log: service.agent.log.state }).toEqual({ code: 0, log: 'capturing' });
      expect(shop.aws.callsOf(action).length).toBeGreaterThan(2);
      expect(stateOf(shop)).toEqual(UPDATED_ONCE);
    }, LOGGED);
  }

  for (const action of ['ecs:DescribeServices', 'ecs:RegisterTaskDefinition', 'ecs:UpdateService']) {
    scenario(`a server that always fails on ${action} ends the run with 1, and the error names the call`, async shop => {
      shop.aws.inject(action, serverError(503), { times: Infinity });
      const ran = await shop.run(ADD);
      expect(ran.code).toBe(1);
      expect(ran.stdout + ran.stderr).toMatch(new RegExp(`did not answer ${action}`));
      expect(shop.runs()).toBe('orders:1');
      expect(shop.aws.callsOf(action).length).toBeLessThanOrEqual(3);
    });
  }
});

describe('a lost answer', () => {
  for (const action of ['ecs:RegisterTaskDefinition', 'ecs:UpdateService', 'secretsmanager:CreateSecret']) {
    for (const when of ['before', 'after'] as const) {
      scenario(`if the connection breaks ${when} ${action} is carried out, the run succeeds and writes everything once`, async shop => {
        shop.aws.inject(action, connectionReset(when));
        expect((await shop.run(ADD, { env: WITH_KEY })).code).toBe(0);
        expect(stateOf(shop)).toEqual(UPDATED_ONCE);
        expect(shop.aws.ecs.service('orders').serviceDeployments).toHaveLength(2);
      }, { hasSecret: false });

      scenario(`if AWS stops answering ${when} ${action} is carried out, the run succeeds and writes everything once`, async shop => {
        shop.aws.inject(action, hanging(when));
        expect((await shop.run(ADD, { env: { ...WITH_KEY, ...IMPATIENT } })).code).toBe(0);
        expect(stateOf(shop)).toEqual(UPDATED_ONCE);
        expect(shop.aws.ecs.service('orders').serviceDeployments).toHaveLength(2);
      }, { hasSecret: false });
    }
  }

  for (const action of ['ecs:DescribeServices', 'ecs:DescribeTaskDefinition', 'ecs:RegisterTaskDefinition', 'ecs:UpdateService']) {
    scenario(`if ${action} is never answered, the run ends with 1 after three tries`, async shop => {
      shop.aws.inject(action, hanging(), { times: Infinity });
      const ran = await shop.run(ADD, { env: IMPATIENT });
      expect(ran.code).toBe(1);
      expect(ran.stdout + ran.stderr).toMatch(new RegExp(`did not answer ${action} for .* not answered within 3 s`));
      expect(shop.aws.callsOf(action)).toHaveLength(3);
    });
  }

  scenario('a call may take ten seconds by default', async shop => {
    shop.aws.inject('ecs:DescribeServices', hanging());
    const ran = await shop.run([...STATUS, '--verbose']);
    expect(ran.code).toBe(3);
    // A busy machine notices later. If the limit were far above ten seconds, the test would time out.
    expect(Number(/ecs:DescribeServices (\d+) ms Unanswered/.exec(ran.stderr)?.[1])).toBeGreaterThanOrEqual(10_000);
  });

  scenario('a followed rollout is lost only after five failed looks in a row', async shop => {
    shop.aws.onCall('UpdateService', 1, () => shop.aws.inject('ecs:DescribeServices', serverError(), { times: 9 }));
    expect((await shop.run(ADD)).code).toBe(0);
  });
});

describe('expired credentials', () => {
  scenario('credentials that expire before anything was written end with 1, and the message says how to sign in', async shop => {
    shop.aws.inject('*', expiredToken());
    const ran = await shop.run(ADD);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/expired[^]*aws sso login/);
    expect(shop.writes).toEqual([]);
  });

  scenario('credentials that expire while a rollout is followed end with 1, the rollout continues, and the same command again finishes', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', succeeds(HOUR));
    shop.aws.inject('ecs:DescribeServices', expiredToken(), { from: 3 });
    const { code, service } = await shop.json(ADD);
    expect(code).toBe(1);
    expect(service).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/continues in ECS[^]*expired/) });
    shop.aws.faults.clear();
    shop.aws.advance(HOUR);
    expect(await shop.json(ADD)).toMatchObject({ code: 0, service: { outcome: 'unchanged' } });
    expect(stateOf(shop)).toEqual(UPDATED_ONCE);
    expect(shop.aws.ecs.service('orders').deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
  });

  scenario('credentials that expire among many services leave the rest notStarted', async shop => {
    for (let index = 0; index < 8; index++) shop.aws.ecs.addService(`web-${index}`, { cluster: 'shop' });
    shop.aws.inject('ecs:UpdateService', expiredToken(), { from: 3 });
    const ran = await shop.run(['ecs', 'add', ...ALL, '--collection', COLLECTION, '--no-follow', '--json']);
    expect(ran.code).toBe(1);
    const outcomes = ran.json.services.map(({ outcome }: { outcome: string }) => outcome);
    expect(outcomes.filter((outcome: string) => outcome === 'notFollowed')).toHaveLength(2);
    expect(outcomes).toContain('notStarted');
    expect(ran.json.services.find(({ outcome }: { outcome: string }) => outcome === 'failed').reason).toMatch(/expired/);
  });
});

describe('a revision that differs from the plan', () => {
  const without = (member: string) => changedAnswer(answer => ({
    ...answer, taskDefinition: Object.fromEntries(Object.entries(answer.taskDefinition as JsonObject).filter(([name]) => name !== member)) as JsonObject,
  }));

  scenario('a revision that ECS registers differently from the plan is given to no service, and the member is named', async shop => {
    for (let index = 0; index < 8; index++) shop.aws.ecs.addService(`web-${index}`, { cluster: 'shop' });
    shop.aws.inject('ecs:RegisterTaskDefinition', without('runtimePlatform'));
    const ran = await shop.run(['ecs', 'add', ...ALL, '--collection', COLLECTION, '--json']);
    expect(ran.code).toBe(1);
    const [orders, ...others] = ran.json.services;
    expect(orders).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/orders:2 differently from the plan.*missing: runtimePlatform/) });
    expect(others.map(({ outcome }: { outcome: string }) => outcome)).toContain('notStarted');
    expect(shop.runs()).toBe('orders:1');
  }, { definition: { runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' } } });
});

describe('an unknown error', () => {
  scenario('an unknown error is shown with the call, its code and its message', async shop => {
    shop.aws.inject('ecs:UpdateService', refused('PlatformUnknownException', 'The specified platform does not exist.'));
    const ran = await shop.run(ADD);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('ecs:UpdateService for service orders failed: The specified platform does not exist. (PlatformUnknownException)');
    expect(ran.stdout).toContain('orders:2 is registered. Run the same command again to use it.');
    expect((await shop.run(ADD)).code).toBe(0);
    expect(stateOf(shop)).toEqual(UPDATED_ONCE);
  });
});

describe('output that cannot be written', () => {
  scenario('output to a full disk ends with 1 and does not stop the rollout', async shop => {
    const full = openSync('/dev/full', 'w');
    try {
      const ran = await shop.runAsProcess([...ADD, '--json'], { stdout: full });
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(/could not be written.*ENOSPC/);
      expect(shop.aws.ecs.service('orders').deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
      expect(stateOf(shop)).toEqual(UPDATED_ONCE);
    } finally {
      closeSync(full);
    }
  });

  scenario('output to a closed pipe ends with 1 and does not stop the rollout', async shop => {
    expect((await shop.runAsProcess(PLAN, { onStart: child => { child.stdout!.destroy(); } })).code).toBe(3);
    const ran = await shop.runAsProcess(ADD, { onStart: child => { child.stdout!.destroy(); } });
    expect(ran.code).toBe(1);
    expect(shop.aws.ecs.service('orders').deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
    expect(stateOf(shop)).toEqual(UPDATED_ONCE);
  });
});

scenario('slow answers of AWS are waited for', async shop => {
  shop.aws.inject('*', late(300), { times: 8 });
  expect((await shop.run(ADD)).code).toBe(0);
});
