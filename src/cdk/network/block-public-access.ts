import { onlyCloudFormationKnows, userPath } from './references';
import { BlockPublicAccess, Fact, SubnetFacts } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** A setting of the account and region: off unless this app turns it on. */
export function blockPublicAccess(index: StageIndex): Fact<BlockPublicAccess> {
  const [options] = index.ofType('AWS::EC2::VPCBlockPublicAccessOptions');
  if (!options) return 'off';
  const mode = index.read(options).InternetGatewayBlockMode;
  return mode === 'block-bidirectional' || mode === 'block-ingress' || mode === 'off'
    ? mode
    : onlyCloudFormationKnows(`the mode of VPC block public access in ${userPath(options.node.path)}`);
}

/** The exclusion of a subnet from block public access, else that of its VPC. */
export function exclusionOf(index: StageIndex, subnet: string, vpc: string | undefined): SubnetFacts['blockPublicAccessExclusion'] {
  const type = 'AWS::EC2::VPCBlockPublicAccessExclusion';
  const [exclusion] = index.by(type, 'SubnetId').get(subnet) ?? index.by(type, 'VpcId').get(vpc ?? '') ?? [];
  if (!exclusion) return 'none';
  const mode = index.read(exclusion).InternetGatewayExclusionMode;
  return mode === 'allow-bidirectional' || mode === 'allow-egress'
    ? mode
    : onlyCloudFormationKnows(`the mode of the exclusion ${userPath(exclusion.node.path)}`);
}
