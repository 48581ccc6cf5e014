import { setMaxListeners } from 'node:events';
import { parseRegion } from './arns';
import { remember } from './batch';
import { BudgetLevels, CallBudget } from './budget';
import { CLIENTS, ServiceClient, ServicePrefix } from './clients';
import { Clock, SYSTEM_CLOCK } from './clock';
import { AskMfaCode, Credentials, Identity, renewed } from './credentials';
import { clauseOf, deniedCredentials, FailedCall, failureOf, isPassing, isThrottled, isUnsettled, Unanswered } from './errors';
import { Interrupted, isForAll, usage } from './failure';
import { Hints } from './hints';
import { agentsFor, ProxyFor } from './proxy';
import { HiddenValues } from '../../agent';

export interface AccountOptions {
  /** @default - as the SDK finds it */
  readonly region?: string;
  /** If the SDK finds none. */
  readonly otherRegion?: string;
  readonly profile?: string;
  /** Gives credentials that the SDK does not find itself, such as those of a role. They are renewed before they expire. @default - the SDK finds them */
  readonly credentials?: () => Promise<Identity>;
  /** The ways out of errors, in the words of the face. */
  readonly hints: Hints;
  /** Ends each call and each wait. */
  readonly signal: AbortSignal;
  /**
   * How long to wait for the answer of a call.
   * @default 10 s
   */
  readonly callLimitMs?: number;
  /**
   * How long to wait for credentials, which may come from a program or a server. The time in which the user is asked does not count.
   * @default 60 s
   */
  readonly credentialsLimitMs?: number;
  /** @default - the user cannot be asked, so a profile that needs a code is an error */
  readonly askMfaCode?: AskMfaCode;
  /** The proxy for the calls to a host. @default - none */
  readonly proxyFor?: ProxyFor;
  /** @default - the machine's */
  readonly clock?: Clock;
  /** What another process has left of AWS's limits. @default - all of them */
  readonly levels?: BudgetLevels;
  /** @default - the SDK's, loaded at the first call of each service */
  readonly clients?: typeof CLIENTS;
  /** Called for each call of AWS. */
  readonly onCall?: (line: string) => void;
  /** Called with each API key, and each user and password of a proxy, that was read in clear text: no output may show it. */
  readonly onKey?: (key: string) => void;
}

export interface CallOptions extends Pick<FailedCall, 'subject' | 'resource'> {
  /** The body to send as it is. The answer is returned as it came, so unknown members are kept in both. */
  readonly raw?: string;
  /**
   * Whether the call may be repeated if it is unknown whether AWS carried it out.
   * @default true
   */
  readonly repeatable?: boolean;
  /** @default - the region of the account */
  readonly region?: string;
}

/** What was read, or why it could not be. */
export type Seen<T> = { readonly seen: T } | { readonly unseen: string; readonly error: unknown };

/** Services whose limits the budget knows. */
const PACED: readonly ServicePrefix[] = ['ecs', 'iam', 'logs', 'route53', 'route53resolver'];

const CALL_LIMIT_MS = 10_000;
const CREDENTIALS_LIMIT_MS = 60_000;
const MOST_THROTTLES = 12;
const MOST_FAILURES = 3;

/** The calls of one account and region, with their call limits, retries and time limits. */
export class Account {
  public readonly clock: Clock;
  /** What was read in clear text. No text that is stored or sent on may have it. */
  public readonly hidden: HiddenValues;
  private readonly clients: typeof CLIENTS;
  private budget: CallBudget;
  private readonly credentials: Credentials;
  /** Of the SDK's clients, also of those that it uses for credentials. */
  private readonly http: object;
  /** By prefix and region. */
  private readonly services = new Map<string, Promise<Pick<ServiceClient, 'commands'> & { readonly client: ReturnType<ServiceClient['client']> }>>();
  private known?: Promise<string>;
  /** The region as soon as it is known, for error messages. */
  private found?: string;

  /** @param before the same account, whose credentials are used */
  constructor(private readonly options: AccountOptions, before?: Account) {
    this.clock = options.clock ?? SYSTEM_CLOCK;
    this.hidden = before?.hidden ?? new HiddenValues();
    this.clients = options.clients ?? CLIENTS;
    this.budget = new CallBudget(this.clock, options.levels);
    this.credentials = before?.credentials ?? new Credentials(
      options.profile, options.hints, options.askMfaCode, options.credentials && renewed(options.credentials, this.clock),
    );
    const requestHandler = options.proxyFor && agentsFor(options.proxyFor, options.hints.proxy);
    this.http = requestHandler ? { requestHandler, clientConfig: { requestHandler } } : {};
    // Every call that waits listens to it.
    setMaxListeners(0, options.signal);
  }

