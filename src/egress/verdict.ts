import { Outcome, Point } from './outcome';

/** One judged point, as results show it. */
export interface Evidence {
  readonly verdict: Outcome;
  /** Which path the point is part of: the agent's own traffic, or what ECS reads before the task's containers start. */
  readonly path: 'agent' | 'startup';
  /** The subnet, group, ACL or VPC that was judged, as its facts name it. */
  readonly subject: string;
  /** A sentence: what was found, naming the subnet, the route and the rule. */
  readonly finding: string;
  /** A sentence: what to change, or what to check. Absent if the point is fine. */
  readonly remedy?: string;
}

export interface EgressVerdict {
  /** Postman's host that the agent sends to. */
  readonly host: string;
  /** That of the worst point. */
  readonly verdict: Outcome;
  /** The points that decide the verdict first; at least one. */
  readonly evidence: readonly Evidence[];
}

/** A point of one of the two paths. */
export interface PathPoint extends Point {
  readonly path: Evidence['path'];
}

/** The paths as data, out and back, in their order: what pictures and sentences are made from. */
export interface JudgedPaths {
  readonly host: string;
  readonly verdict: Outcome;
  readonly points: readonly PathPoint[];
}
