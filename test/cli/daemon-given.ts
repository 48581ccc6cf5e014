import { PROJECT, Shop, ShopOptions } from './shop';
import { JsonObject, taskDefinitionBody } from '../fakes';

/** What the tests of daemons have in common. */

export const DAEMON = 'postman-insights-daemon';
export const IN_SHOP = ['--cluster', 'shop'];
export const DAEMON_ADD = ['ecs', 'daemon', 'add', ...IN_SHOP, '--project', PROJECT];
export const DAEMON_REMOVE = ['ecs', 'daemon', 'remove', ...IN_SHOP];
export const DAEMON_STATUS = ['ecs', 'daemon', 'status', ...IN_SHOP];
export const ROLE = 'shop-eu-west-1-postman-insights-daemon';
export const LOG_GROUP = `/ecs/shop/${DAEMON}`;

/** Members of a task definition for instances. */
export function onEc2(networkMode: string, members: JsonObject = {}): JsonObject {
  const containerDefinitions = [{ name: 'web', image: 'nginx', memory: 256 }];
  return { networkMode, requiresCompatibilities: ['EC2'], cpu: undefined, memory: undefined, containerDefinitions, ...members } as unknown as JsonObject;
}

/** The service `orders` is in bridge mode. */
export const BRIDGE: ShopOptions = { service: { launchType: 'EC2' }, definition: onEc2('bridge') };

/** Instances of the cluster in the private subnet. */
export function addInstances({ aws }: Shop, ...ids: string[]): void {
  for (const id of ids) {
    aws.ec2.addInstance(id, 'subnet-1');
    aws.ecs.addContainerInstance('shop', id);
  }
}

/** Another service of the cluster. */
export function addService({ aws }: Shop, name: string, definition: JsonObject): void {
  aws.ecs.addService(name, { cluster: 'shop', launchType: 'EC2', taskDefinition: taskDefinitionBody(name, definition) });
}

/** A daemon as the task definition that Postman's own tool prints makes it: on every interface, with the key in clear text. */
export function addUpstreamDaemon({ aws }: Shop, name = 'postman-agent', members: JsonObject = {}): void {
  const agent = {
    name: 'postman-insights-agent',
    image: 'docker.postman.com/postman-insights-agent',
    essential: true,
    entryPoint: ['/postman-insights-agent', 'apidump', '--project', PROJECT],
    environment: [{ name: 'POSTMAN_API_KEY', value: 'not-the-key' }],
    ...members,
  };
  const definition = onEc2('host', {
    cpu: '512', memory: '512', runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' }, containerDefinitions: [agent],
  });
  aws.ecs.addService(name, { cluster: 'shop', schedulingStrategy: 'DAEMON', taskDefinition: taskDefinitionBody(name, definition) });
}

/** The ids of the instances on which a service runs a task. */
export function places({ aws }: Shop, name = DAEMON): string[] {
  const { cluster, ...service } = aws.ecs.service(name);
  const tasks = cluster.tasks.filter(task => task.service?.arn === service.arn && task.lastStatus === 'RUNNING');
  return tasks.map(task => String(cluster.instances.find(one => one.containerInstanceArn === task.members.containerInstanceArn)?.ec2InstanceId)).sort();
}

export const ids = (messages: readonly { readonly id: string }[]) => messages.map(({ id }) => id);
