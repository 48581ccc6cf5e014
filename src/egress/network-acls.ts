import { intersect, parseRange, Space, subtract } from './addresses';
import { Fact, isUnknown, NetworkAclEntry, NetworkAclFacts } from './facts';
import { agreed, allOf, doubted, Judgement, Outcome, seen, step } from './outcome';
import { list } from './sentences';
import { Way } from './way';

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
  /** Name of the traffic in messages, e.g. `outbound TCP 443 to the internet`. */
  readonly what: string;
}

/** A connection out of a subnet: the request on its port, and the replies to the ephemeral ports, since ACLs are stateless. */
export function outbound(port: number, peers: Space, where: string, ephemeral: Ports): readonly Flow[] {
  return [
    { direction: 'egress', ports: [port, port], peers, what: `outbound TCP ${port} to ${where}` },
    { direction: 'ingress', ports: ephemeral, peers, what: `inbound replies from ${where} on the ephemeral ports ${ephemeral.join('-')}` },
  ];
}

/** A connection into a subnet, such as that of a NAT gateway, which the tasks connect to. */
export function inbound(port: number, peers: Space, where: string, ephemeral: Ports): readonly Flow[] {
  return [
    { direction: 'ingress', ports: [port, port], peers, what: `inbound TCP ${port} from ${where}` },
    { direction: 'egress', ports: ephemeral, peers, what: `outbound replies to ${where} on the ephemeral ports ${ephemeral.join('-')}` },
  ];
}

/**
 * Whether a subnet's network ACL allows the flows. The entry with the lowest number that matches decides; what no entry matches is
 * denied. Network ACLs do not filter traffic to the VPC's resolver, so DNS is not judged.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 */
export function judgeNetworkAcl(acl: Fact<NetworkAclFacts>, subnet: string, flows: readonly Flow[]): Judgement {
  const remedy = 'Check that the network ACL allows the traffic out and the replies in.';
  return seen(acl, `subnet ${subnet}`, ({ id, entries }) => seen(entries, `network ACL ${id}`, known => {
    const judged = flows.map(flow => judgeFlow(known, id, subnet, flow));
    const passing = judged.every(({ outcome }) => outcome === 'reachable');
    return passing
      ? step('reachable', `network ACL ${id}`, `Subnet ${subnet}: its network ACL (${id}) allows the traffic both ways.`)
      : allOf(judged.filter(({ outcome }) => outcome !== 'reachable'));
  }, remedy), remedy);
}

/**
 * Judges the network ACL of the interface's own subnet. Network ACLs do not filter traffic within a subnet, and it is not known
 * whether a host of the VPC is in the same subnet.
 */
export function judgeAclOfWay({ subnet, port, destination, where, inVpc }: Way): Judgement {
  const judged = judgeNetworkAcl(subnet.networkAcl, subnet.id, outbound(port, destination, where, TASK_PORTS));
  if (inVpc === 'no' || isUnknown(subnet.networkAcl) || judged.outcome === 'reachable') return judged;
  return allOf([doubted(judged), step('unknown', `subnet ${subnet.id}`,
    `Network ACLs do not filter traffic within a subnet, and ${where} may be in subnet ${subnet.id} itself.`, `Check which subnet ${where} is in.`)]);
}

function judgeFlow(entries: readonly NetworkAclEntry[], id: string, subnet: string, flow: Flow): Judgement {
  const subject = `network ACL ${id}`;
  const acl = `its network ACL (${id})`;
  const relevant = inOrder(entries.filter(({ direction }) => direction === flow.direction));
  const outcomes = segments(relevant, flow.ports).map(ports => agreed(decide(relevant, ports, flow.peers)));
  const outcome = agreed(outcomes);
  if (outcome === 'reachable') return step('reachable', subject, `Subnet ${subnet}: ${acl} allows ${flow.what}.`);
  const remedy = `Add a rule that allows ${flow.what}, with a lower number than the rules that deny it.`;
  if (outcome === 'unreachable') return step('unreachable', subject, `Subnet ${subnet}: ${acl} denies ${flow.what}.`, remedy);
  const doubts = relevant.filter(entry => matching(entry, flow.ports) !== 'no').flatMap(doubtsOf);
  return doubts.length === 0
    ? step('unknown', subject, `Subnet ${subnet}: ${acl} allows only part of the ${flow.what}.`, remedy)
    : step('unknown', subject, `Subnet ${subnet}: it is unknown whether ${acl} allows ${flow.what}: ${list([...new Set(doubts)])}.`, remedy);
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
