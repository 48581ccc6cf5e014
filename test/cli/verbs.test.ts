import { ADD, AGENT, ALL, CLUSTER_ARN, COLLECTION, KEY, PLAN, REMOVE, revisionArn, scenario, serviceArn, Shop, STATUS, WITH_KEY } from './shop';
import { accessDenied, essentialExited, JsonObject, refused, secretOutOfReach, tasksFail, taskDefinitionBody } from '../fakes';

const SIX_ACTIONS = [
  'ecs:DescribeServices', 'ecs:UpdateService', 'ecs:DescribeClusters', 'ecs:DescribeTaskDefinition', 'ecs:RegisterTaskDefinition', 'ecs:TagResource',
];
const withContainers = (...containers: JsonObject[]) => ({ containerDefinitions: containers });
const WEB = { name: 'web', image: 'nginx', essential: true };

describe('add', () => {
  scenario('add --dry-run is a plan: the same document except for the verb, exit code 3, and nothing written', async shop => {
    const plan = await shop.run([...PLAN, '--json']);
    const dry = await shop.run([...ADD, '--dry-run', '--json']);
    expect(dry).toMatchObject({ code: 3, json: { services: plan.json.services } });
    expect(shop.writes).toEqual([]);
  });

  scenario('add --no-follow ends with notFollowed and 0 when the rollout has started', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', { kind: 'neverSettles' });
    const service = { outcome: 'notFollowed', deployment: { taskDefinitionArn: revisionArn('orders:2') } };
    expect(await shop.json([...ADD, '--no-follow'])).toMatchObject({ code: 0, service });
  });

  scenario('add names the deployment that it started, and its record', async shop => {
    const { service } = await shop.json(ADD);
    const [{ deployment, arn }] = shop.aws.ecs.service('orders').serviceDeployments;
    expect(service.deployment).toEqual({ id: deployment.id, serviceDeploymentArn: arn, taskDefinitionArn: revisionArn('orders:2'), stoppedContainers: [] });
  });

  scenario('add changes what is named in an existing agent, and keeps the rest', async shop => {
    await shop.run([...ADD, '--host-allow', '^api\\.']);
    const before = shop.agent();
    const update = await shop.json([...ADD, '--rate-limit', '200']);
    expect(update).toMatchObject({ code: 0, service: { action: 'update', outcome: 'completed' } });
    const after = shop.agent();
    expect(after.entryPoint).toEqual(expect.arrayContaining(['--rate-limit', '200', '--host-allow', '^api\\.']));
    expect({ ...after, entryPoint: [] }).toEqual({ ...before, entryPoint: [] });
  });

  scenario('add writes --trace-tags as the agent\'s own --tags, also into an existing agent', async shop => {
    await shop.run([...ADD, '--trace-tags', 'team=web']);
    expect(shop.agent().entryPoint.slice(-2)).toEqual(['--tags', 'team=web']);
    expect((await shop.run([...ADD, '--trace-tags', 'team=jobs'])).code).toBe(0);
    expect(shop.agent().entryPoint.slice(-2)).toEqual(['--tags', 'team=jobs']);
  });

  scenario('add finds an agent that was added by hand under another name, and updates it in place', async shop => {
    expect(await shop.json(ADD)).toMatchObject({ code: 0, service: { action: 'update' } });
    expect(shop.definition().containerDefinitions).toHaveLength(2);
    expect(shop.definition().containerDefinitions[0]).toMatchObject({ name: 'by-hand', environment: [{ name: 'KEEP', value: 'me' }] });
    expect(JSON.stringify(shop.definition().containerDefinitions[0])).toContain(COLLECTION);
  }, {
    definition: withContainers({
      name: 'by-hand', image: 'docker.postman.com/postman-lc-agent:1.2.3', essential: false, environment: [{ name: 'KEEP', value: 'me' }],
      entryPoint: ['/postman-lc-agent', 'apidump', '--collection', '1-00000000-0000-0000-0000-000000000000'],
      secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mine-AbCdEf' }],
    }, WEB),
  });

  scenario('add keeps members that the SDK does not know', async shop => {
    const { arn } = shop.aws.ecs.registerTaskDefinition(taskDefinitionBody('orders', { fromTheFuture: { deep: ['one'] } }));
    shop.aws.ecs.updateService('orders', { taskDefinition: arn });
    shop.aws.advance(1000);
    expect((await shop.run(ADD)).code).toBe(0);
    expect(shop.runs()).toBe('orders:3');
    expect(shop.definition()).toMatchObject({ fromTheFuture: { deep: ['one'] } });
  });

  scenario('add gives services that share a revision one new one, without a variable that names a service', async shop => {
    shop.aws.ecs.addService('twin', { cluster: 'shop', taskDefinition: 'pair:1' });
    const ran = await shop.run(['ecs', 'add', ...ALL, '--collection', COLLECTION, '--json']);
    expect(ran.code).toBe(0);
    expect(ran.json.services.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['completed', 'completed']);
    expect([shop.runs(), shop.runs('twin'), shop.revisions('pair')]).toEqual(['pair:2', 'pair:2', 2]);
    expect(JSON.stringify(shop.agent().environment ?? [])).not.toMatch(/"(orders|twin)"/);
    expect(JSON.stringify(shop.agent().environment ?? [])).not.toMatch(/SERVICE/);
  }, { definition: { family: 'pair' } });

  scenario('add names the service in a variable if no other service runs the revision', async shop => {
    await shop.run(ADD);
    expect(shop.agent().environment).toContainEqual({ name: expect.stringMatching(/SERVICE/), value: 'orders' });
  });

  scenario('add --plaintext-api-key needs only the six ECS actions, no secret and no execution role', async shop => {
    shop.aws.allowOnly({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: SIX_ACTIONS, Resource: '*' } });
    const { code, service, ran } = await shop.json([...ADD, '--plaintext-api-key'], { env: WITH_KEY });
    expect(code).toBe(0);
    expect(service).toMatchObject({ outcome: 'completed', egress: { verdict: 'unknown' } });
    expect(service.warnings.map(({ id }: { id: string }) => id)).toContain('plaintextApiKey');
    expect(shop.agent().environment).toContainEqual({ name: 'POSTMAN_API_KEY', value: KEY });
    expect(service.taskDefinition.containerDefinitions[1].environment).toContainEqual({ name: 'POSTMAN_API_KEY', value: '***' });
    expect(ran.stdout + ran.stderr).toContain('***');
    expect(shop.aws.calls.filter(({ service: of }) => of === 'secretsmanager' || of === 'iam')).toEqual([]);
    expect((await shop.run(REMOVE)).code).toBe(0);
    expect(shop.runs()).toBe('orders:1');
  }, { inClear: true, hasSecret: false, definition: { executionRoleArn: undefined } });

  scenario('add --plaintext-api-key hides the key also in the plan for people and with --verbose', async shop => {
    const ran = await shop.run([...ADD, '--plaintext-api-key', '--verbose'], { env: WITH_KEY });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/POSTMAN_API_KEY=\*\*\*/);
    expect(ran.stderr).toMatch(/ecs:RegisterTaskDefinition \d+ ms/);
  }, { inClear: true, hasSecret: false });

  scenario('a key in plain text in an existing agent is never shown', async shop => {
    const [text, document, update] = [await shop.run(PLAN), await shop.json(PLAN), await shop.json([...ADD, '--api-key-secret', 'postman/api-key'])];
    expect([text.code, document.code, update.code]).toEqual([3, 3, 0]);
    expect(document.service.taskDefinition.containerDefinitions[1].environment).toEqual([{ name: 'POSTMAN_API_KEY', value: '***' }]);
    expect(update.service.taskDefinition.containerDefinitions[1].secrets).toMatchObject([{ name: 'POSTMAN_API_KEY' }]);
    expect(JSON.stringify(shop.agent())).not.toContain(KEY);
  }, {
    inClear: true,
    definition: withContainers(WEB, {
      name: AGENT, image: 'docker.postman.com/postman-lc-agent:1', essential: false, environment: [{ name: 'POSTMAN_API_KEY', value: KEY }],
    }),
  });

  scenario('a key that AWS repeats in an error is never shown', async shop => {
    shop.aws.inject('ecs:RegisterTaskDefinition', refused('ClientException', `Invalid value ${KEY}.`));
    const { code, service } = await shop.json([...ADD, '--plaintext-api-key'], { env: WITH_KEY });
    expect(code).toBe(1);
    expect(service.reason).toContain('Invalid value ***.');
  }, { inClear: true });

  scenario('add --api-key-secret-field reads one field of the secret', async shop => {
    const { arn } = shop.aws.secrets.add('team/postman', '{}');
    await shop.run([...ADD, '--api-key-secret', 'team/postman', '--api-key-secret-field', 'key']);
    expect(shop.agent().secrets).toEqual([{ name: 'POSTMAN_API_KEY', valueFrom: `${arn}:key::` }]);
  });

  scenario('add works as Postman\'s own documentation writes it: region, cluster and service by ARN', async shop => {
    const args = ['ecs', 'add', '--collection', COLLECTION, '--region', 'eu-west-1', '--cluster', CLUSTER_ARN, '--service', serviceArn('orders')];
    expect((await shop.run(args, { env: { ...WITH_KEY, AWS_REGION: undefined } })).code).toBe(0);
    expect(shop.runs()).toBe('orders:2');
  }, { hasSecret: false });

  scenario('plan ends with 3 and says so if the secret does not exist yet', async shop => {
    const { code, service } = await shop.json(PLAN, { env: WITH_KEY });
    expect(code).toBe(3);
    expect(service.warnings).toContainEqual({ id: 'secretToBeCreated', message: expect.stringContaining('postman/api-key') });
    expect(shop.writes).toEqual([]);
  }, { hasSecret: false });
});

