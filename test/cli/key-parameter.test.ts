import { createHash } from 'node:crypto';
import {
  ADD, ADD_PROJECT, COLLECTION, EXECUTION_ROLE, IMAGE, KEY, openShop, PLAN, REMOVE, scenario, SELECT, Shop, ShopOptions, STATUS, variables, WITH_KEY,
} from './shop';
import { accessDenied, JsonObject, taskDefinitionBody } from '../fakes';

const NAME = '/team/postman';
const ARN = 'arn:aws:ssm:eu-west-1:123456789012:parameter/team/postman';
const SHORT_ARN = 'arn:aws:ssm:eu-west-1:123456789012:parameter/postman';
const FROM = ['--api-key-parameter', NAME];
const GRANT = [...ADD, ...FROM, '--grant-secret-access'];
const REVOKE = [...REMOVE, '--revoke-secret-access'];

/** The execution role may read nothing yet. */
const DENIED: ShopOptions = { hasSecret: false, mayRead: false };

/** What the program calls the policy for a parameter, written down once more. */
const nameFor = (arn: string, readable = 'team-postman') =>
  `postman-live-collection-${readable}-${createHash('sha256').update(arn).digest('hex').slice(0, 16)}`;
const policies = ({ aws }: Shop) => Object.fromEntries([...aws.iam.role('execution').inline].map(([name, text]) => [name, JSON.parse(text)]));
const reading = (arn: string, ...more: object[]) =>
  ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['ssm:GetParameters'], Resource: [arn] }, ...more] });
const decrypting = (key: string, region = 'eu-west-1') =>
  ({ Effect: 'Allow', Action: ['kms:Decrypt'], Resource: [key], Condition: { StringEquals: { 'kms:ViaService': `ssm.${region}.amazonaws.com` } } });
/** The execution role may read the parameter. */
const allow = ({ aws }: Shop, arn = ARN) => aws.iam.role('execution').inline.set('key', JSON.stringify(reading(arn)));
/** What the variables of the key come from, each once. */
const sources = (shop: Shop): string[] => [...new Set<string>((shop.agent().secrets ?? []).map(({ valueFrom }: { valueFrom: string }) => valueFrom))];
const found = (messages: readonly { readonly id: string; readonly message: string }[], id: string) =>
  messages.filter(message => message.id === id).map(({ message }) => message);
const addOther = ({ aws }: Shop, containerDefinitions: JsonObject[]) =>
  aws.ecs.addService('web', { cluster: 'shop', taskDefinition: taskDefinitionBody('web', { containerDefinitions }) });
const reads = (valueFrom: string) => [{ name: 'web', image: 'nginx', secrets: [{ name: 'KEY', valueFrom }] }] as unknown as JsonObject[];

