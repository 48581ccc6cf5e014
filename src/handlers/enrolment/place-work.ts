import { takeArrivals } from './arrivals';
import { PlaceName, Settings } from './contract';
import { endOf, rememberEnd, textsOf } from './ends';
import { Lease } from './lease';
import { Memory } from './memory';
import { plan, Planned, settingsOfRuns } from './planning';
import { Progress } from './progress';
import { requestFor } from './requests';
import { isBegun, isFollowed, isGoingBack, isOpen, isReady, isUnplanned, Item, ServiceEnd, SERVICES_A_SHARD } from './shard';
import { newShard, readShard, Shard } from './shards';
import { Store } from './store';
import { Account, advance, forEach, isBeforeUpdate, isForAll, isWriting, messageOf, mustRepeat, Place, ServiceRun, takeGrantBack, warningsOf } from '../../aws';

/** Shards that are worked on at the same time. While the services of one are written, the next ones are planned. */
const SHARDS_AT_ONCE = 3;
/** Services that go from their first write to their last one together. AWS allows one new revision a second, so the first one waits this long for the others. */
const SERVICES_A_WAVE = 10;
/** Services of a wave whose writes are made at the same time. AWS's limits pace the rest. */
const WRITES_AT_ONCE = 4;
/** Services of a shard that are looked at together. */
const FOLLOWED_AT_ONCE = 100;
/** Steps of a service in a row that may fail. */
const MOST_FAILURES = 5;
/** If AWS does not carry out the steps of so many services, it does not those of others either. */
const MOST_RESTING = 3;
/** Between two looks at rollouts while services are written. */
const LOOK_MS = 20_000;
/** No step begins later: the last call needs so long at most, and what it did has to be kept. */
const RESERVE_MS = 45_000;
/** Rounds of steps of the same services without a look between them. A run has seven phases. */
const MOST_ROUNDS = 20;
const MOST_WAVES = Math.ceil(SERVICES_A_SHARD / SERVICES_A_WAVE);

/** What a process works with. */
export interface Tools {
  readonly account: Account;
  readonly store: Store;
  readonly lease: Lease;
  readonly settings: Settings;
  readonly memory: Memory;
  readonly progress: Progress;
  /** When this process ends, in milliseconds since 1970. */
  readonly endsAt: number;
  readonly log: (line: object) => void;
}

/** How far the steps of a place have come. */
export interface Ran {
  /** The services whose rollouts are followed. */
  readonly followed: readonly ServiceRun[];
  /** Whether there is nothing to write before a rollout ends. */
  readonly isWaiting: boolean;
  /** Whether services rest, since AWS has not carried out their steps. */
  readonly isResting: boolean;
  /** Whether only the rollouts of others are waited for, and nothing of this execution is on its way. */
  readonly isIdle: boolean;
  /** Whether all services have ended. */
  readonly isDone: boolean;
}

