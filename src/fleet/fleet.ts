import { estimate, FleetProgress } from './estimate';
import { Lane, Part, Track } from './lane';
import { ServiceNames } from './names';
import { inOrder, ServiceOrder } from './order';
import { eventsOf, Progress, progressOf } from './progress';
import { isBad, notStarted, resultOf, ServiceResult } from './results';
import { mostFailures, Wave, Waves, wavesOf } from './waves';
import {
  advance, Failure, forEach, Interrupted, isBeforeUpdate, isChange, isForAll, isWriting, mustRepeat, parseRevision, primaryOf,
  RunGrants, RunSettings, ServicePlan, ServiceRun, undo,
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
  /** Called with each new state of a run, before its next step. */
  readonly onRun?: (run: ServiceRun) => void;
  /** Called before each wave, if there are several. */
  readonly onWave?: (wave: Wave) => void;
  /** Whether a plan that others made necessary may be carried out. @default - yes */
  readonly confirm?: (plan: ServicePlan) => Promise<boolean>;
  /** The runs of an earlier process, by the ARN of the service. They are continued. */
  readonly earlier?: ReadonlyMap<string, ServiceRun>;
  /** @default - all services at once */
  readonly waves?: Waves;
  /** In which services begin. @default - that of the plans */
  readonly order?: ServiceOrder;
  /** How lines call services. @default - by what tells them from each other */
  readonly names?: ServiceNames;
}

/** Services of one account and region whose writes are made at the same time. The call budget limits the rest. */
const CONCURRENT_WRITES = 4;

/** Services that are read once more together, before their updates: as many as ECS describes in one call. */
const READ_TOGETHER = 10;

/** Looks in a row that may fail before following is given up. */
const MOST_FAILED_LOOKS = 5;

/** After a rollout completed: an agent that cannot run dies within seconds. */
const FIRST_AGENT_LOOK_MS = 5000;

/**
 * Carries plans out: makes the steps of the runs of all services until each has ended, wave by wave. The failure of one service does not stop the
 * others of its wave. A failure of an account, or a revision that ECS registered differently from the plan, stops what has not been started there.
 */
export class Fleet {
  private readonly names: ServiceNames;
  private readonly lanes: readonly Lane[];
  private tracks: readonly Track[] = [];
  private waves: readonly (readonly Track[])[] = [];
  /** The wave on its way, from 0 on. */
  private wave = 0;
  /** The rollouts that have completed, and how long they took together. */
  private readonly rollouts = { count: 0, sumMs: 0 };
  /** Looks at rollouts until none is followed. */
  private following?: Promise<void>;
  /** A defect that a look has met. */
  private fault?: unknown;
  /** How many services may fail before nothing further begins. */
  private most = Infinity;

  /** @param parts the plans of each account and region */
  constructor(parts: readonly Part[], settings: RunSettings, private readonly options: FleetOptions) {
    const byAccount = new Map(parts.map(({ account }) => [account, parts.filter(part => part.account === account)]));
    const grants = new RunGrants();
    this.lanes = [...byAccount].map(([account, own]) => new Lane(account, own, settings, grants));
    this.names = options.names ?? new ServiceNames(parts.flatMap(({ plan }) => plan.services.map(({ service }) => service)));
  }

  /** @returns a result for each service that is not refused, in their order. @throws Failure if the secret of the only place could not be created */
  public async run(): Promise<ServiceResult[]> {
    const { earlier = new Map(), onEvent } = this.options;
    const begun = await Promise.all(this.lanes.map(async lane => lane.begin(earlier, this.lanes.length === 1, line => onEvent(line))));
    this.tracks = inOrder(begun.flat(), ({ run }) => run.serviceArn, this.options.order);
    // Those that have failed before their first step need nothing.
    for (const track of this.tracks) if (track.result !== undefined) await this.leave(track);
    const asked = this.options.waves ?? {};
    const waves = wavesOf(this.tracks, asked);
    this.waves = waves;
    for (const [index, wave] of waves.entries()) {
      if (this.isInterrupted) {
        for (const track of wave) await this.end(track, () => resultOf(track.plan, track.run, track.lane.hints, new Interrupted()));
        continue;
      }
      this.wave = index;
      this.most = mostFailures(asked, index);
      const isCanary = index === 0 && (asked.canary ?? 0) > 0;
      if (waves.length > 1) this.options.onWave?.({ number: index + 1, of: waves.length, services: wave.length, isCanary });
      await this.runWave(wave);
      if (this.fault !== undefined) throw this.fault;
      if (this.isInterrupted || this.failures <= this.most) continue;
      for (const track of waves.slice(index + 1).flat()) await this.end(track, () => this.held(track));
      if (asked.rollsBack) await this.undo(wave);
      break;
    }
    return this.tracks.map(({ plan, run, lane, result }) => result ?? resultOf(plan, run, lane.hints));
  }

