import { Account, EditRequest, isChange, Place, Plan, Planner, revokeGrants, ServicePlan, tasksToRead } from '../../aws';
import { Fleet, ServiceResult } from '../../fleet';
import { Context, isConfirmed, refuseUnasked } from '../context';
import { planDocument, selectedDocument } from '../documents';
import { parseDuration } from '../duration';
import { EditFlags, editRequest } from '../edit-flags';
import { ExitCode, exitCodeOfResult } from '../exit-codes';
import { planText } from '../plan-text';
import { canRedraw, ProgressDisplay } from '../progress';
import { resultText } from '../result-text';
import { select } from '../selection';
import { waitForRollouts } from '../waiting';

/** From one look at a rollout to the next. */
const POLL_SECONDS = 5;

/** `ecs add` and `ecs remove`, and `ecs plan`, which ends after the plan. */
export async function edit(context: Context, invokedVerb: 'plan' | 'add' | 'remove', flags: EditFlags): Promise<ExitCode> {
  const { output } = context;
  const verb = invokedVerb === 'plan' ? flags.remove ? 'remove' : 'add' : invokedVerb;
  const timeoutMs = parseDuration(flags.timeout ?? '30m', '--timeout');
  const isPlanOnly = invokedVerb === 'plan' || flags.dryRun === true;
  if (!isPlanOnly) refuseUnasked(context, flags);
  const request = await editRequest(context, verb, flags);
  const { account, services, listsServices } = await select(context, flags);
  output.know(() => selectedDocument(invokedVerb, services));
  const settled = flags.waitForRollout && invokedVerb !== 'plan'
    ? await waitForRollouts(account, services, { timeoutMs, pollMs: pollMs(), note: line => output.note(line) }) : services;
  const plan = await new Planner(account, request).plan(settled);
  const isAllOrNothing = !listsServices || flags.allOrNothing === true;
  return carryOut(context, account, plan, { ...flags, invokedVerb, isPlanOnly, timeoutMs, isAllOrNothing });
}

/** What is done with a plan. */
export interface Handling extends EditFlags {
  /** As it was called. */
  readonly invokedVerb: string;
  readonly isPlanOnly: boolean;
  readonly timeoutMs: number;
  /** Whether nothing is written if one of the services is refused. Of services that were not named one by one, those that are refused are left out. */
  readonly isAllOrNothing: boolean;
}

/** Shows a plan, asks, carries it out, and follows the rollouts to their end. */
export async function carryOut(context: Context, account: Account, plan: Plan, handling: Handling): Promise<ExitCode> {
  const { output } = context;
  const { invokedVerb, isPlanOnly, timeoutMs, isAllOrNothing, ...flags } = handling;
  output.know(() => planDocument(invokedVerb, plan));
  const changes = plan.services.filter(service => isChange(service) || service.revocations !== undefined).length;
  const refused = plan.services.filter(({ action }) => action === 'refuse');
  const accepted = plan.services.filter(({ action }) => action !== 'refuse');
  const isRefused = refused.length > 0 && (isAllOrNothing || accepted.length === 0);
  const asks = changes > 0 && !isPlanOnly && !isRefused && context.isInteractive && !flags.yes;
  // What is asked about is shown beside the question, also if the output goes elsewhere.
  for (const line of planText(plan.services)) if (asks) output.show(line); else output.say(line);

  if (isPlanOnly || isRefused) {
    if (output.isJson) output.document(planDocument(invokedVerb, plan));
    if (!isPlanOnly) output.say(`Nothing was written: ${refused.length === 1 ? 'one service is' : `${refused.length} services are`} refused.`);
    return isRefused ? ExitCode.REFUSED : changes > 0 ? ExitCode.CHANGES : refused.length > 0 ? ExitCode.REFUSED : ExitCode.DONE;
  }
  if (asks && !await isConfirmed(context, questionOf(plan.request))) return ExitCode.DONE;
  const applied = await apply(context, account, { ...plan, services: accepted }, {
    ...flags, timeoutMs, onFleet: fleet => output.know(() => planDocument(invokedVerb, plan, fleet.soFar)),
  });
  output.know(() => planDocument(invokedVerb, plan, applied));
  const { results, isFailed } = flags.revokeSecretAccess ? await revoke(context, account, plan, applied) : { results: applied, isFailed: false };
  if (output.isJson) output.document(planDocument(invokedVerb, plan, results));
  for (const line of [...resultText(results, context.signal.aborted), ...skippedText(refused)]) output.say(line);
  const whole = changes === 0 && refused.length > 0 ? ExitCode.REFUSED : isFailed ? ExitCode.FAILED : ExitCode.DONE;
  // Refused means that nothing was written.
  const hasWritten = results.some(({ run }) => run.deploymentId !== undefined);
  const codes = results.map(exitCodeOfResult).map(code => code === ExitCode.REFUSED && hasWritten ? ExitCode.FAILED : code);
  return Math.max(...codes, context.signal.aborted ? ExitCode.INTERRUPTED : whole) as ExitCode;
}

