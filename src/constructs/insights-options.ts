import { PostmanAgentOptions } from './agent-options';
import { InsightsRegion } from './insights-region';

/**
 * Options that only the Insights agent has, and that many services can share.
 */
export interface PostmanInsightsSharedOptions {
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
 * Options that only the Insights agent has.
 *
 * Exactly one destination is needed: `projectId`; or `workspaceId` with `systemEnvironmentId`; or `discovery`.
 */
export interface PostmanInsightsAgentOptions extends PostmanInsightsSharedOptions {
  /**
   * The id of the Insights project that the agent fills: `svc_` and 22 letters and digits.
   *
   * Postman shows it in the command that it offers for the agent. A token, such as a parameter's value, is not checked.
   *
   * @default - another destination
   */
  readonly projectId?: string;

  /**
   * The name of the service in discovery, without spaces and slashes. Not a reference to the service: that would be circular.
   *
   * @default - the family of the task definition
   */
  readonly discoveryName?: string;
}

/**
 * Options of the Insights agent that many services can share.
 */
export interface PostmanInsightsCommonOptions extends PostmanAgentOptions, PostmanInsightsSharedOptions {}

/**
 * Options of the Insights agent, whatever it is added to.
 *
 * Exactly one destination is needed: `projectId`; or `workspaceId` with `systemEnvironmentId`; or `discovery`.
 */
export interface PostmanInsightsOptions extends PostmanInsightsCommonOptions, PostmanInsightsAgentOptions {}
