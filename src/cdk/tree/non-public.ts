import type { CfnResource, Stack, TagManager } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as ssm from 'aws-cdk-lib/aws-ssm';
import { IConstruct } from 'constructs';
import { Annotations } from './loaded';

/*
 * Every member of aws-cdk-lib that this package uses and that is not in the public declarations of all versions that the package
 * supports. `test/cdk/tree/non-public.test.ts` has a test for each member that fails if the member moves. The tests run with the
 * oldest and the newest supported version (`packages/versions.ts`).
 */

/**
 * The overrides of a resource (`rawOverrides`), which `addOverride`, `addPropertyOverride` and `addDeletionOverride` write. A
 * deleted member is there, with the value undefined.
 *
 * The CDK has methods that add overrides and none that reads them; the member is private.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 *
 * @throws if the member is missing
 */
export function overridesOf(resource: CfnResource): {
  readonly Properties?: { readonly [name: string]: unknown };
  readonly Condition?: string;
} {
  return present('CfnResource.rawOverrides', (resource as unknown as { readonly rawOverrides?: object }).rawOverrides);
}

/**
 * The properties of an L1 under its own names, without overrides and not yet resolved (`cfnProperties`).
 *
 * Each L1 class has its properties as public members, but only this member lists those of any class; it is protected.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 *
 * @throws if the member is missing
 */
export function propertiesOfL1(resource: CfnResource): object {
  return present('CfnResource.cfnProperties', (resource as unknown as { readonly cfnProperties?: object }).cfnProperties);
}

/**
 * A resource as the CDK writes it into the template, with overrides, not yet resolved: `{ Resources: { <logical id>: … } }`
 * (`_toCloudFormation`).
 *
 * The public ways, `Template.fromStack` and `app.synth`, render whole stacks and resolve references; the method is internal.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 *
 * @throws if the method is missing
 */
export function render(resource: CfnResource): object {
  const inside = resource as unknown as { _toCloudFormation?(): object };
  present('CfnResource._toCloudFormation', inside._toCloudFormation);
  return inside._toCloudFormation!();
}

/**
 * Whether `Vpc.fromLookup` returned a placeholder, because the CDK CLI has not looked the VPC up yet: the subnets are invented
 * (`incompleteSubnetDefinition`).
 *
 * The CDK reports missing context only for the whole assembly, after synthesis; the member is protected. VPC classes of a user do
 * not have it, so a missing member is no error.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 */
export function isPlaceholder(vpc: ec2.IVpc): boolean {
  return (vpc as unknown as { readonly incompleteSubnetDefinition?: boolean }).incompleteSubnetDefinition === true;
}

/**
 * Whether `Vpc.fromLookup` made a VPC. The static member `PROPERTY_INJECTION_ID` of its class names the class.
 *
 * The class is not exported. Its name cannot be compared, since the compiled class has another one. Other VPC classes may lack the
 * member, so a missing member is no error.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 */
export function isLookedUp(vpc: ec2.IVpc): boolean {
  return (vpc.constructor as { readonly PROPERTY_INJECTION_ID?: string }).PROPERTY_INJECTION_ID === 'aws-cdk-lib.aws-ec2.LookedUpVpc';
}

/**
 * The providers of the look-ups that the CDK CLI has yet to make for a stack, e.g. `security-group` (`_missingContext`). Until then,
 * the values are placeholders.
 *
 * The CDK reports missing context only for the whole assembly, after synthesis; the member is private.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 *
 * @throws if the member is missing
 */
export function pendingLookUps(stack: Stack): readonly { readonly provider: string; readonly key: string }[] {
  const inside = stack as unknown as { readonly _missingContext?: readonly { readonly provider: string; readonly key: string }[] };
  return present('Stack._missingContext', inside._missingContext);
}

/**
 * The containers of a task definition, in the order in which they are rendered (`containers`). The array is the task definition's
 * own: changing it changes the order.
 *
 * `addContainer` is public and always appends; the member is protected.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 *
 * @throws if the member is missing
 */
export function orderedContainers(taskDefinition: ecs.TaskDefinition): ecs.ContainerDefinition[] {
  return present('TaskDefinition.containers', (taskDefinition as unknown as { readonly containers?: ecs.ContainerDefinition[] }).containers);
}

/**
 * The containers of a task definition as its resource gets them, rendered anew (`renderContainers`). If one of them logs to FireLens and
 * there is no router, the router is added.
 *
 * The resource has a lazy value that calls the method and keeps its first result; the method is private.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 *
 * @throws if the method is missing
 */
export function renderContainers(taskDefinition: ecs.TaskDefinition): unknown {
  const inside = taskDefinition as unknown as { renderContainers?(): unknown };
  present('TaskDefinition.renderContainers', inside.renderContainers);
  return inside.renderContainers!();
}

/**
 * The environment variables of a container (`environment`). The object is the container's own: deleting a member removes the
 * variable.
 *
 * `addEnvironment` is public and cannot remove a variable; the member is private.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 *
 * @throws if the member is missing
 */
export function environmentOf(container: ecs.ContainerDefinition): { [name: string]: string } {
  return present('ContainerDefinition.environment', (container as unknown as { readonly environment?: { [name: string]: string } }).environment);
}

/**
 * The name of an image in a registry, as `ContainerImage.fromRegistry` got it (`imageName`); undefined for images of other kinds,
 * such as assets.
 *
 * A public name exists only after the image is bound to a container; the member is private. Images of other kinds do not have it,
 * so a missing member is no error.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 */
