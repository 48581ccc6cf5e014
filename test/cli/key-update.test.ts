import { ADD, KEY, scenario, SELECT, Shop, WITH_KEY } from './shop';
import { accessDenied, hanging } from '../fakes';

const UPDATE = ['ecs', 'key', 'update'];
const NAME = 'postman/api-key';
const arnOf = (shop: Shop, name = NAME) => shop.aws.secrets.find(name)!.arn;
const update = (shop: Shop, ...flags: string[]) => shop.run([...UPDATE, ...flags], { env: WITH_KEY });

scenario('key update puts POSTMAN_API_KEY into the secret, and says that running tasks keep the old key', async shop => {
  const ran = await update(shop);
  expect(ran).toMatchObject({ code: 0, stderr: '', stdout: 'postman/api-key: updated. Running tasks keep the old key until they are replaced.\n' });
  expect(shop.aws.secrets.holds(NAME, KEY)).toBe(true);
  expect(shop.aws.calls.map(({ action }) => action)).toEqual(['DescribeSecret', 'PutSecretValue']);
}, { inClear: true });

scenario('key update with --json prints one document that names the secret, and never the key', async shop => {
  const ran = await update(shop, '--json');
  expect(ran.code).toBe(0);
  expect(ran.json).toEqual({ version: 2, verb: 'key update', secret: { arn: arnOf(shop), name: NAME }, outcome: 'updated' });
}, { inClear: true });

scenario('key update with --api-key-secret takes a secret by its name or its ARN', async shop => {
  for (const name of ['team/one', 'team/two']) shop.aws.secrets.add(name, 'value');
  const [byName, byArn] = [await update(shop, '--api-key-secret', 'team/one'), await update(shop, '--api-key-secret', arnOf(shop, 'team/two'))];
  expect([byName.code, byArn.code]).toEqual([0, 0]);
  expect(['team/one', 'team/two', NAME].map(name => shop.aws.secrets.holds(name, KEY))).toEqual([true, true, false]);
}, { inClear: true });

scenario('key update with --api-key-secret-field writes JSON that has only this field', async shop => {
  expect((await update(shop, '--api-key-secret-field', 'key')).code).toBe(0);
  expect(shop.aws.secrets.holds(NAME, JSON.stringify({ key: KEY }))).toBe(true);
}, { inClear: true });

scenario('key update takes the region from the ARN of the secret if nothing else names one', async shop => {
  const ran = await shop.run([...UPDATE, '--api-key-secret', arnOf(shop)], { env: { ...WITH_KEY, AWS_REGION: undefined } });
  expect(ran.code).toBe(0);
  expect(shop.aws.secrets.holds(NAME, KEY)).toBe(true);
}, { inClear: true });

scenario('key update of a secret whose ARN is given needs only secretsmanager:PutSecretValue', async shop => {
  shop.aws.inject('secretsmanager:DescribeSecret', accessDenied());
  const ran = await update(shop, '--api-key-secret', arnOf(shop), '--json');
  expect(ran).toMatchObject({ code: 0, json: { secret: { arn: arnOf(shop), name: NAME } } });
}, { inClear: true });

scenario('key update works with the policy that `ecs policy --allow-key-update` prints, and not without that flag', async shop => {
  const [allowing, plain] = [await shop.run(['ecs', 'policy', ...SELECT, '--allow-key-update']), await shop.run(['ecs', 'policy', ...SELECT])];
  shop.aws.allowOnly(plain.stdout);
  expect((await update(shop)).code).toBe(1);
  shop.aws.allowOnly(allowing.stdout);
  expect((await update(shop)).code).toBe(0);
}, { inClear: true });

scenario('add never replaces the value of an existing secret', async shop => {
  expect((await shop.run(ADD, { env: WITH_KEY })).code).toBe(0);
  expect(shop.aws.secrets.holds(NAME, KEY)).toBe(false);
});

for (const [action, verb] of [['secretsmanager:DescribeSecret', 'look at'], ['secretsmanager:PutSecretValue', 'write']] as const) {
  scenario(`key update that must not ${verb} the secret ends with 1, and names the permission`, async shop => {
    shop.aws.inject(action, accessDenied());
    const ran = await update(shop);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain(`${action} for secret postman/api-key was denied`);
    expect(ran.stderr).toContain(`"Action":"${action}"`);
    expect(shop.aws.secrets.holds(NAME, KEY)).toBe(false);
  }, { inClear: true });
}

scenario('key update of a secret that does not exist ends with 1, and names both ways to create it', async shop => {
  const [byName, byArn] = [await update(shop), await update(shop, '--api-key-secret', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:gone-AbCdEf')];
  expect(byName).toMatchObject({ code: 1, stdout: '' });
  expect(byName.stderr).toMatch(/no secret postman\/api-key in eu-west-1.*`ecs add`.*`aws secretsmanager create-secret`/);
  expect(byArn).toMatchObject({ code: 1, stdout: '' });
  expect(byArn.stderr).toMatch(/no secret arn:.*gone-AbCdEf.*Check its ARN/);
  expect(shop.writes).toEqual([]);
}, { hasSecret: false });

scenario('key update of a secret that is scheduled for deletion ends with 1, and says how to restore it', async shop => {
  shop.aws.secrets.add('old', 'value', { deleted: true });
  const ran = await update(shop, '--api-key-secret', 'old');
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/old is scheduled for deletion.*restore-secret/);
  expect(shop.writes).toEqual([]);
});

scenario('key update without POSTMAN_API_KEY, or with an empty one, ends with 2 and calls nothing', async shop => {
  for (const env of [{}, { POSTMAN_API_KEY: '' }]) {
    const ran = await shop.run(UPDATE, { env });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('POSTMAN_API_KEY');
  }
  expect(shop.aws.calls).toEqual([]);
});

scenario('key update with a bad secret, field, region or flag ends with 2 and calls nothing', async shop => {
  const misuses: readonly (readonly [readonly string[], RegExp])[] = [
    [['--api-key-secret', ''], /--api-key-secret.*nothing/],
    [['--api-key-secret-field', 'a:b'], /--api-key-secret-field.*a:b/],
    [['--region', 'Ireland'], /Ireland.*--region/],
    [['--region', 'us-east-1', '--api-key-secret', arnOf(shop)], /us-east-1, eu-west-1/],
    [['--cluster', 'shop'], /--cluster/],
    [['orders'], /argument/],
  ];
  for (const [flags, names] of misuses) {
    const ran = await update(shop, ...flags);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(names);
  }
  expect(shop.aws.calls).toEqual([]);
});

scenario('key update that is interrupted while it writes ends with 130, and says that the outcome is unknown', async shop => {
  shop.aws.inject('secretsmanager:PutSecretValue', hanging(), { times: Infinity });
  const ran = await shop.runUntil('secretsmanager:PutSecretValue', 'SIGINT', UPDATE, { env: WITH_KEY });
  expect(ran).toMatchObject({ code: 130, stdout: '' });
  expect(ran.stderr).toMatch(/postman\/api-key.*unknown.*same command again/);
}, { inClear: true });

scenario('the help of `ecs key` lists its verb, and no verb at all ends with 2', async shop => {
  const [key, help] = await Promise.all([shop.run(['ecs', 'key']), shop.run([...UPDATE, '--help'])]);
  expect(key).toMatchObject({ code: 2, stderr: expect.stringContaining('update') });
  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('--api-key-secret-field') });
});
