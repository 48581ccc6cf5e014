import { LC_CAPTURING } from './log-lines';
import {
  ADD, AGENT, ALL, awslogs, COLLECTION, EXECUTION_ROLE, IMAGE, LOGGED, PLAN, REMOVE, revisionArn, scenario, SELECT, Shop, STATUS, variables, WITH_KEY,
} from './shop';
import {
  accessDenied, cutAnswer, essentialExited, hanging, JsonObject, meanwhile, neverSettles, Outcome, refused, secretOutOfReach, serverError, succeeds,
  taskDefinitionBody, tasksFail, throttled,
} from '../fakes';

/** A run says that a service runs the agent only if it does, and leaves alone what others deploy. */

const WEB = { name: 'web', image: 'nginx:theirs' };
/** A container that some other tool has added. */
const THEIR_AGENT = { name: AGENT, image: `${IMAGE}:1`, essential: false };
/** ECS ends a rollout whose tasks fail, and does not roll it back. */
const NO_ROLLBACK = { members: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } } };
const failing = tasksFail(secretOutOfReach);
/** Only rollouts whose task definition has this text end in this way. */
const withText = (shop: Shop, text: string, outcome: Outcome, name = 'orders') =>
  shop.aws.ecs.rolloutsEnd(name, body => JSON.stringify(body).includes(text) ? outcome : undefined);
const theirs = (shop: Shop, members: JsonObject = {}) =>
  shop.aws.ecs.registerTaskDefinition(taskDefinitionBody('orders', { containerDefinitions: [WEB], ...members })).arn;
const deployTheirs = (shop: Shop, members?: JsonObject) => shop.aws.ecs.updateService('orders', { taskDefinition: theirs(shop, members) });
/** Something that another user does and that has ended, with its rollout, just before or after a call of the run. */
const between = (shop: Shop, happen: () => void, when?: 'before' | 'after') => meanwhile(() => {
  happen();
  shop.aws.advance(1000);
}, when);
const deployments = (shop: Shop) => shop.aws.ecs.service('orders').deployments.map(({ status, taskDefinition, rolloutState }) =>
  `${status} ${taskDefinition.family}:${taskDefinition.revision} ${rolloutState}`);
/** What was written to services, with the revision. */
const updates = (shop: Shop) => shop.aws.callsOf('ecs:UpdateService').map(({ input }) => String(input.taskDefinition).split('/').pop());
const idsOf = (messages: readonly { readonly id: string }[]) => messages.map(({ id }) => id);
const text = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) => stdout + stderr;
/** So a run that waits for what never comes ends, on any machine after all that comes. */
const PATIENT = ['--timeout', '20s'];

describe('a: the last deployment of the service failed without a rollback', () => {
  /** The team's newest revision, orders:2, has failed, and orders:1 still runs beside it. */
  const failTheirs = (shop: Shop, members?: JsonObject) => {
    shop.aws.ecs.rolloutsEnd('orders', tasksFail(essentialExited('web', 1)));
    deployTheirs(shop, members);
    shop.aws.advance(60_000);
    expect(deployments(shop)).toEqual(['PRIMARY orders:2 FAILED', 'ACTIVE orders:1 COMPLETED']);
    shop.aws.ecs.rolloutsEnd('orders', succeeds());
  };

  scenario('the agent is added to the newest revision, not to the older one that still runs', async shop => {
    failTheirs(shop);
    const { code, service, ran } = await shop.json([...ADD, ...PATIENT]);
    expect([code, service.outcome, service.currentTaskDefinitionArn]).toEqual([0, 'completed', revisionArn('orders:2')]);
    expect(ran.stderr).not.toMatch(/another deployment|planning again/);
    expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
    expect(shop.runs()).toBe('orders:3');
    expect(shop.definition().containerDefinitions).toMatchObject([WEB, { name: AGENT }]);
  }, { service: NO_ROLLBACK });

  scenario('the agent is removed from the newest revision, and nothing of that revision is lost', async shop => {
    failTheirs(shop, { containerDefinitions: [WEB, THEIR_AGENT] });
    const { code, service, ran } = await shop.json([...REMOVE, ...PATIENT]);
    expect([code, service.outcome, service.currentTaskDefinitionArn]).toEqual([0, 'completed', revisionArn('orders:2')]);
    expect(ran.stderr).not.toMatch(/another deployment|planning again/);
    expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
    expect(shop.definition().containerDefinitions).toMatchObject([WEB]);
  }, { service: NO_ROLLBACK });

  scenario('a deployment in between is noticed nevertheless, by the id of the primary deployment', async shop => {
    failTheirs(shop);
    const again = { containerDefinitions: [{ name: 'web', image: 'nginx:again' }] };
    shop.aws.inject('ecs:RegisterTaskDefinition', between(shop, () => deployTheirs(shop, again)));
    const { code, service, ran } = await shop.json([...ADD, ...PATIENT]);
    expect([code, service.outcome]).toEqual([0, 'completed']);
    expect(ran.stderr).toContain('orders:3');
    expect(shop.definition().containerDefinitions).toMatchObject([{ image: 'nginx:again' }, { name: AGENT }]);
    expect(updates(shop)).toHaveLength(1);
  }, { service: NO_ROLLBACK });
});

