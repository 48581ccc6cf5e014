import type { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { blockPublicAccess } from './block-public-access';
import { endpointServices } from './endpoints';
import { lookedUpClasses, lookedUpVpcFacts } from './looked-up-vpcs';
import { describeIdentity, describeReference, isLiteral, knownFlag, userPath } from './references';
import { Fact, VpcFacts } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/**
 * The facts of the VPC that the tasks are in.
 *
 * @param identity  undefined if the subnets do not tell it
 * @param vpc       the VPC as the app has it, in case it was looked up
 */
export function vpcFacts(index: StageIndex, identity: string | undefined, vpc: ec2.IVpc): Fact<VpcFacts> {
  if (identity === undefined) {
    return lookedUpClasses(index, vpc).size > 0
      ? index.once(`looked-up VPC ${vpc.node.path}`, () => lookedUpVpcFacts(vpc))
      : { unknown: 'the VPC is not part of this app' };
  }
  const resource = index.find(identity);
  return resource
    ? index.once(`VPC ${identity}`, () => ownVpc(index, identity, resource))
    : { unknown: `VPC ${describeIdentity(identity)} is not part of this app` };
}

function ownVpc(index: StageIndex, identity: string, resource: CfnResource): VpcFacts {
  const { EnableDnsSupport } = index.read(resource);
  const id = userPath(resource.node.path);
  return {
    id,
    cidrs: cidrsOf(index, identity, resource),
    dnsSupport: EnableDnsSupport === undefined ? true : knownFlag(EnableDnsSupport, `EnableDnsSupport of VPC ${id}`),
    domainNameServers: domainNameServers(index, identity),
    blockPublicAccess: blockPublicAccess(index),
    endpoints: endpointServices(index, identity),
  };
}

function cidrsOf(index: StageIndex, identity: string, resource: CfnResource): Fact<readonly string[]> {
  const more = index.by('AWS::EC2::VPCCidrBlock', 'VpcId').get(identity) ?? [];
  const cidrs = [index.read(resource).CidrBlock, ...more.map(block => index.read(block).CidrBlock).filter(cidr => cidr !== undefined)];
  return cidrs.every(isLiteral) ? cidrs : { unknown: `the ranges of VPC ${userPath(resource.node.path)} are known only to CloudFormation` };
}

function domainNameServers(index: StageIndex, vpc: string): Fact<readonly string[]> {
  const [association] = index.by('AWS::EC2::VPCDHCPOptionsAssociation', 'VpcId').get(vpc) ?? [];
  if (!association) return ['AmazonProvidedDNS'];
  const { DhcpOptionsId } = index.read(association);
  const options = index.find(index.identity(DhcpOptionsId, association));
  return options
    ? index.read(options).DomainNameServers ?? ['AmazonProvidedDNS']
    : { unknown: `DHCP options ${describeReference(index, DhcpOptionsId, association)} are not part of this app` };
}
