import type { CfnResource } from 'aws-cdk-lib';
import { isFargate, providerOf, providersOfCluster, strategyOf } from './capacity-providers';
import { flagOr, knownIdentities, knownOrNone, onlyCloudFormationKnows, userPath } from './references';
import { Fact, InstanceFacts, Unknown } from '../../egress';
import { Properties } from '../tree/properties';
import { RunnerInTree } from '../tree/runners';
import { StageIndex } from '../tree/stage-index';

/** Container instances of one auto scaling group or provider: where they are, and the settings of their interface. */
export interface InstanceGroup extends Pick<InstanceFacts, 'publicIpv4' | 'ipv6'> {
  readonly id: string;
  readonly resource: CfnResource;
  /** Identities. */
  readonly subnets: Fact<readonly string[]>;
  readonly securityGroups: Fact<readonly string[]>;
}

/** The instances on which a service in `host` or `bridge` mode may run. */
export function instanceGroups(index: StageIndex, { cluster, resource }: RunnerInTree, properties: Properties): Fact<readonly InstanceGroup[]> {
  const strategy = strategyOf(index, resource, properties);
  const providers = strategy ? strategy.map(item => item.CapacityProvider) : providersOfCluster(index, resource, properties);
  const groups = providers.filter(provider => !isFargate(provider)).map(provider => groupOfProvider(index, provider, resource));
  if (!strategy) groups.push(...groupsByUserData(index, index.identity(properties.Cluster, resource)));
  if (groups.length === 0 || groups.includes(undefined)) return notAllInView(cluster);
  const known = [...new Set(groups as readonly CfnResource[])];
  return (properties.SchedulingStrategy === 'DAEMON' ? known.filter(group => mayRunDaemon(index, group)) : known).map(group => readGroup(index, group));
}

/** Managed Instances take daemons only by an API of their own, and the agent's daemon is for Linux. */
function mayRunDaemon(index: StageIndex, group: CfnResource): boolean {
  return group.cfnResourceType !== 'AWS::ECS::CapacityProvider' && runsWindows(index, group) !== true;
}

export function notAllInView(cluster: string): Unknown {
  return { unknown: `the container instances of ${cluster} are not all part of this app` };
}

/** The auto scaling group of a provider, or the provider itself if it manages its instances. */
export function groupOfProvider(index: StageIndex, value: unknown, service: CfnResource): CfnResource | undefined {
  const provider = providerOf(index, value, service);
  if (!provider) return undefined;
  const { ManagedInstancesProvider, AutoScalingGroupProvider } = index.read(provider);
  return ManagedInstancesProvider === undefined ? index.find(index.identity(AutoScalingGroupProvider?.AutoScalingGroupArn, provider)) : provider;
}

/**
 * Instances join the cluster that their user data writes into the configuration of ECS, as `addCapacity` does: in a file of Linux, in the
 * settings of Bottlerocket, or with a command of Windows.
 */
export function groupsByUserData(index: StageIndex, cluster: string | undefined): readonly CfnResource[] {
  if (cluster === undefined) return [];
  // In a text, a reference is written `${path.attribute}`.
  const [path, attribute] = cluster.split('#');
  const name = attribute === undefined ? path! : `\${${path}.${attribute}}`;
  const settings = ['ECS_CLUSTER=', 'cluster = "', '-Cluster \''].map(before => `${before}${name}`);
  return index.ofType('AWS::AutoScaling::AutoScalingGroup', group => {
    const text = userDataOf(index, group);
    return settings.some(setting => {
      const at = text.indexOf(setting);
      return at >= 0 && !/^[\w-]/.test(text.slice(at + setting.length));
    });
  });
}

/** Whether the instances of a group run Windows: their user data is a script of PowerShell, or their image is one of AWS's for Windows. */
export function runsWindows(index: StageIndex, group: CfnResource): Fact<boolean> {
  const launch = launchSettings(index, group);
  if (!launch) return { unknown: `the launch settings of auto scaling group ${group.node.path} are not part of this app` };
  return /<powershell>/.test(userDataOf(index, group)) || /ami-windows/.test(JSON.stringify(launch.properties.ImageId ?? ''));
}

