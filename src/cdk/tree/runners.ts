import type { CfnResource, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { Properties } from './properties';

/** What runs a task definition: a service, a rule, a schedule, a state machine, or what the user says of it. */
export interface RunnerInTree {
  /** How sentences call it, e.g. `service Shop/Service`. */
  readonly name: string;
  /** The resource in whose template the properties are. */
  readonly resource: CfnResource;
  /** The final properties, in the terms of `AWS::ECS::Service`. */
  readonly properties: Properties;
  readonly definition: CfnResource;
  /** The final properties of the task definition. */
  readonly taskDefinition: Properties;
  /** How sentences call its cluster, e.g. `cluster Shop/Cluster`. */
  readonly cluster: string;
  /** The VPC as the app has it. @default - it is unknown */
  readonly vpc?: ec2.IVpc;
  /** The stacks whose look-ups may concern its network. */
  readonly stacks: readonly Stack[];
}

/** A service with its final properties. */
export interface ServiceInTree extends RunnerInTree {
  readonly service: ecs.BaseService;
}
