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
