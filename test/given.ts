import { App, AppProps, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import {
  PostmanAgentSidecar, PostmanAgentSidecarProps, PostmanInsightsSidecar, PostmanInsightsSidecarProps, PostmanLiveCollectionSidecar,
  PostmanLiveCollectionSidecarProps,
} from '../src';

export const COLLECTION_ID = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
export const PROJECT_ID = 'svc_0123456789abcdefABCDEF';
export const ENV = { account: '111122223333', region: 'eu-west-1' };

export type SidecarOptions = Partial<PostmanLiveCollectionSidecarProps>;
export type InsightsOptions = Partial<PostmanInsightsSidecarProps>;

/** A service on Fargate in a VPC with a NAT gateway, with enough memory for the agent. */
export function fargate(options: {
  readonly app?: App;
  readonly appProps?: AppProps;
  readonly stack?: Stack;
  /** @default Stack */
  readonly stackId?: string;
  readonly vpc?: ec2.IVpc;
  readonly vpcProps?: ec2.VpcProps;
  readonly cluster?: Partial<ecs.ClusterProps>;
  readonly task?: Partial<ecs.FargateTaskDefinitionProps>;
  readonly service?: Partial<ecs.FargateServiceProps>;
  readonly container?: Partial<ecs.ContainerDefinitionOptions>;
  readonly executionRole?: (stack: Stack) => iam.IRole;
} = {}) {
  const app = options.app ?? new App(options.appProps);
  const stack = options.stack ?? new Stack(app, options.stackId ?? 'Stack', { env: ENV });
  const vpc = options.vpc ?? new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, ...options.vpcProps });
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc, ...options.cluster });
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

export function sidecar(
  service: ecs.BaseService, options: SidecarOptions = {}, id = 'Lca', stack = Stack.of(service),
): PostmanLiveCollectionSidecar {
  return new PostmanLiveCollectionSidecar(stack, id, { service, collectionId: COLLECTION_ID, ...options });
}

/** Its destination is the project, if the options name none. */
export function insights(
  service: ecs.BaseService, options: InsightsOptions = { projectId: PROJECT_ID }, id = 'Insights', stack = Stack.of(service),
): PostmanInsightsSidecar {
  return new PostmanInsightsSidecar(stack, id, { service, ...options });
}

/** What the sidecars of the two agents do not share. */
export interface Kind {
  readonly construct: string;
  /** How messages call the agent. */
  readonly title: string;
  /** The id that `add` gives the construct. */
  readonly id: string;
  readonly image: string;
  /** The repository of the image, with which a mirror's name ends. */
  readonly repository: string;
  readonly containerName: string;
  readonly program: string;
  /** The arguments that name the destination. */
  readonly destination: readonly string[];
  readonly keyVariables: readonly string[];
  readonly telemetryVariable: string;
  /** @param stack of the sidecar. @default - that of the service */
  add(service: ecs.BaseService, options?: Partial<PostmanAgentSidecarProps>, id?: string, stack?: Stack): PostmanAgentSidecar;
}

export const LIVE_COLLECTION: Kind = {
  construct: 'PostmanLiveCollectionSidecar',
  title: 'Live Collection agent',
  id: 'Lca',
  image: 'docker.postman.com/postman-lc-agent:latest',
  repository: 'postman-lc-agent',
  containerName: 'postman-lc-agent',
  program: '/postman-lc-agent',
  destination: ['--collection', COLLECTION_ID],
  keyVariables: ['POSTMAN_API_KEY'],
  telemetryVariable: 'AKITA_DISABLE_TELEMETRY',
  add: sidecar,
};

export const INSIGHTS: Kind = {
  construct: 'PostmanInsightsSidecar',
  title: 'Insights agent',
  id: 'Insights',
  image: 'public.ecr.aws/postman/postman-insights-agent:latest',
  repository: 'postman-insights-agent',
  containerName: 'postman-insights-agent',
  program: '/postman-insights-agent',
  destination: ['--project', PROJECT_ID],
  keyVariables: ['POSTMAN_INSIGHTS_API_KEY', 'POSTMAN_API_KEY'],
  telemetryVariable: 'POSTMAN_INSIGHTS_AGENT_DISABLE_TELEMETRY',
  add: (service, options, id, stack) => insights(service, { projectId: PROJECT_ID, ...options }, id, stack),
};

/** For `describe.each`: a rule that both share is tested for both. */
export const KINDS: readonly Kind[] = [LIVE_COLLECTION, INSIGHTS];

/** The containers of the only task definition in a stack, as its template has them. */
export function containersIn(stack: Stack): any[] {
  const [definition] = Object.values<any>(Template.fromStack(stack).findResources('AWS::ECS::TaskDefinition'));
  return definition.Properties.ContainerDefinitions;
}

/** The agent's containers in a stack: those of either name. */
export function agentsIn(stack: Stack): any[] {
  const names = KINDS.map(({ containerName }) => containerName);
  return Object.values<any>(Template.fromStack(stack).findResources('AWS::ECS::TaskDefinition'))
    .flatMap(({ Properties }) => Properties.ContainerDefinitions)
    .filter(({ Name }) => names.includes(Name));
}

/** The variables of a container in a template, by name. */
export function variablesOf({ Environment }: any): { readonly [name: string]: unknown } {
  return Object.fromEntries(Environment.map(({ Name, Value }: any) => [Name, Value]));
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
