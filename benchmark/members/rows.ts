import { Change, changesBetween, isList, Json, JsonObject, registrable, withMembers, withoutAgent } from '../../src/edit';
import { Described, WITH_AGENT, WITHOUT_AGENT } from '../../test/edit/described';
import { addSurroundings } from '../../test/fakes';
import { MovedAws } from '../scripts/moved-aws';
import { Action, carryOut, CLUSTER, Way } from '../scripts/ways';
import { Row } from '../table';

const ROLE = 'arn:aws:iam::123456789012:role/execution';
const SCRIPTS = { 'boto3': 'a script with boto3 and a list of members', 'aws-cli': 'a script with the AWS CLI and jq' } as const;

/** What became of the task definitions. */
interface Kept {
  /** The names of those with a new revision, or a service on its way back to its old one. */
  readonly done: readonly string[];
  /** How many of them are changed in anything but the agent. */
  readonly changed: number;
  /** Of these: only the tags of the task definition are lost. */
  readonly onlyTags: number;
  /** Of these: members that the SDK knows are lost or changed, tags not counted. */
  readonly known: number;
}

/** Services that run the task definitions of the tests. */
class Shop {
  readonly names: string[] = [];
  private readonly before = new Map<string, JsonObject>();

  constructor(readonly moved: MovedAws, definitions: readonly Described[]) {
    const { aws } = moved;
    addSurroundings(aws, { secretValue: 'not-a-key' });
    for (const { name, body } of definitions) {
      try {
        // In a network mode that a sidecar works in, and with a role that can read the secret.
        const taskDefinition = withMembers(body, { family: name, networkMode: 'awsvpc', executionRoleArn: ROLE });
        aws.ecs.addService(name, { cluster: CLUSTER, launchType: 'EC2', taskDefinition });
      } catch {
        // ECS would not register it, so no service can run it.
        continue;
      }
      this.names.push(name);
      this.before.set(name, this.running(name));
    }
  }

  /** What a service is set to run. */
  private running(name: string): JsonObject {
    const { aws: { ecs } } = this.moved;
    const { arn, tags } = ecs.service(name).taskDefinition;
    return registrable({ taskDefinition: ecs.describeTaskDefinition(arn), tags: tags as unknown as Json } as JsonObject);
  }

  /** Compares what runs, without the agent, with what ran at the beginning. */
  async after(way: Way, action: Action, names: readonly string[]): Promise<Kept> {
    const { aws } = this.moved;
    const arnOf = (name: string) => aws.ecs.service(name).taskDefinition.arn;
    const arns = new Map(names.map(name => [name, arnOf(name)]));
    await carryOut(this.moved, way, action, 'at-once', names);
    const done = names.filter(name => arnOf(name) !== arns.get(name));
    const lossesOf = (name: string) => changesBetween(withoutAgent(this.before.get(name)!), withoutAgent(this.running(name))).filter(isLoss);
    const changes = done.map(name => lossesOf(name).map(({ path }) => path));
    const isTag = (path: string) => path.startsWith('tags');
    return {
      done,
      changed: changes.filter(paths => paths.length > 0).length,
      onlyTags: changes.filter(paths => paths.length > 0 && paths.every(isTag)).length,
      known: changes.filter(paths => paths.some(path => !isTag(path) && !path.includes('future'))).length,
    };
  }
}

/** ECS answers empty lists for members that were left out. */
function isLoss({ before, after }: Change): boolean {
  const isNothing = (value: Json | undefined) => value === undefined || isList(value) && value.length === 0;
  return !isNothing(before) || !isNothing(after);
}

async function measure(way: Way): Promise<{ readonly [step in 'add' | 'remove' | 'removeOfOthers']: Kept }> {
  const moved = await new MovedAws({ rates: [] }).listen();
  try {
    const shop = new Shop(moved, WITHOUT_AGENT);
    const add = await shop.after(way, 'add', shop.names);
    const remove = await shop.after(way, 'remove', add.done);
    const others = new Shop(await new MovedAws({ rates: [] }).listen(), WITH_AGENT);
    try {
      return { add, remove, removeOfOthers: await others.after(way, 'remove', others.names) };
    } finally {
      await others.moved.stop();
    }
  } finally {
    await moved.stop();
  }
}

/** The task definitions of the tests, before and after an agent is added and removed again. */
export async function memberRows(): Promise<Row[]> {
  const own = await measure('this');
  const rows: Row[] = [];
  for (const [way, name] of Object.entries(SCRIPTS) as [keyof typeof SCRIPTS, string][]) {
    const script = await measure(way);
    const row = (step: keyof typeof own, what: string): Row => ({
      id: `members/${way}/${step}`,
      what: `task definitions that differ in more than the agent after ${what}, beside ${name}`,
      // If the script changes none, each one of this is one too many.
      ratio: own[step].changed / Math.max(1, script[step].changed),
      parts: { ...partsOf('this', own[step]), ...partsOf('script', script[step]) },
    });
    rows.push(row('add', 'the agent was added'), row('remove', 'it was removed again'), row('removeOfOthers', 'the agent of another tool was removed'));
  }
  return rows;
}

function partsOf(who: string, { done, changed, onlyTags, known }: Kept): Row['parts'] {
  return {
    [`${who}, task definitions`]: done.length, [`${who}, changed`]: changed, [`${who}, only their tags`]: onlyTags,
    [`${who}, in members that the SDK knows`]: known,
  };
}
