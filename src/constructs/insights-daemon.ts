import { Construct } from 'constructs';
import { PostmanAgentDaemon, PostmanAgentDaemonProps } from './agent-daemon';
import { PostmanInsightsOptions } from './insights-options';
import { INSIGHTS } from '../agent';

/**
 * Properties of `PostmanInsightsDaemon`.
 *
 * Exactly one destination is needed: `projectId`; or `workspaceId` with `systemEnvironmentId`; or `discovery`.
 */
export interface PostmanInsightsDaemonProps extends PostmanInsightsOptions, PostmanAgentDaemonProps {}

/**
 * Runs Postman's Insights agent once on each EC2 container instance of a cluster: a service of its own, with the scheduling strategy
 * `DAEMON`, in network mode `host`. It watches the services of the instance that use network mode `bridge`, the CDK's default on EC2,
 * which no sidecar can. The services are not changed.
 *
 * The agent listens on Docker's bridge, `docker0`: a request to a container passes the instance's own interface, the bridge and the
 * container's end of it, and is seen once. For services in network mode `host`, name the instance's own interface in `networkInterfaces`
 * instead: `ens5` or `eth0`, by instance type and AMI. Tasks in `awsvpc` mode and on Fargate have networks of their own, so it does not
 * see them: use `PostmanInsightsSidecar`.
 *
 * One agent has one destination: what it sees on an instance is recorded together. If services need destinations of their own, give each
 * a daemon with its own `ports` or `hostAllow`, or let the services use `awsvpc` mode with sidecars.
 *
 * ```ts
 * new PostmanInsightsDaemon(this, 'Agents', { cluster, discovery: true });
 * ```
 *
 * At the end of synthesis the routes, addresses, security groups and network ACLs of the container instances are checked. It is an error
 * if they have no way out to the internet.
 */
export class PostmanInsightsDaemon extends PostmanAgentDaemon {
  /**
   * @param scope the construct in which to create the daemon
   * @param id    its id in that scope
   * @param props what the agent captures, on which cluster, where it sends, and with which key. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanInsightsDaemonProps) {
    super(scope, id, props);
  }

  /** @internal */
  protected _generation() {
    return INSIGHTS;
  }
}
