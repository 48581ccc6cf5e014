import { environmentKeys } from './environment-key';
import { defectText } from './error-text';
import { ExitCode } from './exit-codes';
import { COMMAND_LINE_HINTS } from './hints';
import { Output } from './output';
import { proxiesOf, proxyCredentials } from './proxy-environment';
import { ReportFile } from './report-file';
import { credentialsOf, urlCredentialsIn } from '../agent';
import { Account, assumedRole, EcsService, messageOf, usage } from '../aws';

/** The options that every verb has. */
export interface CommonFlags {
  readonly region?: string;
  readonly profile?: string;
  readonly cluster?: string;
  readonly service?: readonly string[];
  readonly all?: boolean;
  readonly serviceTag?: readonly string[];
  /** Of `plan`, `add`, `remove` and `status`. */
  readonly from?: string;
  /** The file of an HTML page. Of `plan`, `add`, `remove`, `status` and `resume`. */
  readonly report?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Whose credentials are used. */
export interface Caller {
  readonly profile?: string;
  /** A role that is assumed with the credentials of the profile, or of the environment. */
  readonly roleArn?: string;
}

/** What a verb works with. */
export interface Context {
  readonly output: Output;
  readonly signal: AbortSignal;
  /** `resume` has that of the run that it continues. @default - none is asked for */
  report?: ReportFile;
  /** Whether standard input is a terminal. */
  readonly isAtTerminal: boolean;
  /** Whether the user can be asked: standard input is a terminal, and `--json` is not given. Questions go to standard error. */
  readonly isInteractive: boolean;
  /** Those of the services that the flags or a file select, on which the verb works. @default - all */
  readonly chosen?: (selected: readonly EcsService[]) => readonly EcsService[];
  /** @param caller of a file. @default - that of the flags */
  account(region: string | undefined, caller?: Caller): Account;
  /** Asks the user something. While a table is drawn, it is put aside. */
  aside<T>(what: () => Promise<T>): Promise<T>;
}

/** @param verb as it was called */
export function makeContext(verb: string, flags: CommonFlags): Context {
  const output = new Output(verb, flags.json ?? false, flags.verbose ?? false, environmentKeys());
  for (const credentials of [...credentialsIn(flags), ...proxyCredentials(process.env)]) output.hide(credentials);
  const { signal } = interruptible(output, () => context.report);
  const isAtTerminal = Boolean(process.stdin.isTTY);
  const proxyFor = proxiesOf(process.env);
  // The first account of each caller: the accounts of its other regions have the same credentials, so a user is asked once. A role is assumed in each
  // region, without a question: one region that does not answer is no failure of the others.
  const callers = new Map<string, Account>();
  const context: Context = {
    aside: async what => what(),
    output,
    signal,
    report: flags.report === undefined ? undefined : reportFile(flags.report, output),
    isAtTerminal,
    isInteractive: isAtTerminal && !flags.json,
    account: (region, { profile, roleArn } = { profile: flags.profile }) => {
      const accountOf = (name: string, credentials?: () => ReturnType<ReturnType<typeof assumedRole>>) => {
        const account = new Account({
          ...regions(region, profile),
          profile,
          credentials,
          hints: COMMAND_LINE_HINTS,
          signal,
          callLimitMs: callLimitMs(),
          proxyFor,
          askMfaCode: isAtTerminal ? async device => context.aside(async () => askMfaCode(device)) : undefined,
          onCall: line => output.trace(line),
          onKey: key => output.hide(key),
        }, callers.get(name));
        callers.set(name, callers.get(name) ?? account);
        return account;
      };
      const own = accountOf(profile ?? '');
      return roleArn === undefined ? own : accountOf(`${profile ?? ''} ${roleArn} ${region ?? ''}`, assumedRole(own, roleArn));
    },
  };
  return context;
}

/** @throws Failure a usage error if nothing can be written there */
export function reportFile(path: string, output: Output): ReportFile {
  return new ReportFile(path, text => output.clean(text));
}

async function askMfaCode(device: string): Promise<string> {
  const { askText } = await import('./prompts.js');
  return askText(`Code of the MFA device ${device}`, '', text => /^\d{6}$/.test(text) ? undefined : 'The code has six digits.');
}

/** Asks whether to write. If the user says no, so does the program. */
export async function isConfirmed({ output }: Context, question: string): Promise<boolean> {
  const { confirm } = await import('./prompts.js');
  const isYes = await confirm(question);
  if (!isYes) output.say('Nothing was written.');
  return isYes;
}

/** @throws Failure a usage error if the user would be asked, and `--json` leaves no room for a question */
export function refuseUnasked({ isAtTerminal, output }: Context, { yes }: { readonly yes?: boolean }): void {
  if (isAtTerminal && output.isJson && !yes) throw usage('With `--json` nothing is asked. Add `--yes` to write without a question, or leave out `--json`.');
}

/** The users and passwords of proxies and of other URLs in the arguments. */
function credentialsIn({ proxy, ...flags }: CommonFlags & { readonly proxy?: unknown }): string[] {
  const texts = Object.values(flags).flat().filter(value => typeof value === 'string');
  return [...typeof proxy === 'string' ? credentialsOf(proxy) : [], ...texts.flatMap(urlCredentialsIn)];
}

/** A profile's own region comes before that of the environment. */
function regions(region: string | undefined, profile: string | undefined) {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const environments = AWS_REGION || AWS_DEFAULT_REGION;
  return { region: region ?? (profile === undefined ? environments : undefined), otherRegion: environments };
}

/** From the environment, for tests that must not wait. */
function callLimitMs(): number | undefined {
  const seconds = Number(process.env.POSTMAN_LIVE_COLLECTION_CALL_SECONDS);
  return seconds > 0 ? seconds * 1000 : undefined;
}

const STOPPED = 'Stopped. Requests already sent to AWS continue; run `ecs status` to check them.';

/** Ends the process at once, with its last line, its document and its report. */
function endNow(output: Output, text: string, exitCode: ExitCode, report: ReportFile | undefined): never {
  output.lastWords(text);
  output.failed(text, true);
  try {
    report?.write();
  } catch (error) {
    output.lastWords(`error: The report could not be written: ${messageOf(error)}`);
  }
  process.exit(exitCode);
}

/** The first signal ends the run in order. A second one ends the process at once, and so does a defect that nothing has caught. */
function interruptible(output: Output, report: () => ReportFile | undefined): AbortController {
  const controller = new AbortController();
  process.on('uncaughtException', error => endNow(output, `error: ${defectText(error)}`, ExitCode.FAILED, report()));
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) {
        endNow(output, STOPPED, ExitCode.INTERRUPTED, report());
      }
      controller.abort();
    });
  }
  return controller;
}
