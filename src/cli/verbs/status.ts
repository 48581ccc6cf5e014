import { Destination } from '../../agent';
import { AgentState, describeStopped, hasTaskDefinition, KeyHeld, lastPart, parseRevision, readStatus, ServiceStatus } from '../../aws';
import { explainEgress } from '../../egress';
import { colors } from '../colors';
import { CommonFlags, Context } from '../context';
import { managerWarnings, selectedDocument, statusDocument } from '../documents';
import { ExitCode } from '../exit-codes';
import { logText } from '../log-text';
import { warningText } from '../plan-text';
import { select } from '../selection';

const STATE_COLORS = { absent: colors.yellow, rollingOut: colors.yellow, running: colors.green, degraded: colors.red, idle: colors.green };
const STATE_TEXT = { absent: 'absent', rollingOut: 'rolling out', running: 'running', degraded: 'degraded', idle: 'idle' };

/** The states in which nothing is wrong. */
const GOOD: readonly AgentState[] = ['running', 'idle'];

/** `ecs status`: whether the agent runs in all tasks of each service. If one of them does not exist, the others are shown nevertheless. */
export async function status(context: Context, flags: CommonFlags): Promise<ExitCode> {
  const { account, services, missing } = await select(context, flags, { allowsMissing: true });
  context.output.know(() => selectedDocument('status', services));
  const statuses = await readStatus(account, services);
  if (context.output.isJson) context.output.document(statusDocument(statuses, missing));
  for (const line of statuses.flatMap(statusText)) context.output.say(line);
  if (missing) {
    context.output.note(`error: ${missing.message}`);
    return ExitCode.FAILED;
  }
  return statuses.every(({ state }) => GOOD.includes(state)) ? ExitCode.DONE : ExitCode.CHANGES;
}

export function statusText(one: ServiceStatus): string[] {
  const { service, state, agent, log, tasks, stoppedContainers, egress, key } = one;
  const lines = [
    `${colors.bold(service.serviceName)} in cluster ${lastPart(service.clusterArn)}: agent ${STATE_COLORS[state](STATE_TEXT[state])}`,
    ...service.status === 'ACTIVE' ? [] : [`  service          ${service.status}: ${service.status === 'INACTIVE' ? 'deleted' : 'being deleted'}`],
    `  task definition  ${hasTaskDefinition(service) ? parseRevision(service.taskDefinition).short : '(none: the service has no task set)'}`,
    `  tasks            ${tasks.withAgent} of ${tasks.running} running tasks run the agent; ${tasks.desired} desired`,
  ];
  if (agent) lines.push(`  image            ${agent.image}`, `  destination      ${destinationText(agent.destination)}`);
  if (log) lines.push(`  capture          ${logText(log)}`);
  if (key) lines.push(...keyText(key));
  if (egress) lines.push(`  egress           ${egress.verdict}`, ...explainEgress(egress).map(line => colors.dim(`    - ${line}`)));
  lines.push(...managerWarnings(one).flatMap(warningText));
  for (const container of stoppedContainers.slice(0, 10)) lines.push(colors.red(`  stopped          ${describeStopped(container)}`));
  return lines;
}

/** Nothing is said of tasks that hold the current version. */
function keyText({ older, mayBeOlder }: KeyHeld): string[] {
  const wayOut = 'Start new tasks with `ecs key update --restart` or a new deployment; `rotateTasks` of the constructs does so at each change';
  if (older > 0) return [colors.yellow(`  key              ${tasksText(older)} an older version of the API key than the current one. ${wayOut}.`)];
  return mayBeOlder === 0 ? [] : [colors.dim(`  key              ${tasksText(mayBeOlder, 'may ')} an older version of the API key: the secret has changed since they started, and maybe its value.`)];
}

function tasksText(count: number, may?: 'may '): string {
  return `${count} running ${count === 1 ? 'task' : 'tasks'} ${may ?? ''}${count === 1 && may === undefined ? 'holds' : 'hold'}`;
}

/** Where an agent sends, e.g. `projectId svc_…`. */
function destinationText(destination: Destination): string {
  const parts = Object.entries(destination).map(([prop, value]) => value === 'true' ? prop : `${prop} ${value}`);
  return parts.length === 0 ? '(none)' : parts.join(', ');
}
