/**
 * The same networks as construct trees and as EC2's answers. The environment variable `NETWORKS` is their number, half of them hostile and half
 * everyday ones, and `FIRST` the first seed of both. The CDK keeps all trees of a process in memory: run more than 5,000 networks in slices.
 */
import { treeOf } from './construct-tree';
import { accountOf } from './ec2-answers';
import { expressible } from './expressible';
import { factsOf } from './facts';
import { NetworkReader } from '../../../src/aws/network';
import { EgressJudge, EgressVerdict } from '../../../src/egress';
import { describeFailure, REGION } from '../../aws/network/ec2';
import { everyday } from '../model/everyday';
import { generate } from '../model/generate';
import { verdict as verdictOfModel } from '../model/hidden';
import { World } from '../model/world';

const NETWORKS = Number(process.env.NETWORKS ?? 250);
const FIRST = Number(process.env.FIRST ?? 0);

/** Of the first failures, the whole world is shown. */
const MOST_SHOWN = 3;

interface Form {
  readonly name: 'construct tree' | 'EC2 answers';
  readonly world: World;
  readonly verdict: EgressVerdict;
  readonly unseen: readonly string[];
  /** What evidence says if this form does not show a fact. */
  readonly reason: RegExp;
}

interface Compared {
  readonly title: string;
  readonly forms: readonly [Form, Form];
  readonly changes: readonly string[];
}

const REASONS = {
  tree: /only to CloudFormation|not part of this app|depends on|may answer|cannot be seen|is unknown which/,
  answers: /could not be read|did not return|was not found|cannot be seen|does not name/,
};

const read = async (world: World): Promise<Form> => {
  const { call, placement, unseen } = accountOf(world);
  const [facts] = await new NetworkReader(call, describeFailure, async () => REGION).facts([placement]);
  return { name: 'EC2 answers', world, verdict: new EgressJudge().judge(facts), unseen, reason: REASONS.answers };
};

const built = (world: World, seed: number): Form => {
  const { cases, host, unseen } = treeOf(world, seed % 2 === 0 ? 'L1' : 'L2', seed);
  return { name: 'construct tree', world, verdict: new EgressJudge().judgeCases(cases, host), unseen, reason: REASONS.tree };
};

async function compared(make: (seed: number) => World, count: number): Promise<Compared[]> {
  const all: Compared[] = [];
  for (let seed = FIRST; seed < FIRST + count; seed++) {
    const { tree, answers, changes } = expressible(make(seed));
    all.push({ title: `${make.name}(${seed})`, forms: [built(tree, seed), await read(answers)], changes });
  }
  return all;
}

function shown(failures: readonly Compared[]): string[] {
  return failures.map(({ title, forms }, at) => [
    title,
    ...forms.flatMap(({ name, world, verdict: { verdict, evidence }, unseen }) => [
      `  ${name}: ${verdict}, by the model ${verdictOfModel(world)}; does not tell: ${unseen.join(', ') || 'nothing is hidden'}`,
      ...evidence.slice(0, 4).map(one => `    ${one.verdict}: ${one.finding}`),
    ]),
    ...at < MOST_SHOWN ? [`  ${JSON.stringify(forms[0].world)}`] : [],
  ].join('\n'));
}

function contradicts({ world, verdict: { verdict } }: Form): boolean {
  return verdict !== 'unknown' && verdict !== verdictOfModel(world);
}

/** If nothing is hidden, the facts that the reader finds are those of the world. */
function losesFacts({ world, verdict: { verdict }, unseen }: Form): boolean {
  return unseen.length === 0 && verdict !== new EgressJudge().judge(factsOf(world)).verdict;
}

function saysWhy({ verdict: { evidence }, unseen, reason }: Form): boolean {
  return unseen.length > 0 && evidence.some(({ verdict, finding }) => verdict === 'unknown' && reason.test(finding));
}

function agree([one, other]: Compared['forms']): boolean {
  const [a, b] = [one.verdict.verdict, other.verdict.verdict];
  if (a === b) return true;
  return a === 'unknown' && saysWhy(one) || b === 'unknown' && saysWhy(other);
}

function summary(all: readonly Compared[]): string {
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  for (const { forms: [tree, answers], changes } of all) {
    count(`tree ${tree.verdict.verdict}, answers ${answers.verdict.verdict}`);
    changes.forEach(change => count(`changed: ${change}`));
  }
  return [...counts].map(([what, times]) => `  ${times} ${what}\n`).join('');
}

describe.each([['hostile', generate], ['everyday', everyday]])('%s networks', (_, make) => {
  let all: readonly Compared[] = [];

  beforeAll(async () => {
    all = await compared(make, Math.ceil(NETWORKS / 2));
    if (process.env.NETWORKS !== undefined) process.stdout.write(`${make.name}, ${all.length} networks, none left out\n${summary(all)}`);
  }, 60000 + NETWORKS * 1000);

  test('a certain verdict of either form is what AWS does, whatever the facts are that the form does not show', () => {
    expect(shown(all.filter(({ forms }) => forms.some(contradicts)))).toEqual([]);
  });

  test('a form that shows each fact of a network has the verdict of these facts', () => {
    expect(shown(all.filter(({ forms }) => forms.some(losesFacts)))).toEqual([]);
  });

  test('a network has one verdict from its construct tree and from EC2\'s answers, or one is unknown and says which fact is not shown', () => {
    expect(shown(all.filter(({ forms }) => !agree(forms)))).toEqual([]);
  });
});
