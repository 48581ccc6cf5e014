import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo, Socket } from 'node:net';
import { Call } from './calls';
import { Fault, Faults } from './faults/faults';
import { throttledError } from './faults/kinds';
import { Rates } from './faults/rates';
import { copyOf, JsonObject } from './json';
import { Gate } from './policy/gate';
import { Region } from './policy/requests';
import { Actions } from './wire/actions';
import { Answer, answer, errorAnswer } from './wire/answer';
import { AwsError } from './wire/aws-error';
import { HttpCall } from './wire/http-call';
import { actionOf, checkRequest, readRequest, Request, scopeOf } from './wire/request';
import { ServiceName } from './wire/shapes';

/** The account that the server serves. */
export interface Backend {
  readonly faults: Faults;
  readonly rates: Rates;
  readonly gate: Gate;
  readonly caller: string;
  /** Whether the input of each call is kept. */
  readonly keepsInput: boolean;
  record(call: Call): void;
  /** Milliseconds since the start. */
  elapsed(): number;
  wait(ms: number): Promise<void>;
  /** Moves the account's time by one call, and runs all events that are due. */
  passCall(): void;
  region(name: string): Region;
  actions(service: ServiceName, region: string): Actions;
}

const MOST_BYTES = 64 * 1024 * 1024;

/** Speaks AWS's protocols on loopback. */
export class WireServer {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(private readonly backend: Backend) {
    // Node would close a connection that is idle for five seconds, also in the moment in which the next call is sent: on a busy machine that happens.
    this.server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => { void this.serve(request, response); });
    this.server.on('connection', socket => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  /** @returns the endpoint, `http://127.0.0.1:<free port>` */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Also ends hanging calls. */
  async stop(): Promise<void> {
    const closed = new Promise<void>(resolve => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming).catch(() => undefined);
    // Half a request, or one that is far too large, gets no answer.
    if (body === undefined) {
      incoming.socket.destroy();
      return;
    }
    const { method = '', url = '', headers } = incoming;
    const { answer: given, end } = await this.handle({ method, url, headers, body });
    if (end === 'reset') incoming.socket.resetAndDestroy();
    else if (end === 'answered') send(response, given!);
    else if (end === 'cut') sendBroken(response, given!);
  }

  /** Answers one request, however it arrived. */
  async handle(http: HttpCall): Promise<Outcome> {
    let service: ServiceName | undefined;
    try {
      ({ service } = this.scoped(http));
      return await this.answerTo(http);
    } catch (error) {
      // A defect of the fakes or of the test must not look like an error of AWS, which callers retry.
      const told = error instanceof AwsError ? error : new AwsError('FakeAwsFault', (error as Error).stack ?? String(error), 418);
      return { end: 'answered', answer: errorAnswer(service, told) };
    }
  }

  private scoped({ headers }: HttpCall): ReturnType<typeof scopeOf> {
    try {
      return scopeOf(headers);
    } catch (error) {
      // Calls of unknown actions and calls without a signature are recorded, too.
      const stranger = 'unknown' as ServiceName;
      this.backend.record({
        service: stranger, action: '', region: '', input: {}, caller: '', ms: this.backend.elapsed(), applied: false, outcome: (error as AwsError).code,
      });
      throw error;
    }
  }

  private async answerTo(http: HttpCall): Promise<Outcome> {
    const { backend } = this;
    const { service, region } = scopeOf(http.headers);
    const call: Call = {
      service, region, action: actionOf(service, http), input: {}, caller: backend.caller, ms: backend.elapsed(), applied: false,
    };
    backend.record(call);
    try {
      const request = readRequest(http);
      if (backend.keepsInput) Object.assign(call, { input: logged(request.input) });
      const faults = backend.faults.faultsOf(call);
      for (const fault of faults) {
        if (fault.kind === 'late') await backend.wait(fault.ms);
        if (fault.kind === 'held') await fault.until();
      }
      backend.passCall();
      return this.carryOut(call, request, faults);
    } catch (error) {
      call.outcome = error instanceof AwsError ? error.code : 'FakeAwsFault';
      throw error;
    }
  }

  private carryOut(call: Call, request: Request, faults: readonly Fault[]): Outcome {
    const { backend } = this;
    for (const fault of faults) {
      if (fault.kind === 'meanwhile' && fault.when === 'before') fault.happen();
      if (fault.kind === 'refused') throw fault.error(call);
      if ((fault.kind === 'reset' || fault.kind === 'hang') && !fault.applied) return ended(call, fault.kind);
    }
    if (!backend.rates.admits(request.region, request.service, request.action)) throw throttledError(request.service);
    checkRequest(request);
    backend.gate.check(request, backend.region(request.region));
    const act = backend.actions(request.service, request.region)[request.action];
    if (!act) throw new AwsError('UnknownOperationException', `The fakes do not have ${request.service}:${request.action}.`);
    let output = act(request.input);
    call.applied = true;
    for (const fault of faults) if (fault.kind === 'changedAnswer') output = fault.change(copyOf(output as JsonObject));
    // The answer is complete before anything else happens.
    const given = answer(request, output);
    for (const fault of faults) if (fault.kind === 'meanwhile' && fault.when === 'after') fault.happen();
    const broken = faults.find(fault => fault.kind === 'reset' || fault.kind === 'hang');
    if (broken) return ended(call, broken.kind as 'reset' | 'hang');
    const cut = faults.find(fault => fault.kind === 'cutAnswer');
    if (cut) {
      call.outcome = 'cut';
      const half = { ...given, body: given.body.slice(0, Math.floor(given.body.length / 2)) };
      return { end: cut.by === 'proxy' ? 'answered' : 'cut', answer: half };
    }
    call.outcome = 'ok';
    return { end: 'answered', answer: given };
  }
}

/** The input without the values of secrets, which `Secrets.holds` compares, and without the contents of objects. */
function logged({ Body: _, ...input }: JsonObject): JsonObject {
  return copyOf(input.SecretString === undefined ? input : { ...input, SecretString: '***' });
}

/** What becomes of a request: it is answered, its answer is cut off, its connection breaks, or nothing comes any more. */
export interface Outcome { readonly end: 'answered' | 'cut' | 'reset' | 'hang'; readonly answer?: Answer }

function ended(call: Call, end: 'reset' | 'hang'): Outcome {
  call.outcome = end === 'hang' ? 'hanging' : 'reset';
  return { end };
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error('The request is too large.');
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, contentType, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': contentType, ...headers, 'x-amzn-requestid': '00000000-0000-0000-0000-000000000000' });
  response.end(body);
}

/** The body is announced longer than it is, and the connection breaks. */
function sendBroken(response: ServerResponse, { status, contentType, body }: Answer): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) + 1 });
  response.write(body, () => response.destroy());
}
