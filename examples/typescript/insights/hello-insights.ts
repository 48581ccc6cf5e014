import { Stack, StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { PostmanInsightsSidecar } from 'cdk-postman-live-collection';
import { Construct } from 'constructs';

export interface HelloInsightsProps extends StackProps {
  readonly natGateways: number;
}

/** A web server on Fargate, in private subnets, with the Insights agent as a sidecar. */
export class HelloInsights extends Stack {
  public readonly agent: PostmanInsightsSidecar;

  constructor(scope: Construct, id: string, props: HelloInsightsProps) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: props.natGateways });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });

    const taskDefinition = new ecs.FargateTaskDefinition(this, 'TaskDefinition', { family: 'hello', cpu: 512, memoryLimitMiB: 1024 });
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

    // In Postman, the service is found as `<cluster>/<cluster>/hello`. The API key is read from the secret `postman/api-key`.
    this.agent = new PostmanInsightsSidecar(this, 'Insights', { service, discovery: true });

    // With a wrong key, for example, the agent runs and waits. Its log says so.
    this.agent.metricAgentNotCapturing().createAlarm(this, 'NotCapturing', {
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
}
