import type { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { exclusionOf } from './block-public-access';
import { LOOKED_UP_ACL, lookedUpClasses, lookedUpRoutes } from './looked-up-vpcs';
import { NAT_GATEWAYS } from './nat-gateways';
import { networkAclOfSubnet } from './network-acls';
import { describeIdentity, knownFlag } from './references';
import { routesOfSubnet } from './route-tables';
import { Fact, SubnetFacts, Unknown } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** What is known of a subnet, whichever interface is in it. */
export interface SubnetNetwork extends Omit<SubnetFacts, 'publicIpv4'> {
  /** Whether instances get a public address here if their launch settings do not say. */
  readonly mapPublicIpOnLaunch: Fact<boolean>;
  /** The identity of its VPC. */
  readonly vpc: string | undefined;
}

/** @param vpc  the VPC as the app has it: a looked-up VPC knows the classes of its subnets */
export function subnetNetwork(index: StageIndex, identity: string, vpc: ec2.IVpc): SubnetNetwork {
  return index.once(`subnet ${identity}`, () => {
    const resource = index.find(identity);
    return resource ? ownSubnet(index, identity, resource) : importedSubnet(index, describeIdentity(identity), vpc);
  });
}

/**
 * The facts of an interface in a subnet. Equal interfaces share one object, since the judge remembers its verdicts by these objects.
 *
 * @param publicIpv4  whether the interface gets a public address in the subnet
 */
export function subnetFacts(
  index: StageIndex, identity: string, vpc: ec2.IVpc, publicIpv4: (subnet: SubnetNetwork) => Fact<boolean>,
): SubnetFacts {
  const subnet = subnetNetwork(index, identity, vpc);
  const address = publicIpv4(subnet);
  return index.once(`interface in ${identity}, ${JSON.stringify(address)}`, () => ({ ...subnet, publicIpv4: address }));
}

function ownSubnet(index: StageIndex, identity: string, resource: CfnResource): SubnetNetwork {
  const id = describeIdentity(identity);
  const { VpcId, MapPublicIpOnLaunch, EnableDns64 } = index.read(resource);
  const vpc = index.identity(VpcId, resource);
  return {
    id,
    routes: routesOfSubnet(index, identity, NAT_GATEWAYS),
    networkAcl: networkAclOfSubnet(index, identity),
    ipv6: ipv6Of(index, identity, resource),
    dns64: EnableDns64 === true,
    mapPublicIpOnLaunch: MapPublicIpOnLaunch === undefined ? false : knownFlag(MapPublicIpOnLaunch, `MapPublicIpOnLaunch of ${id}`),
    vpc,
    blockPublicAccessExclusion: exclusionOf(index, identity, vpc),
  };
}

/** In a dual-stack subnet, the account setting `dualStackIPv6` decides. In an IPv6-only subnet, every task gets an IPv6 address. */
function ipv6Of(index: StageIndex, identity: string, resource: CfnResource): Fact<boolean> {
  const { Ipv6CidrBlock, Ipv6Native } = index.read(resource);
  if (Ipv6Native === true) return true;
  const hasRange = Ipv6CidrBlock !== undefined || index.by('AWS::EC2::SubnetCidrBlock', 'SubnetId').has(identity);
  return hasRange && { unknown: `whether tasks get an IPv6 address in ${describeIdentity(identity)} depends on the account setting dualStackIPv6` };
}

function importedSubnet(index: StageIndex, id: string, vpc: ec2.IVpc): SubnetNetwork {
  const lookedUp = lookedUpClasses(index, vpc).get(id);
  const outside = (what: string): Unknown => ({ unknown: `${what} of subnet ${id} are not part of this app` });
  const routes = lookedUp === undefined ? outside('the routes') : lookedUpRoutes(id, lookedUp);
  if (lookedUp === 'Public') {
    return {
      id,
      routes,
      networkAcl: LOOKED_UP_ACL,
      ipv6: false,
      dns64: false,
      mapPublicIpOnLaunch: { unknown: `the VPC lookup does not read whether subnet ${id} gives instances public addresses` },
      vpc: undefined,
    };
  }
  return {
    id,
    routes,
    networkAcl: outside('the network ACL rules'),
    ipv6: outside('the IPv6 ranges'),
    dns64: outside('the DNS settings'),
    mapPublicIpOnLaunch: outside('the address settings'),
    vpc: undefined,
  };
}
