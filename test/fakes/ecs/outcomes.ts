import { JsonObject } from '../json';

/** How one rollout ends. Whether a failure is followed by a rollback depends on the service's own `deploymentConfiguration`. */
export type Outcome =
  | { readonly kind: 'succeeds'; readonly afterMs?: number; readonly containers?: readonly ContainerEnd[] }
  | { readonly kind: 'tasksFail'; readonly everyMs?: number; readonly end: TaskEnd; readonly rollbackFails?: boolean }
  | { readonly kind: 'alarm'; readonly afterMs?: number; readonly alarmNames: readonly string[] }
  | { readonly kind: 'neverSettles' }
  | { readonly kind: 'superseded'; readonly afterMs?: number; readonly by?: string };

export type OutcomeOf = (registered: JsonObject) => Outcome | undefined;

/** Durations in milliseconds, for what takes minutes on AWS. */
export interface RolloutTimes {
  /** From UpdateService to COMPLETED. @default 300 */
  readonly rolloutMs: number;
  /** From one failed task to the next. @default 50 */
  readonly failureMs: number;
  /** A minute of `bakeTimeInMinutes`. @default 100 */
  readonly minuteMs: number;
  /** Until a rollout appears in ListServiceDeployments: ECS is eventually consistent. @default 0 */
  readonly listedMs: number;
}

export const DEFAULT_TIMES: RolloutTimes = { rolloutMs: 300, failureMs: 50, minuteMs: 100, listedMs: 0 };

/** How a container stops while its task keeps running, as a container that is not essential can. */
export interface ContainerEnd { readonly name: string; readonly exitCode?: number; readonly reason?: string }

/** How a task ends. */
export interface TaskEnd {
  readonly stopCode: 'TaskFailedToStart' | 'EssentialContainerExited' | 'ServiceSchedulerInitiated';
  readonly stoppedReason: string;
  readonly containers?: readonly ContainerEnd[];
}

/** @param containers those that have stopped when the rollout completes, such as an agent that crashed at once */
export const succeeds = (afterMs?: number, containers?: readonly ContainerEnd[]): Outcome => ({ kind: 'succeeds', afterMs, containers });
export const tasksFail = (end: TaskEnd, options: { readonly everyMs?: number; readonly rollbackFails?: boolean } = {}): Outcome =>
  ({ kind: 'tasksFail', end, ...options });
export const alarmGoesOff = (alarmNames: readonly string[], afterMs?: number): Outcome => ({ kind: 'alarm', alarmNames, afterMs });
export const neverSettles = (): Outcome => ({ kind: 'neverSettles' });
/** @param by the task definition that another user deploys halfway; by default the one that the service ran before */
export const superseded = (by?: string, afterMs?: number): Outcome => ({ kind: 'superseded', by, afterMs });

/** ECS's words on Fargate if the task cannot reach Secrets Manager. */
export const secretOutOfReach: TaskEnd = {
  stopCode: 'TaskFailedToStart',
  stoppedReason: 'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: '
    + 'unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret from secrets manager: '
    + 'RequestCanceled: request context canceled caused by: context deadline exceeded. '
    + 'Please check your task network configuration.',
};

/** ECS's words if the execution role may not read the secret. */
export const secretDenied = (secretArn: string): TaskEnd => ({
  stopCode: 'TaskFailedToStart',
  stoppedReason: 'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: '
    + `unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${secretArn} from secrets manager: `
    + 'AccessDeniedException: User is not authorized to perform: secretsmanager:GetSecretValue on the resource '
    + 'because no identity-based policy allows the secretsmanager:GetSecretValue action',
});

export const imageNotPulled = (name: string, image: string): TaskEnd => ({
  stopCode: 'TaskFailedToStart',
  stoppedReason: `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: not found`,
  containers: [{ name, reason: `CannotPullContainerError: failed to resolve ref ${image}: not found` }],
});

export const essentialExited = (name: string, exitCode: number, reason?: string): TaskEnd => ({
  stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited', containers: [{ name, exitCode, reason }],
});
