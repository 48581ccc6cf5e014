import { Destination, EgressFacts, isUnknown, SubnetFacts, VpcFacts } from './facts';
import { judgeAclOf, judgeHop, Way } from './hops';
import { allOf, anyOf, doubted, Judgement, list, seen, step, unseen, worst } from './judgement';
import { ANYWHERE, isPublic, NAT64, parseAddress, parseRange, PUBLIC_IPV4, PUBLIC_IPV6, Space } from './ranges';
import { judgeRoutes } from './routing';
import { judgeSecurityGroups } from './security-groups';

export type Outcome = 'reachable' | 'unreachable' | 'unknown';

/** One judged step of a path. */
export interface Evidence {
  readonly outcome: Outcome;
  /** Which path the step is part of: the agent's own traffic, or what ECS reads before the task's containers start. */
  readonly path: 'agent' | 'startup';
  /** The subnet, group, ACL or VPC that was judged, as its facts name it. */
  readonly subject: string;
  /** A sentence: what was found, naming the subnet, the route and the rule. */
  readonly finding: string;
  /** A sentence: what to change, or what would settle it. Absent where the step is fine. */
  readonly remedy?: string;
}

export interface EgressVerdict {
  /** That of the worst step. */
  readonly outcome: Outcome;
  /** The steps that decide the outcome first; at least one. */
  readonly evidence: readonly Evidence[];
}

const INTERNET: Destination = { kind: 'internet', port: 443 };

/**
 * Judges whether the agent reaches its destination, and whether ECS can start it, from the facts alone.
 *
 * Every rule answers `unknown` where a fact is missing that could change its answer, so that a verdict is never a guess:
 * forgetting a fact turns a verdict into `unknown` at most.
 */
export function judgeEgress(facts: EgressFacts): EgressVerdict {
  const agent = judgePath(facts, facts.destination ?? INTERNET);
  const startup = facts.destination === undefined || facts.destination.kind === 'internet' ? undefined : judgeStartup(facts);
  const evidence = [...tagged(agent, 'agent'), ...startup ? tagged(startup, 'startup') : []];
  const rank = { unreachable: 0, unknown: 1, reachable: 2 };
  return {
    outcome: worst(evidence.map(({ outcome }) => outcome)),
    evidence: evidence.sort((a, b) => rank[a.outcome] - rank[b.outcome]),
  };
}

function tagged({ steps }: Judgement, path: Evidence['path']): Evidence[] {
  const told = new Set<string>();
  return steps.flatMap(one => {
    // The same finding may decide for one subnet and leave a doubt for another.
    const key = `${one.outcome} ${one.subject} ${one.finding}`;
    if (told.has(key)) return [];
    told.add(key);
    return [{ path, ...one }];
  });
}

function judgePath(facts: EgressFacts, destination: Destination): Judgement {
  const { networkMode, hostKind } = facts;
  if (networkMode === 'none') {
    return step('unreachable', 'network mode', 'Network mode none gives the task no interface.', 'Use network mode awsvpc.');
  }
  if (hostKind === 'EXTERNAL') {
    return step('unknown', 'launch type', 'External instances (ECS Anywhere) stand in a network that is not in view.', 'See that they reach the internet on TCP 443.');
  }
  const network = allOf([judgeNames(facts.vpc, destination), judgeNetwork(facts, destination)]);
  // What runs the task decides which interface it uses: nothing is certain before that is.
  const unsettled = [networkMode, hostKind].filter(isUnknown);
  return unsettled.length === 0 ? network : allOf([...unsettled.map(fact => unseen('service', fact, 'See what runs the tasks, and in which network mode.')), doubted(network)]);
}

/** Whether the destination's name can be looked up. A literal address needs no name. */
function judgeNames(vpc: EgressFacts['vpc'], destination: Destination): Judgement {
  if (destination.kind === 'address') return isUnknown(vpc) ? unseen('VPC', vpc, 'See that its settings let the traffic out.') : { outcome: 'reachable', steps: [] };
  return seen(vpc, 'VPC', known => allOf([
    seen(known.dnsSupport, `VPC ${known.id}`, on => on
      ? { outcome: 'reachable', steps: [] }
      : step('unreachable', `VPC ${known.id}`, `VPC ${known.id} has DNS support off, so that no name is found.`, 'Turn on DNS support (enableDnsSupport).'), 'See that DNS support is on.'),
    seen(known.domainNameServers, `VPC ${known.id}`, servers => judgeServers(known, servers), 'See that its name servers resolve public names.'),
  ]), 'See that it has DNS support and no VPC block public access.');
}

