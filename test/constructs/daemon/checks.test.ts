import { CfnCondition, CfnParameter, CfnResource, Fn, ICfnConditionExpression, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { DaemonKind, DaemonOptions, DAEMONS, instances, serviceOn } from './given';
import { ENV, fargate, KINDS, synthesize, warnings } from '../../given';

const T3 = new ec2.InstanceType('t3.medium');
const { AWS_VPC, BRIDGE, HOST } = ecs.NetworkMode;

type Given = ReturnType<typeof instances>;

/** An auto scaling group, which is not yet in a cluster. */
function group({ stack, vpc }: Given, machineImage: ec2.IMachineImage, id = 'Group'): autoscaling.AutoScalingGroup {
  return new autoscaling.AutoScalingGroup(stack, id, { vpc, instanceType: T3, machineImage });
}

/** Subnets with a way out and without one. */
const CLOSED_TOO: ec2.SubnetConfiguration[] = [
  { name: 'public', subnetType: ec2.SubnetType.PUBLIC }, { name: 'private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
  { name: 'closed', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
];

function addWindows({ cluster }: Given, vpcSubnets?: ec2.SubnetSelection): void {
  const machineImage = ecs.EcsOptimizedImage.windows(ecs.WindowsOptimizedVersion.SERVER_2022);
  cluster.addCapacity('Windows', { instanceType: T3, machineImage, vpcSubnets });
}

function addWindowsByScript({ cluster }: Given): void {
  cluster.addCapacity('Own', { instanceType: T3, machineImage: ec2.MachineImage.genericWindows({ [ENV.region]: 'ami-0123456789abcdef0' }) });
}

/** A group of instances whose image is one of AWS's for Windows, by L1 resources. */
function addWindowsByImage({ stack, cluster, vpc }: Given): void {
  const imageId = 'resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-ECS_Optimized/image_id';
  const template = new ec2.CfnLaunchTemplate(stack, 'Template', { launchTemplateData: { imageId, instanceType: 't3.medium' } });
  const windows = new autoscaling.CfnAutoScalingGroup(stack, 'ByImage', {
    minSize: '1', maxSize: '1', vpcZoneIdentifier: vpc.selectSubnets().subnetIds, launchTemplate: { launchTemplateId: template.ref, version: '1' },
  });
  const provider = new ecs.CfnCapacityProvider(stack, 'Provider', { autoScalingGroupProvider: { autoScalingGroupArn: windows.ref } });
  new ecs.CfnClusterCapacityProviderAssociations(stack, 'Providers', {
    cluster: cluster.clusterName, capacityProviders: [provider.ref], defaultCapacityProviderStrategy: [],
  });
}

/** The provider is an L1: the oldest supported CDK has no other. */
function addManagedInstances({ stack, cluster, vpc }: Given, subnets?: ec2.SubnetSelection): void {
  const provider = new ecs.CfnCapacityProvider(stack, 'Managed', {});
  provider.addPropertyOverride('ManagedInstancesProvider', {
    InfrastructureRoleArn: 'role', InstanceLaunchTemplate: { NetworkConfiguration: { Subnets: vpc.selectSubnets(subnets).subnetIds } },
  });
  new ecs.CfnClusterCapacityProviderAssociations(stack, 'Providers', {
    cluster: cluster.clusterName, capacityProviders: [provider.ref], defaultCapacityProviderStrategy: [],
  });
}

function unknownUntilDeployment(stack: Stack): ICfnConditionExpression {
  return Fn.conditionEquals(new CfnParameter(stack, 'Answer').valueAsString, 'yes');
}

const none = () => instances({ capacity: false });

/** The rules are the same for both daemons, and each takes a synthesis: only the sentences that name a construct are tested for both. */
const [, kind] = DAEMONS as readonly [DaemonKind, DaemonKind];
const sidecarsOf = ({ title }: DaemonKind) => KINDS.find(one => one.title === title)!;

test.each(DAEMONS)('$construct names the sidecar of its agent if a sidecar is the way out, and the sidecar names the daemon', own => {
  const sidecar = sidecarsOf(own);
  const fargateOnly = none();
  fargateOnly.cluster.enableFargateCapacityProviders();
  own.addTo(fargateOnly.stack, fargateOnly.cluster);
  expect(synthesize(fargateOnly.app).errors).toContain(`Use a sidecar for each service (\`${sidecar.construct}\`)`);

  const inAwsvpc = instances();
  serviceOn(inAwsvpc.cluster, { mode: AWS_VPC });
  own.addTo(inAwsvpc.stack, inAwsvpc.cluster);
  expect(synthesize(inAwsvpc.app).messages.map(({ text }) => text).join()).toContain(`Use sidecars in network mode awsvpc (\`${sidecar.construct}\`).`);

  const inBridge = instances();
  sidecar.add(serviceOn(inBridge.cluster));
  expect(synthesize(inBridge.app).errors).toContain(`or run one agent on each container instance with \`${own.construct}\``);
});

describe('a daemon', () => {
  const sidecars = sidecarsOf(kind);

  describe('the cluster', () => {
    test.each<[string, () => Given, (given: Given) => void, RegExp]>([
      ['without any capacity', none, () => {},
        /Stack\/Cluster has no container instances on which .*\. Add an auto scaling group of EC2 instances\. If something else adds instances, import/],
      ['with only Fargate', none, ({ cluster }) => cluster.enableFargateCapacityProviders(),
        /: Fargate runs each task on a machine of its own\. Use a sidecar for each service/],
      ['with only Managed Instances', none, addManagedInstances,
        /Stack\/Managed is for Managed Instances, which take daemons only by an API of their own \(CreateDaemon\)/],
      ['with only Windows', none, addWindows, /Stack\/Cluster\/Windows\/ASG runs Windows, and the agent runs only on Linux\. Add EC2 instances with Linux\./],
      ['with only Windows on an image of the user', none, addWindowsByScript, /Stack\/Cluster\/Own\/ASG runs Windows/],
      ['with only an image of Windows', none, addWindowsByImage, /: Stack\/ByImage runs Windows/],
    ])('%s is refused', (_, make, add, message) => {
      const given = make();
      add(given);
      kind.addTo(given.stack, given.cluster);
      expect(synthesize(given.app).errors).toMatch(message);
    });

    test.each<[string, (given: Given) => void]>([
      ['an auto scaling group with a capacity provider', given => given.cluster.addAsgCapacityProvider(
        new ecs.AsgCapacityProvider(given.stack, 'Provider', { autoScalingGroup: group(given, ecs.EcsOptimizedImage.amazonLinux2023()) }))],
      ['Bottlerocket', ({ cluster }) => cluster.addCapacity('Rocket', { instanceType: T3, machineImage: new ecs.BottleRocketImage() })],
      ['Linux beside Fargate', ({ cluster }) => {
        cluster.addCapacity('Linux', { instanceType: T3 });
        cluster.enableFargateCapacityProviders();
      }],
    ])('with %s is accepted, and its instances reach Postman', (_, add) => {
      const given = none();
      add(given);
      const daemon = kind.addTo(given.stack, given.cluster);
      expect(warnings(given.app)).toEqual([]);
      expect(daemon.egressVerdict().verdict).toBe('reachable');
    });

    test.each<[string, (given: Given, subnets: ec2.SubnetSelection) => void, RegExp]>([
      ['Windows', addWindows, /Stack\/Cluster\/Windows\/ASG runs Windows/],
      ['Managed Instances', addManagedInstances, /Stack\/Managed is for Managed Instances/],
    ])('with %s beside Linux is accepted with a warning, and only the network of Linux is judged', (_, add, message) => {
      const given = instances({ vpcProps: { subnetConfiguration: CLOSED_TOO } });
      add(given, { subnetType: ec2.SubnetType.PRIVATE_ISOLATED });
      const daemon = kind.addTo(given.stack, given.cluster);
      expect(daemon.egressVerdict().verdict).toBe('reachable');
      const { errors, messages } = synthesize(given.app);
      expect(errors).toBe('');
      expect(messages.find(({ text }) => text.includes('instancesNotWatched'))?.text).toMatch(message);
    });

    test.each<[string, (given: Given) => void]>([
      ['a group whose launch template is imported', ({ stack, vpc }) => new autoscaling.CfnAutoScalingGroup(stack, 'Hidden', {
        minSize: '1', maxSize: '1', vpcZoneIdentifier: vpc.selectSubnets().subnetIds,
        launchTemplate: { launchTemplateId: 'lt-0123456789abcdef0', version: '1' },
      })],
      ['an instance that joins it by hand', ({ stack, vpc }) => {
        const userData = ec2.UserData.custom('#!/bin/bash\necho ECS_CLUSTER=$(cat /name) >> /etc/ecs/ecs.config');
        new ec2.Instance(stack, 'ByHand', { vpc, instanceType: T3, machineImage: ecs.EcsOptimizedImage.amazonLinux2023(), userData });
      }],
    ])('whose capacity may be %s is never refused for it', (_, add) => {
      const given = none();
      add(given);
      kind.addTo(given.stack, given.cluster);
      expect(warnings(given.app)).toEqual(['egressUnknown']);
    });

    test.each<[string, (given: Given) => void]>([
      ['a provider of another app', ({ stack, cluster }) => new ecs.CfnClusterCapacityProviderAssociations(stack, 'Providers', {
        cluster: cluster.clusterName, capacityProviders: ['FARGATE', 'of-another-app'], defaultCapacityProviderStrategy: [],
      })],
      ['a provider of another app that the cluster names', ({ cluster }) =>
        (cluster.node.defaultChild as CfnResource).addPropertyOverride('CapacityProviders', ['FARGATE', 'of-another-app'])],
    ])('with Fargate and %s is never refused for it', (_, add) => {
      const given = none();
      add(given);
      kind.addTo(given.stack, given.cluster);
      expect(warnings(given.app)).toEqual(['egressUnknown']);
    });

    test.each<[string, (provider: string) => readonly [string, string]]>([
      ['true', provider => [provider, 'FARGATE']], ['false', provider => ['FARGATE', provider]],
    ])('may have instances only if a condition is %s', (_, values) => {
      const given = none();
      const { stack, cluster } = given;
      const provider = new ecs.CfnCapacityProvider(stack, 'Provider', {
        autoScalingGroupProvider: { autoScalingGroupArn: group(given, ecs.EcsOptimizedImage.amazonLinux2023()).autoScalingGroupName },
      });
      const condition = new CfnCondition(stack, 'Decided', { expression: unknownUntilDeployment(stack) });
      new ecs.CfnClusterCapacityProviderAssociations(stack, 'Providers', {
        cluster: cluster.clusterName, defaultCapacityProviderStrategy: [],
        capacityProviders: [Fn.conditionIf(condition.logicalId, ...values(provider.ref)).toString()],
      });
      kind.addTo(stack, cluster);
      expect(synthesize(given.app).errors).toBe('');
    });

    test('that is imported has unknown instances, which is a warning and no error', () => {
      const { app, stack, vpc } = none();
      const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Imported', { clusterName: 'shop', vpc, securityGroups: [] });
      kind.addTo(stack, cluster);
      expect(warnings(app)).toEqual(['egressUnknown']);
    });

    test('that is imported as one without instances is refused', () => {
      const { app, stack, vpc } = none();
      const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Imported', { clusterName: 'shop', vpc, securityGroups: [], hasEc2Capacity: false });
      kind.addTo(stack, cluster);
      expect(synthesize(app).errors).toMatch(/Cluster Stack\/Imported has no container instances/);
    });

    test('that is imported by its ARN is an error that says how to import it', () => {
      const { stack } = none();
      const cluster = ecs.Cluster.fromClusterArn(stack, 'Imported', `arn:aws:ecs:${ENV.region}:${ENV.account}:cluster/shop`);
      expect(() => kind.addTo(stack, cluster)).toThrow('Stack/Agents: `cluster` must be a cluster with its VPC (`ecs.ICluster`), '
        + 'got: the construct Stack/Imported, which is known only by its ARN; use Cluster.fromClusterAttributes with its name and VPC.');
    });

    test.each([['undefined', undefined], ['"shop"', 'shop']])('must be a cluster, and not %s', (shown, cluster) => {
      expect(() => kind.addTo(none().stack, cluster as unknown as ecs.ICluster))
        .toThrow(`\`cluster\` must be a cluster with its VPC (\`ecs.ICluster\`), got: ${shown};`);
    });
  });

  describe('a second daemon', () => {
    const FILTERS: readonly (readonly [string, DaemonOptions, DaemonOptions])[] = [
      ['other ports', { ports: [8080] }, { ports: [8081] }],
      ['other hosts', { hostAllow: ['^orders'] }, { hostAllow: ['^billing'] }],
      ['other instances', { placementConstraints: [ecs.PlacementConstraint.memberOf('attribute:team == a')] },
        { placementConstraints: [ecs.PlacementConstraint.memberOf('attribute:team == b')] }],
    ];

    test('on the same cluster is refused, with both names', () => {
      const given = instances();
      kind.addTo(given.stack, given.cluster);
      kind.addTo(given.stack, given.cluster, {}, 'Others');
      expect(synthesize(given.app).errors).toMatch(
        /already has an agent on each container instance, Stack\/Agents\/Service, and Stack\/Others\/Service would record the same/);
    });

    test.each(FILTERS)('with the same filter is refused, and with %s it is accepted', (_, one, other) => {
      const make = (...options: readonly DaemonOptions[]) => {
        const given = instances();
        options.forEach((option, number) => kind.addTo(given.stack, given.cluster, option, `Agents${number}`));
        return synthesize(given.app).errors;
      };
      expect(make(one, one)).toMatch(/would record the same requests again/);
      expect(make(one, {})).toMatch(/would record the same requests again/);
      expect(make(one, other)).toBe('');
    });

    test('that may not exist is no reason to refuse the other one', () => {
      const given = instances();
      const { service } = kind.addTo(given.stack, given.cluster);
      kind.addTo(given.stack, given.cluster, {}, 'Others');
      const expression = unknownUntilDeployment(given.stack);
      (service.node.defaultChild as CfnResource).cfnOptions.condition = new CfnCondition(given.stack, 'HasAgents', { expression });
      expect(synthesize(given.app).errors).toBe('');
    });

    test('is no service that a daemon would see', () => {
      const given = instances();
      kind.addTo(given.stack, given.cluster, { ports: [8080] });
      kind.addTo(given.stack, given.cluster, { ports: [8081] }, 'Others');
      expect(warnings(given.app)).toEqual([]);
    });

    test('on another cluster is accepted', () => {
      const given = instances();
      const other = new ecs.Cluster(given.stack, 'Other', { vpc: given.vpc });
      other.addCapacity('Capacity', { instanceType: T3 });
      kind.addTo(given.stack, given.cluster);
      kind.addTo(given.stack, other, {}, 'Others');
      expect(warnings(given.app)).toEqual([]);
    });
  });

  describe('interfaces', () => {
    test.each<[string, DaemonOptions, readonly string[]]>([
      ['the bridge', {}, []],
      ['the interface of the instance', { networkInterfaces: ['ens5'] }, []],
      ['both', { networkInterfaces: ['docker0', 'ens5'] }, ['requestsSeenTwice']],
      ['both with a filter that may tell them apart', { networkInterfaces: ['docker0', 'eth0'], bpfFilter: 'dst port 8080' }, []],
    ])('%s: a warning if a request is seen twice', (_, options, expected) => {
      const given = instances();
      serviceOn(given.cluster);
      kind.addTo(given.stack, given.cluster, options);
      expect(warnings(given.app)).toEqual(expected);
    });
  });

  describe('other services of the cluster', () => {
    test.each<[string, readonly ecs.NetworkMode[], DaemonOptions, RegExp | undefined]>([
      ['one of them uses bridge mode', [AWS_VPC, BRIDGE], {}, undefined],
      ['all use awsvpc mode', [AWS_VPC, AWS_VPC], {},
        /which use network mode awsvpc\. Use sidecars in network mode awsvpc/],
      ['all use host mode and the agent listens on the bridge', [HOST], {},
        /listens on docker0 and sees no requests.*host\. To see network mode host, name the interface/],
      ['all use host mode and the agent listens on the instance', [HOST], { networkInterfaces: ['ens5'] }, undefined],
      ['there are none', [], {}, undefined],
    ])('if %s, synthesis warns only if the agent sees none', (_, modes, options, message) => {
      const given = instances();
      modes.forEach((mode, number) => serviceOn(given.cluster, { id: `Web${number}`, mode }));
      kind.addTo(given.stack, given.cluster, options);
      const { errors, messages } = synthesize(given.app);
      expect(errors).toBe('');
      const found = messages.find(({ text }) => text.includes('nothingToWatch'))?.text;
      if (message) expect(found).toMatch(message);
      else expect(found).toBeUndefined();
    });

    test('a service of another cluster does not count', () => {
      const given = instances();
      serviceOn(new ecs.Cluster(given.stack, 'Other', { vpc: given.vpc, capacity: { instanceType: T3 } }), { mode: AWS_VPC });
      kind.addTo(given.stack, given.cluster);
      expect(warnings(given.app)).toEqual([]);
    });

    test('a sidecar in host mode sees the same traffic, which is one warning on the daemon', () => {
      const given = instances();
      serviceOn(given.cluster);
      sidecars.add(serviceOn(given.cluster, { id: 'Orders', mode: HOST }));
      kind.addTo(given.stack, given.cluster);
      const { errors, messages } = synthesize(given.app);
      expect(errors).toBe('');
      const found = messages.filter(({ level }) => level === 'warning');
      expect(found.map(({ path }) => path)).toEqual(['Stack/Agents']);
      expect(found[0].text).toMatch(/Stack\/Orders has a sidecar in network mode host, .* so Stack\/Agents\/Service records the same requests again/);
    });

    test('sidecars in awsvpc mode, and sidecars and daemons with other filters, are no reason for a warning', () => {
      const given = instances();
      serviceOn(given.cluster);
      sidecars.add(serviceOn(given.cluster, { id: 'Orders', mode: AWS_VPC }), {}, 'OfOrders');
      sidecars.add(serviceOn(given.cluster, { id: 'Billing', mode: HOST }), { bpfFilter: 'tcp port 9090' }, 'OfBilling');
      kind.addTo(given.stack, given.cluster, { ports: [8080] });
      expect(warnings(given.app)).toEqual([]);
    });
  });

  test('a service on Fargate beside it does not change', () => {
    const given = fargate();
    given.cluster.addCapacity('Capacity', { instanceType: T3 });
    kind.addTo(given.stack, given.cluster);
    sidecars.add(given.service);
    const { errors } = synthesize(given.app);
    expect(errors).toBe('');
  });

  test('the daemon may be in another stack than its cluster', () => {
    const given = instances();
    const stack = new Stack(given.app, 'AgentStack', { env: ENV });
    kind.addTo(stack, given.cluster);
    expect(warnings(given.app)).toEqual([]);
  });
});
