import { Annotations, App, Aspects, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { IConstruct } from 'constructs';
import { EgressCheck } from '../../../src';
import { ENV, fargate, INSIGHTS, KINDS, LIVE_COLLECTION, onEc2, PROJECT_ID, synthesize, warnings } from '../../given';

type Given = ReturnType<typeof fargate> | ReturnType<typeof onEc2>;

function definition({ taskDefinition }: Given): ecs.CfnTaskDefinition {
  return taskDefinition.node.defaultChild as ecs.CfnTaskDefinition;
}

const WINDOWS: ecs.RuntimePlatform = {
  operatingSystemFamily: ecs.OperatingSystemFamily.WINDOWS_SERVER_2022_CORE, cpuArchitecture: ecs.CpuArchitecture.X86_64,
};

/** A service whose task has 132 MiB left for the agent. */
function little(): ReturnType<typeof fargate> {
  return fargate({ task: { cpu: 256, memoryLimitMiB: 512 }, container: { memoryLimitMiB: 380 } });
}

type Refused = [string, () => Given, (given: Given) => void, RegExp];

describe.each(KINDS)('$construct', kind => {
  const { containerName } = kind;

  describe('errors of the synthesis', () => {
    test.each<Refused>([
      ['bridge mode, and the message names the daemon', () => onEc2({ networkMode: ecs.NetworkMode.BRIDGE }), () => {},
        new RegExp(`network mode bridge.*with \`${kind.construct.replace('Sidecar', 'Daemon')}\``)],
      ['bridge mode as the default of Docker', () => onEc2(), given => definition(given).addPropertyDeletionOverride('NetworkMode'), /network mode bridge/],
      ['network mode none', () => onEc2({ networkMode: ecs.NetworkMode.NONE }), () => {}, /network mode none/],
      ['Windows', () => fargate({ task: { runtimePlatform: WINDOWS } }), () => {}, /WINDOWS_SERVER_2022_CORE, but the agent runs only on Linux/],
      ['external instances', () => onEc2({ networkMode: ecs.NetworkMode.HOST }),
        given => (given.service.node.defaultChild as CfnResource).addPropertyOverride('LaunchType', 'EXTERNAL'), /ECS Anywhere/],
      ['the EXTERNAL deployment controller', () => fargate({ service: { deploymentController: { type: ecs.DeploymentControllerType.EXTERNAL } } }),
        () => {}, /EXTERNAL deployment controller/],
      [
        'a public address for tasks on EC2, which ECS rejects', () => onEc2(),
        given => (given.service.node.defaultChild as CfnResource).addPropertyOverride('NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', 'ENABLED'),
        /assignPublicIp, which ECS rejects/,
      ],
      ['a Fargate platform without restart policies', () => fargate({ service: { platformVersion: ecs.FargatePlatformVersion.VERSION1_3 } }), () => {},
        /platform version 1\.3\.0.*`enableRestartPolicy: false`/],
      ['another container with the agent\'s name', () => fargate(),
        given => given.taskDefinition.addContainer(containerName, { image: ecs.ContainerImage.fromRegistry('busybox'), memoryLimitMiB: 10 }),
        new RegExp(`has a container named ${containerName} that runs another image, busybox`)],
      ...KINDS.map(byHand => [
        `an agent that was added by hand: ${byHand.repository}`, () => fargate(),
        given => given.taskDefinition.addContainer('by-hand', { image: ecs.ContainerImage.fromRegistry(byHand.image), memoryLimitMiB: 10 }),
        new RegExp(`has 2 containers that run the agent, by-hand and ${containerName}, .* remove the others`),
      ] satisfies Refused),
      [
        'an application container that waits for the agent', () => fargate(),
        given => given.taskDefinition.findContainer('web')!.addContainerDependencies({ container: given.taskDefinition.findContainer(containerName)! }),
        new RegExp(`web waits for ${containerName}, so the application does not start`),
      ],
      ['ten containers without the agent', () => fargate(), given => {
        for (let number = 1; number < 10; number++) given.taskDefinition.addContainer(`c${number}`, { image: ecs.ContainerImage.fromRegistry('busybox') });
      }, /has 10 containers without the agent, and ECS allows 10 in all/],
    ])('synthesis refuses %s', (_, make, afterwards, message) => {
      const given = make();
      kind.add(given.service);
      afterwards(given);
      expect(synthesize(given.app).errors).toMatch(message);
    });

    test('synthesis accepts nine containers and the agent', () => {
      const given = fargate({ task: { memoryLimitMiB: 8192, cpu: 1024 } });
      kind.add(given.service);
      for (let number = 1; number < 9; number++) given.taskDefinition.addContainer(`c${number}`, { image: ecs.ContainerImage.fromRegistry('busybox') });
      expect(warnings(given.app)).toEqual([]);
    });

    test('synthesis accepts an old Fargate platform if the restart policy is off', () => {
      const given = fargate({ service: { platformVersion: ecs.FargatePlatformVersion.VERSION1_3 } });
      kind.add(given.service, { enableRestartPolicy: false });
      expect(synthesize(given.app).errors).toBe('');
    });

    test('synthesis accepts network mode host on EC2', () => {
      const given = onEc2({ networkMode: ecs.NetworkMode.HOST });
      kind.add(given.service);
      expect(synthesize(given.app).errors).toBe('');
    });
  });

  describe('warnings of the synthesis', () => {
    test('synthesis warns that CodeDeploy rolls the agent out later', () => {
      const given = fargate({ service: { deploymentController: { type: ecs.DeploymentControllerType.CODE_DEPLOY } } });
      kind.add(given.service);
      expect(warnings(given.app)).toContain('codeDeployNotRolledOut');
    });

    test('synthesis warns if the task has little memory left for the agent', () => {
      const given = little();
      kind.add(given.service);
      expect(warnings(given.app)).toEqual(['taskMemoryLow']);
    });

    test('synthesis does not warn of little memory if the agent captures little', () => {
      const given = little();
      kind.add(given.service, { rateLimitPerMinute: 100 });
      expect(warnings(given.app)).toEqual([]);
    });

    test('synthesis warns of a proxy configuration', () => {
      const given = fargate({
        task: {
          proxyConfiguration: new ecs.AppMeshProxyConfiguration({
            containerName: 'web', properties: { appPorts: [80], proxyEgressPort: 15001, proxyIngressPort: 15000, ignoredUID: 1337 },
          }),
        },
      });
      kind.add(given.service);
      expect(warnings(given.app)).toContain('proxyConfiguration');
    });

    test('synthesis warns of a host expression that ends before the port', () => {
      const given = fargate();
      kind.add(given.service, { hostAllow: ['^api\\.example\\.com$'] });
      expect(warnings(given.app)).toEqual(['hostExpressionEndsBeforePort']);
    });

    test('synthesis warns of a memory limit below what Postman asks for', () => {
      const given = fargate();
      kind.add(given.service, { memoryLimitMiB: 512 });
      expect(warnings(given.app)).toEqual(['agentMemoryLow']);
    });

    test('a warning can be acknowledged on a scope above', () => {
      const given = little();
      kind.add(given.service);
      Annotations.of(given.stack).acknowledgeWarning('cdk-postman-live-collection:taskMemoryLow');
      expect(warnings(given.app)).toEqual([]);
    });

    test('a warning is given once if the app is synthesized twice', () => {
      const given = little();
      kind.add(given.service);
      synthesize(given.app);
      expect(warnings(given.app)).toEqual(['taskMemoryLow']);
    });

    test('a warning is on the sidecar', () => {
      const given = little();
      kind.add(given.service);
      const [finding] = synthesize(given.app).messages.filter(({ level }) => level === 'warning');
      expect(finding.path).toBe(`Stack/${kind.id}`);
    });
  });

  describe('a network without internet access', () => {
    const closed = () => fargate({ vpcProps: { natGateways: 0 } });

    test('a network without internet access is an error that names the subnets and how to fix them', () => {
      const given = closed();
      kind.add(given.service);
      const { errors } = synthesize(given.app);
      expect(errors).toContain(`[Stack/${kind.id}] The tasks of service Stack/Service have no way out to the internet`);
      expect(errors).toContain('Stack/Vpc/IsolatedSubnet1');
      expect(errors).toContain('Stack/Vpc/IsolatedSubnet2');
      expect(errors).toMatch(/NAT gateway/);
      expect(errors).toContain('set `egressCheck` to `EgressCheck.WARN`');
    });

    test('a network without internet access is a warning with the same evidence if that is asked for', () => {
      const given = closed();
      kind.add(given.service, { egressCheck: EgressCheck.WARN });
      const { errors, messages } = synthesize(given.app);
      expect(errors).toBe('');
      const [{ text }] = messages.filter(({ level }) => level === 'warning');
      expect(text).toContain('Stack/Vpc/IsolatedSubnet1');
      expect(text).toContain('[ack: cdk-postman-live-collection:egressUnreachable]');
    });

    test('a network without internet access is not reported if the check is off', () => {
      const given = closed();
      kind.add(given.service, { egressCheck: EgressCheck.OFF });
      expect(warnings(given.app)).toEqual([]);
    });

    test('the verdict is in the cloud assembly', () => {
      const given = closed();
      kind.add(given.service, { egressCheck: EgressCheck.WARN });
      synthesize(given.app);
      synthesize(given.app);
      const entries = given.stack.node.metadata.filter(({ type }) => type === 'cdk-postman-live-collection:egress');
      const step = {
        verdict: 'unreachable', path: 'agent', subject: expect.stringContaining('subnet'), finding: expect.any(String), remedy: expect.any(String),
      };
      expect(entries.map(({ data }) => data)).toEqual([{
        [`Stack/${kind.id}`]: { verdict: 'unreachable', host: 'api.observability.postman.com', evidence: expect.arrayContaining([step]) },
      }]);
    });
  });

  describe('changes after the sidecar', () => {
    test('a route that is added after the sidecar gives the network internet access', () => {
      const given = fargate({ vpcProps: { natGateways: 0 } });
      kind.add(given.service);
      const nat = new ec2.CfnNatGateway(given.stack, 'Nat', { subnetId: given.vpc.publicSubnets[0].subnetId });
      given.vpc.isolatedSubnets.forEach(({ routeTable }, number) => new ec2.CfnRoute(given.stack, `Out${number}`, {
        routeTableId: routeTable.routeTableId, destinationCidrBlock: '0.0.0.0/0', natGatewayId: nat.ref,
      }));
      expect(warnings(given.app)).toEqual([]);
    });

    test('an aspect that removes the public address takes internet access away', () => {
      const given = fargate({ vpcProps: { natGateways: 0 }, service: { assignPublicIp: true } });
      kind.add(given.service);
      Aspects.of(given.app).add({
        visit: construct => {
          if (construct instanceof ecs.CfnService) construct.addPropertyOverride('NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', 'DISABLED');
        },
      });
      expect(synthesize(given.app).errors).toMatch(/no way out to the internet/);
    });

    test('a load balancer that is attached after the sidecar finds the application\'s container', () => {
      const given = fargate();
      kind.add(given.service);
      const balancer = new elb.ApplicationLoadBalancer(given.stack, 'Balancer', { vpc: given.vpc });
      balancer.addListener('Http', { port: 80 }).addTargets('Web', { port: 80, targets: [given.service] });
      expect(synthesize(given.app).errors).toBe('');
      const [attached] = given.stack.resolve((given.service.node.defaultChild as ecs.CfnService).loadBalancers);
      expect(attached.containerName).toBe('web');
    });
  });
});

const PINNED = `@sha256:${'0'.repeat(64)}`;

describe.each(KINDS)('the image of $construct', kind => {
  const notes = (image?: string) => {
    const given = fargate();
    kind.add(given.service, { image: image === undefined ? undefined : ecs.ContainerImage.fromRegistry(image) });
    return synthesize(given.app).messages.filter(({ text }) => text.includes('unpinnedImage'));
  };

  test('an image without a version causes a note, and a pinned one does not', () => {
    expect(notes()).toEqual([{ level: 'info', path: `Stack/${kind.id}`, text: expect.stringContaining(`${kind.image} names no version`) }]);
    expect(notes(`mirror.example.com/${kind.repository}`)).toHaveLength(1);
    expect(notes(`mirror.example.com/${kind.repository}:v1.2.3`)).toEqual([]);
    expect(notes(`mirror.example.com/${kind.repository}${PINNED}`)).toEqual([]);
  });

  test('the note is given once for all services of an app, also of its stages', () => {
    const given = fargate();
    kind.add(given.service);
    kind.add(fargate({ app: given.app, stackId: 'Other' }).service);
    const stage = new Stage(given.app, 'Stage');
    kind.add(fargate({ app: given.app, stack: new Stack(stage, 'Stack') }).service);
    const paths = () => synthesize(given.app).messages.filter(({ text }) => text.includes('unpinnedImage')).map(({ path }) => path);
    expect(paths()).toEqual([`Stage/Stack/${kind.id}`]);
    // Another synthesis of the same app.
    expect(paths()).toEqual([`Stage/Stack/${kind.id}`]);
  });

  test('the note has an id, and the next service gets it if it is acknowledged for the first', () => {
    const app = new App();
    const [first, second] = [fargate({ app }), fargate({ app, stackId: 'Other' })];
    for (const { service } of [first, second]) kind.add(service);
    Annotations.of(first.stack).acknowledgeWarning('cdk-postman-live-collection:unpinnedImage');
    expect(synthesize(app).messages.filter(({ text }) => text.endsWith(' [ack: cdk-postman-live-collection:unpinnedImage]')).map(({ path }) => path))
      .toEqual([`Other/${kind.id}`]);
  });

  describe.each(['taskMemoryLow', 'unpinnedImage'])('the finding %s', id => {
    test.each<[string, (construct: IConstruct) => IConstruct]>([
      ['the sidecar', construct => construct],
      ['its stack', construct => Stack.of(construct)],
      ['its stage', construct => Stage.of(construct)!],
      ['the app', construct => construct.node.root],
    ])('can be acknowledged on %s, before and after the sidecar is added', (where, scopeOf) => {
      const messagesIf = (isBefore: boolean | undefined) => {
        const app = new App();
        const stack = new Stack(new Stage(app, 'Stage'), 'Stack', { env: ENV });
        const { service } = fargate({ app, stack, task: { cpu: 256, memoryLimitMiB: 512 }, container: { memoryLimitMiB: 380 } });
        const acknowledge = (construct: IConstruct) => Annotations.of(scopeOf(construct)).acknowledgeWarning(`cdk-postman-live-collection:${id}`);
        if (isBefore === true && where !== 'the sidecar') acknowledge(stack);
        const sidecar = kind.add(service);
        if (isBefore === false || (isBefore === true && where === 'the sidecar')) acknowledge(sidecar);
        return synthesize(app).messages.map(({ text }) => text).join('\n');
      };
      expect(messagesIf(undefined)).toContain(`:${id}`);
      for (const isBefore of [true, false]) {
        expect(messagesIf(isBefore)).not.toContain(`:${id}`);
        expect(messagesIf(isBefore)).toContain('cdk-postman-live-collection:partialSecretArn');
      }
    });
  });
});

describe('an image of the other agent', () => {
  test.each([
    [LIVE_COLLECTION, INSIGHTS], [INSIGHTS, LIVE_COLLECTION],
  ].flatMap(([kind, other]) => [
    { kind, other, image: other.image }, { kind, other, image: `mirror.example.com:5000/team/${other.repository}${PINNED}` },
  ]))('$kind.construct refuses the image $image and names $other.construct', ({ kind, other, image }) => {
    const given = fargate();
    kind.add(given.service, { image: ecs.ContainerImage.fromRegistry(image) });
    const { errors } = synthesize(given.app);
    expect(errors).toContain(
      `[Stack/${kind.id}] \`image\` ${image} holds the ${other.title}, not the ${kind.title}. `
      + `Leave \`image\` out, or use the ${other.title}: \`${other.construct}\`. See `);
  });

  test('an image of another name may hold either agent', () => {
    const given = fargate();
    INSIGHTS.add(given.service, { image: ecs.ContainerImage.fromRegistry('mirror.example.com/observability/agent:7') });
    expect(warnings(given.app)).toEqual([]);
  });
});

describe('HTTPS capture', () => {
  const captures = (given: Given) => {
    INSIGHTS.add(given.service);
    const command = ['/postman-insights-agent', 'apidump', '--project', PROJECT_ID, '--enable-https-capture'];
    definition(given).addPropertyOverride('ContainerDefinitions.1.EntryPoint', command);
    return synthesize(given.app).errors;
  };

  test('synthesis refuses HTTPS capture on Fargate, with the reason', () => {
    expect(captures(fargate())).toContain(
      '[Stack/Insights] Container postman-insights-agent captures HTTPS (`--enable-https-capture`), which Fargate cannot: it needs eBPF, '
      + 'with the capabilities CAP_BPF and CAP_PERFMON and the host\'s /proc and /sys/fs/bpf.');
  });

  test('synthesis does not refuse HTTPS capture on EC2', () => {
    expect(captures(onEc2())).toBe('');
  });
});