  public get hints(): Hints {
    return this.options.hints;
  }

  public get signal(): AbortSignal {
    return this.options.signal;
  }

  /** The same account for the last calls of a run that the user has interrupted. They have so many milliseconds. */
  public afterInterrupt(milliseconds: number): Account {
    const end = new AbortController();
    void this.clock.sleep(milliseconds).then(() => end.abort());
    return new Account({ ...this.options, signal: end.signal }, this);
  }

  /** An API key, or the user and password of a proxy, was read in clear text, from a task definition. */
  public sawKey(key: string): void {
    this.hidden.add(key);
    this.options.onKey?.(key);
  }

  /** @throws Failure a usage error if nothing names a region */
  public async region(): Promise<string> {
    this.known ??= this.findRegion();
    this.found = parseRegion(await this.known, this.hints.regionForm);
    return this.found;
  }

  private async findRegion(): Promise<string> {
    if (this.options.region) return this.options.region;
    const { client } = await this.clients.ecs();
    const chain = client({ profile: this.options.profile }).config as { region(): Promise<string> };
    try {
      return await chain.region();
    } catch {
      if (this.options.otherRegion) return this.options.otherRegion;
      throw usage(`The AWS region is unknown. ${this.hints.region}`);
    }
  }

  private async service(prefix: ServicePrefix, region: string) {
    return remember(this.services, `${prefix} ${region}`, async () => this.load(prefix, region));
  }

  private async load(prefix: ServicePrefix, region: string) {
    const { client, commands } = await this.clients[prefix]();
    const { credentials, options: { profile } } = this;
    const made = client({
      region, profile, maxAttempts: 1, defaultUserAgentProvider: userAgent, logger: SILENT, ...this.http, ...credentials.configuration,
    });
    credentials.use(made);
    return { commands, client: made };
  }

  /**
   * One call. Throttling is waited out. A call that fails for a moment is repeated, unless it might be carried out twice.
   *
   * @returns the SDK's answer, or with `raw` the answer's text
   * @throws the SDK's error, for callers that know what it means; `failure` turns it into a sentence
   */
  public async call<T = any>(prefix: ServicePrefix, action: string, input: object, options: CallOptions = {}): Promise<T> {
    const { client, commands } = await this.service(prefix, options.region ?? await this.region());
    for (let throttles = 0, failures = 0; ;) {
      if (PACED.includes(prefix)) await this.budget.take(action, this.signal);
      this.refuseIfInterrupted();
      const started = this.clock.now();
      try {
        await this.authenticate();
        const answer = await this.send(client, new commands[`${action}Command`](input as never), `${prefix}:${action}`, options.raw);
        this.options.onCall?.(`${prefix}:${action} ${Math.round(this.clock.now() - started)} ms`);
        return answer as T;
      } catch (error) {
        this.options.onCall?.(`${prefix}:${action} ${Math.round(this.clock.now() - started)} ms ${(error as Error).name}`);
        this.refuseIfInterrupted();
        if (isThrottled(error) && ++throttles < MOST_THROTTLES) {
          await this.pause(Math.min(250 * 2 ** throttles, 8000) * (0.5 + Math.random() / 2));
        } else if (isPassing(error) && ++failures < MOST_FAILURES && (options.repeatable !== false || !isUnsettled(error))) {
          await this.pause(250 * 2 ** failures);
        } else {
          throw error;
        }
      }
    }
  }

  private async send(client: ReturnType<ServiceClient['client']>, command: unknown, action: string, raw: string | undefined): Promise<unknown> {
    const { callLimitMs = CALL_LIMIT_MS } = this.options;
    const text = raw === undefined ? undefined : keepText(command as RawCommand, raw);
    const call = async (abortSignal: AbortSignal) => client.send(command, { abortSignal });
    const answer = await this.within(callLimitMs, call, () => new Unanswered(action, callLimitMs / 1000));
    if (text === undefined) return answer;
    JSON.parse(text.answer);
    return text.answer;
  }

  /** Waits for the credentials. The SDK waits for them without end, whatever signal it has. */
  private async authenticate(): Promise<void> {
    const { credentials, options: { callLimitMs, credentialsLimitMs = callLimitMs ?? CREDENTIALS_LIMIT_MS, profile } } = this;
    if (credentials.areFresh(this.clock.now())) return;
    try {
      await this.within(credentialsLimitMs, async () => credentials.arrive(), () => credentials.silence(credentialsLimitMs / 1000));
    } catch (error) {
      throw deniedCredentials(error, { profile }) ?? error;
    }
  }

