import { GENERATIONS } from '../../../src/agent';
import {
  advance, beginRun, mustRepeat, Place, Planner, RunGrants, selectServices, type EcsService, type EditRequest, type Plan, type RunSettings, type ServiceRun,
} from '../../../src/aws';
import { ServiceDeployments } from '../../../src/aws/rollout/records';
import { Fleet, type FleetOptions, type ServiceResult } from '../../../src/fleet';
import { Lane } from '../../../src/fleet/lane';
import { grantDocument } from '../../../src/permissions';
import { COMMAND_LINE_WORDS } from '../../../src/preflight';
import {
  accessDenied, addSurroundings, changedAnswer, connectionReset, MAY_READ, meanwhile, neverSettles, parseJson, printJson, refused, secretOutOfReach,
  serverError, succeeds, taskDefinitionBody, tasksFail, throttled, type JsonObject, type Outcome,
} from '../../fakes';
import { loadClients, MovedAccount, type MovedProcess } from '../../moved-clock/account';

/*
 * A run loses nothing that others deploy, or that an earlier process of it has done, and what it says of them is true.
 */

beforeAll(loadClients);
type AddRequest = Extract<EditRequest, { readonly verb: 'add' }>;

const SETTINGS: RunSettings = { follow: true, rollback: true, timeoutMs: 60_000, logsToRead: 1 };
const POLL_MS = 5000;
const ADD: AddRequest = {
  verb: 'add', allowManaged: false, words: COMMAND_LINE_WORDS, notes: [], grantSecretAccess: true, allowUnreachable: false,
  agent: { generation: GENERATIONS[0], options: { collectionId: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11' }, named: new Set(['collectionId']) },
  key: { kind: 'secret', secret: 'postman/api-key' },
};
/** The same with a collection of another id. */
const ADD_OTHER: AddRequest = { ...ADD, agent: { ...ADD.agent, options: { collectionId: '99999999-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11' } } };
const REMOVE: EditRequest = { verb: 'remove', allowManaged: false, words: COMMAND_LINE_WORDS, revokeSecretAccess: false };

const AGENT = 'postman-lc-agent';
const ROLE = 'arn:aws:iam::123456789012:role/';
/** A revision that cannot be edited, since its tasks do not run on Fargate. */
const UNFIT = { networkMode: 'bridge', requiresCompatibilities: ['EC2'] } as const;
const FAILING = tasksFail(secretOutOfReach);

interface Shop {
  /** Whether the execution role may read the secret. */
  readonly mayRead?: boolean;
  readonly names?: readonly string[];
  /** Whether the secret exists. */
  readonly secret?: boolean;
  /** Whether ECS rolls back a rollout that fails. */
  readonly rollback?: boolean;
}

/** An account with services that run the first revision of their family. */
function open({ mayRead = true, names = ['orders'], secret = true, rollback = false }: Shop = {}): MovedAccount {
  const moved = new MovedAccount();
  const { aws } = moved;
  addSurroundings(aws, { mayRead, ...secret ? { secretValue: 'value' } : {} });
  for (const name of names) {
    aws.ecs.addService(name, {
      cluster: 'shop', desiredCount: 2, taskDefinition: taskDefinitionBody(name),
      members: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } } },
    });
  }
  return moved;
}

async function planOf({ account }: MovedProcess, request: EditRequest = ADD, names: readonly string[] = ['orders']): Promise<Plan> {
  const { services } = await selectServices(account, {
    cluster: { given: 'shop', name: 'shop' }, services: names.map(name => ({ given: name, name })), tags: [],
  });
  return new Planner(account, request).plan(services);
}

/** Plans, and begins the run of each service, in one process. */
async function begin(moved: MovedAccount, request: EditRequest = ADD, names: readonly string[] = ['orders'], settings = SETTINGS) {
  const process = moved.process();
  const plan = await planOf(process, request, names);
  const place = new Place(process.account, request, settings);
  place.know(plan);
  const runs = await Promise.all(plan.services.map(async one => beginRun(one, place)));
  for (const run of runs) place.grants.need(run);
  return { place, plan, run: runs[0], runs };
}

interface Steps {
  /** Whether each step is made in a new process. */
  readonly fresh?: boolean;
  /** After which step the run is left. @default - after its end */
  readonly until?: (run: ServiceRun) => boolean;
  readonly most?: number;
  /** Of new processes. */
  readonly request?: EditRequest;
  readonly settings?: RunSettings;
}

/** Makes the steps of a run, each from what was stored as JSON. */
async function steps(
  moved: MovedAccount, given: ServiceRun, place: Place,
  { fresh = false, until = ({ phase }) => phase === 'ended', most = 200, request = ADD, settings = SETTINGS }: Steps = {},
): Promise<ServiceRun> {
  let run = given;
  for (let n = 0; !until(run); n++) {
    if (n > most) throw new Error(`The run does not end: ${JSON.stringify(run)}`);
    const stored = JSON.parse(JSON.stringify(run)) as ServiceRun;
    const here = fresh ? new Place(moved.process().account, request, settings) : place;
    // A step that must be repeated throws.
    const next = await advance(stored, here).catch((error: Error) => {
      if (!mustRepeat(error)) throw error;
      return stored;
    });
    if (next.phase === stored.phase) await moved.clock.sleep(POLL_MS);
    run = next;
  }
  return run;
}

/** The steps until the run is in a phase. */
const until = (phase: ServiceRun['phase']): Steps => ({ until: run => run.phase === phase });

/** Carries the plan of a process out as the program does. */
async function runFleet(process: MovedProcess, plan: Plan, options: Partial<FleetOptions> = {}): Promise<ServiceResult[]> {
  const { account } = process;
  return new Fleet([{ account, plan }], SETTINGS, { pollMs: POLL_MS, onProgress: () => {}, onEvent: () => {}, ...options }).run();
}

const short = (arn: string) => arn.split('/').pop()!;
/** The revision that a service is set to. */
const revisionOf = (moved: MovedAccount, name = 'orders') => short(moved.aws.ecs.service(name).taskDefinition.arn);
/** The task definition of a service, as text. */
const definition = (moved: MovedAccount, name = 'orders') => JSON.stringify(moved.aws.ecs.service(name).taskDefinition.described);
const deployments = (moved: MovedAccount) => moved.aws.ecs.service('orders').deployments.map(({ status, taskDefinition, rolloutState }) =>
  `${status} ${short(taskDefinition.arn)} ${rolloutState}`);
/** The names of the policies of a role. */
const policies = (moved: MovedAccount, role = 'execution') => moved.aws.iam.policiesOf(moved.aws.iam.role(role)).map(({ id }) => id);
const GRANTED = [expect.stringContaining('postman-api-key')];
/** What processes have written, with the revision that a service was set to. */
const writes = (moved: MovedAccount) => moved.aws.calls.filter(({ action, applied }) => applied && /^(Register|Update|Stop|Put|Delete|Create)/.test(action))
  .map(({ action, input: { taskDefinition } }) => typeof taskDefinition === 'string' ? `${action} ${short(taskDefinition)}` : action);
const registrations = (moved: MovedAccount) => writes(moved).filter(write => write === 'RegisterTaskDefinition').length;

