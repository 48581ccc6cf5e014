import { EGRESS_READS } from '../../permissions';
import { Pages } from '../calls/pages';

/** By its name in IAM. Which of these actions a run calls depends on what the network is made of. */
export type NetworkAction = typeof EGRESS_READS[number];

/** One read, one page of it, in the SDK's shapes. Rejects with the SDK's error. */
export type NetworkCall = (action: NetworkAction, input: object) => Promise<any>;

/** What went wrong, as a clause: `the permission ec2:DescribeSubnets is missing`. */
export type DescribeFailure = (error: unknown, action: NetworkAction) => string;

/** What was read. If something failed, what is missing from the items may exist nevertheless. */
export interface Read<T> {
  readonly items: readonly T[];
  /** Why not everything was read, as a clause. */
  readonly failure?: string;
}

/** A read by one filter of EC2 with any number of values. */
export interface Question<T> {
  readonly action: NetworkAction;
  readonly filter: string;
  /** Other filters. */
  readonly and?: readonly { readonly Name: string; readonly Values: readonly string[] }[];
  readonly items: (page: any) => readonly T[] | undefined;
  /** The filter's value that an item belongs to. */
  readonly keyOf: (item: T) => string | undefined;
}

/** The members of the next page's input; undefined after the last page. */
type NextPage = (page: any) => object | undefined;

/** What one call asks for. @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html */
export const MOST_VALUES = 200;

const byToken: NextPage = page => page?.NextToken ? { NextToken: page.NextToken } : undefined;

/** Reads from AWS. A failure does not throw: it says why facts are unknown. */
export class Reads {
  constructor(private readonly call: NetworkCall, private readonly describeFailure: DescribeFailure) {}

  /** A read of one item. */
  public async one<T>(action: NetworkAction, input: object, item: (output: any) => T | undefined): Promise<Read<T>> {
    return this.page(action, input, output => {
      const found = item(output);
      return found === undefined ? [] : [found];
    });
  }

  public async all<T>(
    action: NetworkAction, input: object, items: (page: any) => readonly T[] | undefined, nextPage: NextPage = byToken,
  ): Promise<Read<T>> {
    const read: T[] = [];
    const pages = new Pages(action);
    for (let more: object = {}; ;) {
      let next: object | undefined;
      const page = await this.page(action, { ...input, ...more }, output => {
        next = nextPage(output);
        return items(output) ?? [];
      });
      read.push(...page.items);
      if (page.failure !== undefined) return { items: read, failure: page.failure };
      const after = pages.after(next);
      if ('endless' in after) return { items: read, failure: after.endless };
      if (after.next === undefined) return { items: read };
      more = after.next;
    }
  }

  /** Items by the filter's value that they belong to. */
  public async by<T>(question: Question<T>, values: readonly string[]): Promise<(value: string) => Read<T>> {
    const { action, filter, and = [], items, keyOf } = question;
    // The only action whose parameter for filters has another name.
    const member = action === 'ec2:DescribeNatGateways' ? 'Filter' : 'Filters';
    const reads = await Promise.all(chunks(values, MOST_VALUES)
      .map(some => this.all(action, { [member]: [{ Name: filter, Values: some }, ...and] }, items)));
    const failure = reads.find(read => read.failure !== undefined)?.failure;
    const byValue = new Map<string | undefined, T[]>();
    for (const item of reads.flatMap(read => read.items)) byValue.set(keyOf(item), [...byValue.get(keyOf(item)) ?? [], item]);
    return value => ({ items: byValue.get(value) ?? [], ...failure === undefined ? {} : { failure } });
  }

  private async page<T>(action: NetworkAction, input: object, items: (output: any) => readonly T[]): Promise<Read<T>> {
    try {
      return { items: items(await this.call(action, input)) };
    } catch (error) {
      return { items: [], failure: this.describeFailure(error, action) };
    }
  }
}

function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));
}
