/** The position of services, by their ARNs. */
export type ServiceOrder = ReadonlyMap<string, number>;

/** Items by the positions of their services. @param order @default - they stay as they are */
export function inOrder<T>(items: readonly T[], arnOf: (item: T) => string, order: ServiceOrder = new Map()): T[] {
  const positionOf = (item: T) => order.get(arnOf(item)) ?? order.size;
  return [...items].sort((one, other) => positionOf(one) - positionOf(other));
}