/** Another user registers a revision of orders without the agent. */
const theirs = (moved: MovedAccount, members: JsonObject = {}, image = 'nginx:theirs') => moved.aws.ecs.registerTaskDefinition(taskDefinitionBody('orders', {
  containerDefinitions: [{ name: 'web', image, portMappings: [{ containerPort: 80 }] }], ...members,
})).arn;
const deploy = (moved: MovedAccount, taskDefinition: string) => moved.aws.ecs.updateService('orders', { taskDefinition });
const deployTheirs = (moved: MovedAccount, members?: JsonObject, image?: string) => deploy(moved, theirs(moved, members, image));
/** Another user starts new tasks of the same revision. */
const force = (moved: MovedAccount) => moved.aws.ecs.updateService('orders', { forceNewDeployment: true });
/** Another user deploys just before the run's update is carried out. */
const beforeUpdate = (moved: MovedAccount, happen: () => void, from = 1) => moved.aws.inject('ecs:UpdateService', meanwhile(happen), { from });
/** Another user registers what the plan of orders would. @param change  of the JSON */
const registerPlanned = (moved: MovedAccount, { services: [{ revision }] }: Plan, change: (json: string) => string) =>
  moved.aws.ecs.registerTaskDefinition(parseJson(change(printJson(revision!.after as JsonObject))) as JsonObject).arn;
/** How rollouts of revisions with the agent end, and those of others. */
const agentRollouts = (moved: MovedAccount, outcome: Outcome, others?: Outcome) =>
  moved.aws.ecs.rolloutsEnd('orders', body => JSON.stringify(body).includes(AGENT) ? outcome : others);
/** The last step is carried out, and the process dies before it has stored what the step returns. */
const dieAfter = async (run: ServiceRun, place: Place) => { await advance(run, place); };

describe('deployments of others', () => {
  test('a deployment that the update replaced gets the agent, also if each step has a new process', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    beforeUpdate(moved, () => deployTheirs(moved));
    const { end, interventions } = await steps(moved, run, place, { fresh: true });
    expect(end?.outcome).toBe('completed');
    expect(interventions.map(({ revision, wasReplaced }) => [short(revision), wasReplaced])).toEqual([['orders:3', true]]);
    expect(definition(moved)).toMatch(/nginx:theirs.*postman-lc-agent/);
    expect(revisionOf(moved)).toBe('orders:4');
  });

  test('a deployment that the update replaced and that cannot be read is put back', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    beforeUpdate(moved, () => {
      deployTheirs(moved);
      moved.aws.inject('ec2:DescribeSubnets', accessDenied());
      moved.aws.inject('ecs:DescribeTaskDefinition', accessDenied());
    });
    const { end } = await steps(moved, run, place);
    expect(end).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(
        /^Another deployment set service orders to orders:3 in the meantime\. It could not be read: ecs:DescribeTaskDefinition .* orders:3 was put back\.$/s,
      ),
    });
    expect(end?.reason).not.toContain('is registered');
    expect(revisionOf(moved)).toBe('orders:3');
  });

  test('a second deployment that the update replaced is put back, and the reason names both', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    beforeUpdate(moved, () => deployTheirs(moved));
    beforeUpdate(moved, () => deployTheirs(moved, {}, 'nginx:again'), 2);
    const { end } = await steps(moved, run, place);
    expect(end).toMatchObject({
      outcome: 'failed',
      reason: 'Other deployments of service orders run at the same time: orders:3, then orders:5. '
        + 'Wait until they have ended, then run the same command again. orders:5 was put back.',
    });
    expect(revisionOf(moved)).toBe('orders:5');
    expect(definition(moved)).toContain('nginx:again');
  });

  test('a deployment that was replaced is not put back over a third one', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    beforeUpdate(moved, () => deployTheirs(moved, UNFIT));
    const mid = await steps(moved, run, place, until('goingBack'));
    deployTheirs(moved, {}, 'nginx:third');
    const { end } = await steps(moved, mid, place);
    expect(end).toEqual({ outcome: 'superseded', reason: 'another deployment has set the service to orders:4 since then' });
    expect(definition(moved)).toContain('nginx:third');
    expect(revisionOf(moved)).toBe('orders:4');
  });

  test('a deployment of others that may not be put back is told as it is', async () => {
    const moved = open();
    beforeUpdate(moved, () => {
      deployTheirs(moved, UNFIT);
      moved.aws.inject('ecs:UpdateService', accessDenied());
    });
    const process = moved.process();
    const [{ outcome, reason }] = await runFleet(process, await planOf(process));
    expect(outcome).toBe('failed');
    expect(reason).toContain('Another deployment set service orders to orders:3 in the meantime.');
    expect(reason).toMatch(/the service could not go back to orders:3 and runs orders:2: ecs:UpdateService for service orders was denied/);
    expect(revisionOf(moved)).toBe('orders:2');
    expect(reason).not.toMatch(/it continues in ECS|was put back/);
  });

  test('a deployment that replaces the rollout while the agent is watched supersedes the run', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, { until: ({ followed }) => followed?.completedAt !== undefined });
    deployTheirs(moved);
    await moved.clock.sleep(60_000);
    const { end } = await steps(moved, mid, place);
    expect(end).toEqual({ outcome: 'superseded', reason: expect.stringMatching(/^another deployment replaced it: ecs-svc\/\d+ with orders:3$/) });
    expect(revisionOf(moved)).toBe('orders:3');
  });

  test('one of the revision from before, while the agent is watched, does, too', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, { until: ({ followed }) => followed?.completedAt !== undefined });
    moved.aws.ecs.rolloutsEnd('orders', succeeds(0));
    deploy(moved, 'orders:1');
    await moved.clock.sleep(60_000);
    const { end } = await steps(moved, mid, place);
    expect(end).toEqual({ outcome: 'superseded', reason: expect.stringMatching(/^another deployment replaced it: ecs-svc\/\d+ with orders:1$/) });
    expect(revisionOf(moved)).toBe('orders:1');
  });

  test('the same edit of another user, whose rollout fails, is not told as unchanged', async () => {
    const moved = open();
    agentRollouts(moved, FAILING);
    const { place, plan, run } = await begin(moved);
    registerPlanned(moved, plan, json => json);
    deploy(moved, registerPlanned(moved, plan, json => json.replace('"tags":[', '"tags":[{"key":"who","value":"other"},')));
    const { end } = await steps(moved, run, place);
    expect(end).toMatchObject({ outcome: 'failed', reason: 'the rollout of orders:3 failed: ECS deployment circuit breaker: tasks failed to start.' });
    expect(deployments(moved)).toEqual(['PRIMARY orders:3 FAILED', 'ACTIVE orders:1 COMPLETED']);
  });

  test('a forced deployment of a revision that has had the agent for long is not taken back', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    await steps(moved, run, place);
    expect(revisionOf(moved)).toBe('orders:2');
    await moved.clock.sleep(30 * 24 * 3_600_000);
    moved.aws.ecs.rolloutsEnd('orders', FAILING);
    force(moved);
    const again = await begin(moved);
    expect(again.plan.services.map(({ action }) => action)).toEqual(['none']);
    agentRollouts(moved, FAILING, succeeds(0));
    const before = writes(moved).length;
    const { end } = await steps(moved, again.run, again.place);
    expect(end).toMatchObject({ outcome: 'failed', reason: 'the rollout of orders:2 failed: ECS deployment circuit breaker: tasks failed to start.' });
    expect(revisionOf(moved)).toBe('orders:2');
    expect(writes(moved).slice(before)).toEqual([]);
  });

  test('a deployment of others is found although it is as old as the one that the plan saw', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    beforeUpdate(moved, () => deployTheirs(moved));
    moved.aws.inject('ecs:UpdateService', changedAnswer(answer => {
      const service = answer.service as JsonObject;
      const all = service.deployments as readonly JsonObject[];
      return { ...answer, service: { ...service, deployments: all.map(one => ({ ...one, createdAt: 1_700_000_000 })) } };
    }));
    const { end } = await steps(moved, run, place);
    expect(end?.outcome).toBe('completed');
    expect(definition(moved)).toMatch(/nginx:theirs.*postman-lc-agent/);
  });

  test('a rollout that a forced deployment of the same revision replaces is superseded', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, { until: ({ followed }) => followed?.record !== undefined });
    await moved.clock.sleep(20_000);
    moved.aws.ecs.rolloutsEnd('orders', neverSettles());
    force(moved);
    const { end } = await steps(moved, { ...mid, phase: 'following' }, place);
    expect(end).toEqual({ outcome: 'superseded', reason: expect.stringMatching(/^another deployment replaced it: ecs-svc\/\d+ with orders:2$/) });
    expect(deployments(moved)).toEqual(['PRIMARY orders:2 IN_PROGRESS', 'ACTIVE orders:2 COMPLETED']);
  });

  test('the record of another rollout of the same seconds is not taken for the own one', async () => {
    const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000);
    const moved = open();
    const { account } = moved.process();
    const record = { serviceDeploymentArn: 'theirs', targetServiceRevisionArn: 'x/111', createdAt: at(-3).getTime() / 1000 };
    moved.aws.inject('ecs:ListServiceDeployments', changedAnswer(() => ({ serviceDeployments: [record] })), { times: 2 });
    const deployment = (id: string, status: string, seconds: number) => ({ id, status, taskDefinition: 't', createdAt: at(seconds) });
    const { clusterArn, serviceArn } = (await planOf(moved.process())).services[0].service;
    const all = [deployment('ecs-svc/222', 'PRIMARY', 0), deployment('ecs-svc/111', 'ACTIVE', -3)];
    const service = { clusterArn, serviceArn, deployments: all } as Partial<EcsService> as EcsService;
    const records = new ServiceDeployments(account);
    expect(await records.find(service, 'ecs-svc/111')).toBe('theirs');
    expect(await records.find(service, 'ecs-svc/222')).toBeUndefined();
  });
});

