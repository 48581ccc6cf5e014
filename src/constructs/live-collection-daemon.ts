import { Construct } from 'constructs';
import { PostmanAgentDaemon, PostmanAgentDaemonProps } from './agent-daemon';
import { PostmanLiveCollectionOptions } from './live-collection-options';
import { LIVE_COLLECTION } from '../agent';

/**
 * Properties of `PostmanLiveCollectionDaemon`.
 */
export interface PostmanLiveCollectionDaemonProps extends PostmanLiveCollectionOptions, PostmanAgentDaemonProps {}

/**
 * Runs Postman's Live Collection agent once on each EC2 container instance of a cluster: a service of its own, with the scheduling
 * strategy `DAEMON`, in network mode `host`. It watches the services of the instance that use network mode `bridge`, the CDK's default on
 * EC2, which no sidecar can. The services are not changed.
 *
 * The repository of this agent is archived since 2024. `PostmanInsightsDaemon` runs today's agent, and its description is true of both:
 * which interface the agent listens on, which tasks it does not see, and what to do if services need collections of their own.
 *
 * ```ts
 * new PostmanLiveCollectionDaemon(this, 'Agents', { cluster, collectionId });
 * ```
 */
export class PostmanLiveCollectionDaemon extends PostmanAgentDaemon {
  /**
   * @param scope the construct in which to create the daemon
   * @param id    its id in that scope
   * @param props what the agent captures, on which cluster, and with which key. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanLiveCollectionDaemonProps) {
    super(scope, id, props);
  }

  /** @internal */
  protected _generation() {
    return LIVE_COLLECTION;
  }
}
