import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { PostmanInsightsSidecar } from 'cdk-postman-live-collection';
import { Construct } from 'constructs';

export class Hello extends Stack {
  public readonly agent: PostmanInsightsSidecar;

  constructor(scope: Construct, id: string) {
    super(scope, id);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'Task', { family: 'hello', cpu: 512, memoryLimitMiB: 1024 });
    taskDefinition.addContainer('web', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable'),
      portMappings: [{ containerPort: 80 }],
    });
    const service = new ecs.FargateService(this, 'Service', {
      cluster, taskDefinition, minHealthyPercent: 100, circuitBreaker: { rollback: true },
    });

    this.agent = new PostmanInsightsSidecar(this, 'Insights', { service, discovery: true });
  }
}

new Hello(new App(), 'Hello');
