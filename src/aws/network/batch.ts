/**
 * Answers questions about one thing each, and asks about many at once: the questions of one turn of the event loop go out
 * together, and none is asked twice. So each caller asks only about its own thing, and a hundred callers cost no more calls than one.
 */
export class Batch<T> {
  private readonly answers = new Map<string, Promise<T>>();
  private waiting = new Map<string, (answer: Promise<T>) => void>();

  /** @param ask  gives the answer for each key; never rejects */
  constructor(private readonly ask: (keys: readonly string[]) => Promise<(key: string) => T>) {}

  public of(key: string): Promise<T> {
    return remember(this.answers, key, () => new Promise(resolve => {
      // By the end of the turn, everything that follows from the known answers has been asked for.
      if (this.waiting.size === 0) setImmediate(() => this.send());
      this.waiting.set(key, resolve);
    }));
  }

  private send(): void {
    const { waiting } = this;
    this.waiting = new Map();
    const answers = this.ask([...waiting.keys()]);
    for (const [key, resolve] of waiting) resolve(answers.then(answer => answer(key)));
  }
}

export function remember<K, T>(known: Map<K, T>, key: K, make: () => T): T {
  if (!known.has(key)) known.set(key, make());
  return known.get(key)!;
}
