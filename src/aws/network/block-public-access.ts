import type { VpcBlockPublicAccessExclusion as Ec2Exclusion, VpcBlockPublicAccessOptions as Options } from '@aws-sdk/client-ec2';
import { Ec2Account } from './ec2-account';
import { Read } from './reads';
import { found, unread } from './unread';
import { BlockPublicAccess, Exclusion, Fact, isUnknown } from '../../egress';

const MODES: readonly BlockPublicAccess[] = ['off', 'block-ingress', 'block-bidirectional'];

/** The mode of the VPC's account and region. @param owner  the account that shares the VPC, if it is another one */
export function modeFor(vpc: string, owner: string | undefined, read: Read<Options>): Fact<BlockPublicAccess> {
  const options = found(read, 'the mode of VPC block public access');
  if (isUnknown(options)) return options;
  const { State, InternetGatewayBlockMode } = options;
  if (owner !== undefined) {
    return { unknown: `VPC ${vpc} is shared by account ${owner}, whose VPC block public access settings cannot be seen` };
  }
  if (State === 'update-in-progress') return { unknown: 'the mode of VPC block public access is being changed' };
  return MODES.find(mode => mode === InternetGatewayBlockMode)
    ?? { unknown: `VPC block public access has the mode ${InternetGatewayBlockMode ?? '?'}, which this program does not know` };
}

/** States in which an exclusion has no effect, and states that are about to change. */
const WITHOUT_EFFECT: readonly Ec2Exclusion['State'][] = ['create-failed', 'delete-complete', 'disable-complete'];
const IN_TRANSIT: readonly Ec2Exclusion['State'][] = ['create-in-progress', 'delete-in-progress', 'disable-in-progress'];

/** The exclusion of a VPC, or of a subnet itself. */
export function exclusionOf({ items, failure }: Read<Ec2Exclusion>, kind: 'subnet' | 'vpc', id: string): Fact<Exclusion> {
  const own = items.find(({ ResourceArn, State }) => ResourceArn?.endsWith(`:${kind}/${id}`) && !WITHOUT_EFFECT.includes(State));
  if (own) return effectOf(own);
  return failure === undefined ? 'none' : unread('the exclusions from VPC block public access', failure);
}

function effectOf({ ExclusionId, State, InternetGatewayExclusionMode: mode }: Ec2Exclusion): Fact<Exclusion> {
  if (IN_TRANSIT.includes(State)) return { unknown: `the exclusion ${ExclusionId} from VPC block public access is changing (${State})` };
  return mode === 'allow-bidirectional' || mode === 'allow-egress'
    ? mode
    : { unknown: `EC2 did not return the mode of the exclusion ${ExclusionId} from VPC block public access` };
}

/** Exclusions are read only if blocking is on. */
export async function exclusionsIfBlocked(account: Ec2Account): Promise<Read<Ec2Exclusion> | undefined> {
  const { items } = await account.blockPublicAccess();
  return items.some(({ InternetGatewayBlockMode }) => InternetGatewayBlockMode !== 'off') ? account.exclusions() : undefined;
}
