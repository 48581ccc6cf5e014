import type { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { describeReference, userPath } from './network/references';
import { readable, referenceIn, resolveIdentities } from './tree/identities';
import { isUnresolved } from './tree/loaded';
import { isPlaceholder } from './tree/non-public';
import { constructPath } from './tree/paths';
import { Properties } from './tree/properties';
import { RunnerInTree, ServiceInTree } from './tree/runners';
import { StageIndex } from './tree/stage-index';

/** The network in which a user says that tasks run. */
export interface TaskNetwork {
  readonly vpc?: ec2.IVpc;
  readonly subnets?: ec2.SubnetSelection;
  readonly securityGroups?: readonly ec2.ISecurityGroup[];
  readonly assignPublicIp?: boolean;
  readonly cluster?: ecs.ICluster;
}

export function serviceInTree(index: StageIndex, service: ecs.BaseService): ServiceInTree {
  const resource = service.node.defaultChild as CfnResource;
  const definition = service.taskDefinition.node.defaultChild as CfnResource;
  return {
    service,
    name: `service ${constructPath(service)}`,
    resource,
    properties: index.read(resource),
    definition,
    taskDefinition: index.read(definition),
    cluster: `cluster ${constructPath(service.cluster)}`,
    vpc: service.cluster.vpc,
    stacks: [...new Set([resource, ...service.connections.securityGroups].map(({ stack }) => stack))],
  };
}

/**
 * What runs a task definition: services, rules and schedules of EventBridge, and state machines of this stage. If there is none, the
 * network that the user gives.
 */
export function runnersOf(index: StageIndex, taskDefinition: ecs.TaskDefinition, network: TaskNetwork): readonly RunnerInTree[] {
  const definition = taskDefinition.node.defaultChild as CfnResource;
  const properties = index.read(definition);
  const isFargate = taskDefinition.isFargateCompatible && !taskDefinition.isEc2Compatible;
  const found = candidatesOf(index, taskDefinition).map(({ kind, resource, properties: own }): RunnerInTree => ({
    name: `${kind} ${pathOf(resource)}`,
    resource,
    // Nothing but Fargate can run it.
    properties: isFargate && typeof own.LaunchType !== 'string' && !Array.isArray(own.CapacityProviderStrategy) ? { ...own, LaunchType: 'FARGATE' } : own,
    definition,
    taskDefinition: properties,
    cluster: `cluster ${describeReference(index, own.Cluster, resource)}`,
    vpc: vpcOfCluster(index, own.Cluster, resource) ?? network.vpc,
    stacks: [resource.stack],
  }));
  return found.length > 0 || network.vpc === undefined ? found : [given(taskDefinition, definition, properties, network.vpc, network)];
}

/** How sentences call what runs a task definition. @param known  resources that are left out */
export function namesOfRunners(index: StageIndex, taskDefinition: ecs.TaskDefinition, known: readonly unknown[]): string[] {
  return candidatesOf(index, taskDefinition).filter(({ resource }) => !known.includes(resource)).map(({ kind, resource }) => `${kind} ${pathOf(resource)}`);
}

/** The resources of this stage that run a task definition, or the newest revision of its family. A pinned revision is another one. */
function candidatesOf(index: StageIndex, taskDefinition: ecs.TaskDefinition): readonly Candidate[] {
  const definition = taskDefinition.node.defaultChild as CfnResource;
  const { Family = resolveIdentities(definition, taskDefinition.family) } = index.read(definition);
  const family = readable(Family);
  const { byIdentity, byFamily, machines } = index.once('runners', () => grouped(index));
  // A text with a reference means something else in another stack.
  const isOnePlace = ({ resource: { stack } }: Candidate) => stack === definition.stack
    || (!/[$<]/.test(family) && stack.environment === definition.stack.environment);
  const found = [...byIdentity.get(`${constructPath(definition)}#Ref`) ?? [], ...(byFamily.get(family) ?? []).filter(isOnePlace)];
  // The definition of a state machine may be a file. What it refers to is known from its substitutions.
  const others = machines.filter(resource => index.mentioned(resource).includes(definition) && !found.some(one => one.resource === resource));
  return [...found, ...others.map(resource => ({ kind: 'state machine', resource, properties: {} }))];
}

function grouped(index: StageIndex) {
  const byIdentity = new Map<string, Candidate[]>();
  const byFamily = new Map<string, Candidate[]>();
  for (const candidate of [...ofServices(index), ...ofRules(index), ...ofSchedules(index), ...ofStateMachines(index)]) {
    const { resource, properties: { TaskDefinition } } = candidate;
    const identity = index.identity(TaskDefinition, resource);
    const [groups, key] = identity?.includes('#') ? [byIdentity, identity] : [byFamily, familyIn(readable(TaskDefinition), resource)];
    groups.set(key, [...groups.get(key) ?? [], candidate]);
  }
  return { byIdentity, byFamily, machines: index.ofType('AWS::StepFunctions::StateMachine') };
}

/** The family that a name or an ARN of the same place names; the text itself if it names something else. */
function familyIn(text: string, { stack }: CfnResource): string {
  const [, region, account, name] = /^arn:[^:]*:ecs:([^:]*):([^:]*):task-definition\/(.+)$/.exec(text) ?? [];
  if (name === undefined) return text;
  const isHere = (value: string, own: string) => value.includes('$') || isUnresolved(own) || value === own;
  return isHere(region!, stack.region) && isHere(account!, stack.account) ? name : text;
}

/** The construct of a service, by its resource. Undefined for other resources, and for a service that the app defines as an L1. */
export function serviceOf({ cfnResourceType, node: { scope } }: CfnResource): ecs.BaseService | undefined {
  const isL2 = cfnResourceType === 'AWS::ECS::Service' && (scope as Partial<ecs.BaseService> | undefined)?.taskDefinition?.node?.defaultChild !== undefined;
  return isL2 ? scope as ecs.BaseService : undefined;
}

/** The CDK puts the resource of a service into its construct under another id than other resources. */
export function pathOf(resource: CfnResource): string {
  return serviceOf(resource)?.node.path ?? userPath(resource.node.path);
}

/** What runs some task definition. `properties` are in the terms of `AWS::ECS::Service`. */
interface Candidate {
  readonly kind: string;
  readonly resource: CfnResource;
  readonly properties: Properties;
}

function ofServices(index: StageIndex): Candidate[] {
  return index.ofType('AWS::ECS::Service').map(resource => ({ kind: 'service', resource, properties: index.read(resource) }));
}

function ofRules(index: StageIndex): Candidate[] {
  return index.ofType('AWS::Events::Rule').flatMap(rule => targetsIn(index.read(rule).Targets).map(target => ofTarget('rule', rule, target)));
}

function ofSchedules(index: StageIndex): Candidate[] {
  return index.ofType('AWS::Scheduler::Schedule')
    .flatMap(schedule => targetsIn(index.read(schedule).Target).map(target => ofTarget('schedule', schedule, target)));
}

function targetsIn(value: unknown): Properties[] {
  return [value ?? []].flat().filter((target): target is Properties => isObject((target as Properties | null)?.EcsParameters));
}

/** A rule calls the network `AwsVpcConfiguration`, everything else `AwsvpcConfiguration`. */
function ofTarget(kind: string, resource: CfnResource, { Arn: Cluster, EcsParameters }: Properties): Candidate {
  const { TaskDefinitionArn: TaskDefinition, NetworkConfiguration: network, ...rest } = EcsParameters;
  const AwsvpcConfiguration = network?.AwsVpcConfiguration ?? network?.AwsvpcConfiguration;
  const NetworkConfiguration = AwsvpcConfiguration && { AwsvpcConfiguration };
  return { kind, resource, properties: { ...rest, Cluster, TaskDefinition, NetworkConfiguration } };
}

/** The states of a state machine that run a task. A definition that is kept in a file has none here. */
function ofStateMachines(index: StageIndex): Candidate[] {
  return index.ofType('AWS::StepFunctions::StateMachine').flatMap(resource => {
    const { DefinitionString, Definition = parsed(DefinitionString), DefinitionSubstitutions = {} } = index.read(resource);
    return statesIn(Definition).map(state => ({ kind: 'state machine', resource, properties: inTermsOfService(state, DefinitionSubstitutions) }));
  });
}

function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** The parameters of `ecs:runTask`, also in the states of a Map or a Parallel. */
function statesIn(value: unknown): Properties[] {
  if (!isObject(value)) return [];
  const { Resource, Parameters, Arguments } = value;
  if (typeof Resource === 'string' && /:ecs:runTask(\.|$)/.test(Resource)) return [Parameters ?? Arguments ?? {}];
  return Object.values(value).flatMap(statesIn);
}

/** A value that is known only when the state machine runs. */
const AT_RUN_TIME = { 'States.Path': '$' };

/** In a definition, `Name.$` takes a value of the run, a text may be a reference, and `${name}` is substituted. */
function inTermsOfService(value: unknown, substitutions: Properties): any {
  if (typeof value === 'string') {
    const name = /^\$\{(\w+)\}$/.exec(value)?.[1];
    return name !== undefined && name in substitutions ? substitutions[name] : referenceIn(value);
  }
  if (Array.isArray(value)) return value.map(item => inTermsOfService(item, substitutions));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => name.endsWith('.$') ? [name.slice(0, -2), AT_RUN_TIME]
    : [name, inTermsOfService(item, substitutions)]));
}

