import { Addition } from './revision-plan';
import { DAEMON, daemonOptions, GENERATIONS } from '../../agent';
import {
  agentsIn, captureSelectionIn, daemonDefinition, daemonTags, generationIn, hasPacketFilter, interfacesOf, JsonObject, textIn,
} from '../../edit';
import { isUnknown } from '../../egress';
import { ApiKeySource, daemonRoleStatements, Statement } from '../../permissions';
import { checkDaemon, DaemonFacts, finding, Finding } from '../../preflight';
import { Account } from '../calls/account';
import { ClusterName, lastPart, placeOf } from '../calls/arns';
import { findLogGroup } from '../reads/agent-log';
import { EcsCluster, readCluster } from '../reads/cluster';
import { ContainerInstance } from '../reads/container-instances';
import { daemonLogGroup, daemonRoleArn, findRole, roleArnOf } from '../reads/daemon-role';
import { capacityOf, isDaemon, networkModeOf, servicesOn, ServiceSeen } from '../reads/daemons';
import { Hosts } from '../reads/hosts';
import { Revisions } from '../reads/revisions';
import { EcsService } from '../reads/services';

/** What is asked for, besides the agent. */
export interface DaemonAsked {
  readonly cluster: ClusterName;
  /** The name of the daemon's service. @default - that of the daemon that is there, else one by the generation of the agent */
  readonly service?: string;
  /** Name or ARN. @default - a role is created */
  readonly executionRole?: string;
}

/** The role that is created for a daemon. */
export interface DaemonRole {
  readonly arn: string;
  /** If false, this program has made it before, and only its policy is written. */
  readonly isNew: boolean;
}

/** What such a role is for. */
export interface DaemonGrant extends DaemonRole {
  /** Undefined if the key is in the task definition in clear text. */
  readonly secret?: ApiKeySource;
  readonly logGroup: string;
  readonly image: string;
}

/** What a plan for a daemon knows besides that of a service. */
export interface DaemonPart {
  /** The task definition without the agent, if the daemon is new. */
  readonly base?: JsonObject;
  /** The service as it will be created, if the daemon is new. */
  readonly service?: EcsService;
  /** The role that this program makes for it. */
  readonly role?: DaemonRole;
  /** The role that the user has named. */
  readonly executionRoleArn?: string;
  /** The log group that will be created. */
  readonly newLogGroup?: string;
  /** Whether it is unknown if the group exists. Then one that exists stays as it is. @default false */
  readonly mayHaveLogGroup?: boolean;
  readonly coverage: Coverage;
  readonly cluster: ClusterView;
  /** Of the role and the log group. */
  readonly findings: readonly Finding[];
}

/** The cluster of a daemon, with everything on it but the daemon. */
interface ClusterView {
  readonly name: string;
  readonly capacity: DaemonFacts['capacity'];
  readonly otherDaemons: readonly ServiceSeen[];
  readonly services: readonly ServiceSeen[];
}

/** What a plan for a daemon has besides that of a service. */
export interface DaemonPlan {
  readonly isNew: boolean;
  /** The instances on which it runs. Undefined if they are unknown. */
  readonly instances?: number;
  /** What the role gets that is made for it. */
  readonly grant?: DaemonGrant;
  /** The log group that will be created. */
  readonly newLogGroup?: string;
  /** Whether it is unknown if the group exists. Then one that exists stays as it is. @default false */
  readonly mayHaveLogGroup?: boolean;
}

/** How much of a cluster a daemon sees. */
export interface Coverage {
  /** The instances on which it runs. Undefined if they are unknown. */
  readonly instances?: number;
  /** Services by network mode. `own`: `awsvpc` and Fargate, and `none`. */
  readonly services: { readonly bridge: number; readonly host: number; readonly own: number };
}

/** What is in place of the ARN of the revision that a service runs which does not exist yet. */
export const NOT_CREATED = '';

/** The names that daemons have if no other is given. */
export const DAEMON_NAMES: readonly string[] = GENERATIONS.map(({ daemonService }) => daemonService);

/** The request for an agent, of which a daemon changes a part. */
interface AgentRequest {
  readonly agent: Pick<Addition, 'generation' | 'options' | 'named' | 'logGroup'>;
  readonly grantSecretAccess: boolean;
}

