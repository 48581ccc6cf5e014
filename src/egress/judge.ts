import { ANY_IPV4, ANY_IPV6, isLoopback, parseAddress } from './addresses';
import { EgressCases } from './cases';
import { judgeDns, mayBePrivate } from './dns';
import { evidenceOf } from './evidence';
import { Destination, EgressFacts, isUnknown } from './facts';
import { Memory } from './memory';
import { allOf, anyOf, doubted, doubtedIf, FINE, Judgement, Place, point, seen, unseen, worst } from './outcome';
import { judgeInterface, Located } from './paths';
import { Interface, Placement, placementOf } from './placement';
import { judgeSecurityGroups } from './security-groups';
import { judgeNamesOfStartup, judgeSameInterface, judgeStartup } from './startup';
import { Twins } from './twins';
import { EgressVerdict, Evidence, JudgedPaths, PathPoint } from './verdict';

const INTERNET: Extract<Destination, { kind: 'internet' }> = { kind: 'internet', port: 443 };
const SERVICE: Place = { kind: 'service', id: 'service' };

/**
 * Judges whether the agent reaches its destination, and whether ECS can start it, only from the facts.
 *
 * A rule answers `unknown` if a missing fact could change its answer, so a verdict is never a guess: without one of its facts,
 * a verdict can only become `unknown`.
 *
 * A judge remembers what it has judged of subnets, VPCs and security groups by the objects of their facts, since many services share
 * them: readers give equal subnets as one object, and facts must not change while a judge is used.
 */
export class EgressJudge {
  private readonly memory = new Memory();
  private readonly twins = new Twins(this.memory);

  public judge(facts: EgressFacts): EgressVerdict {
    return this.twins.verdict(facts, () => {
      const paths = this.paths(facts);
      return { paths, verdict: this.verdictOf(paths) };
    });
  }

  /** The verdict if conditions decide which of several networks exists: what all cases agree on, else `unknown`. */
  public judgeCases(cases: EgressCases, host: string): EgressVerdict {
    if (!('tooMany' in cases) && cases.length === 1) return this.judge(cases[0].facts);
    return this.verdictOf(this.pathsOfCases(cases, host));
  }

  /** What {@link judgeCases} judges, as data. */
  public pathsOfCases(cases: EgressCases, host: string): JudgedPaths {
    if ('tooMany' in cases) return this.undecided(host, cases.tooMany);
    if (cases.length === 1) return this.paths(cases[0].facts);
    return this.united(host, cases.map(({ when, facts }) => ({ when, ...this.paths(facts) })));
  }

  public paths(facts: EgressFacts): JudgedPaths {
    const { destination = INTERNET, host } = facts;
    const agent = this.judgePath(facts, destination, destination.kind === 'host' ? destination.host : host);
    const direct = () => this.judgePath(facts, INTERNET, undefined);
    const usesSamePath = destination.kind === 'internet' && destination.port === INTERNET.port;
    // A network that is open to the agent is open to ECS.
    const startup = !usesSamePath ? judgeStartup(facts, direct) : agent.outcome === 'reachable' ? FINE : judgeSameInterface(facts, direct);
    const points = [...this.tagged(agent, 'agent'), ...this.tagged(allOf([startup, judgeNamesOfStartup(facts, this.memory)]), 'startup')];
    return { host, verdict: worst(points.map(({ outcome }) => outcome)), points };
  }

  /** @param name  the name to resolve; undefined for the names of AWS */
  private judgePath(facts: EgressFacts, destination: Destination, name: string | undefined): Judgement {
    const { networkMode, hostKind } = facts;
    if (networkMode === 'none') return point('unreachable', { kind: 'service', id: 'network mode' }, { kind: 'no-interface' });
    if (hostKind === 'EXTERNAL') return point('unknown', { kind: 'service', id: 'launch type' }, { kind: 'external-instances' });
    const placement = placementOf(facts);
    const names = judgeNames(facts, placement, destination, name, this.memory);
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
      ...interfaces.map(from => judgeInterface(facts, from, destination, this.memory)),
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

  private tagged({ points }: Judgement, path: Evidence['path']): PathPoint[] {
    return this.distinct(points.map(one => this.memory.get(one, path, () => ({ ...one, path }))));
  }

  /** Several subnets and ways lead through the same points. */
  private distinct(points: readonly PathPoint[]): PathPoint[] {
    const textOf = (one: PathPoint) => this.memory.get(one, 'text', () => JSON.stringify(one));
    return [...new Map([...new Set(points)].map(one => [textOf(one), one])).values()];
  }

  private verdictOf({ host, verdict, points }: JudgedPaths): EgressVerdict {
    return { host, verdict, evidence: evidenceOf(points, this.memory) };
  }

  private undecided(host: string, conditions: readonly string[]): JudgedPaths {
    return { host, ...this.asPaths(point('unknown', { kind: 'condition', id: 'conditions' }, { kind: 'too-many-conditions', conditions })) };
  }

  private united(host: string, cases: readonly (JudgedPaths & { readonly when: string })[]): JudgedPaths {
    const [first] = cases;
    if (cases.every(({ verdict }) => verdict === first.verdict)) return first;
    const verdicts = cases.map(({ when, verdict }) => ({ when, verdict }));
    const decisive = this.asPaths(point('unknown', { kind: 'condition', id: 'conditions' }, { kind: 'depends-on-condition', verdicts }));
    const rest = cases.filter(({ verdict }) => verdict !== 'reachable').flatMap(({ points }) => points)
      .map((one): PathPoint => one.outcome === 'unreachable' ? { ...one, outcome: 'unknown' } : one);
    return { host, verdict: 'unknown', points: this.distinct([...decisive.points, ...rest]) };
  }

  private asPaths(judgement: Judgement): Pick<JudgedPaths, 'verdict' | 'points'> {
    return { verdict: judgement.outcome, points: this.tagged(judgement, 'agent') };
  }
}

/** Whether the destination's name resolves. A literal address needs no DNS. Who vouches for all subnets vouches for their VPC. */
function judgeNames(
  { vpc, host }: EgressFacts, { interfaces, unseen: hidden }: Placement, { kind }: Destination, name: string | undefined, memory: Memory,
): Judgement {
  const isVouched = hidden.length === 0 && interfaces.length > 0 && interfaces.every(({ subnet }) => subnet.vouchedBy !== undefined);
  if (isUnknown(vpc) && isVouched) return FINE;
  const hasIpv4 = !interfaces.some(({ ipv4 }) => ipv4 === false);
  return seen(vpc, { kind: 'vpc', id: 'VPC' }, 'vpc', known => kind === 'address'
    ? FINE
    : memory.get(known, JSON.stringify(['DNS', name, host, hasIpv4]), () => judgeDns(known, name, host, hasIpv4)));
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
