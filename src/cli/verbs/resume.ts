import { edit } from './edit';
import { EcsService, lastPart, messageOf, placeOf, usage } from '../../aws';
import { colors } from '../colors';
import { CommonFlags, Context, reportFile } from '../context';
import { EditFlags } from '../edit-flags';
import { ExitCode } from '../exit-codes';
import { digestOfFile, isAlive, journalPlace, JournalRecord, readJournals, unfinishedOf } from '../journal';
import { DOCUMENT_VERSION } from '../output';

export interface ResumeFlags extends CommonFlags {
  readonly journal?: string;
  readonly yes?: boolean;
}

/** `ecs resume`: lists the runs that have not ended, and continues one of them. */
export async function resume(context: Context, id: string | undefined, flags: ResumeFlags): Promise<ExitCode> {
  const place = journalPlace(flags);
  if (place === undefined) throw usage('The folder of the journal is unknown: set HOME or XDG_STATE_HOME, or name it with `--journal`.');
  const journals = readJournals(place.folder).filter(journal => unfinishedOf(journal).length > 0);
  if (id === undefined) return list(context, journals);
  const chosen = journals.find(({ beginning }) => beginning.id === id);
  if (chosen === undefined) throw usage(`There is no unfinished run ${id} in ${place.folder}. \`ecs resume\` lists them.`);
  return continueRun(context, chosen, flags);
}

function list({ output }: Context, journals: readonly JournalRecord[]): ExitCode {
  if (output.isJson) output.document({ version: DOCUMENT_VERSION, verb: 'resume', services: [], runs: journals.map(documentOf) });
  if (journals.length === 0) output.say('No run is unfinished.');
  for (const line of journals.flatMap(textOf)) output.say(line);
  return journals.length === 0 ? ExitCode.DONE : ExitCode.CHANGES;
}

function documentOf(journal: JournalRecord): object {
  const { path, runs, beginning: { id, verb, startedAt, owner, services } } = journal;
  const unfinished = new Set(unfinishedOf(journal));
  return {
    id,
    verb,
    startedAt: new Date(startedAt).toISOString(),
    isRunning: isAlive(owner),
    file: path,
    services: services.filter(arn => unfinished.has(arn)).map(serviceArn => ({ serviceArn, phase: runs.get(serviceArn)?.phase ?? 'notBegun' })),
  };
}

function textOf(journal: JournalRecord): string[] {
  const { runs, beginning: { id, verb, startedAt, owner, services, flags } } = journal;
  const unfinished = unfinishedOf(journal);
  const begun = unfinished.filter(arn => runs.has(arn) && runs.get(arn)!.phase !== 'planned');
  const state = isAlive(owner) ? colors.green(`running, process ${owner.pid} on ${owner.host}`) : colors.yellow('stopped');
  const what = typeof flags.from === 'string' ? `from ${flags.from}` : services.slice(0, 3).map(lastPart).join(', ') + (services.length > 3 ? ', …' : '');
  return [
    `${colors.bold(id)}  ecs ${verb} ${what}, begun ${new Date(startedAt).toISOString()}: ${state}`,
    `  ${services.length - unfinished.length} of ${services.length} services have ended, ${begun.length} are on their way, ${unfinished.length - begun.length} were not begun`,
  ];
}

/** Continues a run with the options that it was begun with. Everything is planned and checked again. */
async function continueRun(context: Context, record: JournalRecord, { journal, report, yes, json, verbose }: ResumeFlags): Promise<ExitCode> {
  const { verb, flags, withheld, file } = record.beginning;
  if (withheld.length > 0) {
    const names = withheld.map(name => `\`--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}\``).join(', ');
    throw usage(`The values of ${names} may be secret and were not kept. Run the command that began the run again: it continues there.`);
  }
  if (file && hasChanged(file)) {
    context.output.note(`warning: ${file.path} has changed since the run began. The run continues with what the file says now; services that it does not select any more are left as they are.`);
  }
  const given = flags as EditFlags;
  // Also what ends the process writes it, so it is that of the verb's own context.
  if (given.report !== undefined) context.report ??= reportFile(given.report, context.output);
  const caller = { profile: given.profile };
  const own: Context = {
    ...context,
    account: (region, of = caller) => context.account(region, of),
    chosen: selected => chosenOf(context, record, selected),
  };
  const others = { ...yes ? { yes } : {}, ...journal === undefined ? {} : { journal }, ...report === undefined ? {} : { report } };
  return edit(own, verb, { ...given, json, verbose, ...others });
}

/**
 * The selected services that are of the run. The environment may name another account or region now, and services may have been created since.
 *
 * @throws Failure a usage error if none is
 */
function chosenOf({ output }: Context, { beginning, taken }: JournalRecord, selected: readonly EcsService[]): readonly EcsService[] {
  const { id, services } = beginning;
  const ofRun = new Set(services.filter(arn => !taken.has(arn)));
  const chosen = selected.filter(({ serviceArn }) => ofRun.has(serviceArn));
  const others = selected.filter(({ serviceArn }) => !ofRun.has(serviceArn)).map(({ serviceArn }) => serviceArn);
  if (others.length > 0 && chosen.length === 0) {
    throw usage(`None of the selected services is of run ${id}: the run is of ${placesOf(services)}, and the selection of ${placesOf(others)}. `
      + 'Use the credentials and the region that the run was begun with: check AWS_PROFILE and AWS_REGION. If they are the same, its options select none of its services any more: begin a new run.');
  }
  if (others.length > 0) {
    const what = others.length === 1 ? 'service that is not of' : 'services that are not of';
    const names = others.slice(0, 3).map(lastPart).join(', ') + (others.length > 3 ? ', …' : '');
    output.note(`${others.length} ${what} run ${id} ${others.length === 1 ? 'is left as it is' : 'are left as they are'}: ${names} (${placesOf(others)})`);
  }
  return chosen;
}

function placesOf(arns: readonly string[]): string {
  const places = arns.map(placeOf).map(({ account, region }) => `account ${account} in ${region}`);
  return [...new Set(places)].join(', ');
}

function hasChanged({ path, sha256 }: NonNullable<JournalRecord['beginning']['file']>): boolean {
  try {
    return digestOfFile(path) !== sha256;
  } catch (error) {
    throw usage(`The file of the run cannot be read: ${messageOf(error)}`);
  }
}
