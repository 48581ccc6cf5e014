import type { CfnElement, CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { identify } from './identities';
import { isCfnResource, isStage, stageOf } from './loaded';
import { Properties, readProperties } from './properties';

/** Attributes that name the same thing as `Ref` does. */
const SAME_AS_REF: { readonly [type: string]: string } = {
  'AWS::EC2::InternetGateway': 'InternetGatewayId',
  'AWS::EC2::NatGateway': 'NatGatewayId',
  'AWS::EC2::NetworkAcl': 'Id',
  'AWS::EC2::PrefixList': 'PrefixListId',
  'AWS::EC2::RouteTable': 'RouteTableId',
  'AWS::EC2::SecurityGroup': 'GroupId',
  'AWS::EC2::Subnet': 'SubnetId',
  'AWS::EC2::VPC': 'VpcId',
};

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

  private static readonly known = new WeakMap<IConstruct, StageIndex>();

  private readonly resources = new Map<string, CfnResource[]>();
  private readonly byPath = new Map<string, CfnResource>();
  private readonly byLogicalId = new Map<string, CfnElement>();
  private readonly properties = new Map<CfnResource, Properties>();
  private readonly derived = new Map<string, unknown>();
  private readonly readers = new Set<IConstruct>();

  private constructor(stage: IConstruct) {
    const visit = (construct: IConstruct) => {
      if (isCfnResource(construct)) {
        const known = this.resources.get(construct.cfnResourceType);
        if (known) known.push(construct);
        else this.resources.set(construct.cfnResourceType, [construct]);
        this.byPath.set(construct.node.path, construct);
      }
      for (const child of construct.node.children) {
        // A stage within a stage has an index of its own: this stage cannot refer to its resources.
        if (!isStage(child)) visit(child);
      }
    };
    visit(stage);
  }

  public ofType(type: string): readonly CfnResource[] {
    return this.resources.get(type) ?? [];
  }

  /** The resource that an identity names by its `Ref`; undefined for literals and for other attributes. */
  public find(identity: string | undefined): CfnResource | undefined {
    return identity?.endsWith('#Ref') ? this.byPath.get(identity.slice(0, -'#Ref'.length)) : undefined;
  }

  /** The properties as CloudFormation gets them: overrides are applied and lazy values resolved. */
  public read(resource: CfnResource): Properties {
    let known = this.properties.get(resource);
    if (!known) {
      known = readProperties(resource);
      this.properties.set(resource, known);
    }
    return known;
  }

  /** The identity of what a property's value names; see `identify`. */
  public identity(value: unknown, from: CfnResource): string | undefined {
    const identity = identify(value, from.stack, (stack, logicalId) => this.element(stack, logicalId));
    const [path, attribute] = identity?.split('#') ?? [];
    const type = attribute === undefined ? undefined : this.byPath.get(path!)?.cfnResourceType;
    return type !== undefined && SAME_AS_REF[type] === attribute ? `${path}#Ref` : identity;
  }

  /** The resources of a type, by the identity that one of their properties names. */
  public by(type: string, property: string): ReadonlyMap<string, readonly CfnResource[]> {
    return this.once(`${type}.${property}`, () => {
      const groups = new Map<string, CfnResource[]>();
      for (const resource of this.ofType(type)) {
        const identity = this.identity(this.read(resource)[property], resource);
        if (identity === undefined) continue;
        const group = groups.get(identity);
        if (group) group.push(resource);
        else groups.set(identity, [resource]);
      }
      return groups;
    });
  }

  /** Derives a value on the first call with a key, and returns the same value on later ones. */
  public once<T>(key: string, derive: () => T): T {
    if (!this.derived.has(key)) this.derived.set(key, derive());
    return this.derived.get(key) as T;
  }

  private element(stack: Stack, logicalId: string): CfnElement | undefined {
    if (this.byLogicalId.size === 0) {
      for (const resource of this.byPath.values()) {
        this.byLogicalId.set(`${resource.stack.node.path}#${resource.stack.resolve(resource.logicalId)}`, resource);
      }
    }
    return this.byLogicalId.get(`${stack.node.path}#${logicalId}`);
  }
}
