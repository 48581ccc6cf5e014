import type { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { blockPublicAccess, exclusionOf } from './block-public-access';
import { endpointServices } from './endpoints';
import { lookedUpSubnets, lookedUpVpcFacts } from './looked-up-vpcs';
import { namesFacts } from './names';
import { describeIdentity, describeReference, flagOr, isLiteral, userPath } from './references';
import { Fact, VpcFacts } from '../../egress';
import { Properties } from '../tree/properties';
import { StageIndex } from '../tree/stage-index';

/**
 * The facts of the VPC that the tasks are in.
 *
 * @param identity  undefined if the subnets do not tell it
 * @param vpc       the VPC as the app has it, in case it was looked up
 */
export function vpcFacts(index: StageIndex, identity: string | undefined, vpc: ec2.IVpc | undefined): Fact<VpcFacts> {
  if (vpc && (identity === undefined || identity === vpc.vpcId) && lookedUpSubnets(index, vpc).size > 0) {
    return index.once(`looked-up VPC ${vpc.node.path}`, () => lookedUpVpcFacts(index, vpc));
  }
  if (identity === undefined) return UNSEEN;
  const resource = index.find(identity);
  return index.once<Fact<VpcFacts>>(`VPC ${identity}`, () => resource
    ? ownVpc(index, identity, resource)
    : { unknown: `VPC ${describeIdentity(identity)} is not part of this app` });
}

/** One object, since a judge remembers its verdicts by the VPC. */
const UNSEEN: Fact<VpcFacts> = { unknown: 'the VPC is not part of this app' };

function ownVpc(index: StageIndex, identity: string, resource: CfnResource): VpcFacts {
  const { EnableDnsSupport, EnableDnsHostnames } = index.read(resource);
  const id = userPath(resource.node.path);
  return {
    id,
    cidrs: cidrsOf(index, identity, resource),
    dnsSupport: flagOr(true, EnableDnsSupport, `EnableDnsSupport of VPC ${id}`),
    dnsHostnames: flagOr(false, EnableDnsHostnames, `EnableDnsHostnames of VPC ${id}`),
    domainNameServers: domainNameServers(index, identity),
    ...namesFacts(index, identity),
    blockPublicAccess: blockPublicAccess(index, resource.stack),
    ...exclusionOf(index, 'VpcId', identity),
    endpoints: endpointServices(index, identity),
  };
}

/** The ranges of a VPC, the primary IPv4 range first. IPv6 ranges are left out if one of them is known only to CloudFormation. */
function cidrsOf(index: StageIndex, identity: string, resource: CfnResource): Fact<readonly string[]> {
  const blocks = (index.by('AWS::EC2::VPCCidrBlock', 'VpcId').get(identity) ?? []).map(block => index.read(block));
  const isIpv4 = ({ CidrBlock, Ipv4IpamPoolId }: Properties) => CidrBlock !== undefined || Ipv4IpamPoolId !== undefined;
  const ipv4 = [index.read(resource), ...blocks.filter(isIpv4)].map(({ CidrBlock }) => CidrBlock);
  const ipv6 = blocks.filter(block => !isIpv4(block)).map(({ Ipv6CidrBlock }) => Ipv6CidrBlock);
  if (!ipv4.every(isLiteral)) return { unknown: `the ranges of VPC ${userPath(resource.node.path)} are known only to CloudFormation` };
  return ipv6.every(isLiteral) ? [...ipv4, ...ipv6] : ipv4;
}

function domainNameServers(index: StageIndex, vpc: string): Fact<readonly string[]> {
  const [association] = index.by('AWS::EC2::VPCDHCPOptionsAssociation', 'VpcId').get(vpc) ?? [];
  if (!association) return ['AmazonProvidedDNS'];
  const { DhcpOptionsId } = index.read(association);
  const options = index.find(index.identity(DhcpOptionsId, association));
  if (!options) return { unknown: `DHCP options ${describeReference(index, DhcpOptionsId, association)} are not part of this app` };
  const { DomainNameServers = ['AmazonProvidedDNS'] } = index.read(options);
  const isKnown = Array.isArray(DomainNameServers) && DomainNameServers.every(isLiteral);
  return isKnown ? DomainNameServers : { unknown: `the name servers in ${userPath(options.node.path)} are known only to CloudFormation` };
}
