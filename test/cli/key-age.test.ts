import { ADD, AGENT, EXECUTION_ROLE, IMAGE, scenario, Shop, STATUS } from './shop';
import { accessDenied, taskDefinitionBody } from '../fakes';

const NAME = 'postman/api-key';
const PARAMETER = '/team/postman';
const MINUTE = 60_000;

/** The agent runs in both tasks of `orders`, and an hour has passed. */
async function added(shop: Shop, ...flags: string[]): Promise<void> {
  const { code, stderr } = await shop.run([...ADD, ...flags]);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  shop.aws.advance(60 * MINUTE);
}

const keyOf = async (shop: Shop, args = STATUS) => (await shop.json(args)).service.key;
const text = async (shop: Shop) => (await shop.run(STATUS)).stdout;
const OLDER = '2 running tasks hold an older version of the API key than the current one';
const MAYBE = /2 running tasks may hold an older version of the API key: the secret has changed since they started/;

describe('status says which version of the key the running tasks hold', () => {
  scenario('the current one: nothing is said', async shop => {
    await added(shop);
    expect(await keyOf(shop)).toEqual({ current: 2, older: 0, mayBeOlder: 0 });
    expect(await text(shop)).not.toContain('version of the API key');
  });

  scenario('an older one, if the current version was made after they started, with the way out; the exit code stays', async shop => {
    await added(shop);
    shop.aws.secrets.put(NAME, 'second');
    shop.aws.advance(MINUTE);
    expect(await keyOf(shop)).toEqual({ current: 0, older: 2, mayBeOlder: 0 });
    const ran = await shop.run(STATUS);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(OLDER);
    expect(ran.stdout).toMatch(/`ecs key update --restart` or a new deployment; `rotateTasks`/);
    shop.aws.ecs.updateService('orders', { forceNewDeployment: true });
    shop.aws.advance(MINUTE);
    expect(await keyOf(shop)).toEqual({ current: 2, older: 0, mayBeOlder: 0 });
  });

  scenario('a version that waits to become the current one does not count', async shop => {
    await added(shop);
    shop.aws.secrets.actions.PutSecretValue({
      SecretId: NAME, SecretString: 'second', ClientRequestToken: '0a1b2c3d-0f3c-4d0e-9a55-3f1f7f3a1c11', VersionStages: ['AWSPENDING'],
    });
    expect(await keyOf(shop)).toEqual({ current: 0, older: 0, mayBeOlder: 2 });
    expect(await text(shop)).not.toContain(OLDER);
  });

  scenario('maybe an older one, if the label has moved back to a version that is older than the tasks', async shop => {
    shop.aws.secrets.put(NAME, 'second');
    await added(shop);
    shop.aws.secrets.makeCurrent(NAME, 0);
    expect(await keyOf(shop)).toEqual({ current: 0, older: 0, mayBeOlder: 2 });
    expect(await text(shop)).toMatch(MAYBE);
  });

  scenario('maybe an older one, if anything else of the secret has changed', async shop => {
    await added(shop);
    shop.aws.secrets.actions.TagResource({ SecretId: NAME, Tags: [{ Key: 'team', Value: 'shop' }] });
    expect(await keyOf(shop)).toEqual({ current: 0, older: 0, mayBeOlder: 2 });
    expect(await text(shop)).toMatch(MAYBE);
  });

  scenario('of a parameter, by its last change', async shop => {
    shop.aws.parameters.add(PARAMETER);
    shop.aws.iam.role('execution').inline.set('key', JSON.stringify({ Statement: { Effect: 'Allow', Action: 'ssm:GetParameters', Resource: '*' } }));
    await added(shop, '--api-key-parameter', PARAMETER);
    expect(await keyOf(shop)).toEqual({ current: 2, older: 0, mayBeOlder: 0 });
    shop.aws.parameters.put(PARAMETER);
    shop.aws.advance(MINUTE);
    expect(await keyOf(shop)).toEqual({ current: 0, older: 2, mayBeOlder: 0 });
  });

  scenario('of a field of a secret, too', async shop => {
    await added(shop, '--api-key-secret-field', 'key');
    shop.aws.secrets.put(NAME, '{"key":"second"}');
    shop.aws.advance(MINUTE);
    expect((await keyOf(shop)).older).toBe(2);
  });

  for (const action of ['secretsmanager:ListSecretVersionIds', 'ssm:DescribeParameters']) {
    scenario(`unknown without ${action}: the rest of status is as before`, async shop => {
      if (action.startsWith('ssm:')) {
        shop.aws.parameters.add(PARAMETER);
        shop.aws.iam.role('execution').inline.set('key', JSON.stringify({ Statement: { Effect: 'Allow', Action: 'ssm:GetParameters', Resource: '*' } }));
        await added(shop, '--api-key-parameter', PARAMETER);
      } else {
        await added(shop);
      }
      shop.aws.inject(action, accessDenied());
      const { code, service } = await shop.json(STATUS);
      expect([code, service.agent.state, service.key]).toEqual([0, 'running', null]);
    });
  }

  scenario('without secretsmanager:DescribeSecret only what is certain by the version', async shop => {
    await added(shop);
    shop.aws.inject('secretsmanager:DescribeSecret', accessDenied());
    expect(await keyOf(shop)).toEqual({ current: 0, older: 0, mayBeOlder: 2 });
    shop.aws.secrets.put(NAME, 'second');
    shop.aws.advance(MINUTE);
    expect(await keyOf(shop)).toEqual({ current: 0, older: 2, mayBeOlder: 0 });
  });

  scenario('never by the value, and the secret is read once for all services', async shop => {
    await added(shop);
    shop.aws.ecs.addService('carts', { cluster: 'shop', desiredCount: 2, taskDefinition: shop.runs(), ageMs: MINUTE });
    const before = shop.aws.calls.length;
    expect((await shop.run([...STATUS, '--service', 'carts', '--json'])).json.services.map(({ key }: any) => key.current)).toEqual([2, 2]);
    const actions = shop.aws.calls.slice(before).map(({ action }) => action);
    expect(actions.filter(action => action === 'ListSecretVersionIds')).toHaveLength(1);
    expect(actions).not.toContain('GetSecretValue');
  });

  scenario('unknown of a reference that names a version', async shop => {
    const arn = shop.aws.secrets.find(NAME)!.arn;
    const references = {
      whole: [arn, true], empty: [`${arn}:::`, true], label: [`${arn}::AWSCURRENT:`, true],
      before: [`${arn}::AWSPREVIOUS:`, false], id: [`${arn}:::0a1b`, false],
    } as const;
    for (const [name, [valueFrom, isKnown]] of Object.entries(references)) {
      const agent = { name: AGENT, image: IMAGE, memory: 300, entryPoint: ['/postman-lc-agent', 'apidump'], secrets: [{ name: 'POSTMAN_API_KEY', valueFrom }] };
      const taskDefinition = taskDefinitionBody(name, { executionRoleArn: EXECUTION_ROLE, containerDefinitions: [agent] });
      shop.aws.ecs.addService(name, { cluster: 'shop', desiredCount: 1, taskDefinition });
      expect([name, (await keyOf(shop, ['ecs', 'status', '--cluster', 'shop', '--service', name])) !== null]).toEqual([name, isKnown]);
    }
  });
});
