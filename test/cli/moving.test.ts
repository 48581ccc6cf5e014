import {
  ADD, ADD_PROJECT, AGENT, ALL, awslogs, COLLECTION, IMAGE, INSIGHTS_AGENT, INSIGHTS_IMAGE, KEY, PROJECT, REMOVE, scenario, serviceArn, Shop, STATUS,
  variables, WITH_KEY,
} from './shop';
import { accessDenied, JsonObject, refused, taskDefinitionBody } from '../fakes';

/** A container as Postman's own `ecs add --collection` made it, with the key in clear text. */
function liveCollection(key: string = KEY, members: JsonObject = {}): JsonObject {
  return {
    name: AGENT,
    image: IMAGE,
    essential: false,
    entryPoint: ['/postman-lc-agent', 'apidump', '--collection', COLLECTION],
    environment: [
      { name: 'POSTMAN_API_KEY', value: key }, { name: 'AKITA_AWS_REGION', value: 'eu-west-1' }, { name: 'AKITA_ECS_SERVICE', value: 'orders' },
      { name: 'AKITA_ECS_TASK', value: 'orders' },
    ],
    ...members,
  };
}

const WEB: JsonObject = { name: 'web', image: 'nginx', essential: true };
const withAgent = (agent: JsonObject, members: JsonObject = {}): JsonObject => ({ containerDefinitions: [WEB, agent], ...members });
const OLD = withAgent(liveCollection());
const NAMES = ['POSTMAN_INSIGHTS_API_KEY', 'POSTMAN_API_KEY'];
const secretArn = (shop: Shop, name = 'postman/api-key') => shop.aws.secrets.find(name)!.arn;
const warningIds = (service: { readonly warnings: readonly { readonly id: string }[] }) => service.warnings.map(({ id }) => id);
const containerNames = (shop: Shop) => shop.definition().containerDefinitions.map(({ name }: { name: string }) => name);

