import { eventsOf, Progress, progressOf } from './progress';
import { notStarted, resultOf, ServiceResult } from './results';
import {
  Account, advance, beginRun, createSecret, createsSecret, Failure, forEach, Interrupted, isChange, isForAll, isWriting, makeDaemonNeeds, mustRepeat,
  parseRevision, Place, Plan, Planner, primaryOf, ServicePlan, ServiceRun, takeGrantBack,
} from '../aws';

export interface FleetOptions {
  /** Between two looks at first, in milliseconds. Later the looks are further apart. */
  readonly pollMs: number;
  readonly onProgress: (progress: Progress) => void;
  readonly onEvent: (line: string) => void;
  /** Called when a service's update was accepted; its end is not known yet. */
  readonly onSubmitted?: (service: string, target: string) => void;
  /** Called with a service's name after its last progress. */
  readonly onEnd?: (service: string) => void;
  /** Called with each new state of a run. */
  readonly onRun?: (run: ServiceRun) => void;
  /** Whether a plan that others made necessary may be carried out. @default - yes */
  readonly confirm?: (plan: ServicePlan) => Promise<boolean>;
}

/** Services whose writes are made at the same time. The call budget limits the rest. */
const CONCURRENT_WRITES = 4;

/** Services that are read once more together, before their updates: as many as ECS describes in one call. */
const READ_TOGETHER = 10;

/** Looks in a row that may fail before following is given up. */
const MOST_FAILED_LOOKS = 5;

/** After a rollout completed: an agent that cannot run dies within seconds. */
const FIRST_AGENT_LOOK_MS = 5000;

/** How long the last calls of an interrupted run may take. */
const LAST_CALLS_MS = 5000;

interface Track {
  plan: ServicePlan;
  run: ServiceRun;
  failedLooks: number;
  result?: ServiceResult;
}

/**
 * Carries a plan out: makes the steps of the runs of all services until each has ended. The failure of one service does not stop the
 * others. A failure of the account, or a revision that ECS registered differently from the plan, stops what has not been started.
 */
export class Fleet {
  private isStopped = false;
  private tracks: readonly Track[] = [];
  /** The services whose next step reads them once more, before their updates. */
  private ready: Track[] = [];
  /** The updates of those that were ready before. */
  private updates: Promise<void> = Promise.resolve();
  /** Looks at rollouts until none is followed. */
  private following?: Promise<void>;
  /** The account for the last calls after an interruption. */
  private lastCalls?: Account;
  /** A defect that a look has met. */
  private fault?: unknown;

  constructor(private readonly place: Place, private readonly options: FleetOptions) {}

  /** @returns a result for each service that is not refused, in the order of the plan. @throws Failure if the secret could not be created */
  public async run(given: Plan): Promise<ServiceResult[]> {
    const plan = await this.prepare(given);
    this.place.know(plan);
    const plans = plan.services.filter(({ action }) => action !== 'refuse');
    this.tracks = await Promise.all(plans.map(async one => ({ plan: one, run: await beginRun(one, this.place), failedLooks: 0 })));
    await forEach(this.tracks, CONCURRENT_WRITES, async track => this.prepareUpdate(track));
    await this.updateReady();
    while (this.tracks.some(isFollowed)) await this.followAll();
    if (this.fault !== undefined) throw this.fault;
    return this.tracks.map(({ plan: one, run, result }) => result ?? resultOf(one, run, this.place.account.hints));
  }

  /** The results if the process ended now. Empty until the runs have begun. */
  public get soFar(): ServiceResult[] {
    const { hints } = this.place.account;
    return this.tracks.map(({ plan, run, result }) => result ?? resultOf(plan, run, hints, run.end ? undefined : new Interrupted()));
  }

  /** Creates what every first task needs: the secret, and for a daemon the log group and the role. */
  private async prepare(plan: Plan): Promise<Plan> {
    const ready = await this.prepareSecret(plan);
    await makeDaemonNeeds(this.place.account, ready, line => this.options.onEvent(line));
    return ready;
  }

