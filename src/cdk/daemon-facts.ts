import type { CfnResource } from 'aws-cdk-lib';
import type { CfnService } from 'aws-cdk-lib/aws-ecs';
import { Attachment, attachmentOf, AttachOptions, isDaemon } from './attachment';
import { KNOWN_ONLY_TO_CLOUDFORMATION, textFact } from './facts';
import { isFargate, providersOfCluster } from './network/capacity-providers';
import { groupOfProvider, groupsByUserData, hasHiddenInstances, notAllInView, runsWindows } from './network/instances';
import { userPath } from './network/references';
import { pathOf, serviceOf } from './runners';
import { servicesBeside } from './service-facts';
import { AgentOptions, captureSelection } from '../agent';
import { CapacityFacts, DaemonFacts, ServiceOnInstances } from '../preflight';
import { isKnownLater } from './tree/later';
import { constructPath } from './tree/paths';
import { finalValue } from './tree/properties';
import { ServiceInTree } from './tree/runners';
import { StageIndex } from './tree/stage-index';

/** The facts of a daemon of this app, and of what else is on its cluster. */
export function daemonFacts(index: StageIndex, at: ServiceInTree, { options }: Attachment): DaemonFacts {
  const { networkInterfaces = [], bpfFilter } = options.agent;
  const services = servicesThatExist(index, at);
  // Of two daemons, the later one reports that there are two.
  const all = index.ofType('AWS::ECS::Service');
  const earlier = services.filter(other => all.indexOf(other) < all.indexOf(at.resource));
  return {
    name: pathOf(at.resource),
    cluster: constructPath(at.service.cluster),
    capacity: capacityOf(index, at),
    networkInterfaces: networkInterfaces.some(isKnownLater) ? KNOWN_ONLY_TO_CLOUDFORMATION : networkInterfaces,
    hasPacketFilter: bpfFilter !== undefined,
    selection: selectionOf(index, at.resource, options),
    otherDaemons: earlier.filter(isOfDaemon).map(resource => ({
      name: pathOf(resource), selection: selectionOf(index, resource, attachmentOf(serviceOf(resource)!)!.options),
    })),
    services: services.filter(resource => !isOfDaemon(resource)).map(resource => onInstances(index, resource)),
  };
}

/** Those that exist whenever the daemon does, whatever the conditions are. */
function servicesThatExist(index: StageIndex, at: ServiceInTree): readonly CfnResource[] {
  const cases = index.cases(at.resource, () => servicesBeside(index, at));
  if ('tooMany' in cases) return [];
  const [first, ...others] = cases.map(({ value }) => value);
  return first!.filter(service => others.every(services => services.includes(service)));
}

function isOfDaemon(resource: CfnResource): boolean {
  const service = serviceOf(resource);
  return service !== undefined && isDaemon(service);
}

/** The agent of a daemon is also selected by the instances that it runs on. */
function selectionOf(index: StageIndex, resource: CfnResource, { agent, isAlone }: AttachOptions): string {
  const constraints = isAlone ? finalValue(resource, 'PlacementConstraints', (resource as CfnService).placementConstraints) : undefined;
  return captureSelection(index.resolved(resource, agent) as AgentOptions, [index.resolved(resource, constraints) ?? []].flat());
}

function onInstances(index: StageIndex, resource: CfnResource): ServiceOnInstances {
  const service = serviceOf(resource);
  const attachment = service && attachmentOf(service);
  const definition = index.find(index.identity(index.read(resource).TaskDefinition, resource));
  return {
    name: pathOf(resource),
    networkMode: definition ? textFact(index.read(definition).NetworkMode ?? 'bridge') : KNOWN_ONLY_TO_CLOUDFORMATION,
    ...attachment ? { sidecar: { selection: selectionOf(index, resource, attachment.options) } } : {},
  };
}

/** What the cluster runs tasks on, if the app has all of it, and it is the same whatever the conditions are. */
function capacityOf(index: StageIndex, at: ServiceInTree): DaemonFacts['capacity'] {
  const cases = index.cases(at.resource, () => capacityNow(index, at));
  if ('tooMany' in cases) return notAllInView(at.cluster);
  const [first, ...others] = cases.map(({ value }) => value);
  return others.every(other => JSON.stringify(other) === JSON.stringify(first)) ? first! : notAllInView(at.cluster);
}

function capacityNow(index: StageIndex, { service: { cluster }, cluster: name, resource, properties }: ServiceInTree): DaemonFacts['capacity'] {
  const identity = index.identity(properties.Cluster, resource);
  const own = index.find(identity);
  const providers = [...providersOfCluster(index, resource, properties), ...own ? [index.read(own).CapacityProviders ?? []].flat() : []];
  const fargate = providers.filter(isFargate);
  const found = [
    ...providers.filter(provider => !isFargate(provider)).map(provider => groupOfProvider(index, provider, resource)),
    ...groupsByUserData(index, identity),
  ];
  if (found.includes(undefined)) return notAllInView(name);
  const groups = [...new Set(found as readonly CfnResource[])];
  // The CDK knows whether it has added instances, and the user whether an imported cluster has some.
  if (groups.length === 0 && (cluster.hasEc2Capacity || hasHiddenInstances(index))) return notAllInView(name);
  return [...fargate.length > 0 ? [FARGATE] : [], ...groups.map(group => groupFacts(index, group))];
}

const FARGATE: CapacityFacts = { name: 'Fargate', kind: 'FARGATE', isWindows: false };

function groupFacts(index: StageIndex, group: CfnResource): CapacityFacts {
  const isManaged = group.cfnResourceType === 'AWS::ECS::CapacityProvider';
  return {
    name: userPath(group.node.path), kind: isManaged ? 'MANAGED_INSTANCES' : 'EC2', isWindows: isManaged ? false : runsWindows(index, group),
  };
}
