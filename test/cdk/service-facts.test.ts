import { App, Aws, CfnCondition, CfnParameter, CfnResource, Fn, NestedStack, Stack, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { IConstruct } from 'constructs';
import { EgressCheck } from '../../src';
import { ENV, fargate, insights, KINDS, onEc2, sidecar, synthesize, warnings } from '../given';

type Given = ReturnType<typeof fargate>;

function resourceOf(service: ecs.BaseService): CfnResource {
  return service.node.defaultChild as CfnResource;
}

const unchanged = () => {};

function parameter(stack: Stack, type = 'String'): CfnParameter {
  return new CfnParameter(stack, 'Parameter', { type, default: 'x' });
}

function condition(stack: Stack): CfnCondition {
  const choice = new CfnParameter(stack, 'Choice', { default: 'yes' });
  return new CfnCondition(stack, 'Condition', { expression: Fn.conditionEquals(choice.valueAsString, 'yes') });
}

describe.each(KINDS)('what $construct says of Service Connect', kind => {
  const NAMESPACE = { cluster: { defaultCloudMapNamespace: { name: 'shop' } }, container: { portMappings: [{ containerPort: 80, name: 'http' }] } };
  const SERVER: ecs.ServiceConnectProps = { services: [{ portMappingName: 'http' }] };
  const PORT = { PortName: 'http', ClientAliases: [{ Port: 80 }] };

  const warned = (make: () => Given, afterwards: (given: Given) => void) => {
    const given = make();
    kind.add(given.service);
    afterwards(given);
    return warnings(given.app);
  };
  const override = (configuration: unknown) => ({ service }: Given) => resourceOf(service).addPropertyOverride('ServiceConnectConfiguration', configuration);

  test.each<[string, () => Given, (given: Given) => void]>([
    ['publishes a port', () => fargate({ ...NAMESPACE, service: { serviceConnectConfiguration: SERVER } }), unchanged],
    ['publishes a port after the sidecar was added', () => fargate(NAMESPACE), ({ service }) => service.enableServiceConnect(SERVER)],
    ['publishes a port by an override', () => fargate(NAMESPACE), override({ Enabled: true, Namespace: 'shop', Services: [PORT] })],
    ['publishes a port under a name that only CloudFormation knows', () => fargate(NAMESPACE),
      given => override({ Enabled: true, Services: [{ ...PORT, PortName: parameter(given.stack).valueAsString }] })(given)],
    ['publishes a port with TLS and one without', () => fargate(NAMESPACE),
      override({ Enabled: true, Services: [{ ...PORT, Tls: { IssuerCertificateAuthority: {} } }, { PortName: 'admin' }] })],
  ])('synthesis warns that requests may be seen twice if a service %s', (_, make, afterwards) => {
    expect(warned(make, afterwards)).toEqual(['serviceConnect']);
  });

  test.each<[string, () => Given, (given: Given) => void]>([
    ['does not use it', () => fargate(NAMESPACE), unchanged],
    ['is only a client', () => fargate({ ...NAMESPACE, service: { serviceConnectConfiguration: {} } }), unchanged],
    ['is only a client by an override', () => fargate(NAMESPACE), override({ Enabled: true, Namespace: 'shop', Services: [] })],
    ['turns it off', () => fargate({ ...NAMESPACE, service: { serviceConnectConfiguration: SERVER } }), override({ Enabled: false })],
    ['publishes only a port with TLS', () => fargate(NAMESPACE),
      override({ Enabled: true, Services: [{ ...PORT, Tls: { IssuerCertificateAuthority: { AwsPcaAuthorityArn: 'arn' } } }] })],
    ['uses it only under a condition', () => fargate(NAMESPACE),
      given => override(Fn.conditionIf(condition(given.stack).logicalId, { Enabled: true, Services: [PORT] }, Aws.NO_VALUE))(given)],
    ['turns it on by a parameter', () => fargate(NAMESPACE),
      given => override({ Enabled: parameter(given.stack).valueAsString, Services: [PORT] })(given)],
    ['publishes a port only under a condition', () => fargate(NAMESPACE),
      given => override({ Enabled: true, Services: [Fn.conditionIf(condition(given.stack).logicalId, PORT, Aws.NO_VALUE)] })(given)],
  ])('synthesis says nothing of Service Connect if a service %s', (_, make, afterwards) => {
    expect(warned(make, afterwards)).toEqual([]);
  });
});

describe.each(KINDS)('what $construct says of tags', kind => {
  const TAG = { Key: 'managed_by', Value: 'terraform' };

  test.each<[string, (given: Given) => void]>([
    ['of the app', ({ app }) => Tags.of(app).add('ManagedBy', 'Terraform')],
    ['of the service', ({ service }) => Tags.of(service).add('pulumi:stack', 'prod')],
    ['beside one that only CloudFormation knows', ({ stack, service }) => {
      Tags.of(service).add('Owner', parameter(stack).valueAsString);
      Tags.of(service).add('ManagedBy', 'Terraform');
    }],
    ['of an override', ({ service }) => resourceOf(service).addPropertyOverride('Tags', [{ Key: 'team', Value: 'web' }, TAG])],
    ['of an override at an index', ({ service }) => {
      Tags.of(service).add('team', 'web');
      resourceOf(service).addPropertyOverride('Tags.0', TAG);
    }],
  ])('synthesis warns that another tool may manage the service, by a tag %s', (_, tag) => {
    const given = fargate();
    kind.add(given.service);
    tag(given);
    expect(warnings(given.app)).toEqual(['managedByOtherTool']);
  });

  test('synthesis warns of the tag of a service in a nested stack', () => {
    const app = new App();
    const outer = new Stack(app, 'Outer', { env: ENV });
    const given = fargate({ app, stack: new NestedStack(outer, 'Inner') });
    kind.add(given.service);
    Tags.of(outer).add('ManagedBy', 'Terraform');
    expect(warnings(app)).toEqual(['managedByOtherTool']);
  });

  test.each<[string, (given: Given) => void]>([
    ['without tags', unchanged],
    ['with tags of its own', ({ app }) => Tags.of(app).add('ManagedBy', 'CDK')],
    ['from which the tag is removed', ({ app, service }) => {
      Tags.of(app).add('ManagedBy', 'Terraform');
      Tags.of(service).remove('ManagedBy', { priority: 400 });
    }],
    ['whose tag only CloudFormation knows', ({ stack, service }) => Tags.of(service).add('ManagedBy', parameter(stack).valueAsString)],
    ['whose tag is partly known', ({ stack, service }) => Tags.of(service).add('ManagedBy', `${parameter(stack).valueAsString} terraform`)],
    ['whose tag is under a condition', ({ stack, service }) => resourceOf(service).addPropertyOverride('Tags', [
      Fn.conditionIf(condition(stack).logicalId, TAG, Aws.NO_VALUE),
    ])],
  ])('synthesis says nothing of other tools for a service %s', (_, tag) => {
    const given = fargate();
    kind.add(given.service);
    tag(given);
    expect(warnings(given.app)).toEqual([]);
  });
});

describe.each(KINDS)('what $construct says of services in host mode', kind => {
  type OnEc2 = ReturnType<typeof onEc2>;

  /** A second service with a task definition of its own. */
  function second(
    { stack, cluster }: Pick<OnEc2, 'stack' | 'cluster'>, networkMode = ecs.NetworkMode.HOST, on: ecs.ICluster = cluster,
  ): ecs.Ec2Service {
    const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'SecondTask', { networkMode });
    taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx'), memoryReservationMiB: 256 });
    return new ecs.Ec2Service(stack, 'Second', { cluster: on, taskDefinition, minHealthyPercent: 100 });
  }

  /** The warnings of each sidecar on other services of its cluster. */
  function reported(scope: IConstruct): readonly string[] {
    const { errors, messages } = synthesize(scope);
    expect(errors).toBe('');
    return messages.filter(({ text }) => text.includes(':sharedHostNetwork'))
      .map(({ path, text }) => `${path}: ${/same cluster as (.*?), and each/.exec(text)?.[1]}`);
  }

  const inHostMode = () => onEc2({ networkMode: ecs.NetworkMode.HOST });
  const imported = (stack: Stack, vpc: ec2.IVpc, name = 'shop') =>
    ecs.Cluster.fromClusterAttributes(stack, 'Imported', { clusterName: name, vpc, securityGroups: [] });

  test('both sidecars name the other service', () => {
    const given = inHostMode();
    kind.add(given.service, {}, 'OfFirst');
    kind.add(second(given), {}, 'OfSecond');
    expect(reported(given.app)).toEqual(['Stack/OfFirst: Stack/Second', 'Stack/OfSecond: Stack/Service']);
  });

  test('two services that run one task definition are reported, too', () => {
    const given = inHostMode();
    const other = new ecs.Ec2Service(given.stack, 'Second', { cluster: given.cluster, taskDefinition: given.taskDefinition, minHealthyPercent: 100 });
    kind.add(given.service, {}, 'OfFirst');
    kind.add(other, {}, 'OfSecond');
    expect(reported(given.app)).toEqual(['Stack/OfFirst: Stack/Second', 'Stack/OfSecond: Stack/Service']);
  });

  test.each<[string, (given: OnEc2) => Stack]>([
    ['another stack', ({ app }) => new Stack(app, 'Other', { env: ENV })],
    ['a nested stack', ({ stack }) => new NestedStack(stack, 'Other')],
  ])('a service of %s on the same cluster is reported', (_, make) => {
    const given = inHostMode();
    kind.add(given.service, {}, 'OfFirst');
    kind.add(second({ ...given, stack: make(given) }), {}, 'OfSecond');
    expect(reported(given.app).map(line => line.replace(/^.*: /, '')).sort()).toEqual([expect.stringMatching(/Other\/Second$/), 'Stack/Service']);
  });

  test.each<[string, (given: OnEc2, other: CfnResource) => void]>([
    ['by an override of the network mode', ({ taskDefinition }) =>
      (taskDefinition.node.defaultChild as CfnResource).addPropertyOverride('NetworkMode', 'host')],
    ['by an override of the cluster with its ARN', ({ taskDefinition, cluster }, other) => {
      (taskDefinition.node.defaultChild as CfnResource).addPropertyOverride('NetworkMode', 'host');
      other.addPropertyOverride('Cluster', cluster.clusterArn);
    }],
  ])('a service that is in host mode on the same cluster %s is reported', (_, override) => {
    const given = inHostMode();
    const other = second(given);
    kind.add(given.service, {}, 'OfFirst');
    kind.add(other, {}, 'OfSecond');
    override(given, resourceOf(other));
    expect(reported(given.app)).toHaveLength(2);
  });

  test('two services on one imported cluster are reported if they are in one account and region', () => {
    const app = new App();
    const [first, other, elsewhere] = ['eu-west-1', 'eu-west-1', 'us-east-1'].map((region, index) => {
      const stack = new Stack(app, `Stack${index}`, { env: { ...ENV, region } });
      const service = second({ stack, cluster: undefined as never }, ecs.NetworkMode.HOST, imported(stack, new ec2.Vpc(stack, 'Vpc')));
      kind.add(service, { egressCheck: EgressCheck.OFF }, 'Sidecar');
      return service.node.path;
    });
    expect(elsewhere).toBe('Stack2/Second');
    expect(reported(app)).toEqual([`Stack0/Sidecar: ${other}`, `Stack1/Sidecar: ${first}`]);
  });

  test.each<[string, (given: OnEc2) => void]>([
    ['there is only one', given => void kind.add(given.service, {}, 'OfFirst')],
    ['the other has no sidecar', given => {
      kind.add(given.service, {}, 'OfFirst');
      second(given);
    }],
    ['the other is in awsvpc mode', given => {
      kind.add(given.service, {}, 'OfFirst');
      kind.add(second(given, ecs.NetworkMode.AWS_VPC), {}, 'OfSecond');
    }],
    ['the other is on another cluster', given => {
      const cluster = new ecs.Cluster(given.stack, 'OtherCluster', { vpc: given.vpc });
      cluster.addCapacity('Capacity', { instanceType: new ec2.InstanceType('t3.medium') });
      kind.add(given.service, {}, 'OfFirst');
      kind.add(second(given, ecs.NetworkMode.HOST, cluster), {}, 'OfSecond');
    }],
    ['only CloudFormation knows the other\'s cluster', given => {
      const other = second(given);
      kind.add(given.service, {}, 'OfFirst');
      kind.add(other, {}, 'OfSecond');
      resourceOf(other).addPropertyOverride('Cluster', parameter(given.stack).valueAsString);
    }],
    ['only CloudFormation knows the other\'s network mode', given => {
      const other = second(given);
      kind.add(given.service, {}, 'OfFirst');
      kind.add(other, {}, 'OfSecond');
      (given.taskDefinition.node.defaultChild as CfnResource).addPropertyOverride('NetworkMode', parameter(given.stack).valueAsString);
    }],
    ['they exist under opposite conditions', given => {
      const other = second(given);
      kind.add(given.service, {}, 'OfFirst');
      kind.add(other, {}, 'OfSecond');
      const isFirst = condition(given.stack);
      resourceOf(given.service).cfnOptions.condition = isFirst;
      resourceOf(other).cfnOptions.condition = new CfnCondition(given.stack, 'Not', { expression: Fn.conditionNot(isFirst) });
    }],
  ])('nothing is said of services in host mode if %s', (_, make) => {
    const given = inHostMode();
    make(given);
    expect(reported(given.app)).toEqual([]);
  });

  test('a service that exists only under a condition is named by no other, and names the others', () => {
    const given = inHostMode();
    const other = second(given);
    kind.add(given.service, {}, 'OfFirst');
    kind.add(other, {}, 'OfSecond');
    resourceOf(other).cfnOptions.condition = condition(given.stack);
    expect(reported(given.app)).toEqual(['Stack/OfSecond: Stack/Service']);
  });

  test('services that exist under the same condition are reported', () => {
    const given = inHostMode();
    const other = second(given);
    kind.add(given.service, {}, 'OfFirst');
    kind.add(other, {}, 'OfSecond');
    const both = condition(given.stack);
    for (const service of [given.service, other]) resourceOf(service).cfnOptions.condition = both;
    expect(reported(given.app)).toHaveLength(2);
  });
});

