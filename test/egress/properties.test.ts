import * as fc from '../random';
import {
  acl, eigw, entry, group, hop, igw, local, nat, natInstance, peering, Placed, proxy, publicSubnet, rule, s3, subnet, task, to, toList, unseen, vpc,
} from './build';
import { Destination, EgressFacts, EgressJudge, Fact, isUnknown, Outcome, Route, RouteTarget } from '../../src/egress';

const judgeEgress = (given: EgressFacts) => new EgressJudge().judge(given);

const cidr = fc.constantFrom(
  '0.0.0.0/0', '0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1', '10.0.0.0/8', '10.0.0.0/16', '52.0.0.0/8', '8.8.8.8/32', '::/0', '2000::/4', '64:ff9b::/96', 'no range',
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 24, arbitrary: value }, { weight: 1, arbitrary: fc.constant(unseen()) });
const mostlyNone = <T>(value: fc.Arbitrary<T[]>): fc.Arbitrary<Fact<T[]>> => fc.oneof(
  { weight: 9, arbitrary: fc.constant<Fact<T[]>>([]) }, { weight: 1, arbitrary: maybe(value) },
);
const ports = fc.constantFrom<readonly [number?, number?]>(
  [], [443, 443], [80, 80], [1024, 65535], [0, 65535], [32768, 60999], [40000, 50000], [-1, -1],
);

const entries = fc.array(fc.tuple(
  maybe(fc.integer({ min: 1, max: 5 })), fc.constantFrom('egress' as const, 'ingress' as const), maybe(fc.constantFrom('allow' as const, 'deny' as const)),
  maybe(cidr), maybe(fc.constantFrom('-1', '6', '17')), ports,
)
  .map(([number, direction, action, range, protocol, range2]) => entry(number, direction, action, range, protocol, range2)), { maxLength: 6 });
const openAcl = acl(
  entry(100, 'egress', 'allow'), entry(100, 'ingress', 'allow'), entry(101, 'egress', 'allow', '::/0'), entry(101, 'ingress', 'allow', '::/0'),
);
const networkAcl = maybe(fc.oneof({ weight: 9, arbitrary: fc.constant(openAcl) }, { weight: 1, arbitrary: entries.map(all => acl(...all)) }));

const plainTarget: fc.Arbitrary<RouteTarget> = fc.constantFrom(igw, igw, eigw, peering, local, s3, hop('transit-gateway'), hop('instance'));
const plainRoutes = fc.array(
  fc.tuple(
    maybe(cidr), maybe(plainTarget), fc.constantFrom(undefined, undefined, 'blackhole' as const),
  ).map(([range, target, state]) => to(range, target, state)),
  { maxLength: 3 },
);
const natTarget = fc.record({
  state: maybe(fc.constantFrom('available' as const, 'available' as const, 'pending' as const, 'failed' as const)),
  connectivity: maybe(fc.constantFrom('public' as const, 'public' as const, 'private' as const)),
  routes: maybe(fc.oneof(fc.constant([to('0.0.0.0/0', igw)]), plainRoutes)),
  networkAcl,
}).map(({ state, connectivity, ...sub }) => nat({ state, connectivity }, sub));
const instanceTarget = fc.record({
  sourceDestCheck: maybe(fc.constantFrom(false, false, true)),
  publicIpv4: maybe(fc.constantFrom(true, true, false)),
  forwards: maybe(fc.constantFrom(true, true, false)),
  networkAcl,
}).map(({ networkAcl: filter, ...instance }) => natInstance(instance, { networkAcl: filter }));
const edgeTarget = maybe(fc.array(maybe(fc.constantFrom('10.0.0.0/16', '10.0.0.0/24', '10.0.1.0/24'))
  .map(range => to(range, hop('firewall-endpoint'))), { maxLength: 1 })).map((edge): RouteTarget => ({ kind: 'internet-gateway', id: 'igw-1', routes: edge }));
const target = fc.oneof(plainTarget, natTarget, natTarget, instanceTarget, edgeTarget);
const origin = maybe(fc.constantFrom<NonNullable<Route['origin']>>('static', 'static', 'propagated'));
const route = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(
      maybe(cidr), maybe(target), fc.constantFrom(undefined, undefined, undefined, 'blackhole' as const), origin,
    ).map(([range, hopTo, state, from]): Route => ({ ...to(range, hopTo, state), origin: from })),
  },
  { weight: 1, arbitrary: fc.tuple(maybe(fc.array(cidr, { maxLength: 2 })), target).map(([ranges, hopTo]) => toList(ranges, hopTo)) },
);

