import { BlockPublicAccess, Exclusion, Fact, isUnknown, SubnetFacts, VpcFacts } from './facts';
import { FINE, Judgement, Place, point, seen, unseen } from './outcome';

/** How VPC block public access treats one kind of gateway. */
interface Passage {
  readonly closedBy: readonly BlockPublicAccess[];
  /** The exclusions that open it. */
  readonly openedBy: readonly Exclusion[];
}

/**
 * An internet gateway that the interface itself uses also lets traffic in, so both modes close it, and an exclusion only for egress
 * does not open it.
 */
export const TWO_WAY: Passage = { closedBy: ['block-ingress', 'block-bidirectional'], openedBy: ['allow-bidirectional'] };

/** NAT gateways and egress-only internet gateways let nothing in, so only the bidirectional mode closes them. */
export const ONE_WAY: Passage = { closedBy: ['block-bidirectional'], openedBy: ['allow-bidirectional', 'allow-egress'] };

/** What uses the gateway. */
interface User {
  readonly place: Place;
  /** Name in messages, e.g. `subnet subnet-1`. */
  readonly traffic: string;
  /** What to exclude, e.g. `the subnet of NAT gateway nat-1`. */
  readonly toExclude: string;
  /** The exclusion of its subnet. A regional NAT gateway is in none. */
  readonly exclusion?: SubnetFacts['blockPublicAccessExclusion'];
  /** An exclusion of which AWS does not say whether it counts. */
  readonly maybeExcluded?: SubnetFacts['blockPublicAccessExclusion'];
}

/**
 * Whether VPC block public access lets traffic through an internet gateway. The exclusion that counts is that of the subnet that uses
 * the gateway (a NAT gateway's own one), or that of its VPC.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html
 */
export function judgePublicAccess(vpc: Fact<VpcFacts>, { closedBy, openedBy }: Passage, user: User): Judgement {
  // An unknown VPC is a point of its own.
  if (isUnknown(vpc)) return FINE;
  const { place, traffic, toExclude, maybeExcluded = 'none' } = user;
  return seen(vpc.blockPublicAccess, { kind: 'vpc', id: vpc.id }, 'block-public-access', mode => {
    if (!closedBy.includes(mode)) return FINE;
    const exclusions = [user.exclusion ?? 'none', vpc.blockPublicAccessExclusion ?? 'none'].filter(exclusion => exclusion !== 'none');
    const unknown = exclusions.find(isUnknown);
    if (unknown) return unseen(place, unknown, 'exclusion', { where: toExclude });
    const closed = (exclusions as readonly Exclusion[]).filter(exclusion => !openedBy.includes(exclusion));
    if (exclusions.length > 0 && closed.length === 0) return FINE;
    // AWS does not say which one counts if a subnet and its VPC have different exclusions.
    const isUncertain = closed.length < exclusions.length || maybeExcluded !== 'none' && (isUnknown(maybeExcluded) || openedBy.includes(maybeExcluded));
    return point(isUncertain ? 'unknown' : 'unreachable', place, {
      kind: 'public-access-blocked', mode, traffic, toExclude, ...closed.length === 0 ? {} : { exclusion: closed[0] },
    });
  });
}
