import { PlaceName } from './contract';
import { workKeys } from './keys';
import { countsOf, isOpen, Item, ShardContent } from './shard';
import { NEW, OwnDocument, Store } from './store';

/** The services of a shard, as a process works on them. */
export class Shard {
  public items: Item[];
  public readonly networks: { [name: string]: ShardContent['networks'][string] };
  /** What was written last. */
  private kept = '';
  private saving: Promise<void> = Promise.resolve();

  /** @param isKept whether the content was read */
  constructor(private readonly document: OwnDocument, public readonly number: number, content: ShardContent, isKept: boolean) {
    this.items = [...content.items];
    this.networks = { ...content.networks };
    if (isKept) this.kept = this.text;
  }

  public get isOpen(): boolean {
    return this.items.some(isOpen);
  }

  public get counts() {
    return countsOf(this.items);
  }

  /**
   * Writes it, after the writes before.
   *
   * @param first what must be written before it
   * @throws Error if another process has written it
   */
  public async keep(first: () => Promise<void>): Promise<void> {
    this.saving = this.saving.then(async () => this.write(first));
    return this.saving;
  }

  private async write(first: () => Promise<void>): Promise<void> {
    const { text } = this;
    if (text === this.kept) return;
    const content = { items: [...this.items], networks: { ...this.networks } };
    await first();
    await this.document.write(content);
    this.kept = text;
  }

  /** What has to be kept: not how far each rollout is, but all that a later look decides by. */
  private get text(): string {
    return JSON.stringify(this.items.map(({ run, ...item }) => {
      if (run?.followed === undefined) return [item, run];
      const { followed: { record, completedAt, searches, misses, agentLooks, pausedSince, pausedMs }, ...rest } = run;
      return [item, rest, record, completedAt, searches, misses, agentLooks, pausedSince, pausedMs];
    }));
  }
}

export async function readShard(store: Store, execution: string, place: PlaceName, number: number): Promise<Shard | undefined> {
  const key = workKeys(execution, place).shard(number);
  const stored = await store.read<ShardContent>(key);
  return stored && new Shard(new OwnDocument(store, key, stored.version), number, stored.value, true);
}

export function newShard(store: Store, execution: string, place: PlaceName, number: number, items: readonly Item[]): Shard {
  return new Shard(new OwnDocument(store, workKeys(execution, place).shard(number), NEW), number, { items, networks: {} }, false);
}
