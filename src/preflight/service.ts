import { ServiceFacts } from './facts';
import { finding, Finding } from './findings';
import { managingTool } from './managing-tools';
import { isUnknown } from '../egress';

/** Why a service cannot get the agent, or what happens to it later, whatever its task definition says. */
export function checkService(service: ServiceFacts): Finding[] {
  return [
    ...checkUpdate(service), ...checkDefinition(service), ...checkTool(service), ...checkTraffic(service),
    ...checkHostKind(service), ...checkSharing(service),
  ];
}

/** Why a service cannot be given another task definition, with or without the agent. */
export function checkUpdate(service: ServiceFacts): Finding[] {
  return [...checkStatus(service), ...checkController(service), ...checkOwner(service)];
}

/** A service that is not active takes no update. */
export function checkStatus({ name: service, status }: Pick<ServiceFacts, 'name' | 'status'>): Finding[] {
  return typeof status === 'string' && status !== 'ACTIVE' ? [finding('serviceNotActive', { service, status })] : [];
}

function checkHostKind({ name: service, hostKind, assignPublicIp, platformVersion, agentRestarts }: ServiceFacts): Finding[] {
  return [
    ...hostKind === 'EXTERNAL' ? [finding('externalInstances', { service })] : [],
    ...hostKind === 'EC2' && assignPublicIp === true ? [finding('assignPublicIp', { service })] : [],
    ...checkPlatformVersion(`service ${service}`, platformVersion, agentRestarts),
  ];
}

/** Whether the Fargate platform has restart policies. @param runner what runs the tasks, e.g. `service orders` */
export function checkPlatformVersion(runner: string, version: ServiceFacts['platformVersion'], agentRestarts: boolean): Finding[] {
  return typeof version === 'string' && /^1\.[0-3]\./.test(version) && agentRestarts ? [finding('platformVersion', { runner, version })] : [];
}

/** A controller that does not take a task definition from an update of the service. */
export function checkController({ name: service, controller }: Pick<ServiceFacts, 'name' | 'controller'>): Finding[] {
  if (controller === 'CODE_DEPLOY') return [finding('codeDeployNotRolledOut', { service })];
  return typeof controller === 'string' && controller !== 'ECS' ? [finding('externalController', { service, controller })] : [];
}

/** Whether the service runs the task definition that has the agent. With other controllers than ECS's own, something else decides. */
function checkDefinition({ name: service, controller, otherDefinition }: ServiceFacts): Finding[] {
  if (otherDefinition === undefined || controller !== 'ECS') return [];
  const { is, found, wanted } = otherDefinition;
  switch (is) {
    case 'other': return [finding('otherTaskDefinition', { service, found, wanted })];
    case 'unknown': return [finding('taskDefinitionUnknown', { service, found, wanted })];
    case 'family': return [finding('latestRevisionNotRolledOut', { service, found })];
  }
}

/** What else sets the task definition of a service, and so removes the agent later. */
export function checkManagers(service: ManagerFacts): Finding[] {
  return [...checkManagement(service), ...checkTool(service)];
}

type ManagerFacts = Pick<ServiceFacts, 'name' | 'stack' | 'isExpressMode' | 'tags'>;

/** Whether CloudFormation sets what the service runs, or ECS does for an Express Mode service. */
export function checkManagement({ name: service, stack, isExpressMode }: Omit<ManagerFacts, 'tags'>): Finding[] {
  return [
    ...stack === undefined ? [] : [finding('managedByCloudFormation', { service, stack })],
    ...isExpressMode ? [finding('expressMode', { service })] : [],
  ];
}

function checkOwner(facts: ServiceFacts): Finding[] {
  const { name: service, rollout, inactiveRevision } = facts;
  return [
    ...checkManagement(facts),
    ...rollout ? [finding('rolloutInProgress', { service, ...rollout })] : [],
    ...inactiveRevision === undefined ? [] : [finding('revisionInactive', { service, revision: inactiveRevision })],
  ];
}

/** A stack that manages the service is a finding of its own: what has deployed the stack, such as Copilot, is not reported, too. */
function checkTool({ name: service, stack, tags }: ManagerFacts): Finding[] {
  const found = stack === undefined ? managingTool(tags) : undefined;
  return found ? [finding('managedByOtherTool', { service, tool: found.title, tag: `${found.tag.key}=${found.tag.value}` })] : [];
}

/** Whether the agent sees each request, and sees it once. */
function checkTraffic({ name: service, publishedPorts, targetGroups, agentReadsHttps }: ServiceFacts): Finding[] {
  // Traffic with TLS can be read only behind the proxy.
  const isSeenTwice = !isUnknown(publishedPorts) && publishedPorts.some(({ hasTls }) => !hasTls);
  const encrypted = agentReadsHttps ? [] : targetGroups.flatMap(({ name, protocol }) =>
    isUnknown(protocol) || !ENCRYPTED.includes(protocol) ? [] : [finding('tlsInContainer', { service, targetGroup: name, protocol })]);
  return [...isSeenTwice ? [finding('serviceConnect', { service })] : [], ...encrypted];
}

/**
 * Protocols with which a load balancer sends encrypted requests to its targets. What a listener of TCP passes on is not known.
 *
 * @see https://docs.aws.amazon.com/config/latest/developerguide/elbv2-targetgroup-protocol-encrypted.html
 */
const ENCRYPTED: readonly string[] = ['HTTPS', 'TLS', 'QUIC'];

/**
 * A service that runs the same task definition also runs the agent, in a network that is not checked. In network mode `host`, the
 * agents of two services see the same traffic where their tasks run on one instance.
 */
function checkSharing({ name, uncheckedRunners, hostNetworkPeers: others }: ServiceFacts): Finding[] {
  return [
    ...uncheckedRunners.map(runner => finding('sharedTaskDefinition', { runner })),
    ...others.length === 0 ? [] : [finding('sharedHostNetwork', { service: name, others })],
  ];
}
