import { Place } from './outcome';
import { Reason } from './reasons';
import { findingOf, remedyOf } from './sentences';
import { Evidence, PathPoint } from './verdict';

const ORDER: { readonly [verdict in Evidence['verdict']]: number } = { unreachable: 0, unknown: 1, reachable: 2 };

/** The points as sentences, the deciding ones first, each once. */
export function evidenceOf(points: readonly PathPoint[]): Evidence[] {
  const known = new Set<string>();
  const evidence = folded(points).map(({ path, place, outcome, reason }): Evidence => {
    const remedy = remedyOf(reason);
    return { verdict: outcome, path, subject: subjectOf(place), finding: findingOf(reason), ...remedy === undefined ? {} : { remedy } };
  }).filter(({ verdict, path, subject, finding }) => {
    // The same finding may decide for one subnet and leave a doubt for another.
    const key = `${verdict} ${path} ${subject} ${finding}`;
    return !known.has(key) && known.add(key);
  });
  return evidence.sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict]);
}

/** A network ACL that lets all the traffic pass, out and back, is one sentence. One that does not is explained by what it denies. */
function folded(points: readonly PathPoint[]): PathPoint[] {
  const denying = new Set(points.filter(({ outcome, reason }) => outcome !== 'reachable' && 'acl' in reason).map(aclKey));
  const passed = new Set<string>();
  return points.flatMap((one): PathPoint[] => {
    if (one.reason.kind !== 'acl-allows') return [one];
    const key = aclKey(one);
    if (denying.has(key) || passed.has(key)) return [];
    passed.add(key);
    const { subnet, acl } = one.reason;
    return [{ ...one, reason: { kind: 'acl-allows-both-ways', subnet, acl } }];
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
