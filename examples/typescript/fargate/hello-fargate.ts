import { Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { PostmanLiveCollectionSidecar } from 'cdk-postman-live-collection';
import { Construct } from 'constructs';

export interface HelloFargateProps extends StackProps {
  readonly collectionId: string;
  readonly natGateways: number;
}

/** A web server on Fargate, in private subnets, with the agent as a sidecar. */
export class HelloFargate extends Stack {
  public readonly agent: PostmanLiveCollectionSidecar;

  constructor(scope: Construct, id: string, props: HelloFargateProps) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: props.natGateways });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });

    const taskDefinition = new ecs.FargateTaskDefinition(this, 'TaskDefinition', { cpu: 512, memoryLimitMiB: 1024 });
    taskDefinition.addContainer('web', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable'),
      portMappings: [{ containerPort: 80 }],
    });
    const service = new ecs.FargateService(this, 'Service', {
      cluster,
      taskDefinition,
      minHealthyPercent: 100,
      circuitBreaker: { rollback: true },
    });

    // The API key is read from the secret `postman/api-key`.
    this.agent = new PostmanLiveCollectionSidecar(this, 'Lca', { service, collectionId: props.collectionId });
  }
}
