import { intersect, parseRange, Space, subtract } from './addresses';
import { Fact, isUnknown, NetworkAclEntry, NetworkAclFacts } from './facts';
import { agreed, allOf, doubted, Judgement, Outcome, seen, step } from './outcome';
import { list } from './sentences';
import { Way } from './way';

type Ports = readonly [first: number, last: number];

/** Where a task's connection is answered: the ports that Linux takes for its own end. */
export const TASK_PORTS: Ports = [32768, 60999];

/** The ports that a NAT gateway takes. @see https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html */
export const NAT_PORTS: Ports = [1024, 65535];

/** Traffic that has to pass, in one direction, with the addresses of its far side. */
interface Flow {
  readonly direction: 'egress' | 'ingress';
  readonly ports: Ports;
  readonly peers: Space;
  /** How a sentence calls it, e.g. `TCP 443 out to the internet`. */
  readonly what: string;
}

/** A connection out of a subnet: the request on its port, and the answers to the ephemeral ports, since ACLs are stateless. */
export function outbound(port: number, peers: Space, where: string, ephemeral: Ports): readonly Flow[] {
  return [
    { direction: 'egress', ports: [port, port], peers, what: `TCP ${port} out to ${where}` },
    { direction: 'ingress', ports: ephemeral, peers, what: `the answers from ${where} in, on the ephemeral ports ${ephemeral.join('-')}` },
  ];
}

/** A connection into a subnet, as that of a NAT gateway takes it from the tasks. */
export function inbound(port: number, peers: Space, where: string, ephemeral: Ports): readonly Flow[] {
  return [
    { direction: 'ingress', ports: [port, port], peers, what: `TCP ${port} in from ${where}` },
    { direction: 'egress', ports: ephemeral, peers, what: `the answers to ${where} out, on the ephemeral ports ${ephemeral.join('-')}` },
  ];
}

/**
 * Whether a subnet's network ACL lets flows pass: entries in the order of their numbers, the first that matches decides, and
 * what none matches is denied. The VPC's resolver is not filtered by network ACLs, so that DNS is not judged.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 */
export function judgeNetworkAcl(acl: Fact<NetworkAclFacts>, subnet: string, flows: readonly Flow[]): Judgement {
  const remedy = 'See that it lets the traffic out and the answers in.';
  return seen(acl, `subnet ${subnet}`, ({ id, entries }) => seen(entries, `network ACL ${id}`, known => {
    const judged = flows.map(flow => judgeFlow(known, `network ACL ${id}`, subnet, flow));
    const passing = judged.every(({ outcome }) => outcome === 'reachable');
    return passing
      ? step('reachable', `network ACL ${id}`, `The network ACL of subnet ${subnet}, ${id}, lets the traffic pass both ways.`)
      : allOf(judged.filter(({ outcome }) => outcome !== 'reachable'));
  }, remedy), remedy);
}

/**
 * What the network ACL of the interface's own subnet says. ACLs do not filter what stays in one subnet, and whether a host of
 * the VPC stands in the same one is not known.
 */
export function judgeAclOfWay({ subnet, port, destination, where, inVpc }: Way): Judgement {
  const judged = judgeNetworkAcl(subnet.networkAcl, subnet.id, outbound(port, destination, where, TASK_PORTS));
  if (inVpc === 'no' || isUnknown(subnet.networkAcl) || judged.outcome === 'reachable') return judged;
  return allOf([doubted(judged), step('unknown', `subnet ${subnet.id}`,
    `Network ACLs filter only what leaves the subnet, and ${where} may stand in subnet ${subnet.id} itself.`, `See in which subnet ${where} is.`)]);
}

function judgeFlow(entries: readonly NetworkAclEntry[], subject: string, subnet: string, flow: Flow): Judgement {
  const relevant = inOrder(entries.filter(({ direction }) => direction === flow.direction));
  const outcomes = segments(relevant, flow.ports).map(ports => agreed(decide(relevant, ports, flow.peers)));
  const outcome = agreed(outcomes);
  if (outcome === 'reachable') return step('reachable', subject, `${subject} of subnet ${subnet} allows ${flow.what}.`);
  const remedy = `Add an ${flow.direction} rule that allows ${flow.what}, with a number below those that deny it.`;
  if (outcome === 'unreachable') return step('unreachable', subject, `Subnet ${subnet}: its ${subject} denies ${flow.what}.`, remedy);
  const doubts = relevant.filter(entry => matching(entry, flow.ports) !== 'no').flatMap(doubtsOf);
  return doubts.length === 0
    ? step('unknown', subject, `Subnet ${subnet}: its ${subject} allows only a part of ${flow.what}.`, remedy)
    : step('unknown', subject, `Subnet ${subnet}: whether its ${subject} allows ${flow.what} is not in view: ${list([...new Set(doubts)])}.`, remedy);
}

/** What nobody knows of an entry. */
function doubtsOf({ ruleNumber, action, protocol, cidr, fromPort, toPort }: NetworkAclEntry): string[] {
  const unknown = [ruleNumber, action, protocol, cidr, fromPort, toPort].filter(isUnknown).map(fact => fact.unknown);
  return isUnknown(cidr) || parseRange(cidr) ? unknown : [...unknown, `${cidr} is no range`];
}

/** By number; those whose number nobody knows come first, since each of them may be. */
function inOrder(entries: readonly NetworkAclEntry[]): readonly NetworkAclEntry[] {
  const rank = ({ ruleNumber }: NetworkAclEntry) => isUnknown(ruleNumber) ? -1 : ruleNumber;
  return [...entries].sort((a, b) => rank(a) - rank(b));
}

/** Cuts the ports where an entry begins or ends, so that each piece is decided as a whole. */
function segments(entries: readonly NetworkAclEntry[], [first, last]: Ports): Ports[] {
  const starts = new Set([first]);
  for (const { fromPort, toPort } of entries) {
    if (typeof fromPort === 'number' && fromPort > first && fromPort <= last) starts.add(fromPort);
    if (typeof toPort === 'number' && toPort >= first && toPort < last) starts.add(toPort + 1);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((start, index) => [start, (sorted[index + 1] ?? last + 1) - 1]);
}

type Action = 'allow' | 'deny' | 'either';

/** A part of the peers, with the actions of entries before that may have decided for it. */
interface Undecided {
  readonly peers: Space;
  readonly maybe: readonly Action[];
}

/** What becomes of each part of the peers, on ports that no entry parts. */
function decide(entries: readonly NetworkAclEntry[], ports: Ports, peers: Space): Outcome[] {
  const outcomes: Outcome[] = [];
  let open: Undecided[] = [{ peers, maybe: [] }];
  for (const entry of entries) {
    const match = matching(entry, ports);
    if (match === 'no') continue;
    const range = isUnknown(entry.cidr) ? undefined : parseRange(entry.cidr);
    const certain = match === 'yes' && range !== undefined && !isUnknown(entry.ruleNumber);
    const action: Action = isUnknown(entry.action) ? 'either' : entry.action;
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

function outcomeOf(actions: readonly Action[]): Outcome {
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
