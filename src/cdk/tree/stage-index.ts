import type { CfnElement, CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { dependsOnConditions, possibleValues, settled } from './conditional-values';
import { Case, CaseOf, ConditionalMemo, Conditions, Declarations, deriveCases, logicalPlace, NamedCondition, TooManyCases } from './conditions';
import { identify, pathsIn, resolveIdentities, targetOf } from './identities';
import { CfnCondition, CfnParameter, isCfnResource, isStage, isUnresolved, stageOf } from './loaded';
import { constructPath } from './paths';
import { conditionOf, Properties, readProperties } from './properties';

/** Attributes that name the same thing as `Ref` does. */
const SAME_AS_REF: { readonly [type: string]: string } = {
  'AWS::EC2::Instance': 'InstanceId',
  'AWS::EC2::InternetGateway': 'InternetGatewayId',
  'AWS::EC2::NatGateway': 'NatGatewayId',
  'AWS::EC2::NetworkAcl': 'Id',
  'AWS::EC2::NetworkInterface': 'Id',
  'AWS::EC2::PrefixList': 'PrefixListId',
  'AWS::EC2::RouteTable': 'RouteTableId',
  'AWS::EC2::SecurityGroup': 'GroupId',
  'AWS::EC2::Subnet': 'SubnetId',
  'AWS::EC2::VPC': 'VpcId',
  'AWS::EC2::VPCEndpoint': 'Id',
  'AWS::EC2::VPNConnection': 'VpnConnectionId',
  'AWS::EC2::VPNGateway': 'VPNGatewayId',
  'AWS::ECS::Cluster': 'Arn',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'TargetGroupArn',
  'AWS::Route53Resolver::FirewallDomainList': 'Id',
  'AWS::Route53Resolver::FirewallRuleGroup': 'Id',
  'AWS::Route53Resolver::ResolverRule': 'ResolverRuleId',
};

/** Resources by an identity. */
interface Lookup {
  get(identity: string): readonly CfnResource[] | undefined;
}

/**
 * The CloudFormation resources of a stage, by type, found in one walk. Everything else that `cdk/` derives from the tree is
 * derived from this index and remembered in it, so an app of 500 services is walked once.
 */
export class StageIndex {
  /** How many trees this process has walked. A test checks that each synthesis walks one. */
  public static walks = 0;

  /**
   * The index of the stage that contains `reader`.
   *
   * There is one index for each stage, since CDK Pipelines synthesize stages one by one while the app still grows. Each reader
   * asks once in a synthesis. If a reader asks again, a new synthesis has begun and the old index is out of date.
   */
  public static of(reader: IConstruct): StageIndex {
    const stage = stageOf(reader) ?? reader.node.root;
    let index = StageIndex.known.get(stage);
    if (!index || index.readers.has(reader)) {
      index = new StageIndex(stage);
      StageIndex.known.set(stage, index);
      StageIndex.walks++;
    }
    index.readers.add(reader);
    return index;
  }

  /** Makes known that a construct reads the index of its stage, and then calls `finish`, in each synthesis. */
  public static expect(reader: IConstruct): void {
    StageIndex.expected.add(reader);
  }

  /** An index of the tree as it is now, for one question outside of synthesis. */
  public static now(reader: IConstruct): StageIndex {
    return new StageIndex(stageOf(reader) ?? reader.node.root);
  }

  private static readonly known = new WeakMap<IConstruct, StageIndex>();
  private static readonly expected = new WeakSet<IConstruct>();

  private readonly resources = new Map<string, CfnResource[]>();
  /** The resources that were asked for. */
  private readonly byPath = new Map<string, CfnResource | undefined>();
  private readonly byLogicalId = new Map<string, CfnElement>();
  private readonly properties = new Map<CfnResource, Properties>();
  private readonly references = new Map<string, unknown>();
  private readonly derived = new Map<string, unknown>();
  private readonly readers = new Set<IConstruct>();
  /** Constructs of this stage that have not yet finished reading. */
  private readonly awaited = new Set<IConstruct>();
  /** Resources of a type, by the identities that a property names in some case. */
  private readonly groups = new Map<string, ReadonlyMap<string, readonly CfnResource[]>>();

  private readonly declared = new Declarations();
  private readonly conditions = new Conditions(this.declared);
  private readonly conditionsOfResources = new Map<CfnResource, readonly NamedCondition[]>();
  private readonly named = new Map<string, NamedCondition>();
  private readonly memo = new ConditionalMemo();
  /** The case that is derived now. */
  private inCase: Case | undefined;

  private constructor(private readonly stage: IConstruct) {
    const visit = (construct: IConstruct) => {
      if (isCfnResource(construct)) {
        const known = this.resources.get(construct.cfnResourceType);
        if (known) known.push(construct);
        else this.resources.set(construct.cfnResourceType, [construct]);
      } else if (StageIndex.expected.has(construct)) {
        this.awaited.add(construct);
      } else if (construct instanceof CfnCondition) {
        this.declared.conditions.push(construct);
      } else if (construct instanceof CfnParameter) {
        this.declared.parameters.push(construct);
      }
      for (const child of construct.node.children) {
        // A stage within a stage has an index of its own: this stage cannot refer to its resources.
        if (!isStage(child)) visit(child);
      }
    };
    visit(stage);
  }

  /**
   * Says that a reader needs the index no longer. After the last one, the index is forgotten: an app stays in memory while its templates
   * are written, and much longer in tests.
   */
  public finish(reader: IConstruct): void {
    this.awaited.delete(reader);
    if (this.awaited.size === 0 && StageIndex.known.get(this.stage) === this) StageIndex.known.delete(this.stage);
  }

  /**
   * Derives a value in each case that the CloudFormation conditions allow: one case if the value depends on none.
   *
   * While a value is derived, resources whose condition is false do not exist, and `Fn::If` has the value of its branch. A resource
   * to which another one refers must exist: CloudFormation refuses any other template.
   *
   * @param needed  a resource that exists in each case
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
   */
  public cases<T>(needed: CfnResource, derive: () => T): readonly CaseOf<T>[] | TooManyCases {
    if (this.declared.conditions.length === 0) return [{ when: '', value: derive() }];
    const cases = deriveCases(this.conditions, inCase => {
      this.inCase = inCase;
      try {
        this.require(needed);
        return derive();
      } finally {
        this.inCase = undefined;
      }
    });
    // CloudFormation refuses the template in each case. As without cases, all resources are taken to exist.
    return 'tooMany' in cases || cases.length > 0 ? cases : [{ when: '', value: derive() }];
  }

  /** @param isRelevant  whether a resource matters: the conditions of others are not asked for */
  public ofType(type: string, isRelevant: (resource: CfnResource) => boolean = () => true): readonly CfnResource[] {
    const all = this.resources.get(type) ?? [];
    const mayMatter = (resource: CfnResource) => this.inNoCase(() => dependsOnConditions(this.readAll(resource)) || isRelevant(resource));
    return this.inCase ? all.filter(resource => mayMatter(resource) && this.exists(resource) && isRelevant(resource)) : all.filter(isRelevant);
  }

  /** The resource that an identity names by its `Ref`; undefined for literals and for other attributes. */
  public find(identity: string | undefined): CfnResource | undefined {
    const resource = identity?.endsWith('#Ref') ? this.at(identity.slice(0, -'#Ref'.length)) : undefined;
    if (resource) this.require(resource);
    return resource;
  }

  /** The properties as CloudFormation gets them: overrides are applied and lazy values resolved. */
  public read(resource: CfnResource): Properties {
    return this.settled(this.readAll(resource), resource);
  }

  /** A value of a resource; see `resolveIdentities`. A reference is the same object wherever it stands. */
  public resolved(resource: CfnResource, value: unknown): unknown {
    return resolveIdentities(resource, value, { references: this.references });
  }

  /** A value of a resource as it is in the case that is derived now. */
  public settled<T>(value: T, from: CfnResource): T {
    const { inCase } = this;
    return inCase ? settled(value, logicalId => inCase.answer(this.condition(from.stack, logicalId), false)) : value;
  }

  /** The identity of what a property's value names; see `identify`. */
  public identity(value: unknown, from: CfnResource): string | undefined {
    const identity = identify(value, from.stack, (stack, logicalId) => this.element(stack, logicalId));
    const [path, attribute] = identity?.split('#') ?? [];
    const type = attribute === undefined ? undefined : this.at(path!)?.cfnResourceType;
    return type !== undefined && SAME_AS_REF[type] === attribute ? `${path}#Ref` : identity;
  }

  /** The resources to which a resource's properties refer, inside texts, too. */
  public mentioned(resource: CfnResource): readonly CfnResource[] {
    return this.once(`mentioned by ${constructPath(resource)}`, () => this.mentionedIn(this.readAll(resource), resource));
  }

  /** The same for a value of the resource, which is not yet resolved. */
  public mentionedBy(resource: CfnResource, value: unknown): readonly CfnResource[] {
    if (Array.isArray(value) && !isUnresolved(value)) return value.flatMap(item => this.mentionedBy(resource, item));
    const find = () => this.mentionedIn(this.resolved(resource, value), resource);
    if (typeof value !== 'string') return find();
    if (!isUnresolved(value)) return [];
    const target = targetOf(value);
    if (target) return isCfnResource(target) ? [target] : [];
    // Many resources of a stack have the same texts.
    return this.once(`mentioned in ${constructPath(resource.stack)}: ${value}`, find);
  }

  /** The resources of a type, by the identity that one of their properties names, or by each identity in a list. */
  public by(type: string, property: string): Lookup {
    const all = this.byAnyValue(type, property);
    return this.inCase ? { get: identity => nonEmpty((all.get(identity) ?? []).filter(resource => this.names(resource, property, identity))) } : all;
  }

  /** Derives a value on the first call with a key, and returns the same value on later ones. */
  public once<T>(key: string, derive: () => T): T {
    if (this.inCase) return this.memo.get(key, this.inCase, derive);
    if (!this.derived.has(key)) this.derived.set(key, derive());
    return this.derived.get(key) as T;
  }

  /** The resource of this stage with a path. Only few paths are asked for, and the CDK makes each path anew. */
  private at(path: string): CfnResource | undefined {
    if (!this.byPath.has(path)) this.byPath.set(path, this.locate(path));
    return this.byPath.get(path);
  }

  private locate(path: string): CfnResource | undefined {
    const above = this.stage.node.path === '' ? '' : `${this.stage.node.path}/`;
    if (!path.startsWith(above)) return undefined;
    let construct: IConstruct | undefined = this.stage;
    for (const id of path.slice(above.length).split('/')) {
      construct = construct.node.tryFindChild(id);
      if (construct === undefined || isStage(construct)) return undefined;
    }
    return isCfnResource(construct) ? construct : undefined;
  }

  /** Whatever the conditions are: all resources exist. */
  private inNoCase<T>(derive: () => T): T {
    const { inCase } = this;
    this.inCase = undefined;
    try {
      return derive();
    } finally {
      this.inCase = inCase;
    }
  }

  private readAll(resource: CfnResource): Properties {
    let known = this.properties.get(resource);
    if (!known) {
      known = readProperties(resource, this.references);
      this.properties.set(resource, known);
    }
    return known;
  }

  private mentionedIn(value: unknown, resource: CfnResource): readonly CfnResource[] {
    const paths = pathsIn(value, intrinsic => this.identity(intrinsic, resource)?.split('#')[0]);
    return [...new Set(paths)].flatMap(path => this.at(path) ?? []);
  }

  /** Whether the template has the resource in the case that is derived now. */
  private exists(resource: CfnResource): boolean {
    const { inCase } = this;
    return inCase === undefined || this.conditionsOf(resource).every(condition => inCase.answer(condition, false));
  }

  private require(resource: CfnResource): void {
    const { inCase } = this;
    if (inCase) this.conditionsOf(resource).forEach(condition => inCase.answer(condition, true));
  }

  /** The condition of a resource, and those of the nested stacks that it is in. */
  private conditionsOf(resource: CfnResource): readonly NamedCondition[] {
    let known = this.conditionsOfResources.get(resource);
    if (!known) {
      const logicalId = conditionOf(resource);
      const own = logicalId === undefined ? [] : [this.condition(resource.stack, resource.stack.resolve(logicalId))];
      const { nestedStackResource } = resource.stack;
      known = nestedStackResource ? [...this.conditionsOf(nestedStackResource), ...own] : own;
      this.conditionsOfResources.set(resource, known);
    }
    return known;
  }

  private condition(stack: Stack, logicalId: string): NamedCondition {
    const key = logicalPlace(stack, logicalId);
    const known = this.named.get(key) ?? { stack, logicalId };
    this.named.set(key, known);
    return known;
  }

  private names(resource: CfnResource, property: string, identity: string): boolean {
    if (!this.exists(resource)) return false;
    return !dependsOnConditions(this.readAll(resource)[property]) || this.identitiesIn(this.read(resource)[property], resource).includes(identity);
  }

  private identitiesIn(value: unknown, from: CfnResource): readonly string[] {
    return [value].flat().map(item => this.identity(item, from)).filter(identity => identity !== undefined);
  }

  /** Whatever the conditions are. */
  private byAnyValue(type: string, property: string): ReadonlyMap<string, readonly CfnResource[]> {
    const key = `${type}.${property}`;
    const known = this.groups.get(key);
    if (known) return known;
    const groups = new Map<string, CfnResource[]>();
    for (const resource of this.resources.get(type) ?? []) {
      const values = possibleValues(this.readAll(resource)[property]).flat().flatMap(possibleValues);
      for (const identity of new Set(this.identitiesIn(values, resource))) {
        const group = groups.get(identity);
        if (group) group.push(resource);
        else groups.set(identity, [resource]);
      }
    }
    this.groups.set(key, groups);
    return groups;
  }

  private element(stack: Stack, logicalId: string): CfnElement | undefined {
    if (this.byLogicalId.size === 0) {
      for (const resource of [...this.resources.values()].flat()) this.byLogicalId.set(logicalPlace(resource.stack, resource.logicalId), resource);
    }
    return this.byLogicalId.get(logicalPlace(stack, logicalId));
  }
}

function nonEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length > 0 ? items : undefined;
}
