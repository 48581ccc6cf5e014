import { App, Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct, IConstruct } from 'constructs';
import { PostmanAgentSidecar } from '../../../src';
import { ENV } from '../../given';

export const OTHER_COLLECTION_ID = '12345678-00000000-0f3c-4d0e-9a55-3f1f7f3a1c11';

/** A stack with a cluster, in a VPC with a NAT gateway. */
export class Shop extends Stack {
  public readonly vpc: ec2.Vpc;
  public readonly cluster: ecs.Cluster;

  public constructor(scope: Construct = new App(), id = 'Shop', props: StackProps = { env: ENV }) {
    super(scope, id, props);
    this.vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    this.cluster = new ecs.Cluster(this, 'Cluster', { vpc: this.vpc });
  }

  /** A service on Fargate: `<stack>/<id>/Service`. */
  public service(id: string, scope: Construct = this, taskDefinition = this.taskDefinition(scope, id)): ecs.FargateService {
    const parent = scope.node.tryFindChild(id) as Construct | undefined ?? new Construct(scope, id);
    return new ecs.FargateService(parent, 'Service', { cluster: this.cluster, taskDefinition, minHealthyPercent: 100 });
  }

  public taskDefinition(scope: Construct, id: string): ecs.FargateTaskDefinition {
    const taskDefinition = new ecs.FargateTaskDefinition(new Construct(scope, id), 'Task', { cpu: 1024, memoryLimitMiB: 2048, family: id });
    taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable') });
    return taskDefinition;
  }
}

/** The paths of the sidecars below a scope. */
export function sidecarsBelow(scope: IConstruct): string[] {
  return scope.node.findAll().filter(construct => construct instanceof PostmanAgentSidecar).map(({ node }) => node.path);
}
