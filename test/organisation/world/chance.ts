const MODULUS = 2_147_483_647;

/** Numbers that are the same for the same seed. */
export class Chance {
  private state: number;

  /** @param seed a whole number from 0 on */
  constructor(seed: number) {
    // Numbers of near seeds are near at first.
    this.state = (seed + 1) * 7_919 % MODULUS;
    for (let count = 0; count < 5; count++) this.next();
  }

  /** From 0 to 1, without 1. Park and Miller's generator. */
  next(): number {
    this.state = this.state * 48_271 % MODULUS;
    return (this.state - 1) / (MODULUS - 1);
  }

  /** A whole number below the limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }
}
