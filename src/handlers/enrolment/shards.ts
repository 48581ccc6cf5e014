import { PlaceName } from './contract';
import { workKeys } from './keys';
import { countsOf, isOpen, Item, ShardContent } from './shard';
import { NEW, Store } from './store';

/** The services of a shard, as a process works on them. */
export class Shard {
  public items: Item[];
  public readonly networks: { [name: string]: ShardContent['networks'][string] };
  /** What was written last. */
  private kept = '';
  private saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Store, private readonly key: string, public readonly number: number, content: ShardContent,
    private version: string | typeof NEW,
  ) {
    this.items = [...content.items];
    this.networks = { ...content.networks };
    if (version !== NEW) this.kept = this.text;
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
    const version = await this.store.write(this.key, content, this.version);
    if (version === undefined) throw new Error(`Another process has written ${this.key}.`);
    this.version = version;
    this.kept = text;
  }

  /** What has to be kept: not how far each rollout is. */
  private get text(): string {
    return JSON.stringify(this.items.map(({ run, ...item }) => {
      if (run?.followed === undefined) return [item, run];
      const { followed: { record, completedAt, searches }, ...rest } = run;
      return [item, rest, record, completedAt, searches];
    }));
  }
}

export async function readShard(store: Store, execution: string, place: PlaceName, number: number): Promise<Shard | undefined> {
  const key = workKeys(execution, place).shard(number);
  const stored = await store.read<ShardContent>(key);
  return stored && new Shard(store, key, number, stored.value, stored.version);
}

export function newShard(store: Store, execution: string, place: PlaceName, number: number, items: readonly Item[]): Shard {
  return new Shard(store, workKeys(execution, place).shard(number), number, { items, networks: {} }, NEW);
}
