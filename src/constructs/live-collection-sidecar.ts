import { Construct } from 'constructs';
import { PostmanAgentSidecar, PostmanAgentSidecarProps } from './agent-sidecar';
import { PostmanLiveCollectionOptions } from './live-collection-options';
import { LIVE_COLLECTION } from '../agent';

/**
 * Properties of `PostmanLiveCollectionSidecar`.
 */
export interface PostmanLiveCollectionSidecarProps extends PostmanLiveCollectionOptions, PostmanAgentSidecarProps {}

/**
 * Runs Postman's Live Collection agent beside the containers of an ECS service. The agent watches the HTTP requests that arrive at
 * the service and fills a Postman collection with the endpoints it sees.
 *
 * It adds one container to the service's task definition. The container is never essential, no other container waits for it, and
 * it gets the API key from Secrets Manager. At the end of synthesis the routes, addresses, security groups and network ACLs of the
 * tasks are checked. It is an error if the tasks have no way out to the internet.
 *
 * The repository of this agent is archived since 2024. `PostmanInsightsSidecar` runs today's agent.
 *
 * ```ts
 * new PostmanLiveCollectionSidecar(this, 'Lca', { service, collectionId });
 * ```
 *
 * To acknowledge a warning, use its id, on the sidecar or any scope above it:
 *
 * ```ts
 * Annotations.of(this).acknowledgeWarning('cdk-postman-live-collection:egressUnknown', 'The transit gateway leads to the internet.');
 * ```
 */
export class PostmanLiveCollectionSidecar extends PostmanAgentSidecar {
  /**
   * @param scope the construct in which to create the sidecar
   * @param id    its id in that scope
   * @param props what the agent captures, for which service, and with which key. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanLiveCollectionSidecarProps) {
    super(scope, id, props);
  }

  /** @internal */
  protected _generation() {
    return LIVE_COLLECTION;
  }
}
