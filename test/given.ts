import { App, AppProps, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { PostmanLiveCollectionSidecar, PostmanLiveCollectionSidecarProps } from '../src';

export const COLLECTION_ID = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
export const ENV = { account: '111122223333', region: 'eu-west-1' };

export type SidecarOptions = Partial<PostmanLiveCollectionSidecarProps>;

/** A service on Fargate in a VPC with a NAT gateway, with enough memory for the agent. */
export function fargate(options: {
  readonly app?: App;
  readonly appProps?: AppProps;
  readonly stack?: Stack;
  readonly vpc?: ec2.IVpc;
  readonly vpcProps?: ec2.VpcProps;
  readonly task?: Partial<ecs.FargateTaskDefinitionProps>;
  readonly service?: Partial<ecs.FargateServiceProps>;
  readonly container?: Partial<ecs.ContainerDefinitionOptions>;
  readonly executionRole?: (stack: Stack) => iam.IRole;
} = {}) {
  const app = options.app ?? new App(options.appProps);
  const stack = options.stack ?? new Stack(app, 'Stack', { env: ENV });
  const vpc = options.vpc ?? new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, ...options.vpcProps });
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
  const taskDefinition = new ecs.FargateTaskDefinition(stack, 'TaskDefinition', {
    cpu: 1024, memoryLimitMiB: 2048, executionRole: options.executionRole?.(stack), ...options.task,
  });
  const web = taskDefinition.addContainer('web', {
    image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable'),
    portMappings: [{ containerPort: 80 }],
    ...options.container,
  });
  const service = new ecs.FargateService(stack, 'Service', { cluster, taskDefinition, minHealthyPercent: 100, ...options.service });
  return { app, stack, vpc: vpc as ec2.Vpc, cluster, taskDefinition, web, service };
}

/** A service on EC2 whose tasks have their own network interfaces by default. */
export function onEc2(options: {
  readonly networkMode?: ecs.NetworkMode;
  readonly vpcProps?: ec2.VpcProps;
  readonly capacity?: Partial<ecs.AddCapacityOptions>;
  readonly service?: Partial<ecs.Ec2ServiceProps>;
  readonly appProps?: AppProps;
} = {}) {
  const app = new App(options.appProps);
  const stack = new Stack(app, 'Stack', { env: ENV });
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, ...options.vpcProps });
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
  const group = cluster.addCapacity('Capacity', { instanceType: new ec2.InstanceType('t3.medium'), ...options.capacity });
  const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'TaskDefinition', { networkMode: options.networkMode ?? ecs.NetworkMode.AWS_VPC });
  const web = taskDefinition.addContainer('web', {
    image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable'),
    memoryReservationMiB: 256,
  });
  const service = new ecs.Ec2Service(stack, 'Service', { cluster, taskDefinition, minHealthyPercent: 100, ...options.service });
  return { app, stack, vpc, cluster, group, taskDefinition, web, service };
}

export function sidecar(service: ecs.BaseService, options: SidecarOptions = {}, id = 'Lca'): PostmanLiveCollectionSidecar {
  return new PostmanLiveCollectionSidecar(Stack.of(service), id, { service, collectionId: COLLECTION_ID, ...options });
}

export interface Message {
  readonly level: 'warning' | 'info';
  readonly path: string;
  readonly text: string;
}

/** The errors of a synthesis, and the annotations of this library. */
export function synthesize(scope: IConstruct): { readonly errors: string; readonly messages: readonly Message[] } {
  const stage = scope.node.root as Stage;
  let errors = '';
  try {
    stage.synth({ force: true });
  } catch (error) {
    errors = (error as Error).message;
  }
  return { errors, messages: annotations(stage) };
}

function annotations(root: IConstruct): Message[] {
  return root.node.findAll().flatMap(construct => construct.node.metadata
    .filter(({ type, data }) => /:(warning|info)$/.test(type) && String(data).includes('cdk-postman-live-collection:'))
    .map(({ type, data }) => ({ level: type.split(':').pop() as Message['level'], path: construct.node.path, text: String(data) })));
}

/** The ids of the warnings of a synthesis, which must not fail. */
export function warnings(scope: IConstruct): string[] {
  const { errors, messages } = synthesize(scope);
  expect(errors).toBe('');
  return messages.filter(({ level }) => level === 'warning').map(({ text }) => /cdk-postman-live-collection:(\w+)/.exec(text)![1]);
}