export function nameOfImage(image: ecs.ContainerImage): string | undefined {
  return (image as unknown as { readonly imageName?: string }).imageName;
}

/**
 * Whether a warning or a note is acknowledged on a construct or any scope above (`Acknowledgements`, at a symbol of the app, in older
 * versions of the nearest stage).
 *
 * `addWarningV2` asks the same, but leaves out the app, and in older versions the construct itself: an acknowledgement there removes only
 * the warnings that exist already, and those of a validation come later.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 */
export function isAcknowledged({ node }: IConstruct, id: string): boolean {
  // The paths above a path are searched. That of the app is empty.
  const isIn = (known: Acknowledgements | undefined) => known !== undefined && (known.has(`${node.path}/-`, id) || known.has('//-', id));
  return node.scopes.some(scope => isIn((scope as { readonly [ACKNOWLEDGEMENTS]?: Acknowledgements })[ACKNOWLEDGEMENTS]))
    || acknowledgedOnApps.get(node.root)?.has(id) === true;
}

/** Ids by app. */
const acknowledgedOnApps = new WeakMap<IConstruct, Set<string>>();

/**
 * The oldest versions forget what is acknowledged on an app: they keep acknowledgements in the stage above a scope, and an app has none.
 * So the calls are noted here, and then carried out as they are.
 */
function noteAcknowledgements(): void {
  const { acknowledgeWarning } = Annotations.prototype;
  Annotations.prototype.acknowledgeWarning = function (id: string, message?: string): void {
    const { scope } = this as unknown as { readonly scope: IConstruct };
    if (scope === scope.node.root) acknowledgedOnApps.set(scope, new Set(acknowledgedOnApps.get(scope)).add(id));
    acknowledgeWarning.call(this, id, message);
  };
}

noteAcknowledgements();

interface Acknowledgements {
  has(path: string, id: string): boolean;
}

const ACKNOWLEDGEMENTS = Symbol.for('@aws-cdk/core.Acknowledgements');

/**
 * Adds a note with an id (`Annotations.addInfoV2`). Older versions have no such method: the same text is added without it.
 *
 * The declarations of the oldest version, which this package compiles with, do not have the method.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 */
export function addNote(construct: IConstruct, id: string, message: string): void {
  const newer = Annotations.of(construct) as unknown as { addInfoV2?(id: string, message: string): void };
  if (newer.addInfoV2) newer.addInfoV2(id, message);
  else Annotations.of(construct).addInfo(`${message} [ack: ${id}]`);
}

/**
 * Makes a resource depend on another. Newer versions have `addResourceDependency` and deprecate `addDependency`, the only name that
 * the oldest version has.
 *
 * The declarations of the oldest version, which this package compiles with, do not have the new name.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 */
export function dependOn(resource: CfnResource, target: CfnResource): void {
  const newer = resource as unknown as { addResourceDependency?(target: CfnResource): void };
  if (newer.addResourceDependency) newer.addResourceDependency(target);
  else resource.addDependency(target);
}

/**
 * Takes `dependOn` back.
 *
 * As there, the declarations of the oldest version do not have the new name.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 */
export function dependNoMore(resource: CfnResource, target: CfnResource): void {
  const newer = resource as unknown as { removeResourceDependency?(target: CfnResource): void };
  if (newer.removeResourceDependency) newer.removeResourceDependency(target);
  else resource.removeDependency(target);
}

/**
 * The priority with which each tag of a resource was set or removed, by key (`priorities`).
 *
 * `tagValues` is public and has the values only; the member is private.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 *
 * @throws if the member is missing
 */
export function tagPriorities(manager: TagManager): ReadonlyMap<string, number> {
  return present('TagManager.priorities', (manager as unknown as { readonly priorities?: ReadonlyMap<string, number> }).priorities);
}

/**
 * What the statements of a policy are about, not yet resolved: their resources and conditions (`PolicyDocument.statements`).
 *
 * The document of an `AWS::IAM::Policy` renders all of its statements, which takes several times as long; the member is private. A
 * document that is no `PolicyDocument` does not have it, so a missing member is no error.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 */
export function subjectsOf(policy: CfnResource): readonly unknown[] | undefined {
  const { policyDocument } = policy as unknown as { readonly policyDocument?: { readonly statements?: readonly iam.PolicyStatement[] } };
  return policyDocument?.statements?.map(({ resources, notResources, conditions }) => [resources, notResources, conditions]);
}

function present<T>(member: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new Error(`This version of aws-cdk-lib has no member ${member}, which cdk-postman-live-collection uses. `
    + 'Install a newer cdk-postman-live-collection, or an aws-cdk-lib that it was tested with: 2.201.0 to 2.276.0.');
}

/**
 * The key with which `StringParameter.fromSecureStringParameterAttributes` was called (`encryptionKey`).
 *
 * `IStringParameter` has no such member, and the class that the call returns is not exported. Other classes may lack it, and a parameter may have
 * no key of its own, so a missing member is no error.
 * Tried with aws-cdk-lib 2.201.0 to 2.276.0.
 */
export function encryptionKeyOf(parameter: ssm.IStringParameter): kms.IKey | undefined {
  return (parameter as unknown as { readonly encryptionKey?: kms.IKey }).encryptionKey;
}
