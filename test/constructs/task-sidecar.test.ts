import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as patterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as stepfunctions from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import {
  EgressCheck, PostmanAgentTaskOptions, PostmanInsightsTaskSidecar, PostmanLiveCollectionTaskSidecar,
} from '../../src';
import {
  agentsIn, COLLECTION_ID, ENV, insights, INSIGHTS, LIVE_COLLECTION, PROJECT_ID, sidecar, synthesize, variablesOf, warnings,
} from '../given';
import { matches } from './event-pattern';

const IMAGE = ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable');
const IMPORTED = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/f:1';
const HOURLY = events.Schedule.rate(Duration.hours(1));

/** A task definition, a cluster and a VPC with or without a way out. */
function given({ natGateways = 1, stack: known }: { readonly natGateways?: number; readonly stack?: Stack } = {}) {
  const stack = known ?? new Stack(new App(), 'Stack', { env: ENV });
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    maxAzs: 1, natGateways, subnetConfiguration: natGateways === 0
      ? [{ name: 'closed', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] : undefined,
  });
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
  const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task', { cpu: 512, memoryLimitMiB: 2048 });
  const web = taskDefinition.addContainer('web', { image: IMAGE });
  return { app: stack.node.root as App, stack, vpc, cluster, taskDefinition, web };
}

type Given = ReturnType<typeof given>;

const KINDS = [
  {
    ...LIVE_COLLECTION,
    construct: 'PostmanLiveCollectionTaskSidecar',
    extensionId: 'PostmanLiveCollection',
    ofService: sidecar,
    of: (scope: Stack, taskDefinition: ecs.TaskDefinition, options: PostmanAgentTaskOptions = {}) =>
      new PostmanLiveCollectionTaskSidecar(scope, 'Agent', { taskDefinition, collectionId: COLLECTION_ID, ...options }),
    extension: (options: PostmanAgentTaskOptions = {}) => PostmanLiveCollectionTaskSidecar.extension({ collectionId: COLLECTION_ID, ...options }),
  },
  {
    ...INSIGHTS,
    construct: 'PostmanInsightsTaskSidecar',
    extensionId: 'PostmanInsights',
    ofService: (service: ecs.BaseService) => insights(service),
    of: (scope: Stack, taskDefinition: ecs.TaskDefinition, options: PostmanAgentTaskOptions = {}) =>
      new PostmanInsightsTaskSidecar(scope, 'Agent', { taskDefinition, projectId: PROJECT_ID, ...options }),
    extension: (options: PostmanAgentTaskOptions = {}) => PostmanInsightsTaskSidecar.extension({ projectId: PROJECT_ID, ...options }),
  },
];

/** Ways in which an app runs a task definition, each in the subnets of the cluster's VPC. */
const RUNNERS: readonly [kind: string, name: string, run: (given: Given) => void][] = [
  ['a rule', 'rule Stack/Rule', ({ stack, cluster, taskDefinition, vpc }) => {
    const subnetSelection = { subnets: [...vpc.privateSubnets, ...vpc.isolatedSubnets] };
    new events.Rule(stack, 'Rule', { schedule: HOURLY, targets: [new targets.EcsTask({ cluster, taskDefinition, subnetSelection })] });
  }],
  ['a schedule of EventBridge Scheduler', 'schedule Stack/Schedule', ({ stack, cluster, taskDefinition, vpc }) => {
    new scheduler.CfnSchedule(stack, 'Schedule', {
      flexibleTimeWindow: { mode: 'OFF' },
      scheduleExpression: 'rate(1 hour)',
      target: {
        arn: cluster.clusterArn,
        roleArn: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com') }).roleArn,
        ecsParameters: {
          taskDefinitionArn: taskDefinition.taskDefinitionArn,
          launchType: 'FARGATE',
          networkConfiguration: {
            awsvpcConfiguration: {
              subnets: [...vpc.privateSubnets, ...vpc.isolatedSubnets].map(({ subnetId }) => subnetId),
              securityGroups: [new ec2.SecurityGroup(stack, 'Group', { vpc }).securityGroupId],
            },
          },
        },
      },
    });
  }],
  ['a state machine', 'state machine Stack/Machine', ({ stack, cluster, taskDefinition, vpc }) => {
    const run = new tasks.EcsRunTask(stack, 'Run', {
      cluster, taskDefinition, launchTarget: new tasks.EcsFargateLaunchTarget(), subnets: { subnets: [...vpc.privateSubnets, ...vpc.isolatedSubnets] },
    });
    const each = new stepfunctions.Map(stack, 'Each').itemProcessor(run);
    new stepfunctions.StateMachine(stack, 'Machine', { definitionBody: stepfunctions.DefinitionBody.fromChainable(each) });
  }],
  ['a service', 'service Stack/Service', ({ stack, cluster, taskDefinition, vpc }) => {
    const vpcSubnets = { subnets: [...vpc.privateSubnets, ...vpc.isolatedSubnets] };
    new ecs.FargateService(stack, 'Service', { cluster, taskDefinition, vpcSubnets, minHealthyPercent: 100 });
  }],
];