  /** How far it is. */
  public get progress(): FleetProgress {
    const { tracks, waves, wave } = this;
    const ended = tracks.filter(({ result }) => result !== undefined);
    const current = waves[wave] ?? [];
    const unsubmitted = current.filter(({ result, run }) => result === undefined && isBeforeUpdate(run));
    return {
      wave: wave + 1,
      waves: waves.length,
      total: tracks.length,
      ended: ended.length,
      failed: ended.filter(({ result }) => isBad(result!)).length,
      rollingOut: tracks.filter(isFollowed).length,
      leftMs: estimate({
        submitMs: this.waitOf(unsubmitted),
        hasUnsubmitted: unsubmitted.length > 0,
        ages: current.filter(isFollowed).map(({ run, lane }) => lane.account.clock.now() - run.since),
        later: waves.slice(wave + 1).map(one => this.waitOf(one)),
        rolloutMs: this.rollouts.count === 0 ? undefined : this.rollouts.sumMs / this.rollouts.count,
      }),
    };
  }

  /** How long AWS's limits make these services wait, which are not registered yet. Each account and region has its own limits. */
  private waitOf(tracks: readonly Track[]): number {
    const counts = new Map<Lane, number>();
    for (const { lane } of tracks) counts.set(lane, (counts.get(lane) ?? 0) + 1);
    return Math.max(0, ...[...counts].map(([{ account }, count]) => account.waitFor('RegisterTaskDefinition', count)));
  }

  /** The results if the process ended now. Empty until the runs have begun. */
  public get soFar(): ServiceResult[] {
    return this.tracks.map(({ plan, run, lane, result }) => result ?? resultOf(plan, run, lane.hints, run.end ? undefined : new Interrupted()));
  }

  private async runWave(wave: readonly Track[]): Promise<void> {
    for (const { run } of wave) this.options.onRun?.(run);
    await Promise.all(this.lanes.map(async lane => {
      await forEach(wave.filter(track => track.lane === lane), CONCURRENT_WRITES, async track => this.prepareUpdate(track));
      await this.updateReady(lane);
    }));
    while (wave.some(isFollowed)) await this.followAll();
  }

  /** How many services have failed, whose runs had begun. An interruption is no failure. */
  private get failures(): number {
    return this.tracks.filter(({ result }) => result !== undefined && isBad(result) && result.failure !== 'interrupted' && result.outcome !== 'notStarted').length;
  }

  /** The user has interrupted it: then nothing further begins, and nothing goes back. */
  private get isInterrupted(): boolean {
    return this.lanes.some(({ account }) => account.signal.aborted);
  }

  private get whyHeld(): string {
    const { failures } = this;
    return `${failures} ${failures === 1 ? 'service' : 'services'} failed`;
  }

  /** The end of a service whose run is left before its first step, unless it has one. */
  private async end(track: Track, result: () => ServiceResult): Promise<void> {
    if (track.result !== undefined) return;
    await this.leave(track);
    track.result = result();
  }

  private held({ plan, run, lane }: Track): ServiceResult {
    return { ...notStarted(plan, run, lane.hints, this.whyHeld), isHeld: true };
  }

