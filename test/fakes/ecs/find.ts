import { Cluster, EcsState, Service, Task, TaskDefinition } from './state';
import { arnOf } from '../home';
import { AwsError, clientError } from '../wire/aws-error';

/** Callers name a resource by its name, by its ARN in the long form, or by its ARN in the short form from before 2018. */

const clusterName = (named: string | undefined) => (named ?? 'default').replace(/^arn:aws:ecs:[^:]+:\d+:cluster\//, '');

export function findCluster(state: EcsState, named: string | undefined): Cluster | undefined {
  const cluster = state.clusters.get(clusterName(named));
  return named?.startsWith('arn:') && cluster?.arn !== named ? undefined : cluster;
}

export function clusterOf(state: EcsState, named: string | undefined): Cluster {
  const cluster = findCluster(state, named);
  if (!cluster || cluster.status !== 'ACTIVE') throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return cluster;
}

export function clusterArn(state: EcsState, name: string): string {
  return arnOf(state.home, 'ecs', `cluster/${name}`);
}

/** An ARN in the long form matches only in its own cluster. */
export function findService(state: EcsState, cluster: Cluster, named: string): Service | undefined {
  if (!named.startsWith('arn:')) return cluster.services.get(named);
  const [name, of] = named.replace(`${arnOf(state.home, 'ecs', 'service/')}`, '').split('/').reverse();
  return of === undefined || of === cluster.name ? cluster.services.get(name) : undefined;
}

export function serviceOf(state: EcsState, cluster: Cluster, named: string): Service {
  const service = findService(state, cluster, named);
  if (!service) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  return service;
}

export function longServiceArn(state: EcsState, cluster: string, name: string): string {
  return arnOf(state.home, 'ecs', `service/${cluster}/${name}`);
}

export function findTask(cluster: Cluster, named: string): Task | undefined {
  return cluster.tasks.find(({ arn }) => arn === named || arn.endsWith(`/${named}`));
}

/** By family (its newest active revision), `family:revision` or ARN. */
export function findTaskDefinition(state: EcsState, named: string): TaskDefinition | undefined {
  const prefix = arnOf(state.home, 'ecs', 'task-definition/');
  if (named.startsWith('arn:') && !named.startsWith(prefix)) return undefined;
  const [family, revision] = named.replace(prefix, '').split(':');
  const all = state.families.get(family) ?? [];
  if (revision === undefined) return named.startsWith('arn:') ? undefined : all.filter(({ status }) => status === 'ACTIVE').pop();
  return all.find(definition => String(definition.revision) === revision);
}

/** The task definition that a service will run. */
export function runnable(state: EcsState, named: string): TaskDefinition {
  const definition = findTaskDefinition(state, named);
  if (!definition) throw clientError('TaskDefinition not found.');
  if (definition.status !== 'ACTIVE') throw clientError('TaskDefinition is inactive');
  return definition;
}
