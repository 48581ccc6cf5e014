import { daemonAddition, Planner, PlanReads, usage, waitForEnd } from '../../aws';
import { carryOut, pollMs } from '../carry-out';
import { Context, refuseUnasked } from '../context';
import { DaemonFlags, selectDaemon } from '../daemon-flags';
import { selectedDocument } from '../documents';
import { parseDuration } from '../duration';
import { addRequest, tellNotes } from '../edit-flags';
import { ExitCode } from '../exit-codes';

/** `ecs daemon add`: an agent on each container instance of a cluster. */
export async function daemonAdd(context: Context, flags: DaemonFlags): Promise<ExitCode> {
  const timeoutMs = parseDuration(flags.timeout ?? '30m', '--timeout');
  const isPlanOnly = flags.dryRun === true;
  if (!isPlanOnly) refuseUnasked(context, flags);
  if (flags.executionRole === '') throw usage('`--execution-role` must be the ARN or the name of a role, got: (nothing)');
  const request = await addRequest(context, flags);
  tellNotes(context.output, [request]);
  const { account, cluster, service: name } = await selectDaemon(context, flags);
  const asked = { cluster, service: name, executionRole: flags.executionRole };
  const seen = await daemonAddition(account, request, asked);
  // An earlier run has deleted it, and its name is free as soon as its tasks have stopped.
  const isEnding = seen.service.status === 'DRAINING' && !isPlanOnly;
  if (isEnding) await waitForEnd(account, seen.service, { timeoutMs, pollMs: pollMs(), told: line => context.output.note(line) });
  const { request: whole, service, revisions } = isEnding ? await daemonAddition(account, request, asked) : seen;
  context.output.know(() => selectedDocument('daemon add', [service]));
  const plan = await new Planner(account, whole, new PlanReads(account, revisions)).plan([service]);
  return carryOut(context, [{ account, plan }], { ...flags, invokedVerb: 'daemon add', isPlanOnly, timeoutMs, isAllOrNothing: true });
}
