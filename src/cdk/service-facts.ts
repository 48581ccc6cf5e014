import type { CfnResource, Stack } from 'aws-cdk-lib';
import type { BaseService, CfnTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Attachment, isDaemon, sidecarOf } from './attachment';
import { KNOWN_ONLY_TO_CLOUDFORMATION, textFact } from './facts';
import { OtherDefinition, ServiceFacts } from '../preflight';
import { hostKind } from './network/host-kind';
import { describeReference, userPath } from './network/references';
import { namesOfRunners } from './runners';
import { possibleValues } from './tree/conditional-values';
import { readable, resolveIdentities } from './tree/identities';
import { isUnresolved } from './tree/loaded';
import { constructPath } from './tree/paths';
import { ServiceInTree } from './tree/runners';
import { StageIndex } from './tree/stage-index';

/** The facts of a service of this app. @param isFirst whether it is the first service that runs its task definition */
export function serviceFacts(index: StageIndex, at: ServiceInTree, attachment: Attachment, isFirst: boolean): ServiceFacts {
  const { NetworkConfiguration, PlatformVersion, DeploymentController, ServiceConnectConfiguration, LoadBalancers, Tags } = at.properties;
  const assignPublicIp = NetworkConfiguration?.AwsvpcConfiguration?.AssignPublicIp;
  return {
    name: constructPath(at.service),
    hostKind: hostKind(index, at.resource, at.properties),
    assignPublicIp: assignPublicIp === undefined || typeof assignPublicIp === 'string' ? assignPublicIp === 'ENABLED' : KNOWN_ONLY_TO_CLOUDFORMATION,
    platformVersion: PlatformVersion === undefined ? undefined : textFact(PlatformVersion),
    controller: textFact(DeploymentController?.Type ?? 'ECS'),
    otherDefinition: otherDefinition(index, at),
    // CloudFormation creates or updates it.
    status: 'ACTIVE',
    isExpressMode: false,
    agentRestarts: attachment.options.agent.enableRestartPolicy !== false,
    tags: knownTags(Tags),
    uncheckedRunners: isFirst ? uncheckedRunners(index, at, attachment) : [],
    hostNetworkPeers: attachment.options.isAlone ? [] : hostNetworkPeers(index, at),
    targetGroups: targetGroups(index, at.resource, LoadBalancers),
    // No option of the constructs turns it on.
    agentReadsHttps: false,
    publishedPorts: publishedPorts(ServiceConnectConfiguration),
  };
}

