import { isDaemon } from './container-instances';
import { checkDaemon, countInstances } from './daemons';
import { clusterOf, longServiceArn, runnable, serviceOf } from './find';
import { deploy } from './play';
import { HIDDEN } from './rollouts';
import { describedService, remove } from './services';
import { Cluster, EcsState, Service } from './state';
import { checkTags, tagsIn } from './tags';
import { JsonObject, numberIn, objectIn, objectsIn, textIn } from '../json';
import { Actions } from '../wire/actions';
import { AwsError, invalidParameter } from '../wire/aws-error';

export function serviceWrites(state: EcsState): Actions {
  return {
    CreateService: input => ({ service: describedService(state, create(state, input)) }),
    DeleteService: ({ cluster, service: named, force }) => {
      const service = serviceOf(state, clusterOf(state, textIn(cluster)), textIn(named)!);
      if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
      // Only services with the strategy REPLICA have to be scaled down first.
      if (force !== true && service.desiredCount > 0 && !isDaemon(service)) throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
      remove(state, service, 'DRAINING');
      state.home.timeline.in(state.times.rolloutMs / 2, () => remove(state, service, 'INACTIVE'));
      return { service: describedService(state, service) };
    },
  };
}

/** Members of the request that are not members of the service's answer. */
const OTHERS = ['cluster', 'serviceName', 'taskDefinition', 'desiredCount', 'tags', 'clientToken', 'role'];

function create(state: EcsState, input: JsonObject): Service {
  const cluster = clusterOf(state, textIn(input.cluster));
  const name = textIn(input.serviceName)!;
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidParameter('The service name is not valid.');
  if ((textIn(objectIn(input.deploymentController).type) ?? 'ECS') !== 'ECS') throw new Error('The fake ECS creates only services that ECS deploys.');
  const tags = objectsIn(input.tags);
  checkTags(tags);
  if (input.schedulingStrategy === 'DAEMON') checkDaemon(input);
  const token = textIn(input.clientToken);
  const repeated = cluster.services.get(name);
  if (token !== undefined && repeated?.clientToken === token && repeated.status === 'ACTIVE') return repeated;
  const former = cluster.services.get(name)?.status ?? 'INACTIVE';
  if (former !== 'INACTIVE') {
    throw invalidParameter(former === 'DRAINING' ? 'Unable to Start a service that is still Draining.' : 'Creation of service was not idempotent.');
  }
  const isHidden = ([member]: [string, unknown]) => HIDDEN.includes(member);
  const members = Object.entries(input).filter(([member]) => !OTHERS.includes(member));
  const service = newService(state, {
    name,
    cluster,
    status: 'ACTIVE',
    tags: tagsIn(tags),
    desiredCount: numberIn(input.desiredCount) ?? 1,
    taskDefinition: runnable(state, textIn(input.taskDefinition)!),
    members: withDefaults(Object.fromEntries(members.filter(member => !isHidden(member))), cluster),
    hidden: Object.fromEntries(members.filter(isHidden)),
    ...token === undefined ? {} : { clientToken: token },
  });
  countInstances(service);
  deploy(state, service);
  return service;
}

export const FARGATE_PLATFORM = { platformVersion: 'LATEST', platformFamily: 'Linux' };

/** What a service has whose `deploymentConfiguration` was not set. */
export const DEPLOYMENT_CONFIGURATION = { deploymentCircuitBreaker: { enable: false, rollback: false }, maximumPercent: 200, minimumHealthyPercent: 100 };

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
export const OF_DAEMONS = { maximumPercent: 100, minimumHealthyPercent: 0 };

/** The service's place in the cluster that decides what runs it, and the defaults that AWS adds. */
function withDefaults(members: JsonObject, cluster: Cluster): JsonObject {
  const ofCluster = objectsIn(cluster.members.defaultCapacityProviderStrategy);
  const strategy = members.launchType === undefined ? objectsIn(members.capacityProviderStrategy ?? ofCluster) : [];
  const launchType = textIn(members.launchType) ?? 'EC2';
  const isFargate = strategy.length === 0 ? launchType === 'FARGATE' : strategy.some(({ capacityProvider }) => textIn(capacityProvider)!.startsWith('FARGATE'));
  return {
    ...strategy.length === 0 ? { launchType } : { capacityProviderStrategy: strategy },
    ...isFargate ? FARGATE_PLATFORM : {},
    ...members,
    deploymentConfiguration: {
      ...DEPLOYMENT_CONFIGURATION, ...members.schedulingStrategy === 'DAEMON' ? OF_DAEMONS : {}, ...objectIn(members.deploymentConfiguration),
    },
  };
}

type Given = Pick<Service, 'clientToken' | 'name' | 'cluster' | 'status' | 'tags' | 'desiredCount' | 'taskDefinition' | 'members' | 'hidden' | 'outcomeOf'>;

/** Adds a service without a rollout. */
export function newService(state: EcsState, given: Given & { readonly arn?: string }): Service {
  const { cluster, name } = given;
  const service: Service = {
    arn: longServiceArn(state, cluster.name, name),
    createdAt: state.home.timeline.now(),
    deployments: [],
    events: [],
    serviceDeployments: [],
    revisions: [],
    ...given,
  };
  cluster.services.set(name, service);
  return service;
}
