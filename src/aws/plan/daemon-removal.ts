import { checkDaemonService, DAEMON_NAMES } from './daemon';
import { managerFacts } from './task-facts';
import { agentsIn, awsLogsOf, isDaemonOf, textIn } from '../../edit';
import { checkManagement, checkStatus, finding, Finding, Message, messagesOf, Severities, Words } from '../../preflight';
import { Account } from '../calls/account';
import { ClusterName, lastPart, parseRevision } from '../calls/arns';
import { usage } from '../calls/failure';
import { pagesOf } from '../calls/pages';
import { EcsCluster, readCluster } from '../reads/cluster';
import { isDaemon, servicesOn, ServiceSeen } from '../reads/daemons';
import { Revisions } from '../reads/revisions';

export interface DaemonRemovalRequest {
  readonly cluster: ClusterName;
  /** The name of the daemon's service. @default - the daemon that is there */
  readonly service?: string;
  readonly allowManaged: boolean;
  readonly words: Words;
}

/** What the removal of a daemon would do. */
export interface DaemonRemoval {
  readonly cluster: EcsCluster;
  /** Undefined if the cluster has no daemon. An earlier run may have deleted it and left its revisions. */
  readonly daemon?: ServiceSeen;
  readonly action: 'remove' | 'none' | 'refuse';
  /** ARNs of the revisions that this program has made for the daemon of the cluster. */
  readonly revisions: readonly string[];
  readonly refusals: readonly Message[];
  readonly warnings: readonly Message[];
}

/** @throws Failure if the cluster cannot be read, or if it has several daemons and none is named */
export async function planDaemonRemoval(account: Account, request: DaemonRemovalRequest): Promise<DaemonRemoval> {
  const { service: name, words, allowManaged } = request;
  const revisions = new Revisions(account);
  const cluster = await readCluster(account, request.cluster);
  const services = await servicesOn(account, revisions, request.cluster, name === undefined ? 'DAEMON' : undefined);
  const found = name === undefined ? services.filter(isDaemon) : services.filter(({ service }) => service.serviceName === name);
  if (found.length > 1) {
    const names = found.map(({ service }) => service.serviceName).sort();
    throw usage(`Cluster ${cluster.name} has ${found.length} daemons of the agent: ${names.join(', ')}. ${account.hints.daemon}`);
  }
  const [daemon] = found;
  // What is being deleted, an earlier run is deleting.
  const findings = daemon === undefined || daemon.service.status === 'DRAINING' ? [] : findingsOf(daemon);
  const severities: Severities = allowManaged ? { managedByCloudFormation: 'warning' } : {};
  const messages = messagesOf(findings, words, severities);
  const refusals = messages.filter(({ severity }) => severity === 'error');
  const families = daemon ? [familyOf(daemon)] : name === undefined ? DAEMON_NAMES : [name];
  const ofEach = refusals.length > 0 ? [] : await Promise.all(families.map(async family => revisionsOf(account, revisions, family, cluster.name)));
  const own = ofEach.flat();
  return {
    cluster,
    ...daemon ? { daemon } : {},
    action: refusals.length > 0 ? 'refuse' : daemon === undefined && own.length === 0 ? 'none' : 'remove',
    revisions: own,
    refusals,
    warnings: messages.filter(({ severity }) => severity !== 'error'),
  };
}

function findingsOf(daemon: ServiceSeen): Finding[] {
  const { service, body } = daemon;
  const [agent] = agentsIn(body);
  const role = textIn(body.executionRoleArn);
  const group = agent && awsLogsOf(agent)?.group;
  const kept = [...role === undefined ? [] : [`role ${lastPart(role)}`], ...group === undefined ? [] : [`log group ${group}`]];
  return [
    ...checkStatus({ name: service.serviceName, status: service.status }), ...checkDaemonService(daemon),
    ...checkManagement(managerFacts(service)),
    ...kept.length === 0 ? [] : [finding('keptOfDaemon', { kept })],
  ];
}

function familyOf({ service }: ServiceSeen): string {
  return parseRevision(service.taskDefinition).family;
}

/** The active revisions of a family that this program has made for the daemon of a cluster, oldest first. */
async function revisionsOf(account: Account, revisions: Revisions, family: string, cluster: string): Promise<string[]> {
  const arns: string[] = [];
  const pages = pagesOf('ecs:ListTaskDefinitions', async nextToken =>
    account.must('ecs', 'ListTaskDefinitions', { familyPrefix: family, status: 'ACTIVE', nextToken }, { subject: `task definition ${family}` }));
  for await (const { taskDefinitionArns = [] } of pages) arns.push(...taskDefinitionArns);
  const found = await Promise.all(arns.map(async arn => revisions.find(arn)));
  return found.flatMap(revision => revision && isDaemonOf(revision.body, cluster) ? [revision.arn] : []);
}
