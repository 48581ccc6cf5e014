import { unknownText } from './log-text';
import { Generation } from '../agent';
import { AgentLog, AgentState, FoundSecret, isChange, Plan, ServicePlan, ServiceResult, ServiceStatus } from '../aws';
import { agentsIn, AgentSeen, seeAgent, withoutKey } from '../edit';
import { EgressVerdict, Evidence } from '../egress';
import { Message } from '../preflight';

/** The version of the documents of `--json`. Within one version members are only added. */
const VERSION = 2;

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

/** @param results of what was carried out; undefined if nothing was */
export function planDocument(verb: string, { services, request }: Pick<Plan, 'services' | 'request'>, results?: readonly ServiceResult[]): object {
  const notes = request.verb === 'add' ? request.notes : [];
  return { version: VERSION, verb, services: services.map((plan, index) => serviceDocument(plan, results?.[index], notes)) };
}

function serviceDocument(plan: ServicePlan, result: ServiceResult | undefined, notes: readonly Message[]): object {
  const { service, action, refusals, warnings, egress, revision, grant } = result?.plan ?? plan;
  const changes = isChange(result?.plan ?? plan);
  const [agent] = revision ? agentsIn(revision.current.body) : [];
  return {
    clusterArn: service.clusterArn,
    serviceArn: service.serviceArn,
    action,
    refusals: refusals.map(({ id, message }) => ({ id, message })),
    currentTaskDefinitionArn: service.taskDefinition,
    targetTaskDefinitionArn: changes ? revision?.target?.arn ?? null : null,
    taskDefinition: changes && revision?.body ? withoutKey(revision.body) : null,
    // Null if the task definition was not read, as of a service that is being deleted.
    agent: revision === undefined ? null : agentDocument(agent === undefined ? 'absent' : null, agent && seeAgent(agent), result?.log),
    egress: egressDocument(egress),
    warnings: [...changes ? notes : [], ...warnings].map(({ id, message }) => ({ id, message })),
    grant: grant ? { roleArn: grant.role, policyName: grant.policyName, secretArn: grant.secret.arn } : null,
    deployment: result?.rollout ? {
      id: result.rollout.deploymentId,
      serviceDeploymentArn: result.serviceDeploymentArn ?? null,
      taskDefinitionArn: result.target ?? null,
      stoppedContainers: result.stoppedContainers ?? [],
    } : null,
    outcome: result?.outcome ?? null,
    reason: result?.reason ?? null,
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

/** What `ecs key update` wrote. */
export function keyUpdateDocument({ arn, name }: Pick<FoundSecret, 'arn' | 'name'>): object {
  return { version: VERSION, verb: 'key update', secret: { arn, name }, outcome: 'updated' };
}

export function statusDocument(statuses: readonly ServiceStatus[]): object {
  return {
    version: VERSION,
    verb: 'status',
    services: statuses.map(({ service, state, agent, log, tasks, stoppedContainers, egress }) => ({
      clusterArn: service.clusterArn,
      serviceArn: service.serviceArn,
      currentTaskDefinitionArn: service.taskDefinition,
      agent: agentDocument(state, agent, log),
      tasks,
      stoppedContainers,
      egress: egressDocument(egress),
    })),
  };
}
