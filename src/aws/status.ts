import { AgentSeen, agentsIn, isMarked, JsonObject, keyReferenceOf, nameOf, seeAgent } from '../edit';
import { Account } from './calls/account';
import { EgressReader, JudgedEgress } from './network/egress-reader';
import { AgentLog, isFault, readAgentLog, tasksToRead } from './reads/agent-log';
import { Hosts } from './reads/hosts';
import { KeyAges, KeyHeld } from './reads/key-age';
import { Revisions } from './reads/revisions';
import { EcsService, hasTaskDefinition, isRollingOut, primaryOf } from './reads/services';
import { isScaledIn, stoppedContainers, StoppedContainer, TaskLooks, TaskSeen } from './reads/tasks';

/** `idle`: the service wants no task. */
export type AgentState = 'absent' | 'rollingOut' | 'running' | 'degraded' | 'idle';

/** The agent of one service, and whether it runs. */
export interface ServiceStatus {
  readonly service: EcsService;
  readonly state: AgentState;
  readonly tasks: { readonly desired: number; readonly running: number; readonly withAgent: number };
  readonly agent?: AgentSeen;
  /** Whether a command has added the agent, and not what the service is deployed with. Undefined if there is no agent. */
  readonly isAddedByCommand?: boolean;
  /** What the agent's own log says. Undefined if there is no agent. */
  readonly log?: AgentLog;
  /** The agent's containers that ended: in running tasks, and in tasks that stopped within about the last hour. */
  readonly stoppedContainers: readonly StoppedContainer[];
  readonly egress?: JudgedEgress;
  /** Which version of the API key the running tasks hold. Undefined if it is unknown, or if there is no agent that reads one. */
  readonly key?: KeyHeld;
}

/** @throws Failure if the tasks of a service cannot be read */
export async function readStatus(account: Account, services: readonly EcsService[]): Promise<ServiceStatus[]> {
  const revisions = new Revisions(account);
  await revisions.readAll(services.filter(service => !runsNothing(service)).map(({ taskDefinition }) => taskDefinition));
  const bodies = await Promise.all(services.map(async service => runsNothing(service) ? {} : revisions.bodyOf(service.taskDefinition)));
  const egress = new EgressReader(account, new Hosts(account));
  const judged = services.flatMap((service, index) => agentsIn(bodies[index]).length > 0 ? [{ service, body: bodies[index] }] : []);
  const verdicts = await egress.verdicts(judged);
  const reads = { looks: new TaskLooks(account), keys: new KeyAges(account) };
  return Promise.all(services.map(async (service, index) => ({
    ...await statusOf(account, reads, service, bodies[index], tasksToRead(services.length)),
    egress: verdicts[judged.findIndex(one => one.service === service)],
  })));
}

/** A deleted service, or one whose external controller has made no task set yet. */
function runsNothing(service: EcsService): boolean {
  return service.status === 'INACTIVE' || !hasTaskDefinition(service);
}

async function statusOf(
  account: Account, { looks, keys }: { readonly looks: TaskLooks; readonly keys: KeyAges }, service: EcsService, body: JsonObject, logs: number,
): Promise<Omit<ServiceStatus, 'egress'>> {
  const desired = service.desiredCount;
  const agents = agentsIn(body);
  const alive = runsNothing(service) ? [] : await looks.of(service, 'RUNNING');
  const running = alive.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  if (agents.length === 0) return { service, state: 'absent', tasks: { desired, running: running.length, withAgent: 0 }, stoppedContainers: [] };
  const names = new Set(agents.map(nameOf));
  const withAgent = running.filter(task => runsAgent(task, names)).length;
  const ended = stoppedContainers([...running, ...await looks.of(service, 'STOPPED')], names);
  // During a rollout, tasks of the other revision may log elsewhere, and read another key.
  const own = running.filter(({ taskDefinitionArn }) => taskDefinitionArn === service.taskDefinition);
  const reference = keyReferenceOf(agents[0]);
  const [log, key] = await Promise.all([readAgentLog(account, body, own, logs), reference === undefined ? undefined : keys.heldBy(own, reference)]);
  return {
    service,
    state: stateOf(service, running.length, withAgent, log),
    log,
    tasks: { desired, running: running.length, withAgent },
    agent: seeAgent(agents[0]),
    isAddedByCommand: isMarked(body),
    ...key === undefined ? {} : { key },
    stoppedContainers: ended.filter(one => names.has(one.container) && !isScaledIn(one)),
  };
}

function runsAgent({ containers = [] }: TaskSeen, names: ReadonlySet<string>): boolean {
  return containers.some(({ name, lastStatus }) => names.has(name) && lastStatus === 'RUNNING');
}

function stateOf(service: EcsService, running: number, withAgent: number, log: AgentLog): AgentState {
  if (isRollingOut(service)) return 'rollingOut';
  if (primaryOf(service)?.rolloutState === 'FAILED') return 'degraded';
  if (service.desiredCount === 0) return 'idle';
  return !isFault(log) && withAgent === running && running >= service.desiredCount ? 'running' : 'degraded';
}