describe('b: the rollout of the revision with the agent failed, and ECS did not roll it back', () => {
  const WAYS: Readonly<Record<string, (shop: Shop) => Promise<void>>> = {
    'in a run with --no-rollback': async shop => {
      withText(shop, AGENT, failing);
      expect((await shop.run([...ADD, '--no-rollback'])).code).toBe(4);
    },
    'after the run was killed': async shop => {
      withText(shop, AGENT, neverSettles());
      await shop.runUntil('ecs:DescribeServiceDeployments', 'SIGKILL', ADD);
      const { aws: { ecs } } = shop;
      const [rollout] = ecs.service('orders').serviceDeployments;
      // As if its tasks had failed until the circuit breaker ended it.
      ecs.stopRollout('orders', 'ABORT');
      shop.aws.advance(1000);
      expect(rollout.status).toBe('STOPPED');
      withText(shop, AGENT, failing);
    },
  };

  for (const [when, fail] of Object.entries(WAYS)) {
    scenario(`add goes back to the previous revision with 4, and says that the rollout failed, if it failed ${when}`, async shop => {
      await fail(shop);
      expect(deployments(shop)).toEqual(['PRIMARY orders:2 FAILED', 'ACTIVE orders:1 COMPLETED']);
      const { code, service, ran } = await shop.json(ADD);
      expect([code, service.outcome]).toEqual([4, 'rolledBack']);
      expect(`${ran.stderr} ${service.reason}`).toMatch(/orders:2/);
      expect(`${ran.stderr} ${service.reason}`).toMatch(/failed|stopped/);
      expect(deployments(shop)).toEqual(['PRIMARY orders:1 COMPLETED']);
      expect(shop.revisions()).toBe(2);
    }, { service: NO_ROLLBACK });

    scenario(`add with --no-rollback is failed with 4 and writes nothing, if the rollout failed ${when}`, async shop => {
      await fail(shop);
      const before = shop.writes;
      const { code, service, ran } = await shop.json([...ADD, '--no-rollback']);
      expect([code, service.outcome]).toEqual([4, 'failed']);
      expect(`${ran.stderr} ${service.reason}`).toMatch(/orders:2/);
      expect(shop.writes).toEqual(before);
    }, { service: NO_ROLLBACK });

    scenario(`the text of add tells people of the failed rollout and of the way back, if it failed ${when}`, async shop => {
      await fail(shop);
      const ran = await shop.run(ADD);
      expect(ran.code).toBe(4);
      expect(text(ran)).toMatch(/orders:2/);
      expect(ran.stdout).toMatch(/^orders: rolled back to orders:1/m);
      expect(ran.stdout).not.toMatch(/^orders: nothing to do/m);
    }, { service: NO_ROLLBACK });
  }

  scenario('a failed rollout of the team itself, whose revisions have the agent, is not rolled back', async shop => {
    expect((await shop.run(ADD)).code).toBe(0);
    const [{ input }] = shop.aws.callsOf('RegisterTaskDefinition');
    const containers = input.containerDefinitions as JsonObject[];
    const containerDefinitions = containers.map(container => container.name === 'web' ? { ...container, ...WEB } : container);
    withText(shop, WEB.image, tasksFail(essentialExited('web', 1)));
    shop.aws.ecs.updateService('orders', { taskDefinition: shop.aws.ecs.registerTaskDefinition({ ...input, containerDefinitions }).arn });
    shop.aws.advance(60_000);
    const before = shop.writes;
    const { service } = await shop.json([...ADD, ...PATIENT]);
    expect(service.action).toBe('none');
    expect(shop.writes).toEqual(before);
    expect(deployments(shop)).toEqual(['PRIMARY orders:3 FAILED', 'ACTIVE orders:2 COMPLETED']);
  }, { service: NO_ROLLBACK });
});

describe('c: there is nothing to remove, and another deployment is in progress', () => {
  const ROLLOUTS = [
    ['never ends', neverSettles()], ['fails', tasksFail(secretOutOfReach, { everyMs: 1000 })], ['completes later', succeeds(600_000)],
  ] as const;

  for (const [what, outcome] of ROLLOUTS) {
    scenario(`remove ends at once with 0 and does not follow a rollout of the team that ${what}`, async shop => {
      shop.aws.ecs.rolloutsEnd('orders', outcome);
      deployTheirs(shop);
      const { code, service } = await shop.json([...REMOVE, '--timeout', '2s']);
      expect([code, service.action, service.outcome]).toEqual([0, 'none', 'unchanged']);
      expect(shop.aws.callsOf('ecs:DescribeServices')).toHaveLength(1);
      expect(shop.aws.callsOf('ecs:ListServiceDeployments')).toEqual([]);
      expect(shop.writes).toEqual([]);
    }, { service: NO_ROLLBACK });
  }

  scenario('remove has nothing to do with 0 after a rollout of the team that failed', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', failing);
    deployTheirs(shop);
    shop.aws.advance(60_000);
    const { code, service } = await shop.json(REMOVE);
    expect([code, service.action, service.outcome]).toEqual([0, 'none', 'unchanged']);
    expect(shop.writes).toEqual([]);
  }, { service: NO_ROLLBACK });
});

