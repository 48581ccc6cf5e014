import { ANY_IPV4, ANY_IPV6, isLoopback, parseAddress } from './addresses';
import { EgressCases } from './cases';
import { judgeDns, mayBePrivate } from './dns';
import { evidenceOf } from './evidence';
import { Destination, EgressFacts, isUnknown, SubnetFacts } from './facts';
import { allOf, anyOf, doubted, doubtedIf, FINE, Judgement, Place, point, seen, unseen, worst } from './outcome';
import { judgeInterface, Located } from './paths';
import { Interface, Placement, placementOf } from './placement';
import { judgeSecurityGroups } from './security-groups';
import { judgeNamesOfStartup, judgeSameInterface, judgeStartup } from './startup';
import { EgressVerdict, Evidence, JudgedPaths, PathPoint } from './verdict';
import { Way } from './way';

const INTERNET: Extract<Destination, { kind: 'internet' }> = { kind: 'internet', port: 443 };
const SERVICE: Place = { kind: 'service', id: 'service' };

/**
 * Judges whether the agent reaches its destination, and whether ECS can start it, only from the facts.
 *
 * A rule answers `unknown` if a missing fact could change its answer, so a verdict is never a guess: without one of its facts,
 * a verdict can only become `unknown`.
 *
 * A judge remembers the ways out of a subnet by the objects of its facts, since many services share them: readers give equal subnets
 * as one object, and facts must not change while a judge is used.
 */
export class EgressJudge {
  private readonly ways = new WeakMap<SubnetFacts, { readonly vpc: EgressFacts['vpc']; readonly judged: Map<string, Judgement> }>();

  public judge(facts: EgressFacts): EgressVerdict {
    return verdictOf(this.paths(facts));
  }

  /** The verdict if conditions decide which of several networks exists: what all cases agree on, else `unknown`. */
  public judgeCases(cases: EgressCases, host: string): EgressVerdict {
    return verdictOf('tooMany' in cases ? undecided(host, cases.tooMany) : united(host, cases.map(({ when, facts }) => ({ when, ...this.paths(facts) }))));
  }

  public paths(facts: EgressFacts): JudgedPaths {
    const { destination = INTERNET, host } = facts;
    const agent = this.judgePath(facts, destination, destination.kind === 'host' ? destination.host : host);
    const direct = () => this.judgePath(facts, INTERNET, undefined);
    const usesSamePath = destination.kind === 'internet' && destination.port === INTERNET.port;
    // A network that is open to the agent is open to ECS.
    const startup = !usesSamePath ? judgeStartup(facts, direct) : agent.outcome === 'reachable' ? FINE : judgeSameInterface(facts, direct);
    const points = [...tagged(agent, 'agent'), ...tagged(allOf([startup, judgeNamesOfStartup(facts)]), 'startup')];
    return { host, verdict: worst(points.map(({ outcome }) => outcome)), points };
  }

  /** @param name  the name to resolve; undefined for the names of AWS */
  private judgePath(facts: EgressFacts, destination: Destination, name: string | undefined): Judgement {
    const { networkMode, hostKind } = facts;
    if (networkMode === 'none') return point('unreachable', { kind: 'service', id: 'network mode' }, { kind: 'no-interface' });
    if (hostKind === 'EXTERNAL') return point('unknown', { kind: 'service', id: 'launch type' }, { kind: 'external-instances' });
    const placement = placementOf(facts);
    const names = judgeNames(facts, placement, destination, name);
    const path = this.judgeNetwork(facts, placement, destination);
    // A private zone may answer with an address of the VPC, which needs no way to the internet.
    const isElsewhere = destination.kind !== 'address' && name !== undefined && mayBePrivate(facts.vpc, name);
    const network = allOf([names, doubtedIf(isElsewhere, path)]);
    // What runs the task decides which interface it uses. Until that is known, nothing is certain.
    const unsettled = [networkMode, hostKind].filter(isUnknown);
    if (unsettled.length === 0) return network;
    return allOf([...unsettled.map(fact => unseen(SERVICE, fact, 'service')), doubted(network)]);
  }

  private judgeNetwork(facts: EgressFacts, placement: Placement, destination: Destination): Judgement {
    switch (destination.kind) {
      case 'host': return judgeNamedProxy(facts, placement, destination);
      case 'address': return this.judgeProxy(facts, placement, destination);
      case 'internet': return this.judgeInterfaces(facts, placement, destination);
    }
  }

  private judgeInterfaces(facts: EgressFacts, { interfaces, unseen: hidden }: Placement, destination: Located): Judgement {
    const subnets: Place = { kind: 'service', id: 'subnets' };
    if (interfaces.length + hidden.length === 0) return point('unknown', subnets, { kind: 'no-subnet-named' });
    return allOf([
      ...interfaces.map(from => judgeInterface(facts, from, destination, (way, judge) => this.remember(way, judge))),
      ...hidden.map(fact => unseen(subnets, fact, 'subnets')),
    ]);
  }

