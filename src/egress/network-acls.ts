import { intersect, parseRange, Space, subtract } from './addresses';
import { Fact, isUnknown, NetworkAclEntry, NetworkAclFacts, SubnetFacts, Unknown } from './facts';
import { agreed, FINE, Judgement, Outcome, Place, point, unseen } from './outcome';
import { FilteredTraffic } from './reasons';

type Ports = readonly [first: number, last: number];

/** The ephemeral ports of Linux: replies to a task arrive there. */
export const TASK_PORTS: Ports = [32768, 60999];

/** The ephemeral ports of a NAT gateway. @see https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html */
export const NAT_PORTS: Ports = [1024, 65535];

/** Traffic that must pass, in one direction. */
interface Flow {
  readonly direction: 'egress' | 'ingress';
  readonly ports: Ports;
  /** The addresses at the other end. */
  readonly peers: Space;
  readonly traffic: FilteredTraffic;
  /** Whether the packets are on their way to the destination, or back to the task. */
  readonly way: 'out' | 'back';
}

/** The request of a connection that leaves a subnet for a port. */
export function requestOut(port: number, peers: Space, where: string): Flow {
  return { direction: 'egress', ports: [port, port], peers, way: 'out', traffic: { kind: 'request-out', ports: [port, port], where } };
}

/** The replies to it, to ephemeral ports. ACLs are stateless, so they need an entry of their own. */
export function repliesIn(ports: Ports, peers: Space, where: string): Flow {
  return { direction: 'ingress', ports, peers, way: 'back', traffic: { kind: 'replies-in', ports, where } };
}

/** The request of a connection that enters a subnet, such as that of a NAT gateway. */
export function requestIn(port: number, peers: Space, where: string): Flow {
  return { direction: 'ingress', ports: [port, port], peers, way: 'out', traffic: { kind: 'request-in', ports: [port, port], where } };
}

export function repliesOut(ports: Ports, peers: Space, where: string): Flow {
  return { direction: 'egress', ports, peers, way: 'back', traffic: { kind: 'replies-out', ports, where } };
}

/**
 * Whether a subnet's network ACL allows a flow. The entry with the lowest number that matches decides; what no entry matches is
 * denied. Network ACLs do not filter traffic to the VPC's resolver, so DNS is not judged.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 */
export function judgeNetworkAcl(acl: Fact<NetworkAclFacts>, subnet: Pick<SubnetFacts, 'id' | 'vouchedBy'>, flow: Flow): Judgement {
  // Who vouches for a subnet vouches for what cannot be seen of it. What cannot be seen is a point of the way out.
  const isSilent = subnet.vouchedBy !== undefined || flow.way === 'back';
  const unseenAcl = (place: Place, fact: Unknown) => isSilent ? FINE : unseen(place, fact, 'network-acl');
  if (isUnknown(acl)) return unseenAcl({ kind: 'subnet', id: subnet.id }, acl);
  const place: Place = { kind: 'network-acl', id: acl.id };
  return isUnknown(acl.entries) ? unseenAcl(place, acl.entries) : judgeFlow(acl.entries, place, subnet.id, flow);
}

function judgeFlow(entries: readonly NetworkAclEntry[], place: Place, subnet: string, flow: Flow): Judgement {
  const { direction, ports: all, peers, traffic, way } = flow;
  const relevant = inOrder(entries.filter(entry => entry.direction === direction));
  const outcome = agreed(segments(relevant, all).map(ports => agreed(decide(relevant, ports, peers))));
  const about = { subnet, acl: place.id, traffic };
  if (outcome === 'reachable') return point('reachable', place, { kind: 'acl-allows', ...about }, way);
  if (outcome === 'unreachable') return point('unreachable', place, { kind: 'acl-denies', ...about }, way);
  const doubts = relevant.filter(entry => matching(entry, all) !== 'no').flatMap(doubtsOf);
  return point('unknown', place, doubts.length === 0
    ? { kind: 'acl-allows-part', ...about }
    : { kind: 'acl-unseen', unknown: [...new Set(doubts)], ...about }, way);
}

