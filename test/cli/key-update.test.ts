import { ADD, KEY, scenario, SELECT, Shop, WITH_KEY } from './shop';
import { accessDenied, connectionReset, hanging, meanwhile, serverError } from '../fakes';

const UPDATE = ['ecs', 'key', 'update'];
const NAME = 'postman/api-key';
const arnOf = (shop: Shop, name = NAME) => shop.aws.secrets.find(name)!.arn;
const update = (shop: Shop, ...flags: string[]) => shop.run([...UPDATE, ...flags], { env: WITH_KEY });

scenario('key update puts POSTMAN_API_KEY into the secret, and says that running tasks keep the old key', async shop => {
  const ran = await update(shop);
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('[apiKeyUnusual]') });
  expect(ran.stdout.split('\n')).toEqual([
    'postman/api-key in eu-west-1: replace the whole value',
    'postman/api-key: updated. Running tasks keep the old key until they are replaced.',
    '',
  ]);
  expect(shop.aws.secrets.holds(NAME, KEY)).toBe(true);
  expect(shop.aws.calls.map(({ action }) => action)).toEqual(['DescribeSecret', 'PutSecretValue']);
}, { inClear: true });

scenario('key update with --json prints one document that names the secret, and never the key', async shop => {
  const ran = await update(shop, '--json');
  expect(ran.code).toBe(0);
  expect(ran.json).toEqual({
    version: 2, verb: 'key update', secret: { arn: arnOf(shop), name: NAME }, change: { kind: 'value', field: null, keptFields: [] }, outcome: 'updated',
    warnings: [{ id: 'apiKeyUnusual', message: expect.stringContaining('PMAK-') }],
  });
}, { inClear: true });

