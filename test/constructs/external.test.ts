import * as ecs from 'aws-cdk-lib/aws-ecs';
import { fargate, KINDS, synthesize } from '../given';

test.each(KINDS)('ECS Anywhere is refused by $construct once, without advice on a network that is not judged', kind => {
  const { app, stack, cluster } = fargate();
  const taskDefinition = new ecs.ExternalTaskDefinition(stack, 'External', { networkMode: ecs.NetworkMode.HOST });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx'), memoryReservationMiB: 256 });
  kind.add(new ecs.ExternalService(stack, 'Anywhere', { cluster, taskDefinition }));
  const { errors, messages } = synthesize(app);
  expect(errors).toContain('external');
  expect([errors, ...messages.map(({ text }) => text)].join()).not.toMatch(/egressUnknown|It is unknown whether the tasks/);
});