  /** Judges the path to a proxy, and not what the proxy allows. */
  private judgeProxy(facts: EgressFacts, placement: Placement, destination: Extract<Destination, { kind: 'address' }>): Judgement {
    const { address, port } = destination;
    const place: Place = { kind: 'proxy', id: address };
    const parsed = parseAddress(address);
    if (!parsed) return point('unknown', place, { kind: 'proxy-not-an-address', address });
    const proxy = `the proxy ${parsed.family === 6 && address.includes(':') ? `[${address}]` : address}:${port}`;
    if (isLoopback(parsed.space)) return point('unknown', place, { kind: 'proxy-in-task', proxy, host: facts.host });
    return allOf([this.judgeInterfaces(facts, placement, destination), point('reachable', place, { kind: 'proxy-path-only', proxy })]);
  }

  private remember(way: Way, judge: () => Judgement): Judgement {
    const { kind, where, isLiteral, port, vpc, destinationSubnet, from: { subnet, owner, hostKind, publicIpv4 } } = way;
    let known = this.ways.get(subnet);
    if (known?.vpc !== vpc) this.ways.set(subnet, known = { vpc, judged: new Map() });
    const key = JSON.stringify([kind, where, isLiteral, port, owner, hostKind, publicIpv4, destinationSubnet]);
    let judged = known!.judged.get(key);
    if (!judged) known!.judged.set(key, judged = judge());
    return judged;
  }
}

/** Whether the destination's name resolves. A literal address needs no DNS. Who vouches for all subnets vouches for their VPC. */
function judgeNames(
  { vpc, host }: EgressFacts, { interfaces, unseen: hidden }: Placement, { kind }: Destination, name: string | undefined,
): Judgement {
  const isVouched = hidden.length === 0 && interfaces.length > 0 && interfaces.every(({ subnet }) => subnet.vouchedBy !== undefined);
  if (isUnknown(vpc) && isVouched) return FINE;
  const hasIpv4 = !interfaces.some(({ ipv4 }) => ipv4 === false);
  return seen(vpc, { kind: 'vpc', id: 'VPC' }, 'vpc', known => kind === 'address' ? FINE : judgeDns(known, name, host, hasIpv4));
}

/** A proxy that is known only by name may be anywhere: only what blocks every address is certain. */
function judgeNamedProxy({ host: postman }: EgressFacts, { interfaces }: Placement, { host, port }: Extract<Destination, { kind: 'host' }>): Judgement {
  const proxy = `${host}${port === undefined ? '' : `:${port}`}`;
  const unsettled = point('unknown', { kind: 'proxy', id: host }, { kind: 'proxy-by-name', proxy, host: postman });
  return port === undefined ? unsettled : allOf([unsettled, ...interfaces.map(from => judgeOutlet(from, port, `the proxy ${host}`))]);
}

function judgeOutlet({ securityGroups, ipv4, ipv6 }: Interface, port: number, where: string): Judgement {
  const spaces = [...ipv4 === false ? [] : [ANY_IPV4], ...ipv6 === false ? [] : [ANY_IPV6]];
  return anyOf(spaces.map(peers => judgeSecurityGroups(securityGroups, { peers, port, where, mayBeMember: true })));
}

function tagged({ points }: Judgement, path: Evidence['path']): PathPoint[] {
  return distinct(points.map(one => ({ ...one, path })));
}

/** Several subnets and ways lead through the same points. */
function distinct(points: readonly PathPoint[]): PathPoint[] {
  return [...new Map(points.map(one => [JSON.stringify(one), one])).values()];
}

function verdictOf({ host, verdict, points }: JudgedPaths): EgressVerdict {
  return { host, verdict, evidence: evidenceOf(points) };
}

function undecided(host: string, conditions: readonly string[]): JudgedPaths {
  return { host, ...asPaths(point('unknown', { kind: 'condition', id: 'conditions' }, { kind: 'too-many-conditions', conditions })) };
}

function united(host: string, cases: readonly (JudgedPaths & { readonly when: string })[]): JudgedPaths {
  const [first] = cases;
  if (cases.every(({ verdict }) => verdict === first.verdict)) return first;
  const verdicts = cases.map(({ when, verdict }) => ({ when, verdict }));
  const decisive = asPaths(point('unknown', { kind: 'condition', id: 'conditions' }, { kind: 'depends-on-condition', verdicts }));
  const rest = cases.filter(({ verdict }) => verdict !== 'reachable').flatMap(({ points }) => points)
    .map((one): PathPoint => one.outcome === 'unreachable' ? { ...one, outcome: 'unknown' } : one);
  return { host, verdict: 'unknown', points: distinct([...decisive.points, ...rest]) };
}

function asPaths(judgement: Judgement): Pick<JudgedPaths, 'verdict' | 'points'> {
  return { verdict: judgement.outcome, points: tagged(judgement, 'agent') };
}