describe('grants', () => {
  test('another role of a later deployment gets the grant, and the first one loses it', async () => {
    const moved = open({ mayRead: false });
    moved.aws.iam.addRole('other', {});
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, until('registered'));
    expect(policies(moved)).toEqual(GRANTED);
    deployTheirs(moved, { executionRoleArn: `${ROLE}other` });
    const { end } = await steps(moved, mid, place);
    expect(end?.outcome).toBe('completed');
    expect({ other: policies(moved, 'other'), execution: policies(moved) }).toEqual({ other: GRANTED, execution: [] });
  });

  test.each([[0, 1], [1, 0]])('the grant of a shared role is taken back with the last refused run (%d, then %d)', async (...order) => {
    const names = ['orders', 'billing'];
    const moved = open({ mayRead: false, names });
    const { place, runs } = await begin(moved, ADD, names);
    const mid: ServiceRun[] = [];
    for (const run of runs) mid.push(await steps(moved, run, place, until('registering')));
    moved.aws.inject('ecs:RegisterTaskDefinition', accessDenied());
    const left = [];
    for (const i of order) {
      const { end } = await steps(moved, mid[i], place);
      expect(end?.outcome).toBe('failed');
      left.push(policies(moved));
    }
    expect(left).toEqual([GRANTED, []]);
  });

  test('a refused registration in a new process does not revoke what another run uses', async () => {
    const names = ['orders', 'billing'];
    const moved = open({ mayRead: false, names });
    const { place, runs: [one, two] } = await begin(moved, ADD, names);
    const first = await steps(moved, one, place, until('registering'));
    expect(first.grantedPolicy).toBeDefined();
    const second = await steps(moved, two, place, until('following'));
    moved.aws.inject('ecs:RegisterTaskDefinition', accessDenied());
    const { end } = await steps(moved, first, place, { fresh: true });
    expect(end?.outcome).toBe('failed');
    expect(policies(moved)).toEqual(GRANTED);
    expect((await steps(moved, second, place)).end?.outcome).toBe('completed');
  });

  test('nor what the run of another process uses, which began after the grant', async () => {
    const moved = open({ mayRead: false, names: ['orders', 'billing'] });
    const mine = await begin(moved);
    const first = await steps(moved, mine.run, mine.place, until('registering'));
    const other = await begin(moved, ADD, ['billing']);
    const second = await steps(moved, other.run, other.place, until('following'));
    moved.aws.inject('ecs:RegisterTaskDefinition', accessDenied());
    const { end } = await steps(moved, first, mine.place);
    expect(end).toMatchObject({
      outcome: 'failed', warnings: [{ id: 'secretAccessNotRevoked', values: { role: 'execution', why: 'billing in cluster shop uses it' } }],
    });
    expect(policies(moved)).toEqual(GRANTED);
    expect((await steps(moved, second, other.place)).end?.outcome).toBe('completed');
  });

  test('nor what a run of this process uses, which has found it there', async () => {
    const names = ['orders', 'billing'];
    const moved = open({ mayRead: false, names });
    const { place, run } = await begin(moved);
    const first = await steps(moved, run, place, until('registering'));
    // The process ends. The next one continues the run, and begins another one, whose plan sees the policy.
    const process = moved.process();
    const plan = await planOf(process, ADD, names);
    expect(plan.services.map(({ grant }) => grant)).toEqual([undefined, undefined]);
    moved.aws.inject('ecs:RegisterTaskDefinition', refused('ClientException', 'no such thing'));
    const results = await runFleet(process, plan, { earlier: new Map([[first.serviceArn, first]]) });
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['completed', 'failed']);
    expect(policies(moved)).toEqual(GRANTED);
  });

  test('a policy that could not be removed for a moment is removed by the same step, when it is repeated', async () => {
    const names = ['orders', 'billing'];
    const moved = open({ mayRead: false, names });
    const { place, runs } = await begin(moved, ADD, names);
    const [one, two] = [await steps(moved, runs[0], place, until('registering')), await steps(moved, runs[1], place, until('registering'))];
    moved.aws.inject('ecs:RegisterTaskDefinition', accessDenied());
    expect((await steps(moved, one, place)).end?.outcome).toBe('failed');
    moved.aws.inject('iam:DeleteRolePolicy', throttled(), { times: 12 });
    await expect(advance(two, place)).rejects.toThrow(/RegisterTaskDefinition.* was denied.*AWS throttled iam:DeleteRolePolicy/s);
    expect(policies(moved)).toEqual(GRANTED);
    expect((await steps(moved, two, place)).end?.outcome).toBe('failed');
    expect(policies(moved)).toEqual([]);
  });

  test('a service that was deployed between two failures is found by the second', async () => {
    const names = ['orders', 'billing'];
    const moved = open({ mayRead: false, names: [...names, 'web'] });
    const mine = await begin(moved);
    const first = await steps(moved, mine.run, mine.place, until('registering'));
    moved.aws.inject('ecs:RegisterTaskDefinition', refused('ClientException', 'no such thing'));
    expect((await steps(moved, first, mine.place)).end?.outcome).toBe('failed');
    const again = await begin(moved, ADD, ['billing']);
    // The runs of one process share what they know of grants.
    const place = new Place(mine.place.account, ADD, SETTINGS, mine.place.grants);
    place.know(again.plan);
    const second = await steps(moved, again.run, place, until('registering'));
    const other = await begin(moved, ADD, ['web']);
    await steps(moved, other.run, other.place, until('following'));
    moved.aws.inject('ecs:RegisterTaskDefinition', refused('ClientException', 'no such thing'));
    expect((await steps(moved, second, place)).end).toMatchObject({ outcome: 'failed', warnings: [{ id: 'secretAccessNotRevoked' }] });
    expect(policies(moved)).toEqual(GRANTED);
  });

  test('of the services, only those are read that were deployed after the grant', async () => {
    const moved = open({ mayRead: false, names: ['orders', 'billing', 'web'] });
    await moved.clock.sleep(3_600_000);
    const { place, run } = await begin(moved);
    const first = await steps(moved, run, place, until('registering'));
    moved.aws.ecs.updateService('web', { forceNewDeployment: true });
    moved.aws.inject('ecs:RegisterTaskDefinition', accessDenied());
    const read = moved.aws.callsOf('DescribeTaskDefinition').length;
    expect((await steps(moved, first, place)).end?.outcome).toBe('failed');
    expect(moved.aws.callsOf('DescribeTaskDefinition').slice(read).map(({ input }) => short(String(input.taskDefinition)))).toEqual(['web:1']);
    expect(policies(moved)).toEqual([]);
  });

  test.each(['ListClusters', 'ListServices', 'DescribeServices'])('if %s is denied, the policy stays, and the end says so', async action => {
    const moved = open({ mayRead: false });
    const { place, run } = await begin(moved);
    const first = await steps(moved, run, place, until('registering'));
    moved.aws.inject('ecs:RegisterTaskDefinition', accessDenied());
    moved.aws.inject(`ecs:${action}`, accessDenied());
    const { end } = await steps(moved, first, place);
    expect(end).toMatchObject({
      outcome: 'failed',
      warnings: [{ id: 'secretAccessNotRevoked', values: { why: expect.stringContaining(`it is unknown whether a service uses it: ecs:${action}`) } }],
    });
    expect(policies(moved)).toEqual(GRANTED);
  });

  test('nor what a run in another region uses, which is at its registration', async () => {
    const names = ['orders', 'billing'];
    const moved = open({ mayRead: false, names });
    const parts = await Promise.all(names.map(async name => {
      const process = moved.process();
      return { account: process.account, plan: await planOf(process, ADD, [name]) };
    }));
    moved.aws.inject('ecs:RegisterTaskDefinition', refused('ClientException', 'no such thing'));
    const results = await new Fleet(parts, SETTINGS, { pollMs: POLL_MS, onProgress: () => {}, onEvent: () => {} }).run();
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['completed', 'failed']);
    expect(policies(moved)).toEqual(GRANTED);
  });

  test('nor does one that is continued with the others that an earlier process has left', async () => {
    const names = ['orders', 'billing'];
    const moved = open({ mayRead: false, names });
    const { place, runs: [one, two] } = await begin(moved, ADD, names);
    const first = await steps(moved, one, place, until('registering'));
    await steps(moved, two, place, until('following'));
    moved.aws.inject('ecs:RegisterTaskDefinition', accessDenied());
    const { account } = moved.process();
    const parts = [{ account, plan: await planOf(moved.process(), ADD, names) }];
    const [again] = await new Lane(account, parts, SETTINGS, new RunGrants()).begin(new Map([[first.serviceArn, first]]), true, () => {});
    expect(again.run).toEqual(first);
    const { end } = await steps(moved, again.run, again.place);
    expect(end?.outcome).toBe('failed');
    expect(policies(moved)).toEqual(GRANTED);
  });

  test('a policy of others that has the name of the grant is left as it is', async () => {
    const moved = open({ mayRead: false });
    const { place, plan, run } = await begin(moved);
    const document = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } };
    const { policyName } = plan.services[0].grant!;
    await moved.process().account.call('iam', 'PutRolePolicy', { RoleName: 'execution', PolicyName: policyName, PolicyDocument: JSON.stringify(document) });
    const { end } = await steps(moved, run, place);
    expect(end).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('has not written') });
    expect(moved.aws.iam.policiesOf(moved.aws.iam.role('execution'))).toEqual([{ id: policyName, document: expect.objectContaining(document) }]);
  });

  test('a refused registration is the reason also if the grant cannot be taken back', async () => {
    const moved = open({ mayRead: false });
    const { place, run } = await begin(moved);
    moved.aws.inject('ecs:RegisterTaskDefinition', refused('ClientException', 'no such thing'));
    moved.aws.inject('iam:DeleteRolePolicy', accessDenied());
    const { end } = await steps(moved, run, place);
    expect(end).toMatchObject({
      outcome: 'failed', reason: expect.stringMatching(/no such thing.* What was granted to the execution role is still there: .*iam:DeleteRolePolicy/s),
    });
    expect(policies(moved)).toEqual(GRANTED);
  });

  test('a grant whose process died before it was stored is taken back', async () => {
    const moved = open({ mayRead: false });
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, until('granting'));
    await dieAfter(mid, place);
    expect(policies(moved)).toEqual(GRANTED);
    moved.aws.inject('ecs:RegisterTaskDefinition', accessDenied());
    const { end } = await steps(moved, mid, place, { fresh: true });
    expect(end?.outcome).toBe('failed');
    expect(policies(moved)).toEqual([]);
  });

  test('a grant that the same edit by others does not use is taken back', async () => {
    const moved = open({ mayRead: false });
    const { arn } = moved.aws.secrets.add('team/key', 'value');
    moved.aws.iam.addRole('other', MAY_READ);
    const { place, plan, run } = await begin(moved);
    const mid = await steps(moved, run, place, until('registering'));
    expect(policies(moved)).toEqual(GRANTED);
    deploy(moved, registerPlanned(moved, plan, json =>
      json.replace(/secret:postman\/api-key-\w{6}/, arn.split(':').slice(5).join(':')).replace('role/execution', 'role/other')));
    const { end } = await steps(moved, mid, place, { fresh: true });
    expect(end?.outcome).toBe('unchanged');
    expect(policies(moved)).toEqual([]);
  });
});