  private async prepareSecret(plan: Plan): Promise<Plan> {
    const { request, secret } = plan;
    if (request.verb === 'remove' || request.key.kind !== 'secret' || secret === undefined || !createsSecret(plan)) return plan;
    const arn = await createSecret(this.place.account, secret, request.key);
    this.options.onEvent(`created the secret ${secret.name}`);
    return new Planner(this.place.account, request).secretCreated(plan, arn);
  }

  /** Makes the steps before the update, which then waits for those of others. */
  private async prepareUpdate(track: Track): Promise<void> {
    if (await this.isLeft(track)) return;
    while (track.result === undefined && isWriting(track.run) && track.run.phase !== 'registered') await this.step(track);
    if (track.run.phase !== 'registered' || track.result !== undefined) return this.goOn(track);
    this.ready.push(track);
    if (this.ready.length >= READ_TOGETHER) void this.updateReady();
  }

  /** Updates the services that are ready, after those that were ready before. It rejects if one of these updates did. */
  private async updateReady(): Promise<void> {
    const together = this.ready;
    this.ready = [];
    this.updates = this.updates.then(async () => this.update(together));
    this.updates.catch(() => {});
    return this.updates;
  }

  /** Reads services once more, all in one call, and updates them. */
  private async update(together: readonly Track[]): Promise<void> {
    await Promise.all(together.map(async track => await this.isLeft(track) || this.step(track)));
    await forEach(together, CONCURRENT_WRITES, async track => track.result !== undefined || await this.isLeft(track) || this.goOn(track));
  }

  /** Whether the run of a service is left as it is, because an earlier failure has stopped all. */
  private async isLeft(track: Track): Promise<boolean> {
    if (!this.isStopped || !isChange(track.plan)) return false;
    track.run = await this.leave(track.run);
    track.result = notStarted(track.plan, track.run, this.place.account.hints);
    return true;
  }

  /** Makes all steps that need not wait. */
  private async goOn(track: Track): Promise<void> {
    this.tell(track.run, track);
    while (track.result === undefined && isWriting(track.run)) await this.step(track);
    if (track.run.phase === 'ended') this.settle(track);
    if (isFollowed(track)) void this.followAll();
  }

  private async step(track: Track): Promise<void> {
    const before = track.run;
    try {
      this.take(track, before, await this.confirmed(track, await advance(before, this.place)));
      track.failedLooks = 0;
    } catch (error) {
      await this.catch(track, error);
    }
    if (track.run.phase === 'ended') this.settle(track);
  }

  private take(track: Track, before: ServiceRun, after: ServiceRun): void {
    track.run = after;
    track.plan = this.place.knownPlan(after, after.sourceRevisionArn) ?? track.plan;
    this.options.onRun?.(after);
    for (const line of eventsOf(before, after, track.plan)) this.options.onEvent(line);
    if (after.deploymentId !== undefined && before.deploymentId !== after.deploymentId) {
      this.options.onSubmitted?.(track.plan.service.serviceName, after.targetRevisionArn!);
    }
    if (after.end?.isForAll) this.isStopped = true;
    if (after.phase === before.phase) this.tell(after, track);
  }

  private tell(run: ServiceRun, { plan }: Track): void {
    if (run.phase !== 'following' && run.phase !== 'goingBack') return;
    const { place: { account }, options } = this;
    if (run.followed?.isEarlier && run.followed.searches === 0) {
      const { short } = parseRevision(run.targetRevisionArn!);
      const isFailed = primaryOf(plan.service)?.rolloutState === 'FAILED';
      options.onEvent(`${plan.service.serviceName}: ${isFailed ? `the rollout of ${short} has failed` : `${short} is already being rolled out; following it`}`);
      if (isFailed) return;
    }
    const progress = run.followed?.completedAt === undefined ? progressOf(run, account.clock.now()) : undefined;
    if (progress) options.onProgress(progress);
  }

