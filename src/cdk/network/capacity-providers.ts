import type { CfnResource } from 'aws-cdk-lib';
import { Properties } from '../tree/properties';
import { StageIndex } from '../tree/stage-index';

/** The service's own capacity provider strategy. Without one, and without a launch type, the cluster's default strategy applies. */
export function strategyOf(index: StageIndex, service: CfnResource, properties: Properties): readonly Properties[] | undefined {
  if (properties.CapacityProviderStrategy?.length > 0) return properties.CapacityProviderStrategy;
  if (properties.LaunchType !== undefined) return undefined;
  const defaults = associationsOf(index, index.identity(properties.Cluster, service))
    .flatMap(association => index.read(association).DefaultCapacityProviderStrategy ?? []);
  return defaults.length > 0 ? defaults : undefined;
}

/** The capacity providers of the service's cluster, as the cluster's associations name them. */
export function providersOfCluster(index: StageIndex, service: CfnResource, properties: Properties): readonly unknown[] {
  return associationsOf(index, index.identity(properties.Cluster, service)).flatMap(association => index.read(association).CapacityProviders ?? []);
}

/** A provider that is named by reference, or by its literal name. */
export function providerOf(index: StageIndex, value: unknown, from: CfnResource): CfnResource | undefined {
  const identity = index.identity(value, from);
  return index.find(identity) ?? (identity === undefined ? undefined : index.by('AWS::ECS::CapacityProvider', 'Name').get(identity)?.[0]);
}

export function isFargate(provider: unknown): boolean {
  return provider === 'FARGATE' || provider === 'FARGATE_SPOT';
}

function associationsOf(index: StageIndex, cluster: string | undefined): readonly CfnResource[] {
  return index.by('AWS::ECS::ClusterCapacityProviderAssociations', 'Cluster').get(cluster ?? '') ?? [];
}
