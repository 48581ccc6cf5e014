import { Account } from './account';
import { AgentLog, isFault, readAgentLog, tasksToRead } from './agent-log';
import { EgressReader } from './egress-reader';
import { Hosts } from './hosts';
import { Revisions } from './revisions';
import { EcsService, isRollingOut, primaryOf } from './services';
import { isScaledIn, stoppedContainers, StoppedContainer, TaskSeen, tasksOf } from './stopped-tasks';
import { AgentSeen, agentsIn, JsonObject, nameOf, seeAgent } from '../edit';
import { EgressVerdict } from '../egress';

export type AgentState = 'absent' | 'rollingOut' | 'running' | 'degraded';

/** The agent of one service, and whether it runs. */
export interface ServiceStatus {
  readonly service: EcsService;
  readonly state: AgentState;
  readonly tasks: { readonly desired: number; readonly running: number; readonly withAgent: number };
  readonly agent?: AgentSeen;
  /** What the agent's own log says. Undefined if there is no agent. */
  readonly log?: AgentLog;
  /** The agent's containers that ended: in running tasks, and in tasks that stopped within about the last hour. */
  readonly stoppedContainers: readonly StoppedContainer[];
  readonly egress?: EgressVerdict;
}

/** @throws Failure if the tasks of a service cannot be read */
export async function readStatus(account: Account, services: readonly EcsService[]): Promise<ServiceStatus[]> {
  const revisions = new Revisions(account);
  const bodies = await Promise.all(services.map(async ({ taskDefinition }) => revisions.bodyOf(taskDefinition)));
  const egress = new EgressReader(account, new Hosts(account));
  const judged = services.flatMap((service, index) => agentsIn(bodies[index]).length > 0 ? [{ service, body: bodies[index] }] : []);
  const verdicts = await egress.verdicts(judged);
  return Promise.all(services.map(async (service, index) => ({
    ...await statusOf(account, service, bodies[index], tasksToRead(services.length)),
    egress: verdicts[judged.findIndex(one => one.service === service)],
  })));
}

async function statusOf(account: Account, service: EcsService, body: JsonObject, logs: number): Promise<ServiceStatus> {
  const desired = service.desiredCount;
  const agents = agentsIn(body);
  const running = (await tasksOf(account, service, 'RUNNING')).filter(({ lastStatus }) => lastStatus === 'RUNNING');
  if (agents.length === 0) return { service, state: 'absent', tasks: { desired, running: running.length, withAgent: 0 }, stoppedContainers: [] };
  const names = new Set(agents.map(nameOf));
  const withAgent = running.filter(task => runsAgent(task, names)).length;
  const ended = stoppedContainers([...running, ...await tasksOf(account, service, 'STOPPED', 100)], names);
  // During a rollout, tasks of the other revision may log elsewhere.
  const log = await readAgentLog(account, body, running.filter(({ taskDefinitionArn }) => taskDefinitionArn === service.taskDefinition), logs);
  return {
    service,
    state: stateOf(service, running.length, withAgent, log),
    log,
    tasks: { desired, running: running.length, withAgent },
    agent: seeAgent(agents[0]),
    stoppedContainers: ended.filter(one => names.has(one.container) && !isScaledIn(one)),
  };
}

function runsAgent({ containers = [] }: TaskSeen, names: ReadonlySet<string>): boolean {
  return containers.some(({ name, lastStatus }) => names.has(name) && lastStatus === 'RUNNING');
}

function stateOf(service: EcsService, running: number, withAgent: number, log: AgentLog): AgentState {
  if (isRollingOut(service)) return 'rollingOut';
  if (isFault(log)) return 'degraded';
  return primaryOf(service)?.rolloutState !== 'FAILED' && withAgent === running && running >= service.desiredCount ? 'running' : 'degraded';
}
