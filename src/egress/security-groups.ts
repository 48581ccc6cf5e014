import { parseRange, Space, subtract } from './addresses';
import { EgressRule, Fact, isUnknown, SecurityGroupFacts, Unknown } from './facts';
import { Judgement, seen, step } from './outcome';
import { list } from './sentences';

/** Where the groups have to let the traffic out to. */
interface Outlet {
  readonly destination: Space;
  readonly port: number;
  /** How sentences call the destination. */
  readonly where: string;
  /** Whether it may be a member of a security group that a rule names, as a proxy in the VPC or a peer VPC may. */
  readonly mayBeMember: boolean;
}

/** What a rule allows: ranges, nothing that matters here, or something that nobody can see. */
type Admits = { readonly cidrs: readonly string[] } | 'nothing' | Unknown;

/**
 * Whether the security groups of an interface, whose rules are united, let TCP out to a space of addresses on a port. They are
 * stateful, so that answers need no rule.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
export function judgeSecurityGroups(groups: Fact<readonly SecurityGroupFacts[]>, outlet: Outlet): Judgement {
  const { destination, port, where } = outlet;
  return seen(groups, 'security groups', known => {
    const subject = list(known.map(({ id }) => id)) || 'security groups';
    if (known.length === 0) {
      return step('unknown', subject, 'No security group is named, so that the VPC\'s default group applies, whose rules are not in view.', 'Name the security groups.');
    }
    const unknown: string[] = [];
    let left = destination;
    for (const group of known) {
      if (isUnknown(group.egress)) {
        unknown.push(group.egress.unknown);
        continue;
      }
      for (const rule of group.egress) {
        const admits = admittedBy(rule, outlet);
        if (admits === 'nothing') continue;
        if (isUnknown(admits)) unknown.push(admits.unknown);
        else left = admits.cidrs.reduce((rest, cidr) => without(rest, cidr, unknown), left);
      }
    }
    const groupName = known.length === 1 ? `Security group ${subject}` : `Security groups ${subject}`;
    const lets = known.length === 1 ? 'lets' : 'let';
    if (left.length === 0) return step('reachable', subject, `${groupName} ${lets} TCP ${port} out to ${where}.`);
    const remedy = `Add an egress rule for TCP ${port} to ${where === 'the internet' ? '0.0.0.0/0' : where}.`;
    if (unknown.length > 0) {
      return step('unknown', subject, `Whether ${groupName.charAt(0).toLowerCase()}${groupName.slice(1)} ${lets} TCP ${port} out to ${where} is not in view: ${list([...new Set(unknown)])}.`,
        `See that it does, or add such a rule here: TCP ${port} to ${where}.`);
    }
    return sameSpace(left, destination)
      ? step('unreachable', subject, `No egress rule of ${groupName.charAt(0).toLowerCase()}${groupName.slice(1)} admits TCP ${port} to ${where}; ${rulesOf(known)}.`, remedy)
      : step('unknown', subject, `${groupName} ${lets} TCP ${port} out to only a part of ${where}; ${rulesOf(known)}.`,
        `See that the agent's destination is among them, or widen a rule. ${remedy}`);
  }, 'See that their egress rules let TCP out.');
}

function sameSpace(a: Space, b: Space): boolean {
  return a.length === b.length && a.every(([first, last], index) => first === b[index][0] && last === b[index][1]);
}

function without(space: Space, cidr: string, unknown: string[]): Space {
  const range = parseRange(cidr);
  if (!range) {
    unknown.push(`${cidr} is no range`);
    return space;
  }
  return subtract(space, range.span);
}

function admittedBy({ protocol, fromPort, toPort, to }: EgressRule, { port, where, mayBeMember }: Outlet): Admits {
  const doubts: Unknown[] = [];
  if (isUnknown(protocol)) doubts.push(protocol);
  else if (!['-1', 'all', 'tcp', '6'].includes(protocol.toLowerCase())) return 'nothing';
  // A rule for every protocol is for every port, whatever it says; one of an unknown protocol may be such a rule.
  if (!isUnknown(protocol) && !['-1', 'all'].includes(protocol.toLowerCase())) {
    const from = fromPort ?? 0;
    const through = toPort ?? (isUnknown(from) || from > 0 ? from : 65535);
    if (isUnknown(from)) doubts.push(from);
    else if (from > port) return 'nothing';
    if (isUnknown(through)) doubts.push(through);
    else if (through < port && through !== -1) return 'nothing';
  }
  if (isUnknown(to)) return to;
  if ('securityGroup' in to) return mayBeMember ? { unknown: `whether ${where} is a member of group ${to.securityGroup}` } : 'nothing';
  const cidrs: Fact<readonly string[]> = 'cidr' in to ? [to.cidr] : to.cidrs;
  if (isUnknown(cidrs)) return cidrs;
  return doubts.length > 0 ? doubts[0] : { cidrs };
}

/** The rules as a reader would look for them. */
function rulesOf(groups: readonly SecurityGroupFacts[]): string {
  const rules = groups.flatMap(({ egress }) => isUnknown(egress) ? [] : egress)
    .map(rule => `${protocolOf(rule)}${portsOf(rule)} to ${peerOf(rule)}`);
  return rules.length === 0 ? 'there is no rule' : `the rules are: ${list(rules)}`;
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
