import { resultOf, ServiceResult } from './results';
import {
  Account, beginRun, createSecret, createsSecret, Failure, Hints, isBeforeUpdate, makeDaemonNeeds, Place, Plan, Planner, primaryOf, remember,
  RunGrants, RunSettings, ServicePlan, ServiceRun, takeGrantBack, withGrantKept,
} from '../aws';

/** What is carried out in one account and region with one request. A place may have several. */
export interface Part {
  readonly account: Account;
  readonly plan: Plan;
}

/** The run of a service on its way. */
export interface Track {
  readonly lane: Lane;
  readonly place: Place;
  plan: ServicePlan;
  run: ServiceRun;
  failedLooks: number;
  result?: ServiceResult;
}

/** How long the last calls of an interrupted run may take. */
const LAST_CALLS_MS = 5000;

/** The runs of one account and region. */
export class Lane {
  /** Whether a failure of the account has stopped what has not been started. */
  public isStopped = false;
  /** The services whose next step reads them once more, before their updates. */
  public ready: Track[] = [];
  /** The updates of those that were ready before. */
  public updates: Promise<void> = Promise.resolve();
  /** The secrets that are created here, by name: plans with different options may need the same one. */
  private readonly secrets = new Map<string, Promise<string>>();
  /** The account for the last calls after an interruption. */
  private lastCalls?: Account;

  /** @param grants those of all lanes */
  constructor(
    public readonly account: Account, private readonly parts: readonly Part[], private readonly settings: RunSettings,
    private readonly grants: RunGrants,
  ) {}

  public get hints(): Hints {
    return this.account.hints;
  }

  /**
   * Creates what the first tasks need, and begins the runs of all services that are not refused.
   *
   * @param earlier runs of an earlier process, by the ARN of the service: they are continued if they are of the same plan
   * @param mayThrow whether a failure is thrown. Otherwise it is the result of all services
   */
  public async begin(earlier: ReadonlyMap<string, ServiceRun>, mayThrow: boolean, onEvent: (line: string) => void): Promise<Track[]> {
    const { account, parts, settings } = this;
    const first = new Place(account, parts[0].plan.request, settings, this.grants);
    const tracks: Track[] = [];
    for (const { plan: given } of parts) {
      const { plan, failure } = await this.prepare(given, onEvent).then(ready => ({ plan: ready, failure: undefined }), (error: unknown) => {
        if (mayThrow || !(error instanceof Failure)) throw error;
        return { plan: given, failure: error };
      });
      const place = first.withRequest(plan.request);
      place.know(plan);
      const begun = await Promise.all(plan.services.map(async one => this.trackOf(one, place, earlier.get(one.service.serviceArn), failure)));
      tracks.push(...begun.flat());
    }
    return tracks;
  }

  /** No track for a service that is refused, unless an earlier run of it has to be continued. */
  private async trackOf(plan: ServicePlan, place: Place, earlier: ServiceRun | undefined, failure?: Failure): Promise<Track[]> {
    const mine = earlier && mayContinue(earlier, plan) ? earlier : undefined;
    const begun = plan.action === 'refuse' ? undefined : await beginRun(plan, place);
    // It is told as unchanged, but goes back with its wave.
    if (mine?.phase === 'ended' && begun?.phase === 'ended') {
      return [{ lane: this, place, plan, run: mine, failedLooks: 0, result: resultOf(plan, begun, this.hints) }];
    }
    const run = continued(mine, begun, plan.grant !== undefined);
    if (run === undefined) return [];
    if (run.end === undefined) place.grants.need(run);
    return [{ lane: this, place, plan, run, failedLooks: 0, ...failure ? { result: resultOf(plan, run, this.hints, failure) } : {} }];
  }

  /** The plan, after everything is made that its tasks need before they start: the secret, and for a daemon the log group and the role. */
  private async prepare(given: Plan, onEvent: (line: string) => void): Promise<Plan> {
    const ready = await this.prepareSecret(given, onEvent);
    await makeDaemonNeeds(this.account, ready, onEvent);
    return ready;
  }

  private async prepareSecret(plan: Plan, onEvent: (line: string) => void): Promise<Plan> {
    const { request, secret } = plan;
    if (request.verb === 'remove' || request.key.kind !== 'secret' || secret === undefined || !createsSecret(plan)) return plan;
    const { key } = request;
    const arn = await remember(this.secrets, secret.name, async () => {
      const made = await createSecret(this.account, secret, key);
      onEvent(`created the secret ${secret.name}`);
      return made;
    });
    return new Planner(this.account, request).secretCreated(plan, arn);
  }

  /** What was granted for a run is revoked before the run is left, unless another one needs it. If that fails, the next run uses it. */
  public async leave({ run, place }: Pick<Track, 'run' | 'place'>): Promise<ServiceRun> {
    const { account } = this;
    if (account.signal.aborted) this.lastCalls ??= account.afterInterrupt(LAST_CALLS_MS);
    return takeGrantBack(run, place, this.lastCalls ?? account).catch((error: unknown) => withGrantKept(run, error));
  }
}

/**
 * Whether the run of an earlier process goes on. If its service is refused now, such as during its own rollout: if it may have been updated. If it has
 * ended: if the service still runs what it was updated to.
 */
export function mayContinue(earlier: ServiceRun, plan: ServicePlan): boolean {
  return earlier.phase === 'ended' ? isStillDone(earlier, plan) : plan.action !== 'refuse' || !isBeforeUpdate(earlier);
}

function isStillDone({ end, targetRevisionArn, deploymentId }: ServiceRun, { action, service }: ServicePlan): boolean {
  const hasUpdated = end?.outcome === 'completed' || end?.outcome === 'degraded';
  return hasUpdated && action === 'none' && service.taskDefinition === targetRevisionArn && primaryOf(service)?.id === deploymentId;
}

/**
 * The run of an earlier process, if its next step may still be made; otherwise the new one.
 *
 * @param begun undefined if the service is refused now
 * @param needsGrant whether the execution role lacks access to the secret now
 */
export function continued(earlier: ServiceRun | undefined, begun: ServiceRun | undefined, needsGrant = false): ServiceRun | undefined {
  if (earlier === undefined || earlier.phase === 'ended') return begun;
  if (begun === undefined) return earlier;
  const isSamePlan = earlier.planDigest === begun.planDigest && earlier.sourceRevisionArn === begun.sourceRevisionArn;
  if (isBeforeUpdate(earlier)) {
    // What was granted for it is gone.
    const mustGrant = needsGrant && earlier.phase !== 'planned' && earlier.phase !== 'granting';
    return isSamePlan && earlier.primary === begun.primary && !mustGrant ? earlier : begun;
  }
  if (begun.phase !== 'planned') return earlier;
  // A new plan with something to change: others have deployed another revision since, or, after the rollout has completed, the one of before.
  const hasCompleted = earlier.phase === 'following' && earlier.followed?.completedAt !== undefined;
  return isSamePlan && !hasCompleted ? earlier : begun;
}