/** Whether the app has instances of which it cannot be told whether they join a cluster, or which one. */
export function hasHiddenInstances(index: StageIndex): boolean {
  return index.ofType('AWS::AutoScaling::AutoScalingGroup').some(group => !launchSettings(index, group))
    || index.ofType('AWS::EC2::Instance').some(instance => /ECS_CLUSTER|settings\.ecs/.test(JSON.stringify(index.read(instance).UserData ?? '')));
}

function userDataOf(index: StageIndex, group: CfnResource): string {
  return index.once(`user data ${group.node.path}`, () => {
    const launch = launchSettings(index, group);
    return JSON.stringify(launch?.properties.UserData ?? '').replace(/\\n/g, '\n').replace(/\\"/g, '"');
  });
}

function readGroup(index: StageIndex, resource: CfnResource): InstanceGroup {
  const id = userPath(resource.node.path);
  const { ManagedInstancesProvider, VPCZoneIdentifier } = index.read(resource);
  if (ManagedInstancesProvider !== undefined) {
    const { Subnets, SecurityGroups } = ManagedInstancesProvider.InstanceLaunchTemplate?.NetworkConfiguration ?? {};
    return {
      id,
      resource,
      subnets: knownIdentities(index, Subnets, resource, `the subnets of capacity provider ${id}`),
      securityGroups: knownOrNone(index, SecurityGroups, resource, `the security groups of capacity provider ${id}`),
    };
  }
  return {
    id,
    resource,
    subnets: knownIdentities(index, VPCZoneIdentifier, resource, `the subnets of auto scaling group ${id}`),
    ...interfaceOf(index, resource),
  };
}

/** Launch configurations and launch templates have the same facts under different names. */
function interfaceOf(index: StageIndex, group: CfnResource): Pick<InstanceGroup, 'securityGroups' | 'publicIpv4' | 'ipv6'> {
  const what = `the launch settings of auto scaling group ${group.node.path}`;
  const launch = launchSettings(index, group);
  if (!launch) return hidden({ unknown: `${what} are not part of this app` });
  if (hasSeveralTemplates(index, group)) return hidden({ unknown: `auto scaling group ${group.node.path} has several launch templates` });
  const { source, properties } = launch;
  const [nic] = [properties.NetworkInterfaces ?? []].flat();
  const address = nic?.AssociatePublicIpAddress ?? properties.AssociatePublicIpAddress;
  const groups = nic?.Groups ?? properties.SecurityGroupIds ?? properties.SecurityGroups;
  return {
    publicIpv4: flagOr(undefined, address, `AssociatePublicIpAddress in ${what}`),
    ipv6: ipv6Of(nic, what),
    securityGroups: knownOrNone(index, groups, source, `the security groups in ${what}`),
  };
}

function hidden(unknown: Unknown): Pick<InstanceGroup, 'securityGroups' | 'publicIpv4' | 'ipv6'> {
  return { securityGroups: unknown, publicIpv4: unknown, ipv6: unknown };
}

/** Undefined if the subnet decides. */
function ipv6Of(nic: Properties | undefined, what: string): Fact<boolean> | undefined {
  if (nic?.Ipv6Addresses?.length > 0) return true;
  const count = nic?.Ipv6AddressCount;
  if (count === undefined) return undefined;
  return typeof count === 'number' ? count > 0 : onlyCloudFormationKnows(`Ipv6AddressCount in ${what}`);
}

function hasSeveralTemplates(index: StageIndex, group: CfnResource): boolean {
  const { Overrides = [] } = index.read(group).MixedInstancesPolicy?.LaunchTemplate ?? {};
  return [Overrides].flat().some(({ LaunchTemplateSpecification }: Properties) => LaunchTemplateSpecification !== undefined);
}

function launchSettings(index: StageIndex, group: CfnResource): { readonly source: CfnResource; readonly properties: Properties } | undefined {
  const { LaunchConfigurationName, LaunchTemplate, MixedInstancesPolicy } = index.read(group);
  const template = LaunchTemplate ?? MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  const source = index.find(index.identity(LaunchConfigurationName ?? template?.LaunchTemplateId, group));
  if (!source) return undefined;
  const properties = index.read(source);
  return { source, properties: properties.LaunchTemplateData ?? properties };
}