describe('the way back', () => {
  /** What ECS's records of rollouts say, if these have ended. */
  const recordsSay = ({ aws }: MovedAccount, status: string) => aws.inject('ecs:DescribeServiceDeployments', changedAnswer(answer => ({
    ...answer, serviceDeployments: (answer.serviceDeployments as readonly JsonObject[]).map(one => one.status === 'IN_PROGRESS' ? one : { ...one, status }),
  })), { times: Infinity });

  test('an update back whose process died before it was stored is not made again', async () => {
    const moved = open();
    agentRollouts(moved, FAILING);
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, until('goingBack'));
    moved.aws.ecs.deregisterTaskDefinition('orders:1');
    await dieAfter(mid, new Place(moved.process().account, ADD, SETTINGS));
    const { end } = await steps(moved, mid, place, { fresh: true });
    expect(end).toMatchObject({ outcome: 'rolledBack', runs: expect.stringMatching(/orders:3$/) });
    expect(writes(moved)).toEqual(['RegisterTaskDefinition', 'UpdateService orders:2', 'RegisterTaskDefinition', 'UpdateService orders:3']);
  });

  test('a deregistered source is registered again once, also if the process dies after it', async () => {
    const moved = open();
    agentRollouts(moved, FAILING);
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, until('goingBack'));
    moved.aws.ecs.deregisterTaskDefinition('orders:1');
    const dying = moved.process();
    moved.aws.inject('ecs:UpdateService', meanwhile(() => dying.kill()));
    moved.aws.inject('ecs:RegisterTaskDefinition', meanwhile(() => dying.kill(), 'after'));
    await Promise.race([advance(mid, new Place(dying.account, ADD, SETTINGS)).catch(() => {}), moved.clock.sleep(60_000)]);
    expect(registrations(moved)).toBe(2);
    const { end } = await steps(moved, mid, place, { fresh: true });
    expect(end).toMatchObject({ outcome: 'rolledBack', runs: expect.stringMatching(/orders:3$/) });
    expect(registrations(moved)).toBe(2);
  });

  test('a stop of the rollout whose answer is lost is the only way back', async () => {
    const moved = open();
    agentRollouts(moved, neverSettles());
    moved.aws.inject('ecs:StopServiceDeployment', connectionReset('after'));
    const { place, run } = await begin(moved);
    const { end } = await steps(moved, run, place);
    expect(end).toMatchObject({ outcome: 'rolledBack', runs: expect.stringMatching(/orders:1$/) });
    expect(writes(moved)).toEqual(['RegisterTaskDefinition', 'UpdateService orders:2', 'StopServiceDeployment']);
  });

  test('a way back that fails, too, is not told as rolled back', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    moved.aws.ecs.rolloutsEnd('orders', FAILING);
    const { end } = await steps(moved, run, place);
    expect(end).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/; the way back to orders:1 failed, too$/) });
    expect(deployments(moved)).toEqual(['PRIMARY orders:1 FAILED', 'ACTIVE orders:2 FAILED', 'ACTIVE orders:1 COMPLETED']);
  });

  test('a rollout that ECS has failed to roll back, and that is still the service\'s, goes back by an update', async () => {
    const moved = open();
    agentRollouts(moved, FAILING);
    recordsSay(moved, 'ROLLBACK_FAILED');
    const { place, run } = await begin(moved);
    const { end } = await steps(moved, run, place);
    const reason = expect.stringMatching(/and ECS could not roll it back$/);
    expect(end).toMatchObject({ outcome: 'rolledBack', reason, runs: expect.stringMatching(/orders:1$/) });
    expect(writes(moved)).toEqual(['RegisterTaskDefinition', 'UpdateService orders:2', 'UpdateService orders:1']);
  });

  describe('what others deploy while a service is about to go back', () => {
    async function goBackWhile(happens: (moved: MovedAccount) => void, status?: string) {
      const moved = open();
      agentRollouts(moved, FAILING);
      if (status !== undefined) recordsSay(moved, status);
      const { place, run } = await begin(moved);
      const mid = await steps(moved, run, place, until('goingBack'));
      happens(moved);
      const { end } = await steps(moved, mid, place);
      return { end, moved };
    }

    test.each(['ROLLBACK_FAILED', 'STOPPED'])('is kept if it comes before the first look, and the record says %s', async status => {
      const { end, moved } = await goBackWhile(at => deployTheirs(at), status);
      expect(end).toMatchObject({ outcome: 'superseded', reason: expect.stringMatching(/^another deployment replaced it: .* with orders:3$/) });
      expect(revisionOf(moved)).toBe('orders:3');
    });

    test('is kept if it comes between the look and the update', async () => {
      const { end, moved } = await goBackWhile(at => at.aws.inject('ecs:StopServiceDeployment', meanwhile(() => deployTheirs(at))));
      expect(end).toMatchObject({ outcome: 'superseded', reason: expect.stringMatching(/with orders:3$/) });
      expect(revisionOf(moved)).toBe('orders:3');
    });

    test('is put back if the update replaces it', async () => {
      const { end, moved } = await goBackWhile(at => at.aws.inject('ecs:UpdateService', meanwhile(() => deployTheirs(at))));
      const reason = expect.stringMatching(/\. Another deployment set the service to orders:3 while it went back to orders:1\. orders:3 was put back\.$/);
      expect(end).toMatchObject({ outcome: 'failed', reason });
      expect(writes(moved).slice(-2)).toEqual(['UpdateService orders:1', 'UpdateService orders:3']);
      expect(revisionOf(moved)).toBe('orders:3');
    });
  });

  test('a way back that bakes is waited for', async () => {
    const moved = open();
    agentRollouts(moved, FAILING, succeeds(900_000));
    moved.aws.ecs.updateService('orders', {
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 20, deploymentCircuitBreaker: { enable: true, rollback: false } },
    });
    const { place, run } = await begin(moved);
    const { end } = await steps(moved, run, place, { most: 1000 });
    expect(end).toMatchObject({ outcome: 'rolledBack', runs: expect.stringMatching(/orders:1$/) });
    expect(deployments(moved)).toEqual(['PRIMARY orders:1 COMPLETED']);
  });

  test('a rollback of ECS to a revision before the failed source is told as it is', async () => {
    const moved = open();
    moved.aws.ecs.rolloutsEnd('orders', body => /postman-lc-agent|theirs/.test(JSON.stringify(body)) ? FAILING : undefined);
    deployTheirs(moved);
    await moved.clock.sleep(3_600_000);
    expect(deployments(moved)).toEqual(['PRIMARY orders:2 FAILED', 'ACTIVE orders:1 COMPLETED']);
    moved.aws.ecs.updateService('orders', { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } });
    const { place, run } = await begin(moved);
    const { end, sourceRevisionArn } = await steps(moved, run, place);
    expect(short(sourceRevisionArn)).toBe('orders:2');
    expect(end).toMatchObject({ outcome: 'rolledBack', runs: expect.stringMatching(/orders:1$/) });
    expect(revisionOf(moved)).toBe('orders:1');
  });
});

