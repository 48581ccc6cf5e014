/** The parts that templates are written with, in the forms that users write them. */
import { Aws, CfnCondition, CfnParameter, CfnResource, Fn, IResolvable, Stack, Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as networkfirewall from 'aws-cdk-lib/aws-networkfirewall';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as route53resolver from 'aws-cdk-lib/aws-route53resolver';
import { Random } from '../../model/random';
import { Hidden, isHidden, Maybe } from '../../model/world';

type L1 = new (scope: Stack, id: string, props: object) => CfnResource;

const MODULES: { readonly [service: string]: object } = {
  AutoScaling: autoscaling, EC2: ec2, ECS: ecs, NetworkFirewall: networkfirewall, Route53: route53, Route53Resolver: route53resolver,
};

/** Names of L1s that differ from CloudFormation's in more than the first letter. */
const L1_NAMES: { readonly [name: string]: string } = {
  VPCId: 'vpcId', VPCs: 'vpcs', VPCRegion: 'vpcRegion', VPCZoneIdentifier: 'vpcZoneIdentifier', TTL: 'ttl',
};

/** Properties by CloudFormation's names. Their values may be tokens. */
export type Properties = { readonly [name: string]: unknown };

export class Template {
  /** Facts that the template does not tell, or that conditions decide. */
  public readonly unseen = new Set<string>();
  private readonly conditions = new Map<string, readonly CfnCondition[]>();
  private readonly modes = new Map<string, boolean>();
  private count = 0;

  constructor(public readonly stack: Stack, public readonly random: Random) {}

  /** Adds a resource, as an L1 of its type or as a `CfnResource`. Members of the properties that are undefined are left out. */
  public add(type: string, properties: Properties, condition?: CfnCondition, isNewer = false): CfnResource {
    const [, service, name] = type.split('::');
    const construct = isNewer ? undefined : (MODULES[service] as { readonly [name: string]: L1 | undefined })[`Cfn${name}`];
    const defined = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
    const id = this.id(name);
    const resource = construct && this.random.chance(0.7)
      ? new construct(this.stack, id, l1Properties(defined) as object)
      : new CfnResource(this.stack, id, { type, properties: defined });
    if (condition) this.putUnder(resource, condition);
    return resource;
  }

  public id(name: string): string {
    return `${name}${this.count++}`;
  }

  private putUnder(resource: CfnResource, condition: CfnCondition): void {
    if (this.random.chance(0.7)) resource.cfnOptions.condition = condition;
    else resource.addOverride('Condition', this.stack.resolve(condition.logicalId));
  }

  /** Whether conditions decide about a fact. Otherwise only CloudFormation, or another app, knows it. */
  public isConditional(fact: Hidden<unknown>): boolean {
    const known = this.modes.get(fact.hidden) ?? this.random.chance(0.5);
    this.modes.set(fact.hidden, known);
    this.unseen.add(fact.hidden);
    return known;
  }

  /** Of a fact that no other app can decide. */
  public mustBeConditional(fact: Hidden<unknown>): void {
    this.unseen.add(fact.hidden);
    this.modes.set(fact.hidden, true);
  }

  /** The condition that a fact has its value of this number. */
  public whether({ hidden, among }: Hidden<unknown>, at: number): CfnCondition {
    const known = this.conditions.get(hidden) ?? this.declare(among.length);
    this.conditions.set(hidden, known);
    return known[at];
  }

  private declare(count: number): readonly CfnCondition[] {
    const values = [...Array(count).keys()].map(String);
    const isClosed = this.random.chance(0.5);
    const parameter = new CfnParameter(this.stack, this.id('Choice'), { default: '0', ...isClosed ? { allowedValues: values } : {} });
    const is = (value: string) => new CfnCondition(this.stack, this.id('Is'), { expression: Fn.conditionEquals(parameter.valueAsString, value) });
    const first = values.slice(0, isClosed ? undefined : -1).map(is);
    if (isClosed) return first;
    const nots = first.map(condition => Fn.conditionNot(condition));
    return [...first, new CfnCondition(this.stack, this.id('Else'), { expression: nots.length === 1 ? nots[0] : Fn.conditionAnd(...nots) })];
  }

  /** A property for a fact: undefined as one of its values means that the property is not there. */
  public value<T>(fact: Maybe<T>, render: (known: T) => unknown): any {
    if (!isHidden(fact)) return render(fact as T);
    const values = (fact.among as readonly T[]).map(render);
    const sample = values.find(value => value !== undefined);
    if (sample === undefined) return undefined;
    return this.isConditional(fact) ? this.choose(fact, values) : this.onlyCloudFormationKnows(sample);
  }

  /** `Fn::If` */
  public choose(fact: Hidden<unknown>, values: readonly unknown[]): any {
    const [last, ...before] = values.map(value => value === undefined ? Aws.NO_VALUE : value).reverse();
    const chosen = before.reverse()
      .reduceRight((otherwise: unknown, value, at) => Fn.conditionIf(this.whether(fact, at).logicalId, value, otherwise), last);
    return typeof chosen === 'object' && before.length > 0 ? asToken(chosen as IResolvable, values.find(value => value !== undefined)) : chosen;
  }

  /** A value of the same type as the sample. */
  public onlyCloudFormationKnows(sample: unknown): any {
    if (this.random.chance(0.3)) {
      const imported = Fn.importValue(this.id('Other'));
      return Array.isArray(sample) ? Fn.split(',', imported) : asToken(Token.asAny(imported), sample);
    }
    const type = Array.isArray(sample) ? 'CommaDelimitedList' : typeof sample === 'number' ? 'Number' : 'String';
    const parameter = new CfnParameter(this.stack, this.id('Parameter'), { type });
    if (Array.isArray(sample)) return parameter.valueAsList;
    return typeof sample === 'number' ? parameter.valueAsNumber : typeof sample === 'string' ? parameter.valueAsString : parameter.value;
  }
}

/** As users of TypeScript write it. */
function asToken(value: IResolvable, sample: unknown): unknown {
  if (Array.isArray(sample)) return Token.asList(value);
  if (typeof sample === 'number') return Token.asNumber(value);
  return typeof sample === 'string' ? Token.asString(value) : value;
}

function l1Properties(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) return value;
  if (Array.isArray(value)) return value.map(l1Properties);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [
    name.startsWith('Fn::') || name === 'Ref' ? name : L1_NAMES[name] ?? name.charAt(0).toLowerCase() + name.slice(1), l1Properties(item),
  ]));
}
