import { addInstances, BRIDGE, DAEMON, DAEMON_ADD, DAEMON_STATUS, ids, IN_SHOP, LOG_GROUP, places, ROLE } from './daemon-given';
import { CAPTURING } from './log-lines';
import { COLLECTION, INSIGHTS_AGENT, PROJECT, revisionArn, scenario, serviceArn, Shop, ShopOptions, WITH_KEY } from './shop';
import {
  accessDenied, changedAnswer, connectionReset, essentialExited, JsonObject, meanwhile, MAY_READ, neverSettles, taskDefinitionBody, tasksFail,
} from '../fakes';

const ROLE_ARN = `arn:aws:iam::123456789012:role/${ROLE}`;
const MADE = ['CreateLogGroup', 'PutRetentionPolicy', 'CreateRole', 'PutRolePolicy', 'RegisterTaskDefinition', 'CreateService'];

const secretArn = ({ aws }: Shop, name = 'postman/api-key') => aws.secrets.find(name)!.arn;
const logStatement = (group = LOG_GROUP) => ({
  Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: [`arn:aws:logs:eu-west-1:123456789012:log-group:${group}:*`],
});
const keyStatement = (arn: string) => ({ Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: [arn] });
const policies = ({ aws }: Shop, role = ROLE) => Object.fromEntries([...aws.iam.role(role).inline].map(([name, text]) => [name, JSON.parse(text)]));
const policyWith = (...Statement: object[]) => ({ 'postman-agent-daemon': { Version: '2012-10-17', Statement } });

/** The scenario with two instances. */
function onInstances(name: string, play: (shop: Shop) => Promise<void>, options: ShopOptions & { readonly inClear?: boolean } = {}): void {
  scenario(name, async shop => {
    addInstances(shop, 'i-1', 'i-2');
    shop.aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
    await play(shop);
  }, { ...BRIDGE, ...options });
}

describe('a dry run', () => {
  onInstances('shows the task definition, the role with its statements, the log group, the instances and what is seen, and writes nothing', async shop => {
    const { code, service, ran } = await shop.json([...DAEMON_ADD, '--dry-run']);
    expect([code, shop.writes]).toEqual([3, []]);
    expect(ran.json).toMatchObject({ version: 2, verb: 'daemon add' });
    expect(service).toMatchObject({
      serviceArn: serviceArn(DAEMON), action: 'add', refusals: [], currentTaskDefinitionArn: null, targetTaskDefinitionArn: null,
      agent: { state: 'absent' }, egress: { verdict: 'reachable' }, deployment: null, outcome: null,
    });
    expect(service.daemon).toEqual({
      isNew: true,
      instances: 2,
      executionRole: {
        arn: ROLE_ARN, isNew: true, policyName: 'postman-agent-daemon',
        policy: { Version: '2012-10-17', Statement: [keyStatement(secretArn(shop)), logStatement()] },
      },
      logGroup: { name: LOG_GROUP },
    });
    const secrets = ['POSTMAN_INSIGHTS_API_KEY', 'POSTMAN_API_KEY'].map(name => ({ name, valueFrom: secretArn(shop) }));
    expect(service.taskDefinition).toEqual({
      family: DAEMON,
      executionRoleArn: ROLE_ARN,
      networkMode: 'host',
      requiresCompatibilities: ['EC2'],
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.os-type == linux' }],
      containerDefinitions: [{
        name: INSIGHTS_AGENT,
        image: expect.stringContaining('postman-insights-agent'),
        essential: true,
        entryPoint: ['/postman-insights-agent', 'apidump', '--project', PROJECT, '--interfaces', 'docker0'],
        environment: ['AWS_REGION', 'ECS_TASK'].flatMap(name => ['AKITA', 'POSTMAN'].map(prefix =>
          ({ name: `${prefix}_${name}`, value: name === 'ECS_TASK' ? DAEMON : 'eu-west-1' }))),
        secrets,
        cpu: 256,
        memory: 700,
        memoryReservation: 300,
        readonlyRootFilesystem: true,
        restartPolicy: { enabled: true, restartAttemptPeriod: 60 },
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': LOG_GROUP, 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': INSIGHTS_AGENT },
        },
      }],
      tags: [{ key: 'postman:created_by', value: 'postman-live-collection' }, { key: 'postman:cluster', value: 'shop' }],
    });
    expect(ids(service.warnings)).toEqual(['unpinnedImage', 'daemonCoverage']);
  });

  onInstances('says the same for people', async shop => {
    const { stdout } = await shop.run([...DAEMON_ADD, '--dry-run']);
    for (const text of [
      `${DAEMON} in cluster shop: run a daemon of the agent`, `task definition  a new revision of ${DAEMON}`, 'instances        2: one agent on each',
      `execution role   ${ROLE}: is created for ECS tasks, with the inline policy postman-agent-daemon`, JSON.stringify(logStatement()),
      `log group        ${LOG_GROUP}: is created if it is missing, and keeps events for one month`, 'One agent has one destination',
      'Cluster shop has one other service: the daemon sees 1 in network mode bridge.',
    ]) expect(stdout).toContain(text);
  });
});

