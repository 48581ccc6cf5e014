import type { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { exclusionOf } from './block-public-access';
import { HOPS } from './hops';
import { LOOKED_UP_ACL, lookedUpRanges, lookedUpRoutes, lookedUpSubnets } from './looked-up-vpcs';
import { networkAclOfSubnet } from './network-acls';
import { describeIdentity, flagOr } from './references';
import { routesOfSubnet } from './route-tables';
import { ipv4RangeOf, ipv6RangeOf } from './subnet-ranges';
import { Fact, isUnknown, SubnetFacts, Unknown } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** Subnets that a user vouches for. */
export interface Vouched {
  /** Who vouches, e.g. `knownEgress of Shop/Agent`. */
  readonly by: string;
  /** Identities. */
  readonly subnets: readonly string[];
}

/**
 * The facts of subnets. Equal subnets are one object, since a judge remembers its verdicts by these objects.
 *
 * @param identities  of the subnets
 * @param vpc         the VPC as the app has it: a looked-up VPC knows the classes of its subnets
 */
export function subnetFacts(
  index: StageIndex, identities: Fact<readonly string[]>, vpc: ec2.IVpc | undefined, vouched: Vouched | undefined,
): Fact<readonly SubnetFacts[]> {
  return isUnknown(identities) ? identities : identities.map(identity => {
    const facts = index.once(`subnet ${identity}`, () => {
      const resource = index.find(identity);
      return resource ? ownSubnet(index, identity, resource) : importedSubnet(index, identity, vpc);
    });
    return vouched?.subnets.includes(identity)
      ? index.once(`subnet ${identity}, vouched for by ${vouched.by}`, () => ({ ...facts, vouchedBy: vouched.by }))
      : facts;
  });
}

/** The identity of the VPC of the first of some subnets that is in this app. */
export function vpcOf(index: StageIndex, subnets: Fact<readonly string[]>): string | undefined {
  const resource = (isUnknown(subnets) ? [] : subnets).map(identity => index.find(identity)).find(found => found !== undefined);
  return resource && index.identity(index.read(resource).VpcId, resource);
}

function ownSubnet(index: StageIndex, identity: string, resource: CfnResource): SubnetFacts {
  const id = describeIdentity(identity);
  const { MapPublicIpOnLaunch, EnableDns64, Ipv6Native, AssignIpv6AddressOnCreation } = index.read(resource);
  return {
    id,
    ...ipv4RangeOf(index, identity),
    ...ipv6RangeOf(index, identity),
    ipv6Native: flagOr(false, Ipv6Native, `Ipv6Native of ${id}`),
    mapPublicIpOnLaunch: flagOr(false, MapPublicIpOnLaunch, `MapPublicIpOnLaunch of ${id}`),
    assignIpv6AddressOnCreation: flagOr(false, AssignIpv6AddressOnCreation, `AssignIpv6AddressOnCreation of ${id}`),
    routes: routesOfSubnet(index, identity, HOPS),
    networkAcl: networkAclOfSubnet(index, identity),
    dns64: flagOr(false, EnableDns64, `EnableDns64 of ${id}`),
    ...exclusionOf(index, 'SubnetId', identity),
  };
}

/** A subnet that this app does not create. The app may still give it a route table or a network ACL. */
function importedSubnet(index: StageIndex, identity: string, vpc: ec2.IVpc | undefined): SubnetFacts {
  const id = describeIdentity(identity);
  const lookedUp = vpc && lookedUpSubnets(index, vpc).get(id);
  const outside = (what: string): Unknown => ({ unknown: `${what} of subnet ${id} are not part of this app` });
  const routes = routesOfSubnet(index, identity, HOPS);
  const networkAcl = networkAclOfSubnet(index, identity);
  const exclusion = exclusionOf(index, 'SubnetId', identity);
  if (lookedUp?.type === 'Public') {
    return {
      id,
      ...lookedUpRanges(lookedUp),
      mapPublicIpOnLaunch: { unknown: `the VPC lookup does not read whether subnet ${id} gives instances public addresses` },
      routes: isUnknown(routes) ? lookedUpRoutes(id, lookedUp.type) : routes,
      networkAcl: isUnknown(networkAcl) ? LOOKED_UP_ACL : networkAcl,
      dns64: false,
      ...exclusion,
    };
  }
  return {
    id,
    ...ipv4RangeOf(index, identity),
    ...ipv6RangeOf(index, identity),
    ipv6Native: outside('the ranges'),
    ...lookedUp ? lookedUpRanges(lookedUp) : {},
    mapPublicIpOnLaunch: outside('the address settings'),
    assignIpv6AddressOnCreation: outside('the address settings'),
    routes: isUnknown(routes) && lookedUp ? lookedUpRoutes(id, lookedUp.type) : routes,
    networkAcl,
    dns64: outside('the DNS settings'),
    ...exclusion,
  };
}