describe('the key from a parameter', () => {
  scenario('is named by the ARN of the parameter, whose value was not read, and nothing else changes', async shop => {
    shop.aws.parameters.add(NAME);
    allow(shop);
    const { code, service } = await shop.json([...ADD, ...FROM], { env: WITH_KEY });
    expect([code, service.refusals, service.grant]).toEqual([0, [], null]);
    expect(sources(shop)).toEqual([ARN]);
    expect(variables(shop.agent())).not.toHaveProperty('POSTMAN_API_KEY');
    expect(new Set(shop.aws.calls.filter(({ service: of }) => of === 'ssm').map(({ action }) => action))).toEqual(new Set(['DescribeParameters']));
    expect(shop.aws.calls.filter(({ service: of }) => of === 'secretsmanager')).toEqual([]);
    expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
    expect(await shop.json([...ADD, ...FROM])).toMatchObject({ code: 0, service: { action: 'none', outcome: 'unchanged' } });
  }, { ...DENIED, definition: {} });

  for (const [what, given, name, arn] of [
    ['its ARN', ARN, NAME, ARN],
    ['a name without a path', 'postman', 'postman', SHORT_ARN],
    ['the ARN of a name without a path', SHORT_ARN, 'postman', SHORT_ARN],
    ['the ARN of a path of one name', SHORT_ARN, '/postman', SHORT_ARN],
  ] as const) {
    scenario(`may be given by ${what}`, async shop => {
      shop.aws.parameters.add(name);
      shop.aws.parameters.add('/other/postman', { type: 'String' });
      allow(shop, arn);
      expect((await shop.run([...ADD, '--api-key-parameter', given])).code).toBe(0);
      expect(sources(shop)).toEqual([arn]);
    }, DENIED);
  }

  scenario('may be in another region, where it is looked up and decrypted', async shop => {
    const arn = ARN.replace('eu-west-1', 'us-east-1');
    shop.aws.region('us-east-1').parameters.add(NAME, { keyId: '1234' });
    expect((await shop.run([...ADD, '--api-key-parameter', arn, '--grant-secret-access'])).code).toBe(0);
    expect(sources(shop)).toEqual([arn]);
    expect(Object.values(policies(shop))).toEqual([reading(arn, decrypting('arn:aws:kms:us-east-1:123456789012:key/1234', 'us-east-1'))]);
  }, DENIED);

  scenario('may be in another account that shares it, with a warning, if it has a key of its own', async shop => {
    const keyId = 'arn:aws:kms:eu-west-1:999988887777:key/1234';
    const arn = shop.aws.parameters.add(NAME, { owner: '999988887777', keyId });
    const { code, service } = await shop.json([...ADD, '--api-key-parameter', arn, '--grant-secret-access']);
    expect(code).toBe(0);
    expect(found(service.warnings, 'parameterOfOtherAccount')).toEqual([expect.stringContaining('belongs to account 999988887777')]);
    expect(Object.values(policies(shop))).toEqual([reading(arn, decrypting(keyId))]);
    const other = await shop.run([...ADD, '--api-key-parameter', arn.replace('postman', 'other')]);
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/There is no parameter arn:\S*:parameter\/team\/other of account 999988887777 that is shared with account 123456789012\./);
  }, DENIED);
});

