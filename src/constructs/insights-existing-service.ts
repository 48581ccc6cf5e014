import { Construct } from 'constructs';
import { PostmanAgentExistingService, PostmanAgentExistingServiceProps } from './agent-existing-service';
import { PostmanInsightsAgentOptions } from './insights-options';
import { INSIGHTS } from '../agent';

/**
 * Properties of `PostmanInsightsExistingService`.
 *
 * Exactly one destination is needed: `projectId`; or `workspaceId` with `systemEnvironmentId`; or `discovery`.
 */
export interface PostmanInsightsExistingServiceProps extends PostmanInsightsAgentOptions, PostmanAgentExistingServiceProps {}

/**
 * Adds Postman's Insights agent to an ECS service that runs already and that no stack manages, at the deployment of this stack.
 *
 * It is a custom resource, which does what `ecs add` of the command line does: it registers a revision of the task definition with the
 * agent, updates the service, and waits for the rollout. If the rollout fails, the service goes back, and the deployment fails with the
 * reason. If the resource is deleted, the service gets its task definition without the agent.
 *
 * Refused before anything is written: a service that a CloudFormation stack, CodeDeploy or an external controller deploys, a service that
 * has an agent already, a service whose rollouts wait for a person or bake for more than 30 minutes, and what `ecs add` refuses.
 *
 * ```ts
 * new PostmanInsightsExistingService(this, 'Orders', {
 *   serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/shop/orders',
 *   discovery: true,
 * });
 * ```
 */
export class PostmanInsightsExistingService extends PostmanAgentExistingService {
  /**
   * @param scope the construct in which to create the resource
   * @param id    its id in that scope
   * @param props which service gets the agent, what it captures, where it sends, and with which key. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanInsightsExistingServiceProps) {
    super(scope, id, props);
  }

  /** @internal */
  protected _generation() {
    return INSIGHTS;
  }
}
