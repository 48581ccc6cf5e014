import { ADD, AGENT, CLUSTER_ARN, PLAN, REMOVE, revisionArn, processScenario as scenario, serviceArn, STATUS, WITH_KEY } from './shop';

const ECS_CALLS = ['DescribeServices', 'DescribeTaskDefinition', 'RegisterTaskDefinition', 'DescribeServices', 'UpdateService'];

describe('the main path', () => {
  scenario('add needs five calls of ECS before it follows the rollout, and the service is read once more right before the update', async shop => {
    const { code, service } = await shop.json(ADD);
    expect(code).toBe(0);
    expect(service).toMatchObject({
      clusterArn: CLUSTER_ARN, serviceArn: serviceArn('orders'), action: 'add', refusals: [], outcome: 'completed',
      currentTaskDefinitionArn: revisionArn('orders:1'), targetTaskDefinitionArn: null, egress: { verdict: 'reachable' },
    });
    const ecs = shop.aws.calls.filter(({ service: of }) => of === 'ecs').map(({ action }) => action);
    expect(ecs.slice(0, 5)).toEqual(ECS_CALLS);
    expect(ecs.slice(5).filter(action => ECS_CALLS.slice(1, 3).includes(action) || action === 'UpdateService')).toEqual([]);
    expect(shop.runs()).toBe('orders:2');
  });

  scenario('add registers exactly the body that the document shows', async shop => {
    const { service } = await shop.json(ADD);
    const [{ input }] = shop.aws.callsOf('ecs:RegisterTaskDefinition');
    expect(input).toEqual(service.taskDefinition);
    expect(service.taskDefinition.containerDefinitions.map(({ name }: { name: string }) => name)).toEqual(['web', AGENT]);
  });

  scenario('add sends three members to UpdateService and no more', async shop => {
    await shop.run(ADD);
    expect(shop.aws.callsOf('ecs:UpdateService').map(({ input }) => input)).toEqual([
      { cluster: CLUSTER_ARN, service: serviceArn('orders'), taskDefinition: revisionArn('orders:2') },
    ]);
  });

  scenario('remove goes back to the previous revision, and registers nothing', async shop => {
    const before = shop.definition();
    await shop.run(ADD);
    const plan = await shop.json(['ecs', 'plan', '--remove', '--cluster', 'shop', '--service', 'orders']);
    expect(plan).toMatchObject({ code: 3, service: { action: 'remove', targetTaskDefinitionArn: revisionArn('orders:1'), taskDefinition: null } });
    const { code, service } = await shop.json(REMOVE);
    expect(code).toBe(0);
    expect(service).toMatchObject({ action: 'remove', outcome: 'completed', targetTaskDefinitionArn: revisionArn('orders:1'), taskDefinition: null });
    expect(shop.definition()).toEqual(before);
    expect(shop.revisions()).toBe(2);
  });

  scenario('plan ends with 3 before add, and with 0 after it', async shop => {
    expect((await shop.run(PLAN)).code).toBe(3);
    expect(shop.writes).toEqual([]);
    expect((await shop.run(ADD)).code).toBe(0);
    const again = await shop.json(PLAN);
    expect(again).toMatchObject({ code: 0, service: { action: 'none', taskDefinition: null, targetTaskDefinitionArn: null } });
  });

  scenario('a second add is unchanged and writes nothing', async shop => {
    await shop.run(ADD);
    const written = shop.writes.length;
    const { code, service } = await shop.json(ADD);
    expect(code).toBe(0);
    expect(service).toMatchObject({ action: 'none', outcome: 'unchanged' });
    expect(shop.writes).toHaveLength(written);
  });

  scenario('remove has nothing to do if there is no agent', async shop => {
    expect(await shop.json(REMOVE)).toMatchObject({ code: 0, service: { action: 'none', outcome: 'unchanged' } });
    expect(shop.writes).toEqual([]);
  });

  scenario('add creates the secret from POSTMAN_API_KEY, and never reads its value', async shop => {
    const { code, ran } = await shop.json(ADD, { env: WITH_KEY });
    expect(code).toBe(0);
    expect(ran.stderr).toContain('created the secret postman/api-key');
    expect(shop.aws.secrets.holds('postman/api-key', WITH_KEY.POSTMAN_API_KEY)).toBe(true);
    expect(shop.agent().secrets).toEqual([{ name: 'POSTMAN_API_KEY', valueFrom: shop.aws.secrets.find('postman/api-key')!.arn }]);
    expect(shop.writes).toEqual(['CreateSecret', 'RegisterTaskDefinition', 'UpdateService']);
  }, { hasSecret: false });

  scenario('status is running with 0 after add', async shop => {
    await shop.run(ADD);
    expect(await shop.json(STATUS)).toMatchObject({ code: 0, service: { agent: { state: 'running' }, tasks: { desired: 2, running: 2, withAgent: 2 } } });
  });
});