describe('d: another deployment between the plan and the write', () => {
  const OTHER_ROLE = 'arn:aws:iam::123456789012:role/other';
  const CHANGES: Readonly<Record<string, { readonly happen: (shop: Shop) => void; readonly id: string; readonly message: RegExp }>> = {
    'whose execution role cannot read the secret': {
      happen: shop => {
        shop.aws.iam.addRole('other');
        deployTheirs(shop, { executionRoleArn: OTHER_ROLE });
      },
      id: 'executionRoleCannotReadSecret', message: /role other/,
    },
    'into subnets without a way out': {
      happen: shop => {
        shop.aws.ec2.addIsolatedSubnet('subnet-2');
        shop.aws.ecs.updateService('orders', { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-2'], securityGroups: ['sg-1'] } } });
      },
      id: 'egressUnreachable', message: /subnet-2/,
    },
    'whose network mode hides the traffic': {
      happen: shop => {
        const definition = { family: 'orders', memory: '512', executionRoleArn: EXECUTION_ROLE, containerDefinitions: [WEB] };
        shop.aws.ecs.updateService('orders', { taskDefinition: shop.aws.ecs.registerTaskDefinition(definition).arn });
      },
      id: 'networkMode', message: /bridge/,
    },
    'that is a deletion': { happen: ({ aws }) => aws.ecs.deleteService('orders', 'DRAINING'), id: 'serviceNotActive', message: /DRAINING/ },
    'that was a deletion': { happen: ({ aws }) => aws.ecs.deleteService('orders'), id: 'serviceNotActive', message: /INACTIVE/ },
  };
  /** After the plan has read the service; the second is the last moment before its own write to the service. */
  const MOMENTS = ['iam:SimulatePrincipalPolicy', 'ecs:RegisterTaskDefinition'];

  for (const [what, { happen, id, message }] of Object.entries(CHANGES)) {
    for (const moment of MOMENTS) {
      scenario(`a deployment during ${moment} ${what} is refused with 5 and the reason, and nothing is written to the service`, async shop => {
        shop.aws.inject(moment, between(shop, () => happen(shop)));
        const { code, service } = await shop.json([...ADD, ...PATIENT]);
        expect([code, service.action, idsOf(service.refusals)]).toEqual([5, 'refuse', [id]]);
        expect(service.refusals[0].message).toMatch(message);
        expect(updates(shop)).toEqual([]);
        expect(shop.aws.ecs.service('orders').serviceDeployments[0].status).not.toBe('ROLLBACK_REQUESTED');
      });
    }
  }

  scenario('--allow-unreachable counts also for the network of a deployment in between', async shop => {
    shop.aws.inject('ecs:RegisterTaskDefinition', between(shop, () => CHANGES['into subnets without a way out'].happen(shop)));
    const { code, service } = await shop.json([...ADD, ...PATIENT, '--allow-unreachable']);
    expect([code, service.outcome]).toEqual([0, 'completed']);
    expect(idsOf(service.warnings)).toContain('egressUnreachable');
    expect(updates(shop)).toHaveLength(1);
  });

  scenario('a deployment in between that has the agent already leaves nothing to do', async shop => {
    // As if the same command had been run by somebody else, a moment earlier.
    const { service: { taskDefinition } } = await shop.json(PLAN);
    shop.aws.inject('iam:SimulatePrincipalPolicy', between(shop, () => deployTheirs(shop, taskDefinition)));
    const { code } = await shop.json([...ADD, ...PATIENT]);
    expect(code).toBe(0);
    expect(updates(shop)).toEqual([]);
    expect(shop.runs()).toBe('orders:2');
  });

  scenario('of two services, the one that another deployment made unfit is refused, and the other gets the agent', async shop => {
    shop.aws.ecs.addService('web', { cluster: 'shop' });
    shop.aws.inject('ecs:RegisterTaskDefinition', meanwhile(() => shop.aws.ecs.deleteService('orders')));
    const ran = await shop.run(['ecs', 'add', ...ALL, '--collection', COLLECTION, '--json', ...PATIENT]);
    expect(ran.json.services).toMatchObject([{ action: 'refuse', refusals: [{ id: 'serviceNotActive' }] }, { action: 'add', outcome: 'completed' }]);
    expect(updates(shop)).toEqual(['web:2']);
  });
});

describe('e: the last look before the write', () => {
  const callsSinceRegistration = ({ aws }: Shop) => {
    const names = aws.calls.map(({ action }) => action);
    return names.slice(names.lastIndexOf('RegisterTaskDefinition') + 1, names.lastIndexOf('UpdateService'));
  };

  scenario('add reads the service once more after the registration and before UpdateService, also if the plan is fresh', async shop => {
    expect((await shop.run(ADD)).code).toBe(0);
    expect(callsSinceRegistration(shop)).toContain('DescribeServices');
  });

  scenario('remove reads the service once more before UpdateService if it goes back to an existing revision', async shop => {
    await shop.run(ADD);
    const before = shop.aws.calls.length;
    expect((await shop.run(REMOVE)).code).toBe(0);
    const names = shop.aws.calls.slice(before).map(({ action }) => action);
    const reads = names.slice(0, names.indexOf('UpdateService')).filter(name => name === 'DescribeServices');
    expect(names).not.toContain('RegisterTaskDefinition');
    expect(reads.length).toBeGreaterThanOrEqual(2);
  });

  scenario('add reads the service once more before UpdateService if it uses the revision of an earlier run', async shop => {
    shop.aws.inject('ecs:UpdateService', refused('InvalidParameterException', 'No.'));
    expect((await shop.run(ADD)).code).toBe(1);
    const before = shop.aws.calls.length;
    expect((await shop.run(ADD)).code).toBe(0);
    const names = shop.aws.calls.slice(before).map(({ action }) => action);
    expect(names).not.toContain('RegisterTaskDefinition');
    expect(names.slice(0, names.indexOf('UpdateService')).filter(name => name === 'DescribeServices').length).toBeGreaterThanOrEqual(2);
    expect(shop.revisions()).toBe(2);
  });

  scenario('a deployment that the last look sees is planned on before anything is written to the service', async shop => {
    shop.aws.inject('ecs:RegisterTaskDefinition', between(shop, () => deployTheirs(shop), 'after'));
    const { code, service, ran } = await shop.json([...ADD, ...PATIENT]);
    expect([code, service.outcome]).toEqual([0, 'completed']);
    expect(ran.stderr).toContain('orders:3');
    expect(shop.definition().containerDefinitions).toMatchObject([WEB, { name: AGENT }]);
    expect(updates(shop)).toEqual(['orders:4']);
  });
});

describe('f: the agent dies right after the rollout completed', () => {
  const END = { name: AGENT, exitCode: 1, reason: 'OutOfMemoryError: Container killed due to memory usage' };
  const LOGS: Readonly<Record<string, { readonly definition?: JsonObject; readonly before?: (shop: Shop) => void }>> = {
    'has no log': {},
    'has a log that says nothing': { definition: LOGGED.definition },
    'has a log that says that it captures': { definition: LOGGED.definition, before: shop => shop.aws.ecs.logs(AGENT, LC_CAPTURING) },
    'has a log that the user may not read': {
      definition: LOGGED.definition, before: shop => shop.aws.inject('logs:GetLogEvents', accessDenied()),
    },
    'has a log in another region': {
      definition: { containerDefinitions: [{ ...WEB, logConfiguration: awslogs('web', { 'awslogs-region': 'us-east-1' }) }] },
    },
    'logs to something else than CloudWatch': {
      definition: { containerDefinitions: [{ ...WEB, logConfiguration: { logDriver: 'fluentd', options: {} } }] },
    },
  };

  for (const [what, { definition, before }] of Object.entries(LOGS)) {
    scenario(`an agent that ${what} and has stopped in a running task is degraded with 4, with exit code and reason`, async shop => {
      before?.(shop);
      withText(shop, AGENT, succeeds(undefined, [END]));
      const { code, service } = await shop.json(ADD);
      expect([code, service.outcome]).toEqual([4, 'degraded']);
      const { name, ...end } = END;
      expect(service.deployment.stoppedContainers[0]).toMatchObject({ container: name, ...end });
      expect(shop.runs()).toBe('orders:2');
      expect(updates(shop)).toHaveLength(1);
    }, { definition });
  }

  scenario('an agent that stops in one of the tasks, after the rollout was seen as completed, is degraded with 4', async shop => {
    shop.aws.inject('ecs:ListTasks', meanwhile(() => shop.aws.ecs.stopContainer('orders', END, 1)), { times: Infinity });
    const { code, service } = await shop.json(ADD);
    expect([code, service.outcome, service.deployment.stoppedContainers.length]).toEqual([4, 'degraded', 1]);
    expect((await shop.run(STATUS)).code).toBe(3);
  });

  scenario('the text of add names the exit code and the reason of an agent that stopped', async shop => {
    withText(shop, AGENT, succeeds(undefined, [END]));
    const ran = await shop.run(ADD);
    expect(ran.code).toBe(4);
    expect(ran.stdout).toMatch(/^orders: degraded, runs orders:2/m);
    expect(ran.stdout).toMatch(/container postman-lc-agent ended \(exit code 1, OutOfMemoryError/);
  });

  scenario('add --no-follow says with 4 that the rollout of an earlier run has failed', async shop => {
    withText(shop, AGENT, failing);
    await shop.run([...ADD, '--no-rollback']);
    const { code, service } = await shop.json([...ADD, '--no-follow']);
    expect([code, service.outcome, service.reason]).toEqual([4, 'failed', expect.stringMatching(/^the rollout of orders:2 has failed: /)]);
    expect(updates(shop)).toHaveLength(1);
  }, { service: NO_ROLLBACK });

  scenario('an agent that stopped is degraded with 4 also if the same command again finds nothing to do', async shop => {
    withText(shop, AGENT, neverSettles());
    await shop.runUntil('ecs:DescribeServiceDeployments', 'SIGKILL', ADD);
    shop.aws.ecs.rolloutsEnd('orders', succeeds(600_000, [END]));
    shop.aws.ecs.updateService('orders', { forceNewDeployment: true });
    // It is in progress when the plan is made, and completes then.
    shop.aws.inject('ecs:DescribeServices', meanwhile(() => shop.aws.advance(600_000), 'after'));
    const { code, service } = await shop.json([...ADD, ...PATIENT]);
    expect([code, service.action, service.outcome]).toEqual([4, 'none', 'degraded']);
  });
});

describe('g: a service that wants no task', () => {
  const NONE = { desiredCount: 0 };

  scenario('add completes with 0', async shop => {
    const { code, service } = await shop.json([...ADD, ...PATIENT]);
    expect([code, service.outcome]).toEqual([0, 'completed']);
    expect(shop.runs()).toBe('orders:2');
  }, { service: NONE });

  scenario('remove completes with 0', async shop => {
    await shop.run(ADD);
    expect(await shop.json([...REMOVE, ...PATIENT])).toMatchObject({ code: 0, service: { outcome: 'completed' } });
    expect(shop.runs()).toBe('orders:1');
  }, { service: NONE });

  scenario('status is idle with 0, as text and as JSON', async shop => {
    await shop.run(ADD);
    const [json, ran] = await Promise.all([shop.json(STATUS), shop.run(STATUS)]);
    expect(json).toMatchObject({
      code: 0, service: { agent: { state: 'idle', destination: { collectionId: COLLECTION } }, tasks: { desired: 0, running: 0, withAgent: 0 } },
    });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^orders in cluster shop: agent idle/m);
  }, { service: NONE });

  scenario('status is idle with 0 if a service with the agent is scaled to no task', async shop => {
    await shop.run(ADD);
    shop.aws.ecs.updateService('orders', { desiredCount: 0 });
    expect(await shop.json(STATUS)).toMatchObject({ code: 0, service: { agent: { state: 'idle' } } });
  });

  scenario('status is absent with 3 if the task definition has no agent', async shop => {
    expect(await shop.json(STATUS)).toMatchObject({ code: 3, service: { agent: { state: 'absent' } } });
  }, { service: NONE });

  scenario('status is rollingOut with 3 while a rollout is in progress', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', neverSettles());
    await shop.run([...ADD, '--no-follow']);
    expect(await shop.json(STATUS)).toMatchObject({ code: 3, service: { agent: { state: 'rollingOut' } } });
  }, { service: NONE });
});

describe('h: rollouts that bake, or wait for a person', () => {
  const MINUTE = 60_000;
  const REAL = { ecs: { times: { minuteMs: MINUTE } } };
  const configured = (configuration: JsonObject) => ({ ...REAL, service: { members: { deploymentConfiguration: configuration } } });
  const LIMIT_MS = 1000;
  const ADD_BRIEFLY = [...ADD, '--timeout', `${LIMIT_MS / 1000}s`];

  /** Waits until the run has looked at its rollout after --timeout, and once more; or until it has ended. */
  const pastTimeout = async (shop: Shop, running: Promise<unknown>) => {
    let isEnded = false;
    const end = () => { isEnded = true; };
    void running.then(end, end);
    const late = () => {
      const written = shop.aws.callsOf('UpdateService')[0]?.ms ?? Infinity;
      const looks = shop.aws.callsOf('DescribeServices').filter(({ ms }) => ms > written);
      return looks.filter(({ ms }) => ms > looks[0].ms + LIMIT_MS).length;
    };
    while (!isEnded && late() < 2) await new Promise(done => { setTimeout(done, 10); });
  };

  const BAKING: Readonly<Record<string, { readonly configuration: JsonObject; readonly minutes: number }>> = {
    'blue/green': { configuration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 30 }, minutes: 30 },
    'a canary with a bake time': { configuration: { strategy: 'CANARY', bakeTimeInMinutes: 30 }, minutes: 30 },
    'a canary with a bake time of the canary': {
      configuration: { strategy: 'CANARY', bakeTimeInMinutes: 0, canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 30 } }, minutes: 30,
    },
    'linear with a bake time': { configuration: { strategy: 'LINEAR', bakeTimeInMinutes: 30 }, minutes: 30 },
    'linear with a bake time of each step': {
      configuration: { strategy: 'LINEAR', bakeTimeInMinutes: 0, linearConfiguration: { stepPercent: 20, stepBakeTimeInMinutes: 10 } }, minutes: 50,
    },
  };

  for (const [what, { configuration, minutes }] of Object.entries(BAKING)) {
    scenario(`${what} that is longer than --timeout is not taken back`, async shop => {
      const running = shop.json(ADD_BRIEFLY);
      await pastTimeout(shop, running);
      expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
      shop.aws.advance((minutes + 1) * MINUTE);
      const { code, service } = await running;
      expect([code, service.outcome]).toEqual([0, 'completed']);
      expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
      expect(shop.runs()).toBe('orders:2');
    }, configured(configuration));
  }

  scenario('without a bake time, a rollout that shifts traffic is taken back after --timeout', async shop => {
    withText(shop, AGENT, neverSettles());
    expect(await shop.json(ADD_BRIEFLY)).toMatchObject({ code: 4, service: { outcome: 'rolledBack' } });
    expect(shop.runs()).toBe('orders:1');
  }, configured({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 }));

  scenario('the bake time of a strategy that is not in use does not count', async shop => {
    withText(shop, AGENT, neverSettles());
    expect(await shop.json(ADD_BRIEFLY)).toMatchObject({ code: 4, service: { outcome: 'rolledBack' } });
  }, configured({
    strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 30 },
    linearConfiguration: { stepPercent: 20, stepBakeTimeInMinutes: 10 },
  }));

  const PAUSE = { targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] };

  for (const flags of [[], ['--no-rollback']]) {
    scenario(`a rollout that waits for a person at --timeout is left alone with 0${flags.length > 0 ? ', also with --no-rollback' : ''}`, async shop => {
      const { code, service } = await shop.json([...ADD_BRIEFLY, ...flags]);
      expect([code, service.outcome]).toEqual([0, 'notFollowed']);
      expect(idsOf(service.warnings)).toContain('rolloutPaused');
      expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
      expect(deployments(shop)[0]).toBe('PRIMARY orders:2 IN_PROGRESS');
      shop.aws.ecs.continueRollout('orders');
      shop.aws.advance(MINUTE);
      expect(deployments(shop)).toEqual(['PRIMARY orders:2 COMPLETED']);
    }, configured({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks: [PAUSE] }));
  }

  for (const [what, action, fault, times] of [
    ['fails three times when its record is read', 'DescribeServiceDeployments', serverError(), 3],
    ['fails six times when its record is searched for', 'ListServiceDeployments', serverError(), 6],
    ['throttles its record for a minute', 'DescribeServiceDeployments', throttled(), 12],
    ['throttles the search for its record for a minute', 'ListServiceDeployments', throttled(), 12],
  ] as const) {
    scenario(`a rollout that waits for a person at --timeout is left alone, also if ECS ${what}`, async shop => {
      shop.aws.inject(`ecs:${action}`, fault, { times });
      const { code, service } = await shop.json(ADD_BRIEFLY);
      expect([code, service.outcome, idsOf(service.warnings)]).toEqual([0, 'notFollowed', expect.arrayContaining(['rolloutPaused'])]);
      expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
    }, configured({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks: [PAUSE] }));
  }

  for (const action of ['DescribeServiceDeployments', 'ListServiceDeployments']) {
    scenario(`a rollout is followed to its end also if ${action} always fails`, async shop => {
      shop.aws.inject(`ecs:${action}`, serverError(), { times: Infinity });
      expect(await shop.json([...ADD, ...PATIENT])).toMatchObject({ code: 0, service: { outcome: 'completed' } });
      expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
    });
  }

  scenario('a rollout is followed to its end also if its record is first not found for a moment, and then not read', async shop => {
    for (const action of ['ListServiceDeployments', 'DescribeServiceDeployments']) shop.aws.inject(`ecs:${action}`, serverError(), { times: 6 });
    expect(await shop.json([...ADD, ...PATIENT])).toMatchObject({ code: 0, service: { outcome: 'completed' } });
  });

  scenario('the text of add says how to continue a rollout that waits for a person', async shop => {
    const ran = await shop.run(ADD_BRIEFLY);
    expect(ran.code).toBe(0);
    expect(text(ran)).toMatch(/ContinueServiceDeployment/);
    expect(ran.stdout).toMatch(/^orders: .*not followed/m);
  }, configured({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks: [PAUSE] }));
});