describe('from the Live Collection agent to the Insights agent', () => {
  scenario('add --project on an agent of Postman\'s own ecs add makes one new revision with one agent, and its key moves to a new secret', async shop => {
    const { code, service, ran } = await shop.json([...ADD_PROJECT, '--verbose']);
    expect({ code, action: service.action, outcome: service.outcome }).toEqual({ code: 0, action: 'update', outcome: 'completed' });
    expect(shop.writes).toEqual(['CreateSecret', 'RegisterTaskDefinition', 'UpdateService']);
    expect(shop.aws.secrets.holds('postman/api-key', KEY)).toBe(true);
    expect(ran.stderr).toContain('created the secret postman/api-key');
    expect([shop.runs(), shop.revisions(), containerNames(shop)]).toEqual(['orders:2', 2, ['web', INSIGHTS_AGENT]]);
    expect(shop.agent()).toMatchObject({
      image: `${INSIGHTS_IMAGE}:latest`,
      essential: false,
      entryPoint: ['/postman-insights-agent', 'apidump', '--project', PROJECT],
      secrets: NAMES.map(name => ({ name, valueFrom: secretArn(shop) })),
    });
    expect(JSON.stringify(shop.definition())).not.toContain(KEY);
    expect(variables(shop.agent())).toMatchObject({ POSTMAN_ECS_SERVICE: 'orders', POSTMAN_ECS_TASK: 'orders', POSTMAN_AWS_REGION: 'eu-west-1' });
    expect(warningIds(service)).toEqual(expect.arrayContaining(['secretToBeCreated', 'oldRevisionsKeepKey']));
    expect((await shop.json(STATUS)).service.agent).toMatchObject({ generation: 'insights', destination: { projectId: PROJECT } });
  }, { definition: OLD, hasSecret: false });

  scenario('the plan for people names the old and the new container, and shows no key', async shop => {
    const ran = await shop.run([...ADD_PROJECT, '--dry-run', '--verbose']);
    expect(ran.code).toBe(3);
    expect(ran.stdout).toContain(`- containerDefinitions[${AGENT}]  ${IMAGE}`);
    expect(ran.stdout).toContain(`+ containerDefinitions[${INSIGHTS_AGENT}]`);
    expect(ran.stdout).toMatch(/secretToBeCreated/);
    expect(shop.writes).toEqual([]);
  }, { definition: OLD, hasSecret: false });

  scenario('an existing secret is used and not changed, with the warning that the two keys were not compared', async shop => {
    const { code, service } = await shop.json(ADD_PROJECT);
    expect(code).toBe(0);
    expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
    expect(shop.aws.secrets.holds('postman/api-key', 'value')).toBe(true);
    expect(shop.agent().secrets).toEqual(NAMES.map(name => ({ name, valueFrom: secretArn(shop) })));
    expect(service.warnings).toContainEqual({ id: 'keyNotCompared', message: expect.stringMatching(/postman\/api-key.*not compared.*ecs key update/) });
    const rotate = expect.stringMatching(/old revisions.*Create a new key.*revoke the old one/);
    expect(service.warnings).toContainEqual({ id: 'oldRevisionsKeepKey', message: rotate });
  }, { definition: OLD });

  scenario('POSTMAN_API_KEY goes before the key of the agent if the secret is created', async shop => {
    expect((await shop.run(ADD_PROJECT, { env: { POSTMAN_API_KEY: 'not-the-key-of-the-agent' } })).code).toBe(0);
    expect(shop.aws.secrets.holds('postman/api-key', 'not-the-key-of-the-agent')).toBe(true);
  }, { definition: OLD, hasSecret: false });

  scenario('a key that already comes from a secret stays where it is, under the variables of the new agent', async shop => {
    const { code, service } = await shop.json(ADD_PROJECT);
    expect(code).toBe(0);
    expect(shop.agent().secrets).toEqual(NAMES.map(name => ({ name, valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mine-AbCdEf' })));
    expect(warningIds(service)).not.toContain('oldRevisionsKeepKey');
    expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
  }, {
    hasSecret: false,
    definition: withAgent(liveCollection(KEY, {
      environment: [], secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mine-AbCdEf' }],
    })),
  });

  scenario('filters, the log and other variables of the old agent are kept', async shop => {
    expect((await shop.run(ADD_PROJECT)).code).toBe(0);
    const { entryPoint, logConfiguration } = shop.agent();
    expect(entryPoint).toEqual(expect.arrayContaining(['--host-allow', '^api', '--rate-limit', '200']));
    expect(logConfiguration).toMatchObject(awslogs(INSIGHTS_AGENT));
    expect(variables(shop.agent())).toMatchObject({ KEEP: 'me' });
  }, {
    definition: withAgent(liveCollection(KEY, {
      entryPoint: ['/postman-lc-agent', 'apidump', '--collection', COLLECTION, '--host-allow', '^api', '--rate-limit', '200'],
      environment: [{ name: 'POSTMAN_API_KEY', value: KEY }, { name: 'KEEP', value: 'me' }],
      logConfiguration: awslogs(AGENT),
    })),
  });

  scenario('--plaintext-api-key keeps the key in the task definition, without a secret and with a warning', async shop => {
    const { code, service } = await shop.json([...ADD_PROJECT, '--plaintext-api-key'], { env: WITH_KEY });
    expect(code).toBe(0);
    expect(warningIds(service)).toEqual(expect.arrayContaining(['plaintextApiKey']));
    expect(warningIds(service)).not.toContain('oldRevisionsKeepKey');
    expect(variables(shop.agent())).toMatchObject({ POSTMAN_INSIGHTS_API_KEY: KEY, POSTMAN_API_KEY: KEY });
    expect(shop.agent().secrets ?? []).toEqual([]);
    expect(shop.aws.calls.filter(({ service: of }) => of === 'secretsmanager')).toEqual([]);
  }, { definition: withAgent(liveCollection(), { executionRoleArn: undefined }), hasSecret: false, inClear: true });

  scenario('services with the same key in clear text move together: one secret, each its own revision', async shop => {
    shop.aws.ecs.addService('web', { cluster: 'shop', taskDefinition: taskDefinitionBody('web', OLD) });
    expect((await shop.run(['ecs', 'add', ...ALL, '--project', PROJECT])).code).toBe(0);
    expect(shop.writes.filter(action => action === 'CreateSecret')).toHaveLength(1);
    expect(shop.agent('web').secrets).toEqual(shop.agent('orders').secrets);
  }, { definition: OLD, hasSecret: false });

  scenario('services whose agents have different keys in clear text are not moved to one new secret: 2, nothing written, and the ways out', async shop => {
    shop.aws.ecs.addService('web', { cluster: 'shop', taskDefinition: taskDefinitionBody('web', withAgent(liveCollection('not-a-key-of-orders'))) });
    const ran = await shop.run(['ecs', 'add', ...ALL, '--project', PROJECT]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/different API keys.*Set POSTMAN_API_KEY.*or select services with the same key/);
    expect(ran.stdout + ran.stderr).not.toContain('not-a-key');
    expect(shop.writes).toEqual([]);
    expect((await shop.run(['ecs', 'add', ...ALL, '--project', PROJECT], { env: WITH_KEY })).code).toBe(0);
    expect(shop.aws.secrets.holds('postman/api-key', KEY)).toBe(true);
  }, { definition: OLD, hasSecret: false });

  scenario('a task definition without an execution role is refused, since ECS could not read the secret', async shop => {
    const { code, service } = await shop.json(ADD_PROJECT);
    expect(code).toBe(5);
    expect(service.refusals).toMatchObject([{ id: 'executionRole', message: expect.stringMatching(/executionRoleArn.*--plaintext-api-key/) }]);
    expect(shop.writes).toEqual([]);
  }, { definition: withAgent(liveCollection(), { executionRoleArn: undefined }), hasSecret: false });

  scenario('an execution role that cannot read the existing secret is refused', async shop => {
    expect(await shop.json(ADD_PROJECT)).toMatchObject({ code: 5, service: { refusals: [{ id: 'executionRoleCannotReadSecret' }] } });
    expect(shop.writes).toEqual([]);
  }, { definition: OLD, mayRead: false });

  scenario('remove after the move goes back to a task definition without an agent, and not to the old agent', async shop => {
    await shop.run(ADD_PROJECT);
    expect((await shop.run(REMOVE)).code).toBe(0);
    expect(containerNames(shop)).toEqual(['web']);
  }, { definition: OLD });

  scenario('remove after add and move goes back to the revision from before add', async shop => {
    await shop.run(ADD);
    await shop.run(ADD_PROJECT);
    expect([shop.runs(), containerNames(shop)]).toEqual(['orders:3', ['web', INSIGHTS_AGENT]]);
    expect((await shop.run(REMOVE)).code).toBe(0);
    expect([shop.runs(), shop.revisions()]).toEqual(['orders:1', 3]);
  });

  scenario('a second run after the move is unchanged', async shop => {
    await shop.run(ADD_PROJECT);
    expect(await shop.json(ADD_PROJECT)).toMatchObject({ code: 0, service: { action: 'none', outcome: 'unchanged', warnings: [] } });
  }, { definition: OLD });

  scenario('another container of the new agent\'s name is refused, and two agents are refused', async shop => {
    const both = withAgent(liveCollection(), { containerDefinitions: [WEB, liveCollection(), { name: INSIGHTS_AGENT, image: 'busybox', essential: false }] });
    shop.aws.ecs.addService('web', { cluster: 'shop', taskDefinition: taskDefinitionBody('web', both) });
    const ran = await shop.run(['ecs', 'add', '--cluster', 'shop', '--service', serviceArn('web'), '--project', PROJECT, '--json']);
    expect(ran.code).toBe(5);
    expect(ran.json.services[0].refusals).toMatchObject([{ id: 'containerName', message: expect.stringContaining('busybox') }]);
    expect(shop.writes).toEqual([]);
  });
});

describe('the key of an agent that has it in clear text', () => {
  /** The key is only in the task definition, so nothing but that tells the program to hide it. */
  const FAULTS: Readonly<Record<string, string>> = {
    'secretsmanager:CreateSecret': 'InvalidRequestException', 'ecs:RegisterTaskDefinition': 'ClientException', 'ecs:UpdateService': 'InvalidParameterException',
  };
  for (const [action, code] of Object.entries(FAULTS)) {
    scenario(`the key is hidden if AWS repeats it in the error of ${action}`, async shop => {
      shop.aws.inject(action, refused(code, `Invalid value ${KEY}.`));
      const ran = await shop.run([...ADD_PROJECT, '--verbose']);
      expect(ran.code).toBe(1);
      expect(ran.stdout + ran.stderr).toContain('Invalid value ***.');
      expect(shop.runs()).toBe('orders:1');
    }, { definition: OLD, hasSecret: false });
  }

  scenario('the key is hidden if ECS repeats it when an agent keeps it', async shop => {
    shop.aws.inject('ecs:RegisterTaskDefinition', refused('ClientException', `Invalid value ${KEY}.`));
    const ran = await shop.run([...ADD, '--rate-limit', '200', '--json']);
    expect(ran.code).toBe(1);
    expect(ran.json.services[0].reason).toContain('Invalid value ***.');
  }, { definition: OLD, inClear: true });

  scenario('the key is hidden if the agent logs it', async shop => {
    shop.aws.ecs.logs(AGENT, ['Postman Live Collections Agent 0.29.0', `[ERROR] Invalid credentials, run "login": ${KEY}`]);
    shop.aws.ecs.updateService('orders', { forceNewDeployment: true });
    shop.aws.advance(1000);
    const [text, document] = [await shop.run(STATUS), await shop.json(STATUS)];
    expect(text.stdout).toContain('run "login": ***');
    expect(document.service.agent.log.line).toContain('run "login": ***');
  }, { definition: withAgent(liveCollection(KEY, { logConfiguration: awslogs(AGENT) })) });

  scenario('a run that is denied CreateSecret writes nothing, and shows no key', async shop => {
    shop.aws.inject('secretsmanager:CreateSecret', accessDenied());
    const ran = await shop.run(ADD_PROJECT);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('"Action":"secretsmanager:CreateSecret"');
    expect(shop.revisions()).toBe(1);
  }, { definition: OLD, hasSecret: false });
});

describe('an Insights agent of Postman\'s own ecs add', () => {
  const THEIRS = withAgent({
    name: INSIGHTS_AGENT,
    image: INSIGHTS_IMAGE,
    essential: false,
    entryPoint: ['/postman-insights-agent', 'apidump', '--project', PROJECT],
    environment: [{ name: 'POSTMAN_INSIGHTS_API_KEY', value: KEY }, { name: 'POSTMAN_ECS_SERVICE', value: 'orders' }],
  });

  scenario('add changes what is named and leaves the key where it is, with a warning', async shop => {
    const { code, service } = await shop.json([...ADD_PROJECT, '--rate-limit', '200']);
    expect({ code, action: service.action }).toEqual({ code: 0, action: 'update' });
    expect(warningIds(service)).toEqual(['plaintextApiKey']);
    expect(shop.agent().entryPoint).toEqual(['/postman-insights-agent', 'apidump', '--project', PROJECT, '--rate-limit', '200']);
    expect(variables(shop.agent())).toEqual({ POSTMAN_INSIGHTS_API_KEY: KEY, POSTMAN_ECS_SERVICE: 'orders' });
    expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
  }, { definition: THEIRS, hasSecret: false, inClear: true });

  scenario('add with the same project has nothing to do', async shop => {
    expect(await shop.json(ADD_PROJECT)).toMatchObject({ code: 0, service: { action: 'none', outcome: 'unchanged' } });
  }, { definition: THEIRS, hasSecret: false });

  scenario('--api-key-secret moves the key to a secret, which is created from the agent\'s own key if it does not exist', async shop => {
    const { code, service } = await shop.json([...ADD_PROJECT, '--api-key-secret', 'team/postman']);
    expect(code).toBe(0);
    expect(warningIds(service)).toEqual(expect.arrayContaining(['secretToBeCreated', 'oldRevisionsKeepKey']));
    expect(shop.aws.secrets.holds('team/postman', KEY)).toBe(true);
    expect(shop.agent().secrets).toEqual(NAMES.map(name => ({ name, valueFrom: secretArn(shop, 'team/postman') })));
    expect(variables(shop.agent())).toEqual({ POSTMAN_ECS_SERVICE: 'orders' });
  }, { definition: THEIRS, hasSecret: false });
});

describe('from the Insights agent to the Live Collection agent', () => {
  const INSIGHTS = withAgent({
    name: INSIGHTS_AGENT,
    image: INSIGHTS_IMAGE,
    essential: false,
    entryPoint: ['/postman-insights-agent', 'apidump', '--project', PROJECT, '--repro-mode', '--host-allow', '^api'],
    environment: [
      { name: 'POSTMAN_INSIGHTS_API_KEY', value: KEY }, { name: 'POSTMAN_INSIGHTS_WORKSPACE_ID', value: 'x' }, { name: 'KEEP', value: 'me' },
    ],
  });

  scenario('add --collection on an Insights agent makes it the Live Collection agent, without flags and variables of the other', async shop => {
    const { code, service } = await shop.json(ADD);
    expect({ code, action: service.action }).toEqual({ code: 0, action: 'update' });
    expect(containerNames(shop)).toEqual(['web', AGENT]);
    expect(shop.agent().entryPoint).toEqual(expect.arrayContaining(['/postman-lc-agent', '--collection', COLLECTION, '--host-allow', '^api']));
    expect(shop.agent().entryPoint).not.toEqual(expect.arrayContaining(['--project']));
    expect(shop.agent().entryPoint).not.toEqual(expect.arrayContaining(['--repro-mode']));
    expect(Object.keys(variables(shop.agent())).filter(name => name.startsWith('POSTMAN_INSIGHTS_'))).toEqual([]);
    expect(variables(shop.agent())).toMatchObject({ KEEP: 'me' });
    expect(shop.agent().secrets).toEqual([{ name: 'POSTMAN_API_KEY', valueFrom: secretArn(shop) }]);
    expect(shop.aws.secrets.holds('postman/api-key', KEY)).toBe(true);
  }, { definition: INSIGHTS, hasSecret: false });
});