scenario('key update with --api-key-secret takes a secret by its name or its ARN', async shop => {
  for (const name of ['team/one', 'team/two']) shop.aws.secrets.add(name, 'value');
  const [byName, byArn] = [await update(shop, '--api-key-secret', 'team/one'), await update(shop, '--api-key-secret', arnOf(shop, 'team/two'))];
  expect([byName.code, byArn.code]).toEqual([0, 0]);
  expect(['team/one', 'team/two', NAME].map(name => shop.aws.secrets.holds(name, KEY))).toEqual([true, true, false]);
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

const KEY_ID = '11111111-2222-3333-4444-555555555555';
/** Names of a key as a secret has them, and whether it can be found. */
const KEYS: readonly (readonly [string, boolean])[] = [
  ['alias/postman', true], ['arn:aws:kms:eu-west-1:123456789012:alias/postman', true], [KEY_ID, true],
  [`arn:aws:kms:eu-west-1:123456789012:key/${KEY_ID}`, true], ['alias/postman', false],
];

for (const [kmsKeyId, isFound] of KEYS) {
  const which = `${kmsKeyId}${isFound ? '' : ', which may not be looked up'}`;
  scenario(`key update of a secret, and of a field, under the customer managed key ${which} works with the printed policy`, async shop => {
    const key = shop.aws.keys.add(KEY_ID, 'alias/postman');
    shop.aws.secrets.add('team/postman', '{"user":"orders","key":"old"}', { kmsKeyId });
    const flags = ['--api-key-secret', 'team/postman'];
    if (!isFound) shop.aws.inject('kms:DescribeKey', accessDenied());
    const { stdout } = await shop.run(['ecs', 'policy', ...SELECT, ...flags, '--allow-key-update']);
    const ofKey = JSON.parse(stdout).Statement.filter(({ Action }: { Action: string[] }) => Action.includes('kms:GenerateDataKey'));
    expect(ofKey.map(({ Resource }: { Resource: string[] }) => Resource)).toEqual([[isFound ? key : key.replace(KEY_ID, '*')]]);
    shop.aws.allowOnly(stdout);
    expect((await update(shop, ...flags, '--api-key-secret-field', 'key')).code).toBe(0);
    expect((await update(shop, ...flags)).code).toBe(0);
    expect(shop.aws.secrets.holds('team/postman', KEY)).toBe(true);
  }, { inClear: true });
}

scenario('key update that may not use the key of the secret names the statement for it', async shop => {
  const key = shop.aws.keys.add(KEY_ID);
  shop.aws.secrets.add('team/postman', 'old', { kmsKeyId: key });
  const { Version, Statement } = (await shop.run(['ecs', 'policy', ...SELECT, '--api-key-secret', 'team/postman', '--allow-key-update'])).json;
  shop.aws.allowOnly({ Version, Statement: Statement.filter(({ Action }: { Action: string[] }) => !Action.includes('kms:GenerateDataKey')) });
  const ran = await update(shop, '--api-key-secret', 'team/postman');
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('"Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":"arn:aws:kms:eu-west-1:123456789012:key/*"');
  expect(ran.stderr).not.toContain('"Action":"secretsmanager:PutSecretValue"');
}, { inClear: true });

scenario('add never replaces the value of an existing secret', async shop => {
  expect((await shop.run(ADD, { env: WITH_KEY })).code).toBe(0);
  expect(shop.aws.secrets.holds(NAME, KEY)).toBe(false);
});

for (const [action, verb] of [['secretsmanager:DescribeSecret', 'look at'], ['secretsmanager:PutSecretValue', 'write']] as const) {
  scenario(`key update that must not ${verb} the secret ends with 1, and names the permission`, async shop => {
    shop.aws.inject(action, accessDenied());
    const ran = await update(shop);
    expect(ran.code).toBe(1);
    expect(ran.stdout).not.toContain('updated');
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
    [['--cluster', 'shop'], /`--cluster`.*`--restart`/],
    [['--all'], /`--all`.*`--restart`/],
    [['--restart'], /--cluster/],
    [['--restart', '--cluster', 'shop'], /--service/],
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
  expect(ran.code).toBe(130);
  expect(ran.stdout).not.toContain('updated');
  expect(ran.stderr).toMatch(/postman\/api-key.*unknown.*same command again/);
}, { inClear: true });

scenario('the help of `ecs key` lists its verb, and no verb at all ends with 2', async shop => {
  const [key, help] = await Promise.all([shop.run(['ecs', 'key']), shop.run([...UPDATE, '--help'])]);
  expect(key).toMatchObject({ code: 2, stderr: expect.stringContaining('update') });
  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('--api-key-secret-field') });
});

/** A secret that also has what is not the key. */
const TEAM = 'team/postman';
const FIELDS = '{"user":"orders","key":"old","limit":12345678901234567890.10,"nested":{"a":[1e3,null]}}';
const FIELD = ['--api-key-secret', TEAM, '--api-key-secret-field', 'key'];
const pending = 'POSTMAN_LIVE_COLLECTION_PENDING';
const withKey = (text: string) => text.replace('"old"', `"${KEY}"`);

function team(name: string, value: string | undefined, play: (shop: Shop) => Promise<void>): void {
  scenario(name, async shop => {
    shop.aws.secrets.add(TEAM, value);
    await play(shop);
  }, { inClear: true });
}

team('key update of one field keeps all others as they are, also numbers that JavaScript would change, and leaves no label behind', FIELDS, async shop => {
  const ran = await update(shop, ...FIELD);
  expect(ran.code).toBe(0);
  expect(shop.aws.secrets.value(TEAM)).toBe(withKey(FIELDS));
  expect(shop.aws.secrets.stages(TEAM)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
  expect(ran.stdout).toContain('team/postman in eu-west-1: replace the field key, keep user, limit, nested\n');
  expect(ran.stdout + ran.stderr).not.toContain('12345678901234567890');
});

team('key update of one field says in JSON which others stay, by their names only', FIELDS, async shop => {
  const ran = await update(shop, ...FIELD, '--json');
  expect(ran.json).toMatchObject({ outcome: 'updated', change: { kind: 'field', field: 'key', keptFields: ['user', 'limit', 'nested'] } });
  expect(ran.stdout).not.toMatch(/orders|1e3/);
});

team('key update of a field that the secret does not have adds it', '{"user":"orders"}', async shop => {
  const ran = await update(shop, ...FIELD);
  expect(ran.stdout).toContain('add the field key, keep user');
  expect(shop.aws.secrets.value(TEAM)).toBe(`{"user":"orders","key":"${KEY}"}`);
});

team('key update of a field of a secret without a value writes its first value', undefined, async shop => {
  expect((await update(shop, ...FIELD)).code).toBe(0);
  expect(shop.aws.secrets.value(TEAM)).toBe(`{"key":"${KEY}"}`);
  expect(shop.aws.secrets.stages(TEAM)).toEqual([['AWSCURRENT']]);
});

team('key update of a field that has the key already writes nothing', withKey(FIELDS), async shop => {
  const ran = await update(shop, ...FIELD, '--json');
  expect(ran).toMatchObject({ code: 0, json: { outcome: 'unchanged' } });
  expect(shop.writes).toEqual([]);
});

team('key update of one field loses no change that another user makes at the same time, and makes no version current that lacks it', FIELDS, async shop => {
  const theirs = (limit: number) => FIELDS.replace('orders', `orders-${limit}`);
  for (const round of [1, 2]) {
    const change = meanwhile(() => shop.aws.secrets.put(TEAM, theirs(round)), round === 1 ? 'before' : 'after');
    shop.aws.inject('secretsmanager:PutSecretValue', change, { from: round });
  }
  expect((await update(shop, ...FIELD)).code).toBe(0);
  expect(shop.aws.secrets.value(TEAM)).toBe(withKey(theirs(2)));
  expect(shop.aws.secrets.versionsOf({ name: TEAM }).all.filter(({ stages }) => stages.has(pending))).toEqual([]);
  expect(shop.aws.callsOf('PutSecretValue')).toHaveLength(3);
});

team('key update of one field gives up if others change the secret again and again, and keeps what they wrote', FIELDS, async shop => {
  let count = 0;
  const change = meanwhile(() => shop.aws.secrets.put(TEAM, `{"key":"old","count":${++count}}`), 'after');
  shop.aws.inject('secretsmanager:PutSecretValue', change, { times: Infinity });
  const ran = await update(shop, ...FIELD);
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/Others changed secret team\/postman.*the key was not written.*same command again/);
  expect(shop.aws.secrets.value(TEAM)).toBe(`{"key":"old","count":${count}}`);
  expect(shop.aws.secrets.versionsOf({ name: TEAM }).all.filter(({ stages }) => stages.has(pending))).toEqual([]);
  expect(shop.aws.callsOf('PutSecretValue').length).toBeLessThan(10);
});

for (const action of ['secretsmanager:GetSecretValue', 'secretsmanager:UpdateSecretVersionStage', 'secretsmanager:PutSecretValue']) {
  team(`key update of one field without ${action} names the permission and writes nothing`, FIELDS, async shop => {
    shop.aws.inject(action, accessDenied());
    const ran = await update(shop, ...FIELD);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`${action} for secret team/postman was denied`);
    expect(ran.stderr).toContain(`"Action":"${action}"`);
    expect(shop.aws.secrets.value(TEAM)).toBe(FIELDS);
    expect(shop.aws.secrets.stages(TEAM)).toEqual([['AWSCURRENT']]);
  });
}

