/**
 * What was derived from objects. Many services share their network, so the same would be derived for each of them.
 *
 * The objects must not change. What is derived must follow from the object and from the text that says what it is.
 */
export class Memory {
  private readonly known = new WeakMap<object, Map<string, unknown>>();

  public get<T>(from: object, what: string, derive: () => T): T {
    const known = this.known.get(from) ?? new Map<string, unknown>();
    if (!known.has(what)) {
      known.set(what, derive());
      this.known.set(from, known);
    }
    return known.get(what) as T;
  }
}
