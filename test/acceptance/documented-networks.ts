import { App, CfnCondition, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as networkfirewall from 'aws-cdk-lib/aws-networkfirewall';
import * as resolver from 'aws-cdk-lib/aws-route53resolver';
import { Outcome } from '../../src/egress';
import { SidecarOptions } from '../given';

/** A network that docs/networks.md explains. */
export interface DocumentedNetwork {
  readonly verdict: Outcome;
  /** Its picture in docs/networks. @default - it has no picture */
  readonly picture?: string;
  /** Options of the sidecar. @default - none */
  readonly options?: SidecarOptions;
  service(): ecs.BaseService;
}

interface Place {
  readonly stack: Stack;
  readonly vpc: ec2.IVpc;
}

type OwnPlace = Place & { readonly vpc: ec2.Vpc };

const ON_PUBLIC = { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } };
const ANYWHERE = '0.0.0.0/0';

const stackOf = () => new Stack(new App(), 'Shop');

function vpc(natGateways: number, props: ec2.VpcProps = {}): OwnPlace {
  const stack = stackOf();
  return { stack, vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, natGateways, ...props }) };
}

function onFargate({ stack, vpc: of }: Place, props: Partial<ecs.FargateServiceProps> = {}): ecs.FargateService {
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: of });
  const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task', { cpu: 512, memoryLimitMiB: 1024 });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
  return new ecs.FargateService(stack, 'Orders', { cluster, taskDefinition, minHealthyPercent: 100, ...props });
}

function onEc2({ stack, vpc: of }: Place, props: Partial<ecs.Ec2ServiceProps>): ecs.Ec2Service {
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: of });
  cluster.addCapacity('Capacity', { instanceType: new ec2.InstanceType('t3.medium'), ...ON_PUBLIC, associatePublicIpAddress: true });
  const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'Task', { networkMode: ecs.NetworkMode.AWS_VPC });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx'), memoryReservationMiB: 256 });
  return new ecs.Ec2Service(stack, 'Orders', { cluster, taskDefinition, minHealthyPercent: 100, ...props });
}

