import { App, Aws, CfnResource, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

export const COLLECTION_ID = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const SERVICES_PER_STACK = 20;

/** Adds the agent to a service. */
export type AddAgent = (service: ecs.FargateService, secret: secretsmanager.ISecret) => void;

/** An app of many services on Fargate: one network, and stacks of twenty services each, because of CloudFormation's limits. */
export function appOf(services: number, addAgent: AddAgent): App {
  const app = new App();
  const network = new Stack(app, 'Network');
  const vpc = new ec2.Vpc(network, 'Vpc', { maxAzs: 3, natGateways: 1 });
  const cluster = new ecs.Cluster(network, 'Cluster', { vpc });
  let stack = network;
  let secret: secretsmanager.ISecret;
  for (let number = 0; number < services; number++) {
    if (number % SERVICES_PER_STACK === 0) {
      stack = new Stack(app, `Services${number}`);
      secret = secretsmanager.Secret.fromSecretNameV2(stack, 'ApiKey', 'postman/api-key');
    }
    const taskDefinition = new ecs.FargateTaskDefinition(stack, `Task${number}`, { cpu: 512, memoryLimitMiB: 1024 });
    taskDefinition.addContainer('web', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable'),
      portMappings: [{ containerPort: 80 }],
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'web' }),
    });
    addAgent(new ecs.FargateService(stack, `Service${number}`, { cluster, taskDefinition, minHealthyPercent: 100 }), secret!);
  }
  return app;
}

/**
 * The same container and permissions, written without the library. The CDK's own grant for a secret has one more action,
 * DescribeSecret.
 */
export const byHand: AddAgent = (service, secret) => {
  const { taskDefinition } = service;
  const logGroup = new logs.LogGroup(service, 'AgentLogs', { retention: logs.RetentionDays.ONE_MONTH });
  taskDefinition.addContainer('postman-lc-agent', {
    image: ecs.ContainerImage.fromRegistry('docker.postman.com/postman-lc-agent:latest'),
    essential: false,
    entryPoint: ['/postman-lc-agent', 'apidump', '--collection', COLLECTION_ID],
    environment: {
      AKITA_AWS_REGION: Aws.REGION,
      POSTMAN_AWS_REGION: Aws.REGION,
      AKITA_ECS_TASK: taskDefinition.family,
      POSTMAN_ECS_TASK: taskDefinition.family,
    },
    secrets: { POSTMAN_API_KEY: ecs.Secret.fromSecretsManager(secret) },
    enableRestartPolicy: true,
    restartAttemptPeriod: Duration.seconds(60),
    logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: 'postman-lc-agent' }),
  });
  const policy = taskDefinition.executionRole!.node.findChild('DefaultPolicy').node.defaultChild as CfnResource;
  (service.node.defaultChild as CfnResource).addDependency(policy);
};
