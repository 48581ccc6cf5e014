import { overlaps, parseRange, Space, subtract } from './addresses';
import { Fact, isUnknown, RulePeer, RuleTraffic, SecurityGroupFacts, Unknown } from './facts';
import { Judgement, Place, point, seen } from './outcome';
import { list } from './sentences';

/** The traffic that the groups must allow. */
interface Outlet {
  /** The addresses at the other end. */
  readonly peers: Space;
  readonly port: number;
  /** Name of the other end in messages. */
  readonly where: string;
  /** Whether the other end may be a member of a security group that a rule names, such as a proxy in the VPC or a peer VPC. */
  readonly mayBeMember: boolean;
}

type Rule = RuleTraffic & { readonly peer: Fact<RulePeer> };

interface Group {
  readonly id: string;
  readonly rules: Fact<readonly Rule[]>;
}

/** What a rule allows: ranges, nothing that matters here, or something that cannot be seen. */
type Allowed = { readonly cidrs: readonly string[] } | 'nothing' | Unknown;

/**
 * Whether the security groups of an interface allow TCP to the destination. Their rules add up. They are stateful, so replies need
 * no rule.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
export function judgeSecurityGroups(groups: Fact<readonly SecurityGroupFacts[]>, outlet: Outlet): Judgement {
  const read = ({ id, egress }: SecurityGroupFacts): Group => ({
    id, rules: isUnknown(egress) ? egress : egress.map(rule => ({ ...rule, peer: rule.to })),
  });
  return judge(groups, read, outlet, false);
}

/** Whether the security groups of an instance that forwards let the connection in. */
export function judgeInbound(groups: Fact<readonly SecurityGroupFacts[]>, outlet: Outlet): Judgement {
  const read = ({ id, ingress = { unknown: `the ingress rules of security group ${id} were not read` } }: SecurityGroupFacts): Group => ({
    id, rules: isUnknown(ingress) ? ingress : ingress.map(rule => ({ ...rule, peer: rule.from })),
  });
  return judge(groups, read, outlet, true);
}

function judge(
  groups: Fact<readonly SecurityGroupFacts[]>, read: (group: SecurityGroupFacts) => Group, outlet: Outlet, isInbound: boolean,
): Judgement {
  const { peers, port, where } = outlet;
  return seen(groups, { kind: 'security-groups', id: 'security groups' }, 'security-groups', facts => {
    const known = facts.map(read);
    const names = known.map(({ id }) => id);
    const place: Place = { kind: 'security-groups', id: list(names) || 'security groups' };
    if (known.length === 0) return point('unknown', place, { kind: 'no-group-named' });
    const { left, unknown } = unite(known, outlet);
    const traffic = { groups: names, port, where, ...isInbound ? { isInbound } : {} };
    if (left.length === 0) return point('reachable', place, { kind: 'groups-allow', ...traffic });
    if (unknown.length > 0) return point('unknown', place, { kind: 'groups-unseen', unknown: [...new Set(unknown)], ...traffic });
    const rules = known.flatMap(group => isUnknown(group.rules) ? [] : group.rules)
      .filter(rule => !isPlaceholder(rule)).map(rule => describeRule(rule, isInbound));
    return sameSpace(left, peers)
      ? point('unreachable', place, { kind: 'groups-deny', rules, ...traffic })
      : point('unknown', place, { kind: 'groups-allow-part', rules, ...traffic });
  });
}

/** What of the peers no rule allows, and what is not known of the rules that may allow it. */
function unite(groups: readonly Group[], outlet: Outlet): { readonly left: Space; readonly unknown: readonly string[] } {
  const unknown: string[] = [];
  let left = outlet.peers;
  for (const { rules } of groups) {
    if (isUnknown(rules)) {
      unknown.push(rules.unknown);
      continue;
    }
    for (const rule of rules) {
      const allowed = allowedBy(rule, outlet);
      if (allowed === 'nothing') continue;
      if (isUnknown(allowed)) unknown.push(allowed.unknown);
      else left = allowed.cidrs.reduce((rest, cidr) => without(rest, cidr, unknown), left);
    }
  }
  return { left, unknown };
}

function sameSpace(a: Space, b: Space): boolean {
  return a.length === b.length && a.every(([first, last], index) => first === b[index][0] && last === b[index][1]);
}

function without(space: Space, cidr: string, unknown: string[]): Space {
  const range = parseRange(cidr);
  if (!range) {
    unknown.push(`"${cidr}" is not a CIDR range`);
    return space;
  }
  return subtract(space, range.span);
}

function allowedBy({ protocol, fromPort, toPort, peer }: Rule, { port, where, mayBeMember, peers }: Outlet): Allowed {
  const doubts: Unknown[] = [];
  if (isUnknown(protocol)) doubts.push(protocol);
  else if (!['-1', 'all', 'tcp', '6'].includes(protocol.toLowerCase())) return 'nothing';
  // A rule for all protocols is for all ports, whatever ports it names. A rule of unknown protocol may be such a rule.
  if (!isUnknown(protocol) && !['-1', 'all'].includes(protocol.toLowerCase())) {
    const from = fromPort ?? 0;
    const through = toPort ?? (isUnknown(from) || from > 0 ? from : 65535);
    if (isUnknown(from)) doubts.push(from);
    else if (from > port) return 'nothing';
    if (isUnknown(through)) doubts.push(through);
    else if (through < port && through !== -1) return 'nothing';
  }
  if (isUnknown(peer)) return peer;
  if ('securityGroup' in peer) return mayBeMember ? { unknown: `a rule allows group ${peer.securityGroup}, and ${where} may be a member of it` } : 'nothing';
  // The addresses of an AWS service are not those of other hosts.
  if ('prefixList' in peer && peer.awsService !== undefined) return 'nothing';
  const cidrs: Fact<readonly string[]> = 'cidr' in peer ? [peer.cidr] : peer.cidrs;
  if (isUnknown(cidrs)) return cidrs;
  // A rule of which something is not known does not matter if it is for other addresses.
  if (doubts.length > 0) return cidrs.some(cidr => overlaps(peers, [parseRange(cidr)?.span ?? peers[0]])) ? doubts[0] : 'nothing';
  return { cidrs };
}

/** The rule that the CDK writes if a group has no rule, since EC2 would add one that allows everything. */
function isPlaceholder({ protocol, fromPort, toPort, peer }: Rule): boolean {
  return protocol === 'icmp' && fromPort === 252 && toPort === 86 && !isUnknown(peer) && 'cidr' in peer && peer.cidr === '255.255.255.255/32';
}

function describeRule(rule: Rule, isInbound: boolean): string {
  return `${protocolOf(rule)}${portsOf(rule)} ${isInbound ? 'from' : 'to'} ${peerOf(rule)}`;
}

function protocolOf({ protocol }: Rule): string {
  return protocol === '-1' ? 'all' : text(protocol);
}

function portsOf({ fromPort, toPort }: Rule): string {
  if (fromPort === undefined || fromPort === -1) return '';
  return toPort === undefined || toPort === fromPort ? ` ${text(fromPort)}` : ` ${text(fromPort)}-${text(toPort)}`;
}

function peerOf({ peer }: Rule): string {
  if (isUnknown(peer)) return '?';
  if ('cidr' in peer) return peer.cidr;
  if ('securityGroup' in peer) return `group ${peer.securityGroup}`;
  return `prefix list ${peer.prefixList}${peer.awsService === undefined ? '' : ` (${peer.awsService})`}`;
}

function text(fact: Fact<string | number>): string {
  return isUnknown(fact) ? '?' : String(fact);
}
