/** A seeded source of choices: L'Ecuyer's combined generator (Communications of the ACM 31, 1988). Equal seeds give equal choices on each machine. */
export class Random {
  private first: number;
  private second: number;

  constructor(seed: number) {
    this.first = 1 + Math.abs(seed * 7919 + 104729) % 2147483562;
    this.second = 1 + Math.abs(seed * 6007 + 15485863) % 2147483398;
    for (let at = 0; at < 8; at++) this.next();
  }

  /** In [0, 1). */
  next(): number {
    this.first = this.first * 40014 % 2147483563;
    this.second = this.second * 40692 % 2147483399;
    return (this.first - this.second + 2147483562) % 2147483562 / 2147483562;
  }

  /** An integer from 0 to `below` - 1. */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  /** One of the values; the number is its weight. */
  weighted<T>(items: readonly (readonly [number, T])[]): T {
    let at = this.next() * items.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of items) {
      if (at < weight) return item;
      at -= weight;
    }
    return items[items.length - 1][1];
  }

  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    return items.map(() => left.splice(this.below(left.length), 1)[0]);
  }
}
