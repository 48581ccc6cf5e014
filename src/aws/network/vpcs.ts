import type { DhcpOptions, Vpc } from '@aws-sdk/client-ec2';
import { modeFor } from './block-public-access';
import { Ec2Account } from './ec2-account';
import { endpointServices } from './endpoints';
import { Read } from './reads';
import { found, unread } from './unread';
import { Fact, isUnknown, VpcFacts } from '../../egress';

/** @param withEndpoints  whether a start-up can use the VPC's endpoints */
export async function vpcFacts(account: Ec2Account, id: string, withEndpoints: boolean): Promise<VpcFacts> {
  const vpc = account.vpc.of(id);
  const endpoints = withEndpoints ? account.endpointsOfVpc.of(id) : undefined;
  const [known, dnsSupport, servers, options] = await Promise.all([
    vpc, account.dnsSupport(id), vpc.then(read => nameServers(account, read, id)), account.blockPublicAccess(),
  ]);
  const cidrs = found(known, `the ranges of VPC ${id}`);
  return {
    id,
    cidrs: isUnknown(cidrs) ? cidrs : cidrsOf(cidrs),
    dnsSupport: dnsSupportOf(dnsSupport, id),
    domainNameServers: servers,
    blockPublicAccess: modeFor(id, known.items[0]?.OwnerId, options),
    endpoints: endpoints
      ? endpointServices(await endpoints, id)
      : { unknown: `the endpoints of VPC ${id} were not read, because no start-up here can use them` },
  };
}

/** EC2 lists removed ranges for a while. */
function cidrsOf({ VpcId, CidrBlock, CidrBlockAssociationSet, Ipv6CidrBlockAssociationSet = [] }: Vpc): Fact<readonly string[]> {
  const ipv4 = CidrBlockAssociationSet?.filter(({ CidrBlockState }) => isAssociated(CidrBlockState)).map(block => block.CidrBlock) ?? [CidrBlock];
  if (ipv4.includes(undefined)) return { unknown: `EC2 did not return the ranges of VPC ${VpcId}` };
  const ipv6 = Ipv6CidrBlockAssociationSet.filter(({ Ipv6CidrBlockState }) => isAssociated(Ipv6CidrBlockState)).map(block => block.Ipv6CidrBlock);
  return [...ipv4, ...ipv6].filter(cidr => cidr !== undefined);
}

export function isAssociated(state: { readonly State?: string } | undefined): boolean {
  return state?.State === undefined || state.State === 'associated';
}

function dnsSupportOf({ items: [isOn], failure }: Read<boolean>, vpc: string): Fact<boolean> {
  if (failure !== undefined) return unread(`the attribute enableDnsSupport of VPC ${vpc}`, failure);
  return isOn ?? { unknown: `EC2 did not return whether VPC ${vpc} has DNS support` };
}

/** AWS's resolver, which applies if nothing else is set. */
const AMAZON = ['AmazonProvidedDNS'];

async function nameServers(account: Ec2Account, read: Read<Vpc>, name: string): Promise<Fact<readonly string[]>> {
  const vpc = found(read, `the name of the DHCP options of VPC ${name}`);
  if (isUnknown(vpc)) return vpc;
  const { DhcpOptionsId: id } = vpc;
  // A VPC without DHCP options uses AWS's resolver.
  // https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html
  if (id === undefined || id === 'default') return AMAZON;
  const options = found(await account.dhcpOptions.of(id), `the set of DHCP options ${id} of VPC ${name}`);
  return isUnknown(options) ? options : serversIn(options);
}

function serversIn({ DhcpConfigurations = [] }: DhcpOptions): readonly string[] {
  const servers = DhcpConfigurations.filter(({ Key }) => Key === 'domain-name-servers')
    .flatMap(({ Values = [] }) => Values.flatMap(({ Value }) => Value ?? []));
  return servers.length > 0 ? servers : AMAZON;
}
