import { evidenceFor, evidenceOnce } from './evidence';
import { EgressFacts, isUnknown, SecurityGroupFacts, SubnetFacts } from './facts';
import { Memory } from './memory';
import { Place } from './outcome';
import { Reason } from './reasons';
import { list } from './sentences';
import { EgressVerdict, Evidence, JudgedPaths, PathPoint } from './verdict';

interface Known {
  readonly host: string;
  readonly verdict: EgressVerdict['verdict'];
  /** Each piece of evidence. One on the task's own security groups is given as its point, since it names them. */
  readonly evidence: readonly (Evidence | PathPoint)[];
}

/**
 * The verdicts of tasks that differ only in the names of their security groups. The CDK makes a group for each service, and the rules
 * of these groups are the same.
 */
export class Twins {
  private readonly known = new Map<string, Known>();
  private readonly numbers = new Memory();
  private last = 0;

  public constructor(private readonly memory: Memory) {}

  /** The verdict of a task, with the names of its own groups. @param judge  judges the task if it has no twin yet */
  public verdict(facts: EgressFacts, judge: () => { readonly paths: JudgedPaths; readonly verdict: EgressVerdict }): EgressVerdict {
    const groups = groupsOf(facts);
    const key = groups && this.keyOf(facts, groups);
    if (groups === undefined || key === undefined) return judge().verdict;
    const twin = this.known.get(key);
    if (twin) return { ...twin, evidence: twin.evidence.map(one => 'finding' in one ? one : evidenceFor(renamed(one, groups))) };
    const { paths, verdict } = judge();
    const ofGroups = paths.points.filter(({ place }) => place.kind === 'security-groups');
    const points = new Map(ofGroups.map(one => [evidenceOnce(one, this.memory), one]));
    this.known.set(key, { ...verdict, evidence: verdict.evidence.map(one => points.get(one) ?? one) });
    return verdict;
  }

  /** A text that is equal for tasks with the same verdict. Undefined if a hop has security groups: they may be those of the task. */
  private keyOf({ service, hostKind, networkMode, vpc, host, startup }: EgressFacts, groups: readonly SecurityGroupFacts[]): string | undefined {
    const { subnets, assignPublicIp } = service!;
    const known = subnets as readonly SubnetFacts[];
    const hasGroups = (subnet: SubnetFacts) => this.memory.get(subnet, 'groups of hops', () => JSON.stringify(subnet).includes('"securityGroups"'));
    if (known.some(hasGroups)) return undefined;
    const rules = groups.map(({ id, ...rest }) => rest);
    return JSON.stringify([[vpc, ...known].map(one => this.numberOf(one)), rules, hostKind, networkMode, assignPublicIp, host, startup]);
  }

  /** Readers give equal subnets and VPCs as one object. */
  private numberOf(fact: object): number {
    return this.numbers.get(fact, 'number', () => this.last++);
  }
}

/** The groups of a task that may have twins: on its own interface, in known subnets, without a proxy. */
function groupsOf({ service, instances, destination }: EgressFacts): readonly SecurityGroupFacts[] | undefined {
  if (service === undefined || instances !== undefined || destination !== undefined || isUnknown(service.subnets)) return undefined;
  return isUnknown(service.securityGroups) ? undefined : service.securityGroups;
}

function renamed(one: PathPoint, groups: readonly SecurityGroupFacts[]): PathPoint {
  if (!('groups' in one.reason)) return one;
  const names = groups.map(({ id }) => id);
  const place: Place = { ...one.place, id: list(names) };
  const reason: Reason = { ...one.reason, groups: names };
  return { ...one, place, reason };
}