/** AWS refuses a route for a range of the VPC to anything but an instance, a NAT gateway, a firewall endpoint, or back to local. */
const IN_VPC: readonly string[] = ['instance', 'network-interface', 'nat-gateway', 'firewall-endpoint', 'local'] satisfies RouteTarget['kind'][];
const isAccepted = ({ target: next, destination }: Route) => isUnknown(next) || IN_VPC.includes(next.kind)
  || 'cidr' in destination && destination.cidr !== '10.0.0.0/16';
const accepted = <T extends Route>(all: readonly T[]) => all.filter(isAccepted);

/** Routes of a usual network: without them, nearly everything is unreachable. */
const good = fc.constantFrom(to('0.0.0.0/0', nat()), to('0.0.0.0/0', igw));

const subnets: fc.Arbitrary<Placed> = fc.record({
  id: fc.constantFrom('subnet-a', 'subnet-b', 'subnet-c'),
  routes: maybe(fc.oneof(
    { weight: 2, arbitrary: good.map(first => [first]) },
    { weight: 2, arbitrary: fc.tuple(good, route).map(both => [...both]) },
    { weight: 3, arbitrary: fc.array(route, { maxLength: 4 }) },
  ).map(accepted)),
  publicIpv4: maybe(fc.constantFrom(true, true, false)),
  ipv6: maybe(fc.boolean()),
  dns64: maybe(fc.boolean()),
  ipv4Cidr: maybe(fc.constantFrom('10.0.1.0/24', '10.0.2.0/24')),
  ipv6Native: maybe(fc.constantFrom(false, false, false, false, false, false, true)),
  networkAcl,
  blockPublicAccessExclusion: maybe(fc.constantFrom('none' as const, 'allow-egress' as const, 'allow-bidirectional' as const)),
}).map(({ routes, ...rest }) => subnet(routes, rest));

const rules = fc.tuple(maybe(fc.constantFrom('-1', 'tcp', 'udp')), ports, maybe(fc.oneof(
  cidr.map(range => ({ cidr: range })),
  fc.constant({ securityGroup: 'sg-9' }),
  maybe(fc.array(cidr, { maxLength: 2 })).map(cidrs => ({ prefixList: 'pl-9', cidrs })),
))).map(([protocol, range, peer]) => rule(protocol, range, peer));
const groups = fc.array(maybe(fc.array(rules, { maxLength: 4 })).map(egress => ({ id: 'sg-1', egress })), { maxLength: 2 });

/** A proxy in the VPC whose subnet is in view, with an ACL that lets in both families, one of them, or only a part of it. */
const proxyInView: fc.Arbitrary<Destination> = fc.record({
  address: fc.constantFrom('10.0.0.9', '2600:0:0:9::9'),
  routes: maybe(plainRoutes.map(accepted)),
  networkAcl: maybe(fc.oneof(fc.constant(openAcl), fc.constantFrom('::/0', '0.0.0.0/0', '10.0.1.0/24', '2600::/64').map(
    range => acl(entry(100, 'ingress', 'allow', range), entry(100, 'egress', 'allow', range)),
  ), entries.map(all => acl(...all)))),
}).map(({ address, ...at }): Destination => ({ kind: 'address', address, port: 3128, subnet: publicSubnet({ ipv6Cidr: '2600:0:0:9::/64', ...at }) }));

