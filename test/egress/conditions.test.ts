import { hop, igw, nat, open, subnet, task, to, vpc } from './build';
import { EgressCases, EgressFacts, EgressJudge, EgressVerdict } from '../../src/egress';

const HOST = 'api.observability.postman.com';
const closed = task(subnet([], { id: 'subnet-closed' }));
const hub = task(subnet([to('0.0.0.0/0', hop('transit-gateway'))]));

const judge = (cases: EgressCases): EgressVerdict => new EgressJudge().judgeCases(cases, HOST);
const both = (whenTrue: EgressFacts, whenFalse: EgressFacts): EgressCases => [
  { when: 'condition WithNat of stack Shop is true', facts: whenTrue }, { when: 'condition WithNat of stack Shop is false', facts: whenFalse },
];

test.each([
  ['reachable', both(task(open), task(subnet([to('0.0.0.0/0', igw)], { publicIpv4: true })))],
  ['unreachable', both(closed, task(subnet([to('0.0.0.0/0', igw)])))],
  ['unknown', both(hub, hub)],
  ['reachable', [{ when: '', facts: task(open) }]],
] as const)('what both cases agree on is the verdict: %s', (verdict, cases) => {
  const judged = judge(cases);
  expect(judged.verdict).toBe(verdict);
  expect(JSON.stringify(judged.evidence)).not.toContain('condition');
});

test.each([
  ['a way out in only one case', both(task(open), closed), 'reachable', 'unreachable'],
  ['a way out in one case and a transit gateway in the other', both(task(open), hub), 'reachable', 'unknown'],
  ['no way out in one case and a transit gateway in the other', both(closed, hub), 'unreachable', 'unknown'],
] as const)('the verdict is unknown for %s, and names the condition first', (_, cases, first, second) => {
  const { verdict, evidence } = judge(cases);
  expect(verdict).toBe('unknown');
  expect(evidence[0].finding).toBe('Whether the tasks reach the internet depends on CloudFormation conditions: '
    + `if condition WithNat of stack Shop is true, the verdict is ${first}; if condition WithNat of stack Shop is false, the verdict is ${second}.`);
  expect(evidence.every(one => one.verdict !== 'unreachable')).toBe(true);
});

test('the evidence of a case without a way out is shown, and that of the others is not', () => {
  const text = judge(both(task(open), closed)).evidence.map(({ finding }) => finding).join('\n');
  expect(text).toContain('subnet-closed has no route to the internet');
  expect(text).not.toContain('subnet-open');
});

test('more conditions than are judged give unknown, with their names', () => {
  const { verdict, evidence, host } = judge({ tooMany: ['A of stack Shop', 'B of stack Shop'] });
  expect({ verdict, host }).toEqual({ verdict: 'unknown', host: HOST });
  expect(evidence.map(({ finding }) => finding).join()).toContain('A of stack Shop and B of stack Shop');
});

test('one judge gives the same verdict for shared facts, for the same facts in another VPC, and for another interface in the same subnet', () => {
  const judgeOf = new EgressJudge();
  const shared = subnet([to('0.0.0.0/0', nat())]);
  const off = vpc({ blockPublicAccess: 'block-bidirectional' });
  const verdicts = [task(shared), task(shared, { vpc: off }), task(shared), task(shared, { vpc: off })].map(facts => judgeOf.judge(facts).verdict);
  expect(verdicts).toEqual(['reachable', 'unreachable', 'reachable', 'unreachable']);
  const at = subnet([to('0.0.0.0/0', igw)], { publicIpv4: true });
  const { service, ...rest } = task(at);
  const without = { ...rest, service: { ...service!, assignPublicIp: false } };
  expect([{ ...rest, service }, without, { ...rest, service }].map(facts => judgeOf.judge(facts).verdict)).toEqual(['reachable', 'unreachable', 'reachable']);
});

test('the paths are data: the points out and then back, in their order, each with its place and its outcome', () => {
  const { points } = new EgressJudge().paths(task(open));
  expect(points.map(({ direction, place: { kind, id }, outcome, reason }) => `${direction} ${kind} ${id} ${outcome} ${reason.kind}`)).toEqual([
    'out security-groups sg-1 reachable groups-allow',
    'out network-acl default reachable acl-allows',
    'out network-acl default reachable acl-allows',
    'out network-acl default reachable acl-allows',
    'out nat-gateway nat-1 reachable nat-onward',
    'back network-acl default reachable acl-allows',
    'back network-acl default reachable acl-allows',
    'back network-acl default reachable acl-allows',
  ]);
  expect(JSON.parse(JSON.stringify(points))).toEqual(points);
});
