import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { EgressVerdict, explainEgress, Outcome } from '../../src/egress';
import { sidecar, SidecarOptions, synthesize } from '../given';

const DOCS = resolve(__dirname, '../../docs');
const PAGE = readFileSync(join(DOCS, 'networks.md'), 'utf8');

type Place = { readonly stack: Stack; readonly vpc: ec2.IVpc };

const ON_PUBLIC = { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } };

const stackOf = () => new Stack(new App(), 'Shop');

function vpc(stack: Stack, natGateways: number): Place & { readonly vpc: ec2.Vpc } {
  return { stack, vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, natGateways }) };
}

function onFargate(place: Place, props: Partial<ecs.FargateServiceProps> = {}): ecs.FargateService {
  const cluster = new ecs.Cluster(place.stack, 'Cluster', { vpc: place.vpc });
  const taskDefinition = new ecs.FargateTaskDefinition(place.stack, 'Task', { cpu: 512, memoryLimitMiB: 1024 });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
  return new ecs.FargateService(place.stack, 'Orders', { cluster, taskDefinition, minHealthyPercent: 100, ...props });
}

function onEc2(place: Place, props: Partial<ecs.Ec2ServiceProps>): ecs.Ec2Service {
  const cluster = new ecs.Cluster(place.stack, 'Cluster', { vpc: place.vpc });
  cluster.addCapacity('Capacity', { instanceType: new ec2.InstanceType('t3.medium'), ...ON_PUBLIC, associatePublicIpAddress: true });
  const taskDefinition = new ecs.Ec2TaskDefinition(place.stack, 'Task', { networkMode: ecs.NetworkMode.AWS_VPC });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx'), memoryReservationMiB: 256 });
  return new ecs.Ec2Service(place.stack, 'Orders', { cluster, taskDefinition, minHealthyPercent: 100, ...props });
}

/** The networks of the page, by the name of their picture. */
const NETWORKS: { readonly [picture: string]: { readonly verdict: Outcome; readonly options?: SidecarOptions; service(): ecs.BaseService } } = {
  'nat-gateway': { verdict: 'reachable', service: () => onFargate(vpc(stackOf(), 1)) },
  'public-address': { verdict: 'reachable', service: () => onFargate(vpc(stackOf(), 0), { ...ON_PUBLIC, assignPublicIp: true }) },
  'isolated': { verdict: 'unreachable', service: () => onFargate(vpc(stackOf(), 0)) },
  'no-public-address': { verdict: 'unreachable', service: () => onFargate(vpc(stackOf(), 0), ON_PUBLIC) },
  'ec2-public-subnet': { verdict: 'unreachable', service: () => onEc2(vpc(stackOf(), 0), ON_PUBLIC) },
  'security-group': {
    verdict: 'unreachable',
    service: () => {
      const place = vpc(stackOf(), 1);
      const group = new ec2.SecurityGroup(place.stack, 'Group', { vpc: place.vpc, allowAllOutbound: false });
      group.addEgressRule(ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.tcp(443));
      return onFargate(place, { securityGroups: [group] });
    },
  },
  'network-acl': {
    verdict: 'unreachable',
    service: () => {
      const place = vpc(stackOf(), 1);
      const acl = new ec2.NetworkAcl(place.stack, 'Acl', { vpc: place.vpc, subnetSelection: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } });
      const cidr = ec2.AclCidr.anyIpv4();
      acl.addEntry('Out', { direction: ec2.TrafficDirection.EGRESS, ruleNumber: 100, traffic: ec2.AclTraffic.allTraffic(), cidr });
      acl.addEntry('In', { direction: ec2.TrafficDirection.INGRESS, ruleNumber: 100, traffic: ec2.AclTraffic.tcpPort(80), cidr });
      return onFargate(place);
    },
  },
  'transit-gateway': {
    verdict: 'unknown',
    service: () => {
      const place = vpc(stackOf(), 0);
      const [{ routeTable }] = place.vpc.isolatedSubnets;
      new ec2.CfnRoute(place.stack, 'Onward', { routeTableId: routeTable.routeTableId, destinationCidrBlock: '0.0.0.0/0', transitGatewayId: 'tgw-1' });
      return onFargate(place);
    },
  },
  'imported': {
    verdict: 'unknown',
    service: () => {
      const stack = stackOf();
      const imported = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1'] });
      return onFargate({ stack, vpc: imported });
    },
  },
};

/** The verdict that synthesis writes into the cloud assembly, and the messages that it prints. */
function judged(service: ecs.BaseService, options: SidecarOptions = {}): { readonly kept: EgressVerdict; readonly said: string } {
  const { node } = sidecar(service, options);
  const { errors, messages } = synthesize(service.node.root);
  const kept = Stack.of(service).node.metadata.find(({ type }) => type === 'cdk-postman-live-collection:egress')!.data[node.path];
  return { kept, said: [errors, ...messages.map(({ text }) => text)].join('\n') };
}

/** The section of the page under one picture. */
function sectionOf(picture: string): string {
  const section = PAGE.split(/^### /m).find(text => text.includes(`](networks/${picture}.svg)`));
  if (!section) throw new Error(`docs/networks.md does not show networks/${picture}.svg`);
  return section;
}

function chapterOf(picture: string): string {
  return PAGE.split(/^## /m).find(text => text.includes(`](networks/${picture}.svg)`))!.split('\n')[0].toLowerCase();
}

describe('the network guide', () => {
  test('the network guide shows every picture of docs/networks, and every pictured network is judged in this test', () => {
    const drawn = readdirSync(join(DOCS, 'networks')).filter(name => name.endsWith('.svg')).map(name => name.replace('.svg', ''));
    expect(Object.keys(NETWORKS).sort()).toEqual(drawn.sort());
    for (const picture of drawn) expect(sectionOf(picture)).toMatch(/!\[[^\]]{30,}\]/);
  });

  test.each(Object.entries(NETWORKS))('the network guide has the verdict and the sentences of synthesis for %s', (picture, { verdict, options, service }) => {
    const { kept, said } = judged(service(), options);
    expect(kept.verdict).toBe(verdict);
    expect(chapterOf(picture)).toBe(verdict);
    const text = explainEgress(kept).map(line => `  - ${line}`).join('\n');
    expect(sectionOf(picture)).toContain(`\`\`\`text\n${text}\n\`\`\`\n`);
    if (verdict !== 'reachable') expect(said).toContain(text);
  });
});
