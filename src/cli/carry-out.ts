import { Context, isConfirmed } from './context';
import { FailedPlace, planDocument } from './documents';
import { EditFlags } from './edit-flags';
import { ExitCode, exitCodeOf, exitCodeOfResult } from './exit-codes';
import { beginJournal, JournalPlace, runsToContinue } from './journal';
import { planText } from './plan-text';
import { canRedraw, leftText, ProgressDisplay, progressText } from './progress';
import { planReport } from './report-data';
import { failedPlaceText, resultText } from './result-text';
import { EditRequest, isChange, Plan, revokeGrants, ServicePlan, ServiceRun, tasksToRead } from '../aws';
import { Fleet, inOrder, Part, ServiceNames, ServiceOrder, ServiceResult, Wave, Waves } from '../fleet';
import { COMMAND_LINE_WORDS } from '../preflight';

/** From one look at a rollout to the next. */
const POLL_SECONDS = 5;

/** From the environment, for tests that must not wait. */
export function pollMs(): number {
  const given = Number(process.env.POSTMAN_LIVE_COLLECTION_POLL_SECONDS);
  return (given > 0 ? given : POLL_SECONDS) * 1000;
}

/** What is done with plans. */
export interface Handling extends EditFlags {
  /** As it was called. */
  readonly invokedVerb: string;
  readonly isPlanOnly: boolean;
  readonly timeoutMs: number;
  /** Whether nothing is written if one of the services is refused. Of services that were not named one by one, those that are refused are left out. */
  readonly isAllOrNothing: boolean;
  /** The places of which there are no plans. */
  readonly failures?: readonly FailedPlace[];
  readonly waves?: Waves;
  /** Of the services, in the run and in what is told of it. @default - that of the plans */
  readonly order?: ServiceOrder;
  /** Where the run is kept. @default - it is not kept */
  readonly keptIn?: JournalPlace;
}

/** Shows plans, asks, carries them out, and follows the rollouts to their end. */
export async function carryOut(context: Context, parts: readonly Part[], handling: Handling): Promise<ExitCode> {
  const { output } = context;
  const { invokedVerb, isPlanOnly, isAllOrNothing, failures = [] } = handling;
  const plans = plansOf(parts, handling.order);
  const services = plans.flatMap(plan => plan.services);
  const names = new ServiceNames(services.map(({ service }) => service));
  const documentOf = (results: readonly ServiceResult[] = []) => planDocument(invokedVerb, plans, results, failures);
  // The results are asked for when the document or the page is written: until then they change.
  const know = (results: () => readonly ServiceResult[]) => {
    output.know(() => documentOf(results()));
    context.report?.know(() => planReport(`ecs ${invokedVerb}`, plans, { results: results(), failures }));
  };
  know(() => []);
  const keptIn = isPlanOnly ? undefined : handling.keptIn;
  const earlier = runsToContinue(parts, keptIn, output);
  const isOpen = ({ service }: ServicePlan) => (earlier.get(service.serviceArn)?.phase ?? 'ended') !== 'ended';
  const changes = services.filter(one => isChange(one) || one.revocations !== undefined || isOpen(one)).length;
  const refused = services.filter(({ action, service }) => action === 'refuse' && !earlier.has(service.serviceArn));
  const isRefused = refused.length > 0 && (isAllOrNothing || refused.length === services.length) || failures.length > 0 && isAllOrNothing;
  const ofPlaces = Math.max(ExitCode.DONE, ...failures.map(({ error }) => exitCodeOf(error))) as ExitCode;
  const asks = changes > 0 && !isPlanOnly && !isRefused && context.isInteractive && !handling.yes;
  // What is asked about is shown beside the question, also if the output goes elsewhere.
  const shown = services.length === 0 || output.isJson ? [] : planText(services, names);
  for (const line of shown) if (asks) output.show(line); else output.say(line);
  for (const line of failures.flatMap(failedPlaceText)) output.note(line);

  if (isPlanOnly || isRefused) {
    if (output.isJson) output.document(documentOf());
    if (!isPlanOnly && refused.length > 0) output.say(`Nothing was written: ${refused.length === 1 ? 'one service is' : `${refused.length} services are`} refused.`);
    else if (!isPlanOnly) output.say(`Nothing was written: ${failures.length === 1 ? 'one place' : `${failures.length} places`} could not be read.`);
    if (isRefused && refused.length > 0) return ExitCode.REFUSED;
    return ofPlaces !== ExitCode.DONE ? ofPlaces : changes > 0 ? ExitCode.CHANGES : refused.length > 0 ? ExitCode.REFUSED : ExitCode.DONE;
  }
  if (asks && !await isConfirmed(context, questionOf(plans[0].request))) return ExitCode.DONE;
  const how = { ...handling, names, earlier, keptIn: changes > 0 ? keptIn : undefined };
  const applied = await apply(context, parts, how, fleet => know(() => fleet.soFar));
  know(() => applied);
  const { results, isFailed } = handling.revokeSecretAccess ? await revoke(context, parts, applied) : { results: applied, isFailed: false };
  know(() => results);
  if (output.isJson) output.document(documentOf(results));
  const text = resultText(results, context.signal.aborted, names, plans[0]?.request.words ?? COMMAND_LINE_WORDS);
  for (const line of [...text, ...skippedText(refused, names)]) output.say(line);
  const whole = changes === 0 && refused.length > 0 ? ExitCode.REFUSED : isFailed ? ExitCode.FAILED : ofPlaces;
  // Refused means that nothing was written.
  const hasWritten = results.some(({ run }) => run.deploymentId !== undefined);
  const codes = results.map(exitCodeOfResult).map(code => code === ExitCode.REFUSED && hasWritten ? ExitCode.FAILED : code);
  return Math.max(...codes, context.signal.aborted ? ExitCode.INTERRUPTED : whole) as ExitCode;
}

