/** How far a fleet is, to be shown. */
export interface FleetProgress {
  /** From 1 on. */
  readonly wave: number;
  readonly waves: number;
  readonly total: number;
  readonly ended: number;
  /** Of those that have ended. */
  readonly failed: number;
  readonly rollingOut: number;
  /** In milliseconds. Undefined until a rollout has ended, since nothing tells before how long one takes. */
  readonly leftMs?: number;
}

/** What is left to do. All times are in milliseconds. */
export interface Remaining {
  /** How long AWS's limits make the services of this wave wait that are not registered yet; 0 if all are. */
  readonly submitMs: number;
  readonly hasUnsubmitted: boolean;
  /** The ages of the rollouts on their way. */
  readonly ages: readonly number[];
  /** How long the limits make each later wave wait. */
  readonly later: readonly number[];
  /** How long a rollout takes. Undefined if none has ended. */
  readonly rolloutMs: number | undefined;
}

/** How long it takes until all services have ended, if no rollout fails. */
export function estimate({ submitMs, hasUnsubmitted, ages, later, rolloutMs }: Remaining): number | undefined {
  if (rolloutMs === undefined) return undefined;
  const followed = Math.max(0, ...ages.map(age => rolloutMs - age));
  const wave = Math.max(followed, hasUnsubmitted ? submitMs + rolloutMs : 0);
  return later.reduce((sum, one) => sum + one + rolloutMs, wave);
}