function imported(): Place {
  const stack = stackOf();
  return { stack, vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1'] }) };
}

/** The networks of the page, by the titles of their sections. */
export const DOCUMENTED_NETWORKS: { readonly [title: string]: DocumentedNetwork } = {
  'Through a NAT gateway': { verdict: 'reachable', picture: 'nat-gateway', service: () => onFargate(vpc(1)) },

  'Through a public address': {
    verdict: 'reachable', picture: 'public-address', service: () => onFargate(vpc(0), { ...ON_PUBLIC, assignPublicIp: true }),
  },

  'Through a NAT instance': {
    verdict: 'reachable',
    service: () => onFargate(vpc(1, { natGatewayProvider: ec2.NatProvider.instanceV2({ instanceType: new ec2.InstanceType('t4g.nano') }) })),
  },

  'Through subnets that you know': {
    verdict: 'reachable',
    options: { knownEgress: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } },
    service: () => onFargate(imported()),
  },

  'Isolated subnets': { verdict: 'unreachable', picture: 'isolated', service: () => onFargate(vpc(0)) },

  'A public subnet without a public address': { verdict: 'unreachable', picture: 'no-public-address', service: () => onFargate(vpc(0), ON_PUBLIC) },

  'EC2 with `awsvpc` in a public subnet': { verdict: 'unreachable', picture: 'ec2-public-subnet', service: () => onEc2(vpc(0), ON_PUBLIC) },

  'A security group that blocks outgoing traffic': {
    verdict: 'unreachable',
    picture: 'security-group',
    service: () => {
      const place = vpc(1);
      const group = new ec2.SecurityGroup(place.stack, 'Group', { vpc: place.vpc, allowAllOutbound: false });
      group.addEgressRule(ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.tcp(443));
      return onFargate(place, { securityGroups: [group] });
    },
  },

  'A network ACL that blocks the replies': {
    verdict: 'unreachable',
    picture: 'network-acl',
    service: () => {
      const place = vpc(1);
      const acl = new ec2.NetworkAcl(place.stack, 'Acl', { vpc: place.vpc, subnetSelection: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } });
      const cidr = ec2.AclCidr.anyIpv4();
      acl.addEntry('Out', { direction: ec2.TrafficDirection.EGRESS, ruleNumber: 100, traffic: ec2.AclTraffic.allTraffic(), cidr });
      acl.addEntry('In', { direction: ec2.TrafficDirection.INGRESS, ruleNumber: 100, traffic: ec2.AclTraffic.tcpPort(80), cidr });
      return onFargate(place);
    },
  },

  'VPC block public access': {
    verdict: 'unreachable',
    service: () => {
      const place = vpc(1);
      new ec2.CfnVPCBlockPublicAccessOptions(place.stack, 'BlockPublicAccess', { internetGatewayBlockMode: 'block-bidirectional' });
      return onFargate(place);
    },
  },

  'A DNS Firewall that blocks Postman': {
    verdict: 'unreachable',
    service: () => {
      const place = vpc(1);
      const domains = (id: string, names: string[]) => new resolver.CfnFirewallDomainList(place.stack, id, { domains: names }).attrId;
      const group = new resolver.CfnFirewallRuleGroup(place.stack, 'Names', {
        firewallRules: [
          { action: 'ALLOW', priority: 1, firewallDomainListId: domains('Allowed', ['*.amazonaws.com']) },
          { action: 'BLOCK', blockResponse: 'NODATA', priority: 2, firewallDomainListId: domains('Blocked', ['*']) },
        ],
      });
      new resolver.CfnFirewallRuleGroupAssociation(place.stack, 'NamesOfVpc', { firewallRuleGroupId: group.attrId, priority: 101, vpcId: place.vpc.vpcId });
      return onFargate(place);
    },
  },

  'A transit gateway, a firewall, an instance': {
    verdict: 'unknown',
    picture: 'transit-gateway',
    service: () => {
      const place = vpc(0);
      const [{ routeTable }] = place.vpc.isolatedSubnets;
      new ec2.CfnRoute(place.stack, 'Onward', { routeTableId: routeTable.routeTableId, destinationCidrBlock: ANYWHERE, transitGatewayId: 'tgw-1' });
      return onFargate(place);
    },
  },

  'Imported networks': { verdict: 'unknown', picture: 'imported', service: () => onFargate(imported()) },

  'A condition': {
    verdict: 'unknown',
    service: () => {
      const place = vpc(1);
      const parameter = new CfnParameter(place.stack, 'Egress', { default: 'on' });
      const condition = new CfnCondition(place.stack, 'WithEgress', { expression: Fn.conditionEquals(parameter.valueAsString, 'on') });
      (place.vpc.privateSubnets[0].node.findChild('DefaultRoute') as ec2.CfnRoute).cfnOptions.condition = condition;
      return onFargate(place);
    },
  },

  'A way back through a firewall': {
    verdict: 'unknown',
    service: () => {
      const place = vpc(1);
      const [{ routeTable }] = place.vpc.publicSubnets;
      const firewall = new networkfirewall.CfnFirewall(place.stack, 'Firewall', {
        firewallName: 'shop',
        firewallPolicyArn: 'arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/shop',
        subnetMappings: [{ subnetId: place.vpc.publicSubnets[0].subnetId }],
        vpcId: place.vpc.vpcId,
      });
      new ec2.CfnRoute(place.stack, 'Back', {
        routeTableId: routeTable.routeTableId,
        destinationCidrBlock: place.vpc.privateSubnets[0].ipv4CidrBlock,
        vpcEndpointId: Fn.select(1, Fn.split(':', Fn.select(0, firewall.attrEndpointIds))),
      });
      return onFargate(place);
    },
  },

  'An IPv6-only subnet': {
    verdict: 'unknown',
    service: () => {
      const subnetConfiguration = [{ name: 'App', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }];
      const place = vpc(0, { ipProtocol: ec2.IpProtocol.DUAL_STACK, subnetConfiguration });
      const subnet = place.vpc.privateSubnets[0].node.defaultChild as ec2.CfnSubnet;
      subnet.ipv6Native = true;
      subnet.cidrBlock = undefined;
      const group = new ec2.SecurityGroup(place.stack, 'Group', { vpc: place.vpc, allowAllIpv6Outbound: true });
      return onFargate(place, { securityGroups: [group] });
    },
  },
};
