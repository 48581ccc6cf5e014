import { CfnResource } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { NetworkResolver } from './network';
import { Properties } from './stage-index';
import { Fact, HostKind, isUnknown } from '../egress';

/** Container instances: where they stand and what their interface is like. */
export interface InstanceGroup {
  readonly name: string;
  /** Identities. */
  readonly subnets: Fact<readonly string[]>;
  readonly securityGroups: Fact<readonly string[]>;
  /** Undefined: the subnet decides. */
  readonly publicIpv4: Fact<boolean> | undefined;
}

/** What runs the tasks of a service. */
export function hostKind(network: NetworkResolver, service: CfnResource, properties: Properties): Fact<HostKind> {
  const strategy = strategyOf(network, service, properties);
  if (!strategy) {
    const launchType = properties.LaunchType ?? 'EC2';
    return ['FARGATE', 'EC2', 'MANAGED_INSTANCES', 'EXTERNAL'].includes(launchType)
      ? launchType : { unknown: `the launch type of ${service.node.path} is known only to CloudFormation` };
  }
  const kinds = new Set(strategy.map(item => kindOfProvider(network, item.CapacityProvider, service)));
  const unseen = [...kinds].find(isUnknown);
  if (unseen) return unseen;
  return kinds.size === 1
    ? [...kinds][0]
    : { unknown: `service ${service.node.path} mixes capacity providers of several kinds (${[...kinds].join(', ')})` };
}

/** The service's own strategy, else the cluster's default one where the service names no launch type. */
function strategyOf(network: NetworkResolver, service: CfnResource, properties: Properties): readonly any[] | undefined {
  if (properties.CapacityProviderStrategy?.length > 0) return properties.CapacityProviderStrategy;
  if (properties.LaunchType !== undefined) return undefined;
  const cluster = network.index.identity(properties.Cluster, service);
  const defaults = associationsOf(network, cluster).flatMap(association => network.index.read(association).DefaultCapacityProviderStrategy ?? []);
  return defaults.length > 0 ? defaults : undefined;
}

function associationsOf(network: NetworkResolver, cluster: string | undefined): readonly CfnResource[] {
  return network.index.by('AWS::ECS::ClusterCapacityProviderAssociations', 'Cluster').get(cluster ?? '') ?? [];
}

function kindOfProvider(network: NetworkResolver, value: unknown, from: CfnResource): Fact<HostKind> {
  if (value === 'FARGATE' || value === 'FARGATE_SPOT') return 'FARGATE';
  const provider = providerOf(network, value, from);
  if (provider) {
    const { AutoScalingGroupProvider, ManagedInstancesProvider } = network.index.read(provider);
    if (AutoScalingGroupProvider !== undefined) return 'EC2';
    if (ManagedInstancesProvider !== undefined) return 'MANAGED_INSTANCES';
  }
  return { unknown: `capacity provider ${network.nameOf(value, from)} is not part of this app` };
}

/** By reference, or by the literal name that the provider was given. */
function providerOf(network: NetworkResolver, value: unknown, from: CfnResource): CfnResource | undefined {
  const identity = network.index.identity(value, from);
  return network.index.find(identity)
    ?? (identity === undefined ? undefined : network.index.by('AWS::ECS::CapacityProvider', 'Name').get(identity)?.[0]);
}

/** The instances that a service in `host` mode may run on. */
export function instanceGroups(
  network: NetworkResolver, service: CfnResource, properties: Properties, cluster: ecs.ICluster,
): Fact<readonly InstanceGroup[]> {
  const strategy = strategyOf(network, service, properties);
  const providers = strategy
    ? strategy.map(item => item.CapacityProvider)
    : associationsOf(network, network.index.identity(properties.Cluster, service))
      .flatMap(association => network.index.read(association).CapacityProviders ?? []);
  const groups: (CfnResource | undefined)[] = providers
    .filter(name => name !== 'FARGATE' && name !== 'FARGATE_SPOT')
    .map(name => groupOfProvider(network, name, service));
  if (!strategy) groups.push(...groupsByUserData(network, network.index.identity(properties.Cluster, service)));
  if (groups.length === 0 || groups.includes(undefined)) {
    return { unknown: `the container instances of cluster ${cluster.node.path} are not all part of this app` };
  }
  return [...new Set(groups)].map(group => readGroup(network, group!));
}

