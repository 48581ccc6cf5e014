import { App, AppProps, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { PostmanAgentDaemon, PostmanAgentDaemonProps, PostmanInsightsDaemon, PostmanLiveCollectionDaemon } from '../../../src';
import { COLLECTION_ID, ENV, INSIGHTS, Kind, LIVE_COLLECTION, PROJECT_ID } from '../../given';

export type DaemonOptions = Partial<PostmanAgentDaemonProps>;

/** What the daemons of the two agents do not share. */
export interface DaemonKind extends Omit<Kind, 'add'> {
  /** @param id @default Agents */
  addTo(scope: Construct, cluster: ecs.ICluster, options?: DaemonOptions, id?: string): PostmanAgentDaemon;
}

/** For `describe.each`: a rule that both share is tested for both. */
export const DAEMONS: readonly DaemonKind[] = [
  {
    ...LIVE_COLLECTION,
    construct: 'PostmanLiveCollectionDaemon',
    addTo: (scope, cluster, options, id = 'Agents') => new PostmanLiveCollectionDaemon(scope, id, { cluster, collectionId: COLLECTION_ID, ...options }),
  },
  {
    ...INSIGHTS,
    construct: 'PostmanInsightsDaemon',
    addTo: (scope, cluster, options, id = 'Agents') => new PostmanInsightsDaemon(scope, id, { cluster, projectId: PROJECT_ID, ...options }),
  },
];

/** A cluster of two EC2 instances in a VPC with a NAT gateway, and a service in the CDK's default network mode, `bridge`. */
export function instances(options: {
  readonly appProps?: AppProps;
  readonly vpcProps?: ec2.VpcProps;
  readonly capacity?: Partial<ecs.AddCapacityOptions> | false;
} = {}) {
  const app = new App(options.appProps);
  const stack = new Stack(app, 'Stack', { env: ENV });
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, ...options.vpcProps });
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
  if (options.capacity !== false) {
    cluster.addCapacity('Capacity', { instanceType: new ec2.InstanceType('t3.medium'), desiredCapacity: 2, ...options.capacity });
  }
  return { app, stack, vpc, cluster };
}

/** A service in a network mode, by default `bridge`. */
export function serviceOn(
  cluster: ecs.ICluster,
  { id = 'Web', mode, scope = Stack.of(cluster) }: { readonly id?: string; readonly mode?: ecs.NetworkMode; readonly scope?: Construct } = {},
): ecs.Ec2Service {
  const taskDefinition = new ecs.Ec2TaskDefinition(scope, `${id}Task`, { networkMode: mode });
  taskDefinition.addContainer('web', {
    image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable'), memoryReservationMiB: 256, portMappings: [{ containerPort: 80 }],
  });
  return new ecs.Ec2Service(scope, id, { cluster, taskDefinition, minHealthyPercent: 100 });
}
