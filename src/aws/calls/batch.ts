interface Question<T> {
  readonly answered: (answer: T) => void;
  readonly failed: (error: unknown) => void;
}

/** Asks about many things at once: the questions of one turn of the event loop go out together. No answer is remembered. */
export class Turn<T> {
  private waiting = new Map<string, Question<T>[]>();

  /**
   * @param ask   gives the answer for each key
   * @param most  how many keys it takes
   */
  constructor(private readonly ask: (keys: readonly string[]) => Promise<(key: string) => T>, private readonly most = Infinity) {}

  public async of(key: string): Promise<T> {
    return new Promise((answered, failed) => {
      // By the end of the turn, everything that follows from the known answers has been asked for.
      if (this.waiting.size === 0) setImmediate(() => this.send());
      this.waiting.set(key, [...this.waiting.get(key) ?? [], { answered, failed }]);
    });
  }

  private send(): void {
    const { waiting } = this;
    this.waiting = new Map();
    for (const some of chunksOf([...waiting], this.most)) {
      this.ask(some.map(([key]) => key)).then(
        answer => { for (const [key, each] of some) each.forEach(({ answered }) => answered(answer(key))); },
        (error: unknown) => { for (const [, each] of some) each.forEach(({ failed }) => failed(error)); },
      );
    }
  }
}

/**
 * Answers questions about one thing each, and asks about many at once. None is asked twice. So each caller asks only about its own thing, and
 * a hundred callers cost no more calls than one.
 */
export class Batch<T> {
  private readonly answers = new Map<string, Promise<T>>();
  private readonly turn: Turn<T>;

  /** @see Turn */
  constructor(ask: (keys: readonly string[]) => Promise<(key: string) => T>, most?: number) {
    this.turn = new Turn(ask, most);
  }

  public of(key: string): Promise<T> {
    return remember(this.answers, key, async () => this.turn.of(key));
  }
}

export function remember<K, T>(known: Map<K, T>, key: K, make: () => T): T {
  if (!known.has(key)) known.set(key, make());
  return known.get(key)!;
}

/**
 * Does something with each item, with so many at the same time, in their order. What waits for its turn needs no memory.
 *
 * @throws the first error; the others go on
 */
export async function forEach<T>(items: readonly T[], most: number, act: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  const next = async () => {
    for (const item of queue) await act(item);
  };
  await Promise.all(Array.from({ length: most }, next));
}

/** The result for each item, made with so many at the same time, in their order. @throws the first error; the others go on */
export async function mapEach<T, R>(items: readonly T[], most: number, make: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  await forEach([...items.entries()], most, async ([index, item]) => { results[index] = await make(item); });
  return results;
}

/** A list in parts, for calls that take only so many items. */
export function chunksOf<T>(items: readonly T[], most: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += most) chunks.push(items.slice(at, at + most));
  return chunks;
}