  /** The services of a wave go back, whose rollouts have completed, in an earlier process of the same run, too. */
  private async undo(wave: readonly Track[]): Promise<void> {
    // A rollout of another tool, which this run only followed, is left: its source is what the service runs.
    const isOwn = ({ deploymentId, sourceRevisionArn: source, targetRevisionArn: target }: ServiceRun) => deploymentId && source !== target;
    const updated = wave.filter(({ run }) => isOwn(run) && (run.end?.outcome === 'completed' || run.end?.outcome === 'degraded'));
    const why = this.whyHeld;
    for (const track of updated) {
      track.result = undefined;
      this.take(track, track.run, undo(track.run, why, track.lane.account.clock.now()));
    }
    await Promise.all(updated.map(async track => this.goOn(track)));
    while (updated.some(isFollowed)) await this.followAll();
    if (this.fault !== undefined) throw this.fault;
  }

  /** Makes the steps before the update, which then waits for those of others. */
  private async prepareUpdate(track: Track): Promise<void> {
    if (track.result !== undefined || await this.isLeft(track)) return;
    while (track.result === undefined && isWriting(track.run) && track.run.phase !== 'registered') await this.step(track);
    if (track.run.phase !== 'registered' || track.result !== undefined) return this.goOn(track);
    track.lane.ready.push(track);
    if (track.lane.ready.length >= READ_TOGETHER) void this.updateReady(track.lane);
  }

  /** Updates the services that are ready, after those that were ready before. It rejects if one of these updates did. */
  private async updateReady(lane: Lane): Promise<void> {
    const together = lane.ready;
    lane.ready = [];
    lane.updates = lane.updates.then(async () => this.update(together));
    lane.updates.catch(() => {});
    return lane.updates;
  }

  /** Reads services once more, all in one call, and updates them. */
  private async update(together: readonly Track[]): Promise<void> {
    await Promise.all(together.map(async track => await this.isLeft(track) || this.step(track)));
    await forEach(together, CONCURRENT_WRITES, async track => track.result !== undefined || await this.isLeft(track) || this.goOn(track));
  }