export interface DaemonAddition<Request> {
  readonly request: Request & { readonly daemon: DaemonPart };
  /** As it is, or as it will be created. */
  readonly service: EcsService;
  readonly revisions: Revisions;
}

/** The request for the daemon of a cluster, with what is known of the cluster. @throws Failure if it cannot be read */
export async function daemonAddition<Request extends AgentRequest>(
  account: Account, request: Request, asked: DaemonAsked,
): Promise<DaemonAddition<Request>> {
  const { generation } = request.agent;
  const revisions = new Revisions(account);
  const hosts = new Hosts(account);
  const cluster = await readCluster(account, asked.cluster);
  const services = await servicesOn(account, revisions, asked.cluster);
  const daemons = services.filter(isDaemon);
  const name = asked.service ?? (daemons.length === 1 ? daemons[0].service.serviceName : generation.daemonService);
  const present = services.find(({ service }) => service.serviceName === name);
  const others = services.filter(one => one !== present);
  const capacity = await capacityOf(hosts, cluster, services);
  const executionRoleArn = asked.executionRole === undefined ? undefined : await roleArnOf(account, asked.executionRole);
  const watched = others.filter(one => !isDaemon(one));
  const onCluster = {
    coverage: { ...instanceCount(await hosts.containerInstances(cluster.arn)), services: countModes(watched) },
    cluster: { name: cluster.name, capacity, otherDaemons: others.filter(isDaemon), services: watched },
    ...executionRoleArn === undefined ? {} : { executionRoleArn },
  };
  const added = present ? await toPresent(account, request, onCluster, present) : await toNew(account, request, onCluster, cluster, name);
  return { ...added, revisions };
}

/** What is known of the cluster, whether or not it has the daemon. */
type OnCluster = Pick<DaemonPart, 'coverage' | 'cluster' | 'executionRoleArn'>;
type Added<Request> = Omit<DaemonAddition<Request>, 'revisions'>;

async function toPresent<Request extends AgentRequest>(
  account: Account, request: Request, onCluster: OnCluster, { service, body }: ServiceSeen,
): Promise<Added<Request>> {
  const role = onCluster.executionRoleArn === undefined ? textIn(body.executionRoleArn) : undefined;
  // What this program has made may get what the new settings need.
  const isOurs = role !== undefined && (await findRole(account, lastPart(role)).catch(() => undefined))?.isOurs === true;
  return { request: { ...request, grantSecretAccess: request.grantSecretAccess || isOurs, daemon: { ...onCluster, findings: [] } }, service };
}

async function toNew<Request extends AgentRequest>(
  account: Account, request: Request, onCluster: OnCluster, cluster: EcsCluster, name: string,
): Promise<Added<Request>> {
  const { executionRoleArn, coverage } = onCluster;
  const { generation, options, logGroup: given } = request.agent;
  const role = executionRoleArn === undefined ? await newRole(account, name, cluster.arn) : undefined;
  const logGroup = given ?? daemonLogGroup(name, cluster.name);
  const seen = given === undefined ? await findLogGroup(account, logGroup) : undefined;
  const service = newService(cluster, name, coverage.instances ?? 0);
  return {
    request: {
      ...request,
      agent: { ...request.agent, options: daemonOptions(generation, options), logGroup },
      daemon: {
        ...onCluster,
        base: daemonBase(name, cluster.name, executionRoleArn ?? role?.arn),
        service,
        ...role === undefined ? {} : { role },
        // An earlier run may have ended after it had created the group.
        ...seen === undefined ? {} : 'unseen' in seen ? { newLogGroup: logGroup, mayHaveLogGroup: true } : !seen.exists || seen.isBare ? { newLogGroup: logGroup } : {},
        findings: [
          ...role !== undefined && !role.isNew && !role.isOurs ? [finding('roleOfOthers', { role: lastPart(role.arn) })] : [],
          ...seen !== undefined && 'unseen' in seen ? [finding('logGroupUnknown', { logGroup, why: seen.unseen })] : [],
        ],
      },
    },
    service,
  };
}

/** The task definition of a new daemon, without the agent. */
export function daemonBase(family: string, cluster: string, executionRoleArn: string | undefined): JsonObject {
  return daemonDefinition(undefined, { family, executionRoleArn, tags: daemonTags(cluster) });
}