describe('what the sidecars say of ARM64', () => {
  const onArm = (cpuArchitecture = ecs.CpuArchitecture.ARM64) => fargate({ task: { runtimePlatform: { cpuArchitecture } } });
  const platform = (architecture: unknown) => ({ taskDefinition }: Given) =>
    (taskDefinition.node.defaultChild as CfnResource).addPropertyOverride('RuntimePlatform.CpuArchitecture', architecture);

  test.each<[string, () => Given, Parameters<typeof sidecar>[1], (given: Given) => void]>([
    ['the default image', onArm, {}, unchanged],
    ['a version of Postman\'s image', onArm, { image: ecs.ContainerImage.fromRegistry('docker.postman.com/postman-lc-agent:1') }, unchanged],
    ['the default image, if the architecture is an override', fargate, {}, platform('ARM64')],
  ])('synthesis warns if it is not known whether the agent runs on ARM64: %s', (_, make, options, afterwards) => {
    const given = make();
    sidecar(given.service, options);
    afterwards(given);
    expect(warnings(given.app)).toEqual(['arm64Image']);
  });

  test.each<[string, () => Given, Parameters<typeof sidecar>[1], (given: Given) => void]>([
    ['on X86_64', () => onArm(ecs.CpuArchitecture.X86_64), {}, unchanged],
    ['without an architecture', fargate, {}, unchanged],
    ['if only CloudFormation knows the architecture', fargate, {}, given => platform(parameter(given.stack).valueAsString)(given)],
    ['with an image in a registry of the user', onArm, { image: ecs.ContainerImage.fromRegistry('mirror.example.com/postman-lc-agent:1') }, unchanged],
    ['with an image that an override sets', onArm, {}, ({ taskDefinition }) => {
      (taskDefinition.node.defaultChild as CfnResource).addPropertyOverride('ContainerDefinitions.1.Image', 'mirror.example.com/postman-lc-agent:1');
    }],
  ])('synthesis says nothing of ARM64 %s', (_, make, options, afterwards) => {
    const given = make();
    sidecar(given.service, options);
    afterwards(given);
    expect(warnings(given.app)).toEqual([]);
  });

  test('synthesis says nothing of ARM64 for an image of an ECR repository, nor for the Insights agent', () => {
    const [own, newer] = [onArm(), onArm()];
    sidecar(own.service, { image: ecs.ContainerImage.fromEcrRepository(new ecr.Repository(own.stack, 'Mirror')) });
    insights(newer.service);
    expect([warnings(own.app), warnings(newer.app)]).toEqual([[], []]);
  });

  test('two services that run one task definition on ARM64 are reported once', () => {
    const given = onArm();
    const other = new ecs.FargateService(given.stack, 'Second', { cluster: given.cluster, taskDefinition: given.taskDefinition, minHealthyPercent: 100 });
    sidecar(given.service, {}, 'OfFirst');
    sidecar(other, {}, 'OfSecond');
    expect(warnings(given.app)).toEqual(['arm64Image']);
  });
});