  /** Whether the run of a service is left as it is, because an earlier failure has stopped all of its place, or too many services have failed. */
  private async isLeft(track: Track): Promise<boolean> {
    const isHeld = this.most !== Infinity && this.failures > this.most;
    if (!track.lane.isStopped && !isHeld || !isChange(track.plan)) return false;
    await this.end(track, () => isHeld ? this.held(track) : notStarted(track.plan, track.run, track.lane.hints));
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
      this.take(track, before, await this.confirmed(track, await advance(before, track.place)));
      track.failedLooks = 0;
    } catch (error) {
      await this.catch(track, error);
    }
    if (track.run.phase === 'ended') this.settle(track);
  }

  private take(track: Track, before: ServiceRun, after: ServiceRun): void {
    track.run = after;
    track.plan = track.place.knownPlan(after, after.sourceRevisionArn) ?? track.plan;
    this.options.onRun?.(after);
    const name = this.names.of(track.plan.service);
    for (const line of eventsOf(before, after, track.plan, name)) this.options.onEvent(line);
    if (after.deploymentId !== undefined && before.deploymentId !== after.deploymentId) this.options.onSubmitted?.(name, after.targetRevisionArn!);
    if (after.end?.isForAll) track.lane.isStopped = true;
    if (before.followed?.completedAt === undefined && after.followed?.completedAt !== undefined) {
      this.rollouts.count++;
      this.rollouts.sumMs += after.followed.completedAt - before.since;
    }
    if (after.phase === before.phase) this.tell(after, track);
  }

  private tell(run: ServiceRun, { plan, lane }: Track): void {
    if (run.phase !== 'following' && run.phase !== 'goingBack') return;
    const { options } = this;
    const name = this.names.of(plan.service);
    if (run.followed?.isEarlier && run.followed.searches === 0) {
      const { short } = parseRevision(run.targetRevisionArn!);
      const isFailed = primaryOf(plan.service)?.rolloutState === 'FAILED';
      options.onEvent(`${name}: ${isFailed ? `the rollout of ${short} has failed` : `${short} is already being rolled out; following it`}`);
      if (isFailed) return;
    }
    const progress = run.followed?.completedAt === undefined || run.phase === 'goingBack' ? progressOf(run, name, lane.account.clock.now()) : undefined;
    if (progress) options.onProgress(progress);
  }

  /** The run, or its end if its plan was made again and the user does not want that plan. */
  private async confirmed(track: Track, after: ServiceRun): Promise<ServiceRun> {
    const { run: before, plan, place, lane } = track;
    const isAgain = before.phase === 'planned' && before.planDigest === undefined && after.phase === 'planned' && after.planDigest !== undefined;
    // What was replaced unseen cannot be left as it is.
    if (!isAgain || after.interventions.some(({ wasReplaced }) => wasReplaced)) return after;
    const again = place.knownPlan(after, after.sourceRevisionArn) ?? plan;
    if (await this.options.confirm?.(again) !== false) return after;
    return { ...await lane.leave({ ...track, run: after }), phase: 'ended', end: { outcome: 'notStarted', reason: 'the changed plan was not confirmed' } };
  }

  /** Revokes what was granted. A later process must know that. */
  private async leave(track: Track): Promise<void> {
    const before = track.run;
    track.run = await track.lane.leave(track);
    if (track.run !== before) this.options.onRun?.(track.run);
  }

  private async catch(track: Track, error: unknown): Promise<void> {
    const { run, lane } = track;
    const isLook = run.phase === 'following' || run.phase === 'goingBack';
    const mayRepeat = isLook && !isForAll(error) && mustRepeat(error);
    if (mayRepeat && ++track.failedLooks < MOST_FAILED_LOOKS) return;
    if (isForAll(error)) lane.isStopped = true;
    if (error instanceof Interrupted) await this.leave(track);
    track.result = resultOf(track.plan, track.run, lane.hints, error);
    this.options.onEnd?.(this.names.of(track.plan.service));
    if (!(error instanceof Failure)) throw error;
  }

  private settle(track: Track): void {
    track.result ??= resultOf(track.plan, track.run, track.lane.hints);
    this.options.onEnd?.(this.names.of(track.plan.service));
  }

  /** Looks at rollouts until none is followed. It never rejects. */
  private async followAll(): Promise<void> {
    this.following ??= this.follow().catch((error: unknown) => { this.fault ??= error; }).finally(() => { this.following = undefined; });
    return this.following;
  }

  /** Looks at all rollouts together. */
  private async follow(): Promise<void> {
    const followed = () => this.tracks.filter(isFollowed);
    // A rollout that fails at once is reported at once.
    for (let wait = Math.min(1000, this.options.pollMs); followed().length > 0; wait = this.interval(followed())) {
      try {
        await this.lanes[0].account.pause(wait);
      } catch (error) {
        for (const track of followed()) await this.catch(track, error);
        return;
      }
      await Promise.all(followed().map(async track => this.look(track)));
    }
  }

  /** A look, and what it leads to, such as the first step of the way back. */
  private async look(track: Track): Promise<void> {
    await this.step(track);
    while (track.result === undefined && track.failedLooks === 0 && isWriting(track.run)) await this.step(track);
  }

  private interval(followed: readonly Track[]): number {
    // An agent that is watched is looked at as often as a new rollout.
    const ages = followed.map(({ run, lane }) => lane.account.clock.now() - (run.followed?.completedAt ?? run.since));
    if (ages.length === 0) return this.options.pollMs;
    const youngest = Math.min(...ages);
    const isNew = followed.some(({ run }) => run.followed?.completedAt !== undefined && run.followed.agentLooks === 0);
    const usual = this.options.pollMs * (youngest < 120_000 ? 1 : youngest < 600_000 ? 2 : 4);
    const wait = isNew ? Math.min(usual, FIRST_AGENT_LOOK_MS) : usual;
    const left = Math.min(...ages.map((age, index) => followed[index].place.settings.timeoutMs - age).filter(milliseconds => milliseconds > 0));
    return Math.min(wait, left);
  }
}

function isFollowed({ result, run }: Track): boolean {
  return result === undefined && (run.phase === 'following' || run.phase === 'goingBack');
}
