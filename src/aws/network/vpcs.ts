import type { DhcpOptions, Vpc, VpcBlockPublicAccessOptions } from '@aws-sdk/client-ec2';
import { exclusionOf, exclusionsIfBlocked, modeFor } from './block-public-access';
import { DnsAccount } from './dns-account';
import { Ec2Account } from './ec2-account';
import { endpointServices } from './endpoints';
import { NameFacts, nameFacts } from './names';
import { isFor } from './private-zones';
import { Read } from './reads';
import { found, unread } from './unread';
import { Fact, isUnknown, VpcFacts } from '../../egress';

/** What of the placements decides what is read of a VPC. */
interface Needs {
  readonly hosts: ReadonlySet<string>;
  /** Whether a start-up can use the VPC's endpoints. */
  readonly endpoints: boolean;
}

export async function vpcFacts(account: Ec2Account, dns: DnsAccount, id: string, needs: Needs): Promise<VpcFacts> {
  const vpc = account.vpc.of(id);
  const endpoints = needs.endpoints ? account.endpointsOfVpc.of(id) : undefined;
  const [known, dnsSupport, servers, options, exclusions, names] = await Promise.all([
    vpc, account.vpcAttribute(id, 'enableDnsSupport'), vpc.then(read => nameServers(account, read, id)), account.blockPublicAccess(), exclusionsIfBlocked(account),
    nameFacts(dns, id, needs.hosts),
  ]);
  const cidrs = found(known, `the ranges of VPC ${id}`);
  return {
    id,
    cidrs: isUnknown(cidrs) ? cidrs : cidrsOf(cidrs),
    dnsSupport: attributeOf(dnsSupport, 'enableDnsSupport', id),
    ...await dnsHostnames(account, id, names, needs),
    domainNameServers: servers,
    ...namesOfOwner(names, id, foreignOwner(known.items[0], options)),
    blockPublicAccess: modeFor(id, foreignOwner(known.items[0], options), options),
    ...exclusions ? { blockPublicAccessExclusion: exclusionOf(exclusions, 'vpc', id) } : {},
    endpoints: endpoints
      ? endpointServices(await endpoints, id)
      : { unknown: `the endpoints of VPC ${id} were not read, because no start-up here can use them` },
  };
}

/** The account that shares the VPC, if it is another one. */
function foreignOwner(vpc: Vpc | undefined, { items: [options] }: Read<VpcBlockPublicAccessOptions>): string | undefined {
  return options?.AwsAccountId !== undefined && options.AwsAccountId !== vpc?.OwnerId ? vpc?.OwnerId : undefined;
}

/** Route 53 lists only the settings of the caller's own VPCs. */
function namesOfOwner(names: NameFacts, vpc: string, owner: string | undefined): NameFacts {
  if (owner === undefined) return names;
  const unseen = { unknown: `VPC ${vpc} is shared by account ${owner}, whose DNS settings cannot be seen` };
  return { dnsFirewallRules: unseen, resolverRules: unseen, privateZones: unseen };
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

function attributeOf({ items: [isOn], failure }: Read<boolean>, attribute: string, vpc: string): Fact<boolean> {
  if (failure !== undefined) return unread(`the attribute ${attribute} of VPC ${vpc}`, failure);
  return isOn ?? { unknown: `EC2 did not return the attribute ${attribute} of VPC ${vpc}` };
}

/** Read only if a private hosted zone may answer for a name that is looked up. */
async function dnsHostnames(account: Ec2Account, id: string, { privateZones }: NameFacts, { hosts }: Needs): Promise<Pick<VpcFacts, 'dnsHostnames'>> {
  if (isUnknown(privateZones) || !privateZones.some(({ name }) => !isUnknown(name) && isFor(name, hosts))) return {};
  return { dnsHostnames: attributeOf(await account.vpcAttribute(id, 'enableDnsHostnames'), 'enableDnsHostnames', id) };
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
