import { App, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { StageIndex } from '../../../src/cdk/tree/stage-index';
import { ENV, sidecar, synthesize } from '../../given';

/** How many trees a piece of work walks. */
function walksOf(work: () => void): number {
  const before = StageIndex.walks;
  work();
  return StageIndex.walks - before;
}

/** A stack with services on Fargate, each with a sidecar. */
function manyServices(count: number, scope: Stage = new App(), id = 'Stack'): { readonly app: App; readonly vpc: ec2.Vpc } {
  const stack = new Stack(scope, id, { env: ENV });
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
  for (let number = 0; number < count; number++) {
    const taskDefinition = new ecs.FargateTaskDefinition(stack, `Task${number}`, { memoryLimitMiB: 2048, cpu: 1024 });
    taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
    sidecar(new ecs.FargateService(stack, `Service${number}`, { cluster, taskDefinition, minHealthyPercent: 100 }), {}, `Lca${number}`);
  }
  return { app: scope.node.root as App, vpc };
}

test('an app with many services in one stack is walked once', () => {
  const { app } = manyServices(40);
  expect(walksOf(() => app.synth({ force: true }))).toBe(1);
});

test('an app with a hundred services in ten stacks is walked once', () => {
  const app = new App();
  for (let number = 0; number < 10; number++) manyServices(10, app, `Stack${number}`);
  expect(walksOf(() => app.synth({ force: true }))).toBe(1);
});

test('a second synthesis walks the app again and sees what has changed', () => {
  const { app, vpc } = manyServices(3);
  expect(synthesize(app).errors).toBe('');
  vpc.privateSubnets.forEach(({ node }) => node.tryRemoveChild('DefaultRoute'));
  expect(walksOf(() => expect(synthesize(app).errors).toContain('Stack/Vpc/PrivateSubnet1 has no route to the internet'))).toBe(1);
});

test('each stage of an app is walked once', () => {
  const app = new App();
  manyServices(2, new Stage(app, 'Beta', { env: ENV }));
  manyServices(2, new Stage(app, 'Prod', { env: ENV }));
  expect(walksOf(() => app.synth({ force: true }))).toBe(2);
});

test('an index is forgotten when the last sidecar of its stage has read it', () => {
  const { app } = manyServices(2);
  app.synth();
  // Any other reader would get an index that is still known.
  expect(walksOf(() => StageIndex.of(app))).toBe(1);
});

test('a reference to a resource of a stage within the stage finds nothing', () => {
  const app = new App();
  const { stack } = manyServices(1, new Stage(app, 'Beta', { env: ENV })).vpc;
  const path = 'Beta/Stack/Vpc/Resource#Ref';
  expect(StageIndex.now(stack).find(path)?.cfnResourceType).toBe('AWS::EC2::VPC');
  expect(StageIndex.now(app).find(path)).toBeUndefined();
});

test('the order of calls does not matter: the sidecar may come before the containers of the application', () => {
  const build = (sidecarFirst: boolean) => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
    const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task', { memoryLimitMiB: 2048, cpu: 1024 });
    taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
    const service = new ecs.FargateService(stack, 'Service', { cluster, taskDefinition, minHealthyPercent: 100 });
    if (sidecarFirst) sidecar(service);
    taskDefinition.addContainer('log', { image: ecs.ContainerImage.fromRegistry('busybox') });
    if (!sidecarFirst) sidecar(service);
    return app.synth().getStackByName(stack.stackName).template;
  };
  expect(build(true)).toEqual(build(false));
});