function judgeServers({ id }: VpcFacts, servers: readonly string[]): Judgement {
  const own = servers.filter(server => server !== 'AmazonProvidedDNS');
  return own.length === 0
    ? { outcome: 'reachable', steps: [] }
    : step('unknown', `VPC ${id}`, `The DHCP options of VPC ${id} name ${list(own)} for DNS, which ${own.length === 1 ? 'is' : 'are'} not in view.`, 'See that public names such as api.observability.postman.com are found there.');
}

function judgeNetwork(facts: EgressFacts, destination: Destination): Judgement {
  if (destination.kind === 'host') return judgeNamedProxy(facts, destination);
  return seen(facts.subnets, 'subnets', subnets => subnets.length === 0
    ? step('unknown', 'subnets', 'No subnet is named that the tasks are placed in.', 'Name the subnets.')
    : allOf(subnets.map(subnet => judgeSubnet(facts, subnet, destination))), 'See that the route tables of the subnets lead to the internet.');
}

/** A proxy that is known by name may stand anywhere: only what closes every way is certain. */
function judgeNamedProxy(facts: EgressFacts, { host, port }: Extract<Destination, { kind: 'host' }>): Judgement {
  const unsettled = step('unknown', host, `The agent goes through the proxy ${host}${port === undefined ? '' : `:${port}`}, whose place in the network is not in view.`,
    'See that the tasks reach it and that it reaches Postman, or give its address instead of its name.');
  return port === undefined ? unsettled : allOf([unsettled, judgeSecurityGroups(facts.securityGroups, ANYWHERE, port, `proxy ${host}`)]);
}

function judgeSubnet(facts: EgressFacts, subnet: SubnetFacts, destination: Exclude<Destination, { kind: 'host' }>): Judgement {
  const ways = waysTo(destination, subnet);
  if (!ways) {
    const { address } = destination as Extract<Destination, { kind: 'address' }>;
    return step('unknown', address, `${address} is no IP address.`, 'Give the proxy an IPv4 or IPv6 address, or a name.');
  }
  return anyOf(ways.map(({ caveats, ...rest }) => {
    const way: Way = { ...rest, port: destination.port, hostKind: facts.hostKind, ownInterface: facts.networkMode === 'awsvpc' || isUnknown(facts.networkMode), vpc: facts.vpc, subnet };
    return allOf([
      ...caveats,
      judgePlace(way),
      judgeSecurityGroups(facts.securityGroups, way.destination, way.port, way.where),
    ]);
  }));
}

/** Many services stand in the same subnets of the same VPC, and go the same ways out of them: those are judged once. */
const places = new WeakMap<SubnetFacts, { readonly vpc: EgressFacts['vpc']; readonly ways: Map<string, Judgement> }>();

function judgePlace(way: Way): Judgement {
  const { subnet, vpc, kind, where, port, hostKind, ownInterface } = way;
  let known = places.get(subnet);
  if (known?.vpc !== vpc) places.set(subnet, known = { vpc, ways: new Map() });
  const key = [kind, where, port, isUnknown(hostKind) || hostKind, ownInterface].join();
  let judged = known!.ways.get(key);
  if (!judged) {
    judged = allOf([judgeRoutes(inVpc(way), way.destination, subnet.id, where, judgeHop(way)), judgeAclOf(way)]);
    known!.ways.set(key, judged);
  }
  return judged;
}

type Possible = Pick<Way, 'kind' | 'isPublic' | 'destination' | 'where'> & { readonly caveats: readonly Judgement[] };

