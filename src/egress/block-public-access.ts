import { BlockPublicAccess, isUnknown, SubnetFacts, VpcFacts, Fact } from './facts';
import { FINE, Judgement, seen, step } from './outcome';

type Exclusion = 'allow-bidirectional' | 'allow-egress';

/** How VPC block public access treats one kind of gateway. */
interface Passage {
  readonly closedBy: (mode: BlockPublicAccess) => boolean;
  /** What an exclusion of the task's subnet, or of the VPC, does to a passage that is closed. */
  readonly excluded: (exclusion: Exclusion, mode: BlockPublicAccess) => 'open' | 'closed' | 'uncertain';
  readonly toExclude: (subject: string) => string;
}

/**
 * An internet gateway that the interface itself uses. It also lets traffic in, so blocking ingress closes it. An egress-only
 * exclusion has no effect in that mode. AWS does not say plainly whether it opens such a gateway in the bidirectional mode.
 */
export const TWO_WAY: Passage = {
  closedBy: mode => mode !== 'off',
  excluded: (exclusion, mode) => exclusion === 'allow-bidirectional' ? 'open' : mode === 'block-ingress' ? 'closed' : 'uncertain',
  toExclude: subject => subject,
};

/** An egress-only internet gateway lets nothing in, so only the bidirectional mode closes it. */
export const ONE_WAY: Passage = {
  closedBy: mode => mode === 'block-bidirectional',
  excluded: () => 'open',
  toExclude: subject => subject,
};

/** The same for a NAT gateway. The exclusion must be that of its own subnet; the one known here is that of the task's subnet. */
export const NAT_WAY: Passage = {
  closedBy: mode => mode === 'block-bidirectional',
  excluded: () => 'uncertain',
  toExclude: subject => `the subnet of ${subject}`,
};

/**
 * Whether VPC block public access lets traffic through an internet gateway.
 *
 * @param subject  what uses the gateway, e.g. `subnet subnet-1`
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
 */
export function judgePublicAccess(
  vpc: Fact<VpcFacts>, subject: string, exclusion: SubnetFacts['blockPublicAccessExclusion'] = 'none', passage: Passage,
): Judgement {
  // An unknown VPC is a step of its own.
  if (isUnknown(vpc)) return FINE;
  return seen(vpc.blockPublicAccess, `VPC ${vpc.id}`, mode => {
    if (!passage.closedBy(mode)) return FINE;
    const finding = `VPC block public access (${mode}) blocks the traffic of ${subject} to the internet gateway.`;
    const remedy = `Exclude ${passage.toExclude(subject)} from VPC block public access (allow-bidirectional), or turn it off.`;
    return seen(exclusion, subject, known => {
      const fate = known === 'none' ? 'closed' : passage.excluded(known, mode);
      if (fate === 'open') return FINE;
      return fate === 'closed'
        ? step('unreachable', subject, finding, remedy)
        : step('unknown', subject, `${finding} It is not certain that the exclusion (${known}) lets it through.`, remedy);
    }, remedy);
  }, 'Check that VPC block public access does not block traffic to the internet.');
}
