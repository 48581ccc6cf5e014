import type { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { describeReference, userPath } from './network/references';
import { readable, resolveIdentities } from './tree/identities';
import { Properties } from './tree/properties';
import { RunnerInTree, ServiceInTree } from './tree/runners';
import { StageIndex } from './tree/stage-index';

/** The network in which a user says that tasks run. */
export interface TaskNetwork {
  readonly vpc?: ec2.IVpc;
  readonly subnets?: ec2.SubnetSelection;
  readonly securityGroups?: readonly ec2.ISecurityGroup[];
  readonly assignPublicIp?: boolean;
}

export function serviceInTree(index: StageIndex, service: ecs.BaseService): ServiceInTree {
  const resource = service.node.defaultChild as CfnResource;
  const definition = service.taskDefinition.node.defaultChild as CfnResource;
  return {
    service,
    name: `service ${service.node.path}`,
    resource,
    properties: index.read(resource),
    definition,
    taskDefinition: index.read(definition),
    cluster: `cluster ${service.cluster.node.path}`,
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
  const { Family = resolveIdentities(definition, taskDefinition.family), ...properties } = index.read(definition);
  const familyOf = (value: unknown) => readable(value).replace(/^arn:[^<]*:task-definition\//, '').replace(/:\d+$/, '');
  const runs = (from: CfnResource, value: unknown) => index.identity(value, from) === `${definition.node.path}#Ref` || familyOf(value) === readable(Family);
  const candidates = index.once('runners', () => [...ofServices(index), ...ofRules(index), ...ofSchedules(index), ...ofStateMachines(index)]);
  const found = candidates
    .filter(({ resource, properties: { TaskDefinition } }) => runs(resource, TaskDefinition))
    .map(({ kind, resource, properties: own }): RunnerInTree => ({
      name: `${kind} ${pathOf(resource)}`,
      resource,
      properties: own,
      definition,
      taskDefinition: properties,
      cluster: `cluster ${describeReference(index, own.Cluster, resource)}`,
      vpc: vpcOfCluster(index, own.Cluster, resource) ?? network.vpc,
      stacks: [resource.stack],
    }));
  return found.length > 0 || network.vpc === undefined ? found : [given(taskDefinition, definition, properties, network.vpc, network)];
}

/** The CDK puts the resource of a service into its construct under another id than other resources. */
function pathOf({ node }: CfnResource): string {
  const isOfService = node.id === 'Service' && (node.scope as Partial<ecs.BaseService> | undefined)?.taskDefinition !== undefined;
  return isOfService ? node.scope!.node.path : userPath(node.path);
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
  return [value ?? []].flat().filter((target): target is Properties => (target as Properties).EcsParameters !== undefined);
}

/** A rule calls the network `AwsVpcConfiguration`, everything else `AwsvpcConfiguration`. */
function ofTarget(kind: string, resource: CfnResource, { Arn: Cluster, EcsParameters }: Properties): Candidate {
  const { TaskDefinitionArn: TaskDefinition, NetworkConfiguration: network, ...rest } = EcsParameters;
  const AwsvpcConfiguration = network?.AwsVpcConfiguration ?? network?.AwsvpcConfiguration;
  const NetworkConfiguration = AwsvpcConfiguration && { AwsvpcConfiguration };
  return { kind, resource, properties: { ...rest, Cluster, TaskDefinition, NetworkConfiguration } };
}

/** The states of a state machine that run a task. A definition that is known only to CloudFormation, or is kept in S3, has none. */
function ofStateMachines(index: StageIndex): Candidate[] {
  return index.ofType('AWS::StepFunctions::StateMachine').flatMap(resource => {
    const { DefinitionString, Definition = parsed(DefinitionString) } = index.read(resource);
    return statesIn(Definition).map(properties => ({ kind: 'state machine', resource, properties }));
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
  if (typeof value !== 'object' || value === null) return [];
  const { Resource, Parameters, Arguments } = value as Properties;
  if (typeof Resource === 'string' && /:ecs:runTask(\.|$)/.test(Resource)) return [Parameters ?? Arguments ?? {}];
  return Object.values(value).flatMap(statesIn);
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
  const { subnetIds } = vpc.selectSubnets(selectionOf(network));
  const groups = network.securityGroups?.map(({ securityGroupId }) => securityGroupId);
  return {
    name: `task definition ${taskDefinition.node.path}`,
    resource: definition,
    properties: {
      LaunchType: taskDefinition.isFargateCompatible ? 'FARGATE' : 'EC2',
      NetworkConfiguration: {
        AwsvpcConfiguration: resolveIdentities(definition, {
          Subnets: subnetIds, ...groups ? { SecurityGroups: groups } : {}, AssignPublicIp: network.assignPublicIp ? 'ENABLED' : 'DISABLED',
        }),
      },
    },
    definition,
    taskDefinition: properties,
    cluster: 'the cluster of the tasks',
    vpc,
    stacks: [...new Set([definition, ...network.securityGroups ?? []].map(({ stack }) => stack))],
  };
}

/** As targets of EventBridge and Step Functions select them. */
export function selectionOf({ subnets, assignPublicIp }: TaskNetwork): ec2.SubnetSelection {
  return subnets ?? { subnetType: (assignPublicIp ? 'Public' : 'Private') as ec2.SubnetType };
}
