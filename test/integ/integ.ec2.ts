import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { PostmanLiveCollectionSidecar } from '../../src';

/** A deployment of the sidecar on EC2: tasks with their own network interfaces, and tasks that use the instance's. */
const app = new App({
  context: { '@aws-cdk/aws-autoscaling:generateLaunchTemplateInsteadOfLaunchConfig': true, '@aws-cdk/aws-ecs:disableEcsImdsBlocking': true },
});
const stack = new Stack(app, 'IntegEc2');
const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, restrictDefaultSecurityGroup: false });
const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
cluster.addCapacity('Capacity', { instanceType: new ec2.InstanceType('t3.medium'), machineImage: ecs.EcsOptimizedImage.amazonLinux2023() });

for (const networkMode of [ecs.NetworkMode.AWS_VPC, ecs.NetworkMode.HOST]) {
  const taskDefinition = new ecs.Ec2TaskDefinition(stack, `Task-${networkMode}`, { networkMode });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable'), memoryReservationMiB: 256 });
  new PostmanLiveCollectionSidecar(stack, `Lca-${networkMode}`, {
    service: new ecs.Ec2Service(stack, `Service-${networkMode}`, { cluster, taskDefinition, minHealthyPercent: 100 }),
    collectionId: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11',
  });
}

new IntegTest(app, 'Ec2', { testCases: [stack] });
