import { environmentKeys } from './environment-key';
import { Output } from './output';
import { Account, ExitCode } from '../aws';

/** The options that every verb has. */
export interface CommonFlags {
  readonly region?: string;
  readonly profile?: string;
  readonly cluster?: string;
  readonly service?: readonly string[];
  readonly all?: boolean;
  readonly serviceTag?: readonly string[];
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** What a verb works with. */
export interface Context {
  readonly output: Output;
  readonly signal: AbortSignal;
  /** Whether the user can be asked. */
  readonly isInteractive: boolean;
  account(region: string | undefined): Account;
}

export function makeContext(flags: CommonFlags): Context {
  const output = new Output(flags.json ?? false, flags.verbose ?? false, environmentKeys());
  const { signal } = interruptible(output);
  return {
    output,
    signal,
    isInteractive: Boolean(process.stdin.isTTY && process.stdout.isTTY) && !flags.json,
    account: region => new Account({
      region, profile: flags.profile, signal, callLimitMs: callLimitMs(), onCall: line => output.trace(line), onKey: key => output.hide(key),
    }),
  };
}

/** From the environment, for tests that must not wait. */
function callLimitMs(): number | undefined {
  const seconds = Number(process.env.POSTMAN_LIVE_COLLECTION_CALL_SECONDS);
  return seconds > 0 ? seconds * 1000 : undefined;
}

/** The first signal ends the run in order. A second one ends the process at once. */
function interruptible(output: Output): AbortController {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) {
        output.lastWords('Stopped. Requests already sent to AWS continue; run `ecs status` to check them.');
        process.exit(ExitCode.INTERRUPTED);
      }
      controller.abort();
    });
  }
  return controller;
}
