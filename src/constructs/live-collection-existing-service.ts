import { Construct } from 'constructs';
import { PostmanAgentExistingService, PostmanAgentExistingServiceProps } from './agent-existing-service';
import { PostmanLiveCollectionAgentOptions } from './live-collection-options';
import { LIVE_COLLECTION } from '../agent';

/**
 * Properties of `PostmanLiveCollectionExistingService`.
 */
export interface PostmanLiveCollectionExistingServiceProps extends PostmanLiveCollectionAgentOptions, PostmanAgentExistingServiceProps {}

/**
 * Adds Postman's Live Collection agent to an ECS service that runs already and that no stack manages, at the deployment of this stack.
 *
 * Everything else is as for `PostmanInsightsExistingService`. The repository of this agent is archived since 2024.
 *
 * ```ts
 * new PostmanLiveCollectionExistingService(this, 'Orders', {
 *   serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/shop/orders',
 *   collectionId,
 * });
 * ```
 */
export class PostmanLiveCollectionExistingService extends PostmanAgentExistingService {
  /**
   * @param scope the construct in which to create the resource
   * @param id    its id in that scope
   * @param props which service gets the agent, what it captures, where it sends, and with which key. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanLiveCollectionExistingServiceProps) {
    super(scope, id, props);
  }

  /** @internal */
  protected _generation() {
    return LIVE_COLLECTION;
  }
}
