/** The VPC, as an L1 or as the L2 with its subnets, NAT gateways and default routes. */
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Network, ZONES } from './network';
import { Subnet } from '../../model/world';
import { assignsIpv6 } from '../expressible';

export type Style = 'L1' | 'L2';

export function addVpc(network: Network, style: Style): void {
  const { zones, tiers } = tiersOf(network);
  if (style === 'L2' && tiers.length > 0) addL2(network, zones, tiers);
  else addL1(network);
  addRanges(network);
}

function addL1(network: Network): void {
  const { CidrBlocks, EnableDnsSupport, EnableDnsHostnames } = network.world.vpc;
  const isDefault = EnableDnsSupport === true && network.random.chance(0.5);
  network.vpcResource = network.add('AWS::EC2::VPC', {
    CidrBlock: CidrBlocks[0], EnableDnsHostnames, EnableDnsSupport: isDefault ? undefined : network.template.value(EnableDnsSupport, on => on),
  });
}

/** Tiers of the L2: subnets of one kind, one in each zone. */
function tiersOf(network: Network): { readonly zones: number; readonly tiers: readonly (readonly Subnet[])[] } {
  const { subnets } = network.world;
  const zones = new Set(subnets.map(({ AvailabilityZone }) => AvailabilityZone)).size;
  const fits = (subnet: Subnet, at: number) => subnet.AvailabilityZone === ZONES[at % zones]
    && subnets.filter(({ RouteTableId }) => RouteTableId === subnet.RouteTableId).length === 1;
  const end = subnets.findIndex((subnet, at) => !fits(subnet, at));
  const count = Math.floor((end < 0 ? subnets.length : end) / zones);
  return { zones, tiers: [...Array(Math.min(count, 3)).keys()].map(tier => subnets.slice(tier * zones, (tier + 1) * zones)) };
}

function addL2(network: Network, zones: number, tiers: readonly (readonly Subnet[])[]): void {
  const { vpc, internetGateway } = network.world;
  const types = [ec2.SubnetType.PUBLIC, ec2.SubnetType.PRIVATE_WITH_EGRESS, ec2.SubnetType.PRIVATE_ISOLATED];
  const nats = tiers.length < 2 || !internetGateway ? [] : natGatewaysIn(network, tiers[0]);
  const allocated = tiers.flat().map(({ CidrBlock }, at) => ({ cidr: CidrBlock ?? `10.255.${at}.0/24` }));
  const construct = new ec2.Vpc(network.template.stack, 'Vpc', {
    ipAddresses: { allocateVpcCidr: () => ({ cidrBlock: vpc.CidrBlocks[0] }), allocateSubnetsCidr: () => ({ allocatedSubnets: allocated }) },
    availabilityZones: ZONES.slice(0, zones),
    subnetConfiguration: tiers.map((_, at) => ({ name: `Tier${at}`, subnetType: types[at] })),
    natGateways: nats.length,
    createInternetGateway: internetGateway !== undefined,
    restrictDefaultSecurityGroup: false,
  });
  const resource = construct.node.defaultChild as ec2.CfnVPC;
  resource.enableDnsHostnames = vpc.EnableDnsHostnames;
  resource.enableDnsSupport = network.template.value(vpc.EnableDnsSupport, on => on);
  network.vpc = construct;
  network.vpcResource = resource;
  if (internetGateway) {
    network.refs.set(internetGateway.InternetGatewayId, construct.internetGatewayId!);
    if (!internetGateway.Attached) construct.node.tryRemoveChild('VPCGW');
  }
  const made = [construct.publicSubnets, construct.privateSubnets, construct.isolatedSubnets].flat() as ec2.Subnet[];
  tiers.flat().forEach((subnet, at) => setSubnet(network, subnet, made[at]));
  nats.forEach((id, at) => network.refs.set(id, (construct.publicSubnets[at].node.findChild('NATGateway') as ec2.CfnNatGateway).ref));
}

/** The NAT gateways that the L2 makes: one in each of the first public subnets. */
function natGatewaysIn(network: Network, open: readonly Subnet[]): readonly string[] {
  const { natGateways } = network.world;
  const fits = (at: number) => natGateways[at]?.SubnetId === open[at]?.SubnetId && natGateways[at]?.State === 'available'
    && natGateways[at]?.ConnectivityType === 'public';
  const end = [...Array(open.length).keys()].findIndex(at => !fits(at));
  return natGateways.slice(0, end < 0 ? open.length : end).map(({ NatGatewayId }) => NatGatewayId);
}

function setSubnet(network: Network, subnet: Subnet, construct: ec2.Subnet): void {
  network.refs.set(subnet.SubnetId, construct.subnetId);
  network.l2.set(subnet.RouteTableId, construct);
  const resource = construct.node.defaultChild as ec2.CfnSubnet;
  resource.mapPublicIpOnLaunch = subnet.MapPublicIpOnLaunch;
  if (assignsIpv6(network.world, subnet.SubnetId)) resource.assignIpv6AddressOnCreation = true;
  if (subnet.CidrBlock === undefined) resource.addPropertyDeletionOverride('CidrBlock');
  const range = network.ipv6Range(subnet);
  if (range === undefined) return;
  if (network.random.chance(0.5)) resource.ipv6CidrBlock = range;
  else resource.addPropertyOverride('Ipv6CidrBlock', range);
  if (subnet.Ipv6Native) resource.addPropertyOverride('Ipv6Native', true);
  resource.enableDns64 = network.template.value(subnet.EnableDns64, on => on);
}

function addRanges(network: Network): void {
  const { CidrBlocks, Ipv6CidrBlocks } = network.world.vpc;
  const VpcId = network.vpcRef;
  CidrBlocks.slice(1).forEach(CidrBlock => network.add('AWS::EC2::VPCCidrBlock', { VpcId, CidrBlock }));
  for (const Ipv6CidrBlock of Ipv6CidrBlocks) {
    const own = network.hasRangeOfAmazon ? { AmazonProvidedIpv6CidrBlock: true } : { Ipv6CidrBlock, Ipv6Pool: 'ipv6pool-ec2-1' };
    network.add('AWS::EC2::VPCCidrBlock', { VpcId, ...own });
  }
}
