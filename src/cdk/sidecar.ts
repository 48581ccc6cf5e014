import type { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { apiKeyOf, KeyProps } from './api-key';
import { attach, Attachment } from './attachment';
import { report } from './findings';
import { describeValue, requireKinds } from './kinds';
import { withJoinedLists } from './lists';
import { requireVersions } from './requirements';
import { validateAtSynthesis, EgressReaction } from './synthesis';
import { AgentOptions, Generation, OptionRow, OPTIONS } from '../agent';
import { checkKeySources, checkOptions, checkSecretField, CONSTRUCT_WORDS, Finding, messagesOf, Words } from '../preflight';
import { refuseStackCircles } from './stacks';
import { refersTo, resolveIdentities } from './tree/identities';
import { isKnownLater } from './tree/later';
import { isCfnResource, isUnresolved, stackOf } from './tree/loaded';
import { isPlaceholder } from './tree/non-public';
import { StageIndex } from './tree/stage-index';
import { inUsersLanguage } from './users-language';

/** What every sidecar is given besides the agent's options, which have the names of the table in `agent/options.ts`. */
export interface AgentProps extends KeyProps {
  readonly image?: ecs.ContainerImage;
  readonly logging?: ecs.LogDriver;
}

export interface SidecarProps extends AgentProps {
  readonly service: ecs.BaseService;
}

/**
 * The agent's options and its key.
 *
 * @throws if one of them is wrong; the error names it
 */
export function agentOf(sidecar: Construct, generation: Generation, props: AgentProps) {
  return { agent: agentOptionsOf(sidecar, generation, props), apiKey: apiKeyOf(sidecar, props) };
}

/**
 * The agent's options.
 *
 * @throws if one of them is wrong; the error names it
 */
export function agentOptionsOf(construct: Construct, generation: Generation, props: AgentProps) {
  requireKinds(construct, props);
  const agent = optionsIn(props, generation);
  throwIfAny(construct, checkProps(generation, agent, props, isKnownLater));
  return agent;
}

/**
 * Adds the agent of a generation to a service, and the checks of both to the sidecar's validations.
 *
 * @throws if a property is wrong; the error names it
 */
export function addSidecar(sidecar: Construct, generation: Generation, props: SidecarProps, reaction: EgressReaction): Attachment {
  requireVersions();
  const service = requireService(props.service, sidecar.node.path, generation);
  const { agent, apiKey } = agentOf(sidecar, generation, props);
  const { serviceName } = service.node.defaultChild as ecs.CfnService;
  refuseCircleWith(sidecar, service.node.defaultChild as ecs.CfnService, `service ${service.node.path}, which needs its task definition`, agent);
  refuseStackCircles(sidecar, service, { ...agent, [apiKey.property]: apiKey.references });
  if (reaction.knownEgress) requireSubnetsOf(sidecar, 'knownEgress', service.cluster.vpc, reaction.knownEgress);
  const attachment = attach(sidecar, service, {
    generation,
    agent,
    place: {
      region: stackOf(service).region,
      // Only a literal name: CloudFormation refuses a reference to the service in its own task definition, which is circular.
      service: isUnresolved(serviceName) ? undefined : serviceName,
      taskFamily: service.taskDefinition.family,
      cluster: service.cluster.clusterName,
    },
    apiKey,
    image: props.image,
    logging: props.logging,
  });
  StageIndex.expect(sidecar);
  sidecar.node.addValidation({ validate: () => validateAtSynthesis(sidecar, service, attachment, reaction) });
  return attachment;
}

/**
 * The errors about options that do not depend on the service.
 *
 * @param isToken  whether a value is not checked
 * @param words    how the messages call the options
 */
export function optionErrors(generation: Generation, props: object, isToken: (value: unknown) => boolean, words: Words): string[] {
  return messagesOf(checkProps(generation, optionsIn(props, generation), props, isToken), words).filter(({ severity }) => severity === 'error').map(({ message }) => inUsersLanguage(message));
}

/** What events name a service by. */
interface ServiceInEvents {
  readonly serviceName: string;
  readonly cluster: { readonly clusterArn: string };
}

interface ContainerInEvents {
  readonly containerName: string;
}

/** The pattern of the ECS task state changes in which the agent's container of a service has stopped. */
export function agentStoppedPattern(service: ServiceInEvents, container: ContainerInEvents): events.EventPattern {
  return stoppedPattern(container, { clusterArn: [service.cluster.clusterArn], group: [`service:${service.serviceName}`] });
}

/** @param tasks  which tasks, as members of the event's detail */
export function stoppedPattern({ containerName }: ContainerInEvents, tasks: { readonly [member: string]: unknown }): events.EventPattern {
  return {
    source: ['aws.ecs'],
    detailType: ['ECS Task State Change'],
    detail: { ...tasks, containers: { name: [containerName], lastStatus: ['STOPPED'] } },
  };
}

/** The same, without the containers that stop because their task does. */
export function agentDiedPattern(service: ServiceInEvents, container: ContainerInEvents): events.EventPattern {
  return withoutEndingTasks(agentStoppedPattern(service, container));
}

/** Leaves out the tasks that stop, and their containers with them. */
export function withoutEndingTasks({ detail, ...pattern }: events.EventPattern): events.EventPattern {
  return { ...pattern, detail: { ...detail, lastStatus: ['RUNNING'], desiredStatus: ['RUNNING'] } };
}

/**
 * The options of the generation, and whatever else of the table is given, which an error then names. The image is not among them: its
 * name is known only at synthesis.
 */
function optionsIn(props: object, generation: Generation): Omit<AgentOptions, 'image'> {
  const given = props as { readonly [prop: string]: unknown };
  const options: { [prop: string]: unknown } = {};
  for (const { prop, type, generations, isList, isCsv } of OPTIONS as readonly OptionRow[]) {
    const value = given[prop];
    if (type === 'image' || (value === undefined && !generations.includes(generation.name))) continue;
    options[prop] = isList && isCsv ? withJoinedLists(value) : value;
  }
  return options;
}

/** CloudFormation cannot create a task definition that refers to itself, or to a service that needs it. @param what  the resource */
export function refuseCircleWith(sidecar: Construct, resource: CfnResource, what: string, agent: object): void {
  const logicalId = () => stackOf(resource).resolve(resource.logicalId) as string;
  const isCircle = (value: unknown) => hasToken(value) && refersTo(resolveIdentities(resource, parts(value)), resource, logicalId());
  const [prop] = Object.keys(agent).filter(name => isCircle((agent as { readonly [name: string]: unknown })[name]));
  if (prop === undefined) return;
  throw new Error(inUsersLanguage(`${sidecar.node.path}: \`${prop}\` refers to ${what}, `
    + 'which would need this value: CloudFormation cannot create such a circle. Use a literal name, or leave it out.'));
}

/** @throws if a selection has no subnet; the error names the property */
export function requireSubnetsOf(sidecar: Construct, prop: string, vpc: ec2.IVpc, selection: ec2.SubnetSelection): void {
  // Before the CDK CLI has looked the VPC up, its subnets are not the real ones.
  if (isPlaceholder(vpc)) return;
  const wrong = (found: string) => new Error(inUsersLanguage(`${sidecar.node.path}: ${prop === 'vpc'
    ? `\`vpc\` ${vpc.node.path} has no subnets for the tasks${found}. Set \`subnets\` or \`assignPublicIp\`.`
    : `\`${prop}\` selects no subnet of VPC ${vpc.node.path}${found}. Select the subnets that the tasks are placed in, or leave it out.`}`));
  let selected: ec2.SelectedSubnets;
  try {
    selected = vpc.selectSubnets(selection);
  } catch (error) {
    throw wrong(`: ${(error as Error).message.replace(/\.$/, '')}`);
  }
  if (selected.subnets.length === 0) throw wrong('');
}

function hasToken(value: unknown): boolean {
  return isUnresolved(value) || (isGroup(value) && parts(value).some(hasToken));
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isUnresolved(value);
}

/** The items of a list, or the keys and values of an object: a key may be a token, too. */
function parts(value: unknown): unknown[] {
  return isGroup(value) ? Object.entries(value).flat() : [value];
}

function checkProps(
  generation: Generation, agent: object, props: KeyProps, isToken: (value: unknown) => boolean,
): Finding[] {
  const { apiKeySecretField: field } = props;
  return [
    ...checkOptions(generation, agent, { isToken }),
    ...field === undefined || isKnownLater(field) ? [] : checkSecretField(field),
    ...checkKeySources({ ...props }),
  ];
}

/** Reports findings on options. @throws those that are errors */
export function throwIfAny(sidecar: Construct, findings: readonly Finding[]): void {
  const errors = report(sidecar, messagesOf(findings, CONSTRUCT_WORDS));
  if (errors.length > 0) throw new Error(`${sidecar.node.path}: ${errors.join('\n')}`);
}

/** Other languages, and casts, can pass an object that has no task definition, or that has no service. */
function requireService(service: ecs.BaseService, path: string, { sidecar: construct }: Generation): ecs.BaseService {
  if (service?.taskDefinition?.node?.defaultChild && isCfnResource(service.node.defaultChild)) return service;
  const ofTasks = `\`${construct.replace(/Sidecar$/, 'TaskSidecar')}\``;
  const wanted = `${path}: \`service\` must be a FargateService or an Ec2Service of this app, got: ${service?.node?.path ?? describeValue(service)}`;
  const wayOut = isTaskDefinition(service) ? `which is a task definition. Pass the service that runs it, or use ${ofTasks} if it has no service.`
    : isTaskDefinition(service?.taskDefinition) ? `which is no service. Use ${ofTasks} with its \`taskDefinition\`.`
      : 'which has no task definition here (imported services and Express Mode services have none). Define the service in this app.';
  throw new Error(inUsersLanguage(`${wanted}, ${wayOut}`));
}

function isTaskDefinition(given: unknown): boolean {
  return ecs.TaskDefinition.prototype.isPrototypeOf(given as object);
}