describe('remove', () => {
  scenario('remove registers a new revision if the previous one is deregistered', async shop => {
    const { containerDefinitions } = shop.definition();
    await shop.run(ADD);
    shop.aws.ecs.deregisterTaskDefinition('orders:1');
    const service = { targetTaskDefinitionArn: null, taskDefinition: { family: 'orders' }, outcome: 'completed' };
    expect(await shop.json(REMOVE)).toMatchObject({ code: 0, service });
    expect(shop.runs()).toBe('orders:3');
    expect(shop.definition().containerDefinitions).toEqual(containerDefinitions);
    expect(shop.aws.callsOf('RegisterTaskDefinition')[1].input.tags).toBeUndefined();
  });

  scenario('remove does not go to a revision that a forged tag names', async shop => {
    const before = shop.definition();
    const { arn } = shop.aws.ecs.registerTaskDefinition(taskDefinitionBody('orders', withContainers({ ...WEB, image: 'another/program' })));
    expect(arn).toBe(revisionArn('orders:2'));
    await shop.run(ADD);
    const [marked] = shop.aws.ecs.revisionsOf('orders').slice(-1);
    expect(marked.tags).toContainEqual({ key: 'postman:previous_revision', value: '1' });
    marked.tags.splice(0, Infinity, { key: 'postman:previous_revision', value: '2' });
    expect(await shop.json(REMOVE)).toMatchObject({ code: 0, service: { targetTaskDefinitionArn: null, outcome: 'completed' } });
    expect(shop.runs()).toBe('orders:4');
    expect(shop.definition().containerDefinitions).toEqual(before.containerDefinitions);
  });

  scenario('remove keeps what was changed since the agent was added', async shop => {
    await shop.run(ADD);
    const [{ input }] = shop.aws.callsOf('RegisterTaskDefinition');
    const containers = input.containerDefinitions as JsonObject[];
    const changed = { ...input, containerDefinitions: containers.map(container => container.name === 'web' ? { ...container, image: 'nginx:2' } : container) };
    shop.aws.ecs.updateService('orders', { taskDefinition: shop.aws.ecs.registerTaskDefinition(changed).arn });
    shop.aws.advance(1000);
    expect((await shop.run(REMOVE)).code).toBe(0);
    expect(shop.runs()).toBe('orders:4');
    expect(shop.definition().containerDefinitions).toMatchObject([{ name: 'web', image: 'nginx:2' }]);
  });
});

