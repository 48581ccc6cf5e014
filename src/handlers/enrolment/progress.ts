import { Counts, PlaceName, Settings } from './contract';
import { workKeys } from './keys';
import { failedIn, Item, SERVICES_A_SHARD, sumOf } from './shard';
import { NEW, OwnDocument, Store } from './store';
import { Account } from '../../aws';

export type Listed = Pick<Item, 'service' | 'cluster'>;

interface Content {
  /** How many shards there are, with those of services that have arrived. */
  readonly shards: number;
  /** The number of the next shard to begin, from 1 on. */
  readonly next: number;
  /** The shards that were begun and have not ended. */
  readonly open: readonly number[];
  readonly counts: { readonly [shard: number]: Counts };
  /** Steps in a row that have met a failure of the whole place. */
  readonly faults: number;
  /** What is left of AWS's limits. */
  readonly levels?: Account['levels'];
}

/** How far an execution is with a place. Only the holder of the place's lease writes it. What it does not know yet, the shards tell. */
export class Progress {
  public static async read(store: Store, execution: string, place: PlaceName, listed: readonly Listed[], settings: Settings): Promise<Progress> {
    const key = workKeys(execution, place).progress;
    const stored = await store.read<Content>(key);
    const shards = Math.ceil(listed.length / SERVICES_A_SHARD);
    const content = stored?.value ?? { shards, next: 1, open: [], counts: {}, faults: 0 };
    return new Progress(new OwnDocument(store, key, stored?.version ?? NEW), listed, settings, content);
  }

  public readonly levels?: Account['levels'];
  public faults: number;
  private shards: number;
  private nextNumber: number;
  private readonly begun: Set<number>;
  private readonly counts: Map<number, Counts>;
  private readonly goingBack = new Map<number, number>();

  private constructor(
    private readonly document: OwnDocument, private readonly listed: readonly Listed[], private readonly settings: Settings,
    { shards, next, open, counts, faults, levels }: Content,
  ) {
    this.shards = shards;
    this.nextNumber = next;
    this.begun = new Set(open);
    this.counts = new Map(Object.entries(counts).map(([number, one]) => [Number(number), one]));
    this.faults = faults;
    this.levels = levels;
  }

  public get open(): readonly number[] {
    return [...this.begun];
  }

  public get hasNext(): boolean {
    return this.findNext() <= this.shards;
  }

  /** A shard of services that have arrived is begun before its turn. */
  private findNext(): number {
    let number = this.nextNumber;
    while (this.begun.has(number) || this.counts.has(number)) number++;
    return number;
  }

  /** All shards, from 1 on. */
  public get numbers(): readonly number[] {
    return Array.from({ length: this.shards }, (_, index) => index + 1);
  }

  /** How many services have failed, with those that are on their way back. */
  public get failed(): number {
    return failedIn(sumOf([...this.counts.values()])) + [...this.goingBack.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Whether so many services have failed that nothing further begins. One may, unless none is tolerated. */
  public get isStopped(): boolean {
    const { tolerated } = this.settings;
    const most = tolerated === 0 ? 0 : Math.max(1, Math.floor(this.listed.length * tolerated / 100));
    return this.failed > most;
  }

  /** Begins a shard. @returns undefined if all are begun */
  public takeNext(): number | undefined {
    if (!this.hasNext) return undefined;
    const number = this.findNext();
    this.nextNumber = number + 1;
    this.begun.add(number);
    return number;
  }

  /** A shard of services that have arrived. */
  public addShard(): number {
    const number = ++this.shards;
    this.begun.add(number);
    return number;
  }

  /** The services of a shard that is not kept yet. */
  public itemsOf(number: number): Item[] {
    return this.listed.slice((number - 1) * SERVICES_A_SHARD, number * SERVICES_A_SHARD).map(one => ({ ...one }));
  }

  /** @param goingBack how many of its services are on their way back */
  public count(shard: number, counts: Counts, isOpen: boolean, goingBack: number): void {
    this.counts.set(shard, counts);
    this.goingBack.set(shard, goingBack);
    if (!isOpen) this.begun.delete(shard);
  }

  /** @throws Error if another process has written it */
  public async keep(levels: Account['levels'] | undefined): Promise<void> {
    const { shards, nextNumber: next, open, faults } = this;
    const content: Content = { shards, next, open, counts: Object.fromEntries(this.counts), faults, ...levels ? { levels } : {} };
    await this.document.write(content);
  }
}