for (const [what, value, binary, says] of [
  ['text', 'not {json', false, /is not JSON/], ['a list', '["a"]', false, /not an object/], ['a number', '12', false, /not an object/],
  ['an object that has a field twice', '{"key":"a","key":"b"}', false, /has a field twice/], ['binary', 'bytes', true, /is binary/],
] as const) {
  scenario(`key update of one field of a secret that is ${what} is refused, and its value is not shown`, async shop => {
    shop.aws.secrets.add(TEAM, value, { binary });
    const ran = await update(shop, ...FIELD);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).not.toContain(value);
    expect(shop.writes).toEqual([]);
  }, { inClear: true });
}

team('key update of one field works with the policy that `ecs policy --allow-key-update` prints', FIELDS, async shop => {
  const printed = await shop.run(['ecs', 'policy', ...SELECT, '--allow-key-update', '--api-key-secret', TEAM]);
  shop.aws.allowOnly(printed.stdout);
  expect((await update(shop, ...FIELD)).code).toBe(0);
  expect(shop.aws.secrets.value(TEAM)).toBe(withKey(FIELDS));
});

team('key update of one field takes the label from the version of a run that died', FIELDS, async shop => {
  shop.aws.secrets.versionsOf({ name: TEAM }).put({ text: '{"key":"dead"}' }, undefined, [pending]);
  expect((await update(shop, ...FIELD)).code).toBe(0);
  expect(shop.aws.secrets.stages(TEAM)).toEqual([['AWSPREVIOUS'], [], ['AWSCURRENT']]);
});

for (const [what, fault] of [
  ['the connection is reset', connectionReset('after')], ['the server fails', serverError()], ['the answer never comes', hanging('after')],
] as const) {
  for (const flags of [FIELD, ['--api-key-secret', TEAM]]) {
    team(`key update ${flags === FIELD ? 'of one field ' : ''}makes one new version if ${what}`, FIELDS, async shop => {
      shop.aws.inject('secretsmanager:PutSecretValue', fault);
      const ran = await shop.run([...UPDATE, ...flags], { env: { ...WITH_KEY, POSTMAN_LIVE_COLLECTION_CALL_SECONDS: '2' } });
      expect(ran.code).toBe(0);
      expect(shop.aws.callsOf('PutSecretValue')).toHaveLength(2);
      expect(shop.aws.secrets.stages(TEAM)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
      expect(shop.aws.secrets.value(TEAM)).toBe(flags === FIELD ? withKey(FIELDS) : KEY);
    });
  }
}

team('key update of one field notices that the label was moved although the answer was lost', FIELDS, async shop => {
  // The first call asks whether labels may be moved.
  shop.aws.inject('secretsmanager:UpdateSecretVersionStage', connectionReset('after'), { from: 2 });
  expect((await update(shop, ...FIELD)).code).toBe(0);
  expect(shop.aws.callsOf('PutSecretValue')).toHaveLength(1);
  expect(shop.aws.secrets.stages(TEAM)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
});