describe.each(KINDS)('$construct', kind => {
  const ids = (app: App) => synthesize(app).messages.map(({ text }) => /cdk-postman-live-collection:(\w+)/.exec(text)![1]);

  test('adds the same container, log group and permissions as the sidecar of a service', () => {
    const [ofTask, ofService] = [given(), given()];
    kind.of(ofTask.stack, ofTask.taskDefinition);
    for (const { stack, cluster, taskDefinition } of [ofTask, ofService]) {
      const service = new ecs.FargateService(stack, 'Service', { cluster, taskDefinition, minHealthyPercent: 100 });
      if (stack === ofService.stack) kind.ofService(service);
    }
    expect(Template.fromStack(ofTask.stack).toJSON()).toEqual(Template.fromStack(ofService.stack).toJSON());
  });

  test('takes the task definition of a scheduled task of ecs-patterns, and judges the network of its rule', () => {
    const { app, stack, vpc } = given();
    const job = new patterns.ScheduledFargateTask(stack, 'Job', {
      vpc, schedule: HOURLY, scheduledFargateTaskImageOptions: { image: IMAGE, cpu: 512, memoryLimitMiB: 2048 },
    });
    const added = kind.of(stack, job.taskDefinition);
    expect(warnings(app)).toEqual([]);
    expect(added.egressVerdict().verdict).toBe('reachable');
  });

  describe.each(RUNNERS)('a task definition that %s runs', (_, name, run) => {
    test('is judged by the network there, whatever the properties say', () => {
      const [open, closed] = [given(), given({ natGateways: 0 })];
      for (const one of [open, closed]) {
        const otherwise = one === open ? { vpc: closedVpc(one.stack), subnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } } : { vpc: openVpc(one.stack) };
        kind.of(one.stack, one.taskDefinition, otherwise);
        run(one);
      }
      expect(synthesize(open.app).errors).toBe('');
      expect(ids(open.app)).not.toContain('egressUnknown');
      expect(synthesize(closed.app).errors).toContain(`The tasks of ${name} have no way out to the internet`);
    });
  });

  test.each<[string, PostmanAgentTaskOptions | undefined, (stack: Stack) => ec2.IVpc | undefined, string]>([
    ['unknown if nothing runs it and no network is given', {}, () => undefined, 'unknown'],
    ['that of the given VPC', {}, stack => openVpc(stack), 'reachable'],
    ['that of the given VPC, which may be closed', { subnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } }, stack => closedVpc(stack), 'unreachable'],
    ['that of public subnets with public addresses', { assignPublicIp: true }, stack => openVpc(stack), 'reachable'],
    ['that of public subnets without public addresses', { subnets: { subnetType: ec2.SubnetType.PUBLIC } }, stack => openVpc(stack), 'unreachable'],
  ])('the verdict is %s', (_, options, vpcOf, verdict) => {
    const { app, stack, taskDefinition } = given();
    const vpc = vpcOf(stack);
    const securityGroups = vpc && [new ec2.SecurityGroup(stack, 'Open', { vpc })];
    const added = kind.of(stack, taskDefinition, { ...options, vpc, securityGroups });
    expect(added.egressVerdict().verdict).toBe(verdict);
    const { errors } = synthesize(app);
    if (verdict === 'unreachable') expect(errors).toMatch(/The tasks of task definition Stack\/Task have no way out/);
    else expect(warnings(app)).toEqual(verdict === 'unknown' ? ['egressUnknown'] : []);
  });

  test('the verdict on several runners is the worst of all, and each is named', () => {
    const one = given();
    const added = kind.of(one.stack, one.taskDefinition);
    RUNNERS[0][2](one);
    new ecs.FargateService(one.stack, 'Closed', {
      cluster: one.cluster, taskDefinition: one.taskDefinition, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC }, minHealthyPercent: 100,
    });
    const { verdict, evidence } = added.egressVerdict();
    expect([verdict, evidence[0].verdict]).toEqual(['unreachable', 'unreachable']);
    const { errors } = synthesize(one.app);
    expect(errors).toContain('The tasks of service Stack/Closed have no way out');
    expect(errors).not.toContain('The tasks of rule Stack/Rule');
  });

  test('nothing is said of egress if it is not checked', () => {
    const { app, stack, taskDefinition } = given();
    kind.of(stack, taskDefinition, { egressCheck: EgressCheck.OFF });
    expect(warnings(app)).toEqual([]);
  });

  test('the note on tasks that end by themselves is given if a rule runs them, and not for a service', () => {
    const [ofRule, ofService] = [given(), given()];
    for (const one of [ofRule, ofService]) kind.of(one.stack, one.taskDefinition);
    RUNNERS[0][2](ofRule);
    RUNNERS[3][2](ofService);
    expect(ids(ofRule.app)).toContain('shortTask');
    expect(ids(ofService.app)).not.toContain('shortTask');
  });

  test.each([[2, ['stopTimeoutLow']], [30, []]])('a stop timeout of %s seconds by override causes the warnings %j', (seconds, expected) => {
    const one = given();
    kind.of(one.stack, one.taskDefinition);
    RUNNERS[0][2](one);
    (one.taskDefinition.node.defaultChild as ecs.CfnTaskDefinition).addPropertyOverride('ContainerDefinitions.1.StopTimeout', seconds);
    expect(warnings(one.app)).toEqual(expected);
  });

  test('a service that runs the task definition waits for the grant', () => {
    const one = given();
    kind.of(one.stack, one.taskDefinition);
    RUNNERS[3][2](one);
    const [service] = Object.values<any>(Template.fromStack(one.stack).findResources('AWS::ECS::Service'));
    expect(service.DependsOn).toContainEqual(expect.stringMatching(/^TaskExecutionRoleDefaultPolicy/));
  });

  test('the extension adds the sidecar below its task definition', () => {
    const { app, stack, taskDefinition } = given();
    taskDefinition.addExtension(kind.extension({ egressCheck: EgressCheck.OFF }));
    expect(taskDefinition.node.tryFindChild(kind.extensionId)).toBeDefined();
    expect(agentsIn(stack).map(({ Name }) => Name)).toEqual([kind.containerName]);
    expect(warnings(app)).toEqual([]);
  });

  test('the sidecar of a service of the same task definition uses the same container', () => {
    const one = given();
    kind.of(one.stack, one.taskDefinition);
    const { cluster, taskDefinition } = one;
    kind.ofService(new ecs.FargateService(one.stack, 'Service', { cluster, taskDefinition, minHealthyPercent: 100 }));
    expect(agentsIn(one.stack)).toHaveLength(1);
    expect(warnings(one.app)).toEqual([]);
  });

  test('a service with a sidecar of its own is what runs the task definition, and is checked once', () => {
    const one = given({ natGateways: 0 });
    const added = kind.of(one.stack, one.taskDefinition);
    const { cluster, taskDefinition, vpc } = one;
    kind.ofService(new ecs.FargateService(one.stack, 'Service', {
      cluster, taskDefinition, vpcSubnets: { subnets: vpc.isolatedSubnets }, minHealthyPercent: 100,
    }));
    expect(added.egressVerdict().verdict).toBe('unreachable');
    const { errors } = synthesize(one.app);
    expect(errors.match(/The tasks of service Stack\/Service have no way out/g)).toHaveLength(1);
  });

  test('another service without a sidecar is no warning, since this one checks it', () => {
    const one = given();
    const { stack, cluster, taskDefinition } = one;
    const [first] = ['First', 'Second'].map(id => new ecs.FargateService(stack, id, { cluster, taskDefinition, minHealthyPercent: 100 }));
    kind.ofService(first);
    expect(warnings(one.app)).toEqual(['sharedTaskDefinition']);
    const again = given();
    const [other] = ['First', 'Second'].map(id => new ecs.FargateService(again.stack, id, {
      cluster: again.cluster, taskDefinition: again.taskDefinition, minHealthyPercent: 100,
    }));
    kind.ofService(other);
    kind.of(again.stack, again.taskDefinition);
    expect(warnings(again.app)).toEqual([]);
  });

  test('a second one with other options is an error that names both', () => {
    const { stack, taskDefinition } = given();
    kind.of(stack, taskDefinition);
    expect(() => taskDefinition.addExtension(kind.extension({ rateLimitPerMinute: 5 })))
      .toThrow(`Stack/Task/${kind.extensionId} and Stack/Agent share the task definition Stack/Task, which runs one agent, `
        + 'but differ in `rateLimitPerMinute`');
  });

  test('the checks of a task definition are those of a service\'s sidecar', () => {
    const { app, stack } = given();
    kind.of(stack, new ecs.Ec2TaskDefinition(stack, 'Bridge', { networkMode: ecs.NetworkMode.BRIDGE }));
    expect(synthesize(app).errors).toMatch(/Task definition Stack\/Bridge uses network mode bridge/);
  });

  test('the rule for a stopped agent matches the tasks of the revision, whatever runs them', () => {
    const { stack, taskDefinition } = given();
    kind.of(stack, taskDefinition).onAgentStopped('Stopped');
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.ecs'],
        detail: { taskDefinitionArn: [stack.resolve(taskDefinition.taskDefinitionArn)], containers: { name: [kind.containerName], lastStatus: ['STOPPED'] } },
      },
    });
  });

  test('metricAgentStopped counts the tasks of the revision that go on without their agent, and no task that ends', () => {
    const { stack, taskDefinition } = given();
    const metric = kind.of(stack, taskDefinition).metricAgentStopped();
    expect([metric.namespace, metric.metricName, metric.statistic, metric.period.toSeconds()]).toEqual(['AWS/Events', 'MatchedEvents', 'Sum', 300]);
    const [{ Properties }] = Object.values<any>(Template.fromStack(stack).findResources('AWS::Events::Rule'));
    const { taskDefinitionArn, ...detail } = Properties.EventPattern.detail;
    expect(taskDefinitionArn).toEqual([stack.resolve(taskDefinition.taskDefinitionArn)]);
    const seen = ([lastStatus, desiredStatus, agent]: readonly string[]) => {
      const containers = [{ name: 'web', lastStatus }, { name: kind.containerName, lastStatus: agent }];
      return matches({ detail }, { detail: { lastStatus, desiredStatus, containers } });
    };
    const others = [['RUNNING', 'RUNNING', 'RUNNING'], ['RUNNING', 'STOPPED', 'STOPPED'], ['STOPPED', 'STOPPED', 'STOPPED']];
    expect([['RUNNING', 'RUNNING', 'STOPPED'], ...others].map(seen)).toEqual([true, false, false, false]);
  });

  test('metricAgentNotCapturing counts lines of the log of the task definition', () => {
    const { stack, taskDefinition } = given();
    const added = kind.of(stack, taskDefinition);
    expect(added.metricAgentNotCapturing().metricName).toBe(`NotCapturing-${added.logGroup!.logGroupName}`);
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::MetricFilter', { LogGroupName: stack.resolve(added.logGroup!.logGroupName) });
  });

  test.each<[string, (one: Given) => unknown, RegExp]>([
    [
      'a service', ({ stack, cluster, taskDefinition }) => new ecs.FargateService(stack, 'Service', { cluster, taskDefinition }),
      /got: the construct Stack\/Service; pass its `taskDefinition`\.$/,
    ],
    ['an imported task definition', ({ stack }) => ecs.TaskDefinition.fromTaskDefinitionArn(stack, 'Imported', IMPORTED),
      /got: the construct Stack\/Imported; imported task definitions cannot be changed\.$/],
    ['nothing', () => undefined, /got: undefined; /],
  ])('%s is refused as task definition', (_, wrong, message) => {
    const one = given();
    const taskDefinition = wrong(one) as ecs.TaskDefinition;
    expect(() => kind.of(one.stack, taskDefinition)).toThrow(message);
    expect(() => kind.of(new Stack(one.app, 'Other'), taskDefinition)).toThrow(/^Other\/Agent: `taskDefinition` must be a FargateTaskDefinition/);
  });

  describe('what a name of a family means', () => {
    const machineOf = (stack: Stack, cluster: ecs.ICluster, taskDefinition: ecs.TaskDefinition, subnets: ec2.SubnetSelection, revisionNumber?: number) => {
      const run = new tasks.EcsRunTask(stack, 'Run', { cluster, taskDefinition, revisionNumber, launchTarget: new tasks.EcsFargateLaunchTarget(), subnets });
      return new stepfunctions.StateMachine(stack, 'Machine', { definitionBody: stepfunctions.DefinitionBody.fromChainable(run) });
    };

    test('is the family of the same region and account', () => {
      const app = new App();
      const [here, there] = ['eu-west-1', 'us-east-1'].map(region => {
        const stack = new Stack(app, region, { env: { ...ENV, region } });
        const one = given({ stack, natGateways: region === 'eu-west-1' ? 1 : 0 });
        const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Job', { family: 'job', cpu: 512, memoryLimitMiB: 2048 });
        taskDefinition.addContainer('web', { image: IMAGE });
        machineOf(stack, one.cluster, taskDefinition, { subnets: [...one.vpc.privateSubnets, ...one.vpc.isolatedSubnets] });
        return { stack, taskDefinition };
      });
      const added = kind.of(here.stack, here.taskDefinition);
      expect(added.egressVerdict().verdict).toBe('reachable');
      expect(kind.of(there.stack, there.taskDefinition).egressVerdict().verdict).toBe('unreachable');
    });

    test('is another definition if it has a revision', () => {
      const one = given();
      const added = kind.of(one.stack, one.taskDefinition);
      machineOf(one.stack, one.cluster, one.taskDefinition, { subnets: one.vpc.privateSubnets }, 3);
      expect(added.egressVerdict().evidence[0].finding).toContain('Nothing in this app runs task definition Stack/Task');
    });
  });

  describe('state machines that are written as text', () => {
    const Resource = 'arn:aws:states:::ecs:runTask.sync';
    const stateOf = (taskDefinition: unknown, more: object = {}) => JSON.stringify({
      StartAt: 'Run', States: { Run: { Type: 'Task', End: true, Resource, Parameters: { TaskDefinition: taskDefinition, ...more } } },
    });
    const networkOf = (subnets: readonly string[], more: object = {}) => ({ NetworkConfiguration: { AwsvpcConfiguration: { Subnets: subnets, ...more } } });

    test.each<[string, (one: Given) => object, string]>([
      ['with references', ({ taskDefinition, vpc }) => ({
        definitionBody: stepfunctions.DefinitionBody.fromString(stateOf(taskDefinition.taskDefinitionArn, networkOf([vpc.isolatedSubnets[0].subnetId]))),
      }), 'unreachable'],
      ['with substitutions', ({ taskDefinition, vpc }) => ({
        definitionBody: stepfunctions.DefinitionBody.fromString(stateOf('${Definition}', networkOf(['${Subnet}']))),
        definitionSubstitutions: { Definition: taskDefinition.taskDefinitionArn, Subnet: vpc.isolatedSubnets[0].subnetId },
      }), 'unreachable'],
      ['with a network that the run gives', ({ taskDefinition, vpc }) => ({
        definitionBody: stepfunctions.DefinitionBody.fromString(stateOf(taskDefinition.taskDefinitionArn, {
          ...networkOf([vpc.isolatedSubnets[0].subnetId]), 'NetworkConfiguration.$': '$.network',
        })),
      }), 'unknown'],
      ['that cannot be parsed', ({ taskDefinition }) => ({
        definitionBody: stepfunctions.DefinitionBody.fromString('{ not JSON'), definitionSubstitutions: { Definition: taskDefinition.taskDefinitionArn },
      }), 'unknown'],
    ])('%s are what runs the task definition', (_, props, verdict) => {
      const one = given({ natGateways: 0 });
      const added = kind.of(one.stack, one.taskDefinition);
      new stepfunctions.StateMachine(one.stack, 'Machine', props(one) as stepfunctions.StateMachineProps);
      const judged = added.egressVerdict();
      expect(judged.verdict).toBe(verdict);
      expect(JSON.stringify(judged.evidence)).not.toContain('Nothing in this app runs');
    });
  });

  test('a definition that only Fargate can run is on Fargate if a rule on an imported cluster names no launch type', () => {
    const one = given();
    const added = kind.of(one.stack, one.taskDefinition);
    new events.CfnRule(one.stack, 'Rule', {
      scheduleExpression: 'rate(1 hour)',
      targets: [{
        id: 'T', arn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/shared', roleArn: 'arn:aws:iam::111122223333:role/events',
        ecsParameters: {
          taskDefinitionArn: one.taskDefinition.taskDefinitionArn,
          networkConfiguration: {
            awsVpcConfiguration: {
              subnets: one.vpc.publicSubnets.map(({ subnetId }) => subnetId), assignPublicIp: 'ENABLED',
              securityGroups: [new ec2.SecurityGroup(one.stack, 'Group', { vpc: one.vpc }).securityGroupId],
            },
          },
        },
      }],
    });
    expect(added.egressVerdict().verdict).toBe('reachable');
  });

  test('a rule without a target that runs a task is no obstacle', () => {
    const one = given();
    kind.of(one.stack, one.taskDefinition);
    new events.CfnRule(one.stack, 'Rule', { scheduleExpression: 'rate(1 hour)' }).addPropertyOverride('Targets', [null, { Id: 'T', EcsParameters: null }]);
    expect(warnings(one.app)).toEqual(['egressUnknown']);
  });

  test('an old Fargate platform of a rule, and a service of CodeDeploy, cause what they cause for a service\'s sidecar', () => {
    const one = given();
    kind.of(one.stack, one.taskDefinition);
    new events.Rule(one.stack, 'Rule', {
      schedule: HOURLY, targets: [new targets.EcsTask({
        cluster: one.cluster, taskDefinition: one.taskDefinition, platformVersion: ecs.FargatePlatformVersion.VERSION1_3,
      })],
    });
    new ecs.FargateService(one.stack, 'Service', {
      cluster: one.cluster, taskDefinition: one.taskDefinition, deploymentController: { type: ecs.DeploymentControllerType.CODE_DEPLOY },
    });
    const { errors, messages } = synthesize(one.app);
    expect(errors).toContain('Rule Stack/Rule uses Fargate platform version 1.3.0, which has no container restart policies.');
    expect(messages.map(({ text }) => text).join()).toContain('cdk-postman-live-collection:codeDeployNotRolledOut');
  });

  test('a rule is a warning of a service\'s sidecar if the task definition has no sidecar', () => {
    const one = given();
    RUNNERS[0][2](one);
    const { cluster, taskDefinition } = one;
    kind.ofService(new ecs.FargateService(one.stack, 'Service', { cluster, taskDefinition, minHealthyPercent: 100 }));
    expect(warnings(one.app)).toEqual(['sharedTaskDefinition']);
    expect(synthesize(one.app).messages.map(({ text }) => text).join()).toContain('Rule Stack/Rule runs the same task definition');
  });

  test('the tasks of host mode run on the instances of the given cluster', () => {
    const one = given();
    one.cluster.addCapacity('Capacity', { instanceType: new ec2.InstanceType('t3.small') });
    const taskDefinition = new ecs.Ec2TaskDefinition(one.stack, 'Host', { networkMode: ecs.NetworkMode.HOST });
    taskDefinition.addContainer('web', { image: IMAGE, memoryReservationMiB: 128 });
    expect(kind.of(one.stack, taskDefinition, { vpc: one.vpc, cluster: one.cluster }).egressVerdict().verdict).toBe('reachable');
  });

  test.each([true, false])('a VPC that has yet to be looked up is not judged: %j that a group of subnets is named', isNamed => {
    const { app, stack, taskDefinition } = given();
    const vpc = ec2.Vpc.fromLookup(stack, 'LookedUp', { vpcId: 'vpc-1' });
    kind.of(stack, taskDefinition, { vpc, ...isNamed ? { subnets: { subnetGroupName: 'App' } } : {}, egressCheck: EgressCheck.STRICT });
    expect(synthesize(app).errors).toBe('');
  });

  test.each<[string, unknown]>([
    ['vpc', 'vpc-1'], ['subnets', 'subnet-1'], ['securityGroups', 'sg-1'], ['securityGroups', ['sg-1']], ['assignPublicIp', 'DISABLED'], ['cluster', 'shop'],
  ])('%s of another kind is refused by name: %j', (prop, value) => {
    const { stack, vpc, taskDefinition } = given();
    expect(() => kind.of(stack, taskDefinition, { vpc, [prop]: value })).toThrow(new RegExp(`^Stack/Agent: \`${prop}\` must be `));
  });

  test.each<[string, PostmanAgentTaskOptions]>([
    ['subnets', { subnets: { subnetType: ec2.SubnetType.PUBLIC } }], ['assignPublicIp', { assignPublicIp: true }], ['securityGroups', { securityGroups: [] }],
  ])('%s without a VPC is refused', (prop, options) => {
    const { stack, taskDefinition } = given();
    expect(() => kind.of(stack, taskDefinition, options)).toThrow(`Stack/Agent: \`${prop}\` has a meaning only with \`vpc\`.`);
  });

  test('subnets that the VPC does not have are refused', () => {
    const { stack, taskDefinition } = given();
    const vpc = closedVpc(stack);
    expect(() => kind.of(stack, taskDefinition, { vpc, subnets: { subnetType: ec2.SubnetType.PUBLIC } }))
      .toThrow(/^Stack\/Agent: `subnets` selects no subnet of VPC Stack\/ClosedVpc/);
    expect(() => kind.of(new Stack(stack.node.root as App, 'Other'), taskDefinition, { vpc }))
      .toThrow(/^Other\/Agent: `vpc` Stack\/ClosedVpc has no subnets for the tasks.* Set `subnets` or `assignPublicIp`\.$/);
  });

  test('a sidecar for services names this construct if it gets a task definition or a scheduled task', () => {
    const { stack, vpc } = given();
    const scheduledFargateTaskImageOptions = { image: IMAGE, memoryLimitMiB: 512 };
    const job = new patterns.ScheduledFargateTask(stack, 'Job', { vpc, schedule: HOURLY, scheduledFargateTaskImageOptions });
    expect(() => kind.ofService(given().taskDefinition as never))
      .toThrow(`is a task definition. Pass the service that runs it, or use \`${kind.construct}\` if it has no service.`);
    expect(() => kind.ofService(job as never)).toThrow(`got: Stack/Job, which is no service. Use \`${kind.construct}\` with its \`taskDefinition\`.`);
  });
});

