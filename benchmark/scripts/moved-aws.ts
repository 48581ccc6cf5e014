import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { Clock, SYSTEM_CLOCK } from '../../src/aws/calls/clock';
import { FakeAws, FakeAwsOptions } from '../../test/fakes';

/** The machine's time, plus what was skipped because all workers slept. So a wait of a minute takes no time here, and work takes what it takes. */
class SkippingClock implements Clock {
  /** How many threads or processes can do anything. */
  workers = 1;
  private skippedMs = 0;
  private sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  now(): number {
    return SYSTEM_CLOCK.now() + this.skippedMs;
  }

  async sleep(milliseconds: number): Promise<void> {
    await new Promise<void>(wake => {
      this.sleepers.push({ until: this.now() + milliseconds, wake });
      this.skip();
    });
  }

  /** Jumps to the end of the shortest sleep, if nobody is awake. */
  skip(): void {
    if (this.sleepers.length < this.workers || this.sleepers.length === 0) return;
    const until = Math.min(...this.sleepers.map(sleeper => sleeper.until));
    this.skippedMs += Math.max(0, until - this.now());
    const due = this.sleepers.filter(sleeper => sleeper.until <= until);
    this.sleepers = this.sleepers.filter(sleeper => sleeper.until > until);
    for (const { wake } of due) wake();
  }
}

/** The account of the fakes on loopback for processes that sleep through `/clock/sleep`, as `moved/sitecustomize.py` makes them. */
export class MovedAws {
  readonly clock = new SkippingClock();
  readonly aws: FakeAws;
  endpoint = '';
  private readonly server: Server;
  private seen: number;

  constructor(options: FakeAwsOptions = {}) {
    this.aws = new FakeAws({ callMs: 0, clock: this.clock, ...options });
    this.seen = this.clock.now();
    this.server = createServer((request, response) => { void this.serve(request, response); });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(0, '127.0.0.1', resolve));
    this.endpoint = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    await new Promise<void>(resolve => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  get env(): Record<string, string> {
    const { env, regionName } = this.aws;
    return { ...env, AWS_ENDPOINT_URL: this.endpoint, AWS_REGION: regionName, AWS_DEFAULT_REGION: regionName, BENCHMARK_CLOCK: this.endpoint };
  }

  /** Another worker, or one fewer. */
  count(workers: number): void {
    this.clock.workers += workers;
    this.clock.skip();
  }

  /** What is due happens in the account. */
  private catchUp(): void {
    const now = this.clock.now();
    this.aws.advance(now - this.seen);
    this.seen = now;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const { pathname, searchParams } = new URL(url, this.endpoint);
    if (pathname === '/clock/sleep') {
      await this.clock.sleep(Number(searchParams.get('ms')));
      response.end();
    } else if (pathname === '/clock/worker') {
      this.count(Number(searchParams.get('count')));
      response.end();
    } else {
      this.catchUp();
      const { answer } = await this.aws.handle({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(answer!.status, { 'content-type': answer!.contentType });
      response.end(answer!.body);
    }
  }
}
