import { ANYWHERE, isLoopback, parseAddress } from './addresses';
import { judgeDns } from './dns';
import { Destination, EgressFacts, isUnknown } from './facts';
import { allOf, doubted, FINE, Judgement, Outcome, seen, Step, step, unseen, worst } from './outcome';
import { judgeSubnet, Located } from './paths';
import { judgeSecurityGroups } from './security-groups';
import { judgeSameInterface, judgeStartup } from './startup';

/** One judged step, as results show it. */
export interface Evidence extends Omit<Step, 'outcome'> {
  readonly verdict: Outcome;
  /** Which path the step is part of: the agent's own traffic, or what ECS reads before the task's containers start. */
  readonly path: 'agent' | 'startup';
}

export interface EgressVerdict {
  /** Postman's host that the agent sends to. */
  readonly host: string;
  /** That of the worst step. */
  readonly verdict: Outcome;
  /** The steps that decide the verdict first; at least one. */
  readonly evidence: readonly Evidence[];
}

const INTERNET: Extract<Destination, { kind: 'internet' }> = { kind: 'internet', port: 443 };

const RANK: { readonly [verdict in Outcome]: number } = { unreachable: 0, unknown: 1, reachable: 2 };

/**
 * Judges whether the agent reaches its destination, and whether ECS can start it, only from the facts.
 *
 * A rule answers `unknown` if a missing fact could change its answer, so a verdict is never a guess: without one of its facts,
 * a verdict can only become `unknown`.
 */
export function judgeEgress(facts: EgressFacts): EgressVerdict {
  const { destination = INTERNET, host } = facts;
  const agent = judgePath(facts, destination);
  const usesSamePath = destination.kind === 'internet' && destination.port === INTERNET.port;
  const startup = usesSamePath ? judgeSameInterface(facts, agent) : judgeStartup(facts, () => judgePath(facts, INTERNET));
  const evidence = [...tagged(agent, 'agent'), ...startup ? tagged(startup, 'startup') : []];
  return {
    host,
    verdict: worst(evidence.map(({ verdict }) => verdict)),
    evidence: evidence.sort((a, b) => RANK[a.verdict] - RANK[b.verdict]),
  };
}

function tagged({ steps }: Judgement, path: Evidence['path']): Evidence[] {
  const known = new Set<string>();
  return steps.flatMap(({ outcome, ...rest }) => {
    // The same finding may decide for one subnet and leave a doubt for another.
    const key = `${outcome} ${rest.subject} ${rest.finding}`;
    if (known.has(key)) return [];
    known.add(key);
    return [{ verdict: outcome, path, ...rest }];
  });
}

function judgePath(facts: EgressFacts, destination: Destination): Judgement {
  const { networkMode, hostKind } = facts;
  if (networkMode === 'none') {
    return step('unreachable', 'network mode', 'Network mode none gives the task no network interface.', 'Use network mode awsvpc.');
  }
  if (hostKind === 'EXTERNAL') {
    return step('unknown', 'launch type', 'External instances (ECS Anywhere) are in a network that cannot be seen from here.',
      'Check that they reach the internet on TCP 443.');
  }
  const network = allOf([judgeNames(facts, destination), judgeNetwork(facts, destination)]);
  // What runs the task decides which interface it uses. Until that is known, nothing is certain.
  const unsettled = [networkMode, hostKind].filter(isUnknown);
  if (unsettled.length === 0) return network;
  return allOf([...unsettled.map(fact => unseen('service', fact, 'Check what runs the tasks, and in which network mode.')), doubted(network)]);
}

/** Whether the destination's name resolves. A literal address needs no DNS. */
function judgeNames({ vpc, host }: EgressFacts, { kind }: Destination): Judgement {
  return seen(vpc, 'VPC', known => kind === 'address' ? FINE : judgeDns(known, host), 'Check that the VPC has DNS support on and VPC block public access off.');
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
    ? step('unknown', 'subnets', 'No subnet is named for the tasks.', 'Name the subnets.')
    : allOf(subnets.map(subnet => judgeSubnet(facts, subnet, destination))), 'Check that the route tables of the subnets lead to the internet.');
}

/** Judges the path to a proxy, and not what the proxy allows. */
function judgeProxy(facts: EgressFacts, destination: Extract<Destination, { kind: 'address' }>): Judgement {
  const { address, port } = destination;
  const parsed = parseAddress(address);
  if (!parsed) return step('unknown', address, `The proxy address "${address}" is not an IP address.`, 'Give the proxy an IPv4 or IPv6 address, or a name.');
  const proxy = `the proxy ${parsed.family === 6 && address.includes(':') ? `[${address}]` : address}:${port}`;
  if (isLoopback(parsed.space)) {
    return step('unknown', address, `The agent uses ${proxy}, which is in the task itself; its own path to the internet cannot be seen from here.`,
      `Check that the proxy reaches ${facts.host}.`);
  }
  return allOf([
    judgeSubnets(facts, destination),
    step('reachable', address, `The agent uses ${proxy}: the path to the proxy is checked, but not what the proxy allows.`),
  ]);
}

/** A proxy that is known only by name may be anywhere: only what blocks every address is certain. */
function judgeNamedProxy({ securityGroups, host: postman }: EgressFacts, { host, port }: Extract<Destination, { kind: 'host' }>): Judgement {
  const unsettled = step('unknown', host,
    `The agent uses the proxy ${host}${port === undefined ? '' : `:${port}`}, which is known only by name, so the path to it cannot be checked.`,
    `Check that the tasks reach the proxy and that it reaches ${postman}, or give its address instead of its name.`);
  if (port === undefined) return unsettled;
  return allOf([unsettled, judgeSecurityGroups(securityGroups, { destination: ANYWHERE, port, where: `the proxy ${host}`, mayBeMember: true })]);
}
