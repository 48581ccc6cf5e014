import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { PostmanAgentOptions } from './agent-options';

/**
 * Options of the agent in a task definition without a service.
 *
 * The network is that of the services, rules, schedules and state machines of this app that run the task definition. The properties here
 * describe it if there is none.
 */
export interface PostmanAgentTaskOptions extends PostmanAgentOptions {
  /**
   * The VPC in which the tasks run.
   *
   * @default - what the app tells; otherwise it is unknown whether the tasks reach Postman, which is a warning
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of `vpc` in which the tasks run.
   *
   * @default - the private subnets; with `assignPublicIp` the public ones
   */
  readonly subnets?: ec2.SubnetSelection;

  /**
   * The security groups of the tasks.
   *
   * @default - the default group of the VPC
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Whether the tasks get public addresses.
   *
   * @default false
   */
  readonly assignPublicIp?: boolean;

  /**
   * The cluster in which the tasks run. Discovery needs it: tasks are registered under the cluster's name.
   *
   * @default - unknown
   */
  readonly cluster?: ecs.ICluster;
}
