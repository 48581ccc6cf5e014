/** How a fleet is divided. */
export interface Waves {
  /** Services that come first, and on whose end the others wait. @default 0 */
  readonly canary?: number;
  /** Services of each wave after that. @default - all of them */
  readonly batch?: number;
  /** How many services may fail before no further wave begins. @default - any number */
  readonly maxFailures?: number;
  /** Whether the services of the wave in which there were too many failures go back. @default false */
  readonly rollsBack?: boolean;
}

/** A wave that begins. */
export interface Wave {
  /** From 1 on. */
  readonly number: number;
  readonly of: number;
  readonly services: number;
  readonly isCanary: boolean;
}

/** How many services may fail by the end of a wave. Of the canary, none. @param index from 0 on */
export function mostFailures({ canary = 0, maxFailures = Infinity }: Waves, index: number): number {
  return canary > 0 && index === 0 ? 0 : maxFailures;
}

/** The waves of a fleet, in its order. None is empty. */
export function wavesOf<T>(items: readonly T[], { canary = 0, batch = Infinity }: Waves): T[][] {
  const waves = [items.slice(0, canary)];
  for (let at = canary; at < items.length; at += batch) waves.push(items.slice(at, at + batch));
  return waves.filter(({ length }) => length > 0);
}