describe('status', () => {
  const agentEnds = (shop: Shop) => shop.aws.ecs.stopContainer('orders', { name: AGENT, exitCode: 1, reason: 'no such collection' }, 1);

  scenario('status of a service without the agent is absent, with 3', async shop => {
    const { code, service } = await shop.json(STATUS);
    expect(code).toBe(3);
    expect(service).toEqual({
      clusterArn: CLUSTER_ARN, serviceArn: serviceArn('orders'), currentTaskDefinitionArn: revisionArn('orders:1'),
      agent: { state: 'absent', generation: null, image: null, destination: null, log: null },
      tasks: { desired: 2, running: 2, withAgent: 0 }, key: null, stoppedContainers: [], egress: null, warnings: [],
    });
  });

  scenario('status of a service whose agent runs in all tasks has its image, collection and egress', async shop => {
    await shop.run(ADD);
    expect((await shop.json(STATUS)).service).toMatchObject({
      agent: { state: 'running', generation: 'live-collection', image: expect.stringContaining(AGENT), destination: { collectionId: COLLECTION } },
      egress: {
        verdict: 'reachable',
        evidence: expect.arrayContaining([{ verdict: 'reachable', path: 'agent', subject: expect.any(String), finding: expect.any(String), remedy: null }]),
      },
    });
  });

  scenario('status during a rollout is rollingOut, with 3', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', { kind: 'neverSettles' });
    await shop.run([...ADD, '--no-follow']);
    expect(await shop.json(STATUS)).toMatchObject({ code: 3, service: { agent: { state: 'rollingOut' } } });
  });

  scenario('status of a service with one agent that died is degraded, with its exit code and reason', async shop => {
    await shop.run(ADD);
    agentEnds(shop);
    const { code, service } = await shop.json(STATUS);
    expect(code).toBe(3);
    expect(service).toMatchObject({
      agent: { state: 'degraded' },
      tasks: { running: 2, withAgent: 1 },
      stoppedContainers: [{ container: AGENT, exitCode: 1, reason: 'no such collection' }],
    });
  });

  scenario('status of several services takes the exit code of the worst', async shop => {
    await shop.run(ADD);
    shop.aws.ecs.addService('web', { cluster: 'shop' });
    const ran = await shop.run(['ecs', 'status', ...ALL, '--json']);
    expect(ran).toMatchObject({ code: 3, json: { verb: 'status', services: [{ agent: { state: 'running' } }, { agent: { state: 'absent' } }] } });
  });

  scenario('status after a rollout that failed without a rollback is degraded', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', tasksFail(essentialExited('web', 2)));
    await shop.run([...ADD, '--no-rollback']);
    expect((await shop.json(STATUS)).service.agent.state).toBe('degraded');
  }, { service: { members: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } } } });

  scenario('status without ecs:ListTasks ends with 1, and names the permission', async shop => {
    shop.aws.inject('ecs:ListTasks', accessDenied());
    const ran = await shop.run(STATUS);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('ecs:ListTasks');
  });
});

