import { App, Aws, CfnResource, Duration, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export const COLLECTION_ID = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';

/** How the services of an app get an agent. */
export interface Agent {
  /** @default - an ordinary one */
  taskDefinition?(scope: Construct, id: string, props: ecs.FargateTaskDefinitionProps, secret: secretsmanager.ISecret): ecs.FargateTaskDefinition;
  /** @default - the task definition has it already */
  add?(service: ecs.FargateService, secret: secretsmanager.ISecret): void;
}

/** How the services of an app are divided. */
interface Layout {
  /** CDK stages with an equal number of services each. @default - the app itself */
  readonly stages?: number;
  /** @default - one for all services of the app or stage */
  readonly servicesPerVpc?: number;
  readonly servicesPerStack: number;
}

export const LAYOUTS = {
  'one-vpc': { servicesPerStack: 20 },
  'many-vpcs': { servicesPerVpc: 25, servicesPerStack: 25 },
  'many-stacks': { servicesPerStack: 10 },
  'stages': { stages: 3, servicesPerStack: 20 },
} satisfies { readonly [name: string]: Layout };

export type LayoutName = keyof typeof LAYOUTS;

/** An app of services on Fargate. No stack has more services than CloudFormation's limits allow. */
export function appOf(name: LayoutName, services: number, agent: Agent): App {
  const app = new App();
  const layout: Layout = LAYOUTS[name];
  if (layout.stages === undefined) addServices(app, layout, services, agent);
  for (let number = 0; number < (layout.stages ?? 0); number++) {
    addServices(new Stage(app, `Stage${number}`), layout, Math.ceil(services / layout.stages!), agent);
  }
  return app;
}

function addServices(scope: Construct, { servicesPerVpc = Infinity, servicesPerStack }: Layout, services: number, agent: Agent): void {
  let cluster: ecs.Cluster;
  let stack: Stack;
  let secret: secretsmanager.ISecret;
  for (let number = 0; number < services; number++) {
    if (number === 0 || number % servicesPerVpc === 0) cluster = clusterIn(new Stack(scope, `Network${number}`));
    if (number % servicesPerStack === 0) {
      stack = new Stack(scope, `Services${number}`);
      secret = secretsmanager.Secret.fromSecretNameV2(stack, 'ApiKey', 'postman/api-key');
    }
    const [id, size] = [`Task${number}`, { cpu: 512, memoryLimitMiB: 1024 }];
    const taskDefinition = agent.taskDefinition?.(stack!, id, size, secret!) ?? new ecs.FargateTaskDefinition(stack!, id, size);
    taskDefinition.addContainer('web', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable'),
      portMappings: [{ containerPort: 80 }],
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'web' }),
    });
    agent.add?.(new ecs.FargateService(stack!, `Service${number}`, { cluster: cluster!, taskDefinition, minHealthyPercent: 100 }), secret!);
  }
}

function clusterIn(network: Stack): ecs.Cluster {
  return new ecs.Cluster(network, 'Cluster', { vpc: new ec2.Vpc(network, 'Vpc', { maxAzs: 3, natGateways: 1 }) });
}

/**
 * The same container and permissions, written without the library. The CDK's own grant for a secret has one more action,
 * DescribeSecret.
 */
function addByHand(service: ecs.FargateService, secret: secretsmanager.ISecret): void {
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
  dependOn(service.node.defaultChild as CfnResource, policy);
}

export const byHand: Agent = { add: addByHand };

/** As a user writes it for each version: newer ones deprecate the name that the oldest one has, and print a warning. */
function dependOn(resource: CfnResource, target: CfnResource): void {
  const newer = resource as unknown as { addResourceDependency?(target: CfnResource): void };
  if (newer.addResourceDependency) newer.addResourceDependency(target);
  else resource.addDependency(target);
}
