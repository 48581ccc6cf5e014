import type { CfnResource } from 'aws-cdk-lib';
import { isFargate, providerOf, providersOfCluster, strategyOf } from './capacity-providers';
import { knownIdentities, onlyCloudFormationKnows, userPath } from './references';
import { Fact } from '../../egress';
import { Properties } from '../tree/properties';
import { ServiceInTree } from '../tree/services';
import { StageIndex } from '../tree/stage-index';

/** Container instances of one auto scaling group: their subnets and the settings of their interface. */
interface InstanceGroup {
  readonly name: string;
  /** Identities. */
  readonly subnets: Fact<readonly string[]>;
  readonly securityGroups: Fact<readonly string[]>;
  /** Undefined if the subnet decides. */
  readonly publicIpv4: Fact<boolean> | undefined;
}

/** The instances on which a service in `host` mode may run. */
export function instanceGroups(index: StageIndex, { service, resource, properties }: ServiceInTree): Fact<readonly InstanceGroup[]> {
  const strategy = strategyOf(index, resource, properties);
  const providers = strategy ? strategy.map(item => item.CapacityProvider) : providersOfCluster(index, resource, properties);
  const groups = providers.filter(provider => !isFargate(provider)).map(provider => groupOfProvider(index, provider, resource));
  if (!strategy) groups.push(...groupsByUserData(index, index.identity(properties.Cluster, resource)));
  if (groups.length === 0 || groups.includes(undefined)) {
    return { unknown: `the container instances of cluster ${service.cluster.node.path} are not all part of this app` };
  }
  return [...new Set(groups)].map(group => readGroup(index, group!));
}

function groupOfProvider(index: StageIndex, value: unknown, service: CfnResource): CfnResource | undefined {
  const provider = providerOf(index, value, service);
  return provider && index.find(index.identity(index.read(provider).AutoScalingGroupProvider?.AutoScalingGroupArn, provider));
}

/** Instances join the cluster that their user data writes into the configuration of ECS, as `addCapacity` does. */
function groupsByUserData(index: StageIndex, cluster: string | undefined): readonly CfnResource[] {
  if (cluster === undefined) return [];
  // In a text, a reference is written `${path.attribute}`.
  const [path, attribute] = cluster.split('#');
  const setting = attribute === undefined ? `ECS_CLUSTER=${path}` : `ECS_CLUSTER=\${${path}.${attribute}}`;
  return index.ofType('AWS::AutoScaling::AutoScalingGroup').filter(group => {
    const text = userDataOf(index, group);
    const at = text.indexOf(setting);
    return at >= 0 && !/^[\w-]/.test(text.slice(at + setting.length));
  });
}

function userDataOf(index: StageIndex, group: CfnResource): string {
  return index.once(`user data ${group.node.path}`, () => {
    const launch = launchSettings(index, group);
    return JSON.stringify(launch?.properties.UserData ?? '').replace(/\\n/g, '\n');
  });
}

function readGroup(index: StageIndex, group: CfnResource): InstanceGroup {
  const name = userPath(group.node.path);
  return {
    name,
    subnets: knownIdentities(index, index.read(group).VPCZoneIdentifier, group, `the subnets of auto scaling group ${name}`),
    ...interfaceOf(index, group),
  };
}

/** Launch configurations and launch templates have the same facts under different names. */
function interfaceOf(index: StageIndex, group: CfnResource): Pick<InstanceGroup, 'securityGroups' | 'publicIpv4'> {
  const what = `the launch settings of auto scaling group ${group.node.path}`;
  const launch = launchSettings(index, group);
  if (!launch) {
    const unknown = { unknown: `${what} are not part of this app` };
    return { securityGroups: unknown, publicIpv4: unknown };
  }
  const { source, properties } = launch;
  const [nic] = properties.NetworkInterfaces ?? [];
  const address = nic?.AssociatePublicIpAddress ?? properties.AssociatePublicIpAddress;
  return {
    publicIpv4: address === undefined || typeof address === 'boolean' ? address : onlyCloudFormationKnows(`AssociatePublicIpAddress in ${what}`),
    securityGroups: knownIdentities(index, nic?.Groups ?? properties.SecurityGroupIds ?? properties.SecurityGroups, source, `the security groups in ${what}`),
  };
}

function launchSettings(index: StageIndex, group: CfnResource): { readonly source: CfnResource; readonly properties: Properties } | undefined {
  const { LaunchConfigurationName, LaunchTemplate, MixedInstancesPolicy } = index.read(group);
  const template = LaunchTemplate ?? MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  const source = index.find(index.identity(LaunchConfigurationName ?? template?.LaunchTemplateId, group));
  if (!source) return undefined;
  const properties = index.read(source);
  return { source, properties: properties.LaunchTemplateData ?? properties };
}
