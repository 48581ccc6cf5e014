/** A part of an event: what JSON can hold. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** An event pattern as a template has it, with literal values only: for each field the values that match. */
export type Pattern = { readonly [field: string]: Pattern | readonly Json[] };

/**
 * Whether EventBridge matches an event with a pattern.
 *
 * Every field of the pattern must match. A field matches if the event has one of its values. A list in the event matches if one of its
 * items does; and all fields that the pattern has below the list must match in one and the same item ("array consistency").
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 * @see https://github.com/aws/event-ruler#json-array-matching
 */
export function matches(pattern: Pattern, event: Json): boolean {
  if (Array.isArray(event)) return event.some(item => matches(pattern, item));
  if (typeof event !== 'object' || event === null) return false;
  const fields = event as { readonly [name: string]: Json };
  return Object.entries(pattern).every(([field, wanted]) => field in fields && matchesField(wanted, fields[field]));
}

function matchesField(wanted: Pattern | readonly Json[], found: Json): boolean {
  if (!isValues(wanted)) return matches(wanted, found);
  const isWanted = (item: Json) => wanted.some(value => isGroup(value) ? typeof item === 'string' && item.startsWith(prefixIn(value)) : value === item);
  return Array.isArray(found) ? found.some(isWanted) : isWanted(found);
}

function isGroup(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null;
}

function prefixIn(value: { readonly [name: string]: Json }): string {
  if (Object.keys(value).join() === 'prefix' && typeof value.prefix === 'string') return value.prefix;
  throw new Error(`This test knows only exact values and prefixes in a pattern, got: ${JSON.stringify(value)}.`);
}

function isValues(wanted: Pattern | readonly Json[]): wanted is readonly Json[] {
  return Array.isArray(wanted);
}
