import { Destination } from '../../agent';
import { describeStopped, ExitCode, lastPart, parseRevision, readStatus, ServiceStatus } from '../../aws';
import { explainEgress } from '../../egress';
import { colors } from '../colors';
import { CommonFlags, Context } from '../context';
import { statusDocument } from '../documents';
import { logText } from '../log-text';
import { select } from '../selection';

const STATE_COLORS = { absent: colors.yellow, rollingOut: colors.yellow, running: colors.green, degraded: colors.red };
const STATE_TEXT = { absent: 'absent', rollingOut: 'rolling out', running: 'running', degraded: 'degraded' };

/** `ecs status`: whether the agent runs in all tasks of each service. */
export async function status(context: Context, flags: CommonFlags): Promise<ExitCode> {
  const { account, services } = await select(context, flags);
  const statuses = await readStatus(account, services);
  if (context.output.isJson) context.output.document(statusDocument(statuses));
  for (const line of statuses.flatMap(statusText)) context.output.say(line);
  return statuses.every(({ state }) => state === 'running') ? ExitCode.DONE : ExitCode.CHANGES;
}

function statusText({ service, state, agent, log, tasks, stoppedContainers, egress }: ServiceStatus): string[] {
  const lines = [
    `${colors.bold(service.serviceName)} in cluster ${lastPart(service.clusterArn)}: agent ${STATE_COLORS[state](STATE_TEXT[state])}`,
    `  task definition  ${parseRevision(service.taskDefinition).short}`,
    `  tasks            ${tasks.withAgent} of ${tasks.running} running tasks run the agent; ${tasks.desired} desired`,
  ];
  if (agent) lines.push(`  image            ${agent.image}`, `  destination      ${destinationText(agent.destination)}`);
  if (log) lines.push(`  capture          ${logText(log)}`);
  if (egress) lines.push(`  egress           ${egress.verdict}`, ...explainEgress(egress).map(line => colors.dim(`    - ${line}`)));
  for (const container of stoppedContainers.slice(0, 10)) lines.push(colors.red(`  stopped          ${describeStopped(container)}`));
  return lines;
}

/** Where an agent sends, e.g. `projectId svc_…`. */
function destinationText(destination: Destination): string {
  const parts = Object.entries(destination).map(([prop, value]) => value === 'true' ? prop : `${prop} ${value}`);
  return parts.length === 0 ? '(none)' : parts.join(', ');
}