/** What is not known of an entry. */
function doubtsOf({ ruleNumber, action, protocol, cidr, fromPort, toPort }: NetworkAclEntry): string[] {
  const unknown = [ruleNumber, action, protocol, cidr, fromPort, toPort].filter(isUnknown).map(fact => fact.unknown);
  return isUnknown(cidr) || parseRange(cidr) ? unknown : [...unknown, `"${cidr}" is not a CIDR range`];
}

/** By number. Entries of unknown number come first, since any of them may be the first. */
function inOrder(entries: readonly NetworkAclEntry[]): readonly NetworkAclEntry[] {
  const rank = ({ ruleNumber }: NetworkAclEntry) => isUnknown(ruleNumber) ? -1 : ruleNumber;
  return [...entries].sort((a, b) => rank(a) - rank(b));
}

/** Cuts the ports at every first and last port of an entry, so each piece is decided as a whole. */
function segments(entries: readonly NetworkAclEntry[], [first, last]: Ports): Ports[] {
  const starts = new Set([first]);
  for (const { fromPort, toPort } of entries) {
    if (typeof fromPort === 'number' && fromPort > first && fromPort <= last) starts.add(fromPort);
    if (typeof toPort === 'number' && toPort >= first && toPort < last) starts.add(toPort + 1);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((start, index) => [start, (sorted[index + 1] ?? last + 1) - 1]);
}

type Effect = 'allow' | 'deny' | 'either';

/** A part of the peers, with the actions of earlier entries that may have decided for it. */
interface Undecided {
  readonly peers: Space;
  readonly maybe: readonly Effect[];
}

/** The outcome for each part of the peers, on ports that no entry splits. */
function decide(entries: readonly NetworkAclEntry[], ports: Ports, peers: Space): Outcome[] {
  const outcomes: Outcome[] = [];
  let open: Undecided[] = [{ peers, maybe: [] }];
  for (const entry of entries) {
    const match = matching(entry, ports);
    if (match === 'no') continue;
    const range = isUnknown(entry.cidr) ? undefined : parseRange(entry.cidr);
    const certain = match === 'yes' && range !== undefined && !isUnknown(entry.ruleNumber);
    const action: Effect = isUnknown(entry.action) ? 'either' : entry.action;
    open = open.flatMap(({ peers: part, maybe }) => {
      const inside = range ? intersect(part, range.span) : part;
      if (inside.length === 0) return [{ peers: part, maybe }];
      const rest = range ? [{ peers: subtract(part, range.span), maybe }].filter(({ peers: left }) => left.length > 0) : [];
      if (!certain) return [{ peers: inside, maybe: [...maybe, action] }, ...rest];
      outcomes.push(outcomeOf([...maybe, action]));
      return rest;
    });
  }
  return [...outcomes, ...open.map(({ maybe }) => outcomeOf([...maybe, 'deny']))];
}

function outcomeOf(actions: readonly Effect[]): Outcome {
  return agreed(actions.map(action => action === 'allow' ? 'reachable' : action === 'deny' ? 'unreachable' : 'unknown'));
}

function matching({ protocol, fromPort, toPort }: NetworkAclEntry, [first, last]: Ports): 'yes' | 'no' | 'maybe' {
  if (isUnknown(protocol)) return 'maybe';
  if (protocol === '-1') return 'yes';
  if (protocol !== '6' && protocol.toLowerCase() !== 'tcp') return 'no';
  const from = fromPort ?? 0;
  const through = toPort ?? 65535;
  if (!isUnknown(from) && from > last) return 'no';
  if (!isUnknown(through) && through < first) return 'no';
  return isUnknown(from) || isUnknown(through) ? 'maybe' : 'yes';
}
