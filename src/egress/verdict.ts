import { EgressFacts } from './facts';

export type Outcome = 'reachable' | 'unreachable' | 'unknown';

/** One judged step of a path. */
export interface Evidence {
  readonly outcome: Outcome;
  /** Which path the step is part of: the agent's own traffic, or what ECS reads before the task's containers start. */
  readonly path: 'agent' | 'startup';
  /** The subnet, group, ACL or VPC that was judged, as its facts name it. */
  readonly subject: string;
  /** A sentence: what was found, naming the subnet, the route and the rule. */
  readonly finding: string;
  /** A sentence: what to change, or what would settle it. Absent where the step is fine. */
  readonly remedy?: string;
}

export interface EgressVerdict {
  readonly outcome: Outcome;
  /** The steps that decide the outcome first; at least one. */
  readonly evidence: readonly Evidence[];
}

/**
 * Judges whether the agent reaches its destination, and whether ECS can start it, from the facts alone.
 */
export function judgeEgress(facts: EgressFacts): EgressVerdict {
  void facts;
  return { outcome: 'unknown', evidence: [] };
}