describe('a registration whose answer is lost', () => {
  /** Others register in the same family, but do not deploy. */
  const others = (moved: MovedAccount, count = 3) => Array.from({ length: count }, (_, index) => theirs(moved, {}, `nginx:${index}`));

  test('is found behind what others have registered since then', async () => {
    const moved = open();
    moved.aws.inject('ecs:RegisterTaskDefinition', meanwhile(() => others(moved), 'after'));
    moved.aws.inject('ecs:RegisterTaskDefinition', connectionReset('after'));
    const { place, run } = await begin(moved);
    const { end } = await steps(moved, run, place);
    expect(end?.outcome).toBe('completed');
    expect(writes(moved)).toEqual(['RegisterTaskDefinition', 'UpdateService orders:2']);
  });

  test('is found by another process', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, until('registering'));
    await dieAfter(mid, place);
    others(moved);
    const { end } = await steps(moved, mid, place, { fresh: true });
    expect(end?.outcome).toBe('completed');
    expect(writes(moved)).toEqual(['RegisterTaskDefinition', 'UpdateService orders:2']);
  });

  test('is found by another process on the way back', async () => {
    const moved = open();
    agentRollouts(moved, FAILING);
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, until('goingBack'));
    moved.aws.ecs.deregisterTaskDefinition('orders:1');
    await dieAfter(mid, new Place(moved.process().account, ADD, SETTINGS));
    others(moved);
    const { end } = await steps(moved, mid, place, { fresh: true });
    expect(end).toMatchObject({ outcome: 'rolledBack', runs: expect.stringMatching(/orders:3$/) });
    expect(registrations(moved)).toBe(2);
  });

  test('is not looked for among more than twenty revisions, nor among old ones', async () => {
    const many = open();
    const { place, run } = await begin(many);
    const mid = await steps(many, run, place, until('registering'));
    await dieAfter(mid, place);
    others(many, 30);
    const from = many.aws.callsOf('DescribeTaskDefinition').length;
    await advance(mid, new Place(many.process().account, ADD, SETTINGS));
    expect(many.aws.callsOf('DescribeTaskDefinition').length - from).toBeLessThanOrEqual(22);
    const calm = open();
    others(calm, 30);
    await calm.clock.sleep(3_600_000);
    const later = await begin(calm);
    const registering = await steps(calm, later.run, later.place, until('registering'));
    const before = calm.aws.calls.length;
    await advance(registering, later.place);
    expect(calm.aws.calls.slice(before).map(({ action }) => action)).toEqual(['RegisterTaskDefinition']);
  });
});

