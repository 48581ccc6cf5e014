import { floorOf, measured, openServices as open } from './measured';
import { MovedPlaces } from './places';
import { accessDenied, FakeAws } from '../fakes';
import { loadClients } from '../moved-clock/account';
import { add, plan, policyOf, statusOf } from '../sweep/verbs';

/*
 * A run over many services stays within the limits of AWS, and near the time that they allow. The floor is that of the calls that cannot be
 * saved, on full buckets.
 */

beforeAll(loadClients);
const AGENT = { collection: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11', all: true };

const refusedCalls = ({ calls }: FakeAws) => calls.filter(({ outcome }) => outcome !== 'ok').map(({ action, outcome }) => `${action} ${outcome}`);
const ecsCalls = ({ calls }: FakeAws) => calls.filter(({ service }) => service === 'ecs').length;

describe('status of many services', () => {
  test('the status of four hundred services takes at most 1.25 times what AWS\'s limits allow, and none of their calls is throttled', async () => {
    const ran = await measured(open({ count: 400 }), statusOf({ all: true }));
    expect([ran.code, (ran.documents[0] as any).services.length, refusedCalls(ran.aws)]).toEqual([3, 400, []]);
    const floor = floorOf({
      'ecs:ListServices': 4, 'ecs:DescribeServices': 40, 'ecs:DescribeTaskDefinition': 400, 'ecs:ListTasks': 8, 'ecs:DescribeTasks': 8,
    });
    expect(ran.seconds / floor).toBeLessThan(1.25);
  });

  test('the tasks of a cluster are listed and described by hundreds, not by service', async () => {
    const { aws, documents: [document] } = await measured(open({ count: 60, tasks: 5 }), statusOf({ all: true }));
    expect([aws.callsOf('ListTasks').length, aws.callsOf('DescribeTasks').length]).toEqual([3, 3]);
    expect((document as any).services.map(({ tasks }: any) => tasks)).toEqual(Array(60).fill({ desired: 5, running: 5, withAgent: 0 }));
  });

  test('the tasks of a few services are not looked for among all tasks of a large cluster', async () => {
    const { aws, documents: [document] } = await measured(open({ count: 80, tasks: 10 }), statusOf({ service: ['web-1', 'web-2', 'web-3'] }));
    expect([aws.callsOf('ListTasks').length, aws.callsOf('DescribeTasks').length]).toEqual([4, 1]);
    expect((document as any).services.map(({ tasks }: any) => tasks.running)).toEqual([10, 10, 10]);
  });
});

describe('changes of many services', () => {
  test('IAM is asked once a role, for all actions at once, as fast as it answers', async () => {
    const ran = await measured(open({ count: 60, ownRoles: true }), plan(AGENT));
    const asked = ran.aws.callsOf('iam:SimulatePrincipalPolicy');
    expect([ran.code, asked.length, refusedCalls(ran.aws)]).toEqual([3, 60, []]);
    expect(new Set(asked.map(({ input }) => input.PolicySourceArn)).size).toBe(60);
    expect(ran.seconds).toBeLessThan(1.25 * (floorOf({ 'iam:SimulatePrincipalPolicy': 60 }) + floorOf({ 'ecs:DescribeTaskDefinition': 60 })));
  });

  test('without the simulation, a managed policy that many roles have is read once', async () => {
    const moved = open({ count: 30, ownRoles: true });
    const { arn } = moved.aws.iam.addPolicy('execution', { Statement: { Effect: 'Allow', Action: 'logs:*', Resource: '*' } });
    for (let index = 0; index < 30; index++) moved.aws.iam.role(`execution-${index}`).attached.push(arn);
    moved.aws.inject('iam:SimulatePrincipalPolicy', accessDenied());
    const { code, aws } = await measured(moved, plan(AGENT));
    expect([code, aws.callsOf('GetPolicy').length, aws.callsOf('GetPolicyVersion').length]).toEqual([3, 1, 1]);
    expect(aws.callsOf('ListAttachedRolePolicies')).toHaveLength(30);
  });

  test('services take at most 4.2 calls of ECS each before their rollouts are followed, and are read again in tens before their updates', async () => {
    const ran = await measured(open({ count: 60 }), add({ ...AGENT, follow: false }));
    expect([ran.code, refusedCalls(ran.aws)]).toEqual([0, []]);
    const updates = ran.aws.callsOf('UpdateService');
    expect(updates).toHaveLength(60);
    expect(ecsCalls(ran.aws) / 60).toBeLessThan(4.2);
    const reads = ran.aws.callsOf('DescribeServices');
    expect(reads.map(({ input }) => (input.services as string[]).length)).toEqual(Array(12).fill(10));
    for (const update of updates) {
      const before = ran.aws.calls.slice(0, ran.aws.calls.indexOf(update)).reverse().find(({ action }) => action === 'DescribeServices');
      expect(before!.input.services).toContain(update.input.service);
    }
    // They are registered one a second.
    expect(ran.seconds).toBeLessThan(1.25 * floorOf({ 'ecs:RegisterTaskDefinition': 60 }));
  });

  test('the records of rollouts are described in batches, and tasks by cluster', async () => {
    const { aws, code } = await measured(open({ count: 40 }), add(AGENT));
    expect(code).toBe(0);
    expect(aws.callsOf('ListServiceDeployments')).toHaveLength(40);
    expect(aws.callsOf('DescribeServiceDeployments').length).toBeLessThan(20);
    expect(aws.callsOf('ListTasks').length).toBeLessThan(20);
  });
});

describe('the policy of many services', () => {
  test('the policy of every service of a cluster is one that IAM takes, and stderr says what it allows beyond them', async () => {
    const { code, documents: [document], output } = await measured(open({ count: 40 }), policyOf({ all: true }));
    expect([code, JSON.stringify(document).length <= 6144]).toEqual([0, true]);
    expect(output).toMatch(/To have at most 6,144 characters, this policy also allows: .*all services of the cluster, with those that are created later/);
  });

  test('a policy that is too long is refused with its length, and with a selection whose policy IAM takes', async () => {
    const moved = open({ count: 40, ownRoles: true });
    const refused = await measured(moved, policyOf({ service: Array.from({ length: 40 }, (_, index) => `web-${index}`) }));
    expect([refused.code, refused.documents]).toEqual([5, []]);
    expect(refused.output).toMatch(/The policy for these 40 services has \d,\d{3} characters without white space, and IAM takes at most 6,144 /);
    const service = [...refused.output.matchAll(/--service (\S+?)[`\s]/g)].map(([, name]) => name);
    expect(service.length).toBeGreaterThan(10);
    const narrower = await measured(moved, policyOf({ service }));
    expect([narrower.code, JSON.stringify(narrower.documents[0]).length <= 6144]).toEqual([0, true]);
  });
});

describe('a file of services', () => {
  const from = (file: string) => add({ from: file, cluster: undefined, collection: AGENT.collection, follow: false });

  test('twenty places are worked on at the same time, each within its own limits: the time is that of one place', async () => {
    const places = new MovedPlaces(20, 24);
    const ran = await places.run(from);
    expect([ran.code, places.accounts.flatMap(refusedCalls)]).toEqual([0, []]);
    expect(places.accounts.map(aws => aws.callsOf('UpdateService').length)).toEqual(Array(20).fill(24));
    // One second for each registration after the burst, and one for the reads and the updates.
    expect(ran.seconds).toBeLessThan(1.25 * (floorOf({ 'ecs:RegisterTaskDefinition': 24 }) + 1));
  });

  test('entries with options of their own cost no more calls than one entry for all', async () => {
    const [one, each] = [new MovedPlaces(1, 60), new MovedPlaces(1, 60)];
    const file = `services:\n${Array.from({ length: 60 }, (_, index) =>
      `  - { profile: "100000000000", region: eu-west-1, cluster: shop, service: web-${index}, rateLimit: ${index + 1} }`).join('\n')}\n`;
    const [first, second] = [await one.run(from), await each.run(from, file)];
    expect([first.code, second.code]).toEqual([0, 0]);
    const actions = [
      'DescribeServices', 'DescribeTaskDefinition', 'SimulatePrincipalPolicy', 'DescribeSecret', 'DescribeSubnets', 'DescribeRouteTables',
      'RegisterTaskDefinition',
    ];
    const counts = [one, each].map(({ accounts: [aws] }) => Object.fromEntries(actions.map(action => [action, aws.callsOf(action).length])));
    expect(counts[1]).toEqual(counts[0]);
    expect(second.seconds / floorOf({ 'ecs:RegisterTaskDefinition': 60 })).toBeLessThan(1.25);
  });
});
