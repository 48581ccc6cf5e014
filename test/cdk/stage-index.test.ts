import { App, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { readDirectly, readRendered, StageIndex } from '../../src/cdk/stage-index';
import { ENV, fargate, onEc2, sidecar, synthesize } from '../given';

/** How many trees a piece of work walks. */
function walksOf(work: () => void): number {
  const before = StageIndex.walks;
  work();
  return StageIndex.walks - before;
}

function manyServices(count: number, scope?: Stage): { readonly app: App; readonly stack: Stack; readonly vpc: ec2.Vpc } {
  const app = scope === undefined ? new App() : scope.node.root as App;
  const stack = new Stack(scope ?? app, 'Stack', { env: ENV });
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
  for (let number = 0; number < count; number++) {
    const taskDefinition = new ecs.FargateTaskDefinition(stack, `Task${number}`, { memoryLimitMiB: 2048, cpu: 1024 });
    taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
    sidecar(new ecs.FargateService(stack, `Service${number}`, { cluster, taskDefinition, minHealthyPercent: 100 }), {}, `Lca${number}`);
  }
  return { app, stack, vpc };
}

describe('the tree of an app', () => {
  test('is walked once, however many services there are', () => {
    const { app } = manyServices(40);
    expect(walksOf(() => app.synth({ force: true }))).toBe(1);
  });

  test('is walked once for 500 services', () => {
    const { app } = manyServices(50);
    for (let number = 0; number < 9; number++) {
      const stack = new Stack(app, `More${number}`, { env: ENV });
      const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
      const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
      for (let more = 0; more < 50; more++) {
        const taskDefinition = new ecs.FargateTaskDefinition(stack, `Task${more}`, { memoryLimitMiB: 2048, cpu: 1024 });
        taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
        sidecar(new ecs.FargateService(stack, `Service${more}`, { cluster, taskDefinition, minHealthyPercent: 100 }), {}, `Lca${more}`);
      }
    }
    expect(walksOf(() => app.synth({ force: true }))).toBe(1);
  }, 120_000);

  test('is walked anew by a second synthesis, which sees what has changed', () => {
    const { app, vpc } = manyServices(3);
    expect(synthesize(app).errors).toBe('');
    vpc.privateSubnets.forEach(({ node }) => node.tryRemoveChild('DefaultRoute'));
    expect(walksOf(() => expect(synthesize(app).errors).toContain('Stack/Vpc/PrivateSubnet1 has no route to the internet'))).toBe(1);
  });

  test('of each stage is one of its own', () => {
    const app = new App();
    manyServices(2, new Stage(app, 'Beta', { env: ENV }));
    manyServices(2, new Stage(app, 'Prod', { env: ENV }));
    expect(walksOf(() => app.synth({ force: true }))).toBe(2);
  });
});

describe('the order of calls', () => {
  test('does not matter: the sidecar may come before the container, the routes and the roles', () => {
    const build = (first: boolean) => {
      const app = new App();
      const stack = new Stack(app, 'Stack', { env: ENV });
      const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
      const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
      const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task', { memoryLimitMiB: 2048, cpu: 1024 });
      taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
      const service = new ecs.FargateService(stack, 'Service', { cluster, taskDefinition, minHealthyPercent: 100 });
      const more = () => taskDefinition.addContainer('log', { image: ecs.ContainerImage.fromRegistry('busybox') });
      if (first) sidecar(service);
      more();
      if (!first) sidecar(service);
      return app.synth().getStackByName(stack.stackName).template;
    };
    expect(build(true)).toEqual(build(false));
  });
});

test('what is read counts overrides of properties', () => {
  const given = fargate();
  const [subnet] = given.vpc.privateSubnets;
  (subnet.node.findChild('DefaultRoute') as ec2.CfnRoute).addPropertyOverride('DestinationCidrBlock', '10.0.0.0/8');
  sidecar(given.service);
  expect(synthesize(given.app).errors).toMatch(/PrivateSubnet1 has no route to the internet; .*10\.0\.0\.0\/8 -> NAT gateway/);
});

describe('properties that are read directly', () => {
  /** What no check looks at, and members without anything in them, which only rendering removes. */
  const withoutUnread = (value: any): any => {
    if (Array.isArray(value)) return value.map(withoutUnread);
    if (typeof value !== 'object' || value === null) return value;
    const unread = ['Command', 'DockerLabels', 'EntryPoint', 'Environment', 'HealthCheck', 'LogConfiguration', 'MountPoints', 'PortMappings', 'RestartPolicy', 'Secrets', 'Tags', 'Volumes',
      'DeploymentConfiguration', 'DesiredCount', 'Essential', 'ExecutionRoleArn', 'Family', 'GroupDescription', 'LoadBalancers', 'RequiresCompatibilities', 'SecurityGroupIngress', 'TaskRoleArn',
      // Names that the small first letter does not make, of properties that no check looks at.
      'EnableECSManagedTags', 'EnableEcsManagedTags', 'NotificationTargetARN', 'NotificationTargetArn', 'RoleARN', 'RoleArn'];
    return Object.fromEntries(Object.entries(value)
      .filter(([key, member]) => !unread.includes(key) && member !== undefined && !(typeof member === 'object' && member !== null && Object.keys(member).length === 0))
      .map(([key, member]) => [key, withoutUnread(member)]));
  };

  function network(stack: Stack, vpc: ec2.Vpc): void {
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

  test.each<[string, () => { readonly app: App; readonly stack: Stack; readonly vpc: ec2.Vpc; readonly service: ecs.BaseService }]>([
    ['Fargate', () => fargate({ service: { assignPublicIp: true, circuitBreaker: { rollback: true } }, task: { runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.ARM64 } } })],
    ['EC2 with launch configurations', () => onEc2()],
    ['EC2 with launch templates', () => onEc2({ networkMode: ecs.NetworkMode.HOST, appProps: { context: { '@aws-cdk/aws-autoscaling:generateLaunchTemplateInsteadOfLaunchConfig': true } } })],
    ['dual stack', () => fargate({ vpcProps: { ipProtocol: ec2.IpProtocol.DUAL_STACK } })],
  ])('are those that the CDK renders: %s', (_, make) => {
    const { app, stack, vpc, service } = make();
    network(stack, vpc);
    sidecar(service);
    app.synth();
    const resources = stack.node.findAll().filter(construct => CfnResource.isCfnResource(construct)) as CfnResource[];
    const judged = resources.filter(({ cfnResourceType }) => /^AWS::(EC2|ECS|AutoScaling)::/.test(cfnResourceType));
    expect(judged.length).toBeGreaterThan(20);
    for (const resource of judged) {
      expect({ [resource.node.path]: withoutUnread(readDirectly(resource)) }).toEqual({ [resource.node.path]: withoutUnread(readRendered(resource)) });
    }
  });
});
