import { unknownText } from './log-text';
import { DOCUMENT_VERSION as VERSION } from './output';
import { Generation } from '../agent';
import {
  AgentLog, AgentState, DAEMON_POLICY, DaemonPlan, DaemonRemoval, DaemonRemovalOutcome, DaemonStatus, EcsService, hasTaskDefinition, isChange,
  managerFacts, placeOf, Plan, RestartResult, ServicePlan,
  ServiceStatus, statementsOf, UpdatedSecret, warningsOf,
} from '../aws';
import { agentsIn, AgentSeen, seeAgent, withoutKey } from '../edit';
import { EgressVerdict, Evidence, isUnknown } from '../egress';
import { ServiceNames, ServiceResult } from '../fleet';
import { policyDocument } from '../permissions';
import { checkManagers, COMMAND_LINE_WORDS, Message, messagesOf, Words } from '../preflight';

/** The agent in the task definition that the service runs now (`currentTaskDefinitionArn`). What is planned is in `taskDefinition`. */
interface AgentDocument {
  /**
   * `absent` if the task definition has no agent. Otherwise, in `status`, what the agent does in the service's tasks;
   * in a plan and its results null, since a plan does not read tasks.
   */
  readonly state: AgentState | null;
  /** This and the members below are null if the agent is absent. */
  readonly generation: Generation['name'] | null;
  readonly image: string | null;
  /** By the constructs' properties, e.g. `{ "collectionId": "…" }`. Null, too, if the arguments of the agent name no destination that is known. */
  readonly destination: { readonly [prop: string]: string } | null;
  /** What the agent's own log says; null if it was not read, as in a plan. In results it is the log of the new agent. */
  readonly log: { readonly state: AgentLog['state']; readonly line: string | null; readonly cause: string | null; readonly reason: string | null } | null;
}

/** An account and region that could not be read. */
export interface FailedPlace {
  /** How lines call it, e.g. `profile shop, eu-west-1`. */
  readonly name: string;
  readonly error: Error;
}

/**
 * The document of thousands of services would take more memory than their plans: each is made only when it is printed.
 *
 * @param results of the services for which something was carried out; empty if nothing was
 * @param failures of places without a plan
 */
export function planDocument(
  verb: string, plans: readonly Pick<Plan, 'services' | 'request'>[], results: readonly ServiceResult[] = [], failures: readonly FailedPlace[] = [],
): object {
  const of = new Map(results.map(result => [result.plan.service.serviceArn, result]));
  const placeOfService = placesOf(plans.flatMap(({ services }) => services.map(({ service }) => service)));
  return {
    version: VERSION,
    verb,
    services: plans.flatMap(({ services, request }) => services.map(plan => () => ({
      ...serviceDocument(plan, of.get(plan.service.serviceArn), request.verb === 'add' ? request.notes : [], request.words), ...placeOfService(plan.service),
    }))),
    ...failed(failures),
  };
}

/** The places that could not be read. Not there if there are no such places. */
function failed(failures: readonly FailedPlace[]): object {
  return failures.length === 0 ? {} : { failedPlaces: failures.map(({ name, error }) => ({ name, error: { message: error.message } })) };
}

/** The member that names the account and the region of a service, if the services have several. */
function placesOf(services: readonly EcsService[]): (service: EcsService) => object {
  const { hasPlaces } = new ServiceNames(services);
  return ({ clusterArn }) => {
    const { account, region } = placeOf(clusterArn);
    return hasPlaces ? { place: { account, region } } : {};
  };
}

/** Services that were selected, before anything else is known of them. */
export function selectedDocument(verb: string, services: readonly EcsService[]): object {
  const unknown = verb === 'status' ? { agent: null, tasks: null, key: null, stoppedContainers: [], egress: null } : {
    action: null,
    refusals: [],
    targetTaskDefinitionArn: null,
    taskDefinition: null,
    agent: null,
    egress: null,
    warnings: [],
    grant: null,
    deployment: null,
    outcome: null,
    reason: null,
  };
  return {
    version: VERSION,
    verb,
    services: services.map(service => ({
      clusterArn: service.clusterArn, serviceArn: service.serviceArn, currentTaskDefinitionArn: currentOf(service), ...unknown,
    })),
  };
}

