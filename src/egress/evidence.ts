import { Memory } from './memory';
import { Place } from './outcome';
import { Reason } from './reasons';
import { findingOf, remedyOf } from './sentences';
import { Evidence, PathPoint } from './verdict';

const ORDER: { readonly [verdict in Evidence['verdict']]: number } = { unreachable: 0, unknown: 1, reachable: 2 };

/** The points as sentences, the deciding ones first, each once. */
export function evidenceOf(points: readonly PathPoint[], memory = new Memory()): Evidence[] {
  const known = new Set<string>();
  const evidence = folded(points, memory).map(one => evidenceOnce(one, memory)).filter(({ verdict, path, subject, finding }) => {
    // The same finding may decide for one subnet and leave a doubt for another.
    const key = `${verdict} ${path} ${subject} ${finding}`;
    return !known.has(key) && known.add(key);
  });
  return evidence.sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict]);
}

export function evidenceOnce(one: PathPoint, memory: Memory): Evidence {
  return memory.get(one, 'evidence', () => evidenceFor(one));
}

/** A point as sentences. */
export function evidenceFor({ path, place, outcome, reason }: PathPoint): Evidence {
  const remedy = remedyOf(reason);
  return { verdict: outcome, path, subject: subjectOf(place), finding: findingOf(reason), ...remedy === undefined ? {} : { remedy } };
}

/** A network ACL that lets all the traffic pass, out and back, is one sentence. One that does not is explained by what it denies. */
function folded(points: readonly PathPoint[], memory: Memory): PathPoint[] {
  const denying = new Set(points.filter(({ outcome, reason }) => outcome !== 'reachable' && 'acl' in reason).map(aclKey));
  const passed = new Set<string>();
  return points.flatMap((one): PathPoint[] => {
    const { reason } = one;
    if (reason.kind !== 'acl-allows') return [one];
    const key = aclKey(one);
    if (denying.has(key) || passed.has(key)) return [];
    passed.add(key);
    const { subnet, acl } = reason;
    return [memory.get(one, 'folded', () => ({ ...one, reason: { kind: 'acl-allows-both-ways', subnet, acl } }))];
  });
}

function aclKey({ path, reason }: { readonly path: string; readonly reason: Reason }): string {
  return 'acl' in reason ? `${path} ${reason.subnet} ${reason.acl}` : '';
}

const KIND_NAMES: { readonly [kind in Place['kind']]?: string } = {
  'subnet': 'subnet', 'vpc': 'VPC', 'network-acl': 'network ACL', 'internet-gateway': 'internet gateway', 'instance': 'instance',
};

/** The kind and the id of what was judged; a NAT gateway, a proxy and security groups by their ids only. */
function subjectOf({ kind, id }: Place): string {
  const name = KIND_NAMES[kind];
  return name === undefined || id === name ? id : `${name} ${id}`;
}