describe('resumed runs', () => {
  test('an update that ECS has rolled back since then is not made again', async () => {
    const moved = open({ rollback: true });
    agentRollouts(moved, FAILING);
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, until('updating'));
    await dieAfter(mid, place);
    const [{ id }] = moved.aws.ecs.describeService('orders', 'shop').deployments as unknown as readonly { readonly id: string }[];
    await moved.clock.sleep(3_600_000);
    expect(revisionOf(moved)).toBe('orders:1');
    const { end, interventions, deploymentId } = await steps(moved, mid, place, { fresh: true });
    expect(deploymentId).toBe(id);
    const reason = 'Service deployment rolled back because the circuit breaker threshold was exceeded.';
    expect(end).toMatchObject({ outcome: 'rolledBack', reason, runs: expect.stringMatching(/orders:1$/) });
    expect(interventions).toEqual([]);
    expect(writes(moved)).toEqual(['RegisterTaskDefinition', 'UpdateService orders:2']);
  });

  test.each([
    ['fails for a moment', serverError(), 3], ['is throttled for a minute', throttled(), 12],
  ] as const)('nor if the list of the rollouts %s', async (_, fault, times) => {
    const moved = open({ rollback: true });
    agentRollouts(moved, FAILING);
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, until('updating'));
    await dieAfter(mid, place);
    await moved.clock.sleep(3_600_000);
    moved.aws.inject('ecs:ListServiceDeployments', fault, { times });
    const { end } = await steps(moved, mid, place, { fresh: true });
    expect(end).toMatchObject({ outcome: 'rolledBack', runs: expect.stringMatching(/orders:1$/) });
    expect(writes(moved)).toEqual(['RegisterTaskDefinition', 'UpdateService orders:2']);
  });

  describe.each(['ListServiceDeployments', 'DescribeServiceDeployments'])('if %s always fails for a moment', action => {
    const always = ({ aws }: MovedAccount) => aws.inject(`ecs:${action}`, serverError(), { times: Infinity });

    test('a rollout is followed to its end by processes that make one step each', async () => {
      const moved = open();
      always(moved);
      const { place, run } = await begin(moved);
      const { end } = await steps(moved, run, place, { fresh: true });
      expect(end?.outcome).toBe('completed');
      expect(writes(moved)).toEqual(['RegisterTaskDefinition', 'UpdateService orders:2']);
    });

    test('a rollout that fails goes back, by processes that make one step each', async () => {
      const moved = open();
      always(moved);
      agentRollouts(moved, FAILING);
      const { place, run } = await begin(moved);
      const { end } = await steps(moved, run, place, { fresh: true });
      expect(end).toMatchObject({ outcome: 'rolledBack', runs: expect.stringMatching(/orders:1$/) });
      expect(writes(moved)).toEqual(['RegisterTaskDefinition', 'UpdateService orders:2', 'UpdateService orders:1']);
    });
  });

  test('a write that is throttled all the time is told, and is made when the step is repeated', async () => {
    const moved = open({ mayRead: false });
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, until('registering'));
    moved.aws.inject('ecs:RegisterTaskDefinition', throttled(), { times: 12 });
    const told = /^AWS throttled ecs:RegisterTaskDefinition.* for too long: .*\. Run the same command again: it continues where this one stopped\.$/;
    await expect(advance(mid, place)).rejects.toThrow(told);
    expect(policies(moved)).toEqual(GRANTED);
    expect((await steps(moved, mid, place)).end?.outcome).toBe('completed');
  });

  test('an update whose revision others have deployed again by force is not made again', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, until('updating'));
    await dieAfter(mid, place);
    await moved.clock.sleep(1000);
    force(moved);
    const { end, interventions } = await steps(moved, mid, place, { fresh: true });
    expect(end?.outcome).toBe('completed');
    expect(interventions).toEqual([]);
    expect(writes(moved)).toEqual(['RegisterTaskDefinition', 'UpdateService orders:2']);
  });

  test('a run is not continued with other options, and does not end', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, until('registering'));
    const other = new Place(moved.process().account, ADD_OTHER, SETTINGS);
    await expect(advance(mid, other)).rejects.toThrow('The run of service orders was begun with other options.');
    expect(writes(moved)).toEqual([]);
    expect((await steps(moved, mid, place)).end?.outcome).toBe('completed');
  });

  test('a removal is not continued with a request to add', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    await steps(moved, run, place);
    const back = await begin(moved, REMOVE);
    const resumed = steps(moved, back.run, back.place, { fresh: true, request: ADD });
    await expect(resumed).rejects.toThrow('The run of service orders was begun with other options.');
    expect(revisionOf(moved)).toBe('orders:2');
  });

  test('a run of another version is not continued', async () => {
    const moved = open();
    const { place, run } = await begin(moved);
    const other = { ...run, version: 2 } as unknown as ServiceRun;
    await expect(advance(other, place)).rejects.toThrow('The run has version 2, and this program continues version 1.');
  });

  /** ECS's records of rollouts stay in a state. */
  const recordsStay = ({ aws }: MovedAccount, status: string) => aws.inject('ecs:DescribeServiceDeployments', changedAnswer(answer => ({
    ...answer, serviceDeployments: (answer.serviceDeployments as readonly JsonObject[]).map(one => ({ ...one, status })),
  })), { times: Infinity });

  test('a service whose rollout has completed keeps the agent, although the record of the rollout stays in progress', async () => {
    const moved = open();
    recordsStay(moved, 'IN_PROGRESS');
    const { place, run } = await begin(moved);
    const { end } = await steps(moved, run, place);
    expect(end).toMatchObject({ outcome: 'completed' });
    expect(revisionOf(moved)).toBe('orders:2');
    expect(writes(moved)).toEqual(['RegisterTaskDefinition', 'UpdateService orders:2']);
  });

  test('a rollout that completes right before its way back is kept, although its record stays in progress', async () => {
    const moved = open();
    recordsStay(moved, 'IN_PROGRESS');
    agentRollouts(moved, succeeds(70_000));
    const { place, run } = await begin(moved);
    const mid = await steps(moved, run, place, until('goingBack'));
    await moved.clock.sleep(60_000);
    const { end } = await steps(moved, mid, place);
    expect(end).toMatchObject({ outcome: 'completed' });
    expect(revisionOf(moved)).toBe('orders:2');
  });

  test('a rollout that does not settle, and whose record stays in progress, goes back', async () => {
    const moved = open();
    recordsStay(moved, 'IN_PROGRESS');
    agentRollouts(moved, neverSettles());
    const { place, run } = await begin(moved);
    const { end } = await steps(moved, run, place);
    expect(end).toMatchObject({ outcome: 'rolledBack', reason: expect.stringMatching(/^the rollout did not end within \d+ s/) });
    expect(revisionOf(moved)).toBe('orders:1');
  });

  test.each([[true, 'completed'], [false, 'notFollowed']])('adding and removing end without a desired task (follow: %s)', async (follow, outcome) => {
    const moved = open();
    moved.aws.ecs.updateService('orders', { desiredCount: 0 });
    const settings = { ...SETTINGS, follow };
    const { place, run } = await begin(moved, ADD, ['orders'], settings);
    const added = await steps(moved, run, place, { fresh: true, settings });
    expect([added.end?.outcome, revisionOf(moved)]).toEqual([outcome, 'orders:2']);
    await moved.clock.sleep(600_000);
    const back = await begin(moved, REMOVE, ['orders'], settings);
    const removed = await steps(moved, back.run, back.place, { fresh: true, request: REMOVE, settings });
    expect([removed.end?.outcome, revisionOf(moved)]).toEqual([outcome, 'orders:1']);
  });

  test('services that share a revision get one new revision, and lose the agent again, in new processes', async () => {
    const names = ['orders', 'billing'];
    const moved = open({ names: [] });
    const taskDefinition = moved.aws.ecs.registerTaskDefinition(taskDefinitionBody('orders')).arn;
    for (const name of names) moved.aws.ecs.addService(name, { cluster: 'shop', taskDefinition });
    const edit = async (request: EditRequest) => {
      const { place, runs } = await begin(moved, request, names);
      const ends = [];
      for (const run of runs) ends.push((await steps(moved, run, place, { fresh: true, request })).end?.outcome);
      return { ends, now: names.map(name => revisionOf(moved, name)) };
    };
    expect(await edit(ADD)).toEqual({ ends: ['completed', 'completed'], now: ['orders:2', 'orders:2'] });
    expect(registrations(moved)).toBe(1);
    await moved.clock.sleep(600_000);
    expect(await edit(REMOVE)).toEqual({ ends: ['completed', 'completed'], now: ['orders:1', 'orders:1'] });
    expect(registrations(moved)).toBe(1);
  });
});

