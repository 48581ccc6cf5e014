import { BREAKS, LEAVING, PASSING } from './faults';
import { DAEMON, furnish, KEY, STORIES, Story } from './stories';
import { runVerb, VerbRun } from './verbs';
import { FakeAws } from '../fakes';
import { MovedAccount, MovedProcess } from '../moved-clock/account';

/** One run of the sweep: at one call of one verb, one thing goes wrong. */
export interface Case {
  readonly story: string;
  readonly breaks: string;
  /** The number of the call, from 1 on. */
  readonly at: number;
}

/** What a story leaves behind. */
interface World {
  readonly revisions: number;
  readonly services: readonly unknown[];
  readonly secret: string | undefined;
  readonly policies: readonly unknown[];
  /** Of a daemon. */
  readonly daemon?: unknown;
}

/** A story without a fault. */
export interface Clean {
  readonly calls: readonly string[];
  readonly run: VerbRun;
  readonly world: World;
}

const SETTLED_MS = 3_600_000;

async function account(story: Story): Promise<MovedAccount> {
  const moved = new MovedAccount({ rates: [] });
  furnish(moved.aws, story);
  for (const verb of story.before ?? []) {
    const { code, output } = await runVerb(verb, moved.process(), KEY);
    if (code !== 0) throw new Error(`A verb that comes before failed with ${code}: ${output}`);
  }
  moved.aws.advance(SETTLED_MS);
  return moved;
}

export async function clean(story: Story): Promise<Clean> {
  const moved = await account(story);
  const before = moved.aws.calls.length;
  const run = await runVerb(story.verb, moved.process(), KEY);
  const calls = moved.aws.calls.slice(before);
  moved.aws.advance(SETTLED_MS);
  return { calls: calls.map(({ service, action }) => `${service}:${action}`), run, world: worldOf(moved.aws, story) };
}

/** Every case of a story. */
export function casesOf(story: string, { calls }: Clean): Case[] {
  return calls.flatMap((_, index) => Object.keys(BREAKS).map(breaks => ({ story, breaks, at: index + 1 })));
}

/**
 * Breaks a verb at one call, then runs it again without a fault, and checks that everything is as after a run without a fault.
 *
 * @returns what is wrong; empty if nothing is
 */
export async function faultsOf({ story: name, breaks, at }: Case, { calls, run: expected, world }: Clean): Promise<string[]> {
  const story = STORIES[name];
  const moved = await account(story);
  const { aws, clock } = moved;
  const wrong: string[] = [];
  const first = moved.process();
  const [before, found] = [aws.calls.length, worldOf(aws, story)];
  BREAKS[breaks](aws, at, first, calls[at - 1]);
  const broken = await ended(first, runVerb(story.verb, first, KEY), clock);
  wrong.push(...broken === undefined ? [] : [...leaks(broken), ...claims(aws, broken, expected)]);
  if (broken?.code === 2) wrong.push(`a fault of AWS is reported as a usage error: ${broken.output}`);
  if (PASSING.includes(breaks) && broken?.code !== expected.code) {
    wrong.push(`what passes by itself ends the run with ${broken?.code} instead of ${expected.code}: ${broken?.output.slice(0, 600)}`);
  }
  const left = worldOf(aws, story);
  const known = found.policies.map(policy => JSON.stringify(policy));
  const unused = left.revisions === found.revisions ? left.policies.map(policy => JSON.stringify(policy)).filter(policy => !known.includes(policy)) : [];
  if (LEAVING.includes(breaks) && unused.length > 0) wrong.push(`a grant was left that nothing uses: ${unused.join(', ')}`);
  aws.faults.clear();

  let last = await runVerb(story.verb, moved.process(), KEY);
  // A rollout that the broken run has left is refused until it has ended. Until then, what its old tasks use is kept, too.
  for (let tries = 0; tries < 2 && /rolloutInProgress|rollout is in progress|was not removed: orders in cluster shop uses it/.test(last.output); tries++) {
    aws.advance(SETTLED_MS);
    last = await runVerb(story.verb, moved.process(), KEY);
  }
  aws.advance(SETTLED_MS);
  wrong.push(...leaks(last));
  if (last.code !== expected.code) wrong.push(`the second run ends with ${last.code} instead of ${expected.code}: ${last.output.slice(0, 600)}`);
  const now = worldOf(aws, story);
  for (const member of Object.keys(world) as (keyof World)[]) {
    const [is, wanted] = [now[member], world[member]].map(value => JSON.stringify(value));
    if (is !== wanted) wrong.push(`${member} after the second run: ${is} instead of ${wanted}`);
  }
  const registered = writesOf(aws, before).filter(action => action === 'RegisterTaskDefinition').length;
  if (registered > 1) wrong.push(`${registered} revisions were registered`);
  if (aws.calls.some(({ outcome }) => outcome === 'FakeAwsFault')) wrong.push('a call that AWS does not have');
  return wrong;
}

