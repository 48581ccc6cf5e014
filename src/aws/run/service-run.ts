import { Finding } from '../../preflight';
import { FailureKind } from '../calls/failure';
import { Grant } from '../plan/grant';
import { AgentLog } from '../reads/agent-log';
import { ServiceAddress } from '../reads/service-looks';
import { StoppedContainer } from '../reads/tasks';

/** The version of the form of a run. A run of another version is not continued. */
export const RUN_VERSION = 1;

/**
 * Where the run of a service is. `granting`, `registering`, `updating` and `goingBack` are told before their call is made, so a process
 * that continues the run knows what may have happened.
 */
export type RunPhase = 'planned' | 'granting' | 'registering' | 'registered' | 'updating' | 'following' | 'goingBack' | 'ended';

/**
 * The edit of one service as plain data: any process can make its next step (`advance`). It holds no task definition, whose variables
 * may be secret, and no secret. The process that continues it gets the same request again, and the digest of the plan tells if it is the same.
 */
export interface ServiceRun extends ServiceAddress {
  readonly version: typeof RUN_VERSION;
  readonly verb: 'add' | 'remove';
  /** What was asked for, without variables and without credentials in URLs. */
  readonly options: { readonly [option: string]: unknown };
  /** SHA-256 of the planned task definition, without what is known only later. Undefined if the plan must be made again. */
  readonly planDigest?: string;
  /** Whether several services of the selection run the source revision. */
  readonly sharesRevision: boolean;
  /** ARN of the revision that the plan was made from. */
  readonly sourceRevisionArn: string;
  /** The id of the primary deployment that the plan saw. Undefined if there was none. */
  readonly primary?: string;
  /** The ids of all deployments that the plan saw. */
  readonly seenDeployments: readonly string[];
  readonly phase: RunPhase;
  /** Since when, in milliseconds since 1970. */
  readonly since: number;
  /** Role and policy by which the new tasks read the secret, whether this run or another one has added the policy. */
  readonly reads?: string;
  /** The policy that this run adds to the execution role. */
  readonly grant?: Grant;
  /** Whether the role did not have it before. */
  readonly wasPolicyAbsent?: boolean;
  /** The policy that this run has added to the execution role. */
  readonly grantedPolicy?: Grant;
  /** Since when it may be there, in milliseconds since 1970. */
  readonly grantedSince?: number;
  /** ARN of the revision that the service gets. */
  readonly targetRevisionArn?: string;
  /** `ecs-svc/…`, of the rollout that is followed. */
  readonly deploymentId?: string;
  /** What was deployed by others since the first plan: the plan was made again from each. */
  readonly interventions: readonly Intervention[];
  readonly followed?: Followed;
  readonly back?: WayBack;
  /** What has to be said when the run ends. */
  readonly warnings?: readonly Finding[];
  readonly end?: RunEnd;
}

export interface Intervention {
  /** ARN of a revision. */
  readonly revision: string;
  /** Whether the update of this run replaced it, since it came between the last look and the update. */
  readonly wasReplaced: boolean;
}

/** What is known of a rollout. */
export interface Followed {
  /** Whether an earlier run has started it. */
  readonly isEarlier?: true;
  /** ARN of ECS's record of the rollout. */
  readonly record?: string;
  /** How often the record was searched for. */
  readonly searches: number;
  /** Since when a hook waits for a person, and how long hooks have waited before, in milliseconds. */
  readonly pausedSince?: number;
  readonly pausedMs?: number;
  /** Looks in a row at which the record could not be read. @default 0 */
  readonly misses?: number;
  readonly state: 'inProgress' | 'rollingBack';
  readonly detail: string;
  readonly running: number;
  readonly desired: number;
  readonly failed: number;
  /** When the rollout completed, in milliseconds since 1970: then the agent is watched for a moment. */
  readonly completedAt?: number;
  /** How often the new agent was looked at. */
  readonly agentLooks: number;
}

/** The way back of a service after its rollout failed. */
export interface WayBack {
  /** ARN of the revision. */
  readonly to: string;
  /** How the rollout ended. */
  readonly from: 'failed' | 'timedOut';
  readonly reason: string;
  readonly stoppedContainers?: readonly StoppedContainer[];
  /** Who goes back: ECS, asked to roll the deployment back, or an update. Undefined if it has not started. */
  readonly by?: 'ecs' | 'update';
  /** Whether it is the revision of others, which the update replaced. The reason is sentences then, and the way back is not followed. */
  readonly isTheirs?: true;
  /** Whether it goes back although its rollout has completed, since others of its wave failed. */
  readonly isWanted?: true;
}

/** `degraded`: the service runs the new revision, but the agent in it does not capture. */
export type RunOutcome = 'completed' | 'degraded' | 'unchanged' | 'rolledBack' | 'failed' | 'superseded' | 'timedOut' | 'notFollowed' | 'notStarted';

export interface RunEnd {
  readonly outcome: RunOutcome;
  /** Why, if the outcome does not say it. */
  readonly reason?: string;
  /** ARN of the revision that the service runs now, if it was rolled back. */
  readonly runs?: string;
  /** If the run could not be carried out: what stopped it. A rollout that failed is no such failure. */
  readonly failure?: FailureKind;
  /** Whether every other run of the place would end in the same way. */
  readonly isForAll?: true;
  /** What else there is to say of the end. */
  readonly warnings?: readonly Finding[];
  /** What the agent's own log says after the rollout. Undefined if it was not read. */
  readonly log?: AgentLog;
  /** If the rollout failed, or the agent did: the containers that ended, the agent's first. */
  readonly stoppedContainers?: readonly StoppedContainer[];
}

/** Whether the service was certainly not written to: its update was not begun. */
export function isBeforeUpdate({ phase }: ServiceRun): boolean {
  return ['planned', 'granting', 'registering', 'registered'].includes(phase);
}

/** Whether the next step writes, or leads to a write, and need not wait. */
export function isWriting(run: ServiceRun): boolean {
  const { phase, back, followed: { misses = 0 } = {} } = run;
  return isBeforeUpdate(run) || phase === 'updating' || phase === 'goingBack' && back?.by === undefined && misses === 0;
}

export function ended({ warnings = [], ...run }: ServiceRun, end: RunEnd): ServiceRun {
  return withWarnings({ ...run, phase: 'ended', end }, warnings);
}

/** The run with something else to say when it ends. */
export function withWarnings(run: ServiceRun, more: readonly Finding[]): ServiceRun {
  const before = warningsOf(run);
  const fresh = more.filter(one => !before.some(other => JSON.stringify(other) === JSON.stringify(one)));
  if (fresh.length === 0) return run;
  const warnings = [...before, ...fresh];
  return run.end ? { ...run, end: { ...run.end, warnings } } : { ...run, warnings };
}

/** What else there is to say of a run, also of one that is left before its end. */
export function warningsOf({ end, warnings = [] }: ServiceRun): readonly Finding[] {
  return end?.warnings ?? warnings;
}