const facts: fc.Arbitrary<EgressFacts> = fc.record({
  hostKind: maybe(fc.constantFrom('FARGATE' as const, 'FARGATE' as const, 'EC2' as const, 'EXTERNAL' as const, 'MANAGED_INSTANCES' as const)),
  networkMode: maybe(fc.constantFrom('awsvpc' as const, 'awsvpc' as const, 'awsvpc' as const, 'awsvpc' as const, 'host' as const, 'none' as const)),
  subnets: maybe(fc.array(subnets, { maxLength: 3 })),
  securityGroups: maybe(fc.oneof({
    weight: 3, arbitrary: fc.constant([group(rule('-1', [], '0.0.0.0/0'), rule('-1', [], '::/0'))]),
  }, { weight: 1, arbitrary: groups })),
  vpc: maybe(fc.record({
    cidrs: maybe(fc.array(fc.constantFrom('10.0.0.0/16', '100.64.0.0/16', '2600::/56'), { maxLength: 2 })),
    dnsSupport: maybe(fc.constantFrom(true, true, true, true, true, false)),
    domainNameServers: maybe(fc.constantFrom(['AmazonProvidedDNS'], ['AmazonProvidedDNS'], ['AmazonProvidedDNS'], ['AmazonProvidedDNS'], ['10.0.0.53'])),
    blockPublicAccess: maybe(fc.constantFrom(
      'off' as const, 'off' as const, 'off' as const, 'off' as const, 'off' as const, 'block-ingress' as const, 'block-bidirectional' as const,
    )),
    blockPublicAccessExclusion: maybe(fc.constantFrom('none' as const, 'none' as const, 'allow-egress' as const, 'allow-bidirectional' as const)),
    dnsFirewallRules: mostlyNone(fc.array(fc.record({
      group: fc.constant('frg-1'),
      priority: fc.tuple(maybe(fc.constant(1)), maybe(fc.integer({ min: 1, max: 9 }))),
      action: maybe(fc.constantFrom('ALLOW' as const, 'BLOCK' as const, 'ALERT' as const)),
      domains: maybe(fc.subarray(['*', '*.postman.com', 'example.com'])),
    }), { maxLength: 2 }).filter(([a, b]) => a === undefined || b === undefined || String(a.priority) !== String(b.priority))),
    resolverRules: mostlyNone(fc.array(fc.record({
      id: fc.constant('rr-1'), domain: maybe(fc.constantFrom('.', 'example.com', 'postman.com')), type: maybe(fc.constantFrom('FORWARD', 'SYSTEM', 'SYSTEM')),
    }), { maxLength: 1 })),
    privateZones: mostlyNone(fc.array(fc.record({
      id: fc.constant('zone-1'), name: maybe(fc.constantFrom('example.com', 'postman.com')), records: maybe(fc.subarray(['*.postman.com'])),
    }), { maxLength: 1 })),
    endpoints: maybe(fc.subarray(['secretsmanager', 'ecr.api'])),
  }).map(vpc)),
  destination: fc.oneof(
    {
      weight: 11,
      arbitrary: fc.constantFrom<(Destination | undefined)[]>(
        undefined, undefined, { kind: 'internet', port: 443 }, proxy('10.0.9.9'), proxy('8.8.8.8', 443), proxy('2600::1', 443), proxy('192.168.1.1'),
      proxy('127.0.0.1'), { kind: 'internet', port: 8443 }, { kind: 'host', host: 'proxy', port: 80 }, { kind: 'host', host: 'proxy' },
      ),
    },
    { weight: 2, arbitrary: proxyInView },
  ),
  startup: fc.constantFrom(undefined, {}, { endpointServices: ['secretsmanager', 'ecr.api'] }),
}).map(({ subnets: where, ...rest }) => task(where, rest));

/** Members that are facts, so each may be unknown. */
const FACTS = new Set([
  'hostKind', 'networkMode', 'subnets', 'securityGroups', 'vpc', 'cidrs', 'dnsSupport', 'domainNameServers', 'blockPublicAccess', 'endpoints', 'routes',
  'publicIpv4', 'ipv6', 'dns64', 'networkAcl', 'blockPublicAccessExclusion', 'target', 'cidr', 'nat', 'state', 'connectivity', 'place', 'egress', 'ingress',
  'protocol', 'fromPort', 'toPort', 'to', 'from', 'entries', 'ruleNumber', 'action', 'assignPublicIp', 'instances', 'ipv4Cidr', 'ipv6Cidr', 'ipv6Native',
  'mapPublicIpOnLaunch', 'dnsFirewallRules', 'resolverRules', 'privateZones', 'domains', 'domain', 'type', 'name', 'records', 'origin', 'forwarder',
  'sourceDestCheck', 'forwards', 'subnet',
]);

/** Paths of every fact. */
function factPaths(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    // A local route of unknown range is taken to be for private addresses.
    if (key === 'destination' && 'target' in value && JSON.stringify(value.target) === '{"kind":"local"}') return [];
    // A route's own state and a rule's literal range are not facts.
    const plain = (key === 'state' && 'destination' in value) || (key === 'cidr' && ['to', 'from'].includes(path[path.length - 1]))
      || (key === 'subnet' && path[path.length - 1] === 'place') || (key === 'type' && !('domain' in value));
    const isPriority = path[path.length - 1] === 'priority';
    return [...(FACTS.has(key) && !plain && !Array.isArray(value)) || isPriority ? [[...path, key]] : [], ...factPaths(member, [...path, key])];
  });
}

