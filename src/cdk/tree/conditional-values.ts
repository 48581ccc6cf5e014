/** What depends on conditions in a value: `Fn::If`, whose branches may be `AWS::NoValue`. */
const dependent = new WeakMap<object, boolean>();

export function dependsOnConditions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  let known = dependent.get(value);
  if (known === undefined) {
    known = branchesOf(value) !== undefined || isNoValue(value) || Object.values(value).some(dependsOnConditions);
    dependent.set(value, known);
  }
  return known;
}

/** The values that a property has in some case. */
export function possibleValues(value: unknown): readonly unknown[] {
  const branches = branchesOf(value);
  if (branches) return [branches.then, branches.else].flatMap(possibleValues);
  return isNoValue(value) ? [] : [value];
}

/**
 * A value without `Fn::If`. The members of an object are settled when they are read, so a condition is asked for only if the member
 * that depends on it matters.
 */
export function settled(value: unknown, holds: (logicalId: string) => boolean): any {
  if (!dependsOnConditions(value)) return value;
  if (Array.isArray(value)) return value.map(item => settled(item, holds)).filter(item => item !== undefined);
  const branches = branchesOf(value);
  if (branches) return settled(holds(branches.condition) ? branches.then : branches.else, holds);
  if (isNoValue(value)) return undefined;
  const result = {};
  for (const [member, item] of Object.entries(value as object)) {
    Object.defineProperty(result, member, { enumerable: true, get: () => settled(item, holds) });
  }
  return result;
}

interface Branches {
  readonly condition: string;
  readonly then: unknown;
  readonly else: unknown;
}

function branchesOf(value: unknown): Branches | undefined {
  const arguments_ = (value as { readonly 'Fn::If'?: unknown } | null | undefined)?.['Fn::If'];
  return Array.isArray(arguments_) ? { condition: String(arguments_[0]), then: arguments_[1], else: arguments_[2] } : undefined;
}

function isNoValue(value: unknown): boolean {
  return (value as { readonly Ref?: unknown } | null | undefined)?.Ref === 'AWS::NoValue';
}
