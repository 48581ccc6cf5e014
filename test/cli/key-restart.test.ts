import { AGENT, ALL, CLUSTER_ARN, KEY, scenario, SELECT, serviceArn, Shop, WITH_KEY } from './shop';
import { accessDenied, connectionReset, expiredToken, JsonObject, meanwhile, neverSettles, taskDefinitionBody } from '../fakes';

const NAME = 'postman/api-key';
const arnOf = (shop: Shop, name = NAME) => shop.aws.secrets.find(name)!.arn;
const update = (shop: Shop, ...flags: string[]) => shop.run(['ecs', 'key', 'update', ...flags], { env: WITH_KEY });
const RESTART = ['--restart', ...ALL];

/** A task definition with a container that reads a secret. */
function reading(family: string, valueFrom: string): JsonObject {
  return taskDefinitionBody(family, {
    executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
    containerDefinitions: [{ name: 'web', image: 'nginx', essential: true, secrets: [{ name: 'ANY', valueFrom }] }],
  });
}

function addReader(shop: Shop, name: string, valueFrom: string, options: object = {}): void {
  shop.aws.ecs.addService(name, { cluster: 'shop', desiredCount: 1, taskDefinition: reading(name, valueFrom), ...options });
}

scenario('key update --restart starts new tasks of the services that read the secret, in any form of its ARN, after the secret is written', async shop => {
  const arn = arnOf(shop);
  shop.aws.secrets.add('postman/api', 'value');
  const partial = arn.slice(0, -7);
  for (const [name, valueFrom] of [['whole', arn], ['empty', `${arn}:::`], ['partial', partial], ['stage', `${partial}::AWSCURRENT:`]]) {
    addReader(shop, name, valueFrom);
  }
  for (const [name, valueFrom] of [
    ['longer', `${partial}-two-AbCdEf`], ['shorter', arnOf(shop, 'postman/api')], ['elsewhere', arn.replace('eu-west-1', 'eu-west-2')],
    ['parameter', 'arn:aws:ssm:eu-west-1:123456789012:parameter/postman/api-key'],
  ]) addReader(shop, name, valueFrom);
  const ran = await update(shop, ...RESTART);
  expect(ran.code).toBe(0);
  expect(shop.aws.callsOf('UpdateService').map(({ input }) => input)).toEqual(['whole', 'empty', 'partial', 'stage'].map(name => ({
    cluster: CLUSTER_ARN, service: serviceArn(name), forceNewDeployment: true,
  })));
  expect(shop.writes).toEqual(['PutSecretValue', ...Array.from({ length: 4 }, () => 'UpdateService')]);
  for (const name of ['orders', 'longer', 'shorter', 'elsewhere', 'parameter']) expect(ran.stdout).toContain(`${name}: does not read the secret`);
  expect(ran.stdout).toMatch(/whole: new tasks are starting \(deployment ecs-svc\/\d+\)/);
  expect(ran.stdout).toContain('run `ecs status`');
}, { inClear: true });

describe('with a field, key update --restart', () => {
  const FIELD = ['--api-key-secret', 'team/postman', '--api-key-secret-field', 'key'];
  const add = (shop: Shop) => shop.aws.secrets.add('team/postman', '{"user":"u","key":"old"}').arn;
  const agentReads = (shop: Shop, valueFrom: string) => shop.aws.ecs.addService('web', {
    cluster: 'shop', desiredCount: 1, taskDefinition: taskDefinitionBody('web', {
      containerDefinitions: [
        { name: AGENT, image: 'docker.postman.com/postman-lc-agent', command: ['apidump'], secrets: [{ name: 'POSTMAN_API_KEY', valueFrom }] },
      ],
    }),
  });

  scenario('starts new tasks of what reads that field, or the whole value, and not of what reads another field', async shop => {
    const arn = add(shop);
    const readers = [['field', `${arn}:key::`], ['stage', `${arn}:key:AWSCURRENT:`], ['whole', arn], ['other', `${arn}:user::`]];
    for (const [name, valueFrom] of readers) addReader(shop, name, valueFrom);
    const ran = await update(shop, ...RESTART, ...FIELD);
    expect([ran.code, shop.aws.callsOf('UpdateService').map(({ input }) => input.service)]).toEqual([0, ['field', 'stage', 'whole'].map(serviceArn)]);
    expect(ran.stdout).toContain('other: it reads another field of the secret');
  });

  scenario('refuses an agent that reads the whole value, before anything is written', async shop => {
    agentReads(shop, add(shop));
    const ran = await update(shop, '--restart', ...SELECT, '--service', 'web', ...FIELD);
    expect([ran.code, ran.stderr, shop.writes]).toEqual([5, expect.stringMatching(/Service web: its agent reads the whole value of secret team\/postman/), []]);
  });
});

