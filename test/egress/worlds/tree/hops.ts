/** NAT gateways, instances, network interfaces and endpoints that routes lead to. */
import { Fn } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ACCOUNT, Network } from './network';
import { REGION } from '../../model/draft';
import { isHidden, NatInstance, VpcEndpoint } from '../../model/world';

export function addNatGateways(network: Network): void {
  for (const { NatGatewayId, AvailabilityMode, ConnectivityType, State, SubnetId, RouteTableId, PrivateIp } of network.world.natGateways) {
    if (network.refs.has(NatGatewayId)) continue;
    if (State !== 'available') {
      // CloudFormation makes only available ones: this one is of another app.
      network.template.unseen.add(NatGatewayId);
      network.refs.set(NatGatewayId, NatGatewayId);
      if (RouteTableId !== undefined) network.refs.set(RouteTableId, RouteTableId);
      continue;
    }
    const isRegional = AvailabilityMode === 'regional';
    const isOmitted = ConnectivityType === 'public' && network.random.chance(0.5);
    const gateway = network.add('AWS::EC2::NatGateway', {
      AllocationId: ConnectivityType === 'public' && !isRegional ? 'eipalloc-1' : undefined,
      ConnectivityType: isOmitted ? undefined : network.template.value(ConnectivityType, type => type),
      ...isRegional ? { AvailabilityMode, VpcId: network.vpcRef } : { SubnetId: network.template.value(SubnetId!, id => network.ref(id)) },
      PrivateIpAddress: isHidden(SubnetId) ? undefined : PrivateIp,
    }, undefined, isRegional);
    network.refs.set(NatGatewayId, gateway.ref);
    if (RouteTableId !== undefined) network.refs.set(RouteTableId, gateway.getAtt('RouteTableId').toString());
  }
}

export function addAppliances(network: Network): void {
  network.world.natInstances.forEach(instance => addNatInstance(network, instance));
  addNetworkInterfaces(network);
  addEndpoints(network);
}

function addNatInstance(network: Network, instance: NatInstance): void {
  const { InstanceId, NetworkInterfaceId, SourceDestCheck, PublicIpAddress, State, Masquerades, PrivateIpAddress } = instance;
  if (State !== 'running') {
    network.template.unseen.add(InstanceId);
    network.refs.set(InstanceId, InstanceId);
    network.refs.set(NetworkInterfaceId, NetworkInterfaceId);
    return;
  }
  if (!Masquerades) network.template.unseen.add(`whether ${InstanceId} forwards`);
  const common = { ImageId: 'ami-1', InstanceType: 't3.micro', UserData: Fn.base64(userData(Masquerades)) };
  const GroupSet = instance.SecurityGroupIds.map(id => network.ref(id));
  const SubnetId = network.ref(instance.SubnetId);
  const check = SourceDestCheck === true && network.random.chance(0.5) ? undefined : network.template.value(SourceDestCheck, on => on);
  if (!JSON.stringify(network.world.routeTables).includes(`"${NetworkInterfaceId}"`)) {
    network.refs.set(InstanceId, network.add('AWS::EC2::Instance', {
      ...common,
      SourceDestCheck: check,
      NetworkInterfaces: [{
        DeviceIndex: '0', GroupSet, SubnetId, PrivateIpAddress,
        AssociatePublicIpAddress: network.template.value(PublicIpAddress, address => address !== null),
      }],
    }).ref);
    return;
  }
  const nic = network.add('AWS::EC2::NetworkInterface', { SubnetId, GroupSet, SourceDestCheck: check, PrivateIpAddress }).ref;
  network.refs.set(NetworkInterfaceId, nic);
  const NetworkInterfaces = [{ DeviceIndex: '0', NetworkInterfaceId: nic }];
  network.refs.set(InstanceId, network.add('AWS::EC2::Instance', { ...common, NetworkInterfaces }).ref);
  if (isHidden(PublicIpAddress)) network.template.mustBeConditional(PublicIpAddress);
  network.each(PublicIpAddress, (address, condition) => {
    if (address !== null) network.add('AWS::EC2::EIPAssociation', { NetworkInterfaceId: nic, AllocationId: 'eipalloc-1' }, condition);
  });
}

function addNetworkInterfaces(network: Network): void {
  for (const { NetworkInterfaceId, SubnetId, PrivateIpAddress, SourceDestCheck } of network.world.networkInterfaces) {
    network.template.unseen.add(`whether ${NetworkInterfaceId} forwards`);
    network.refs.set(NetworkInterfaceId, network.add('AWS::EC2::NetworkInterface', {
      SubnetId: network.ref(SubnetId), PrivateIpAddress, SourceDestCheck: network.template.value(SourceDestCheck, on => on),
    }).ref);
  }
}

/** Endpoints other than those for a service with routes of its own. */
function addEndpoints(network: Network): void {
  for (const endpoint of network.world.vpcEndpoints.filter(({ VpcEndpointType }) => VpcEndpointType !== 'Gateway')) {
    network.refs.set(endpoint.VpcEndpointId, addEndpoint(network, endpoint));
  }
}

function addEndpoint(network: Network, { VpcEndpointType, ServiceName, SubnetId, NetworkFirewall }: VpcEndpoint): string {
  const VpcId = network.vpcRef;
  if (NetworkFirewall) {
    const firewall = network.add('AWS::NetworkFirewall::Firewall', {
      FirewallName: network.template.id('firewall'), FirewallPolicyArn: `arn:aws:network-firewall:${REGION}:${ACCOUNT}:firewall-policy/policy`,
      VpcId, SubnetMappings: [{ SubnetId: network.ref(SubnetId!) }],
    });
    return Fn.select(1, Fn.split(':', Fn.select(0, firewall.getAtt('EndpointIds') as any)));
  }
  const SubnetIds = SubnetId === undefined ? undefined : [network.ref(SubnetId)];
  return network.add('AWS::EC2::VPCEndpoint', { VpcId, VpcEndpointType, ServiceName, SubnetIds }).ref;
}

function userData(masquerades: boolean): string {
  const commands = ec2.UserData.forLinux();
  commands.addCommands(...masquerades ? ec2.NatInstanceProviderV2.DEFAULT_USER_DATA_COMMANDS : ['yum install -y squid']);
  return commands.render();
}