/** The plans as they are told: with an order, each service by itself. */
function plansOf(parts: readonly Part[], order: ServiceOrder | undefined): readonly Pick<Plan, 'services' | 'request'>[] {
  const plans = parts.map(({ plan }) => plan);
  if (order === undefined) return plans;
  const each = plans.flatMap(({ services, request }) => services.map(service => ({ services: [service], request })));
  return inOrder(each, ({ services: [{ service }] }) => service.serviceArn, order);
}

function questionOf(request: Pick<EditRequest, 'verb'> & { readonly daemon?: object }): string {
  if (request.daemon) return 'Run the daemon as shown?';
  return `${request.verb === 'add' ? 'Add' : 'Remove'} the agent as shown?`;
}

/** The refused services, which the others were carried out without. */
function skippedText(refused: readonly ServicePlan[], names: ServiceNames): string[] {
  if (refused.length === 0) return [];
  const each = refused.map(({ service, refusals }) => `${names.of(service)} (${refusals.map(({ id }) => id).join(', ')})`);
  return [`${refused.length} ${refused.length === 1 ? 'service was' : 'services were'} refused and left unchanged: ${each.join(', ')}.`];
}

/** Shows a plan that another deployment made necessary, and asks again if the first plan was asked about. */
async function confirmAgain(
  { output, isInteractive }: Context, display: ProgressDisplay, plan: ServicePlan, { yes }: Pick<EditFlags, 'yes'>, names: ServiceNames,
): Promise<boolean> {
  if (!isInteractive || yes) return true;
  return display.aside(async () => {
    for (const line of planText([plan], names)) output.show(line);
    const { confirm } = await import('./prompts.js');
    return confirm(questionOf({ verb: plan.action === 'remove' ? 'remove' : 'add' }));
  });
}

interface Continued {
  readonly names: ServiceNames;
  readonly earlier: ReadonlyMap<string, ServiceRun>;
}

async function apply(
  context: Context, parts: readonly Part[], { names, earlier, ...handling }: Handling & Continued, onFleet: (fleet: Fleet) => void,
): Promise<ServiceResult[]> {
  const { output } = context;
  const display = new ProgressDisplay(output, canRedraw(process.stderr) && !output.isJson);
  await display.start();
  context.aside = async what => display.aside(what);
  const isAccepted = ({ action, service }: ServicePlan) => action !== 'refuse' || earlier.has(service.serviceArn);
  const accepted = parts.map(({ account, plan }) => ({ account, plan: { ...plan, services: plan.services.filter(isAccepted) } }));
  const count = accepted.reduce((sum, { plan }) => sum + plan.services.length, 0);
  const kept = beginJournal(accepted, earlier, handling.keptIn, output);
  try {
    const fleet: Fleet = new Fleet(accepted, {
      timeoutMs: handling.timeoutMs, follow: handling.follow !== false, rollback: handling.rollback !== false, logsToRead: tasksToRead(count),
    }, {
      pollMs: pollMs(),
      onProgress: progress => display.update(progress),
      onEvent: line => display.say(line),
      onSubmitted: (service, target) => display.say(`${service}: rolling out ${target.slice(target.lastIndexOf('/') + 1)}`),
      onEnd: service => display.end(service),
      confirm: async one => confirmAgain(context, display, one, handling, names),
      names,
      waves: handling.waves,
      order: handling.order,
      onWave: wave => display.say(`${waveText(wave)}${leftText(fleet.progress.leftMs)}`),
      earlier,
      onRun: run => kept?.keep(run),
    });
    display.summarize(() => progressText(fleet.progress));
    onFleet(fleet);
    return await fleet.run();
  } finally {
    kept?.close();
    display.stop();
  }
}

function waveText({ number, of, services, isCanary }: Wave): string {
  return `wave ${number} of ${of}${isCanary ? ', the canary' : ''}: ${services} ${services === 1 ? 'service' : 'services'}`;
}

/** Of each place, the services of which it has results. The results stay in their order. */
async function revoke({ output }: Context, parts: readonly Part[], results: readonly ServiceResult[]) {
  const revoked = new Map<string, ServiceResult>();
  let isFailed = false;
  for (const { account, plan } of parts) {
    const own = new Set(plan.services.map(({ service }) => service.serviceArn));
    const done = await revokeGrants(account, results.filter(({ run }) => own.has(run.serviceArn)), plan.request.words);
    for (const line of done.lines) output.note(line);
    for (const result of done.results) revoked.set(result.run.serviceArn, result);
    isFailed ||= done.isFailed;
  }
  return { results: results.map(result => revoked.get(result.run.serviceArn) ?? result), isFailed };
}
