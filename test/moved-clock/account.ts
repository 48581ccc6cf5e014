import { Readable } from 'node:stream';
import { MovedClock } from './clock';
import { Account, Hints } from '../../src/aws';
import { CLIENTS, ServiceClient, ServicePrefix } from '../../src/aws/calls/clients';
import { COMMAND_LINE_HINTS } from '../../src/cli/hints';
import { FakeAws, FakeAwsOptions } from '../fakes';
import { loadClient } from '../fakes/wire/shapes';

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string | readonly string[] | null>;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** The SDK's request handler for an account of the fakes, without a network. */
export class InProcess {
  readonly metadata = { handlerProtocol: 'http/1.1' };

  /** The signals of calls that the SDK still prepares: it reads files first, which takes no time here. */
  private readonly coming = new Set<object>();

  constructor(private readonly aws: Pick<FakeAws, 'handle'>, private readonly clock: MovedClock, private readonly isAlive: () => boolean) {}

  /** The clock stands still until the call arrives. */
  async prepare<T>(signal: object, send: () => Promise<T>): Promise<T> {
    this.coming.add(signal);
    void this.standStill();
    return send().finally(() => this.coming.delete(signal));
  }

  private async standStill(): Promise<void> {
    while (this.coming.size > 0) {
      this.clock.stir();
      await new Promise(setImmediate);
    }
  }

  async handle({ method, path, query = {}, headers, body = '' }: SdkRequest, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) {
    this.clock.stir();
    if (abortSignal) this.coming.delete(abortSignal);
    const search = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => [value ?? ''].flat().map(one => [name, one] as [string, string])));
    const url = search.size === 0 ? path : `${path}?${search}`;
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const text = typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
    if (abortSignal?.aborted || !this.isAlive()) return this.never(abortSignal);
    const { end, answer } = await this.aws.handle({ method, url, headers: lower, body: text });
    this.clock.stir();
    // A process that was ended during the call does not see its answer.
    if (end === 'hang' || !this.isAlive()) return this.never(abortSignal);
    if (end === 'reset') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    const { status, contentType, headers: more, body: given } = answer!;
    const cut = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    const chunks = async function* () {
      yield Buffer.from(given);
      if (end === 'cut') throw cut;
    };
    return { response: { statusCode: status, headers: { 'content-type': contentType, ...more }, body: Readable.from(chunks()) } };
  }

  private async never(signal?: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const abort = () => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): object {
    return {};
  }

  destroy(): void {}
}

const LOADED: { readonly [prefix in ServicePrefix]: () => ServiceClient } = {
  dynamodb: () => require('../../src/aws/calls/clients/dynamodb'),
  ecs: () => require('../../src/aws/calls/clients/ecs'),
  ec2: () => require('../../src/aws/calls/clients/ec2'),
  elasticloadbalancing: () => require('../../src/aws/calls/clients/elasticloadbalancing'),
  iam: () => require('../../src/aws/calls/clients/iam'),
  kms: () => require('../../src/aws/calls/clients/kms'),
  ssm: () => require('../../src/aws/calls/clients/ssm'),
  logs: () => require('../../src/aws/calls/clients/logs'),
  route53: () => require('../../src/aws/calls/clients/route53'),
  route53resolver: () => require('../../src/aws/calls/clients/route53resolver'),
  s3: () => require('../../src/aws/calls/clients/s3'),
  secretsmanager: () => require('../../src/aws/calls/clients/secretsmanager'),
  states: () => require('../../src/aws/calls/clients/states'),
  sts: () => require('../../src/aws/calls/clients/sts'),
};

/** Loads the SDK, so no process of a test waits for a disk. */
export function loadClients(): void {
  for (const prefix of Object.keys(LOADED) as ServicePrefix[]) {
    loadClient(prefix);
    LOADED[prefix]();
  }
}

/** The command line's clients, which send through this. */
export function clientsOf(requestHandler: InProcess): typeof CLIENTS {
  const loaders = Object.entries(LOADED).map(([prefix, load]) => [prefix, async () => {
    const { client, commands } = load();
    return {
      commands,
      client: (configuration: object) => {
        const made = client({ ...configuration, requestHandler });
        const config = made.config as { credentials?: () => Promise<unknown> };
        const { credentials } = config;
        // The SDK reads the files of profiles.
        if (credentials && !('credentials' in configuration)) config.credentials = async () => requestHandler.prepare({}, async () => credentials());
        const send = made.send.bind(made);
        made.send = async (command, options) => requestHandler.prepare(options.abortSignal, async () => send(command, options));
        return made;
      },
    };
  }]);
  return Object.fromEntries(loaders);
}

/** An account whose time and the time of who calls it are one clock, which moves only if nothing else can be done. */
export class MovedAccount {
  readonly aws: FakeAws;
  readonly clock: MovedClock;

  constructor(options: FakeAwsOptions = {}) {
    this.clock = new MovedClock(undefined, milliseconds => this.aws.advance(milliseconds));
    this.aws = new FakeAws({ callMs: 0, clock: this.clock, ...options });
  }

  /** A process that calls the account, until it is ended. */
  process(hints: Hints = COMMAND_LINE_HINTS): MovedProcess {
    return new MovedProcess(this, hints);
  }
}

export class MovedProcess {
  /** Aborted by a first signal. */
  readonly interrupt = new AbortController();
  readonly account: Account;
  /** Every line of `--verbose`. */
  readonly trace: string[] = [];
  readonly keys = new Set<string>();
  /** Resolves if the process is ended. */
  readonly ended: Promise<void>;
  private isAlive = true;
  private end!: () => void;

  constructor({ aws, clock }: MovedAccount, hints: Hints) {
    this.ended = new Promise(resolve => { this.end = resolve; });
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: aws.account, AWS_SECRET_ACCESS_KEY: 'test' });
    this.account = new Account({
      region: aws.regionName,
      hints,
      signal: this.interrupt.signal,
      clock,
      clients: clientsOf(new InProcess(aws, clock, () => this.isAlive)),
      onCall: line => this.trace.push(line),
      onKey: key => this.keys.add(key),
    });
  }

  /** Ends the process at once: no call of it is carried out or answered any more. */
  kill(): void {
    this.isAlive = false;
    this.end();
    // What is left of it here makes no calls.
    setImmediate(() => this.interrupt.abort());
  }
}