scenario('key update --restart refuses to replace a whole value of which a service reads a field, before anything is written', async shop => {
  addReader(shop, 'web', `${arnOf(shop)}:key::`);
  const ran = await update(shop, ...RESTART);
  expect([ran.code, ran.stderr, shop.writes]).toEqual([5, expect.stringMatching(/^error: Service web: it reads the field key of secret postman\/api-key/), []]);
}, { inClear: true });

scenario('key update --restart starts no new tasks of services that name a version of the secret, and says so', async shop => {
  const arn = arnOf(shop);
  for (const [name, end] of [['id', ':::6f1c0e0a-3a52-4d3e-9a55-3f1f7f3a1c11'], ['previous', '::AWSPREVIOUS:']]) addReader(shop, name, `${arn}${end}`);
  const ran = await update(shop, ...RESTART);
  expect([ran.code, shop.aws.callsOf('UpdateService')]).toEqual([1, []]);
  for (const name of ['id', 'previous']) expect(ran.stdout).toContain(`${name}: skipped: it names a version of the secret`);
}, { inClear: true });

scenario('a version that is named keeps its field, whatever is written', async shop => {
  const arn = arnOf(shop);
  shop.aws.ecs.addService('web', {
    cluster: 'shop', desiredCount: 1, taskDefinition: taskDefinitionBody('web', {
      containerDefinitions: [
        {
          name: 'web', image: 'nginx',
          secrets: [{ name: 'A', valueFrom: `${arn}:user::6f1c0e0a-3a52-4d3e-9a55-3f1f7f3a1c11` }, { name: 'B', valueFrom: arn }],
        },
      ] as unknown as JsonObject[],
    }),
  });
  const ran = await update(shop, '--restart', ...SELECT, '--service', 'web');
  expect([ran.code, shop.aws.callsOf('UpdateService').length]).toEqual([0, 1]);
}, { inClear: true });

scenario('key update --restart works in the region of the environment, also if the secret is elsewhere, and says where', async shop => {
  const { arn } = shop.aws.region('us-east-2').secrets.add('team/postman', 'value');
  addReader(shop, 'web', arn);
  const ran = await update(shop, '--restart', ...SELECT, '--service', 'web', '--api-key-secret', arn);
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringMatching(/^In cluster shop of eu-west-1:$/m)]);
  expect(shop.aws.callsOf('UpdateService').map(({ input, region }) => [input.service, region])).toEqual([[serviceArn('web'), 'eu-west-1']]);
}, { inClear: true });

scenario('key update --restart says in JSON what was started, and what does not read the secret', async shop => {
  addReader(shop, 'web', arnOf(shop));
  const ran = await update(shop, '--restart', ...SELECT, '--service', 'web', '--json');
  expect(ran).toMatchObject({ code: 0, json: { outcome: 'updated' } });
  expect(ran.json.services).toEqual([
    { clusterArn: CLUSTER_ARN, serviceArn: serviceArn('orders'), outcome: 'notReading', reason: null, deployment: null },
    { clusterArn: CLUSTER_ARN, serviceArn: serviceArn('web'), outcome: 'restarted', reason: null, deployment: { id: expect.stringMatching(/^ecs-svc/) } },
  ]);
}, { inClear: true });

scenario('key update --restart skips services that take no new tasks now, with the reason and exit code 1, and starts the others', async shop => {
  const arn = arnOf(shop);
  addReader(shop, 'good', arn);
  addReader(shop, 'rolling', arn);
  addReader(shop, 'deleted', arn, { status: 'DRAINING' });
  for (const type of ['CODE_DEPLOY', 'EXTERNAL']) addReader(shop, type.toLowerCase(), arn, { members: { deploymentController: { type } } });
  shop.aws.ecs.rolloutsEnd('rolling', neverSettles());
  shop.aws.ecs.updateService('rolling', { forceNewDeployment: true });
  const ran = await update(shop, ...RESTART, '--json');
  expect(ran.code).toBe(1);
  const outcomes = Object.fromEntries(ran.json.services.map(({ serviceArn: of, outcome, reason }: any) => [of.split('/').pop(), [outcome, reason]]));
  expect(outcomes).toEqual({
    orders: ['notReading', null], good: ['restarted', null],
    rolling: ['skipped', expect.stringContaining('rollout is in progress')], deleted: ['skipped', 'it is DRAINING'],
    code_deploy: ['skipped', expect.stringContaining('CodeDeploy')], external: ['skipped', expect.stringContaining('EXTERNAL')],
  });
  expect(ran.stderr).toContain('Secret postman/api-key was updated, but no new tasks were started of');
  expect(shop.aws.callsOf('UpdateService')).toHaveLength(1);
}, { inClear: true });

scenario('key update --restart skips a service whose external controller has made no task set yet', async shop => {
  const members = { deploymentController: { type: 'EXTERNAL' }, taskSets: [] };
  addReader(shop, 'empty', arnOf(shop), { members });
  const ran = await update(shop, '--restart', '--cluster', 'shop', '--service', 'empty', '--json');
  expect(ran.code).toBe(1);
  expect(ran.json.services).toEqual([expect.objectContaining({ outcome: 'skipped', reason: expect.stringContaining('EXTERNAL') })]);
  expect(shop.writes).toEqual(['PutSecretValue']);
}, { inClear: true });