function questionOf(request: Pick<EditRequest, 'verb'> & { readonly daemon?: object }): string {
  if (request.daemon) return 'Run the daemon as shown?';
  return `${request.verb === 'add' ? 'Add' : 'Remove'} the agent as shown?`;
}

/** The refused services, which the others were carried out without. */
function skippedText(refused: readonly ServicePlan[]): string[] {
  if (refused.length === 0) return [];
  const each = refused.map(({ service, refusals }) => `${service.serviceName} (${refusals.map(({ id }) => id).join(', ')})`);
  return [`${refused.length} ${refused.length === 1 ? 'service was' : 'services were'} refused and left unchanged: ${each.join(', ')}.`];
}

/** From the environment, for tests that must not wait. */
export function pollMs(): number {
  const given = Number(process.env.POSTMAN_LIVE_COLLECTION_POLL_SECONDS);
  return (given > 0 ? given : POLL_SECONDS) * 1000;
}

/** Shows a plan that another deployment made necessary, and asks again if the first plan was asked about. */
async function confirmAgain(
  { output, isInteractive }: Context, display: ProgressDisplay, plan: ServicePlan, { yes }: Pick<EditFlags, 'yes'>,
): Promise<boolean> {
  if (!isInteractive || yes) return true;
  return display.aside(async () => {
    for (const line of planText([plan])) output.show(line);
    const { confirm } = await import('../prompts.js');
    return confirm(questionOf({ verb: plan.action === 'remove' ? 'remove' : 'add' }));
  });
}

async function apply(
  context: Context, account: Account, plan: Plan,
  { onFleet, ...flags }: EditFlags & { readonly timeoutMs: number; readonly onFleet: (fleet: Fleet) => void },
): Promise<ServiceResult[]> {
  const { output } = context;
  const display = new ProgressDisplay(output, canRedraw(process.stderr) && !output.isJson);
  await display.start();
  context.aside = async what => display.aside(what);
  try {
    const place = new Place(account, plan.request, {
      timeoutMs: flags.timeoutMs, follow: flags.follow !== false, rollback: flags.rollback !== false, logsToRead: tasksToRead(plan.services.length),
    });
    const fleet = new Fleet(place, {
      pollMs: pollMs(),
      onProgress: progress => display.update(progress),
      onEvent: line => display.say(line),
      onSubmitted: (service, target) => display.say(`${service}: rolling out ${target.slice(target.lastIndexOf('/') + 1)}`),
      onEnd: service => display.end(service),
      confirm: one => confirmAgain(context, display, one, flags),
    });
    onFleet(fleet);
    return await fleet.run(plan);
  } finally {
    display.stop();
  }
}

async function revoke({ output }: Context, account: Account, { request }: Plan, results: readonly ServiceResult[]) {
  const revoked = await revokeGrants(account, results, request.words);
  for (const line of revoked.lines) output.note(line);
  return revoked;
}
