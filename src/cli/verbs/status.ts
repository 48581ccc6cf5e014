import { describeStopped, ExitCode, lastPart, parseRevision, readStatus, ServiceStatus } from '../../aws';
import { explainEgress } from '../../egress';
import { colors } from '../colors';
import { CommonFlags, Context } from '../context';
import { statusDocument } from '../documents';
import { select } from '../selection';

const COLORS = { absent: colors.yellow, rollingOut: colors.yellow, running: colors.green, degraded: colors.red };
const SAID = { absent: 'absent', rollingOut: 'rolling out', running: 'running', degraded: 'degraded' };

/** `ecs status`: whether the agent runs where it should. */
export async function status(context: Context, flags: CommonFlags): Promise<ExitCode> {
  const { account, services } = await select(context, flags);
  const statuses = await readStatus(account, services);
  if (context.output.isJson) context.output.document(statusDocument(statuses));
  for (const line of statuses.flatMap(statusText)) context.output.say(line);
  return statuses.every(({ agent }) => agent === 'running') ? ExitCode.DONE : ExitCode.CHANGES;
}

function statusText({ service, agent, tasks, seen, stopped, egress }: ServiceStatus): string[] {
  const lines = [
    `${colors.bold(service.serviceName)} in cluster ${lastPart(service.clusterArn)}: agent ${COLORS[agent](SAID[agent])}`,
    `  task definition  ${parseRevision(service.taskDefinition).short}`,
    `  tasks            ${tasks.withAgent} of ${tasks.running} running tasks run the agent, ${tasks.desired} desired`,
  ];
  if (seen) lines.push(`  image            ${seen.image}`, `  collection       ${seen.destination.collectionId ?? 'none is named'}`);
  if (egress) lines.push(`  egress           ${egress.verdict}`, ...explainEgress(egress).map(line => colors.dim(`    - ${line}`)));
  for (const container of stopped.slice(0, 10)) lines.push(colors.red(`  stopped          ${describeStopped(container)}`));
  return lines;
}