describe('i: a service that is deleted', () => {
  const DELETED = ['INACTIVE', 'MISSING'] as const;

  for (const as of DELETED) {
    scenario(`a service that is ${as} while its rollout is followed ends the run at once with 4 and the reason`, async shop => {
      withText(shop, AGENT, neverSettles());
      shop.aws.inject('ecs:UpdateService', meanwhile(() => shop.aws.ecs.deleteService('orders', as), 'after'));
      const { code, service } = await shop.json([...ADD, '--timeout', '5s']);
      expect([code, service.outcome]).toEqual([4, 'failed']);
      expect(service.reason).toMatch(/deleted|no longer exists/);
      expect(shop.aws.callsOf('ecs:DescribeServices').length).toBeLessThanOrEqual(6);
      expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
    });

    scenario(`a service that is ${as} while its rollout is followed does not end the others`, async shop => {
      shop.aws.ecs.addService('web', { cluster: 'shop', outcomeOf: () => succeeds(1500) });
      withText(shop, AGENT, neverSettles());
      // With the second update, both rollouts are in progress.
      shop.aws.inject('ecs:UpdateService', meanwhile(() => shop.aws.ecs.deleteService('orders', as), 'after'), { from: 2 });
      const ran = await shop.run(['ecs', 'add', ...ALL, '--collection', COLLECTION, '--json', '--timeout', '10s']);
      expect(ran.code).toBe(4);
      expect(ran.json.services).toMatchObject([{ outcome: 'failed' }, { outcome: 'completed' }]);
      expect(updates(shop).sort()).toEqual(['orders:2', 'web:2']);
    });
  }

  const BOTH = ['--cluster', 'shop', '--service', 'orders', '--service', 'gone'];

  scenario('status shows the services that exist, and names the one that does not, with 1', async shop => {
    const [json, ran] = await Promise.all([shop.run(['ecs', 'status', ...BOTH, '--json']), shop.run(['ecs', 'status', ...BOTH])]);
    expect(json.code).toBe(1);
    expect(json.stderr).toMatch(/no service gone/);
    expect(json.json.services).toMatchObject([{ serviceArn: expect.stringMatching(/\/orders$/), agent: { state: 'absent' } }]);
    expect(json.json.error.message).toMatch(/no service gone/);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/no service gone/);
    expect(ran.stdout).toMatch(/^orders in cluster shop: agent absent/m);
  });

  scenario('status ends with 1 if none of the named services exists', async shop => {
    const ran = await shop.run(['ecs', 'status', '--cluster', 'shop', '--service', 'gone', '--service', 'lost']);
    expect([ran.code, ran.stdout]).toEqual([1, '']);
    expect(ran.stderr).toMatch(/no service gone, lost/);
  });

  for (const verb of ['plan', 'add', 'remove']) {
    scenario(`${verb} ends with 1 and names the service that does not exist, and nothing is written`, async shop => {
      const ran = await shop.run(['ecs', verb, ...BOTH, ...verb === 'remove' ? [] : ['--collection', COLLECTION]]);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(/no service gone/);
      expect(shop.writes).toEqual([]);
    });
  }

  scenario('a service that is INACTIVE is shown by status', async shop => {
    await shop.run(ADD);
    shop.aws.ecs.deleteService('orders');
    const [{ code, service }, ran] = await Promise.all([shop.json(STATUS), shop.run(STATUS)]);
    expect([code, service.tasks]).toEqual([3, { desired: 0, running: 0, withAgent: 0 }]);
    expect(ran.stdout).toMatch(/INACTIVE/);
  });
});

