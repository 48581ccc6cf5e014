import { EGRESS_READS } from '../../permissions';

/** Which of these actions a run calls depends on what the network is made of. */
type Ec2Action = typeof EGRESS_READS[number];

/** One EC2 read, one page of it, in the SDK's shapes. Rejects with the SDK's error. */
export type Ec2Call = (action: string, input: object) => Promise<any>;

/** What went wrong, as a clause: `the permission ec2:DescribeSubnets is missing`. */
export type DescribeFailure = (error: unknown, action: string) => string;

/** What was read. If something failed, what is missing from the items may exist nevertheless. */
export interface Read<T> {
  readonly items: readonly T[];
  /** Why not everything was read, as a clause. */
  readonly failure?: string;
}

/** A read by one filter with any number of values. */
export interface Question<T> {
  readonly action: Ec2Action;
  readonly filter: string;
  /** Other filters. */
  readonly and?: readonly { readonly Name: string; readonly Values: readonly string[] }[];
  readonly items: (page: any) => readonly T[] | undefined;
  /** The filter's value that an item belongs to. */
  readonly keyOf: (item: T) => string | undefined;
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html */
const MOST_VALUES = 200;

/** Far more than the largest VPC has. A token that never ends must not keep a run forever. */
const MOST_PAGES = 100;

/** Reads from EC2. A failure does not throw: it says why facts are unknown. */
export class Reads {
  constructor(private readonly call: Ec2Call, private readonly describeFailure: DescribeFailure) {}

  /** A read of one item. */
  public async one<T>(action: Ec2Action, input: object, item: (output: any) => T | undefined): Promise<Read<T>> {
    return this.page(action, input, output => {
      const found = item(output);
      return found === undefined ? [] : [found];
    });
  }

  public async all<T>(action: Ec2Action, input: object, items: (page: any) => readonly T[] | undefined): Promise<Read<T>> {
    const read: T[] = [];
    let token: string | undefined;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      let next: string | undefined;
      const page = await this.page(action, token === undefined ? input : { ...input, NextToken: token }, output => {
        next = output?.NextToken || undefined;
        return items(output) ?? [];
      });
      read.push(...page.items);
      if (page.failure !== undefined) return { items: read, failure: page.failure };
      if (next === undefined) return { items: read };
      token = next;
    }
    return { items: read, failure: `${action} returned more than ${MOST_PAGES} pages` };
  }

  /** Items by the filter's value that they belong to. */
  public async by<T>(question: Question<T>, values: readonly string[]): Promise<(value: string) => Read<T>> {
    const { action, filter, and = [], items, keyOf } = question;
    // The only action whose parameter for filters has another name.
    const member = action === 'DescribeNatGateways' ? 'Filter' : 'Filters';
    const reads = await Promise.all(chunks(values, MOST_VALUES)
      .map(some => this.all(action, { [member]: [{ Name: filter, Values: some }, ...and] }, items)));
    const failure = reads.find(read => read.failure !== undefined)?.failure;
    const byValue = new Map<string | undefined, T[]>();
    for (const item of reads.flatMap(read => read.items)) byValue.set(keyOf(item), [...byValue.get(keyOf(item)) ?? [], item]);
    return value => ({ items: byValue.get(value) ?? [], ...failure === undefined ? {} : { failure } });
  }

  private async page<T>(action: Ec2Action, input: object, items: (output: any) => readonly T[]): Promise<Read<T>> {
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
