import { App, CfnCondition, CfnResource, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Properties, Template } from './template';
import { REGION } from '../../model/draft';
import { Random } from '../../model/random';
import { isHidden, Maybe, Route, Subnet, World } from '../../model/world';

export const ACCOUNT = '111122223333';

export const ZONES = ['a', 'b', 'c', 'd', 'e', 'f'].map(letter => `${REGION}${letter}`);

/** A route table of the template. The routes of a fact that conditions decide may be in one table each, or in one table under conditions. */
export interface Table {
  readonly ref: string;
  readonly routes: readonly Route[];
  readonly condition?: CfnCondition;
}

/** The network of a world in a stack, while it is built. */
export class Network {
  public readonly template: Template;
  /** What names a resource in the template, by its id in the world. */
  public readonly refs = new Map<string, string>();
  public readonly tables: Table[] = [];
  /** Subnets of the L2, by the id of their route table in the world. */
  public readonly l2 = new Map<string, ec2.Subnet>();
  /** Whether Amazon chooses the IPv6 range of the VPC. Otherwise the template names a range of the user's own. */
  public readonly hasRangeOfAmazon: boolean;
  public vpcResource?: CfnResource;
  /** @default - the VPC is an L1 */
  public vpc?: ec2.IVpc;

  constructor(public readonly world: World, seed: number) {
    const app = new App({ context: { [`availability-zones:account=${ACCOUNT}:region=${REGION}`]: ZONES } });
    this.template = new Template(new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } }), new Random(seed));
    this.hasRangeOfAmazon = world.vpc.Ipv6CidrBlocks.length > 0 && this.random.chance(0.4);
    if (this.hasRangeOfAmazon) this.template.unseen.add('the IPv6 ranges');
  }

  public get vpcRef(): string {
    return this.vpcResource!.ref;
  }

  public get random(): Random {
    return this.template.random;
  }

  public add(type: string, properties: Properties, condition?: CfnCondition, isNewer?: boolean): CfnResource {
    return this.template.add(type, properties, condition, isNewer);
  }

  public ref(id: string): string {
    const known = this.refs.get(id);
    if (known === undefined) throw new Error(`${id} is not in the tree`);
    return known;
  }

  /** Of a resource that may be added later. */
  public later(id: string): string {
    return Lazy.string({ produce: () => this.ref(id) });
  }

  /** The IPv6 range of a subnet. */
  public ipv6Range({ Ipv6CidrBlock }: Subnet): string | undefined {
    if (Ipv6CidrBlock === undefined || !this.hasRangeOfAmazon) return Ipv6CidrBlock;
    const range = Fn.select(0, Token.asList(this.vpcResource!.getAtt('Ipv6CidrBlocks')));
    return Fn.select(this.refs.size, Fn.cidr(range, 256, '64'));
  }

  /** For each value of a fact, with its condition if there are several. */
  public each<T>(fact: Maybe<T>, make: (value: T, condition?: CfnCondition) => void): void {
    if (isHidden(fact)) fact.among.forEach((value, at) => make(value as T, this.template.whether(fact, at)));
    else make(fact as T);
  }
}