describe('j: a service of an external controller', () => {
  const EXTERNAL = { deploymentController: { type: 'EXTERNAL' } };
  const WITH_AGENT: JsonObject = { containerDefinitions: [WEB, THEIR_AGENT] };
  const REFUSED = { action: 'refuse', refusals: [{ id: 'externalController' }], outcome: null };
  /** Without a task set, it runs nothing. */
  const EMPTY = { ...EXTERNAL, taskSets: [] };

  for (const [what, members] of [['with a task set', EXTERNAL], ['without a task set', EMPTY]] as const) {
    scenario(`add refuses one ${what}, with 5`, async shop => {
      expect(await shop.json(ADD)).toMatchObject({ code: 5, service: REFUSED });
      expect((await shop.run(ADD)).stdout).toMatch(/task set/);
      expect(shop.writes).toEqual([]);
    }, { service: { members } });

    scenario(`remove refuses one ${what}, with 5`, async shop => {
      expect(await shop.json(REMOVE)).toMatchObject({ code: 5, service: REFUSED });
      expect(shop.writes).toEqual([]);
    }, { service: { members }, definition: WITH_AGENT });

    scenario(`policy prints a policy for one ${what}`, async shop => {
      const ran = await shop.run(['ecs', 'policy', ...SELECT]);
      expect(ran.code).toBe(0);
      expect(ran.json.Statement.length).toBeGreaterThan(0);
      expect(ran.stdout).not.toMatch(/undefined|NaN/);
    }, { service: { members } });

    scenario(`add of a selection refuses one ${what}, and the others get the agent with --all`, async shop => {
      shop.aws.ecs.addService('web', { cluster: 'shop' });
      const ran = await shop.run(['ecs', 'add', ...ALL, '--collection', COLLECTION, '--json', ...PATIENT]);
      expect(ran.json.services).toMatchObject([REFUSED, { action: 'add', outcome: 'completed' }]);
      expect(updates(shop)).toEqual(['web:2']);
    }, { service: { members } });
  }

  scenario('status of one with a task set shows the agent in the task definition of its primary task set', async shop => {
    const [{ code, service }, ran] = await Promise.all([shop.json(STATUS), shop.run(STATUS)]);
    expect(code).toBe(0);
    expect(service).toMatchObject({
      currentTaskDefinitionArn: revisionArn('orders:1'), agent: { state: 'running', image: `${IMAGE}:1` }, tasks: { desired: 2, running: 2, withAgent: 2 },
      egress: { verdict: 'reachable' },
    });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^orders in cluster shop: agent running/m);
  }, { service: { members: EXTERNAL }, definition: WITH_AGENT });

  scenario('status of one without a task set is absent with 3, as text and as JSON', async shop => {
    const [{ code, service }, ran] = await Promise.all([shop.json(STATUS), shop.run(STATUS)]);
    expect(code).toBe(3);
    expect(service).toMatchObject({ currentTaskDefinitionArn: null, agent: { state: 'absent' }, egress: null });
    expect(ran.code).toBe(3);
    expect(ran.stdout).toMatch(/^orders in cluster shop: agent absent/m);
    expect(ran.stdout).not.toMatch(/undefined/);
  }, { service: { members: EMPTY, desiredCount: 0 } });

  scenario('plan of one without a task set has no current task definition', async shop => {
    const { code, service } = await shop.json(['ecs', 'plan', ...SELECT, '--collection', COLLECTION]);
    expect(code).toBe(5);
    expect(service).toMatchObject({ action: 'refuse', currentTaskDefinitionArn: null, agent: null });
  }, { service: { members: EMPTY } });
});