describe('a new daemon', () => {
  onInstances('runs the agent on each instance, and what its tasks need is made before it', async shop => {
    const { code, service } = await shop.json(DAEMON_ADD);
    expect([code, service.outcome, service.deployment.taskDefinitionArn]).toEqual([0, 'completed', revisionArn(`${DAEMON}:1`)]);
    expect(shop.writes).toEqual(MADE);
    expect(places(shop)).toEqual(['i-1', 'i-2']);
    expect(shop.aws.callsOf('CreateService')[0].input).toEqual({
      cluster: expect.stringContaining(':cluster/shop'), serviceName: DAEMON, taskDefinition: revisionArn(`${DAEMON}:1`), launchType: 'EC2',
      schedulingStrategy: 'DAEMON', tags: [{ key: 'postman:created_by', value: 'postman-live-collection' }], clientToken: expect.any(String),
      deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 0, deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
  });

  onInstances('has a role for ECS tasks with one policy, and a log of one month', async shop => {
    await shop.run(DAEMON_ADD);
    expect(JSON.parse(shop.aws.iam.role(ROLE).trust).Statement).toEqual([
      { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]);
    expect(policies(shop)).toEqual(policyWith(keyStatement(secretArn(shop)), logStatement()));
    expect(shop.aws.logs.retentionOf(LOG_GROUP)).toBe(30);
  });

  onInstances('gets the key of the environment in a secret that is made first, and its role may read that one', async shop => {
    expect((await shop.run(DAEMON_ADD, { env: WITH_KEY })).code).toBe(0);
    expect(shop.writes).toEqual(['CreateSecret', ...MADE]);
    expect(policies(shop)).toEqual(policyWith(keyStatement(secretArn(shop)), logStatement()));
    expect(secretArn(shop)).not.toContain('?');
  }, { hasSecret: false });

  onInstances('may decrypt a secret with a customer managed key', async shop => {
    const key = 'arn:aws:kms:eu-west-1:123456789012:key/5f0c1d6b-0000-4000-8000-7a3e92480000';
    shop.aws.secrets.add('team/postman', 'value', { kmsKeyId: key });
    await shop.run([...DAEMON_ADD, '--api-key-secret', 'team/postman']);
    expect(policies(shop)).toEqual(policyWith(keyStatement(secretArn(shop, 'team/postman')), {
      Effect: 'Allow', Action: ['kms:Decrypt'], Resource: [key], Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
    }, logStatement()));
  });

  onInstances('with the key in plain text reads no secret', async shop => {
    expect((await shop.run([...DAEMON_ADD, '--plaintext-api-key'], { env: WITH_KEY })).code).toBe(0);
    expect(policies(shop)).toEqual(policyWith(logStatement()));
  }, { hasSecret: false, inClear: true });

  onInstances('of the Live Collection agent has a name of its own', async shop => {
    const { code, service } = await shop.json(['ecs', 'daemon', 'add', ...IN_SHOP, '--collection', COLLECTION]);
    expect([code, service.serviceArn]).toEqual([0, serviceArn('postman-lc-daemon')]);
    expect(places(shop, 'postman-lc-daemon')).toEqual(['i-1', 'i-2']);
  });

  onInstances('is found in Postman by the name of its task definition in discovery mode', async shop => {
    await shop.run(['ecs', 'daemon', 'add', ...IN_SHOP, '--discovery-mode', '--service', 'watchers']);
    expect(shop.agent('watchers').environment).toEqual(expect.arrayContaining([
      { name: 'POSTMAN_INSIGHTS_CLUSTER_NAME', value: 'shop' }, { name: 'POSTMAN_INSIGHTS_WORKLOAD_NAME', value: 'watchers' },
    ]));
  });

  for (const given of ['own', 'arn:aws:iam::123456789012:role/own']) {
    onInstances(`uses the role ${given} and makes none`, async shop => {
      shop.aws.iam.addRole('own', MAY_READ);
      expect((await shop.run([...DAEMON_ADD, '--execution-role', given])).code).toBe(0);
      expect(shop.writes).toEqual(MADE.filter(action => !/Role/.test(action)));
      expect(shop.definition(DAEMON).executionRoleArn).toBe('arn:aws:iam::123456789012:role/own');
    });
  }

  onInstances('is refused a role that cannot read the secret, unless it may be granted', async shop => {
    shop.aws.iam.addRole('own');
    const { code, service } = await shop.json([...DAEMON_ADD, '--execution-role', 'own']);
    expect([code, ids(service.refusals), shop.writes]).toEqual([5, ['executionRoleCannotReadSecret'], []]);
    expect((await shop.run([...DAEMON_ADD, '--execution-role', 'own', '--grant-secret-access'])).code).toBe(0);
    expect(Object.values(policies(shop, 'own'))).toEqual([{ Version: '2012-10-17', Statement: [keyStatement(secretArn(shop))] }]);
  });

  onInstances('logs to a group that the user names and that exists', async shop => {
    shop.aws.logs.addGroup('/ecs/agents');
    expect((await shop.run([...DAEMON_ADD, '--log-group', '/ecs/agents'])).code).toBe(0);
    expect(shop.writes).not.toContain('CreateLogGroup');
    expect(policies(shop)).toEqual(policyWith(keyStatement(secretArn(shop)), logStatement('/ecs/agents')));
  });

  describe('whose log group could not be looked for', () => {
    const blind = (shop: Shop) => shop.aws.inject('logs:DescribeLogGroups', accessDenied(), { times: 9 });

    onInstances('gets the group if it is missing', async shop => {
      blind(shop);
      const { code, service } = await shop.json(DAEMON_ADD);
      expect([code, service.outcome, shop.aws.logs.retentionOf(LOG_GROUP)]).toEqual([0, 'completed', 30]);
      expect(ids(service.warnings)).toContain('logGroupUnknown');
    });

    onInstances('logs to the group that exists, and its retention stays as it is', async shop => {
      shop.aws.logs.addGroup(LOG_GROUP);
      blind(shop);
      const { code, service } = await shop.json(DAEMON_ADD);
      expect([code, service.outcome, shop.aws.logs.retentionOf(LOG_GROUP)]).toEqual([0, 'completed', undefined]);
      expect(shop.aws.callsOf('logs:CreateLogGroup')).toHaveLength(1);
    });

    onInstances('is started if the group may not be made either, since it may exist', async shop => {
      shop.aws.logs.addGroup(LOG_GROUP);
      blind(shop);
      shop.aws.inject('logs:CreateLogGroup', accessDenied(), { times: 9 });
      const { code, service } = await shop.json(DAEMON_ADD);
      expect([code, service.outcome]).toEqual([0, 'completed']);
    });
  });

  onInstances('may be started without following it', async shop => {
    const { code, service } = await shop.json([...DAEMON_ADD, '--no-follow']);
    expect([code, service.outcome]).toEqual([0, 'notFollowed']);
  });
});

describe('a second run', () => {
  onInstances('with the same options changes nothing', async shop => {
    await shop.run(DAEMON_ADD);
    const before = shop.writes.length;
    const { code, service } = await shop.json(DAEMON_ADD);
    expect([code, service.action, service.outcome, shop.writes.length]).toEqual([0, 'none', 'unchanged', before]);
  });

  onInstances('with other options registers a revision and updates the service; what is not named stays', async shop => {
    await shop.run([...DAEMON_ADD, '--rate-limit', '100']);
    const { code, service } = await shop.json(['ecs', 'daemon', 'add', ...IN_SHOP, '--discovery-mode']);
    expect([code, service.action, service.outcome, service.daemon.isNew]).toEqual([0, 'update', 'completed', false]);
    expect(shop.writes.slice(MADE.length)).toEqual(['RegisterTaskDefinition', 'UpdateService']);
    expect(shop.runs(DAEMON)).toBe(`${DAEMON}:2`);
    expect(shop.agent(DAEMON).entryPoint).toEqual([
      '/postman-insights-agent', 'apidump', '--rate-limit', '100', '--interfaces', 'docker0', '--discovery-mode',
    ]);
    expect(places(shop)).toEqual(['i-1', 'i-2']);
  });

  onInstances('with another secret lets the role that was made read that one, too', async shop => {
    await shop.run(DAEMON_ADD);
    shop.aws.secrets.add('team/postman', 'value');
    const { code, service } = await shop.json([...DAEMON_ADD, '--api-key-secret', 'team/postman']);
    expect([code, service.grant.secretArn]).toEqual([0, secretArn(shop, 'team/postman')]);
    expect(Object.keys(policies(shop))).toHaveLength(2);
  });

  onInstances('with another role moves the daemon to it', async shop => {
    await shop.run(DAEMON_ADD);
    shop.aws.iam.addRole('own', MAY_READ);
    expect((await shop.run([...DAEMON_ADD, '--execution-role', 'own'])).code).toBe(0);
    expect(shop.definition(DAEMON).executionRoleArn).toBe('arn:aws:iam::123456789012:role/own');
  });

  onInstances('finds the agent on an instance that came later', async shop => {
    await shop.run(DAEMON_ADD);
    addInstances(shop, 'i-3');
    expect(places(shop)).toEqual(['i-1', 'i-2', 'i-3']);
    expect((await shop.json(DAEMON_STATUS)).service.daemon).toEqual({ instances: { total: 3, withAgent: 3, without: [] } });
  });
});

describe('a rollout that fails', () => {
  const FAILING: ShopOptions = {
    ecs: { outcomeOf: ({ family }: JsonObject) => family === DAEMON ? tasksFail(essentialExited(INSIGHTS_AGENT, 1, 'no route')) : undefined },
  };

  onInstances('is taken back: the service that the run made is deleted', async shop => {
    const { code, service, ran } = await shop.json(DAEMON_ADD);
    expect([code, service.outcome, service.reason]).toEqual([4, 'rolledBack', 'the deployment circuit breaker stopped it after 3 failed tasks']);
    expect(shop.writes).toEqual([...MADE, 'DeleteService']);
    expect(shop.aws.ecs.service(DAEMON).status).toBe('INACTIVE');
    expect(service.deployment.stoppedContainers).toMatchObject([{ container: INSIGHTS_AGENT, exitCode: 1, reason: 'no route' }, {}, {}]);
    expect(ran.stderr).toContain('the rollout failed, deleting the service');
  }, FAILING);

  onInstances('leaves what the next run uses: one revision, one role, one log group', async shop => {
    const { stdout } = await shop.run(DAEMON_ADD);
    expect(stdout).toContain(`${DAEMON}: rolled back, and the service is deleted again`);
    shop.aws.ecs.state.outcomeOf = () => undefined;
    expect((await shop.run(DAEMON_ADD)).code).toBe(0);
    expect(shop.writes.slice(MADE.length)).toEqual(['DeleteService', 'CreateService']);
    expect(shop.revisions(DAEMON)).toBe(1);
  }, FAILING);

  onInstances('stays as it is with --no-rollback', async shop => {
    const { code, service } = await shop.json([...DAEMON_ADD, '--no-rollback']);
    expect([code, service.outcome, shop.writes]).toEqual([4, 'failed', MADE]);
  }, FAILING);

  onInstances('and takes too long is taken back, too', async shop => {
    const { code, service } = await shop.json([...DAEMON_ADD, '--timeout', '90s'], { env: { POSTMAN_LIVE_COLLECTION_POLL_SECONDS: '10' } });
    expect([code, service.outcome, shop.writes.at(-1)]).toEqual([4, 'rolledBack', 'DeleteService']);
  }, { ecs: { outcomeOf: ({ family }: JsonObject) => family === DAEMON ? { kind: 'neverSettles' } : undefined } });

  onInstances('and could not be deleted is deleted by the next run', async shop => {
    shop.aws.inject('ecs:DeleteService', accessDenied(), { times: 1 });
    const { code, service } = await shop.json(DAEMON_ADD);
    expect([code, service.outcome, service.reason]).toEqual([4, 'failed', expect.stringContaining('"Action":"ecs:DeleteService"')]);
    expect((await shop.json(DAEMON_ADD)).service.outcome).toBe('rolledBack');
    expect(shop.aws.ecs.service(DAEMON).status).toBe('INACTIVE');
  }, FAILING);

  onInstances('of a change goes back to the revision before', async shop => {
    await shop.run(DAEMON_ADD);
    shop.aws.ecs.rolloutsEnd(DAEMON, ({ revision }: JsonObject) => revision === 1 ? undefined : tasksFail(essentialExited(INSIGHTS_AGENT, 1)));
    const { code, service } = await shop.json([...DAEMON_ADD, '--rate-limit', '100']);
    expect([code, service.outcome, shop.runs(DAEMON)]).toEqual([4, 'rolledBack', `${DAEMON}:1`]);
    expect(places(shop)).toEqual(['i-1', 'i-2']);
  });

  onInstances('is left alone if others have deployed in the meantime', async shop => {
    shop.aws.inject('ecs:DescribeServices', meanwhile(() => {
      shop.aws.ecs.registerTaskDefinition(taskDefinitionBody('theirs', { networkMode: 'host', requiresCompatibilities: ['EC2'] }));
      shop.aws.ecs.updateService(DAEMON, { taskDefinition: 'theirs' });
    }), { from: 4 });
    const { code, service } = await shop.json(DAEMON_ADD);
    expect([code, service.outcome, shop.writes]).toEqual([4, 'superseded', MADE]);
  }, FAILING);
});

describe('a run that is interrupted', () => {
  onInstances('after CreateLogGroup leaves a group that the next run completes, and a group of others that has events stays as it is', async shop => {
    shop.aws.logs.addGroup(LOG_GROUP);
    await shop.run(DAEMON_ADD);
    expect(shop.aws.logs.retentionOf(LOG_GROUP)).toBe(30);
    shop.aws.logs.put('/ecs/shop/watchers', 'stream', 'line');
    await shop.run([...DAEMON_ADD, '--service', 'watchers', '--host-allow', 'a']);
    expect(shop.aws.logs.retentionOf('/ecs/shop/watchers')).toBeUndefined();
  });

  onInstances('after DeleteService is waited for: the name is free when the tasks have stopped', async shop => {
    await shop.run(DAEMON_ADD);
    shop.aws.ecs.deleteService(DAEMON, 'DRAINING');
    expect((await shop.json([...DAEMON_ADD, '--dry-run'])).service.refusals).toMatchObject([{ id: 'serviceNotActive' }]);
    shop.aws.onCall('DescribeServices', shop.aws.callsOf('DescribeServices').length + 3, () => shop.aws.ecs.deleteService(DAEMON));
    const ran = await shop.run(DAEMON_ADD);
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining(`${DAEMON}: 2 tasks left`)]);
  });

  for (const action of ['CreateSecret', ...MADE]) {
    onInstances(`in ${action} is finished by the next run, and nothing is made twice`, async shop => {
      expect((await shop.runUntil(action, 'SIGKILL', DAEMON_ADD, { env: WITH_KEY })).signal).toBe('SIGKILL');
      expect((await shop.run(DAEMON_ADD, { env: WITH_KEY })).code).toBe(0);
      expect(places(shop)).toEqual(['i-1', 'i-2']);
      expect(shop.revisions(DAEMON)).toBe(1);
      const made = shop.aws.calls.filter(call => call.outcome === 'ok' && /^Create(Secret|LogGroup|Role|Service)$/.test(call.action));
      expect(made).toHaveLength(4);
      expect(policies(shop)).toEqual(policyWith(keyStatement(secretArn(shop)), logStatement()));
    }, { hasSecret: false });
  }

  for (const when of ['before', 'after'] as const) {
    onInstances(`by a lost connection ${when} CreateService creates one service`, async shop => {
      shop.aws.inject('ecs:CreateService', connectionReset(when));
      expect((await shop.run(DAEMON_ADD)).code).toBe(0);
      expect(places(shop)).toEqual(['i-1', 'i-2']);
    });
  }

  onInstances('while the rollout is followed leaves it, and the next run follows it', async shop => {
    const ran = await shop.runUntil('CreateService', 'SIGINT', DAEMON_ADD);
    expect(ran.code).toBe(130);
    expect((await shop.run(DAEMON_ADD)).code).toBe(0);
    expect(shop.aws.callsOf('CreateService').filter(({ outcome }) => outcome === 'ok')).toHaveLength(1);
  });

  onInstances('in DeleteService of a failed rollout is finished by the next run', async shop => {
    await shop.runUntil('DeleteService', 'SIGKILL', DAEMON_ADD);
    shop.aws.ecs.state.outcomeOf = () => undefined;
    shop.aws.advance(10_000);
    expect((await shop.run(DAEMON_ADD)).code).toBe(0);
    expect(shop.revisions(DAEMON)).toBe(1);
  }, { ecs: { outcomeOf: ({ family }: JsonObject) => family === DAEMON ? tasksFail(essentialExited(INSIGHTS_AGENT, 1)) : undefined } });
});

onInstances('a service that others create under its name in the meantime is not touched', async shop => {
  shop.aws.inject('ecs:CreateService', meanwhile(() => {
    shop.aws.ecs.addService(DAEMON, { cluster: 'shop', taskDefinition: taskDefinitionBody('theirs') });
  }));
  const ran = await shop.run(DAEMON_ADD);
  expect(ran.code).toBe(5);
  expect(ran.stdout).toContain('not a daemon');
  expect(shop.runs(DAEMON)).toBe('theirs:1');
});

onInstances('a key in Parameter Store is read with the statement of the parameter', async shop => {
  shop.aws.parameters.add('/postman/api-key');
  const arn = 'arn:aws:ssm:eu-west-1:123456789012:parameter/postman/api-key';
  const { code, service } = await shop.json([...DAEMON_ADD, '--api-key-parameter', '/postman/api-key']);
  expect([code, service.outcome]).toEqual([0, 'completed']);
  expect(JSON.stringify(policies(shop))).toContain(`"Action":["ssm:GetParameters"],"Resource":["${arn}"]`);
});

describe('a daemon that has run for long', () => {
  onInstances('is not deleted if its update does not settle, although ECS lists only the new deployment', async shop => {
    expect((await shop.run(DAEMON_ADD)).code).toBe(0);
    shop.aws.advance(3_600_000);
    shop.aws.ecs.rolloutsEnd(DAEMON, neverSettles());
    const UPDATE = [...DAEMON_ADD, '--rate-limit', '200'];
    expect((await shop.run([...UPDATE, '--no-follow'])).code).toBe(0);
    shop.aws.inject('ecs:DescribeServices', changedAnswer(answer => ({
      ...answer,
      services: (answer.services as JsonObject[])
        .map(one => ({ ...one, deployments: (one.deployments as JsonObject[]).filter(({ status }) => status === 'PRIMARY') })),
    })), { times: Infinity });
    expect((await shop.run([...UPDATE, '--timeout', '5s'])).code).toBe(4);
    expect(shop.writes).not.toContain('DeleteService');
  });
});