  /** Something that may never end: it is left if the run is interrupted, or after its time. */
  private async within<T>(limitMs: number, start: (signal: AbortSignal) => Promise<T>, late: () => Error): Promise<T> {
    const limit = new AbortController();
    const ended = new AbortController();
    const left = new Promise<never>((_, reject) => {
      const interrupt = () => reject(new Interrupted());
      this.signal.addEventListener('abort', interrupt, { once: true, signal: ended.signal });
      const wait = async (): Promise<void> => {
        do await this.clock.sleep(limitMs, ended.signal); while (!ended.signal.aborted && this.credentials.isAsking);
        if (ended.signal.aborted) return;
        reject(late());
        limit.abort();
      };
      void wait();
    });
    try {
      return await Promise.race([start(AbortSignal.any([limit.signal, this.signal])), left]);
    } finally {
      ended.abort();
    }
  }

  /** What is left of AWS's limits, for the process that continues. */
  public get levels(): BudgetLevels {
    return this.budget.levels;
  }

  /** How many milliseconds AWS's limits make so many calls of an action wait. */
  public waitFor(action: string, calls: number): number {
    return this.budget.waitFor(action, calls);
  }

  /** Another account object turned out to be of the same account and region: AWS's limits are for both together. */
  public shareBudget(other: Account): void {
    if (this.budget === other.budget) return;
    other.budget.takeOver(this.budget);
    this.budget = other.budget;
  }

  /** Waits, unless the run is interrupted. */
  public async pause(milliseconds: number): Promise<void> {
    await this.clock.sleep(milliseconds, this.signal);
    this.refuseIfInterrupted();
  }

  private refuseIfInterrupted(): void {
    if (this.signal.aborted) throw new Interrupted();
  }

  /** The sentence for an error of `call`. */
  public failure(error: unknown, action: string, options: CallOptions = {}) {
    return failureOf(error, { action, ...options, profile: this.options.profile, region: this.found ?? this.options.region }, this.hints);
  }

  /** Like `call`, but throws the sentence of an error. */
  public async must<T = any>(prefix: ServicePrefix, action: string, input: object, options: CallOptions = {}): Promise<T> {
    try {
      return await this.call<T>(prefix, action, input, options);
    } catch (error) {
      throw this.failure(error, `${prefix}:${action}`, options);
    }
  }

  /**
   * Like `call`, for facts that are useful but not needed: if one cannot be read, answers why.
   *
   * @throws AccountFailure if every other call would fail, too
   */
  public async look<T = any>(prefix: ServicePrefix, action: string, input: object, options: Pick<CallOptions, 'region'> = {}): Promise<Seen<T>> {
    try {
      return { seen: await this.call<T>(prefix, action, input, options) };
    } catch (error) {
      const failure = this.failure(error, `${prefix}:${action}`);
      if (isForAll(failure)) throw failure;
      return { unseen: clauseOf(error, `${prefix}:${action}`), error };
    }
  }
}

const nothing = () => {};
/**
 * The SDK's notes are of no use to a user of this program. It makes a copy of each answer for `info`, and of the input for `error`, unless the
 * logger lacks them.
 */
const SILENT = { trace: nothing, debug: nothing, warn: nothing } as unknown as Console;

async function userAgent(): Promise<[string, string?][]> {
  return [['cdk-postman-live-collection']];
}

interface RawCommand {
  readonly middlewareStack: { add(middleware: unknown, options: object): void };
}

/**
 * The SDK drops members that its model does not know, in both directions. So the body is replaced before it is signed, and the
 * answer is kept before it is parsed.
 */
function keepText(command: RawCommand, body: string): { answer: string } {
  const kept = { answer: '' };
  command.middlewareStack.add((next: (args: any) => Promise<any>) => async (args: any) => {
    const bytes = Buffer.from(body, 'utf8');
    args.request.body = bytes;
    args.request.headers['content-length'] = String(bytes.length);
    return next(args);
  }, { step: 'build', priority: 'low', name: 'keepTextOfRequest' });
  command.middlewareStack.add((next: (args: any) => Promise<any>) => async (args: any) => {
    const result = await next(args);
    const chunks: Buffer[] = [];
    for await (const chunk of result.response.body) chunks.push(Buffer.from(chunk));
    kept.answer = Buffer.concat(chunks).toString('utf8');
    // The SDK's parsed answer is used only if it is an error.
    const isGood = result.response.statusCode < 300;
    result.response.body = Buffer.from(isGood ? '{}' : kept.answer);
    return result;
  }, { step: 'deserialize', priority: 'low', name: 'keepTextOfAnswer' });
  return kept;
}