  /** The run, or its end if its plan was made again and the user does not want that plan. */
  private async confirmed({ run: before, plan }: Track, after: ServiceRun): Promise<ServiceRun> {
    const isAgain = before.phase === 'planned' && before.planDigest === undefined && after.phase === 'planned' && after.planDigest !== undefined;
    // What was replaced unseen cannot be left as it is.
    if (!isAgain || after.interventions.some(({ wasReplaced }) => wasReplaced)) return after;
    const again = this.place.knownPlan(after, after.sourceRevisionArn) ?? plan;
    if (await this.options.confirm?.(again) !== false) return after;
    return { ...await this.leave(after), phase: 'ended', end: { outcome: 'notStarted', reason: 'the changed plan was not confirmed' } };
  }

  private async catch(track: Track, error: unknown): Promise<void> {
    const { run } = track;
    const isLook = run.phase === 'following' || run.phase === 'goingBack';
    const mayRepeat = isLook && !isForAll(error) && mustRepeat(error);
    if (mayRepeat && ++track.failedLooks < MOST_FAILED_LOOKS) return;
    if (isForAll(error)) this.isStopped = true;
    if (error instanceof Interrupted) track.run = await this.leave(track.run);
    track.result = resultOf(track.plan, track.run, this.place.account.hints, error);
    this.options.onEnd?.(track.plan.service.serviceName);
    if (!(error instanceof Failure)) throw error;
  }

  /** What was granted for a run is revoked before the run is left, unless another one needs it. If that fails, the next run uses it. */
  private async leave(run: ServiceRun): Promise<ServiceRun> {
    const { account } = this.place;
    if (account.signal.aborted) this.lastCalls ??= account.afterInterrupt(LAST_CALLS_MS);
    return takeGrantBack(run, this.place, this.lastCalls ?? account).catch(() => run);
  }

  private settle(track: Track): void {
    track.result ??= resultOf(track.plan, track.run, this.place.account.hints);
    this.options.onEnd?.(track.plan.service.serviceName);
  }

  /** Looks at rollouts until none is followed. It never rejects. */
  private async followAll(): Promise<void> {
    this.following ??= this.follow().catch((error: unknown) => { this.fault ??= error; }).finally(() => { this.following = undefined; });
    return this.following;
  }

  /** Looks at all rollouts together. */
  private async follow(): Promise<void> {
    // A rollout that fails at once is reported at once.
    for (let wait = Math.min(1000, this.options.pollMs); this.tracks.some(isFollowed); wait = this.interval()) {
      try {
        await this.place.account.pause(wait);
      } catch (error) {
        for (const track of this.tracks.filter(isFollowed)) await this.catch(track, error);
        return;
      }
      await Promise.all(this.tracks.filter(isFollowed).map(async track => this.look(track)));
    }
  }

  /** A look, and what it leads to, such as the first step of the way back. */
  private async look(track: Track): Promise<void> {
    await this.step(track);
    while (track.result === undefined && track.failedLooks === 0 && isWriting(track.run)) await this.step(track);
  }

  private interval(): number {
    const { account: { clock }, settings } = this.place;
    const followed = this.tracks.filter(isFollowed);
    // An agent that is watched is looked at as often as a new rollout.
    const ages = followed.map(({ run }) => clock.now() - (run.followed?.completedAt ?? run.since));
    if (ages.length === 0) return this.options.pollMs;
    const youngest = Math.min(...ages);
    const isNew = followed.some(({ run }) => run.followed?.completedAt !== undefined && run.followed.agentLooks === 0);
    const usual = this.options.pollMs * (youngest < 120_000 ? 1 : youngest < 600_000 ? 2 : 4);
    const wait = isNew ? Math.min(usual, FIRST_AGENT_LOOK_MS) : usual;
    const left = Math.min(...ages.map(age => settings.timeoutMs - age).filter(milliseconds => milliseconds > 0));
    return Math.min(wait, left);
  }
}

function isFollowed({ result, run }: Track): boolean {
  return result === undefined && (run.phase === 'following' || run.phase === 'goingBack');
}
