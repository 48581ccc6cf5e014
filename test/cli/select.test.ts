import { ADD, ALL, COLLECTION, LOGGED, openShop, REMOVE, scenario, Shop } from './shop';
import { essentialExited, secretOutOfReach, taskDefinitionBody, tasksFail } from '../fakes';

const CODE_DEPLOY = { members: { deploymentController: { type: 'CODE_DEPLOY' } } };
/** What CodeDeploy and a stack manage is refused; `orders` and `web` are not. */
const addOthers = ({ aws }: Shop) => {
  aws.ecs.addService('web', { cluster: 'shop', tags: { team: 'web' } });
  aws.ecs.addService('deployed', { cluster: 'shop', tags: { team: 'web' }, ...CODE_DEPLOY });
  aws.ecs.addService('stacked', { cluster: 'shop', tags: { 'team': 'jobs', 'aws:cloudformation:stack-name': 'jobs' } });
};
const add = (...flags: string[]) => ['ecs', 'add', '--cluster', 'shop', '--collection', COLLECTION, ...flags];
const plan = (...flags: string[]) => ['ecs', 'plan', '--cluster', 'shop', '--collection', COLLECTION, ...flags];
const named = (...names: string[]) => names.flatMap(name => ['--service', name]);
/** Of each service: what was planned, and how it ended. */
const ends = ({ services }: { services: { serviceArn: string; action: string; outcome: string | null }[] }) =>
  Object.fromEntries(services.map(({ serviceArn, action, outcome }) => [serviceArn.split('/').pop(), [action, outcome]]));
const running = ({ aws }: Shop) =>
  Object.fromEntries(['orders', 'web', 'deployed', 'stacked'].map(name => [name, aws.ecs.service(name).taskDefinition.revision]));
const UNCHANGED = { orders: 1, web: 1, deployed: 1, stacked: 1 };
const DONE = ['add', 'completed'];
const REFUSED = ['refuse', null];

describe('services that were not named one by one', () => {
  scenario('add --all leaves refused services out, carries out the others with 0, and has the refusals', async shop => {
    addOthers(shop);
    const ran = await shop.run([...add('--all'), '--json']);
    expect(ran.code).toBe(0);
    expect(ends(ran.json)).toEqual({ orders: DONE, web: DONE, deployed: REFUSED, stacked: REFUSED });
    const refusals = ran.json.services.map(({ refusals: each }: { refusals: { id: string }[] }) => each.map(({ id }) => id));
    expect(refusals).toEqual([[], [], ['codeDeployNotRolledOut'], ['managedByCloudFormation']]);
    expect(running(shop)).toEqual({ ...UNCHANGED, orders: 2, web: 2 });
  });

  scenario('the text of add --all names the refused services at the end', async shop => {
    addOthers(shop);
    const ran = await shop.run(add('--all'));
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^orders: done/m);
    expect(ran.stdout.trimEnd().split('\n').at(-1))
      .toBe('2 services were refused and left unchanged: deployed (codeDeployNotRolledOut), stacked (managedByCloudFormation).');
    expect(ran.stdout).not.toContain('Nothing was written');
  });

  scenario('add --service-tag leaves refused services out, too', async shop => {
    addOthers(shop);
    const ran = await shop.run([...add('--service-tag', 'team=web'), '--json']);
    expect([ran.code, ends(ran.json)]).toEqual([0, { web: DONE, deployed: REFUSED }]);
    expect(running(shop)).toEqual({ ...UNCHANGED, web: 2 });
  });

  scenario('--service-tag beside --all narrows, also whom a refusal concerns', async shop => {
    addOthers(shop);
    const ran = await shop.run([...add('--all', '--service-tag', 'team=jobs'), '--json']);
    expect([ran.code, ends(ran.json)]).toEqual([5, { stacked: REFUSED }]);
    expect(shop.writes).toEqual([]);
  });

  scenario('add --all ends with 5 if every service is refused', async shop => {
    const ran = await shop.run(add('--all'));
    expect(ran.code).toBe(5);
    expect(ran.stdout).toContain('Nothing was written: one service is refused.');
    expect(shop.writes).toEqual([]);
  }, { service: CODE_DEPLOY });

  scenario('add --all ends with 5 if there is nothing to do for the services that are not refused', async shop => {
    expect((await shop.run(ADD)).code).toBe(0);
    shop.aws.ecs.addService('deployed', { cluster: 'shop', ...CODE_DEPLOY });
    const before = shop.writes;
    const ran = await shop.run([...add('--all'), '--json']);
    expect([ran.code, ends(ran.json)]).toEqual([5, { orders: ['none', 'unchanged'], deployed: REFUSED }]);
    expect(shop.writes).toEqual(before);
  });

  scenario('add --all ends with 4 if a rollout fails and another service is refused', async shop => {
    addOthers(shop);
    shop.aws.ecs.rolloutsEnd('web', body => JSON.stringify(body).includes('postman') ? tasksFail(secretOutOfReach) : undefined);
    const ran = await shop.run([...add('--all'), '--json', '--timeout', '3s']);
    expect([ran.code, ends(ran.json)]).toEqual([4, { orders: DONE, web: ['add', 'rolledBack'], deployed: REFUSED, stacked: REFUSED }]);
  });

  scenario('add --all with --all-or-nothing writes nothing with 5 if one service is refused', async shop => {
    addOthers(shop);
    const ran = await shop.run([...add('--all'), '--all-or-nothing', '--json']);
    expect([ran.code, ends(ran.json)]).toEqual([5, { orders: ['add', null], web: ['add', null], deployed: REFUSED, stacked: REFUSED }]);
    expect(shop.writes).toEqual([]);
  });

  scenario('add --all with --all-or-nothing is carried out if no service is refused', async shop => {
    expect((await shop.run(add('--all', '--all-or-nothing'))).code).toBe(0);
    expect(shop.runs()).toBe('orders:2');
  });

  scenario('a service that is left out is not written to, and neither is its role', async shop => {
    shop.aws.iam.addRole('other');
    const taskDefinition = taskDefinitionBody('deployed', { executionRoleArn: 'arn:aws:iam::123456789012:role/other' });
    shop.aws.ecs.addService('deployed', { cluster: 'shop', taskDefinition, ...CODE_DEPLOY });
    const ran = await shop.run([...add('--all'), '--grant-secret-access', '--json']);
    expect([ran.code, ends(ran.json)]).toEqual([0, { orders: DONE, deployed: REFUSED }]);
    expect([...shop.aws.iam.role('other').inline]).toEqual([]);
    expect(shop.revisions('deployed')).toBe(1);
  });

  scenario('remove --all leaves refused services out', async shop => {
    addOthers(shop);
    expect((await shop.run(add('--all', '--allow-managed'))).code).toBe(0);
    const ran = await shop.run(['ecs', 'remove', ...ALL, '--json']);
    expect([ran.code, ends(ran.json)]).toEqual([
      0, { orders: ['remove', 'completed'], web: ['remove', 'completed'], deployed: ['none', 'unchanged'], stacked: REFUSED },
    ]);
    expect(running(shop)).toEqual({ ...UNCHANGED, stacked: 2 });
  });

  scenario('a service that is being deleted does not keep the others of its cluster', async shop => {
    addOthers(shop);
    shop.aws.ecs.deleteService('web', 'DRAINING');
    const ran = await shop.run([...add('--all'), '--json']);
    expect([ran.code, ends(ran.json)]).toEqual([0, { orders: DONE, web: REFUSED, deployed: REFUSED, stacked: REFUSED }]);
  });
});

