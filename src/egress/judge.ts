import { ANYWHERE, isLoopback, parseAddress } from './addresses';
import { judgeDns } from './dns';
import { Destination, EgressFacts, isUnknown } from './facts';
import { allOf, doubted, FINE, Judgement, Outcome, seen, step, unseen, worst } from './outcome';
import { judgeSubnet, Located } from './paths';
import { judgeSecurityGroups } from './security-groups';
import { judgeSameInterface, judgeStartup } from './startup';

/** One judged step of a path. */
export interface Evidence {
  readonly verdict: Outcome;
  /** Which path the step is part of: the agent's own traffic, or what ECS reads before the task's containers start. */
  readonly path: 'agent' | 'startup';
  /** The subnet, group, ACL or VPC that was judged, as its facts name it. */
  readonly subject: string;
  /** A sentence: what was found, naming the subnet, the route and the rule. */
  readonly finding: string;
  /** A sentence: what to change, or what would settle it. Absent if the step is fine. */
  readonly remedy?: string;
}

export interface EgressVerdict {
  /** That of the worst step. */
  readonly verdict: Outcome;
  /** The steps that decide the verdict first; at least one. */
  readonly evidence: readonly Evidence[];
}

const INTERNET: Extract<Destination, { kind: 'internet' }> = { kind: 'internet', port: 443 };

const RANK: { readonly [verdict in Outcome]: number } = { unreachable: 0, unknown: 1, reachable: 2 };

/**
 * Judges whether the agent reaches its destination, and whether ECS can start it, from the facts alone.
 *
 * Every rule answers `unknown` where a fact is missing that could change its answer, so that a verdict is never a guess:
 * forgetting a fact turns a verdict into `unknown` at most.
 */
export function judgeEgress(facts: EgressFacts): EgressVerdict {
  const { destination = INTERNET } = facts;
  const agent = judgePath(facts, destination);
  const goesAsEcsDoes = destination.kind === 'internet' && destination.port === INTERNET.port;
  const startup = goesAsEcsDoes ? judgeSameInterface(facts, agent) : judgeStartup(facts, () => judgePath(facts, INTERNET));
  const evidence = [...tagged(agent, 'agent'), ...startup ? tagged(startup, 'startup') : []];
  return {
    verdict: worst(evidence.map(({ verdict }) => verdict)),
    evidence: evidence.sort((a, b) => RANK[a.verdict] - RANK[b.verdict]),
  };
}

function tagged({ steps }: Judgement, path: Evidence['path']): Evidence[] {
  const told = new Set<string>();
  return steps.flatMap(({ outcome, ...rest }) => {
    // The same finding may decide for one subnet and leave a doubt for another.
    const key = `${outcome} ${rest.subject} ${rest.finding}`;
    if (told.has(key)) return [];
    told.add(key);
    return [{ verdict: outcome, path, ...rest }];
  });
}

function judgePath(facts: EgressFacts, destination: Destination): Judgement {
  const { networkMode, hostKind } = facts;
  if (networkMode === 'none') {
    return step('unreachable', 'network mode', 'Network mode none gives the task no interface.', 'Use network mode awsvpc.');
  }
  if (hostKind === 'EXTERNAL') {
    return step('unknown', 'launch type', 'External instances (ECS Anywhere) stand in a network that is not in view.',
      'See that they reach the internet on TCP 443.');
  }
  const network = allOf([judgeNames(facts.vpc, destination), judgeNetwork(facts, destination)]);
  // What runs the task decides which interface it uses: nothing is certain before that is.
  const unsettled = [networkMode, hostKind].filter(isUnknown);
  if (unsettled.length === 0) return network;
  return allOf([...unsettled.map(fact => unseen('service', fact, 'See what runs the tasks, and in which network mode.')), doubted(network)]);
}

/** Whether the destination's name can be looked up. A literal address needs no name. */
function judgeNames(vpc: EgressFacts['vpc'], { kind }: Destination): Judgement {
  return seen(vpc, 'VPC', known => kind === 'address' ? FINE : judgeDns(known), 'See that it has DNS support and no VPC block public access.');
}

function judgeNetwork(facts: EgressFacts, destination: Destination): Judgement {
  switch (destination.kind) {
    case 'host': return judgeNamedProxy(facts, destination);
    case 'address': return judgeProxy(facts, destination);
    case 'internet': return judgeSubnets(facts, destination);
  }
}

function judgeSubnets(facts: EgressFacts, destination: Located): Judgement {
  return seen(facts.subnets, 'subnets', subnets => subnets.length === 0
    ? step('unknown', 'subnets', 'No subnet is named that the tasks are placed in.', 'Name the subnets.')
    : allOf(subnets.map(subnet => judgeSubnet(facts, subnet, destination))), 'See that the route tables of the subnets lead to the internet.');
}

/** What a proxy lets through is its own matter: the way to it is judged. */
function judgeProxy(facts: EgressFacts, destination: Extract<Destination, { kind: 'address' }>): Judgement {
  const { address, port } = destination;
  const parsed = parseAddress(address);
  if (!parsed) return step('unknown', address, `${address} is no IP address.`, 'Give the proxy an IPv4 or IPv6 address, or a name.');
  const proxy = `the proxy ${parsed.family === 6 && address.includes(':') ? `[${address}]` : address}:${port}`;
  if (isLoopback(parsed.space)) {
    return step('unknown', address, `The agent goes through ${proxy}, which is in the task itself and whose own way out is not in view.`, 'See that it reaches Postman.');
  }
  return allOf([
    judgeSubnets(facts, destination),
    step('reachable', address, `The agent goes through ${proxy}: the way to it is judged, and not what it lets through.`),
  ]);
}

/** A proxy that is known by name may stand anywhere: only what closes every way is certain. */
function judgeNamedProxy({ securityGroups }: EgressFacts, { host, port }: Extract<Destination, { kind: 'host' }>): Judgement {
  const unsettled = step('unknown', host,
    `The agent goes through the proxy ${host}${port === undefined ? '' : `:${port}`}, whose place in the network is not in view.`,
    'See that the tasks reach it and that it reaches Postman, or give its address instead of its name.');
  if (port === undefined) return unsettled;
  return allOf([unsettled, judgeSecurityGroups(securityGroups, { destination: ANYWHERE, port, where: `proxy ${host}`, mayBeMember: true })]);
}
