import { edit } from './edit';
import { lastPart, messageOf, usage } from '../../aws';
import { colors } from '../colors';
import { CommonFlags, Context } from '../context';
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
async function continueRun(context: Context, { beginning }: JournalRecord, { journal, yes, json, verbose }: ResumeFlags): Promise<ExitCode> {
  const { verb, flags, withheld, file } = beginning;
  if (withheld.length > 0) {
    const names = withheld.map(name => `\`--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}\``).join(', ');
    throw usage(`The values of ${names} may be secret and were not kept. Run the command that began the run again: it continues there.`);
  }
  if (file && hasChanged(file)) {
    context.output.note(`warning: ${file.path} has changed since the run began. The run continues with what the file says now; services that it does not select any more are left as they are.`);
  }
  const given = flags as EditFlags;
  const caller = { profile: given.profile };
  const own: Context = { ...context, account: (region, of = caller) => context.account(region, of) };
  return edit(own, verb, { ...given, json, verbose, ...yes ? { yes } : {}, ...journal === undefined ? {} : { journal } });
}

function hasChanged({ path, sha256 }: NonNullable<JournalRecord['beginning']['file']>): boolean {
  try {
    return digestOfFile(path) !== sha256;
  } catch (error) {
    throw usage(`The file of the run cannot be read: ${messageOf(error)}`);
  }
}