describe('k: two services of one task definition, and a run that dies between their updates', () => {
  const BOTH = ['--cluster', 'shop', '--service', 'orders', '--service', 'twin'];
  const ADD_BOTH = ['ecs', 'add', ...BOTH, '--collection', COLLECTION];
  const addTwin = (shop: Shop) => shop.aws.ecs.addService('twin', { cluster: 'shop', taskDefinition: 'orders:1' });

  /** Both services run one revision, which was registered once and names no service. */
  const checkShared = (shop: Shop) => {
    expect(shop.aws.callsOf('RegisterTaskDefinition').filter(({ applied }) => applied)).toHaveLength(1);
    expect([shop.runs(), shop.runs('twin'), shop.revisions()]).toEqual(['orders:2', 'orders:2', 2]);
    expect(Object.keys(variables(shop.agent()))).not.toContain('POSTMAN_ECS_SERVICE');
  };

  const DEATHS: Readonly<Record<string, (shop: Shop) => Promise<unknown>>> = {
    'is killed': async shop => {
      shop.aws.inject('ecs:UpdateService', hanging('before'), { from: 2, times: Infinity });
      await shop.runUntil('ecs:UpdateService', 'SIGKILL', ADD_BOTH, { count: 2 });
    },
    'has its second update refused': async shop => {
      shop.aws.inject('ecs:UpdateService', refused('InvalidParameterException', 'No.'), { from: 2 });
      expect((await shop.run(ADD_BOTH)).code).toBe(1);
    },
  };

  for (const [how, die] of Object.entries(DEATHS)) {
    scenario(`the same command again uses the revision of a run that ${how}`, async shop => {
      addTwin(shop);
      await die(shop);
      shop.aws.faults.clear();
      expect(shop.aws.ecs.service('twin').taskDefinition.revision + shop.aws.ecs.service('orders').taskDefinition.revision).toBe(3);
      expect((await shop.run([...ADD_BOTH, ...PATIENT])).code).toBe(0);
      checkShared(shop);
    });

    scenario(`add of only the service that is left uses the revision of a run that ${how}`, async shop => {
      addTwin(shop);
      await die(shop);
      shop.aws.faults.clear();
      const left = ['orders', 'twin'].find(name => shop.runs(name) === 'orders:1')!;
      expect((await shop.run(['ecs', 'add', '--cluster', 'shop', '--service', left, '--collection', COLLECTION, ...PATIENT])).code).toBe(0);
      checkShared(shop);
    });
  }
});

