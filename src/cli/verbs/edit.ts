import { Account, Application, ExitCode, isChange, Plan, Planner, ServiceResult } from '../../aws';
import { Context } from '../context';
import { planDocument } from '../documents';
import { parseDuration } from '../duration';
import { EditFlags, editRequest } from '../edit-flags';
import { planText } from '../plan-text';
import { ProgressDisplay } from '../progress';
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
  const request = await editRequest(context, verb, flags);
  const { account, services } = await select(context, flags);
  const settled = flags.waitForRollout && invokedVerb !== 'plan'
    ? await waitForRollouts(account, services, { timeoutMs, pollMs: pollMs(), note: line => output.note(line) }) : services;
  const planner = new Planner(account, request);
  const plan = await planner.plan(settled);
  const isPlanOnly = invokedVerb === 'plan' || flags.dryRun;
  for (const line of planText(plan.services)) output.say(line);
  const changes = plan.services.filter(isChange).length;
  const refused = plan.services.filter(({ action }) => action === 'refuse').length;

  if (isPlanOnly || refused > 0) {
    if (output.isJson) output.document(planDocument(invokedVerb, plan));
    if (refused > 0 && !isPlanOnly) output.say(`Nothing was written: ${refused === 1 ? 'one service is' : `${refused} services are`} refused.`);
    return isPlanOnly && changes > 0 ? ExitCode.CHANGES : refused > 0 ? ExitCode.REFUSED : ExitCode.DONE;
  }
  if (changes > 0 && context.isInteractive && !flags.yes) {
    const { confirm } = await import('../prompts.js');
    if (!await confirm(`${verb === 'add' ? 'Add' : 'Remove'} the agent as shown?`)) {
      output.say('Nothing was written.');
      return ExitCode.DONE;
    }
  }
  const results = await apply(context, account, planner, plan, { ...flags, timeoutMs });
  if (verb === 'remove') await takeGrantsBack(context, account, results);
  if (output.isJson) output.document(planDocument(invokedVerb, plan, results));
  for (const line of resultText(results, context.signal.aborted)) output.say(line);
  return Math.max(...results.map(({ exitCode }) => exitCode), context.signal.aborted ? ExitCode.INTERRUPTED : ExitCode.DONE) as ExitCode;
}

/** From the environment, for tests that must not wait. */
function pollMs(): number {
  const given = Number(process.env.POSTMAN_LIVE_COLLECTION_POLL_SECONDS);
  return (given > 0 ? given : POLL_SECONDS) * 1000;
}

async function apply(
  { output }: Context, account: Account, planner: Planner, plan: Plan, flags: EditFlags & { readonly timeoutMs: number },
): Promise<ServiceResult[]> {
  const display = new ProgressDisplay(output, Boolean(process.stderr.isTTY) && !output.isJson);
  await display.start();
  try {
    return await new Application(account, planner, {
      timeoutMs: flags.timeoutMs,
      pollMs: pollMs(),
      follow: flags.follow !== false,
      rollback: flags.rollback !== false,
      onProgress: progress => display.update(progress),
      onEvent: line => display.say(line),
      onSubmitted: ({ serviceName }, target) => display.say(`${serviceName}: rolling out ${target.slice(target.lastIndexOf('/') + 1)}`),
      onEnd: service => display.end(service),
    }).run(plan);
  } finally {
    display.stop();
  }
}

async function takeGrantsBack({ output }: Context, account: Account, results: readonly ServiceResult[]): Promise<void> {
  const { revokeGrants } = await import('../../aws/revocation.js');
  for (const line of await revokeGrants(account, results)) output.note(line);
}
