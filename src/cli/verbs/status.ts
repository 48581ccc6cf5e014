import { Destination } from '../../agent';
import { AgentState, describeStopped, Failure, hasTaskDefinition, KeyHeld, lastPart, parseRevision, readStatus, ServiceStatus } from '../../aws';
import { explainEgress } from '../../egress';
import { inOrder, placeNameOf, ServiceNames } from '../../fleet';
import { colors } from '../colors';
import { CommonFlags, Context } from '../context';
import { managerWarnings, selectedDocument, statusDocument } from '../documents';
import { ExitCode } from '../exit-codes';
import { StatusPlace, statusPlaces } from '../fleet-parts';
import { logText } from '../log-text';
import { warningText } from '../plan-text';
import { statusReport } from '../report-data';
import { failedPlaceText } from '../result-text';
import { select } from '../selection';

const STATE_COLORS = { absent: colors.yellow, rollingOut: colors.yellow, running: colors.green, degraded: colors.red, idle: colors.green };
const STATE_TEXT = { absent: 'absent', rollingOut: 'rolling out', running: 'running', degraded: 'degraded', idle: 'idle' };

/** The states in which nothing is wrong. */
const GOOD: readonly AgentState[] = ['running', 'idle'];

/** `ecs status`: whether the agent runs in all tasks of each service. If one of them does not exist, the others are shown nevertheless. */
export async function status(context: Context, flags: CommonFlags): Promise<ExitCode> {
  const { output } = context;
  const { from } = flags;
  const { places, missing, failures, order } = from === undefined ? await named(context, flags) : await statusPlaces(context, { ...flags, from });
  const services = inOrder(places.flatMap(place => place.services), ({ serviceArn }) => serviceArn, order);
  output.know(() => selectedDocument('status', services));
  const { statuses: read, unread } = await statusOf(places);
  const statuses = inOrder(read, ({ service }) => service.serviceArn, order);
  const failed = [...failures, ...unread];
  context.report?.know(() => statusReport('ecs status', statuses, [...missing ? [missing.message] : [], ...failed.flatMap(failedPlaceText)]));
  if (output.isJson) output.document(statusDocument(statuses, missing, failed));
  const { hasPlaces } = new ServiceNames(services);
  for (const line of statuses.flatMap(one => statusText(one, hasPlaces))) output.say(line);
  for (const line of failed.flatMap(failedPlaceText)) output.note(line);
  if (missing) output.note(`error: ${missing.message}`);
  if (missing || failed.length > 0) return ExitCode.FAILED;
  return statuses.every(({ state }) => GOOD.includes(state)) ? ExitCode.DONE : ExitCode.CHANGES;
}

async function named(context: Context, flags: CommonFlags) {
  const { account, services, missing } = await select(context, flags, { allowsMissing: true });
  return { places: [{ name: '', account, services }], missing, failures: [], order: undefined };
}

/** The only place that cannot be read ends the run. */
async function statusOf(places: readonly StatusPlace[]) {
  const read = await Promise.all(places.map(async ({ name, account, services }) => {
    try {
      return { statuses: services.length === 0 ? [] : await readStatus(account, services), unread: [] };
    } catch (error) {
      if (places.length === 1 || !(error instanceof Failure) || error.kind === 'interrupted') throw error;
      return { statuses: [], unread: [{ name, error }] };
    }
  }));
  return { statuses: read.flatMap(({ statuses }) => statuses), unread: read.flatMap(({ unread }) => unread) };
}

/** @param showsPlace whether the account and the region are shown */
export function statusText(one: ServiceStatus, showsPlace = false): string[] {
  const { service, state, agent, log, tasks, stoppedContainers, egress, key } = one;
  const lines = [
    `${colors.bold(service.serviceName)} in cluster ${lastPart(service.clusterArn)}${showsPlace ? ` of ${placeNameOf(service.clusterArn)}` : ''}: agent ${STATE_COLORS[state](STATE_TEXT[state])}`,
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
