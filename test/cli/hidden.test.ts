import { ADD, CLUSTER_ARN, KEY, PLAN, scenario, serviceArn, WITH_KEY } from './shop';
import { taskDefinitionBody } from '../fakes';

const UPDATE = ['ecs', 'key', 'update'];

scenario('a key that cannot be one is refused by key update and by add, before anything is written, and is not shown', async shop => {
  const cases = [
    ...['not a-key', '<postman-api-key>', '<key>', '"not-a-key"'].map(key => [UPDATE, key] as const),
    ...[PLAN, ADD, [...ADD, '--plaintext-api-key'], [...PLAN, '--json']].map(args => [args, 'not-a-key\n'] as const),
  ];
  for (const [args, key] of cases) {
    const ran = await shop.run(args, { env: { POSTMAN_API_KEY: key } });
    expect([args[1], key, ran.code]).toEqual([args[1], key, 2]);
    expect(ran.stderr).toMatch(/The API key in the environment (is a placeholder|has a)/);
    expect(ran.stdout + ran.stderr).not.toContain(key.trim());
  }
  expect(shop.writes).toEqual([]);
}, { hasSecret: false });

scenario('a key that is not used is not checked: the secret exists', async shop => {
  const ran = await shop.run(PLAN, { env: { POSTMAN_API_KEY: 'not a key' } });
  expect(ran.code).toBe(3);
});

scenario('add warns of a key that does not begin as the keys of Postman do, if it creates the secret or puts the key into the task definition', async shop => {
  for (const flags of [[], ['--plaintext-api-key']]) {
    const { service } = await shop.json([...PLAN, ...flags], { env: WITH_KEY });
    expect(service.warnings).toContainEqual({ id: 'apiKeyUnusual', message: expect.stringContaining('`PMAK-`') });
    const begins = await shop.json([...PLAN, ...flags], { env: { POSTMAN_API_KEY: ['PMAK', 'not', 'a', 'key'].join('-') } });
    expect(begins.service.warnings.map(({ id }: { id: string }) => id)).not.toContain('apiKeyUnusual');
  }
}, { hasSecret: false });

scenario('a key in place of the name of a secret or of a field is refused, and shown nowhere', async shop => {
  const key = ['PMAK', 'not', 'one'].join('-');
  const flags = ['--api-key-secret', '--api-key-secret-field'];
  const misuses = [...flags.flatMap(flag => [[flag, key], [flag, KEY]]), [`--api-key=${key}`], [key]];
  for (const misuse of misuses) {
    for (const verb of [UPDATE, ADD]) {
      const ran = await shop.run([...verb, ...misuse, '--json', '--verbose'], { env: WITH_KEY });
      expect([misuse[0], ran.code]).toEqual([misuse[0], 2]);
      expect(ran.stdout + ran.stderr).not.toContain(key);
    }
  }
  const named = await shop.run(['ecs', 'status', '--cluster', key, '--service', key]);
  expect(named.stdout + named.stderr).not.toContain(key);
  expect(shop.writes).toEqual([]);
});

for (const key of ['"version": 2', 'version', '2', 'not"a\\key', 'not\\a\nkey', 'services']) {
  scenario(`output with --json stays one document if the key is ${JSON.stringify(key)}`, async shop => {
    const { service, ran } = await shop.json(PLAN, { env: { POSTMAN_API_KEY: key } });
    expect(ran.json).toMatchObject({ version: 2, verb: 'plan' });
    expect(service).toMatchObject({ clusterArn: CLUSTER_ARN, serviceArn: serviceArn('orders'), action: 'add' });
    expect(Object.keys(ran.json)).toEqual(['version', 'verb', 'services']);
  });
}

scenario('a key is hidden in a document also in the names of labels and behind a backslash', async shop => {
  const key = 'not-a"key\\2';
  const { containerDefinitions: [web] } = shop.definition();
  const dockerLabels = { [key]: 'a', other: `x ${key} y`, json: JSON.stringify({ key }) };
  shop.aws.ecs.addService('labelled', {
    cluster: 'shop', taskDefinition: taskDefinitionBody('labelled', { containerDefinitions: [{ ...web, dockerLabels }] }),
  });
  const args = ['ecs', 'plan', '--cluster', 'shop', '--service', 'labelled', ...PLAN.slice(-2)];
  const { service, ran } = await shop.json(args, { env: { POSTMAN_API_KEY: key } });
  expect(service.taskDefinition.containerDefinitions[0].dockerLabels).toEqual({ '***': 'a', 'other': 'x *** y', 'json': '{"key":"***"}' });
  expect(ran.stdout).not.toContain(JSON.stringify(key).slice(1, -1));
});