describe('the fleet', () => {
  test('looks during a bake are paced', async () => {
    const moved = open();
    agentRollouts(moved, succeeds(1_500_000));
    moved.aws.ecs.updateService('orders', { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 30 } });
    const process = moved.process();
    const plan = await planOf(process);
    expect(plan.services[0].refusals).toEqual([]);
    // A run that does not pace its looks ends, too.
    moved.aws.onCall('ecs:DescribeServices', 3000, () => process.interrupt.abort());
    const start = moved.clock.now();
    const [{ outcome }] = await runFleet(process, plan);
    const seconds = (moved.clock.now() - start) / 1000;
    expect(outcome).toBe('completed');
    expect(deployments(moved)).toEqual(['PRIMARY orders:2 COMPLETED']);
    expect(seconds).toBeGreaterThan(1200);
    expect(moved.aws.callsOf('ecs:DescribeServices').length).toBeLessThan(seconds / 4 + 20);
  });

  test('looks at the agent are paced also after the time-out', async () => {
    const moved = open();
    agentRollouts(moved, succeeds(59_000));
    const log = { 'awslogs-group': '/ecs/shop', 'awslogs-region': moved.aws.regionName, 'awslogs-stream-prefix': 'web' };
    const web = { name: 'web', image: 'nginx:1.27', portMappings: [{ containerPort: 80 }], logConfiguration: { logDriver: 'awslogs', options: log } };
    deployTheirs(moved, { containerDefinitions: [web] });
    await moved.clock.sleep(600_000);
    const process = moved.process();
    let completedAt = Infinity;
    const [{ outcome }] = await runFleet(process, await planOf(process), { onRun: ({ followed }) => { completedAt = followed?.completedAt ?? completedAt; } });
    expect(outcome).toBe('completed');
    expect((moved.clock.now() - completedAt) / 1000).toBeGreaterThan(20);
  });

  test('an interruption revokes what was granted, also if services that have not started would need it', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const moved = open({ mayRead: false, names });
    const process = moved.process();
    const plan = await planOf(process, ADD, names);
    expect(plan.services.map(({ grant }) => grant?.role)).toEqual(names.map(() => `${ROLE}execution`));
    moved.aws.inject('ecs:RegisterTaskDefinition', meanwhile(() => {
      expect(policies(moved)).toHaveLength(1);
      process.interrupt.abort();
    }));
    moved.aws.inject('ecs:RegisterTaskDefinition', accessDenied());
    const results = await runFleet(process, plan);
    expect(results.map(({ outcome }) => outcome)).toEqual(names.map(() => 'notStarted'));
    expect(policies(moved)).toEqual([]);
  });

  test.each(['before', 'after'] as const)('an interruption %s IAM has carried out the grant revokes it, although its answer was not seen', async when => {
    const names = ['a', 'b'];
    const moved = open({ mayRead: false, names });
    const process = moved.process();
    const plan = await planOf(process, ADD, names);
    moved.aws.inject('iam:PutRolePolicy', meanwhile(() => process.interrupt.abort(), when));
    const results = await runFleet(process, plan);
    expect(results.map(({ outcome }) => outcome)).toEqual(['notStarted', 'notStarted']);
    expect(moved.aws.callsOf('iam:PutRolePolicy')).toMatchObject([{ applied: true }]);
    expect(policies(moved)).toEqual([]);
  });

  test('an interruption of a grant that was there before leaves it', async () => {
    const moved = open({ mayRead: false });
    const process = moved.process();
    const plan = await planOf(process);
    const { policyName, secret } = plan.services[0].grant!;
    moved.aws.iam.role('execution').inline.set(policyName, grantDocument(secret));
    moved.aws.inject('iam:GetRolePolicy', meanwhile(() => process.interrupt.abort()), { from: 2 });
    await runFleet(process, plan);
    expect(moved.aws.callsOf('iam:GetRolePolicy')).toHaveLength(2);
    expect(policies(moved)).toEqual([policyName]);
  });

  test('a changed plan that is not confirmed ends the run in the journal', async () => {
    const moved = open();
    const process = moved.process();
    const plan = await planOf(process);
    const journal: ServiceRun[] = [];
    moved.aws.inject('ecs:RegisterTaskDefinition', meanwhile(() => deployTheirs(moved)));
    const [{ outcome, reason }] = await runFleet(process, plan, { onRun: run => journal.push(run), confirm: async () => false });
    expect({ outcome, reason }).toEqual({ outcome: 'notStarted', reason: 'the changed plan was not confirmed' });
    expect(journal.at(-1)).toMatchObject({ phase: 'ended', end: { outcome: 'notStarted' } });
    expect(definition(moved)).not.toContain(AGENT);
  });

  test('an interrupt before the way back says that the service has not gone back', async () => {
    const moved = open();
    agentRollouts(moved, FAILING);
    const process = moved.process();
    const [{ outcome, reason }] = await runFleet(process, await planOf(process), {
      onRun: ({ phase }) => { if (phase === 'goingBack') process.interrupt.abort(); },
    });
    expect({ outcome, reason }).toEqual({ outcome: 'failed', reason: expect.stringMatching(/; interrupted before the service could go back$/) });
    expect(deployments(moved)).toEqual(['PRIMARY orders:2 FAILED', 'ACTIVE orders:1 COMPLETED']);
  });

  test('an interrupt after the update has replaced a deployment names the revision to deploy again', async () => {
    const moved = open();
    const process = moved.process();
    const plan = await planOf(process);
    beforeUpdate(moved, () => {
      deployTheirs(moved);
      moved.aws.inject('ecs:DescribeTaskDefinition', meanwhile(() => process.interrupt.abort()));
    });
    const [{ outcome, reason }] = await runFleet(process, plan);
    expect({ outcome, reason }).toEqual({
      outcome: 'failed',
      reason: 'interrupted after the update had replaced orders:3, which another deployment had set. Deploy orders:3 again.',
    });
    expect(revisionOf(moved)).toBe('orders:2');
    const again = await begin(moved);
    expect(again.plan.services.map(({ action }) => action)).toEqual(['none']);
    const { end } = await steps(moved, again.run, again.place);
    expect(end?.outcome).toBe('unchanged');
  });

  test('a revision that is registered differently stops the other services, and nothing stays granted', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const moved = open({ mayRead: false, names });
    const process = moved.process();
    const plan = await planOf(process, ADD, names);
    moved.aws.inject('ecs:RegisterTaskDefinition', changedAnswer(answer => {
      const { executionRoleArn: _, ...others } = answer.taskDefinition as JsonObject;
      return { ...answer, taskDefinition: others };
    }), { times: Infinity });
    const results = await runFleet(process, plan);
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'failed', 'notStarted', 'notStarted']);
    expect(names.map(name => revisionOf(moved, name))).toEqual(names.map(name => `${name}:1`));
    expect(policies(moved)).toEqual([]);
  });
});