function isObject(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null;
}

function vpcOfCluster(index: StageIndex, cluster: unknown, from: CfnResource): ec2.IVpc | undefined {
  const identity = index.identity(cluster, from)?.replace(/#\w+$/, '#Ref');
  return (index.find(identity)?.node.scope as ecs.Cluster | undefined)?.vpc;
}

/** A task definition of which it is unknown what runs it. */
export function unseenRunner(index: StageIndex, taskDefinition: ecs.TaskDefinition): RunnerInTree {
  const definition = taskDefinition.node.defaultChild as CfnResource;
  const { isFargateCompatible, isEc2Compatible } = taskDefinition;
  return {
    name: `task definition ${taskDefinition.node.path}`,
    resource: definition,
    properties: { LaunchType: isFargateCompatible === isEc2Compatible ? {} : isFargateCompatible ? 'FARGATE' : 'EC2' },
    definition,
    taskDefinition: index.read(definition),
    cluster: 'the cluster of the tasks',
    stacks: [],
  };
}

function given(
  taskDefinition: ecs.TaskDefinition, definition: CfnResource, properties: Properties, vpc: ec2.IVpc, network: TaskNetwork,
): RunnerInTree {
  const groups = network.securityGroups?.map(({ securityGroupId }) => securityGroupId);
  // A VPC that the CDK CLI has yet to look up has other subnets.
  const AwsvpcConfiguration = isPlaceholder(vpc) ? {} : {
    Subnets: vpc.selectSubnets(selectionOf(network)).subnetIds,
    ...groups ? { SecurityGroups: groups } : {},
    AssignPublicIp: network.assignPublicIp ? 'ENABLED' : 'DISABLED',
  };
  return {
    name: `task definition ${taskDefinition.node.path}`,
    resource: definition,
    properties: resolveIdentities(definition, {
      LaunchType: taskDefinition.isFargateCompatible ? 'FARGATE' : 'EC2', Cluster: network.cluster?.clusterName, NetworkConfiguration: { AwsvpcConfiguration },
    }),
    definition,
    taskDefinition: properties,
    cluster: network.cluster ? `cluster ${network.cluster.node.path}` : 'the cluster of the tasks',
    vpc,
    stacks: [...new Set([definition, ...network.securityGroups ?? []].map(({ stack }) => stack))],
  };
}

/** As targets of EventBridge and Step Functions select them. */
export function selectionOf({ subnets, assignPublicIp }: TaskNetwork): ec2.SubnetSelection {
  return subnets ?? { subnetType: (assignPublicIp ? 'Public' : 'Private') as ec2.SubnetType };
}
