import { readFileSync } from 'node:fs';
import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as patterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { agentsIn, ENV, fargate, KINDS, onEc2, synthesize, warnings } from '../../given';

/** The flags that `cdk init` turns on. */
const RECOMMENDED_FLAGS: { readonly [name: string]: unknown } = JSON.parse(readFileSync(require.resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8'));

const IMAGE = ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable');

describe.each(KINDS)('$construct', kind => {
  describe('ecs-patterns', () => {
    const vpcIn = (stack: Stack) => new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });

    test.each<[string, (stack: Stack) => ecs.BaseService]>([
      [
        'ApplicationLoadBalancedFargateService',
        stack => new patterns.ApplicationLoadBalancedFargateService(stack, 'Pattern', {
          vpc: vpcIn(stack), memoryLimitMiB: 2048, cpu: 1024, taskImageOptions: { image: IMAGE }, minHealthyPercent: 100,
        }).service,
      ],
      [
        'ApplicationMultipleTargetGroupsFargateService',
        stack => new patterns.ApplicationMultipleTargetGroupsFargateService(stack, 'Pattern', {
          vpc: vpcIn(stack), memoryLimitMiB: 2048, cpu: 1024, taskImageOptions: { image: IMAGE },
        }).service,
      ],
      [
        'NetworkLoadBalancedFargateService',
        stack => new patterns.NetworkLoadBalancedFargateService(stack, 'Pattern', {
          vpc: vpcIn(stack), memoryLimitMiB: 2048, cpu: 1024, taskImageOptions: { image: IMAGE }, minHealthyPercent: 100,
        }).service,
      ],
      [
        'QueueProcessingFargateService',
        stack => new patterns.QueueProcessingFargateService(stack, 'Pattern', {
          vpc: vpcIn(stack), queue: new sqs.Queue(stack, 'Queue'), memoryLimitMiB: 2048, cpu: 1024, image: IMAGE, minHealthyPercent: 100,
        }).service,
      ],
    ])('%s gets the agent and keeps its own default container', (_, make) => {
      const app = new App();
      const stack = new Stack(app, 'Stack', { env: ENV });
      const service = make(stack);
      const container = service.taskDefinition.defaultContainer;
      kind.add(service);
      expect(warnings(app)).toEqual([]);
      expect(service.taskDefinition.defaultContainer).toBe(container);
      expect(agentsIn(stack)).toHaveLength(1);
    });

    test('ApplicationLoadBalancedEc2Service is refused, since it uses bridge mode', () => {
      const app = new App();
      const stack = new Stack(app, 'Stack', { env: ENV });
      const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: vpcIn(stack) });
      cluster.addCapacity('Capacity', { instanceType: new ec2.InstanceType('t3.medium') });
      const { service } = new patterns.ApplicationLoadBalancedEc2Service(stack, 'Pattern', {
        cluster, memoryLimitMiB: 256, taskImageOptions: { image: IMAGE }, minHealthyPercent: 100,
      });
      kind.add(service);
      expect(synthesize(app).errors).toMatch(/network mode bridge/);
    });
  });

  describe('several stacks', () => {
    test('a cluster and a network of another stack are read', () => {
      const app = new App();
      const network = new Stack(app, 'Network', { env: ENV });
      const vpc = new ec2.Vpc(network, 'Vpc', { maxAzs: 2, natGateways: 0 });
      const cluster = new ecs.Cluster(network, 'Cluster', { vpc });
      const stack = new Stack(app, 'Service', { env: ENV });
      const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task', { memoryLimitMiB: 2048 });
      taskDefinition.addContainer('web', { image: IMAGE });
      const service = new ecs.FargateService(stack, 'Service', { cluster, taskDefinition, minHealthyPercent: 100 });
      kind.add(service);
      const { errors } = synthesize(app);
      expect(errors).toContain('Network/Vpc/IsolatedSubnet1');
    });

    test('an imported cluster in a network of this app is judged by that network', () => {
      const app = new App();
      const stack = new Stack(app, 'Stack', { env: ENV });
      const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
      const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shared', vpc });
      const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task', { memoryLimitMiB: 2048 });
      taskDefinition.addContainer('web', { image: IMAGE });
      kind.add(new ecs.FargateService(stack, 'Service', { cluster, taskDefinition, minHealthyPercent: 100 }));
      expect(warnings(app)).toEqual([]);
    });

    test('a sidecar may be in another stack than its service', () => {
      const given = fargate();
      const other = new Stack(given.app, 'Other', { env: ENV });
      kind.add(given.service, {}, kind.id, other);
      expect(warnings(given.app)).toEqual([]);
      expect(agentsIn(given.stack)).toHaveLength(1);
    });

    test.each<[string, number, RegExp]>([
      ['with a NAT gateway', 1, /^$/],
      ['without a NAT gateway', 0, /Stack\/Nested\/Vpc\/IsolatedSubnet1/],
    ])('the network of a nested stack is read: %s', (_, natGateways, errors) => {
      const app = new App();
      const stack = new Stack(app, 'Stack', { env: ENV });
      const vpc = new ec2.Vpc(new NestedStack(stack, 'Nested'), 'Vpc', { maxAzs: 2, natGateways });
      const given = fargate({ app, stack, vpc });
      kind.add(given.service);
      expect(synthesize(app).errors).toMatch(errors);
    });

    test('a service in a nested stack gets the agent', () => {
      const app = new App();
      const stack = new Stack(app, 'Stack', { env: ENV });
      const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
      const nested = new NestedStack(stack, 'Nested');
      const given = fargate({ app, stack: nested, vpc });
      kind.add(given.service);
      expect(warnings(app)).toEqual([]);
      expect(agentsIn(nested)).toHaveLength(1);
    });
  });

  describe('CDK Pipelines', () => {
    class Application extends Stage {
      constructor(scope: Stack, id: string, natGateways: number) {
        super(scope, id, { env: ENV });
        kind.add(fargate({ stack: new Stack(this, 'Stack'), app: scope.node.root as App, vpcProps: { natGateways } }).service);
      }
    }

    function pipeline(stack: Stack): pipelines.CodePipeline {
      return new pipelines.CodePipeline(stack, 'Pipeline', {
        synth: new pipelines.ShellStep('Synth', {
          input: pipelines.CodePipelineSource.connection(
            'team/app', 'main', { connectionArn: 'arn:aws:codestar-connections:eu-west-1:111122223333:connection/c' },
          ),
          commands: ['npx cdk synth'],
        }),
      });
    }

    test('a pipeline deploys stages with the agent, and each is judged separately', () => {
      const app = new App();
      const stack = new Stack(app, 'Pipeline', { env: ENV });
      const pipe = pipeline(stack);
      pipe.addStage(new Application(stack, 'Beta', 1));
      pipe.addStage(new Application(stack, 'Prod', 1));
      expect(warnings(app)).toEqual([]);
      for (const stage of ['Beta', 'Prod']) expect(agentsIn(stack.node.findChild(stage).node.findChild('Stack') as Stack)).toHaveLength(1);
    });

    test('a pipeline refuses a stage without internet access, even if another stage has it', () => {
      const app = new App();
      const stack = new Stack(app, 'Pipeline', { env: ENV });
      const pipe = pipeline(stack);
      pipe.addStage(new Application(stack, 'Beta', 1));
      expect(() => pipe.addStage(new Application(stack, 'Prod', 0))).toThrow(/Pipeline\/Prod\/Stack\/Vpc\/IsolatedSubnet1/);
    });
  });

  describe('feature flags', () => {
    const on = { ...RECOMMENDED_FLAGS };
    const off = Object.fromEntries(Object.keys(RECOMMENDED_FLAGS).map(name => [name, false]));

    test.each<[string, object]>([
      ['the feature flags of a new app', on], ['all of these flags off', off],
    ])('with %s, Fargate and EC2 get the agent and the same findings', (_, context) => {
      const open = fargate({ appProps: { context: { ...context } } });
      kind.add(open.service).onAgentStopped('Stopped');
      expect(warnings(open.app)).toEqual([]);
      expect(agentsIn(open.stack)).toHaveLength(1);
      Template.fromStack(open.stack).hasResourceProperties(
        'AWS::IAM::Policy', { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 'secretsmanager:GetSecretValue' })]) } },
      );

      const closed = fargate({ appProps: { context: { ...context } }, vpcProps: { natGateways: 0 } });
      kind.add(closed.service);
      expect(synthesize(closed.app).errors).toContain('Stack/Vpc/IsolatedSubnet1');

      const ec2Given = onEc2({ appProps: { context: { ...context } } });
      kind.add(ec2Given.service);
      expect(warnings(ec2Given.app)).toEqual([]);
    });
  });
});