describe('the document of a plan', () => {
  scenario('the agent of a plan is the one that is there now: none before add, and after it the agent, without a state', async shop => {
    expect((await shop.json(PLAN)).service.agent).toEqual({ state: 'absent', generation: null, image: null, destination: null, log: null });
    await shop.run(ADD);
    const { service } = await shop.json([...PLAN, '--rate-limit', '200']);
    const agent = { state: null, generation: 'live-collection', image: expect.stringContaining(AGENT), destination: { collectionId: COLLECTION } };
    expect(service).toMatchObject({ action: 'update', agent });
  });

  const OWN = { generation: 'insights', image: 'registry.example/own:1' } as const;
  const ownAgent = (...args: string[]) => withContainers(WEB, {
    name: 'insights', image: OWN.image, essential: false, entryPoint: ['/postman-insights-agent', 'apidump', ...args],
  });

  scenario('the agent of a plan is of the generation insights, with its project, if it is an Insights agent', async shop => {
    expect((await shop.json(PLAN)).service.agent).toEqual({ state: null, ...OWN, destination: { projectId: 'svc_1' }, log: null });
  }, { definition: ownAgent('--project', 'svc_1') });

  scenario('the agent of a plan has no destination if neither its arguments nor its variables name one', async shop => {
    expect((await shop.json(PLAN)).service.agent).toEqual({ state: null, ...OWN, destination: null, log: null });
  }, { definition: ownAgent('--debug') });

  scenario('the agent of a plan is null if the task definition was not read', async shop => {
    expect(await shop.json(PLAN)).toMatchObject({ code: 5, service: { agent: null, egress: null } });
  }, { service: { status: 'DRAINING' } });

  scenario('each finding about egress has its verdict, its subject and what to change', async shop => {
    const { service } = await shop.json(PLAN);
    expect(service.egress.verdict).toBe('unreachable');
    const subnet = expect.stringContaining('subnet-1');
    expect(service.egress.evidence[0]).toEqual({ verdict: 'unreachable', path: 'agent', subject: subnet, finding: subnet, remedy: expect.any(String) });
  }, { subnet: 'isolated' });
});

describe('output', () => {
  for (const [verb, args, code] of [['plan', PLAN, 3], ['status', STATUS, 3], ['remove', REMOVE, 0]] as const) {
    scenario(`${verb} --json prints one document on stdout, and --verbose prints on stderr`, async shop => {
      const ran = await shop.run([...args, '--json', '--verbose']);
      expect(ran.code).toBe(code);
      expect(ran.json).toMatchObject({ version: 2, verb });
      expect(ran.stderr).toContain('ecs:DescribeServices');
    });
  }

  scenario('a failed rollout names the containers that ended, the agent first', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', tasksFail(secretOutOfReach));
    const ran = await shop.run([...ADD, '--timeout', '1s']);
    expect(ran.code).toBe(4);
    expect(ran.stdout).toMatch(new RegExp(`container ${AGENT} ended .*ResourceInitializationError`));
  });

  scenario('an error with --json is a document', async shop => {
    const ran = await shop.run(['ecs', 'plan', '--json', '--cluster', 'shop', '--service', 'missing', '--collection', COLLECTION]);
    expect(ran).toMatchObject({ code: 1, json: { verb: 'plan', services: [], error: { message: expect.stringContaining('no service missing') } } });
    expect(ran.stderr).toMatch(/no service missing/);
  });
});
