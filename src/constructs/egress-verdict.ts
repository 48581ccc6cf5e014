/**
 * Whether the tasks of a service reach Postman, with the evidence.
 */
export interface EgressVerdict {
  /**
   * `reachable`, `unreachable` or `unknown`.
   */
  readonly verdict: string;

  /**
   * The name of Postman's host that the agent sends to.
   */
  readonly host: string;

  /**
   * What was judged, the points that decide first. There is at least one.
   */
  readonly evidence: EgressEvidence[];
}

/**
 * One point of the path between a task and Postman.
 */
export interface EgressEvidence {
  /**
   * `reachable`, `unreachable` or `unknown`.
   */
  readonly verdict: string;

  /**
   * Which path the point is part of: `agent` is the agent's own traffic, `startup` is what ECS reads before the containers start.
   */
  readonly path: string;

  /**
   * What was judged: a subnet, a security group, a network ACL, a NAT gateway or a VPC, by its construct path or id.
   */
  readonly subject: string;

  /**
   * A sentence that says what was found.
   */
  readonly finding: string;

  /**
   * A sentence that says what to change, or what to check.
   *
   * @default - there is nothing to do
   */
  readonly remedy?: string;
}
