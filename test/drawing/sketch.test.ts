import { Sketch, sketchOf, Station } from '../../src/drawing';
import { EgressFacts, EgressJudge, worst } from '../../src/egress';
import { acl, allOut, closed, group, hop, igw, nat, natInstance, open, proxy, publicSubnet, rule, subnet, task, to, unseen, vpc } from '../egress/build';
import { CASES } from '../egress/cases';
import { FOUND } from '../egress/found';

const draw = (facts: EgressFacts) => sketchOf(new EgressJudge().paths(facts));
const stationsOf = ({ start, lanes, end, startup }: Sketch) => [...start, ...lanes.flatMap(({ stations }) => stations), end, ...startup ? [startup] : []];
function textOf({ title, id, out, back, notes }: Station): string {
  return [title, id, out, ...back === 'reachable' ? [] : [`replies ${back}`], ...notes].filter(part => part !== '').join(' ');
}

const lanesOf = (facts: EgressFacts) => draw(facts).lanes.map(({ stations }) => stations.map(textOf));

const TO_NAT = to('0.0.0.0/0', nat());
const PASSES = ['NAT gateway nat-1 reachable', 'internet gateway igw-1 reachable'];

test('a way leads from the subnet over each hop to the gateway', () => {
  expect(draw(task(open)).start.map(textOf)).toEqual(['task reachable', 'security groups sg-1 reachable']);
  expect(lanesOf(task(open))).toEqual([['subnet subnet-open reachable', ...PASSES]]);
  expect(lanesOf(task(subnet([to('0.0.0.0/0', natInstance())]))))
    .toEqual([['subnet subnet-1 reachable', 'instance i-nat reachable', 'internet gateway igw-1 reachable']]);
  expect(lanesOf(task(subnet([to('0.0.0.0/0', igw)], { publicIpv4: true })))).toEqual([['subnet subnet-1 reachable', 'internet gateway igw-1 reachable']]);
});

test('each subnet has its own way, in the order of the subnets', () => {
  expect(lanesOf(task([open, { ...closed, id: 'subnet-2' }]))).toEqual([['subnet subnet-open reachable', ...PASSES], ['subnet subnet-2 unreachable 1']]);
});

test('two routes of a subnet that share the traffic are two ways', () => {
  const halves = subnet([to('0.0.0.0/1', nat()), to('128.0.0.0/1', hop('transit-gateway'))]);
  expect(lanesOf(task(halves)))
    .toEqual([['subnet subnet-1 reachable', ...PASSES], ['subnet subnet-1 reachable', 'transit gateway transit-gateway-1 unknown 1']]);
});

test.each<[string, EgressFacts, readonly string[]]>([
  ['no route', task(closed), ['subnet subnet-closed unreachable 1']],
  ['a public subnet without a public address', task(subnet([to('0.0.0.0/0', igw)])),
    ['subnet subnet-1 unreachable 1', 'internet gateway igw-1 reachable']],
  ['a hop that cannot be seen', task(subnet([to('0.0.0.0/0', hop('transit-gateway'))])),
    ['subnet subnet-1 reachable', 'transit gateway transit-gateway-1 unknown 1']],
  ['a NAT gateway without a route', task(subnet([to('0.0.0.0/0', nat({}, { routes: [] }))])), ['subnet subnet-1 reachable', 'NAT gateway nat-1 unreachable 1']],
  ['a NAT gateway that failed', task(subnet([to('0.0.0.0/0', nat({ state: 'failed' }))])),
    ['subnet subnet-1 reachable', 'NAT gateway nat-1 unreachable 1', 'internet gateway igw-1 reachable']],
  ['a NAT gateway of which only the route is known', task(subnet([to('0.0.0.0/0', { kind: 'nat-gateway', id: 'nat-1', nat: unseen() })])),
    ['subnet subnet-1 reachable', 'NAT gateway nat-1 unknown 1']],
  ["the network ACL of a NAT gateway's subnet", task(subnet([to('0.0.0.0/0', nat({}, { networkAcl: acl(allOut) }))])),
    ['subnet subnet-1 reachable', 'NAT gateway nat-1 unreachable replies unreachable 1 2', 'internet gateway igw-1 reachable']],
  ["the network ACL of the task's subnet, for the replies", task(subnet([TO_NAT], { networkAcl: acl(allOut) })),
    ['subnet subnet-1 reachable replies unreachable 1', ...PASSES]],
  ["an internet gateway's own table", task(subnet([to('0.0.0.0/0', { kind: 'internet-gateway', id: 'igw-1', routes: unseen() })], { publicIpv4: true })),
    ['subnet subnet-1 reachable', 'internet gateway igw-1 unknown 1']],
  ['the groups of a NAT instance', task(subnet([to('0.0.0.0/0', natInstance({ securityGroups: [group()] }))])),
    ['subnet subnet-1 reachable', 'instance i-nat unreachable 1 2', 'internet gateway igw-1 reachable']],
])('%s is marked at its own place', (_name, facts, lane) => {
  expect(lanesOf(facts)[0]).toEqual(lane);
});

