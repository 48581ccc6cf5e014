import { statusText } from './status';
import { DaemonStatus, readDaemons } from '../../aws';
import { isUnknown } from '../../egress';
import { colors } from '../colors';
import { Context } from '../context';
import { DaemonFlags, selectDaemon } from '../daemon-flags';
import { daemonStatusDocument } from '../documents';
import { ExitCode } from '../exit-codes';

/** How many instances without an agent are named. */
const MOST_NAMES = 10;

/** `ecs daemon status`: on how many instances of a cluster the agent runs, and whether it captures. */
export async function daemonStatus(context: Context, flags: DaemonFlags): Promise<ExitCode> {
  const { output } = context;
  const { account, cluster: given, service } = await selectDaemon(context, flags);
  const { cluster, daemons } = await readDaemons(account, given, service);
  if (output.isJson) output.document(daemonStatusDocument(daemons));
  if (daemons.length === 0) output.say(`Cluster ${cluster.name} has no daemon of the agent${service === undefined ? '' : ` with the name ${service}`}.`);
  for (const daemon of daemons) for (const line of textOf(daemon)) output.say(line);
  return daemons.length > 0 && daemons.every(isFine) ? ExitCode.DONE : ExitCode.CHANGES;
}

function isFine({ state, instances }: DaemonStatus): boolean {
  return state === 'idle' || state === 'running' && (isUnknown(instances) || instances.without.length === 0);
}

/** The status of the service, with the instances after its tasks. */
function textOf(daemon: DaemonStatus): string[] {
  const lines = statusText(daemon);
  const at = lines.findIndex(line => line.startsWith('  tasks ')) + 1;
  return [...lines.slice(0, at), `  instances        ${instancesText(daemon.instances)}`, ...lines.slice(at)];
}

function instancesText(instances: DaemonStatus['instances']): string {
  if (isUnknown(instances)) return `unknown: ${instances.unknown}`;
  const { total, withAgent, without } = instances;
  const names = `${without.slice(0, MOST_NAMES).join(', ')}${without.length > MOST_NAMES ? ', …' : ''}`;
  return `${withAgent} of ${total} run the agent${without.length === 0 ? '' : colors.red(`; none on ${names}`)}`;
}