describe.each(KINDS)('what $construct says of load balancers', kind => {
  const TARGET = { containerName: 'web', containerPort: 80 };

  /** An Application Load Balancer whose target group uses a protocol. */
  function balance({ service, vpc }: Given, protocol: elb.ApplicationProtocol, stack = Stack.of(service), scheme = elb.ApplicationProtocol.HTTP): void {
    const balancer = new elb.ApplicationLoadBalancer(stack, 'Balancer', { vpc });
    const certificates = scheme === elb.ApplicationProtocol.HTTPS ? [elb.ListenerCertificate.fromArn('arn:aws:acm:eu-west-1:111122223333:certificate/1')] : [];
    const listener = balancer.addListener('Listener', { port: 8080, protocol: scheme, certificates });
    listener.addTargets('Web', { protocol, port: 443, targets: [service.loadBalancerTarget(TARGET)] });
  }

  function group(stack: Stack, protocol?: string): elb.CfnTargetGroup {
    return new elb.CfnTargetGroup(stack, 'Group', { protocol, port: 443, targetType: 'ip' });
  }

  /** The names and protocols of the target groups that the warnings name. */
  function reported(scope: IConstruct): readonly string[] {
    const { errors, messages } = synthesize(scope);
    expect(errors).toBe('');
    return messages.filter(({ text }) => text.includes(':tlsInContainer')).map(({ text }) => /^Target group (.*?):/.exec(text)![1]);
  }

  const loadBalancers = (...arns: unknown[]) => ({ service }: Given) =>
    resourceOf(service).addPropertyOverride('LoadBalancers', arns.map(arn => ({ TargetGroupArn: arn, ContainerName: 'web', ContainerPort: 443 })));

  test.each<[string, (given: Given) => void, string]>([
    ['HTTPS behind an Application Load Balancer', given => balance(given, elb.ApplicationProtocol.HTTPS), 'Stack/Balancer/Listener/WebGroup HTTPS'],
    ['TLS behind a Network Load Balancer, which the listener hands on', given => {
      const balancer = new elb.NetworkLoadBalancer(given.stack, 'Balancer', { vpc: given.vpc });
      const certificates = [elb.ListenerCertificate.fromArn('arn:aws:acm:eu-west-1:111122223333:certificate/1')];
      balancer.addListener('Listener', { port: 443, certificates }).addTargets('Web', { port: 443, targets: [given.service.loadBalancerTarget(TARGET)] });
    }, 'Stack/Balancer/Listener/WebGroup TLS'],
    ['HTTPS by an override', given => {
      balance(given, elb.ApplicationProtocol.HTTP);
      const [made] = given.stack.node.findAll().filter(one => one instanceof elb.CfnTargetGroup) as CfnResource[];
      made.addPropertyOverride('Protocol', 'HTTPS');
    }, 'Stack/Balancer/Listener/WebGroup HTTPS'],
    ['HTTPS in an L1 that an override names', given => loadBalancers(group(given.stack, 'HTTPS').ref)(given), 'Stack/Group HTTPS'],
    ['HTTPS in an L1 that an override names by its attribute', given => loadBalancers(group(given.stack, 'HTTPS').attrTargetGroupArn)(given),
      'Stack/Group HTTPS'],
    ['HTTPS on the other side of a blue/green deployment', given => resourceOf(given.service).addPropertyOverride('LoadBalancers', [{
      TargetGroupArn: new elb.CfnTargetGroup(given.stack, 'Blue', { protocol: 'HTTP' }).ref,
      AdvancedConfiguration: { AlternateTargetGroupArn: group(given.stack, 'HTTPS').ref },
    }]), 'Stack/Group HTTPS'],
    ['HTTPS beside an imported one', given => loadBalancers('arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/x/1', group(given.stack, 'HTTPS').ref)(given),
      'Stack/Group HTTPS'],
    ['HTTPS in another stack', given => loadBalancers(group(new Stack(given.app, 'Other', { env: ENV }), 'HTTPS').ref)(given), 'Other/Group HTTPS'],
    ['HTTPS in a nested stack', given => loadBalancers(group(new NestedStack(given.stack, 'Inner'), 'HTTPS').ref)(given), 'Stack/Inner/Group HTTPS'],
  ])('synthesis warns if requests reach the tasks encrypted: %s', (_, change, expected) => {
    const given = fargate();
    kind.add(given.service);
    change(given);
    expect(reported(given.app)).toEqual([expected.replace(' ', ' of service Stack/Service has the protocol ')]);
  });

  test('a service in a nested stack, whose load balancer is in the stack above, is reported', () => {
    const app = new App();
    const outer = new Stack(app, 'Outer', { env: ENV });
    const given = fargate({ app, stack: new NestedStack(outer, 'Inner') });
    kind.add(given.service);
    loadBalancers(group(outer, 'TLS').ref)(given);
    expect(reported(app)).toEqual(['Outer/Group of service Outer/Inner/Service has the protocol TLS']);
  });

  test.each<[string, (given: Given) => void]>([
    ['without a load balancer', unchanged],
    ['whose load balancer ends TLS', given => balance(given, elb.ApplicationProtocol.HTTP, given.stack, elb.ApplicationProtocol.HTTPS)],
    ['whose target group uses HTTP/2',
      given => loadBalancers(new elb.CfnTargetGroup(given.stack, 'Group', { protocol: 'HTTP', protocolVersion: 'GRPC' }).ref)(given)],
    ['whose Network Load Balancer passes port 443 on', given => {
      const balancer = new elb.NetworkLoadBalancer(given.stack, 'Balancer', { vpc: given.vpc });
      balancer.addListener('Listener', { port: 443 }).addTargets('Web', { port: 443, targets: [given.service.loadBalancerTarget(TARGET)] });
    }],
    ['whose target group is imported', given => loadBalancers('arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/x/1')(given)],
    ['whose target group only CloudFormation knows', given => loadBalancers(parameter(given.stack).valueAsString)(given)],
    ['whose target group has a protocol that only CloudFormation knows',
      given => loadBalancers(group(given.stack, parameter(given.stack).valueAsString).ref)(given)],
    ['whose target group has no protocol', given => loadBalancers(group(given.stack).ref)(given)],
    ['whose target group depends on a condition', given => loadBalancers(
      Fn.conditionIf(condition(given.stack).logicalId, group(given.stack, 'HTTPS').ref, 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/x/1'),
    )(given)],
    ['with a Classic Load Balancer', ({ service }) => resourceOf(service).addPropertyOverride('LoadBalancers', [{ LoadBalancerName: 'old' }])],
    ['beside another service with HTTPS', given => {
      const other = new ecs.FargateService(given.stack, 'Second', { cluster: given.cluster, taskDefinition: given.taskDefinition, minHealthyPercent: 100 });
      balance({ ...given, service: other }, elb.ApplicationProtocol.HTTPS);
    }],
  ])('synthesis says nothing of TLS for a service %s', (_, change) => {
    const given = fargate();
    kind.add(given.service);
    change(given);
    expect(reported(given.app)).toEqual([]);
  });
});