test('what all ways share is marked once: the VPC, and the security groups', () => {
  const securityGroups = [group(rule('tcp', [80, 80], '0.0.0.0/0'))];
  const { start, notes } = draw(task([open, { ...open, id: 'subnet-2' }], { vpc: vpc({ dnsSupport: false }), securityGroups }));
  expect(start.map(textOf)).toEqual(['task reachable', 'VPC vpc-1 unreachable 1', 'security groups sg-1 unreachable 2']);
  expect(notes.map(({ finding }) => finding)).toEqual([expect.stringContaining('DNS support'), expect.stringContaining('No egress rule')]);
});

test('what ECS needs before the task starts is a box of its own', () => {
  const { startup, start, notes } = draw(task(closed, { startup: {} }));
  expect(start.map(({ out }) => out)).toEqual(['reachable', 'reachable']);
  expect(textOf(startup!)).toBe('start-up by ECS image, API key unreachable 2');
  expect(notes.map(({ number, path, verdict }) => [number, path, verdict])).toEqual([[1, 'agent', 'unreachable'], [2, 'startup', 'unreachable']]);
  expect(draw(task(open)).startup).toBeUndefined();
});

test('a proxy takes the place of Postman, with what its own subnet does', () => {
  const destination = { ...proxy('10.0.9.9'), subnet: publicSubnet({ networkAcl: acl(allOut) }) };
  const { end, lanes } = draw(task(subnet([]), { destination }));
  expect(textOf(end)).toMatch(/^proxy .*10\.0\.9\.9.* unreachable .*\d$/);
  expect(lanes.map(({ stations }) => stations.map(textOf))).toEqual([['subnet subnet-1 reachable']]);
  expect(textOf(draw(task(open)).end)).toBe(`Postman ${task(open).host} reachable`);
});

test('a task without an interface has no way', () => {
  const { lanes, start, notes } = draw(task(open, { networkMode: 'none' }));
  expect([lanes, start.map(textOf), notes.length]).toEqual([[], ['task unreachable 1'], 1]);
});

const NETWORKS = [...CASES, ...FOUND].map(([network, facts]) => ({ network, facts }));

test.each(NETWORKS)('$network: each doubt is drawn where it belongs, and nothing else', ({ facts }) => {
  const paths = new EgressJudge().paths(facts);
  const { evidence, verdict } = new EgressJudge().judge(facts);
  const sketch = sketchOf(paths);
  const stations = stationsOf(sketch);
  expect(sketch.notes.map(({ finding }) => finding)).toEqual(evidence.filter(one => one.verdict !== 'reachable').map(({ finding }) => finding));
  expect(new Set(stations.flatMap(({ notes }) => notes))).toEqual(new Set(sketch.notes.map(({ number }) => number)));
  expect(worst(stations.flatMap(({ out, back }) => [out, back]))).toBe(verdict);
  for (const { out, back, notes } of stations) expect(notes.length > 0).toBe(out !== 'reachable' || back !== 'reachable');
  for (const { stations: [first] } of sketch.lanes) expect(first.title).toBe('subnet');
  // No way is drawn twice, and none that is only the beginning of another.
  const ways = sketch.lanes.map(lane => lane.stations.map(({ title, id }) => `${title} ${id}`).join(' > '));
  for (const way of ways) expect(ways.filter(other => other === way || other.startsWith(`${way} > `))).toHaveLength(1);
});
