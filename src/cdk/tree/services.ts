import type { CfnResource } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { Properties } from './properties';

/** A service with its final properties. */
export interface ServiceInTree {
  readonly service: ecs.BaseService;
  readonly resource: CfnResource;
  readonly properties: Properties;
  /** The final properties of its task definition. */
  readonly taskDefinition: Properties;
}
