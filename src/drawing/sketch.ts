import { Evidence, evidenceOf, HOP_NAMES, JudgedPaths, Outcome, PathPoint, worst } from '../egress';

/** One box of the drawing: what the traffic passes. */
export interface Station {
  /** What it is, e.g. `NAT gateway`. */
  readonly title: string;
  /** Construct path, AWS id or host. */
  readonly id: string;
  /** Whether the traffic passes here on its way out. */
  readonly out: Outcome;
  /** Whether the replies pass here. */
  readonly back: Outcome;
  /** The numbers of the notes about it. */
  readonly notes: readonly number[];
}

/** The way out of one subnet, in its order. */
export interface Lane {
  readonly stations: readonly Station[];
}

/** What is wrong or not known at a station. */
export interface Note extends Evidence {
  /** From 1. */
  readonly number: number;
}

/** The two paths of a verdict as boxes and lines: what all ways share first, then one lane for each way, then the destination. */
export interface Sketch {
  readonly verdict: Outcome;
  readonly host: string;
  readonly start: readonly Station[];
  /** What ECS does over the same interface before the containers start. @default - nothing was judged of it, or all of it is as for the agent */
  readonly startup?: Station;
  readonly lanes: readonly Lane[];
  readonly end: Station;
  readonly notes: readonly Note[];
}

/** A subnet, and the hops behind it, each by its kind and id. */
interface Chain {
  readonly subnet: string;
  readonly hops: readonly string[];
}

/** Where a point is drawn: in the shared start, at the end of a chain, at a hop of each lane that has it, or at the destination. */
type Spot =
  | { readonly kind: 'task' | 'startup' | 'vpc' | 'security-groups' | 'end' }
  | { readonly kind: 'lane' } & Chain
  | { readonly kind: 'hop'; readonly hop: string };

/** Makes the drawing's contents. Everything in it comes from the points. */
export function sketchOf({ host, verdict, points }: JudgedPaths): Sketch {
  const notes = notesOf(points);
  const spots = points.map(one => ({ one, spot: spotOf(one) }));
  const pointsAt = (isHere: (spot: Spot) => boolean) => spots.filter(({ spot }) => isHere(spot)).map(({ one }) => one);
  const shared = (kind: Spot['kind'], title: string, id?: string) => {
    const here = pointsAt(spot => spot.kind === kind);
    return stationOf(title, id ?? [...new Set(here.map(({ place }) => place.id))].join(', '), here, notes);
  };
  const lanes = chainsOf(points).map(({ subnet, hops }): Lane => {
    const ofSubnet = stationOf('subnet', subnet, pointsAt(spot => spot.kind === 'lane' && spot.subnet === subnet && spot.hops.length === 0), notes);
    const ofHops = hops.map((hop, index) => {
      const chain = { subnet, hops: hops.slice(0, index + 1) };
      const isHere = (spot: Spot) => spot.kind === 'lane' ? isSame(spot, chain) : spot.kind === 'hop' && spot.hop === hop;
      return stationOf(...titleAndId(hop), pointsAt(isHere), notes);
    });
    return { stations: [ofSubnet, ...ofHops] };
  });
  const optional = (kind: Spot['kind'], title: string) => spots.some(({ spot }) => spot.kind === kind) ? [shared(kind, title)] : [];
  const proxy = points.find(({ place }) => place.kind === 'proxy');
  return {
    verdict,
    host,
    ...spots.some(({ spot }) => spot.kind === 'startup') ? { startup: shared('startup', 'start-up by ECS', 'image, API key') } : {},
    start: [shared('task', 'task', ''), ...optional('vpc', 'VPC'), ...optional('security-groups', 'security groups')],
    lanes,
    end: proxy ? shared('end', 'proxy', proxy.place.id) : shared('end', 'Postman', host),
    notes,
  };
}

