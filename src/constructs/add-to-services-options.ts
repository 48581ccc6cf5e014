/**
 * Options for adding an agent to every service in a scope, whatever the agent is.
 */
export interface AddAgentToServicesOptions {
  /**
   * Services that get no agent: globs over the whole construct path of a service, as the CDK prints it, such as
   * `Shop/Orders/Service`.
   *
   * `*` is any text within one segment of the path, and `**` is any text across segments. Start a glob with `**` and a slash if it does
   * not depend on the stack or the stage. A glob that matches no service is an error.
   *
   * @default - every service gets the agent
   */
  readonly exclude?: string[];
}
