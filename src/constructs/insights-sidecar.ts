import { Construct } from 'constructs';
import { PostmanAgentSidecar, PostmanAgentSidecarProps } from './agent-sidecar';
import { PostmanInsightsOptions } from './insights-options';
import { INSIGHTS } from '../agent';

/**
 * Properties of `PostmanInsightsSidecar`.
 *
 * Exactly one destination is needed: `projectId`; or `workspaceId` with `systemEnvironmentId`; or `discovery`.
 */
export interface PostmanInsightsSidecarProps extends PostmanInsightsOptions, PostmanAgentSidecarProps {}

/**
 * Runs Postman's Insights agent beside the containers of an ECS service. The agent watches the HTTP requests that arrive at the service
 * and reports the endpoints it sees to Postman.
 *
 * It adds one container to the service's task definition. The container is never essential, no other container waits for it, and
 * it gets the API key from Secrets Manager. At the end of synthesis the routes, addresses, security groups and network ACLs of the
 * tasks are checked. It is an error if the tasks have no way out to the internet.
 *
 * ```ts
 * new PostmanInsightsSidecar(this, 'Insights', { service, discovery: true });
 * ```
 *
 * With a project, or with a workspace and its system environment:
 *
 * ```ts
 * new PostmanInsightsSidecar(this, 'Insights', { service, projectId });
 * ```
 *
 * To acknowledge a warning, use its id, on the sidecar or any scope above it:
 *
 * ```ts
 * Annotations.of(this).acknowledgeWarning('cdk-postman-live-collection:egressUnknown', 'The transit gateway leads to the internet.');
 * ```
 */
export class PostmanInsightsSidecar extends PostmanAgentSidecar {
  /**
   * @param scope the construct in which to create the sidecar
   * @param id    its id in that scope
   * @param props what the agent captures, for which service, where it sends, and with which key. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanInsightsSidecarProps) {
    super(scope, id, props);
  }

  /** @internal */
  protected _generation() {
    return INSIGHTS;
  }
}
