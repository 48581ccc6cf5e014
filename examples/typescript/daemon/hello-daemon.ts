import { Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { PostmanInsightsDaemon } from 'cdk-postman-live-collection';
import { Construct } from 'constructs';

/** A web server in network mode `bridge`, which is the CDK's default on container instances, and one agent on each instance. */
export class HelloDaemon extends Stack {
  public readonly agents: PostmanInsightsDaemon;

  constructor(scope: Construct, id: string) {
    super(scope, id);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });
    const instances = new autoscaling.AutoScalingGroup(this, 'Instances', {
      vpc,
      instanceType: new ec2.InstanceType('t3.medium'),
      machineImage: ecs.EcsOptimizedImage.amazonLinux2023(),
      minCapacity: 2,
      maxCapacity: 4,
    });
    const capacity = new ecs.AsgCapacityProvider(this, 'Capacity', { autoScalingGroup: instances });
    cluster.addAsgCapacityProvider(capacity);

    const taskDefinition = new ecs.Ec2TaskDefinition(this, 'TaskDefinition');
    taskDefinition.addContainer('web', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable'),
      memoryReservationMiB: 256,
      portMappings: [{ containerPort: 80 }],
    });
    new ecs.Ec2Service(this, 'Service', {
      cluster,
      taskDefinition,
      minHealthyPercent: 100,
      circuitBreaker: { rollback: true },
      capacityProviderStrategies: [{ capacityProvider: capacity.capacityProviderName, weight: 1 }],
    });

    // The port of the container, since the agent listens on Docker's bridge.
    this.agents = new PostmanInsightsDaemon(this, 'Agents', { cluster, discovery: true, ports: [80] });
  }
}
