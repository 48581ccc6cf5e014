import { Json, JsonObject, numberIn, textIn } from './json';
import { AwsError, invalidParameter } from './wire/aws-error';

/** One page of a list, and the token of the next page, in a form that a caller cannot make up. */
export function pageOf<T>(all: readonly T[], from: number, size: number): { readonly items: readonly T[]; readonly nextToken?: string } {
  const items = all.slice(from, from + size);
  return from + size < all.length ? { items, nextToken: tokenFor(from + size) } : { items };
}

export function tokenFor(place: number): string {
  return Buffer.from(`place:${place}`).toString('base64url');
}

export function placeOf(token: string | undefined, refusal: () => AwsError): number {
  if (token === undefined) return 0;
  const place = /^place:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (place === undefined) throw refusal();
  return Number(place);
}

/** A page as in ECS: takes `maxResults` and `nextToken`, returns the list under its name and `nextToken`. */
export function ecsPage(name: string, all: readonly Json[], input: JsonObject, size: { readonly default: number; readonly most: number }): JsonObject {
  const wanted = numberIn(input.maxResults) ?? size.default;
  if (wanted < 1 || wanted > size.most) throw invalidParameter(`maxResults must be between 1 and ${size.most}.`);
  const { items, nextToken } = pageOf(all, placeOf(textIn(input.nextToken), () => invalidParameter('Invalid token.')), wanted);
  return { [name]: items, nextToken };
}
