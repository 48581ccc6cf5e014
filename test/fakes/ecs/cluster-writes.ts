import { describedCluster } from './clusters';
import { clusterArn, clusterOf } from './find';
import { Cluster, EcsState, Tag } from './state';
import { checkTags, tagsIn } from './tags';
import { arnOf } from '../home';
import { JsonObject, objectsIn, textIn } from '../json';
import { Actions } from '../wire/actions';
import { AwsError, clientError, invalidParameter } from '../wire/aws-error';

export function clusterWrites(state: EcsState): Actions {
  const changed = ({ cluster, ...members }: JsonObject) => {
    const of = clusterOf(state, textIn(cluster));
    of.members = { ...of.members, ...members };
    return { cluster: describedCluster(of, ['TAGS']) };
  };
  return {
    /** A cluster that is there stays as it is. */
    CreateCluster: ({ clusterName, tags, ...members }) => {
      const name = textIn(clusterName) ?? 'default';
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidParameter('The cluster name is not valid.');
      checkTags(objectsIn(tags));
      const present = state.clusters.get(name);
      const cluster = present?.status === 'ACTIVE' ? present : newCluster(state, name, tagsIn(objectsIn(tags)), members);
      return { cluster: describedCluster(cluster, ['TAGS']) };
    },
    UpdateCluster: changed,
    PutClusterCapacityProviders: changed,
    DeleteCluster: ({ cluster }) => {
      const of = clusterOf(state, textIn(cluster));
      if ([...of.services.values()].some(({ status }) => status === 'ACTIVE')) {
        throw new AwsError('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
      }
      of.status = 'INACTIVE';
      return { cluster: describedCluster(of, []) };
    },
    CreateCapacityProvider: members => {
      if (state.capacityProviders.some(({ name }) => name === members.name)) throw clientError('The specified capacity provider already exists.');
      return { capacityProvider: newCapacityProvider(state, members) };
    },
    DeleteCapacityProvider: ({ capacityProvider }) => {
      const index = state.capacityProviders.findIndex(({ name, capacityProviderArn }) => [name, capacityProviderArn].includes(capacityProvider));
      if (index === -1) throw clientError('The specified capacity provider does not exist.');
      const [deleted] = state.capacityProviders.splice(index, 1);
      return { capacityProvider: { ...deleted, status: 'INACTIVE' } };
    },
  };
}

export function newCluster(state: EcsState, name: string, tags: Tag[], members: JsonObject): Cluster {
  const cluster: Cluster = { name, arn: clusterArn(state, name), status: 'ACTIVE', tags, members, services: new Map(), tasks: [], instances: [] };
  state.clusters.set(name, cluster);
  return cluster;
}

export function newCapacityProvider(state: EcsState, members: JsonObject): JsonObject {
  const provider = { capacityProviderArn: arnOf(state.home, 'ecs', `capacity-provider/${textIn(members.name)}`), status: 'ACTIVE', ...members };
  state.capacityProviders.push(provider);
  return provider;
}
