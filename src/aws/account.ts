import { setTimeout as sleep } from 'node:timers/promises';
import { parseRegion } from './arns';
import { CallBudget } from './budget';
import { CLIENTS, ServiceClient, ServicePrefix } from './clients';
import { clauseOf, FailedCall, failureOf, isPassing, isThrottled, isUnsettled, Unanswered } from './errors';
import { AccountFailure, Interrupted, usage } from './failure';

export interface AccountOptions {
  /** @default - the region of an ARN, else the SDK's own chain */
  readonly region?: string;
  readonly profile?: string;
  /** Ends each call and each wait. */
  readonly signal: AbortSignal;
  /**
   * How long to wait for the answer of a call.
   * @default 10 s
   */
  readonly callLimitMs?: number;
  /** Called for each call of AWS, for `--verbose`. */
  readonly onCall?: (line: string) => void;
  /** Called with each API key that was read in clear text: no output may show it. */
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
const PACED: readonly ServicePrefix[] = ['ecs', 'logs', 'route53', 'route53resolver'];

const CALL_LIMIT_MS = 10_000;
const MOST_THROTTLES = 12;
const MOST_FAILURES = 3;

/** The calls of one account and region, with their call limits, retries and time limits. */
export class Account {
  private readonly budget = new CallBudget();
  /** By prefix and region. */
  private readonly services = new Map<string, Promise<Pick<ServiceClient, 'commands'> & { readonly client: ReturnType<ServiceClient['client']> }>>();
  private known?: Promise<string>;
  /** The region as soon as it is known, for error messages. */
  private found?: string;

  constructor(private readonly options: AccountOptions) {}

  public get signal(): AbortSignal {
    return this.options.signal;
  }

  /** An API key was read in clear text, from a task definition. */
  public sawKey(key: string): void {
    this.options.onKey?.(key);
  }

  /** @throws Failure a usage error if nothing names a region */
  public async region(): Promise<string> {
    this.known ??= this.findRegion();
    this.found = parseRegion(await this.known);
    return this.found;
  }

  private async findRegion(): Promise<string> {
    const given = this.options.region ?? (this.options.profile === undefined ? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION : undefined);
    if (given) return given;
    const { client } = await CLIENTS.ecs();
    const chain = client({ profile: this.options.profile }).config as { region(): Promise<string> };
    try {
      return await chain.region();
    } catch {
      const fallback = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
      if (fallback) return fallback;
      throw usage('The AWS region is unknown. Use `--region`, set AWS_REGION, or name the cluster or service by its ARN.');
    }
  }

  private async service(prefix: ServicePrefix, region: string) {
    const key = `${prefix} ${region}`;
    let known = this.services.get(key);
    if (!known) {
      known = this.load(prefix, region);
      this.services.set(key, known);
    }
    return known;
  }

  private async load(prefix: ServicePrefix, region: string) {
    // The SDK's note on the version of Node is of no use to a user of this program.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    const { client, commands } = await CLIENTS[prefix]();
    return { commands, client: client({ region, profile: this.options.profile, maxAttempts: 1, defaultUserAgentProvider: userAgent }) };
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
      this.refuseIfInterrupted();
      if (PACED.includes(prefix)) await this.budget.take(action, this.signal).catch(() => this.refuseIfInterrupted());
      const started = performance.now();
      try {
        const answer = await this.send(client, new commands[`${action}Command`](input as never), `${prefix}:${action}`, options.raw);
        this.options.onCall?.(`${prefix}:${action} ${Math.round(performance.now() - started)} ms`);
        return answer as T;
      } catch (error) {
        this.options.onCall?.(`${prefix}:${action} ${Math.round(performance.now() - started)} ms ${(error as Error).name}`);
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
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), callLimitMs);
    const text = raw === undefined ? undefined : keepText(command as RawCommand, raw);
    try {
      const answer = await client.send(command, { abortSignal: AbortSignal.any([limit.signal, this.signal]) });
      return text === undefined ? answer : text.answer;
    } catch (error) {
      throw limit.signal.aborted ? new Unanswered(action, callLimitMs / 1000) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits, unless the run is interrupted. */
  public async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.signal }).catch(() => {});
    this.refuseIfInterrupted();
  }

  private refuseIfInterrupted(): void {
    if (this.signal.aborted) throw new Interrupted();
  }

  /** The sentence for an error of `call`. */
  public failure(error: unknown, action: string, options: CallOptions = {}) {
    return failureOf(error, { action, ...options, profile: this.options.profile, region: this.found ?? this.options.region });
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
      if (failure instanceof AccountFailure || failure instanceof Interrupted) throw failure;
      return { unseen: clauseOf(error, `${prefix}:${action}`), error };
    }
  }
}

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