describe('services that are named', () => {
  scenario('add writes nothing with 5 if one of the named services is refused', async shop => {
    addOthers(shop);
    const ran = await shop.run([...add(...named('orders', 'deployed')), '--json']);
    expect([ran.code, ends(ran.json)]).toEqual([5, { orders: ['add', null], deployed: REFUSED }]);
    expect(shop.writes).toEqual([]);
  });

  scenario('a tag beside the names does not change that', async shop => {
    addOthers(shop);
    expect((await shop.run(add(...named('web', 'deployed', 'orders'), '--service-tag', 'team=web'))).code).toBe(5);
    expect(shop.writes).toEqual([]);
  });

  scenario('remove writes nothing with 5 if one of the named services is refused', async shop => {
    addOthers(shop);
    expect((await shop.run(add('--all', '--allow-managed'))).code).toBe(0);
    const before = shop.writes;
    expect((await shop.run([...REMOVE, ...named('stacked')])).code).toBe(5);
    expect(shop.writes).toEqual(before);
  });
});

test.concurrent('the exit code of a plan follows what add would do', async () => {
  const shop = await openShop();
  try {
    addOthers(shop);
    const code = async (...flags: string[]) => (await shop.run(plan(...flags))).code;
    const dryRun = async (...flags: string[]) => (await shop.run([...add(...flags), '--dry-run'])).code;
    const codes = {
      'named, one refused': await code(...named('orders', 'deployed')),
      'named, none refused': await code(...named('orders', 'web')),
      'all, some refused': await code('--all'),
      'a tag, some refused': await code('--service-tag', 'team=web'),
      'a tag, all refused': await code('--service-tag', 'team=jobs'),
      'all or nothing, some refused': await code('--all', '--all-or-nothing'),
      'all, some refused, as a dry run': await dryRun('--all'),
      'named, one refused, as a dry run': await dryRun(...named('orders', 'deployed')),
    };
    expect(codes).toEqual({
      'named, one refused': 5, 'named, none refused': 3, 'all, some refused': 3, 'a tag, some refused': 3, 'a tag, all refused': 5,
      'all or nothing, some refused': 5, 'all, some refused, as a dry run': 3, 'named, one refused, as a dry run': 5,
    });
    expect(shop.writes).toEqual([]);
  } finally {
    await shop.aws.stop();
  }
});

scenario('a plan of a cluster without changes ends with 5 if one service is refused, and with 0 if none is', async shop => {
  expect((await shop.run(ADD)).code).toBe(0);
  expect((await shop.run(plan('--all'))).code).toBe(0);
  shop.aws.ecs.addService('deployed', { cluster: 'shop', ...CODE_DEPLOY });
  expect((await shop.run(plan('--all'))).code).toBe(5);
}, LOGGED);

scenario('status of a cluster has every service, also one that add would refuse', async shop => {
  addOthers(shop);
  shop.aws.ecs.rolloutsEnd('web', tasksFail(essentialExited('web', 1)));
  const ran = await shop.run(['ecs', 'status', ...ALL, '--json']);
  expect(ran.code).toBe(3);
  expect(ran.json.services).toHaveLength(4);
});