/** The steps of the services of one place that a process makes. */
export class PlaceWork {
  /** What every further call would meet, too. */
  public fault?: Error;
  /** By whether an earlier execution has given a service the agent. They share everything but the request. */
  private readonly places: ReadonlyMap<boolean, Place>;
  private readonly open: Shard[] = [];
  private readonly taken = new Set<Shard>();
  /**
   * Services whose steps AWS has not carried out, although nothing is wrong with them: they rest until the next call of the function, a minute later. So
   * an outage of some minutes is waited out, and a service whose own steps never succeed ends after five calls, without its place.
   */
  private readonly resting = new Set<string>();
  /** Ends when no shard is written. */
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly execution: string, private readonly name: PlaceName, private readonly tools: Tools) {
    const place = new Place(tools.account, requestFor(tools.settings, false), settingsOfRuns());
    this.places = new Map([[false, place], [true, place.withRequest(requestFor(tools.settings, true))]]);
  }

  /** Makes all steps that need not wait, as far as the time goes. */
  public async run(): Promise<Ran> {
    const { store, progress, memory } = this.tools;
    for (const number of progress.open) this.open.push(await this.shard(number));
    for (const item of this.open.flatMap(({ items }) => items)) if (item.run && isOpen(item)) this.placeOf(item).grants.need(item.run);
    this.open.push(...await takeArrivals(store, this.execution, this.name, progress, memory, this.open));
    const written = new AbortController();
    await Promise.all([this.writeAll().finally(() => written.abort()), this.follow(written.signal)]);
    await this.settle();
    const items = this.open.flatMap(shard => shard.items.filter(isOpen));
    return {
      followed: items.flatMap(({ run }) => run && !isWriting(run) ? [run] : []),
      isWaiting: items.length > 0 && items.every(item => !this.mayWrite(item)),
      isResting: this.resting.size > 0,
      isIdle: items.every(isUnplanned) && !progress.hasNext,
      isDone: items.length === 0 && !progress.hasNext,
    };
  }

  private placeOf({ service }: Item): Place {
    return this.places.get(this.tools.memory.of(service).revision !== undefined)!;
  }

  private get now(): number {
    return this.tools.account.clock.now();
  }

  /** Whether a further step may begin. */
  private get mayGoOn(): boolean {
    const { endsAt, lease } = this.tools;
    return this.fault === undefined && this.resting.size < MOST_RESTING && this.now < endsAt - RESERVE_MS && lease.isHeld(this.now + RESERVE_MS);
  }

  private mayWrite(item: Item): boolean {
    return isReady(item) && !this.resting.has(item.service);
  }

  /** A shard of an earlier step, also of one that ended before it could say that it had begun it. */
  private async shard(number: number): Promise<Shard> {
    const { store, progress } = this.tools;
    return await readShard(store, this.execution, this.name, number) ?? newShard(store, this.execution, this.name, number, progress.itemsOf(number));
  }

  private async writeAll(): Promise<void> {
    await Promise.all(Array.from({ length: SHARDS_AT_ONCE }, async () => {
      for (let shard = await this.next(); shard !== undefined; shard = await this.next()) {
        try {
          await this.write(shard);
        } catch (error) {
          this.stop(error);
        }
      }
    }));
  }

  /** Another shard with something to write. */
  private async next(): Promise<Shard | undefined> {
    if (!this.mayGoOn) return undefined;
    const { progress } = this.tools;
    const begun = this.open.find(shard => !this.taken.has(shard) && shard.items.some(item => isUnplanned(item) || isReady(item)));
    if (begun) {
      this.taken.add(begun);
      return begun;
    }
    const number = progress.takeNext();
    if (number === undefined) return undefined;
    try {
      const shard = await this.shard(number);
      this.taken.add(shard);
      this.open.push(shard);
      return shard;
    } catch (error) {
      this.stop(error);
      return undefined;
    }
  }

  /** Plans the services of a shard, and makes their steps until each is rolled out or has ended. */
  private async write(shard: Shard): Promise<void> {
    if (shard.items.some(isUnplanned)) await this.plan(shard);
    // Shards that are written at once would share AWS's limits, and the rollouts of each would begin later.
    const written = this.writing.then(async () => this.writeWaves(shard));
    this.writing = written.catch(() => {});
    await written;
  }

  private async writeWaves(shard: Shard): Promise<void> {
    for (let round = 0; round < MOST_WAVES * MOST_ROUNDS && this.mayGoOn && shard.items.some(item => this.mayWrite(item)); round++) {
      const ready = shard.items.filter(item => this.mayWrite(item));
      const wave = new Set([...ready.filter(isBegun), ...ready.filter(item => !isBegun(item))].slice(0, SERVICES_A_WAVE));
      await this.forEachItem(shard, item => wave.has(item), WRITES_AT_ONCE, async item => this.step(item));
      await this.keep(shard);
    }
  }

  private async plan(shard: Shard): Promise<void> {
    const { progress } = this.tools;
    const unplanned = shard.items.filter(isUnplanned);
    if (progress.isStopped) {
      shard.items = shard.items.map(item => isUnplanned(item) ? { ...item, end: this.held } : item);
    } else {
      const { items, networks } = await this.planned(unplanned);
      const planned = new Map(unplanned.map((item, index) => [item, items[index]]));
      shard.items = shard.items.map(item => planned.get(item) ?? item).map(item => this.noted(item));
      Object.assign(shard.networks, networks);
    }
    await this.keep(shard);
  }

  /** A service whose plan fails does not stop those that are planned with it. */
  private async planned(items: readonly Item[]): Promise<Planned> {
    const { account, settings, memory, log } = this.tools;
    try {
      return await plan(items, { account, settings, memory, placeOf: item => this.placeOf(item) });
    } catch (error) {
      if (mustRepeat(error)) throw error;
      const [first, ...rest] = items;
      if (rest.length > 0) {
        const halves = [items.slice(0, Math.ceil(items.length / 2)), items.slice(Math.ceil(items.length / 2))];
        const [one, other] = [await this.planned(halves[0]), await this.planned(halves[1])];
        return { items: [...one.items, ...other.items], networks: { ...one.networks, ...other.networks } };
      }
      log({ service: first.service, error: messageOf(error) });
      return { items: [{ ...first, end: { outcome: 'failed', reason: messageOf(error) } }], networks: {} };
    }
  }

  private get held() {
    return { outcome: 'held', reason: `${this.tools.progress.failed} services of this place failed, more than \`toleratedFailurePercentage\` allows.` } as const;
  }

  /** Calls something for some items at the same time. Each result replaces its item. */
  private async forEachItem(shard: Shard, isWanted: (item: Item) => boolean, atOnce: number, act: (item: Item) => Promise<Item>): Promise<void> {
    const wanted = shard.items.flatMap((item, index) => isWanted(item) ? [index] : []);
    await forEach(wanted, atOnce, async index => {
      if (this.mayGoOn) shard.items[index] = this.noted(await act(shard.items[index]));
    });
  }

  /** One step, which writes once at most. What it writes was kept before. */
  private async step(item: Item): Promise<Item> {
    const { progress } = this.tools;
    const run = item.run!;
    try {
      if (progress.isStopped && isBeforeUpdate(run)) return { ...item, run: await takeGrantBack(run, this.placeOf(item)), end: this.held };
      return { ...item, run: await advance(run, this.placeOf(item)), failures: undefined };
    } catch (error) {
      const failures = (item.failures ?? 0) + 1;
      this.tools.log({ service: item.service, error: messageOf(error), failures });
      if (isForAll(error)) {
        this.stop(error);
        return item;
      }
      if (mustRepeat(error)) this.resting.add(item.service);
      if (failures >= MOST_FAILURES) {
        const left = isBeforeUpdate(run) ? await this.takenBack(item, run) : run;
        return { ...item, run: left, end: { outcome: 'failed', reason: `${leftOf(run)}${messageOf(error)}`, revision: run.targetRevisionArn } };
      }
      return { ...item, failures };
    }
  }

  private async takenBack(item: Item, run: ServiceRun): Promise<ServiceRun> {
    try {
      return await takeGrantBack(run, this.placeOf(item));
    } catch (error) {
      this.tools.log({ service: item.service, error: messageOf(error) });
      return run;
    }
  }

  /** An item whose run has ended gets its end. */
  private noted(item: Item): Item {
    const { memory, settings, log, account: { hidden } } = this.tools;
    const found = item.end ? withWarnings(item.end, item.run) : item.run?.end ? endOf(item.run) : undefined;
    if (found === undefined) return item;
    const end = found.reason === undefined ? found : { ...found, reason: hidden.cleaned(found.reason) };
    rememberEnd(memory, item, end, settings, this.now);
    const { run: _, failures: __, waitingSince: ___, ...rest } = item;
    const ended = { ...rest, end };
    log({ service: item.service, outcome: end.outcome, reason: end.reason });
    return ended;
  }

  /** Looks at the rollouts now and then, until nothing is written any more. */
  private async follow(written: AbortSignal): Promise<void> {
    for (let looks = 0; this.mayGoOn && (looks === 0 || !written.aborted); looks++) {
      try {
        await this.look();
      } catch (error) {
        this.stop(error);
      }
      await this.tools.account.clock.sleep(LOOK_MS, written);
    }
  }

  private async look(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const isWanted = (item: Item) => isFollowed(item) && !this.resting.has(item.service) && (round === 0 || isWriting(item.run!));
      const shards = this.open.filter(({ items }) => items.some(isWanted));
      // The reads of one turn of the event loop go out together.
      await Promise.all(shards.map(async shard => this.forEachItem(shard, isWanted, FOLLOWED_AT_ONCE, async item => this.step(item))));
      await Promise.all(shards.map(async shard => this.keep(shard)));
      if (!this.mayGoOn || !this.open.some(({ items }) => items.some(item => isWanted(item) && isWriting(item.run!)))) return;
    }
  }

  /** What later executions must know is kept first: an end that is not kept is found again, and one that is kept is not looked at again. */
  private async keep(shard: Shard): Promise<void> {
    const { memory, progress } = this.tools;
    await shard.keep(async () => memory.keep());
    progress.count(shard.number, shard.counts, shard.isOpen, shard.items.filter(isGoingBack).length);
  }

  private async settle(): Promise<void> {
    await this.tools.memory.keep();
    await Promise.all(this.open.map(async shard => this.keep(shard)));
  }

  private stop(error: unknown): void {
    this.tools.log({ error: messageOf(error) });
    this.fault ??= error instanceof Error ? error : new Error(messageOf(error));
  }
}

/** An end that is not that of the run, with what there is to say of the run. */
function withWarnings(end: ServiceEnd, run: ServiceRun | undefined): ServiceEnd {
  const told = run ? textsOf(warningsOf(run)) : [];
  return told.length === 0 ? end : { ...end, reason: [...end.reason === undefined ? [] : [end.reason], ...told].join(' ') };
}

/** What a run leaves that cannot go on, as a sentence. */
function leftOf({ phase }: ServiceRun): string {
  return phase === 'following' || phase === 'goingBack' ? 'The rollout continues in ECS, and is not followed. ' : '';
}
