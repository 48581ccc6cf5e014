/**
 * Answers questions for one thing each, and asks for many at once: what is asked for in one turn of the event loop goes out
 * together, and nothing is asked twice. So each caller follows its own thing, and a hundred of them cost no more calls than one.
 */
export class Batch<T> {
  private readonly answers = new Map<string, Promise<T>>();
  private waiting = new Map<string, (answer: Promise<T>) => void>();

  /** @param ask  gives the answers by their keys; never rejects */
  constructor(private readonly ask: (keys: readonly string[]) => Promise<(key: string) => T>) {}

  public of(key: string): Promise<T> {
    return remember(this.answers, key, () => new Promise(resolve => {
      // Everything that follows from the answers at hand has been asked for when the turn ends.
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
