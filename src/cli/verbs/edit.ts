import { Planner } from '../../aws';
import { carryOut, pollMs } from '../carry-out';
import { Context, refuseUnasked } from '../context';
import { selectedDocument } from '../documents';
import { parseDuration } from '../duration';
import { EditFlags, editRequest, tellNotes, withDestination } from '../edit-flags';
import { ExitCode } from '../exit-codes';
import { wavesOfFlags } from '../fleet-flags';
import { partsOfFile } from '../fleet-parts';
import { journalPlace } from '../journal';
import { select } from '../selection';
import { waitForRollouts } from '../waiting';

/** `ecs add` and `ecs remove`, and `ecs plan`, which ends after the plan. */
export async function edit(context: Context, invokedVerb: 'plan' | 'add' | 'remove', flags: EditFlags): Promise<ExitCode> {
  const { output } = context;
  const verb = invokedVerb === 'plan' ? flags.remove ? 'remove' : 'add' : invokedVerb;
  const timeoutMs = parseDuration(flags.timeout ?? '30m', '--timeout');
  const isPlanOnly = invokedVerb === 'plan' || flags.dryRun === true;
  const handling = { ...flags, invokedVerb, isPlanOnly, timeoutMs, waves: wavesOfFlags(flags) };
  if (!isPlanOnly) refuseUnasked(context, flags);
  const waiting = flags.waitForRollout && invokedVerb !== 'plan' ? { timeoutMs, pollMs: pollMs(), note: (line: string) => output.note(line) } : undefined;
  if (flags.from !== undefined) {
    const { parts, failures, order } = await partsOfFile(context, invokedVerb, verb, { ...flags, from: flags.from }, waiting);
    return carryOut(context, parts, { ...handling, keptIn: journalPlace(flags), failures, order, isAllOrNothing: flags.allOrNothing === true });
  }
  const destined = verb === 'add' ? await withDestination(context, flags) : flags;
  const request = await editRequest(context, verb, destined);
  tellNotes(output, [request]);
  const { account, services, picked, listsServices } = await select(context, flags);
  output.know(() => selectedDocument(invokedVerb, services));
  const settled = waiting ? await waitForRollouts(account, services, waiting) : services;
  const plan = await new Planner(account, request).plan(settled);
  // What the user was asked for is not asked for again when the run is continued.
  const keptIn = journalPlace({ ...destined, ...picked });
  return carryOut(context, [{ account, plan }], { ...handling, keptIn, isAllOrNothing: !listsServices || flags.allOrNothing === true });
}