function groupOfProvider(network: NetworkResolver, name: unknown, service: CfnResource): CfnResource | undefined {
  const provider = providerOf(network, name, service);
  if (!provider) return undefined;
  const arn = network.index.read(provider).AutoScalingGroupProvider?.AutoScalingGroupArn;
  return network.index.find(network.index.identity(arn, provider));
}

/** Instances join a cluster by the name that their user data writes into ECS's configuration, which `addCapacity` sees to. */
function groupsByUserData(network: NetworkResolver, cluster: string | undefined): readonly CfnResource[] {
  if (cluster === undefined) return [];
  // Within text, a reference reads as `${path.attribute}`.
  const [path, attribute] = cluster.split('#');
  const name = attribute === undefined ? `ECS_CLUSTER=${path}` : `ECS_CLUSTER=\${${path}.${attribute}}`;
  return network.index.ofType('AWS::AutoScaling::AutoScalingGroup').filter(group => {
    const text = userDataOf(network, group);
    const at = text.indexOf(name);
    return at >= 0 && !/^[\w-]/.test(text.slice(at + name.length));
  });
}

function userDataOf(network: NetworkResolver, group: CfnResource): string {
  return network.index.once(`user data ${group.node.path}`, () => {
    const data = launchDataOf(network, group);
    return JSON.stringify(data?.properties.UserData ?? '').replace(/\\n/g, '\n');
  });
}

function readGroup(network: NetworkResolver, group: CfnResource): InstanceGroup {
  const { VPCZoneIdentifier } = network.index.read(group);
  const name = network.nameOfIdentity(`${group.node.path}#Ref`)!;
  const launch = launchOf(network, group);
  return {
    name,
    subnets: identitiesOf(network, VPCZoneIdentifier, group, `the subnets of auto scaling group ${name}`),
    securityGroups: isUnknown(launch) ? launch : launch.securityGroups,
    publicIpv4: isUnknown(launch) ? launch : launch.publicIpv4,
  };
}

/** Launch configurations and launch templates hold the same facts under different names. */
function launchOf(network: NetworkResolver, group: CfnResource): Fact<Pick<InstanceGroup, 'securityGroups' | 'publicIpv4'>> {
  const what = `the launch settings of auto scaling group ${group.node.path}`;
  const launch = launchDataOf(network, group);
  if (!launch) return { unknown: `${what} are not part of this app` };
  const { source, properties } = launch;
  const [nic] = properties.NetworkInterfaces ?? [];
  const address = nic?.AssociatePublicIpAddress ?? properties.AssociatePublicIpAddress;
  return {
    publicIpv4: address === undefined || typeof address === 'boolean' ? address : { unknown: `whether ${what} give a public address` },
    securityGroups: identitiesOf(network, nic?.Groups ?? properties.SecurityGroupIds ?? properties.SecurityGroups, source, `the security groups in ${what}`),
  };
}

function launchDataOf(network: NetworkResolver, group: CfnResource): { readonly source: CfnResource; readonly properties: Properties } | undefined {
  const { LaunchConfigurationName, LaunchTemplate, MixedInstancesPolicy } = network.index.read(group);
  const specification = LaunchTemplate ?? MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  const source = network.index.find(network.index.identity(LaunchConfigurationName ?? specification?.LaunchTemplateId, group));
  const properties = source && network.index.read(source);
  return source && { source, properties: properties!.LaunchTemplateData ?? properties };
}

/** A list of references; unknown where the list or one of its members is known only to CloudFormation. */
export function identitiesOf(network: NetworkResolver, values: unknown, from: CfnResource, what: string): Fact<readonly string[]> {
  const identities = Array.isArray(values) ? values.map(value => network.index.identity(value, from)) : [undefined];
  return identities.every(identity => identity !== undefined)
    ? identities
    : { unknown: `${what} are known only to CloudFormation` };
}
