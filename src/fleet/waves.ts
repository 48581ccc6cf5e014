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

/** The waves of a fleet, in its order. None is empty. */
export function wavesOf<T>(items: readonly T[], { canary = 0, batch = Infinity }: Waves): T[][] {
  const waves = [items.slice(0, canary)];
  for (let at = canary; at < items.length; at += batch) waves.push(items.slice(at, at + batch));
  return waves.filter(({ length }) => length > 0);
}