scenario('key update --restart does not replace a rollout that starts while the secret is written', async shop => {
  addReader(shop, 'web', arnOf(shop));
  shop.aws.ecs.rolloutsEnd('web', neverSettles());
  shop.aws.inject('secretsmanager:PutSecretValue', meanwhile(() => shop.aws.ecs.updateService('web', { forceNewDeployment: true }), 'after'));
  const ran = await update(shop, ...RESTART);
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain('web: skipped: a rollout is in progress');
  expect(shop.aws.callsOf('UpdateService')).toEqual([]);
}, { inClear: true });

scenario('key update --restart does not replace a rollout that starts while the services before are updated', async shop => {
  const names = Array.from({ length: 12 }, (_, index) => `reader-${index}`);
  for (const name of names) addReader(shop, name, arnOf(shop));
  const [last] = names.slice(-1);
  shop.aws.ecs.rolloutsEnd(last, neverSettles());
  shop.aws.inject('ecs:UpdateService', meanwhile(() => shop.aws.ecs.updateService(last, { forceNewDeployment: true })));
  const ran = await update(shop, '--restart', '--cluster', 'shop', ...names.flatMap(name => ['--service', name]), '--json');
  expect(ran.code).toBe(1);
  expect(ran.json.services.map(({ outcome }: any) => outcome)).toEqual([...names.slice(1).map(() => 'restarted'), 'skipped']);
  expect(ran.json.services[11]).toMatchObject({ serviceArn: serviceArn(last), reason: expect.stringContaining('a rollout is in progress') });
  expect(shop.aws.callsOf('UpdateService')).toHaveLength(11);
  // Ten a call: once for the plan, and once right before the updates.
  expect(shop.aws.callsOf('DescribeServices')).toHaveLength(4);
}, { inClear: true });

scenario('key update --restart that cannot start tasks says that the secret was updated, and which services keep the old key', async shop => {
  addReader(shop, 'web', arnOf(shop));
  shop.aws.inject('ecs:UpdateService', accessDenied());
  const ran = await update(shop, ...RESTART);
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain('postman/api-key: updated');
  expect(ran.stderr).toMatch(/Secret postman\/api-key was updated, but no new tasks were started of: web \(ecs:UpdateService for service web was denied/);
  expect(shop.aws.secrets.holds(NAME, KEY)).toBe(true);
}, { inClear: true });

scenario('key update --restart that meets expired credentials makes no further call, and names every service that keeps the old key', async shop => {
  for (let index = 0; index < 12; index++) addReader(shop, `reader-${index}`, arnOf(shop));
  shop.aws.inject('ecs:UpdateService', expiredToken());
  const ran = await update(shop, ...RESTART, '--json');
  expect(ran.code).toBe(1);
  const failed = ran.json.services.filter(({ outcome }: any) => outcome === 'failed');
  const others = Array.from({ length: 11 }, () => 'an earlier failure stopped the run');
  expect(failed.map(({ reason }: any) => reason)).toEqual([expect.stringContaining('expired'), ...others]);
  expect(shop.aws.calls.slice(-1)).toMatchObject([{ action: 'UpdateService' }]);
}, { inClear: true });

scenario('key update --restart starts nothing if the secret cannot be written', async shop => {
  addReader(shop, 'web', arnOf(shop));
  shop.aws.inject('secretsmanager:PutSecretValue', accessDenied());
  expect((await update(shop, ...RESTART)).code).toBe(1);
  expect(shop.aws.callsOf('UpdateService')).toEqual([]);
}, { inClear: true });

scenario('key update --restart writes nothing if a selected service does not exist', async shop => {
  const ran = await update(shop, '--restart', '--cluster', 'shop', '--service', 'gone');
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('no service gone');
  expect(shop.writes).toEqual([]);
}, { inClear: true });

scenario('key update --restart starts one rollout if the answer is lost', async shop => {
  addReader(shop, 'web', arnOf(shop));
  shop.aws.inject('ecs:UpdateService', connectionReset('after'));
  const ran = await update(shop, ...RESTART);
  expect(ran.code).toBe(0);
  expect(shop.aws.callsOf('UpdateService')).toHaveLength(1);
  expect(shop.aws.ecs.service('web').deployments.length).toBeLessThan(3);
}, { inClear: true });

scenario('key update --restart works with the policy that `ecs policy --allow-key-update` prints', async shop => {
  addReader(shop, 'web', arnOf(shop));
  const selection = ['--cluster', 'shop', '--service', 'web'];
  shop.aws.allowOnly((await shop.run(['ecs', 'policy', ...selection, '--allow-key-update'])).stdout);
  expect((await update(shop, '--restart', ...selection)).code).toBe(0);
  expect(shop.aws.callsOf('UpdateService')).toMatchObject([{ outcome: 'ok' }]);
}, { inClear: true });