/** Null for a service of an external controller without a task set. */
function currentOf(service: EcsService): string | null {
  return hasTaskDefinition(service) ? service.taskDefinition : null;
}

function serviceDocument(plan: ServicePlan, result: ServiceResult | undefined, notes: readonly Message[], words: Words): object {
  const { service, action, refusals, warnings, egress, revision, grant, daemon } = result?.plan ?? plan;
  const changes = isChange(result?.plan ?? plan);
  const [agent] = revision ? agentsIn(revision.current.body) : [];
  return {
    clusterArn: service.clusterArn,
    serviceArn: service.serviceArn,
    action,
    refusals: told(refusals),
    currentTaskDefinitionArn: currentOf(service),
    targetTaskDefinitionArn: changes ? revision?.target?.arn ?? null : null,
    taskDefinition: changes && revision?.body ? withoutKey(revision.body) : null,
    // Null if the task definition was not read, as of a service that is being deleted.
    agent: revision === undefined ? null : agentDocument(agent === undefined ? 'absent' : null, agent && seeAgent(agent), result?.run.end?.log),
    egress: egressDocument(egress),
    warnings: told([...changes ? notes : [], ...warnings, ...messagesOf(result === undefined ? [] : warningsOf(result.run), words)]),
    grant: grant ? grantDocument(grant) : null,
    ...daemon === undefined ? {} : { daemon: daemonDocument(daemon, service) },
    deployment: result?.run.deploymentId === undefined ? null : {
      id: result.run.deploymentId,
      serviceDeploymentArn: result.run.followed?.record ?? null,
      taskDefinitionArn: result.run.targetRevisionArn ?? null,
      stoppedContainers: result.run.end?.stoppedContainers ?? [],
    },
    outcome: result?.outcome ?? null,
    reason: result?.reason ?? null,
  };
}

/** The severity of a message is told by the member that has it. */
function told(messages: readonly Message[]): object[] {
  return messages.map(({ id, message }) => ({ id, message }));
}

function grantDocument({ role, policyName, secret: { store, arn } }: NonNullable<ServicePlan['grant']>): object {
  const isParameter = store === 'ssm';
  return { roleArn: role, policyName, secretArn: isParameter ? null : arn, ...isParameter ? { parameterArn: arn } : {} };
}

/** What is made for a daemon besides its task definition and its service. Null for what is not made. */
function daemonDocument({ isNew, instances, grant, newLogGroup }: DaemonPlan, { clusterArn }: EcsService): object {
  return {
    isNew,
    instances: instances ?? null,
    executionRole: grant === undefined ? null : {
      arn: grant.arn, isNew: grant.isNew, policyName: DAEMON_POLICY, policy: policyDocument(statementsOf(grant, placeOf(clusterArn).region)),
    },
    logGroup: newLogGroup === undefined ? null : { name: newLogGroup },
  };
}

function agentDocument(state: AgentDocument['state'], agent: AgentSeen | undefined, log: AgentLog | undefined): AgentDocument {
  return {
    state,
    generation: agent?.generation ?? null,
    image: agent?.image ?? null,
    destination: agent && Object.keys(agent.destination).length > 0 ? agent.destination : null,
    log: log ? { state: log.state, line: log.line ?? null, cause: log.cause ?? null, reason: log.unknown ? unknownText(log.unknown) : null } : null,
  };
}

function egressDocument(verdict: EgressVerdict | undefined): object | null {
  return verdict === undefined ? null : { verdict: verdict.verdict, host: verdict.host, evidence: verdict.evidence.map(evidenceDocument) };
}