/** The plan with a secret that exists by now: its ARN is complete. */
export function withSecret(plan: DaemonPlan, arn: string): DaemonPlan {
  const { grant } = plan;
  return grant?.secret === undefined ? plan : { ...plan, grant: { ...grant, secret: { ...grant.secret, arn, arnIsComplete: true } } };
}

/** The statements of the policy that is written for a daemon. */
export function statementsOf({ arn, secret, logGroup, image }: DaemonGrant, region: string): Statement[] {
  return daemonRoleStatements(secret, { ...placeOf(arn), region, name: logGroup }, image);
}

async function newRole(account: Account, service: string, clusterArn: string): Promise<DaemonRole & { readonly isOurs: boolean }> {
  const arn = daemonRoleArn(service, clusterArn);
  const found = await findRole(account, lastPart(arn));
  return { arn: found?.arn ?? arn, isNew: found === undefined, isOurs: found?.isOurs ?? false };
}

/** The service of a name may be anything. */
export function checkDaemonService({ service, body }: ServiceSeen): Finding[] {
  const cluster = lastPart(service.clusterArn);
  if (isDaemon({ service, body })) return [];
  return [finding('serviceNotDaemon', { service: service.serviceName, cluster, problem: service.schedulingStrategy === 'DAEMON' ? 'noAgent' : 'replica' })];
}

/** The service as a plan sees it, before it is created. */
function newService({ arn, name: cluster }: EcsCluster, name: string, instances: number): EcsService {
  const { partition, region, account } = placeOf(arn);
  return {
    serviceArn: `arn:${partition}:ecs:${region}:${account}:service/${cluster}/${name}`,
    serviceName: name,
    clusterArn: arn,
    status: 'ACTIVE',
    desiredCount: instances,
    runningCount: 0,
    taskDefinition: NOT_CREATED,
    launchType: 'EC2',
    schedulingStrategy: DAEMON.schedulingStrategy,
    deployments: [],
  };
}

function instanceCount(instances: Awaited<ReturnType<Hosts['containerInstances']>>): Pick<Coverage, 'instances'> {
  return isUnknown(instances) ? {} : { instances: instances.filter(({ isWindows }: ContainerInstance) => !isWindows).length };
}

function countModes(services: readonly ServiceSeen[]): Coverage['services'] {
  const modes = services.map(networkModeOf);
  const count = (mode: string) => modes.filter(one => one === mode).length;
  const [bridge, host] = [count('bridge'), count('host')];
  return { bridge, host, own: services.length - bridge - host };
}

/** What is wrong with the daemon on its cluster, and what it sees there. @param body its task definition as it will be */
export function checkOnCluster(service: EcsService, body: JsonObject, { cluster, coverage }: DaemonPart): Finding[] {
  const [agent] = agentsIn(body);
  if (agent === undefined) return [];
  const { serviceName: name } = service;
  const interfaces = interfacesOf(agent);
  const isOpen = interfaces.length === 0;
  const facts: DaemonFacts = {
    name,
    cluster: cluster.name,
    capacity: cluster.capacity,
    networkInterfaces: isOpen ? { unknown: 'it listens on every interface' } : interfaces,
    hasPacketFilter: hasPacketFilter(agent),
    selection: selectionOf({ service, body }),
    otherDaemons: cluster.otherDaemons.map(one => ({ name: one.service.serviceName, selection: selectionOf(one) })),
    services: cluster.services.map(one => ({
      name: one.service.serviceName,
      networkMode: networkModeOf(one),
      ...agentsIn(one.body).length === 0 ? {} : { sidecar: { selection: selectionOf(one) } },
    })),
  };
  const { bridge, host, own } = coverage.services;
  return [
    ...checkDaemon(facts, generationIn(agent)!),
    ...isOpen ? [finding('everyInterface', { daemon: name })] : [],
    finding('daemonCoverage', {
      cluster: cluster.name, bridge, host, seesHost: isOpen || interfaces.some(one => one !== DAEMON.networkInterface), unseen: own,
    }),
  ];
}

/** What the agent of a service captures. Only a daemon is also selected by its instances. */
function selectionOf({ service, body }: ServiceSeen): string {
  const [agent] = agentsIn(body);
  const ofService = service.schedulingStrategy === DAEMON.schedulingStrategy ? service.placementConstraints ?? [] : [];
  return captureSelectionIn(agent, ofService);
}
