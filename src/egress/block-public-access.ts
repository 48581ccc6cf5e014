import { BlockPublicAccess, isUnknown, SubnetFacts, VpcFacts, Fact } from './facts';
import { FINE, Judgement, seen, step } from './outcome';

type Exclusion = 'allow-bidirectional' | 'allow-egress';

/** How one kind of gateway fares under VPC block public access. */
interface Passage {
  readonly closedBy: (mode: BlockPublicAccess) => boolean;
  /** What an exclusion of the task's subnet, or of the VPC, does to a passage that is closed. */
  readonly excluded: (exclusion: Exclusion, mode: BlockPublicAccess) => 'open' | 'closed' | 'uncertain';
  readonly toExclude: (subject: string) => string;
}

/**
 * An internet gateway, used by the interface itself. It lets traffic in as well, so that blocking ingress closes it; an
 * egress-only exclusion has no effect in that mode, and AWS does not say plainly whether it opens such a gateway in the other.
 */
export const TWO_WAY: Passage = {
  closedBy: mode => mode !== 'off',
  excluded: (exclusion, mode) => exclusion === 'allow-bidirectional' ? 'open' : mode === 'block-ingress' ? 'closed' : 'uncertain',
  toExclude: subject => subject,
};

/** An egress-only internet gateway lets nothing in, so that only the bidirectional mode closes it. */
export const ONE_WAY: Passage = {
  closedBy: mode => mode === 'block-bidirectional',
  excluded: () => 'open',
  toExclude: subject => subject,
};

/** The same for a NAT gateway, whose own subnet has to be excluded: what is known here is the task's. */
export const NAT_WAY: Passage = {
  closedBy: mode => mode === 'block-bidirectional',
  excluded: () => 'uncertain',
  toExclude: subject => `the subnet of ${subject}`,
};

/**
 * Whether VPC block public access lets somebody use an internet gateway.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
 */
export function judgePublicAccess(
  vpc: Fact<VpcFacts>, subject: string, exclusion: SubnetFacts['blockPublicAccessExclusion'] = 'none', passage: Passage,
): Judgement {
  // An unknown VPC is a step of its own.
  if (isUnknown(vpc)) return FINE;
  return seen(vpc.blockPublicAccess, `VPC ${vpc.id}`, mode => {
    if (!passage.closedBy(mode)) return FINE;
    const finding = `VPC block public access (${mode}) closes the way of ${subject} to the internet gateway`;
    const remedy = `Exclude ${passage.toExclude(subject)} from VPC block public access (allow-bidirectional), or turn it off.`;
    return seen(exclusion, subject, known => {
      const fate = known === 'none' ? 'closed' : passage.excluded(known, mode);
      if (fate === 'open') return FINE;
      return fate === 'closed'
        ? step('unreachable', subject, `${finding}.`, remedy)
        : step('unknown', subject, `${finding}, and whether the exclusion ${known} opens it is not certain.`, remedy);
    }, remedy);
  }, 'See that VPC block public access does not close the way out.');
}