describe('plans and secrets', () => {
  test('a secret that only a later plan needs is not used before it exists', async () => {
    const moved = open({ secret: false });
    const { plan: planned } = await begin(open());
    // The service has the agent already, with a key in clear text.
    deploy(moved, registerPlanned(moved, planned, json => {
      const text = json.replace(/,"secrets":\[[^\]]*\]/, '');
      const at = text.lastIndexOf('"environment":[') + '"environment":['.length;
      return `${text.slice(0, at)}{"name":"POSTMAN_API_KEY","value":"not-a-key"},${text.slice(at)}`;
    }));
    await moved.clock.sleep(600_000);
    const request: AddRequest = { ...ADD_OTHER, key: { kind: 'secret', secret: 'postman/api-key', value: 'not-a-key' } };
    const { place, plan, run } = await begin(moved, request);
    expect(plan.services[0].refusals).toEqual([]);
    expect(plan.secret).toBeUndefined();
    deployTheirs(moved);
    const { end } = await steps(moved, run, place);
    expect(end).toMatchObject({
      outcome: 'failed', reason: expect.stringContaining('Service orders needs the secret postman/api-key now, which does not exist.'),
    });
    expect(writes(moved)).toEqual(['RegisterTaskDefinition']);
    // Question marks are in place of what is not known of a secret that does not exist.
    expect(JSON.stringify(moved.aws.ecs.revisionsOf('orders'))).not.toContain('??????');
    expect(definition(moved)).toContain('nginx:theirs');
    expect(definition(moved)).not.toContain(AGENT);
  });

  test('a deleted service is refused, and a named secret does not matter', async () => {
    const moved = open({ secret: false });
    moved.aws.ecs.deleteService('orders', 'INACTIVE');
    const named = new Set([...ADD.agent.named, 'apiKey']);
    const request: AddRequest = { ...ADD, agent: { ...ADD.agent, named }, key: { kind: 'secret', secret: 'postman/api-key', value: 'not-a-key' } };
    const { services: [{ action, refusals }] } = await planOf(moved.process(), request);
    expect(action).toBe('refuse');
    expect(refusals).toMatchObject([{ id: 'serviceNotActive' }]);
  });

  test('a key in clear text that AWS repeats in an error is not in the run', async () => {
    const moved = open();
    const request: AddRequest = {
      ...ADD, agent: { ...ADD.agent, named: new Set([...ADD.agent.named, 'apiKey']) }, key: { kind: 'plaintext', value: 'not-a-key' },
    };
    moved.aws.inject('ecs:RegisterTaskDefinition', refused('ClientException', 'Environment variable value not-a-key is not valid.'));
    const { place, run } = await begin(moved, request);
    const end = await steps(moved, run, place);
    expect(end.end).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('Environment variable value *** is not valid.') });
    expect(JSON.stringify(end)).not.toContain('not-a-key');
  });

  test.each([
    ['http://user:not-a-password@proxy:3128', 'http://***@proxy:3128'],
    ['user:not-a-password@proxy:3128', '***@proxy:3128'],
    ['http://user:not-a-pass@word@proxy:3128', 'http://***@proxy:3128'],
  ])('the password of the proxy %s is not in the run', async (proxy, shown) => {
    const moved = open();
    const options = { ...ADD.agent.options, proxy };
    const { plan, run } = await begin(moved, { ...ADD, agent: { ...ADD.agent, options, named: new Set(['collectionId', 'proxy']) } });
    expect(plan.services[0].refusals).toEqual([]);
    expect(run.options.proxy).toBe(shown);
    expect(JSON.stringify(run)).not.toMatch(/not-a-pass|word@/);
  });
});

describe('a rollout with a hook that waits for a person', () => {
  const PAUSE = { targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] };
  const paused = () => {
    const moved = open();
    moved.aws.ecs.service('orders').members = { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks: [PAUSE] } };
    return moved;
  };

  test('is left alone at the limit, also if its record may not be read', async () => {
    const moved = paused();
    moved.aws.inject('ecs:ListServiceDeployments', accessDenied());
    const { place, run } = await begin(moved);
    const { end } = await steps(moved, run, place);
    expect(end).toMatchObject({
      outcome: 'notFollowed', reason: expect.stringContaining('may wait for a person at POST_TEST_TRAFFIC_SHIFT'), warnings: [{ id: 'rolloutPaused' }],
    });
    expect(writes(moved)).toEqual(['RegisterTaskDefinition', 'UpdateService orders:2']);
  });

  test('has its whole time after the person has continued it', async () => {
    const moved = paused();
    const { place, run } = await begin(moved);
    const waiting = await steps(moved, run, place, { until: ({ followed }) => followed?.pausedSince !== undefined });
    await moved.clock.sleep(40_000);
    const before = await advance(waiting, place);
    expect(before).toMatchObject({ phase: 'following' });
    agentRollouts(moved, neverSettles());
    moved.aws.inject('ecs:DescribeServiceDeployments', changedAnswer(answer => ({
      ...answer, serviceDeployments: (answer.serviceDeployments as readonly JsonObject[]).map(({ lifecycleHookDetails: _, ...one }) => one),
    })), { times: Infinity });
    const continued = await advance(before, place);
    expect(continued.followed).toMatchObject({ pausedMs: expect.any(Number) });
    expect(continued.followed!.pausedMs).toBeGreaterThanOrEqual(40_000);
    await moved.clock.sleep(40_000);
    expect(await advance(continued, place)).toMatchObject({ phase: 'following' });
    await moved.clock.sleep(40_000);
    expect(await advance(continued, place)).toMatchObject({ phase: 'goingBack', back: { from: 'timedOut' } });
  });
});

describe('what ECS has gone back to', () => {
  const going = async (moved: MovedAccount) => {
    agentRollouts(moved, neverSettles());
    const { place, run } = await begin(moved);
    const followed = await steps(moved, run, place, { until: one => one.followed?.record !== undefined });
    const to = followed.targetRevisionArn!.replace(/\d+$/, '7');
    return { place, run: { ...followed, phase: 'goingBack' as const, back: { to, from: 'timedOut' as const, reason: 'it took long', by: 'ecs' as const } } };
  };
  const recordSays = ({ aws }: MovedAccount, status: string) => aws.inject('ecs:DescribeServiceDeployments', changedAnswer(answer => ({
    ...answer, serviceDeployments: (answer.serviceDeployments as readonly JsonObject[]).map(one => ({ ...one, status })),
  })), { times: Infinity });

  test('is told, although it is not the revision of before', async () => {
    const moved = open();
    const { place, run } = await going(moved);
    deploy(moved, `${ROLE.replace('iam::123456789012:role/', 'ecs:eu-west-1:123456789012:task-definition/')}orders:1`);
    recordSays(moved, 'ROLLBACK_SUCCESSFUL');
    expect((await advance(run, place)).end).toMatchObject({ outcome: 'rolledBack', reason: 'it took long', runs: expect.stringMatching(/orders:1$/) });
  });

  test('is nothing if it cannot roll back: then an update does', async () => {
    const moved = open();
    const { place, run } = await going(moved);
    recordSays(moved, 'ROLLBACK_FAILED');
    const back = { ...run.back, to: run.sourceRevisionArn };
    const { end } = await steps(moved, { ...run, back }, place);
    expect(end).toMatchObject({ outcome: 'rolledBack', runs: expect.stringMatching(/orders:1$/) });
    expect(writes(moved)).toEqual(['RegisterTaskDefinition', 'UpdateService orders:2', 'UpdateService orders:1']);
  });
});

test('the records of one service that may not be read do not hide those of another', async () => {
  const moved = open({ names: ['orders', 'billing'] });
  const { place, runs } = await begin(moved, ADD, ['orders', 'billing']);
  const following = await Promise.all(runs.map(async run => steps(moved, run, place, until('following'))));
  moved.aws.inject('ecs:ListServiceDeployments', accessDenied(), { times: 1 });
  const next = [];
  for (const run of following) next.push(await advance(run, place));
  expect(next.map(({ followed }) => followed?.record !== undefined).sort()).toEqual([false, true]);
});
