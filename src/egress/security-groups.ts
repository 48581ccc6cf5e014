import { parseRange, Space, subtract } from './addresses';
import { EgressRule, Fact, isUnknown, SecurityGroupFacts, Unknown } from './facts';
import { Judgement, seen, step } from './outcome';
import { capital, list } from './sentences';

/** The traffic that the groups must allow. */
interface Outlet {
  readonly destination: Space;
  readonly port: number;
  /** Name of the destination in messages. */
  readonly where: string;
  /** Whether the destination may be a member of a security group that a rule names, such as a proxy in the VPC or a peer VPC. */
  readonly mayBeMember: boolean;
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
  const { destination, port, where } = outlet;
  return seen(groups, 'security groups', known => {
    const subject = list(known.map(({ id }) => id)) || 'security groups';
    if (known.length === 0) {
      return step('unknown', subject, 'No security group is named, so the VPC\'s default group applies. Its rules cannot be seen from here.',
        'Name the security groups.');
    }
    const unknown: string[] = [];
    let left = destination;
    for (const group of known) {
      if (isUnknown(group.egress)) {
        unknown.push(group.egress.unknown);
        continue;
      }
      for (const rule of group.egress) {
        const allowed = allowedBy(rule, outlet);
        if (allowed === 'nothing') continue;
        if (isUnknown(allowed)) unknown.push(allowed.unknown);
        else left = allowed.cidrs.reduce((rest, cidr) => without(rest, cidr, unknown), left);
      }
    }
    const groupName = known.length === 1 ? `security group ${subject}` : `security groups ${subject}`;
    const allow = known.length === 1 ? 'allows' : 'allow';
    if (left.length === 0) return step('reachable', subject, `${capital(groupName)} ${allow} TCP ${port} to ${where}.`);
    const rule = `an egress rule for TCP ${port} to ${where === 'the internet' ? '0.0.0.0/0' : where}`;
    if (unknown.length > 0) {
      return step('unknown', subject, `It is unknown whether ${groupName} ${allow} TCP ${port} to ${where}: ${list([...new Set(unknown)])}.`,
        `Check that ${known.length === 1 ? 'it does' : 'they do'}, or add ${rule}.`);
    }
    return sameSpace(left, destination)
      ? step('unreachable', subject, `No egress rule of ${groupName} allows TCP ${port} to ${where}; ${rulesOf(known)}.`, `Add ${rule}.`)
      : step('unknown', subject, `${capital(groupName)} ${allow} TCP ${port} to only some addresses of ${where}; ${rulesOf(known)}.`,
        `Check that the rules cover the agent's destination, or add ${rule}.`);
  }, 'Check that the egress rules of the security groups allow the traffic.');
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

function allowedBy({ protocol, fromPort, toPort, to }: EgressRule, { port, where, mayBeMember }: Outlet): Allowed {
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
  if (isUnknown(to)) return to;
  if ('securityGroup' in to) return mayBeMember ? { unknown: `a rule allows group ${to.securityGroup}, and ${where} may be a member of it` } : 'nothing';
  const cidrs: Fact<readonly string[]> = 'cidr' in to ? [to.cidr] : to.cidrs;
  if (isUnknown(cidrs)) return cidrs;
  return doubts.length > 0 ? doubts[0] : { cidrs };
}

/** The rules as a clause. */
function rulesOf(groups: readonly SecurityGroupFacts[]): string {
  const rules = groups.flatMap(({ egress }) => isUnknown(egress) ? [] : egress)
    .map(rule => `${protocolOf(rule)}${portsOf(rule)} to ${peerOf(rule)}`);
  return rules.length === 0 ? 'there are no egress rules' : `the rules are: ${list(rules)}`;
}

function protocolOf({ protocol }: EgressRule): string {
  return protocol === '-1' ? 'all' : text(protocol);
}

function portsOf({ fromPort, toPort }: EgressRule): string {
  if (fromPort === undefined || fromPort === -1) return '';
  return toPort === undefined || toPort === fromPort ? ` ${text(fromPort)}` : ` ${text(fromPort)}-${text(toPort)}`;
}

function peerOf({ to }: EgressRule): string {
  if (isUnknown(to)) return '?';
  if ('cidr' in to) return to.cidr;
  return 'securityGroup' in to ? `group ${to.securityGroup}` : `prefix list ${to.prefixList}`;
}

function text(fact: Fact<string | number>): string {
  return isUnknown(fact) ? '?' : String(fact);
}