/** The ways that are worth a look: IPv4, and IPv6 where the interface has or may have it. */
function waysTo(destination: Exclude<Destination, { kind: 'host' }>, subnet: SubnetFacts): Possible[] | undefined {
  if (destination.kind === 'address') return waysToAddress(destination.address);
  const ipv4: Possible = { kind: 'ipv4', isPublic: true, destination: PUBLIC_IPV4, where: 'the internet', caveats: [] };
  if (subnet.ipv6 === false) return [ipv4];
  const subject = `subnet ${subnet.id}`;
  const hasIpv6 = isUnknown(subnet.ipv6) ? [unseen(subject, subnet.ipv6, 'See whether the interface gets an IPv6 address.')] : [];
  const translated: Possible = {
    kind: 'nat64',
    isPublic: true,
    destination: NAT64,
    where: 'the internet by NAT64 (64:ff9b::/96)',
    caveats: [...hasIpv6, ...isUnknown(subnet.dns64) ? [unseen(subject, subnet.dns64, 'See whether the subnet has DNS64.')] : []],
  };
  const ipv6: Possible = {
    kind: 'ipv6',
    isPublic: true,
    destination: PUBLIC_IPV6,
    where: 'the internet by IPv6',
    caveats: [...hasIpv6, step('unknown', subject, `Subnet ${subnet.id} may lead out by IPv6 alone, which reaches only hosts that have an IPv6 address.`, 'Add a way out by IPv4, or DNS64 and a route for 64:ff9b::/96 to a NAT gateway.')],
  };
  return [ipv4, ...subnet.dns64 === false ? [] : [translated], ipv6];
}

function waysToAddress(address: string): Possible[] | undefined {
  const parsed = parseAddress(address);
  return parsed && [{
    kind: parsed.family === 4 ? 'ipv4' : 'ipv6', isPublic: isPublic(parsed.space), destination: parsed.space, where: address, caveats: [],
  }];
}

/** For a destination inside the VPC, the local routes that every table has without saying so. */
function inVpc({ subnet, vpc, isPublic: outside, destination }: Way): SubnetFacts['routes'] {
  if (isUnknown(subnet.routes) || outside) return subnet.routes;
  const cidrs = isUnknown(vpc) ? [vpc] : isUnknown(vpc.cidrs) ? [vpc.cidrs] : vpc.cidrs.filter(cidr => covers(cidr, destination));
  return [...subnet.routes, ...cidrs.map(cidr => ({ destination: { cidr }, target: { kind: 'local' } as const }))];
}

function covers(cidr: string, space: Space): boolean {
  const range = parseRange(cidr);
  return range !== undefined && space.every(([first, last]) => range.span[0] <= first && last <= range.span[1]);
}

/**
 * With a proxy, the agent's traffic and that of ECS part: the image and the secret are read directly, over the task's
 * interface on Fargate and over the instance's elsewhere.
 */
function judgeStartup(facts: EgressFacts): Judgement | undefined {
  const { startup, hostKind } = facts;
  if (startup === undefined || facts.networkMode === 'none' || hostKind === 'EXTERNAL') return undefined;
  const direct = judgePath(facts, INTERNET);
  if (direct.outcome !== 'unreachable') return direct;
  if (hostKind !== 'FARGATE') {
    return allOf([step('unknown', 'startup', 'The container instance reads the image and the secret over its own interface, which is not in view.', 'See that the instances reach the registry and Secrets Manager.'), doubted(direct)]);
  }
  return startup.endpointServices === undefined ? direct : servedByEndpoints(facts.vpc, startup.endpointServices, direct);
}

/** VPC endpoints can stand in for the internet; whether their policies and groups let the task in is not judged. */
function servedByEndpoints(vpc: EgressFacts['vpc'], services: readonly string[], direct: Judgement): Judgement {
  const remedy = `See that VPC endpoints for ${list(services)} serve the task's subnets.`;
  if (isUnknown(vpc)) return doubted(direct);
  return seen(vpc.endpoints, `VPC ${vpc.id}`, endpoints => {
    const missing = services.filter(service => !endpoints.includes(service));
    return missing.length === 0
      ? step('unknown', `VPC ${vpc.id}`, `ECS reads the image and the secret over the VPC endpoints for ${list(services)}, whose policies and security groups are not judged.`, remedy)
      : step('unreachable', `VPC ${vpc.id}`, `ECS cannot read the image and the secret: there is no way out to the internet, and VPC ${vpc.id} has no endpoint for ${list(missing)}.`,
        `Add VPC endpoints for ${list(missing)}, or a way out to the internet.`);
  }, remedy);
}