describe('discovery of tasks', () => {
  test('needs the cluster, under whose name they are registered', () => {
    const { stack, cluster, taskDefinition } = given();
    expect(() => new PostmanInsightsTaskSidecar(stack, 'Agent', { taskDefinition, discovery: true })).toThrow('Stack/Agent: `discovery` needs `cluster`');
    new PostmanInsightsTaskSidecar(stack, 'Second', { taskDefinition, discovery: true, cluster });
    const [agent] = agentsIn(stack);
    const name = stack.resolve(cluster.clusterName);
    expect(variablesOf(agent)).toMatchObject({
      POSTMAN_INSIGHTS_CLUSTER_NAME: name, POSTMAN_K8S_NAMESPACE: name, POSTMAN_INSIGHTS_WORKLOAD_NAME: taskDefinition.family,
    });
  });

  test('refuses a name that refers to the task definition itself', () => {
    const { stack, cluster, taskDefinition } = given();
    const discoveryName = taskDefinition.taskDefinitionArn;
    const make = () => new PostmanInsightsTaskSidecar(stack, 'Agent', { taskDefinition, discovery: true, cluster, discoveryName });
    expect(make).toThrow(/`discoveryName` refers to task definition Stack\/Task/);

  });
});

function openVpc(stack: Stack): ec2.Vpc {
  return new ec2.Vpc(stack, 'OpenVpc', { maxAzs: 1, natGateways: 1 });
}

function closedVpc(stack: Stack): ec2.Vpc {
  return new ec2.Vpc(stack, 'ClosedVpc', { maxAzs: 1, natGateways: 0, subnetConfiguration: [{ name: 'closed', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
}