describe('l: an answer of RegisterTaskDefinition that cannot be read', () => {
  const CUTS = [
    ['one answer is cut', 'proxy', 1], ['every answer is cut', 'proxy', Infinity], ['the connection breaks in the middle of one answer', 'connection', 1],
    ['the connection breaks in the middle of every answer', 'connection', Infinity],
  ] as const;

  for (const [what, by, times] of CUTS) {
    scenario(`if ${what}, one revision is registered, and the run succeeds or names it`, async shop => {
      shop.aws.inject('ecs:RegisterTaskDefinition', cutAnswer(by), { times });
      const ran = await shop.run(ADD);
      expect(shop.revisions()).toBe(2);
      expect(ran.code === 0 ? [0, shop.runs()] : [ran.code, /orders:2/.exec(text(ran))?.[0]]).toEqual([ran.code === 0 ? 0 : 1, 'orders:2']);
      shop.aws.faults.clear();
      expect((await shop.run(ADD)).code).toBe(0);
      expect([shop.revisions(), shop.runs()]).toEqual([2, 'orders:2']);
    });
  }
});

describe('m: variables of the application that hold the ARN of the secret', () => {
  const PARTIAL = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:postman/api-key';
  const environment = [
    { name: 'PLACEHOLDER', value: `${PARTIAL}-??????` },
    { name: 'IN_A_POLICY', value: `{"Resource":"${PARTIAL}-??????"}` },
    { name: 'WITH_A_FIELD', value: `${PARTIAL}-??????:key::` },
    { name: 'PARTIAL', value: PARTIAL },
    { name: 'A_PART', value: 'secret:postman/api-key-??????' },
    { name: 'MARKS', value: '??????' },
  ];
  const secrets = [{ name: 'OWN', valueFrom: `${PARTIAL}-??????` }];
  const definition: JsonObject = { containerDefinitions: [{ ...WEB, environment, secrets, command: ['--secret', `${PARTIAL}-??????`] }] };

  for (const flags of [[], ['--api-key-secret-field', 'key']]) {
    scenario(`are not changed if add ${['creates the secret', ...flags].join(' ')}`, async shop => {
      expect((await shop.run([...ADD, ...flags], { env: WITH_KEY })).code).toBe(0);
      const [web, agent] = shop.definition().containerDefinitions;
      expect(web).toMatchObject({ environment, secrets, command: ['--secret', `${PARTIAL}-??????`] });
      const { arn } = shop.aws.secrets.find('postman/api-key')!;
      for (const { valueFrom } of agent.secrets) expect(valueFrom).toBe(flags.length > 0 ? `${arn}:key::` : arn);
    }, { definition, hasSecret: false });
  }

  scenario('are not changed if another deployment came in between', async shop => {
    shop.aws.inject('ecs:RegisterTaskDefinition', between(shop, () => deployTheirs(shop, definition)));
    expect((await shop.run([...ADD, ...PATIENT], { env: WITH_KEY })).code).toBe(0);
    const [web, agent] = shop.definition().containerDefinitions;
    expect(web).toMatchObject({ environment, secrets });
    for (const { valueFrom } of agent.secrets) expect(valueFrom).toBe(shop.aws.secrets.find('postman/api-key')!.arn);
  }, { hasSecret: false });
});
