import { Failure } from './failure';

/** More than the longest list that AWS allows has: an account has 10,000 clusters at most, and a page has 100. */
export const MOST_PAGES = 200;

/** The pages of one list. A list that never ends, or that begins again, is given up. */
export class Pages {
  private readonly tokens = new Set<string>();

  /** @param action IAM's name of the call, `ecs:ListServices` */
  constructor(private readonly action: string) {}

  /** Where the next page begins, undefined after the last one; or why no further page is read, as a clause. */
  public after<T>(token: T | undefined): { readonly next: T | undefined } | { readonly endless: string } {
    if (token === undefined || token === null || token === '') return { next: undefined };
    const key = JSON.stringify(token);
    if (this.tokens.has(key)) return { endless: `${this.action} returned the same page again` };
    this.tokens.add(key);
    return this.tokens.size < MOST_PAGES ? { next: token } : { endless: `${this.action} returned more than ${MOST_PAGES} pages` };
  }

  /** @throws Failure if the list does not end */
  public next<T>(token: T | undefined): T | undefined {
    const after = this.after(token);
    if ('endless' in after) throw new Failure(`The list does not end: ${after.endless}.`);
    return after.next;
  }
}

/**
 * The pages of a list of ECS, as long as the caller reads them.
 *
 * @param read a page, from a token on
 * @throws Failure if the list does not end
 */
export async function* pagesOf<P extends { readonly nextToken?: string }>(
  action: string, read: (nextToken: string | undefined) => Promise<P>,
): AsyncGenerator<P> {
  const pages = new Pages(action);
  for (let nextToken: string | undefined; ;) {
    const page = await read(nextToken);
    nextToken = pages.next(page.nextToken);
    yield page;
    if (nextToken === undefined) return;
  }
}
