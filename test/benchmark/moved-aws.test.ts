import { MovedAws } from '../../benchmark/scripts/moved-aws';
import { succeeds, taskDefinitionBody } from '../fakes';

let moved: MovedAws;

beforeEach(async () => { moved = await new MovedAws().listen(); });
afterEach(async () => { await moved.stop(); });

const post = async (path: string) => (await fetch(`${moved.endpoint}${path}`, { method: 'POST' })).text();

describe('the account of the scripts that are compared', () => {
  test('a wait of all workers takes no time, and counts', async () => {
    const started = moved.clock.now();
    await post('/clock/sleep?ms=3600000');
    expect(moved.clock.now() - started).toBeGreaterThanOrEqual(3_600_000);
  });

  test('a wait is not skipped while another worker is awake', async () => {
    await post('/clock/worker?count=1');
    const started = moved.clock.now();
    let isOver = false;
    const waiting = post('/clock/sleep?ms=3600000').then(() => { isOver = true; });
    // This one is answered after the server has got that one, or before; the wait is over in neither case.
    await post('/clock/worker?count=0');
    expect([isOver, moved.clock.now() - started < 3_600_000]).toEqual([false, true]);
    await post('/clock/worker?count=-1');
    await waiting;
    expect(moved.clock.now() - started).toBeGreaterThanOrEqual(3_600_000);
  });

  test('of two waits, the shorter one ends first, and the other one only lasts for the rest', async () => {
    await post('/clock/worker?count=1');
    const started = moved.clock.now();
    const ended: number[] = [];
    const waits = [7_200_000, 3_600_000].map(async milliseconds => {
      await moved.clock.sleep(milliseconds);
      ended.push(milliseconds);
      moved.count(-1);
    });
    await Promise.all(waits);
    expect(ended).toEqual([3_600_000, 7_200_000]);
    expect(moved.clock.now() - started).toBeLessThan(2 * 7_200_000);
  });

  test('its rollouts go on while workers wait', async () => {
    const { aws } = moved;
    aws.ec2.addPrivateSubnet('subnet-1');
    aws.ecs.addService('web', { cluster: 'shop', taskDefinition: taskDefinitionBody('web') });
    aws.ecs.rolloutsEnd('web', () => succeeds(60_000));
    aws.ecs.updateService('web', { forceNewDeployment: true });
    const states = async () => {
      await post('/');
      return aws.ecs.service('web').deployments.map(({ rolloutState }) => rolloutState);
    };
    expect((await states())[0]).toBe('IN_PROGRESS');
    await post('/clock/sleep?ms=61000');
    expect(await states()).toEqual(['COMPLETED']);
  });
});