function stationOf(title: string, id: string, points: readonly PathPoint[], notes: readonly Note[]): Station {
  const outcomeOf = (direction: PathPoint['direction']) => worst(points.filter(one => one.direction === direction).map(({ outcome }) => outcome));
  const evidence = evidenceOf(points);
  const isHere = ({ finding, path, verdict }: Note) => evidence.some(one => one.finding === finding && one.path === path && one.verdict === verdict);
  const here = notes.filter(isHere);
  return { title, id, out: outcomeOf('out'), back: outcomeOf('back'), notes: here.map(({ number }) => number) };
}

/** What decides the verdict, the worst first. */
function notesOf(points: readonly PathPoint[]): Note[] {
  const doubtful = evidenceOf(points.filter(({ outcome }) => outcome !== 'reachable'));
  return doubtful.map((one, index) => ({ ...one, number: index + 1 }));
}

function spotOf(one: PathPoint): Spot {
  const { place: { kind, id }, at, path } = one;
  if (path === 'startup') return { kind: 'startup' };
  if (at === 'destination' || kind === 'proxy') return { kind: 'end' };
  if (kind === 'internet-gateway') return { kind: 'hop', hop: `internet gateway ${id}` };
  const chain = chainOf(one);
  if (chain) return { kind: 'lane', ...chain };
  return { kind: kind === 'vpc' || kind === 'security-groups' ? kind : 'task' };
}

/** The subnet and the hops up to where a point is. Undefined if it is in no subnet. */
function chainOf({ place, at, reason, path }: PathPoint): Chain | undefined {
  if (path === 'startup' || at === 'destination') return undefined;
  if (at) return along(at.hop);
  if ('via' in reason && LEADS_ON.has(reason.kind)) return along(reason.via);
  if (place.kind === 'subnet') return { subnet: place.id, hops: [] };
  return 'subnet' in reason && place.kind === 'network-acl' ? { subnet: reason.subnet, hops: [] } : undefined;
}

/** Reasons at the subnet's own place that are about what its route leads to. */
const LEADS_ON: ReadonlySet<PathPoint['reason']['kind']> = new Set([
  'beyond', 'beyond-peering', 'peering-not-internet', 'private-destination', 'gateway', 'gateway-without-nat64', 'gateway-for-ipv6-only', 'nat-for-nat64-only',
]);

type Via = Extract<PathPoint['at'], object>['hop'];

function along(via: Via): Chain {
  return { subnet: via[0].table.replace(/^subnet /, ''), hops: via.map(({ target }) => target).filter(target => target !== 'local') };
}

/** The subnet and all hops that a point names: also those that the traffic does not get to. */
function farthest(one: PathPoint): Chain | undefined {
  const { reason, direction, path } = one;
  if (path === 'startup' || direction === 'back' || !('via' in reason)) return chainOf(one);
  const { subnet, hops } = along(reason.via);
  return { subnet, hops: 'gateway' in reason ? [...hops, reason.gateway] : hops };
}

/** One chain for each way, in the order of the subnets. A chain that another continues is part of that. */
function chainsOf(points: readonly PathPoint[]): Chain[] {
  const chains: Chain[] = [];
  for (const chain of points.flatMap(one => farthest(one) ?? [])) {
    if (chains.some(known => isSame(chain, { ...known, hops: known.hops.slice(0, chain.hops.length) }))) continue;
    const shorter = chains.findIndex(known => isSame(known, { ...chain, hops: chain.hops.slice(0, known.hops.length) }));
    if (shorter < 0) chains.push(chain);
    else chains[shorter] = chain;
  }
  return chains;
}

function isSame(a: Chain, b: Chain): boolean {
  return a.subnet === b.subnet && a.hops.length === b.hops.length && a.hops.every((hop, index) => hop === b.hops[index]);
}

function titleAndId(hop: string): readonly [title: string, id: string] {
  const kind = HOP_NAMES.find(name => hop.startsWith(`${name} `));
  return kind === undefined ? [hop, ''] : [kind, hop.slice(kind.length + 1)];
}
