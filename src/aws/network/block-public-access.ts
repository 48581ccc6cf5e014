import type { Vpc, VpcBlockPublicAccessExclusion as Exclusion, VpcBlockPublicAccessOptions as Options } from '@aws-sdk/client-ec2';
import { Read } from './reads';
import { found, unread } from './unread';
import { BlockPublicAccess, Fact, isUnknown, Route, SubnetFacts } from '../../egress';

const MODES: readonly BlockPublicAccess[] = ['off', 'block-ingress', 'block-bidirectional'];

/** The mode of the account and region as it applies to a VPC. */
export function modeFor(vpc: string, owner: Vpc['OwnerId'], read: Read<Options>): Fact<BlockPublicAccess> {
  const options = found(read, 'the mode of VPC block public access');
  if (isUnknown(options)) return options;
  const { AwsAccountId, State, InternetGatewayBlockMode } = options;
  if (owner !== undefined && AwsAccountId !== undefined && owner !== AwsAccountId) {
    return { unknown: `VPC ${vpc} is shared by account ${owner}, whose VPC block public access settings cannot be seen` };
  }
  if (State === 'update-in-progress') return { unknown: 'the mode of VPC block public access is being changed' };
  return MODES.find(mode => mode === InternetGatewayBlockMode)
    ?? { unknown: `VPC block public access has the mode ${InternetGatewayBlockMode ?? '?'}, which this program does not know` };
}

type Excluded = NonNullable<SubnetFacts['blockPublicAccessExclusion']>;

/** States in which an exclusion has no effect, and states that are about to change. */
const WITHOUT_EFFECT: readonly Exclusion['State'][] = ['create-failed', 'delete-complete', 'disable-complete'];
const IN_TRANSIT: readonly Exclusion['State'][] = ['create-in-progress', 'delete-in-progress', 'disable-in-progress'];

/**
 * What exempts a subnet. Its own exclusion comes before that of its VPC. If it has neither, but uses a NAT gateway in an excluded
 * subnet, it is not known here which of the two subnets decides.
 */
export function exclusionOf({ items, failure }: Read<Exclusion>, subnet: string, vpc: string, routes: Fact<readonly Route[]>): Excluded {
  const of = (kind: 'subnet' | 'vpc', id: string) => items
    .find(({ ResourceArn, State }) => ResourceArn?.endsWith(`:${kind}/${id}`) && !WITHOUT_EFFECT.includes(State));
  const own = of('subnet', subnet) ?? of('vpc', vpc);
  if (own) return effectOf(own);
  if (failure !== undefined) return unread('the exclusions from VPC block public access', failure);
  const excluded = natSubnets(routes).find(id => of('subnet', id));
  return excluded === undefined ? 'none' : {
    unknown: `subnet ${subnet} is not excluded from VPC block public access, but subnet ${excluded} of its NAT gateway is; `
      + 'it is not certain that this is enough',
  };
}

function effectOf({ ExclusionId, State, InternetGatewayExclusionMode: mode }: Exclusion): Excluded {
  if (IN_TRANSIT.includes(State)) return { unknown: `the exclusion ${ExclusionId} from VPC block public access is changing (${State})` };
  return mode === 'allow-bidirectional' || mode === 'allow-egress'
    ? mode
    : { unknown: `EC2 did not return the mode of the exclusion ${ExclusionId} from VPC block public access` };
}

function natSubnets(routes: Fact<readonly Route[]>): readonly string[] {
  if (isUnknown(routes)) return [];
  return routes.flatMap(({ target }) => {
    if (isUnknown(target) || target.kind !== 'nat-gateway' || isUnknown(target.nat) || isUnknown(target.nat.subnet)) return [];
    return target.nat.subnet.id;
  });
}