/** How the template names the service's task definition, if not by reference to the one that has the agent. */
function otherDefinition(
  index: StageIndex, { service: { taskDefinition }, resource, properties, taskDefinition: { Family } }: ServiceInTree,
): OtherDefinition | undefined {
  const own = taskDefinition.node.defaultChild as CfnTaskDefinition;
  const kinds = possibleValues(properties.TaskDefinition).map(value => {
    const identity = index.identity(value, resource);
    if (identity === `${constructPath(own)}#Ref`) return undefined;
    const name = readable(value).replace(/^arn:[^<]*:task-definition\//, '');
    const family = readable(Family ?? resolveIdentities(own, taskDefinition.family));
    if (name === family) return { is: 'family', found: family } as const;
    const isOther = value === undefined || name.startsWith(`${family}:`) || (identity !== undefined && (!identity.includes('#') || index.find(identity) !== undefined));
    return { is: isOther ? 'other' : 'unknown', found: value === undefined ? 'none' : nameOf(index, value, resource) } as const;
  });
  const [first] = kinds.filter(kind => kind !== undefined);
  if (first === undefined) return undefined;
  return { is: kinds.every(kind => kind?.is === first.is) ? first.is : 'unknown', found: first.found, wanted: taskDefinition.node.path };
}

function nameOf(index: StageIndex, value: unknown, from: CfnResource): string {
  return index.identity(value, from) === undefined ? readable(value) : describeReference(index, value, from);
}

/** Those that exist whenever this service does, whatever the conditions are. */
function hostNetworkPeers(index: StageIndex, at: ServiceInTree): readonly string[] {
  if (at.taskDefinition.NetworkMode !== 'host') return [];
  const cases = index.cases(at.resource, () => hostNetworkPeersNow(index, at));
  if ('tooMany' in cases) return [];
  const [first, ...others] = cases.map(({ value }) => value);
  return first.filter(peer => others.every(peers => peers.includes(peer)));
}

function hostNetworkPeersNow(index: StageIndex, at: ServiceInTree): readonly string[] {
  return servicesBeside(index, at).flatMap(({ node: { scope } }) => {
    const service = scope as BaseService;
    const isPeer = sidecarOf(service) !== undefined && !isDaemon(service);
    return isPeer && index.read(service.taskDefinition.node.defaultChild as CfnResource).NetworkMode === 'host' ? [service.node.path] : [];
  });
}

/** The other services of the cluster of a service, as far as they are known to be of the same one. */
export function servicesBeside(index: StageIndex, { resource }: ServiceInTree): readonly CfnResource[] {
  const cluster = index.identity(index.read(resource).Cluster, resource);
  if (cluster === undefined) return [];
  const inCluster = index.by('AWS::ECS::Service', 'Cluster').get(cluster) ?? [];
  return inCluster.filter(other => other !== resource && isOnePlace(cluster, resource.stack, other.stack));
}

/** Whether a cluster's identity means the same cluster in two stacks. A literal name may be used in several accounts and regions. */
function isOnePlace(identity: string, a: Stack, b: Stack): boolean {
  if (a === b || identity.includes('#') || identity.startsWith('arn:')) return true;
  return a.environment === b.environment && ![a.account, a.region].some(isUnresolved);
}

function knownTags(tags: unknown): ServiceFacts['tags'] {
  if (!Array.isArray(tags)) return [];
  const isKnown = (tag: any) => [tag.Key, tag.Value].every(text => typeof text === 'string' && !text.includes('${'));
  return tags.filter(isKnown).map(({ Key: key, Value: value }) => ({ key, value }));
}

/** The target groups of this app in a service's `LoadBalancers`, also that of the other side of a blue/green deployment. */
function targetGroups(index: StageIndex, service: CfnResource, loadBalancers: unknown): ServiceFacts['targetGroups'] {
  if (!Array.isArray(loadBalancers)) return [];
  const arns = loadBalancers.flatMap(({ TargetGroupArn: arn, AdvancedConfiguration: advanced }) => [arn, advanced?.AlternateTargetGroupArn]);
  const found = new Set(arns.map(arn => index.find(index.identity(arn, service))));
  return [...found].flatMap(group => group?.cfnResourceType === 'AWS::ElasticLoadBalancingV2::TargetGroup'
    ? [{ name: userPath(group.node.path), protocol: textFact(index.read(group).Protocol) }]
    : []);
}

/** The ports in a `ServiceConnectConfiguration`. */
function publishedPorts(configuration: any): ServiceFacts['publishedPorts'] {
  if (configuration === undefined || configuration.Enabled === false) return [];
  const { Enabled: isEnabled, Services: services = [] } = configuration;
  const isKnown = isEnabled === true && Array.isArray(services) && services.every(({ PortName: name }) => name !== undefined);
  return isKnown ? services.map(({ Tls: tls }) => ({ hasTls: tls !== undefined })) : KNOWN_ONLY_TO_CLOUDFORMATION;
}

/** What else runs the same task definition and is not checked. */
function uncheckedRunners(index: StageIndex, { service: { taskDefinition } }: ServiceInTree, { owners, services }: Attachment): string[] {
  // A sidecar of the task definition itself checks them.
  if (owners.length > services.size) return [];
  const known = [...services.keys()].map(service => service.node.defaultChild);
  return namesOfRunners(index, taskDefinition, known);
}
