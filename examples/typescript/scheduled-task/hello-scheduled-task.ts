import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import * as applicationautoscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as patterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { PostmanInsightsTaskSidecar } from 'cdk-postman-live-collection';
import { Construct } from 'constructs';

/** A task that EventBridge starts each hour on Fargate, in private subnets. It has no service. */
export class HelloScheduledTask extends Stack {
  public readonly agent: PostmanInsightsTaskSidecar;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });
    const job = new patterns.ScheduledFargateTask(this, 'Job', {
      cluster,
      schedule: applicationautoscaling.Schedule.rate(Duration.hours(1)),
      scheduledFargateTaskImageOptions: {
        image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable'),
        cpu: 512,
        memoryLimitMiB: 1024,
      },
    });

    // The Insights agent, in every task of the task definition. The network of the rule is checked.
    // The API key is read from a SecureString of Parameter Store, which CloudFormation cannot create.
    const apiKeyParameter = ssm.StringParameter.fromSecureStringParameterAttributes(this, 'ApiKey', { parameterName: '/postman/api-key' });
    this.agent = new PostmanInsightsTaskSidecar(this, 'Insights', { taskDefinition: job.taskDefinition, discovery: true, cluster, apiKeyParameter });
  }
}
