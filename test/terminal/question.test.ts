import { ADD, done, KEY, QUESTION, shop } from './given';
import { CTRL_C, ENTER } from './terminal';
import { JsonObject, meanwhile, taskDefinitionBody } from '../fakes';

const here = shop();
const { type, writes } = here;

const WRITTEN = ['CreateSecret', 'RegisterTaskDefinition', 'UpdateService'];

describe('ecs add on a terminal', () => {
  test('add shows the plan and asks, and writes nothing before the answer', async () => {
    const session = await type(ADD, [{ match: 'as shown\\?[\\s\\S]*No' }, { send: CTRL_C }]);
    const shown = session.screenWith(/● No/).lines;
    expect(shown).toContain('orders in cluster shop: add the agent');
    expect(shown).toContain('  task definition  orders:1 -> a new revision of orders');
    expect(shown).toContain('  + containerDefinitions[postman-lc-agent]');
    expect(shown).toContain('1 service: 1 to add.');
    expect(shown.slice(-2)[0]).toMatch(/○ Yes \/ ● No/);
    expect(writes()).toEqual([]);
  });

  test('add continues to the end after y', async () => {
    const session = await type(ADD, [QUESTION, { send: 'y' }]);
    expect(session.screen.lines.slice(-2)).toEqual(done('orders'));
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    expect(writes()).toEqual(WRITTEN);
  });

  test.each([['n', 'n'], ['only the enter key', ENTER]])('add writes nothing after %s', async (_, key) => {
    const session = await type(ADD, [QUESTION, { send: key }]);
    expect(session.screen.lines.at(-1)).toBe('Nothing was written.');
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    expect(writes()).toEqual([]);
  });

  test('add ends with 130 on Ctrl-C, and writes nothing', async () => {
    const session = await type(ADD, [QUESTION, { send: CTRL_C }]);
    expect(session.screen.text).toMatch(/Nothing was changed\.$/);
    expect(session).toMatchObject({ exitCode: 130, isTidy: true });
    expect(writes()).toEqual([]);
  });

  test('add does not ask with --yes', async () => {
    const session = await type([...ADD, '--yes']);
    expect(session.output).not.toContain('as shown?');
    expect(session.exitCode).toBe(0);
    expect(writes()).toEqual(WRITTEN);
  });

  test('add does not ask if there is nothing to do', async () => {
    await type([...ADD, '--yes']);
    const session = await type(ADD);
    expect(session.output).not.toContain('as shown?');
    expect(session.exitCode).toBe(0);
    expect(writes()).toEqual(WRITTEN);
  });

  test('output has colours, and none if NO_COLOR is set', async () => {
    const sgr = /\x1b\[[\d;]*m/;
    const steps = [QUESTION, { send: 'y' }] as const;
    const plain = await type(ADD, steps, { env: { NO_COLOR: '1' } });
    expect(plain.output).not.toMatch(sgr);
    expect(plain.screen.lines.slice(-2)).toEqual(done('orders'));
    const colored = await type(['ecs', 'remove', '--cluster', 'shop', '--service', 'orders', '--dry-run']);
    expect(colored.output).toMatch(sgr);
  });

  test('the key is never shown', async () => {
    const session = await type([...ADD, '--plaintext-api-key', '--verbose'], [QUESTION, { send: 'y' }]);
    expect(session.exitCode).toBe(0);
    expect(session.output).toContain('***');
    expect(session.output).not.toContain(KEY);
  });
});

describe('ecs add on a terminal, and another deployment after the answer', () => {
  const AGAIN = { wait: 'orders:2 -> a new revision of orders' } as const;
  const updates = () => here.aws.callsOf('ecs:UpdateService');
  const deployMeanwhile = () => here.aws.inject('ecs:RegisterTaskDefinition', meanwhile(() => {
    const body = taskDefinitionBody('orders', { containerDefinitions: [{ name: 'web', image: 'nginx:theirs' }] });
    here.aws.ecs.updateService('orders', { taskDefinition: here.aws.ecs.registerTaskDefinition(body).arn });
    // Its rollout has ended when the run looks again.
    here.aws.advance(5000);
  }));

  test('add shows the new plan and asks again, and writes nothing to the service after n', async () => {
    deployMeanwhile();
    const session = await type(ADD, [QUESTION, { send: 'y' }, AGAIN, QUESTION, { send: 'n' }]);
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    expect(updates()).toEqual([]);
    expect(here.aws.ecs.service('orders').taskDefinition.revision).toBe(2);
  });

  test('add continues with the new plan after y, and nothing of the other deployment is lost', async () => {
    deployMeanwhile();
    const session = await type(ADD, [QUESTION, { send: 'y' }, AGAIN, QUESTION, { send: 'y' }]);
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    expect(updates()).toHaveLength(1);
    const [web, agent] = here.aws.ecs.service('orders').taskDefinition.described.containerDefinitions as JsonObject[];
    expect([web.image, agent.name]).toEqual(['nginx:theirs', 'postman-lc-agent']);
  });

  test('add does not ask again with --yes', async () => {
    deployMeanwhile();
    const session = await type([...ADD, '--yes'], []);
    expect(session.output).not.toContain('as shown?');
    expect(session.exitCode).toBe(0);
    expect(updates()).toHaveLength(1);
  });
});

describe('ecs key update on a terminal', () => {
  const QUESTION_OF_THE_KEY = { wait: 'Replace the whole value of secret postman/api-key in eu-west-1?' } as const;

  test('key update asks first: n writes nothing, y writes the value, and the key is never shown', async () => {
    here.aws.secrets.add('postman/api-key', 'value');
    const kept = await type(['ecs', 'key', 'update'], [QUESTION_OF_THE_KEY, { send: 'n' }]);
    expect(kept.screen.lines.at(-1)).toBe('Nothing was written.');
    expect(writes()).toEqual([]);
    const updated = await type(['ecs', 'key', 'update'], [QUESTION_OF_THE_KEY, { send: 'y' }]);
    expect(updated.screen.lines.at(-1)).toBe('postman/api-key: updated. Running tasks keep the old key until they are replaced.');
    expect(updated).toMatchObject({ exitCode: 0, isTidy: true });
    expect(updated.output).not.toContain(KEY);
    expect(writes()).toEqual(['PutSecretValue']);
    expect((await type(['ecs', 'key', 'update', '--yes'])).output).not.toContain('Replace');
  });

  test('key update of one field asks about this field, and shows the names of the others, which it keeps', async () => {
    here.aws.secrets.add('team/postman', '{"user":"orders","key":"old"}');
    const question = { wait: 'Replace the field key of secret team/postman in eu-west-1, and keep all other fields?' } as const;
    const session = await type(['ecs', 'key', 'update', '--api-key-secret', 'team/postman', '--api-key-secret-field', 'key'], [question, { send: 'y' }]);
    expect(session.screenWith(/keep user/).lines).toContain('team/postman in eu-west-1: replace the field key, keep user');
    expect(session.exitCode).toBe(0);
    expect(JSON.parse(here.aws.secrets.value('team/postman')!)).toEqual({ user: 'orders', key: KEY });
  });
});

describe('ecs remove on a terminal', () => {
  const REMOVE = ['ecs', 'remove', '--cluster', 'shop', '--service', 'orders'];
  const REMOVAL = { wait: 'Remove the agent as shown?' } as const;

  test('remove asks first: n writes nothing, y returns the service to its previous revision', async () => {
    await type([...ADD, '--yes']);
    const before = writes();
    const kept = await type(REMOVE, [REMOVAL, { send: 'n' }]);
    expect(kept.screen.lines).toContain('orders in cluster shop: remove the agent');
    expect(kept).toMatchObject({ exitCode: 0, isTidy: true });
    expect(writes()).toEqual(before);
    const removed = await type(REMOVE, [REMOVAL, { send: 'y' }]);
    expect(removed.screen.lines.at(-1)).toBe('orders: done, runs orders:1');
    expect(removed).toMatchObject({ exitCode: 0, isTidy: true });
    expect(writes().length).toBeGreaterThan(before.length);
  });
});