describe('what refuses a parameter, before anything is written', () => {
  for (const type of ['String', 'StringList'] as const) {
    for (const verb of [ADD, PLAN]) {
      scenario(`${verb[1]}: the type ${type}, which is clear text, to which no role gets access`, async shop => {
        shop.aws.parameters.add(NAME, { type });
        const { code, service } = await shop.json([...verb, ...FROM, '--grant-secret-access']);
        expect(service.grant).toBeNull();
        expect(code).toBe(5);
        expect(service.refusals).toEqual([{
          id: 'apiKeyParameter', message: expect.stringMatching(
            new RegExp(`^.--api-key-parameter. /team/postman is a parameter of type ${type}, which keeps .* in clear text\\. Create a SecureString with`),
          ),
        }]);
        expect(shop.writes).toEqual([]);
      }, DENIED);
    }
  }

  scenario('another account under the default key, which cannot be shared', async shop => {
    const arn = shop.aws.parameters.add(NAME, { owner: '999988887777' });
    const { code, service } = await shop.json([...ADD, '--api-key-parameter', arn]);
    expect([code, service.refusals.map(({ id }: { id: string }) => id)]).toEqual([5, ['apiKeyParameter']]);
  }, DENIED);

  scenario('an execution role that may not read it', async shop => {
    shop.aws.parameters.add(NAME);
    const { code, service } = await shop.json([...ADD, ...FROM]);
    expect(code).toBe(5);
    expect(service.refusals).toEqual([{
      id: 'executionRoleCannotReadSecret', message: expect.stringMatching(
        /^The execution role cannot read the parameter, so no task would start: role execution is not allowed ssm:GetParameters on arn:.*--grant-/,
      ),
    }]);
    expect(shop.writes).toEqual([]);
  }, DENIED);

  scenario('no parameter of that name: the error says how to create it, also if a key is in the environment', async shop => {
    const ran = await shop.run([...ADD, ...FROM], { env: WITH_KEY });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/There is no parameter \/team\/postman in eu-west-1\. No command writes to parameters.*`aws ssm put-parameter --type Sec/s);
    expect(shop.writes).toEqual([]);
  }, DENIED);

  scenario('a Deny of the role, which no grant overrides', async shop => {
    shop.aws.parameters.add(NAME);
    shop.aws.iam.role('execution').inline.set('deny', JSON.stringify({ Statement: { Effect: 'Deny', Action: 'ssm:*', Resource: '*' } }));
    const { code, service } = await shop.json(GRANT);
    expect(code).toBe(5);
    expect(found(service.refusals, 'executionRoleCannotReadSecret')[0]).toContain('Remove the Deny, or use another parameter or role');
  }, DENIED);
});

test.each<[string, readonly string[], RegExp]>([
  ['a secret, too', [...FROM, '--api-key-secret', 'team/postman'], /`--api-key-secret` and `--api-key-parameter` name a secret and a parameter/],
  ['a field, too', [...FROM, '--api-key-secret-field', 'key'], /`--api-key-secret-field` and `--api-key-parameter` name a secret and a parameter/],
  ['a key in clear text, too', [...FROM, '--plaintext-api-key'], /`--plaintext-api-key` uses no secret and no parameter/],
  ['a version', ['--api-key-parameter', `${NAME}:3`], /without a version or a label, which ECS does not accept; got: \/team\/postman:3/],
  ['a label of an ARN', ['--api-key-parameter', `${ARN}:live`], /without a version or a label/],
  ['a path that does not begin with a slash', ['--api-key-parameter', 'team/postman'], /must be the ARN or the name/],
  ['the ARN of a secret', ['--api-key-parameter', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf'], /must be the ARN or the name/],
  ['nothing', ['--api-key-parameter', ''], /got: \(nothing\)/],
  [
    'a secret by the name of a parameter', ['--api-key-parameter', '/aws/reference/secretsmanager/team/postman'],
    /secret team\/postman of Secrets Manager.*`--api-key-secret`/,
  ],
])('a parameter with %s is a usage error, and AWS is not called', async (_, flags, text) => {
  const shop = await openShop();
  for (const args of [ADD, PLAN]) {
    const ran = await shop.run([...args, ...flags], { env: WITH_KEY });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(text);
  }
  expect(shop.aws.calls).toEqual([]);
});

test.each([['PMAK', 'not', 'a', 'key'].join('-'), KEY])('an API key as the name of a parameter is refused, and not repeated', async key => {
  const shop = await openShop();
  const ran = await shop.run([...ADD, '--api-key-parameter', key], { env: WITH_KEY });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toMatch(/`--api-key-parameter` must be the ARN or the name of a SecureString in Parameter Store, got: an API key\./);
  expect(ran.stdout + ran.stderr).not.toContain(key);
});

scenario('without the permission to describe parameters a warning says that it is unknown, and the ARN is known all the same', async shop => {
  shop.aws.inject('ssm:DescribeParameters', accessDenied());
  allow(shop);
  const { code, service } = await shop.json([...ADD, ...FROM]);
  expect(code).toBe(0);
  expect(found(service.warnings, 'secretUnknown')[0]).toContain('whether the parameter /team/postman exists: the permission ssm:DescribeParameters is missing');
  expect(sources(shop)).toEqual([ARN]);
}, DENIED);

describe('the grant for a parameter', () => {
  scenario('is one inline policy for this parameter, which the plan shows', async shop => {
    shop.aws.parameters.add(NAME);
    const plan = await shop.run([...PLAN, ...FROM, '--grant-secret-access']);
    expect(plan.stdout).toContain(`grant            ssm:GetParameters on ${ARN}, to role execution (inline policy ${nameFor(ARN)})`);
    const { code, service } = await shop.json(GRANT);
    expect(code).toBe(0);
    expect(service.grant).toEqual({ roleArn: EXECUTION_ROLE, policyName: nameFor(ARN), secretArn: null, parameterArn: ARN });
    expect(policies(shop)).toEqual({ [nameFor(ARN)]: reading(ARN) });
    expect(shop.writes).toEqual(['PutRolePolicy', 'RegisterTaskDefinition', 'UpdateService']);
  }, DENIED);

  for (const [what, keyId] of [['its id', '1234'], ['its ARN', 'arn:aws:kms:eu-west-1:123456789012:key/1234'], ['an alias', 'alias/team']] as const) {
    scenario(`has a customer managed key, known by ${what}`, async shop => {
      const key = shop.aws.keys.add('1234', 'alias/team');
      shop.aws.parameters.add(NAME, { keyId });
      expect((await shop.run(GRANT)).code).toBe(0);
      expect(policies(shop)).toEqual({ [nameFor(ARN)]: reading(ARN, decrypting(key)) });
      expect(await shop.json([...ADD, ...FROM])).toMatchObject({ code: 0, service: { refusals: [] } });
    }, DENIED);
  }

  scenario('is refused if the key behind an alias is unknown, and the message names the action for a parameter', async shop => {
    shop.aws.parameters.add(NAME, { keyId: 'alias/gone' });
    const { code, service } = await shop.json(GRANT);
    expect(code).toBe(5);
    expect(found(service.refusals, 'secretAccessNotGranted')[0]).toMatch(/The parameter is encrypted with alias\/gone.*`ssm:GetParameters` on the parameter/);
  }, DENIED);

  scenario('stays when the agent is removed, and is removed with --revoke-secret-access', async shop => {
    shop.aws.parameters.add(NAME);
    await shop.run(GRANT);
    const kept = await shop.json([...REMOVE, '--dry-run']);
    expect(found(kept.service.warnings, 'secretAccessKept')[0]).toContain(`which allows it to read the parameter ${ARN}, stays`);
    const { code, service } = await shop.json(REVOKE);
    expect(code).toBe(0);
    expect(found(service.warnings, 'secretAccessRevoked')[0]).toContain(`which allowed it to read the parameter ${ARN}.`);
    expect(policies(shop)).toEqual({});
  }, DENIED);

  for (const valueFrom of [ARN, NAME]) {
    scenario(`is not removed if another service reads the parameter as ${valueFrom}`, async shop => {
      shop.aws.parameters.add(NAME);
      await shop.run(GRANT);
      addOther(shop, reads(valueFrom));
      const { code, service } = await shop.json(REVOKE);
      expect(code).toBe(0);
      expect(found(service.warnings, 'secretAccessNotRevoked')).toEqual([expect.stringContaining('web in cluster shop uses it')]);
      expect(Object.keys(policies(shop))).toEqual([nameFor(ARN)]);
    }, DENIED);
  }

  scenario('is removed although other parameters are read', async shop => {
    shop.aws.parameters.add(NAME);
    await shop.run(GRANT);
    addOther(shop, [...reads(`${ARN}2`), ...reads('/team/postman2').map(container => ({ ...container, name: 'log' }))]);
    expect((await shop.run(REVOKE)).code).toBe(0);
    expect(policies(shop)).toEqual({});
  }, DENIED);
});

describe('an agent that is there', () => {
  scenario('changes from a secret to a parameter and back, and nothing else of it changes', async shop => {
    shop.aws.parameters.add(NAME);
    await shop.run(ADD);
    const [before, secret] = [shop.agent(), sources(shop)];
    expect(await shop.json([...ADD, ...FROM, '--grant-secret-access'])).toMatchObject({ code: 0, service: { action: 'update', outcome: 'completed' } });
    expect(sources(shop)).toEqual([ARN]);
    expect({ ...shop.agent(), secrets: 0 }).toEqual({ ...before, secrets: 0 });
    expect(await shop.json([...ADD, '--api-key-secret', 'postman/api-key'])).toMatchObject({ code: 0, service: { action: 'update' } });
    expect(sources(shop)).toEqual(secret);
    expect(shop.agent()).toEqual(before);
  });

  scenario('keeps its parameter if no key is named, also as an agent of the other generation', async shop => {
    shop.aws.parameters.add(NAME);
    allow(shop);
    await shop.run([...ADD, ...FROM]);
    expect((await shop.run([...ADD, '--rate-limit', '50'])).code).toBe(0);
    expect(sources(shop)).toEqual([ARN]);
    expect((await shop.run(ADD_PROJECT)).code).toBe(0);
    expect(shop.agent().secrets).toEqual([{ name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom: ARN }, { name: 'POSTMAN_API_KEY', valueFrom: ARN }]);
  }, DENIED);

  scenario('moves its key in clear text to a parameter, and the two were not compared', async shop => {
    shop.aws.parameters.add(NAME);
    allow(shop);
    const { code, service } = await shop.json([...ADD, ...FROM]);
    expect(code).toBe(0);
    expect(found(service.warnings, 'keyNotCompared')[0]).toMatch(/the one in the parameter \/team\/postman.*`aws ssm put-parameter --overwrite`/);
    expect(sources(shop)).toEqual([ARN]);
    expect(variables(shop.agent())).not.toHaveProperty('POSTMAN_API_KEY');
  }, {
    ...DENIED, definition: {
      containerDefinitions: [
        { name: 'web', image: 'nginx' },
        {
          name: 'postman-lc-agent', image: IMAGE, essential: false, command: ['apidump', '--collection', COLLECTION],
          environment: [{ name: 'POSTMAN_API_KEY', value: KEY }],
        },
      ],
    },
  });

  scenario('has a status as with a secret', async shop => {
    shop.aws.parameters.add(NAME);
    allow(shop);
    await shop.run([...ADD, ...FROM]);
    const { code, service } = await shop.json(STATUS);
    expect([code, service.agent.state, service.egress.verdict]).toEqual([0, 'running', 'reachable']);
  }, DENIED);
});

scenario('in a closed network the VPC endpoint of Systems Manager is missing, not that of Secrets Manager', async shop => {
  shop.aws.parameters.add(NAME);
  allow(shop);
  const image = ['--image', '123456789012.dkr.ecr.eu-west-1.amazonaws.com/postman-lc-agent:1'];
  const startupOf = async (flags: readonly string[]) => {
    const { service } = await shop.json([...PLAN, ...image, ...flags]);
    return JSON.stringify(service.egress.evidence.filter(({ path }: { path: string }) => path === 'startup'));
  };
  const [parameter, secret] = [await startupOf(FROM), await startupOf([])];
  expect(parameter).toMatch(/no VPC endpoint for ssm, ecr\.api/);
  expect(secret).toMatch(/no VPC endpoint for secretsmanager, ecr\.api/);
}, { mayRead: true, subnet: 'isolated' });

scenario('in a closed network, no VPC endpoint serves a parameter of another region', async shop => {
  const arn = shop.aws.region('us-east-1').parameters.add(NAME);
  allow(shop);
  const image = ['--image', '123456789012.dkr.ecr.eu-west-1.amazonaws.com/postman-lc-agent:1'];
  const { service } = await shop.json([...PLAN, ...image, '--api-key-parameter', arn]);
  expect(JSON.stringify(service.egress.evidence)).toMatch(/no VPC endpoint for ssm in us-east-1, ecr\.api/);
}, { mayRead: true, subnet: 'isolated' });

describe('ecs policy', () => {
  const POLICY = ['ecs', 'policy', ...SELECT, ...FROM];

  scenario('allows what add and remove call for a parameter, which cannot return its value', async shop => {
    shop.aws.keys.add('1234', 'alias/team');
    shop.aws.parameters.add(NAME, { keyId: 'alias/team' });
    const { stdout } = await shop.run([...POLICY, '--grant-secret-access', '--revoke-secret-access']);
    const { Statement } = JSON.parse(stdout) as { Statement: { Action: string[]; Resource: string[]; Condition?: object }[] };
    const of = (prefix: string) => Statement.filter(({ Action }) => Action.some(action => action.startsWith(prefix)));
    expect(of('ssm:')).toEqual([{ Effect: 'Allow', Action: ['ssm:DescribeParameters'], Resource: ['*'] }]);
    expect(of('kms:')).toEqual([{
      Effect: 'Allow', Action: ['kms:DescribeKey'], Resource: ['arn:aws:kms:eu-west-1:123456789012:key/*'],
      Condition: { StringEquals: { 'kms:RequestAlias': 'alias/team' } },
    }]);
    expect(of('secretsmanager:')).toEqual([]);
    shop.aws.allowOnly(stdout);
    const added = await shop.json(GRANT);
    expect([added.code, added.service.refusals]).toEqual([0, []]);
    expect((await shop.run(REVOKE)).code).toBe(0);
    expect(shop.aws.calls.filter(({ outcome }) => /AccessDenied/.test(outcome ?? ''))).toEqual([]);
  }, DENIED);

  scenario('is printed also if parameters cannot be described', async shop => {
    shop.aws.inject('ssm:DescribeParameters', accessDenied());
    const ran = await shop.run(POLICY);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('"ssm:DescribeParameters"');
  }, DENIED);

  scenario('refuses --allow-key-update, since no command writes to parameters', async shop => {
    const ran = await shop.run([...POLICY, '--allow-key-update']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('no command writes to parameters');
  });
});

scenario('key update says that it writes to no parameter, and how the key gets there', async shop => {
  const ran = await shop.run(['ecs', 'key', 'update', ...FROM, '--yes'], { env: WITH_KEY });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toMatch(/`ecs key update` writes only to secrets.*`aws ssm put-parameter --overwrite --type SecureString/);
  expect(shop.aws.calls).toEqual([]);
});
