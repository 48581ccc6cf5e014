import { Cluster, Deployment, EcsState, Service, Task } from './state';
import { arnOf, hexId } from '../home';
import { JsonObject, objectsIn, textIn } from '../json';

/** What ECS's agent on an instance registers: the names that a task definition may require, without values. */
const CAPABILITIES = [
  'com.amazonaws.ecs.capability.docker-remote-api.1.18', 'com.amazonaws.ecs.capability.task-iam-role', 'ecs.capability.task-eni',
  'com.amazonaws.ecs.capability.logging-driver.awslogs', 'com.amazonaws.ecs.capability.logging-driver.json-file',
  'com.amazonaws.ecs.capability.logging-driver.awsfirelens', 'ecs.capability.execution-role-awslogs', 'ecs.capability.execution-role-ecr-pull',
  'ecs.capability.secrets.asm.environment-variables', 'ecs.capability.secrets.ssm.environment-variables', 'ecs.capability.container-restart-policy',
];

export function newContainerInstance(state: EcsState, cluster: Cluster, ec2InstanceId: string, { attributes, ...members }: JsonObject): JsonObject {
  const own = [{ name: 'ecs.os-type', value: 'linux' }, { name: 'ecs.cpu-architecture', value: 'x86_64' }];
  const instance = {
    containerInstanceArn: arnOf(state.home, 'ecs', `container-instance/${cluster.name}/${hexId(32)}`),
    ec2InstanceId,
    status: 'ACTIVE',
    agentConnected: true,
    versionInfo: { agentVersion: '1.90.0' },
    attributes: [...attributes === undefined ? own : objectsIn(attributes), ...CAPABILITIES.map(name => ({ name }))],
    ...members,
  };
  cluster.instances.push(instance);
  return instance;
}

export function isDaemon({ members }: Service): boolean {
  return members.schedulingStrategy === 'DAEMON';
}

/** The instances on which a daemon runs a task: those that are active and fit its constraints and what its task definition requires. */
export function instancesFor({ cluster, members, taskDefinition: { described } }: Service): readonly JsonObject[] {
  const constraints = [...objectsIn(described.placementConstraints), ...objectsIn(members.placementConstraints)];
  const expressions = constraints.flatMap(({ expression }) => textIn(expression) ?? []);
  const required = objectsIn(described.requiresAttributes).map(({ name }) => textIn(name)!);
  return cluster.instances.filter(instance => {
    const attributes = new Map(objectsIn(instance.attributes).map(({ name, value }) => [textIn(name)!, textIn(value)]));
    return instance.status === 'ACTIVE' && instance.agentConnected === true && required.every(name => attributes.has(name))
      && expressions.every(expression => holds(expression, attributes));
  });
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html */
function holds(expression: string, attributes: ReadonlyMap<string, string | undefined>): boolean {
  const [, name, operator, value] = /^attribute:(\S+) (==|!=|exists)(?: (\S+))?$/.exec(expression) ?? [];
  if (name === undefined) throw new Error(`The fake ECS does not know the placement constraint ${expression}.`);
  if (operator === 'exists') return attributes.has(name);
  return (attributes.get(name) === value) === (operator === '==');
}

/** The instance for one more task of a service; undefined on Fargate, or if there is none. A daemon has one task of a deployment on each. */
export function instanceFor(service: Service, deployment: Deployment): JsonObject | undefined {
  const { cluster } = service;
  if (!isDaemon(service)) return deployment.settings.launchType === 'EC2' ? cluster.instances[0] : undefined;
  const taken = cluster.tasks.filter(task => task.deployment === deployment && task.lastStatus !== 'STOPPED').map(instanceOf);
  return instancesFor(service).find(({ containerInstanceArn }) => !taken.includes(textIn(containerInstanceArn)));
}

/** The ARN of a task's container instance. */
export function instanceOf({ members }: Task): string | undefined {
  return textIn(members.containerInstanceArn);
}
