import type { CfnResource } from 'aws-cdk-lib';
import { hopSubnet } from './hop-subnets';
import { flagOr, knownOrNone, onlyCloudFormationKnows, userPath } from './references';
import { securityGroupsBothWays } from './security-groups';
import { forwardsByUserData } from './user-data';
import { Fact, ForwarderFacts } from '../../egress';
import { Properties } from '../tree/properties';
import { StageIndex } from '../tree/stage-index';

/** An instance of this app that a route names, or the instance of a network interface of this app. */
export function forwarder(index: StageIndex, identity: string | undefined): Fact<ForwarderFacts> | undefined {
  const resource = index.find(identity);
  switch (resource?.cfnResourceType) {
    case 'AWS::EC2::Instance': return index.once(`forwarder ${identity}`, () => ofInstance(index, resource));
    case 'AWS::EC2::NetworkInterface': return index.once(`forwarder ${identity}`, () => ofInterface(index, resource));
    default: return undefined;
  }
}

function ofInstance(index: StageIndex, instance: CfnResource): Fact<ForwarderFacts> {
  const properties = index.read(instance);
  const [nic] = [properties.NetworkInterfaces ?? []].flat();
  const own = index.find(index.identity(nic?.NetworkInterfaceId, instance));
  if (own) return interfaceFacts(index, own, instance);
  const path = userPath(instance.node.path);
  const groups = nic?.GroupSet ?? properties.SecurityGroupIds ?? properties.SecurityGroups;
  // What an instance does not say, its launch template may.
  if (properties.LaunchTemplate !== undefined && (groups === undefined || properties.SourceDestCheck === undefined)) {
    return { unknown: `some settings of instance ${path} are those of its launch template` };
  }
  const subnet = index.identity(nic?.SubnetId ?? properties.SubnetId, instance);
  return {
    sourceDestCheck: flagOr(true, properties.SourceDestCheck, `SourceDestCheck of instance ${path}`),
    publicIpv4: hasElasticIp(index, instance) || publicAddress(index, subnet, nic, path),
    forwards: forwardsByUserData(index, instance),
    securityGroups: securityGroupsBothWays(index, knownOrNone(index, groups, instance, `the security groups of instance ${path}`), instance),
    subnet: subnet === undefined ? onlyCloudFormationKnows(`the subnet of instance ${path}`) : hopSubnet(index, subnet),
  };
}

/** An interface that is created apart from its instance has a public address only if it is given an Elastic IP address. */
function ofInterface(index: StageIndex, nic: CfnResource): Fact<ForwarderFacts> | undefined {
  const identity = `${nic.node.path}#Ref`;
  const [attachment] = index.by('AWS::EC2::NetworkInterfaceAttachment', 'NetworkInterfaceId').get(identity) ?? [];
  const instance = attachment
    ? index.find(index.identity(index.read(attachment).InstanceId, attachment))
    : index.ofType('AWS::EC2::Instance', one => [index.read(one).NetworkInterfaces ?? []].flat()
      .some(({ NetworkInterfaceId }: Properties) => index.identity(NetworkInterfaceId, one) === identity))[0];
  return instance && interfaceFacts(index, nic, instance);
}

function interfaceFacts(index: StageIndex, nic: CfnResource, instance: CfnResource): ForwarderFacts {
  const { SourceDestCheck, GroupSet, SubnetId } = index.read(nic);
  const path = userPath(nic.node.path);
  const subnet = index.identity(SubnetId, nic);
  return {
    sourceDestCheck: flagOr(true, SourceDestCheck, `SourceDestCheck of network interface ${path}`),
    publicIpv4: hasElasticIp(index, nic),
    forwards: forwardsByUserData(index, instance),
    securityGroups: securityGroupsBothWays(index, knownOrNone(index, GroupSet, nic, `the security groups of network interface ${path}`), nic),
    subnet: subnet === undefined ? onlyCloudFormationKnows(`the subnet of network interface ${path}`) : hopSubnet(index, subnet),
  };
}

function publicAddress(index: StageIndex, subnet: string | undefined, nic: Properties | undefined, instance: string): Fact<boolean> {
  const address = nic?.AssociatePublicIpAddress;
  if (address !== undefined) return flagOr(false, address, `AssociatePublicIpAddress of instance ${instance}`);
  const resource = index.find(subnet);
  return resource
    ? flagOr(false, index.read(resource).MapPublicIpOnLaunch, `MapPublicIpOnLaunch of ${userPath(resource.node.path)}`)
    : { unknown: `whether instance ${instance} has a public address depends on its subnet, which is not part of this app` };
}

/** @param resource  an instance or a network interface */
function hasElasticIp(index: StageIndex, resource: CfnResource): boolean {
  const identity = `${resource.node.path}#Ref`;
  return [['AWS::EC2::EIPAssociation', 'InstanceId'], ['AWS::EC2::EIPAssociation', 'NetworkInterfaceId'], ['AWS::EC2::EIP', 'InstanceId']]
    .some(([type, property]) => index.by(type, property).get(identity) !== undefined);
}
