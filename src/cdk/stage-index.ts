import type { CfnElement, CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { identify, resolveIdentities } from './identity';
import { isCfnResource, isStage, stageOf } from './loaded';

/** The properties of a resource as its template will have them, by CloudFormation's names. */
export type Properties = { readonly [name: string]: any };

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
 * What one walk of a stage finds: every CloudFormation resource by type. Everything else that `cdk/` derives from the tree
 * is derived from this and remembered here, so that an app of 500 services is walked once.
 */
export class StageIndex {
  /** How many trees have been walked by this process; a test holds it to one per synthesis. */
  public static walks = 0;

  /**
   * The index of the stage that `reader` stands in.
   *
   * It is kept per stage, since CDK Pipelines synthesize stages one by one while the app still grows. Within one synthesis
   * each reader asks once: one that asks again is part of a new synthesis, and what was remembered is out of date.
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
        // A stage within a stage is a tree of its own: nothing in it can be referred to from here.
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

  /** The properties as CloudFormation gets them, overrides and everything lazy included. */
  public read(resource: CfnResource): Properties {
    let known = this.properties.get(resource);
    if (!known) {
      known = isEmpty((resource as unknown as Insides).rawOverrides) ? readDirectly(resource) : readRendered(resource);
      this.properties.set(resource, known);
    }
    return known;
  }

  /** Who a property's value names; see `identify`. */
  public identity(value: unknown, from: CfnResource): string | undefined {
    const identity = identify(value, from.stack, (stack, logicalId) => this.element(stack, logicalId));
    const [path, attribute] = identity?.split('#') ?? [];
    const type = attribute === undefined ? undefined : this.byPath.get(path!)?.cfnResourceType;
    return type !== undefined && SAME_AS_REF[type] === attribute ? `${path}#Ref` : identity;
  }

  /** Resources of a type, by the identity that one of their properties holds. */
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

  /** Derives a value once for this walk. */
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

/** Members of the CDK's class that it keeps to itself. */
interface Insides {
  readonly cfnProperties: object;
  readonly rawOverrides: object;
  _toCloudFormation(): object;
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}

/** As the CDK renders the resource, overrides applied. */
export function readRendered(resource: CfnResource): Properties {
  const rendered = resolveIdentities(resource, (resource as unknown as Insides)._toCloudFormation());
  const [definition] = Object.values<any>(rendered.Resources ?? {});
  return (definition?.Properties ?? {}) as Properties;
}

/**
 * The same without the validation that the CDK does when it renders, which takes several times as long. The names of an L1's
 * properties are CloudFormation's with a small first letter. What no check looks at is left out: it is most of a container.
 */
export function readDirectly(resource: CfnResource): Properties {
  return resolveIdentities(resource, (resource as unknown as Insides).cfnProperties, { rename: cloudFormationName }) as Properties;
}

const UNREAD: ReadonlySet<string> = new Set([
  // of containers
  'command', 'dockerLabels', 'environment', 'essential', 'healthCheck', 'logConfiguration', 'mountPoints', 'portMappings', 'restartPolicy', 'secrets',
  // of task definitions and services
  'deploymentConfiguration', 'desiredCount', 'enableEcsManagedTags', 'executionRoleArn', 'family', 'loadBalancers', 'requiresCompatibilities', 'taskRoleArn', 'volumes',
  // of anything
  'groupDescription', 'securityGroupIngress', 'tags',
]);

/** CloudFormation's name of an L1's member; undefined where no check looks at it. */
function cloudFormationName(member: string): string | undefined {
  if (!NAMES.has(member)) NAMES.set(member, UNREAD.has(member) ? undefined : member.charAt(0).toUpperCase() + member.slice(1));
  return NAMES.get(member);
}

/** Names that were asked for, and those that differ by more than their first letter. */
const NAMES = new Map<string, string | undefined>([['vpcZoneIdentifier', 'VPCZoneIdentifier']]);
