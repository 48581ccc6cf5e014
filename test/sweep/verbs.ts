import { Account, Failure, FailureKind } from '../../src/aws';
import { CommonFlags, Context } from '../../src/cli/context';
import { DaemonFlags } from '../../src/cli/daemon-flags';
import { EditFlags } from '../../src/cli/edit-flags';
import { ExitCode, exitCodeOf } from '../../src/cli/exit-codes';
import { piecesOf } from '../../src/cli/json-pieces';
import { Output } from '../../src/cli/output';
import { daemonAdd } from '../../src/cli/verbs/daemon-add';
import { daemonRemove } from '../../src/cli/verbs/daemon-remove';
import { daemonStatus } from '../../src/cli/verbs/daemon-status';
import { edit } from '../../src/cli/verbs/edit';
import { keyUpdate, KeyUpdateFlags } from '../../src/cli/verbs/key-update';
import { policy } from '../../src/cli/verbs/policy';
import { status } from '../../src/cli/verbs/status';
import { MovedProcess } from '../moved-clock/account';

/** What one run of the command line printed and answered. */
export interface VerbRun {
  readonly code: ExitCode;
  readonly kind?: FailureKind;
  readonly output: string;
  readonly documents: readonly any[];
}

export type Verb = (context: Context) => Promise<ExitCode>;

const SELECTED = { cluster: 'shop', json: true, yes: true } as const;

export const plan = (flags: EditFlags): Verb => async context => edit(context, 'plan', { ...SELECTED, ...flags });
export const add = (flags: EditFlags): Verb => async context => edit(context, 'add', { ...SELECTED, ...flags });
export const remove = (flags: EditFlags): Verb => async context => edit(context, 'remove', { ...SELECTED, ...flags });
export const statusOf = (flags: CommonFlags): Verb => async context => status(context, { ...SELECTED, ...flags });
export const policyOf = (flags: EditFlags): Verb => async context => policy(context, { ...SELECTED, ...flags });
/** It selects services only to restart them. */
export const update = (flags: KeyUpdateFlags): Verb => async context =>
  keyUpdate(context, { ...SELECTED, ...flags, cluster: flags.restart ? SELECTED.cluster : undefined });
export const addDaemon = (flags: DaemonFlags): Verb => async context => daemonAdd(context, { ...SELECTED, ...flags });
export const removeDaemon: Verb = async context => daemonRemove(context, SELECTED);
export const statusOfDaemon: Verb = async context => daemonStatus(context, SELECTED);

/** The output of a run, kept instead of printed. */
class KeptOutput extends Output {
  readonly lines: string[] = [];
  readonly documents: unknown[] = [];

  override note(text: string): void {
    this.lines.push(this.clean(text));
  }

  override say(text = ''): void {
    this.lines.push(this.clean(text));
  }

  override show(text: string): void {
    this.lines.push(this.clean(text));
  }

  override document(document: unknown): void {
    this.documents.push(JSON.parse([...piecesOf(document, value => value)].join('')));
  }
}

/** Runs a verb in this process, as a process of the account. */
export async function runVerb(verb: Verb, { account, interrupt, keys }: MovedProcess, key: string): Promise<VerbRun> {
  return runWith(verb, { signal: interrupt.signal, account: () => account as Account }, { key, keys });
}

/** Runs a verb in this process. @param around what it works with @param hidden a key, and those that it will have seen */
export async function runWith(
  verb: Verb, around: Pick<Context, 'signal' | 'account'>, { key = 'not-a-key', keys = [] as Iterable<string> } = {},
): Promise<VerbRun> {
  const output = new KeptOutput('sweep', true, false, [key]);
  const context: Context = { output, isAtTerminal: false, isInteractive: false, aside: async what => what(), ...around };
  let code: ExitCode;
  let kind: FailureKind | undefined;
  try {
    code = await verb(context);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    code = exitCodeOf(error);
    ({ kind } = error);
    output.note(error.message);
  }
  for (const seen of keys) output.hide(seen);
  return { code, kind, output: [...output.lines, JSON.stringify(output.documents)].join('\n'), documents: output.documents };
}
