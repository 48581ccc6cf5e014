import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { readDirectly, readRendered } from '../../../src/cdk/tree/properties';
import { fargate, onEc2, sidecar, synthesize } from '../../given';

test('an override of a property replaces the property', () => {
  const given = fargate();
  const [subnet] = given.vpc.privateSubnets;
  (subnet.node.findChild('DefaultRoute') as ec2.CfnRoute).addPropertyOverride('DestinationCidrBlock', '10.0.0.0/8');
  sidecar(given.service);
  expect(synthesize(given.app).errors).toMatch(/PrivateSubnet1 has no route to the internet; .*10\.0\.0\.0\/8 -> NAT gateway/);
});

/** Properties that no check reads. */
const UNREAD: readonly string[] = [
  'Command', 'DockerLabels', 'EntryPoint', 'Environment', 'HealthCheck', 'LogConfiguration', 'MountPoints', 'PortMappings', 'RestartPolicy', 'Secrets',
  'DeploymentConfiguration', 'DesiredCount', 'Essential', 'ExecutionRoleArn', 'Family', 'GroupDescription', 'InferenceAccelerators',
  'PlacementConstraints', 'RequiresCompatibilities', 'ServiceRegistries', 'Tags', 'TaskRoleArn', 'VolumeConfigurations', 'Volumes',
  // Their names differ in more than the first letter.
  'EnableECSManagedTags', 'EnableEcsManagedTags', 'NotificationTargetARN', 'NotificationTargetArn', 'RoleARN', 'RoleArn',
];

/** Without the properties that no check reads, and without empty ones, which only rendering removes. */
function withoutUnread(value: any): any {
  if (Array.isArray(value)) return value.map(withoutUnread);
  if (typeof value !== 'object' || value === null) return value;
  const isEmpty = (member: any) => member === undefined || (typeof member === 'object' && member !== null && Object.keys(member).length === 0);
  return Object.fromEntries(Object.entries(value)
    .filter(([key, member]) => !UNREAD.includes(key) && !isEmpty(member))
    .map(([key, member]) => [key, withoutUnread(member)]));
}

function addNetwork(stack: Stack, vpc: ec2.Vpc): void {
  const acl = new ec2.NetworkAcl(stack, 'Acl', { vpc });
  acl.addEntry('Entry', { cidr: ec2.AclCidr.anyIpv4(), traffic: ec2.AclTraffic.tcpPortRange(1024, 65535), ruleNumber: 100 });
  const group = new ec2.SecurityGroup(stack, 'Group', { vpc, allowAllOutbound: false });
  group.addEgressRule(ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.tcp(443));
  group.addEgressRule(new ec2.SecurityGroup(stack, 'Other', { vpc }), ec2.Port.tcp(443));
  group.addEgressRule(ec2.Peer.prefixList('pl-1'), ec2.Port.allTraffic());
  vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  vpc.addInterfaceEndpoint('Secrets', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER });
  const options = new ec2.CfnDHCPOptions(stack, 'Dhcp', { domainNameServers: ['AmazonProvidedDNS'] });
  new ec2.CfnVPCDHCPOptionsAssociation(stack, 'Association', { vpcId: vpc.vpcId, dhcpOptionsId: options.ref });
  new ec2.CfnPrefixList(stack, 'List', { addressFamily: 'IPv4', maxEntries: 1, prefixListName: 'list', entries: [{ cidr: '0.0.0.0/0' }] });
  new ec2.CfnVPCBlockPublicAccessOptions(stack, 'Block', { internetGatewayBlockMode: 'off' });
  new ec2.CfnVPCBlockPublicAccessExclusion(stack, 'Exclusion', { vpcId: vpc.vpcId, internetGatewayExclusionMode: 'allow-egress' });
}

const LAUNCH_TEMPLATES = { '@aws-cdk/aws-autoscaling:generateLaunchTemplateInsteadOfLaunchConfig': true };

test.each<[string, () => { readonly app: App; readonly stack: Stack; readonly vpc: ec2.Vpc; readonly service: ecs.BaseService }]>([
  ['on Fargate', () => fargate({
    service: { assignPublicIp: true, circuitBreaker: { rollback: true } },
    task: { runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.ARM64 } },
  })],
  ['on EC2 with launch configurations', () => onEc2()],
  ['on EC2 with launch templates', () => onEc2({ networkMode: ecs.NetworkMode.HOST, appProps: { context: LAUNCH_TEMPLATES } })],
  ['in a dual-stack VPC', () => fargate({ vpcProps: { ipProtocol: ec2.IpProtocol.DUAL_STACK } })],
])('the properties that are read directly are those that the CDK renders, for a service %s', (_, make) => {
  const { app, stack, vpc, service } = make();
  addNetwork(stack, vpc);
  sidecar(service);
  app.synth();
  const resources = stack.node.findAll().filter(construct => CfnResource.isCfnResource(construct)) as CfnResource[];
  const judged = resources.filter(({ cfnResourceType }) => /^AWS::(EC2|ECS|AutoScaling)::/.test(cfnResourceType));
  expect(judged.length).toBeGreaterThan(20);
  for (const resource of judged) {
    expect({ [resource.node.path]: withoutUnread(readDirectly(resource)) }).toEqual({ [resource.node.path]: withoutUnread(readRendered(resource)) });
  }
});
