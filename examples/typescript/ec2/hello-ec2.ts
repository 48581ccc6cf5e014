import { Stack, StackProps } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { PostmanLiveCollectionSidecar } from 'cdk-postman-live-collection';
import { Construct } from 'constructs';

export interface HelloEc2Props extends StackProps {
  readonly collectionId: string;
  /** The complete ARN, with the six characters that Secrets Manager adds to the name. */
  readonly apiKeySecretArn: string;
}

/** A web server on container instances, with the agent as a sidecar. Each task has its own network interface (`awsvpc`). */
export class HelloEc2 extends Stack {
  public readonly agent: PostmanLiveCollectionSidecar;

  constructor(scope: Construct, id: string, props: HelloEc2Props) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });
    const instances = new autoscaling.AutoScalingGroup(this, 'Instances', {
      vpc,
      instanceType: new ec2.InstanceType('t3.medium'),
      machineImage: ecs.EcsOptimizedImage.amazonLinux2023(),
      maxCapacity: 2,
    });
    const capacity = new ecs.AsgCapacityProvider(this, 'Capacity', { autoScalingGroup: instances });
    cluster.addAsgCapacityProvider(capacity);

    // ECS gives these interfaces no public address, so the tasks use private subnets and the NAT gateway.
    const taskDefinition = new ecs.Ec2TaskDefinition(this, 'TaskDefinition', { networkMode: ecs.NetworkMode.AWS_VPC });
    taskDefinition.addContainer('web', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable'),
      memoryReservationMiB: 256,
      portMappings: [{ containerPort: 80 }],
    });
    const service = new ecs.Ec2Service(this, 'Service', {
      cluster,
      taskDefinition,
      minHealthyPercent: 100,
      circuitBreaker: { rollback: true },
      capacityProviderStrategies: [{ capacityProvider: capacity.capacityProviderName, weight: 1 }],
    });

    const apiKeySecret = secretsmanager.Secret.fromSecretCompleteArn(this, 'ApiKey', props.apiKeySecretArn);
    this.agent = new PostmanLiveCollectionSidecar(this, 'Lca', { service, collectionId: props.collectionId, apiKeySecret });
  }
}