/** Undefined if the process was ended before. */
async function ended(process: MovedProcess, run: Promise<VerbRun>, clock: MovedAccount['clock']): Promise<VerbRun | undefined> {
  const end = await Promise.race([run, process.ended.then(() => undefined)]);
  // What is left of an ended process runs out.
  if (end === undefined) await Promise.race([run.catch(() => {}), clock.sleep(60_000)]);
  return end;
}

function leaks({ output }: VerbRun): string[] {
  return output.includes(KEY) ? ['the key is shown'] : [];
}

/** A run that claims success has reached it. */
function claims(aws: FakeAws, { code, documents }: VerbRun, expected: VerbRun): string[] {
  if (code !== 0 || expected.code !== 0) return [];
  const outcomes = documents.flatMap(({ services = [] }) => services as { serviceArn: string | null; outcome: string | null; action?: string }[]);
  return outcomes.flatMap(({ serviceArn, outcome, action }) => {
    if (action === 'remove' && serviceArn?.endsWith(`/${DAEMON}`)) {
      const { status } = aws.ecs.service(DAEMON, 'shop');
      return outcome === 'completed' && status !== 'INACTIVE' ? [`${outcome} is claimed, but the daemon is ${status}`] : [];
    }
    if (serviceArn === null) return [];
    const { deployments } = aws.ecs.describeService(serviceArn.split('/').pop()!, 'shop') as unknown as { deployments: { rolloutState: string }[] };
    const isDone = deployments.length === 1 && deployments[0].rolloutState === 'COMPLETED';
    return outcome === 'completed' && !isDone ? [`${outcome} is claimed, but the deployments are ${JSON.stringify(deployments)}`] : [];
  });
}

/** @param action with or without its service */
export function isWrite(action: string): boolean {
  return /^(\w+:)?(Register|Update|Stop|Put|Delete|Create)/.test(action);
}

function writesOf(aws: FakeAws, from: number): string[] {
  return aws.calls.slice(from).filter(({ action, applied }) => applied && isWrite(action)).map(({ action }) => action);
}

/** What is compared: without names that each account gives anew. */
function worldOf(aws: FakeAws, { services = ['orders'], isOfDaemon = false }: Story): World {
  const same = (value: unknown) => JSON.parse(JSON.stringify(value).replace(/(secret:postman\/api-key)-\w{6}/g, '$1-AbCdEf')
    .replace(/(postman-live-collection-postman-api-key)-[0-9a-f]+/g, '$1-hash')) as unknown;
  return {
    revisions: aws.ecs.revisionsOf(isOfDaemon ? DAEMON : 'orders').length,
    ...isOfDaemon ? { daemon: same(daemonOf(aws)) } : {},
    services: services.map(name => {
      const { taskDefinition } = aws.ecs.service(name, 'shop');
      const { deployments } = aws.ecs.describeService(name, 'shop') as unknown as { deployments: { rolloutState: string; taskDefinition: string }[] };
      return same({
        runs: taskDefinition.arn.split('/').pop(), body: aws.ecs.describeTaskDefinition(taskDefinition.arn.split('/').pop()!).containerDefinitions,
        deployments: deployments.map(({ rolloutState, taskDefinition: of }) => [rolloutState, of.split('/').pop()]),
      });
    }),
    secret: aws.secrets.value('postman/api-key'),
    policies: same(aws.iam.policiesOf(aws.iam.role('execution'))) as unknown[],
  };
}

/** The daemon with all that was made for it, as far as it exists. */
function daemonOf(aws: FakeAws): unknown {
  const service = [...aws.ecs.state.clusters.values()].flatMap(({ services }) => services.get(DAEMON) ?? [])[0];
  const role = aws.iam.findRole(`shop-eu-west-1-${DAEMON}`);
  return {
    status: service?.status,
    running: service?.cluster.tasks.filter(task => task.service === service && task.lastStatus === 'RUNNING').length,
    runs: service?.taskDefinition.revision,
    revisions: aws.ecs.revisionsOf(DAEMON).map(({ status }) => status),
    policies: role && [...role.inline],
    retention: role && aws.logs.retentionOf(`/ecs/shop/${DAEMON}`),
  };
}
