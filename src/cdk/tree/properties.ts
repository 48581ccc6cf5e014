import type { CfnCondition, CfnResource } from 'aws-cdk-lib';
import { resolveIdentities } from './identities';
import { overridesOf, propertiesOfL1, render } from './non-public';

/** The properties of a resource as its template will have them, by CloudFormation's names. */
export type Properties = { readonly [name: string]: any };

/** Types with members whose names differ in more than the first letter, e.g. `vpcId` and `VPCId`. */
const ALWAYS_RENDERED: ReadonlySet<string> = new Set(['AWS::Route53::HostedZone', 'AWS::Route53Resolver::ResolverRuleAssociation']);

/**
 * The properties as CloudFormation gets them: overrides are applied and lazy values resolved.
 *
 * @param references  see `resolveIdentities`
 */
export function readProperties(resource: CfnResource, references?: Map<string, unknown>): Properties {
  const isDirect = Object.keys(overridesOf(resource)).length === 0 && !ALWAYS_RENDERED.has(resource.cfnResourceType);
  return isDirect ? readDirectly(resource, references) : readRendered(resource);
}

/** One property as the template has it, not yet resolved. @param own  its value in the L1, which an override may replace or remove */
export function finalValue(resource: CfnResource, name: string, own: unknown): unknown {
  const { Properties: overrides } = overridesOf(resource);
  return overrides && name in overrides ? overrides[name] : own;
}

/** The logical id of the condition of a resource, which may be a token. */
export function conditionOf(resource: CfnResource): string | undefined {
  const overrides = overridesOf(resource);
  return 'Condition' in overrides ? overrides.Condition : resource.cfnOptions.condition && (resource.cfnOptions.condition as CfnCondition).logicalId;
}

/** As the CDK renders the resource, with overrides. */
export function readRendered(resource: CfnResource): Properties {
  const rendered = resolveIdentities(resource, render(resource));
  const [definition] = Object.values<any>(rendered.Resources ?? {});
  return (definition?.Properties ?? {}) as Properties;
}

/**
 * The same without the CDK's validation, which takes several times as long. The names of an L1's properties are CloudFormation's
 * with a small first letter. Properties that no check reads are left out: they are most of a container.
 */
export function readDirectly(resource: CfnResource, references?: Map<string, unknown>): Properties {
  const isService = resource.cfnResourceType === 'AWS::ECS::Service';
  return resolveIdentities(resource, propertiesOfL1(resource), { rename: isService ? nameInService : cloudFormationName, references }) as Properties;
}

const UNREAD: ReadonlySet<string> = new Set([
  // of containers
  'command', 'dockerLabels', 'environment', 'essential', 'healthCheck', 'logConfiguration', 'mountPoints', 'portMappings',
  'restartPolicy', 'secrets',
  // of task definitions and services
  'deploymentConfiguration', 'desiredCount', 'enableEcsManagedTags', 'executionRoleArn', 'family', 'inferenceAccelerators',
  'placementConstraints', 'requiresCompatibilities', 'serviceRegistries', 'taskRoleArn', 'volumeConfigurations', 'volumes',
  // of any resource
  'groupDescription', 'tags',
]);

/** CloudFormation's name of an L1's member; undefined if no check reads it. */
function cloudFormationName(member: string): string | undefined {
  if (!PROPERTY_NAMES.has(member)) PROPERTY_NAMES.set(member, UNREAD.has(member) ? undefined : member.charAt(0).toUpperCase() + member.slice(1));
  return PROPERTY_NAMES.get(member);
}

/** Of services, the tags are read, too: they may name the tool that manages the service. */
function nameInService(member: string): string | undefined {
  return member === 'tags' ? 'Tags' : cloudFormationName(member);
}

/** Names found so far, and those that differ in more than the first letter. */
const PROPERTY_NAMES = new Map<string, string | undefined>([['vpcZoneIdentifier', 'VPCZoneIdentifier']]);
