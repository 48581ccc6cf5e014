import { COLLECTION, openShop, serviceArn, Shop } from './shop';
import { isSameJson, Json, JsonObject, registrable, withMembers, withoutAgent } from '../../src/edit';
import { WITHOUT_AGENT } from '../edit/described';

const ROLE = 'arn:aws:iam::123456789012:role/execution';
const select = (names: readonly string[]) => ['--cluster', 'shop', '--region', 'eu-west-1', ...names.flatMap(name => ['--service', name])];

/** The whole definition, in a network mode that a sidecar works in, and with a role that can read the secret. */
const runnable = (body: JsonObject, family: string) => withMembers(body, { family, networkMode: 'awsvpc', executionRoleArn: ROLE });

describe('add and remove of all task definitions of the tests, through the fake AWS', () => {
  let shop: Shop;
  let added: readonly string[];
  const before = new Map<string, JsonObject>();
  const bodyOf = (family: string, revision: number) => registrable({
    taskDefinition: shop.aws.ecs.describeTaskDefinition(`${family}:${revision}`),
    tags: shop.aws.ecs.revisionsOf(family)[revision - 1].tags as unknown as Json,
  } as JsonObject);

  beforeAll(async () => {
    shop = await openShop({ rates: [] });
    for (const { name, body } of WITHOUT_AGENT) {
      try {
        shop.aws.ecs.addService(name, { cluster: 'shop', launchType: 'EC2', taskDefinition: runnable(body, name) });
      } catch {
        // ECS would not register it, so no service can run it.
        continue;
      }
      before.set(name, bodyOf(name, 1));
    }
    const { ran } = await shop.json(['ecs', 'plan', '--collection', COLLECTION, ...select([...before.keys()])]);
    const actions = new Map<string, string>(ran.json.services.map(({ serviceArn: arn, action }: { serviceArn: string; action: string }) => [arn, action]));
    added = [...before.keys()].filter(name => actions.get(serviceArn(name)) === 'add');
    const { code, stderr } = await shop.run(['ecs', 'add', '--collection', COLLECTION, ...select(added)]);
    if (code !== 0) throw new Error(`ecs add ended with ${code}: ${stderr}`);
  });

  afterAll(() => shop.aws.stop());

  test('add takes at least sixty of the task definitions', () => {
    expect(added.length).toBeGreaterThanOrEqual(60);
  });

  test('add registers each task definition with the agent, to the last digit and the last unknown member', () => {
    for (const name of added) {
      const after = withoutAgent(bodyOf(name, 2));
      if (!isSameJson(after, before.get(name)!)) throw new Error(`${name} came back changed`);
    }
  });

  test('remove returns each service to its previous revision, and registers nothing', async () => {
    expect((await shop.run(['ecs', 'remove', ...select(added)])).code).toBe(0);
    expect(added.filter(name => shop.runs(name) !== `${name}:1`)).toEqual([]);
    expect(added.filter(name => shop.revisions(name) !== 2)).toEqual([]);
  });
});
