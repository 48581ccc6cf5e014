import { Construct } from 'constructs';
import { PostmanAgentSidecar, PostmanAgentSidecarProps } from './agent-sidecar';
import { InsightsRegion } from './insights-region';
import { INSIGHTS } from '../agent';

/**
 * Properties of `PostmanInsightsSidecar`.
 *
 * Exactly one destination is needed: `projectId`; or `workspaceId` with `systemEnvironmentId`; or `discovery`.
 */
export interface PostmanInsightsSidecarProps extends PostmanAgentSidecarProps {
  /**
   * The id of the Insights project that the agent fills: `svc_` and 22 letters and digits.
   *
   * Postman shows it in the command that it offers for the agent. A token, such as a parameter's value, is not checked.
   *
   * @default - another destination
   */
  readonly projectId?: string;

  /**
   * The id of the Postman workspace to which the agent reports, a UUID. Set `systemEnvironmentId`, too.
   *
   * The API key must belong to a user who may write to the workspace.
   *
   * @default - another destination
   */
  readonly workspaceId?: string;

  /**
   * The id of the workspace's system environment, a UUID.
   *
   * @default - another destination
   */
  readonly systemEnvironmentId?: string;

  /**
   * Whether the agent registers the service by its name: `<cluster>/<namespace>/<name>`. In Postman, the service is then found under
   * this name and assigned to a workspace. Needs version 0.40.0 of the agent or later.
   *
   * The cluster is the name of the ECS cluster.
   *
   * @default false
   */
  readonly discovery?: boolean;

  /**
   * The namespace of discovery, without spaces and slashes. Not a reference to the service: that would be circular.
   *
   * @default - the name of the ECS cluster
   */
  readonly discoveryNamespace?: string;

  /**
   * The name of the service in discovery, without spaces and slashes. Not a reference to the service: that would be circular.
   *
   * @default - the family of the task definition
   */
  readonly discoveryName?: string;

  /**
   * Where Postman keeps the data of the team.
   *
   * @default - the agent's own: `InsightsRegion.US`
   */
  readonly dataRegion?: InsightsRegion;

  /**
   * Whether the agent also sends the values in headers and bodies of requests and responses, after it has redacted what it recognizes
   * as sensitive. A warning says so.
   *
   * @default false
   */
  readonly reproMode?: boolean;

  /**
   * Regular expressions (RE2) of paths for which repro mode decides in its own way whether payloads are sent. It has no effect without
   * `reproMode`.
   *
   * @default - none
   */
  readonly alwaysCapturePayloads?: string[];

  /**
   * The share of tasks whose agent captures, in percent: a whole number from 1 to 100. For large fleets. In the other tasks the agent
   * runs and waits.
   *
   * @default 100
   */
  readonly capturePercent?: number;
}

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
