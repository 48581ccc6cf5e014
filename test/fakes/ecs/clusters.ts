import { clusterArn, clusterOf, findCluster } from './find';
import { Cluster, EcsState } from './state';
import { tagsOut } from './tags';
import { JsonObject, textIn, textsIn } from '../json';
import { ecsPage } from '../paging';
import { Actions } from '../wire/actions';
import { invalidParameter } from '../wire/aws-error';

export function clusterActions(state: EcsState): Actions {
  return {
    DescribeClusters: ({ clusters, include }) => {
      const named = clusters === undefined ? ['default'] : textsIn(clusters);
      if (named.length > 100) throw invalidParameter('Clusters cannot be more than 100.');
      return answerFor(named, name => findCluster(state, name), {
        member: 'clusters',
        describe: cluster => describedCluster(cluster, textsIn(include)),
        arn: name => name.startsWith('arn:') ? name : clusterArn(state, name),
      });
    },
    ListClusters: input => {
      const active = [...state.clusters.values()].filter(({ status }) => status === 'ACTIVE');
      return ecsPage('clusterArns', active.map(({ arn }) => arn), input, { default: 100, most: 100 });
    },
    ListContainerInstances: input => {
      const { instances } = clusterOf(state, textIn(input.cluster));
      const status = textIn(input.status);
      const arns = instances.filter(instance => status === undefined || instance.status === status).map(instance => textIn(instance.containerInstanceArn)!);
      return ecsPage('containerInstanceArns', arns, input, { default: 100, most: 100 });
    },
    DescribeContainerInstances: ({ cluster, containerInstances }) => {
      const { instances } = clusterOf(state, textIn(cluster));
      const named = textsIn(containerInstances);
      if (named.length === 0) throw invalidParameter('Container instances cannot be empty.');
      if (named.length > 100) throw invalidParameter('Container instances cannot be more than 100.');
      const find = (name: string) => instances.find(({ containerInstanceArn: arn }) => arn === name || textIn(arn)!.endsWith(`/${name}`));
      return answerFor(named, find, {
        member: 'containerInstances', describe: instance => instance, arn: name => name,
      });
    },
    DescribeCapacityProviders: input => {
      const all = state.capacityProviders;
      if (input.capacityProviders === undefined) return ecsPage('capacityProviders', all, input, { default: 10, most: 10 });
      return answerFor(textsIn(input.capacityProviders), name => all.find(provider => provider.name === name || provider.capacityProviderArn === name), {
        member: 'capacityProviders', describe: provider => provider, arn: name => name,
      });
    },
  };
}

/** The found items under a member's name, and a failure for each name that was not found. */
export function answerFor<T>(
  named: readonly string[], find: (name: string) => T | undefined,
  { member, describe, arn }: { member: string; describe: (found: T) => JsonObject; arn: (name: string) => string },
): JsonObject {
  const found = named.map(name => ({ name, thing: find(name) }));
  return {
    [member]: found.flatMap(({ thing }) => thing === undefined ? [] : [describe(thing)]),
    failures: found.filter(({ thing }) => thing === undefined).map(({ name }) => ({ arn: arn(name), reason: 'MISSING' })),
  };
}

export function describedCluster(cluster: Cluster, include: readonly string[]): JsonObject {
  const services = [...cluster.services.values()];
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: cluster.instances.length,
    runningTasksCount: cluster.tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: cluster.tasks.filter(({ lastStatus }) => lastStatus === 'PENDING').length,
    activeServicesCount: services.filter(({ status }) => status === 'ACTIVE').length,
    statistics: [],
    settings: [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    ...cluster.members,
    tags: include.includes('TAGS') ? tagsOut(cluster.tags) : [],
  };
}
