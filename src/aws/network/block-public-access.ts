import type { Vpc, VpcBlockPublicAccessExclusion as Exclusion, VpcBlockPublicAccessOptions as Options } from '@aws-sdk/client-ec2';
import type { Read } from './reads';
import { found, unread } from './unread';
import { BlockPublicAccess, Fact, isUnknown, Route, SubnetFacts } from '../../egress';

const MODES: readonly BlockPublicAccess[] = ['off', 'block-ingress', 'block-bidirectional'];

/** The mode of the account and region as it applies to a VPC. */
export function modeFor(vpc: string, owner: Vpc['OwnerId'], read: Read<Options>): Fact<BlockPublicAccess> {
  const options = found(read, 'the mode of VPC block public access', 'its options would tell');
  if (isUnknown(options)) return options;
  const { AwsAccountId, State, InternetGatewayBlockMode } = options;
  if (owner !== undefined && AwsAccountId !== undefined && owner !== AwsAccountId) {
    return { unknown: `VPC ${vpc} is shared by account ${owner}, whose VPC block public access is not in view` };
  }
  if (State === 'update-in-progress') return { unknown: 'the mode of VPC block public access is being changed' };
  return MODES.find(mode => mode === InternetGatewayBlockMode)
    ?? { unknown: `VPC block public access is in the mode ${InternetGatewayBlockMode ?? '?'}, which is not judged` };
}

type Excluded = NonNullable<SubnetFacts['blockPublicAccessExclusion']>;

/** States in which an exclusion has no effect, and those on the way to another. */
const WITHOUT_EFFECT: readonly Exclusion['State'][] = ['create-failed', 'delete-complete', 'disable-complete'];
const IN_TRANSIT: readonly Exclusion['State'][] = ['create-in-progress', 'delete-in-progress', 'disable-in-progress'];

/**
 * What exempts a subnet. Its own exclusion comes before that of its VPC; and where neither is there but a NAT gateway that it
 * uses stands in an excluded subnet, nobody knows here which of the two decides.
 */
export function exclusionOf({ items, failure }: Read<Exclusion>, subnet: string, vpc: string, routes: Fact<readonly Route[]>): Excluded {
  const of = (kind: 'subnet' | 'vpc', id: string) => items.find(({ ResourceArn, State }) => ResourceArn?.endsWith(`:${kind}/${id}`) && !WITHOUT_EFFECT.includes(State));
  const own = of('subnet', subnet) ?? of('vpc', vpc);
  if (own) return effectOf(own);
  if (failure !== undefined) return unread('the exclusions from VPC block public access', failure, 'they would tell whether the subnet is exempt');
  const excluded = natSubnets(routes).find(id => of('subnet', id));
  return excluded === undefined ? 'none' : {
    unknown: `subnet ${subnet} is not excluded from VPC block public access, but subnet ${excluded} of its NAT gateway is, and whether that suffices is not certain`,
  };
}

function effectOf({ ExclusionId, State, InternetGatewayExclusionMode: mode }: Exclusion): Excluded {
  if (IN_TRANSIT.includes(State)) return { unknown: `the exclusion ${ExclusionId} from VPC block public access is changing (${State})` };
  return mode === 'allow-bidirectional' || mode === 'allow-egress' ? mode : { unknown: `the mode of the exclusion ${ExclusionId} is not told by EC2` };
}

function natSubnets(routes: Fact<readonly Route[]>): readonly string[] {
  if (isUnknown(routes)) return [];
  return routes.flatMap(({ target }) => isUnknown(target) || target.kind !== 'nat-gateway' || isUnknown(target.nat) || isUnknown(target.nat.subnet) ? [] : target.nat.subnet.id);
}