function forget(value: any, [key, ...rest]: readonly string[]): any {
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = rest.length === 0 ? unseen('forgotten') : forget(value[key], rest);
  return copy;
}

function freeze(value: any): any {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

const verdictOf = (given: EgressFacts): Outcome => judgeEgress(given).verdict;
const RUNS = fc.runs(1500);

test('another subnet never makes an unreachable verdict better', () => {
  fc.assert(fc.property(facts, subnets, (given, another) => {
    const { service } = given;
    const known: Fact<readonly object[]> | undefined = service?.subnets;
    if (!service || !Array.isArray(known) || known.length === 0 || verdictOf(given) !== 'unreachable') return;
    expect(verdictOf({ ...given, service: { ...service, subnets: [...known, another] } })).toBe('unreachable');
  }), RUNS);
});

test('a judge that has judged other tasks of the same network says what a new judge says, with the names of the own security groups', () => {
  // A NAT instance may have the group of the tasks, too.
  fc.assert(fc.property(facts, fc.constantFrom('sg-nat', 'sg-own'), (given, name) => {
    const { service } = given;
    if (!service || isUnknown(service.securityGroups)) return;
    const other: EgressFacts = { ...given, service: { ...service, securityGroups: service.securityGroups.map(one => ({ ...one, id: name })) } };
    const judge = new EgressJudge();
    [given, other, given].forEach(each => expect(judge.judge(each)).toEqual(judgeEgress(each)));
  }), RUNS);
});

test('without one of its facts, a verdict stays as it is or becomes unknown', () => {
  fc.assert(fc.property(facts, given => {
    const before = verdictOf(given);
    for (const path of factPaths(given)) {
      const after = verdictOf(forget(given, path));
      if (after !== before && after !== 'unknown') throw new Error(`${before} became ${after} without ${path.join('.')}`);
    }
  }), fc.runs(600));
});

test('the order of the facts does not change the verdict', () => {
  // A priority is a pair, whose order counts.
  const backwards = (value: any, name = ''): any => Array.isArray(value) && name !== 'priority' ? value.map(item => backwards(item)).reverse()
    : typeof value === 'object' && value !== null && name !== 'priority'
      ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, backwards(member, key)])) : value;
  fc.assert(fc.property(facts, given => {
    const numbered = JSON.stringify(given);
    // An ACL cannot have two entries of one number.
    const clash = /"entries":\[[^\]]*"ruleNumber":(\d),"direction":"(\w+)"[^\]]*"ruleNumber":\1,"direction":"\2"/.test(numbered);
    if (!clash) expect(verdictOf(backwards(given))).toBe(verdictOf(given));
  }), RUNS);
});

test('the verdict is that of the worst step of the evidence, which is never empty', () => {
  fc.assert(fc.property(facts, given => {
    const { evidence, verdict: whole } = judgeEgress(freeze(given));
    const verdicts = evidence.map(step => step.verdict);
    expect(verdicts[0]).toBe(whole);
    expect(whole).toBe(verdicts.includes('unreachable') ? 'unreachable' : verdicts.includes('unknown') ? 'unknown' : 'reachable');
    for (const { verdict: one, remedy } of evidence) expect(remedy !== undefined || one === 'reachable').toBe(true);
  }), RUNS);
});

test('the host does not change the verdict, and every sentence that names a host of Postman names that one', () => {
  const named = (given: EgressFacts) => JSON.stringify(judgeEgress(given).evidence).match(/api\.observability\.[a-z.]*postman\.com/g) ?? [];
  let count = 0;
  fc.assert(fc.property(facts, given => {
    const inEurope = { ...given, host: 'api.observability.eu.postman.com' };
    expect(judgeEgress(inEurope).host).toBe('api.observability.eu.postman.com');
    expect(judgeEgress(given).host).toBe('api.observability.postman.com');
    expect(verdictOf(inEurope)).toBe(verdictOf(given));
    count += named(inEurope).length;
    expect(named(inEurope)).toEqual(named(given).map(() => 'api.observability.eu.postman.com'));
  }), RUNS);
  expect(count).toBeGreaterThan(20);
});

test('the generated networks have all three verdicts, so the properties are tried on each', () => {
  // With a fixed seed: the question is whether the generator can make each verdict, and not whether it does in this run.
  const seen = fc.sample(facts, { numRuns: 8000, seed: 1 }).map(verdictOf);
  for (const each of ['reachable', 'unreachable', 'unknown']) expect(seen.filter(one => one === each).length).toBeGreaterThan(20);
});