function evidenceDocument({ verdict, path, subject, finding, remedy }: Evidence): object {
  return { verdict, path, subject, finding, remedy: remedy ?? null };
}

/** What `ecs key update` wrote, or is going to: then the outcome is null. Of the fields of a secret, only names are shown. @param restarts of `--restart` */
export function keyUpdateDocument(
  { arn, name, outcome, change }: Omit<UpdatedSecret, 'outcome'> & { readonly outcome: UpdatedSecret['outcome'] | null },
  warnings: readonly Message[],
  restarts: readonly RestartResult[] | undefined,
): object {
  return {
    version: VERSION,
    verb: 'key update',
    secret: { arn, name },
    change: change.kind === 'value' ? { kind: 'value', field: null, keptFields: [] }
      : { kind: 'field', field: change.field, keptFields: change.keptFields },
    outcome,
    warnings: told(warnings),
    ...restarts === undefined ? {} : { services: restarts.map(restartDocument) },
  };
}

function restartDocument({ service, outcome, reason, deploymentId }: RestartResult): object {
  const { clusterArn, serviceArn } = service;
  return { clusterArn, serviceArn, outcome, reason: reason ?? null, deployment: deploymentId === undefined ? null : { id: deploymentId } };
}

function statusOfService(status: ServiceStatus): object {
  const { service, state, agent, log, tasks, key, stoppedContainers, egress } = status;
  return {
    clusterArn: service.clusterArn,
    serviceArn: service.serviceArn,
    currentTaskDefinitionArn: currentOf(service),
    agent: agentDocument(state, agent, log),
    tasks,
    key: key ?? null,
    stoppedContainers,
    egress: egressDocument(egress),
    warnings: told(managerWarnings(status)),
  };
}

/** What will remove the agent of a service later. An agent that a command has not added is in the configuration of the tool. */
export function managerWarnings({ service, isAddedByCommand }: ServiceStatus): Message[] {
  const findings = isAddedByCommand ? checkManagers(managerFacts(service)) : [];
  return messagesOf(findings, COMMAND_LINE_WORDS, { managedByCloudFormation: 'warning' });
}

/** @param outcome of the removal; undefined if nothing was removed */
export function daemonRemovalDocument(
  { cluster, daemon, action, revisions, refusals, warnings }: DaemonRemoval, outcome?: DaemonRemovalOutcome,
): object {
  const [agent] = daemon ? agentsIn(daemon.body) : [];
  return {
    version: VERSION,
    verb: 'daemon remove',
    services: action === 'none' ? [] : [{
      clusterArn: cluster.arn,
      serviceArn: daemon?.service.serviceArn ?? null,
      action,
      refusals: told(refusals),
      currentTaskDefinitionArn: daemon ? currentOf(daemon.service) : null,
      targetTaskDefinitionArn: null,
      taskDefinition: null,
      agent: agentDocument(agent === undefined ? 'absent' : null, agent && seeAgent(agent), undefined),
      egress: null,
      warnings: told(warnings),
      daemon: { revisions },
      outcome: outcome ?? null,
    }],
  };
}

export function daemonStatusDocument(daemons: readonly DaemonStatus[]): object {
  return {
    version: VERSION,
    verb: 'daemon status',
    services: daemons.map(daemon => ({
      ...statusOfService(daemon),
      daemon: { instances: isUnknown(daemon.instances) ? null : daemon.instances },
    })),
  };
}

/** @param error why some of the selected services are not in the document @param failures of places that could not be read */
export function statusDocument(statuses: readonly ServiceStatus[], error?: Error, failures: readonly FailedPlace[] = []): object {
  const placeOfService = placesOf(statuses.map(({ service }) => service));
  return {
    version: VERSION,
    verb: 'status',
    services: statuses.map(status => ({ ...statusOfService(status), ...placeOfService(status.service) })),
    ...failed(failures),
    ...error === undefined ? {} : { error: { message: error.message } },
  };
}
