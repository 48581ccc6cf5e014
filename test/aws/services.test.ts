import { Account } from '../../src/aws';
import { EcsService, findServices, isRollingOut } from '../../src/aws/reads/services';

/** An account whose answers come when all calls that can be made at once have been made. */
function answering(describe: (name: string) => object) {
  const sizes: number[] = [];
  let open = 0;
  const call = async (_: string, __: string, { services }: { readonly services: readonly string[] }) => {
    sizes.push(++open);
    await new Promise(setImmediate);
    open--;
    return { services: services.map(describe), failures: [] };
  };
  return { account: { call } as unknown as Account, sizes };
}

const NAMES = Array.from({ length: 995 }, (_, index) => `service-${index}`);
const described = (serviceName: string) => ({ serviceName, taskDefinition: `arn:aws:ecs:eu-west-1:111122223333:task-definition/${serviceName}:1` });

test('services are described ten a call, in their order, with ten calls at the same time', async () => {
  const { account, sizes } = answering(described);
  const { services, missing } = await findServices(account, 'shop', NAMES);
  expect([services, missing]).toEqual([NAMES.map(described), undefined]);
  expect([sizes.length, Math.max(...sizes)]).toEqual([100, 10]);
});

test('the events of a service are not kept', async () => {
  const { account } = answering(name => ({ ...described(name), events: [{ message: 'has reached a steady state' }] }));
  expect((await findServices(account, 'shop', ['web'])).services).toEqual([described('web')]);
});

test.each([
  [['COMPLETED'], false], [['IN_PROGRESS'], true], [['COMPLETED', 'COMPLETED'], true], [['FAILED', 'COMPLETED'], false],
  // A deployment that was replaced before it ended stays as it was, while its tasks run.
  [['FAILED', 'IN_PROGRESS', 'COMPLETED'], false],
])('a service with deployments that are %j, the primary first, is rolling out: %s', (states, expected) => {
  const statusOf = (index: number) => index === 0 ? 'PRIMARY' : 'ACTIVE';
  const deployments = states.map((rolloutState, index) => ({ id: String(index), status: statusOf(index), taskDefinition: 'web:1', rolloutState }));
  expect(isRollingOut({ deployments } as unknown as EcsService)).toBe(expected);
});
