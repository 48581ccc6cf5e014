import type { CfnResource, Stack } from 'aws-cdk-lib';
import { onlyCloudFormationKnows, userPath } from './references';
import { BlockPublicAccess, Exclusion, Fact } from '../../egress';
import { isUnresolved } from '../tree/loaded';
import { StageIndex } from '../tree/stage-index';

/**
 * The mode in the account and region of a VPC: off unless this app turns it on there.
 *
 * @param stack  of the VPC
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
 */
export function blockPublicAccess(index: StageIndex, stack: Stack): Fact<BlockPublicAccess> {
  const type = 'AWS::EC2::VPCBlockPublicAccessOptions';
  const [options] = index.ofType(type, one => samePlace(one.stack, stack) === true);
  if (options) return modeOf(index, options);
  const [doubtful] = index.ofType(type, one => samePlace(one.stack, stack) === undefined);
  if (!doubtful || modeOf(index, doubtful) === 'off') return 'off';
  return { unknown: `it is known only to CloudFormation whether ${userPath(doubtful.node.path)} is in the account and region of the VPC` };
}

function modeOf(index: StageIndex, options: CfnResource): Fact<BlockPublicAccess> {
  const mode = index.read(options).InternetGatewayBlockMode;
  return mode === 'block-bidirectional' || mode === 'block-ingress' || mode === 'off'
    ? mode
    : onlyCloudFormationKnows(`the mode of VPC block public access in ${userPath(options.node.path)}`);
}

/** Whether two stacks are in one account and region; undefined if only one of them says it. */
function samePlace(a: Stack, b: Stack): boolean | undefined {
  const same = [sameText(a.account, b.account), sameText(a.region, b.region)];
  return same.includes(false) ? false : same.includes(undefined) ? undefined : true;
}

function sameText(a: string, b: string): boolean | undefined {
  return a === b || (isUnresolved(a) || isUnresolved(b) ? undefined : false);
}

/** The exclusion of a subnet or a VPC from block public access, if this app has one. */
export function exclusionOf(
  index: StageIndex, property: 'SubnetId' | 'VpcId', identity: string,
): { readonly blockPublicAccessExclusion?: Fact<Exclusion> } {
  const [exclusion] = index.by('AWS::EC2::VPCBlockPublicAccessExclusion', property).get(identity) ?? [];
  if (!exclusion) return {};
  const mode = index.read(exclusion).InternetGatewayExclusionMode;
  const isKnown = mode === 'allow-bidirectional' || mode === 'allow-egress';
  return { blockPublicAccessExclusion: isKnown ? mode : onlyCloudFormationKnows(`the mode of the exclusion ${userPath(exclusion.node.path)}`) };
}
