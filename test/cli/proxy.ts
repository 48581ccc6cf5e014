import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, IncomingMessage, request, Server } from 'node:http';
import { AddressInfo, connect, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';
import { promisify } from 'node:util';

const PASSWORD = 'not-a-key';
const NAMES = ['*.eu-west-1.amazonaws.com', '*.sso.eu-west-1.amazonaws.com', '*.amazonaws.com'];

/** The key and the certificate for the hosts of AWS, made once: the tools for it take seconds. */
interface Store { readonly pfx: Buffer; readonly certificate: string }
let made: Promise<Store> | undefined;

async function makeStore(): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const [store, certificate] = ['store.p12', 'certificate.pem'].map(name => join(folder, name));
  const of = ['-alias', 'aws', '-keystore', store, '-storetype', 'PKCS12', '-storepass', PASSWORD];
  const keytool = async (...args: string[]) => promisify(execFile)('keytool', [...args, ...of]);
  await keytool('-genkeypair', '-keyalg', 'EC', '-groupname', 'secp256r1', '-dname', 'CN=aws', '-ext', `san=${NAMES.map(name => `dns:${name}`).join(',')}`);
  await keytool('-exportcert', '-rfc', '-file', certificate);
  return { pfx: readFileSync(store), certificate };
}

/** A forward proxy on loopback. What goes through it to AWS, by TLS or without, arrives at the fakes. */
export class Proxy {
  /** What was asked for: the authority of each tunnel, the address of each request. */
  readonly asked: string[] = [];
  readonly authorizations = new Set<string | undefined>();
  /** The status of an answer instead of a tunnel. */
  refuses?: number;
  address = '';
  /** The file of the certificate for the hosts of AWS, which a process must trust. */
  certificate = '';
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private tls?: TlsServer;

  /** @param endpoint of the fakes */
  constructor(private readonly endpoint: string) {
    this.server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (incoming, response) => {
      this.note(incoming);
      const { hostname, port } = new URL(this.endpoint);
      const { pathname, search } = new URL(incoming.url!);
      const { method, headers } = incoming;
      incoming.pipe(request({ hostname, port, method, headers, path: `${pathname}${search}` }, answer => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      }));
    });
    this.server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
      this.note(incoming);
      if (this.refuses !== undefined) {
        socket.end(`HTTP/1.1 ${this.refuses} No\r\n\r\n`);
        return;
      }
      const through = connect((this.tls!.address() as AddressInfo).port, '127.0.0.1');
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      this.keep(socket).pipe(this.keep(through)).pipe(socket);
    });
  }

  private note({ url, headers }: IncomingMessage): void {
    this.asked.push(url!);
    this.authorizations.add(headers['proxy-authorization']);
  }

  private keep(socket: Socket): Socket {
    this.sockets.add(socket.on('error', () => {}));
    return socket;
  }

  async listen(): Promise<this> {
    made ??= makeStore();
    const { pfx, certificate } = await made;
    this.certificate = certificate;
    this.tls = createTlsServer({ pfx, passphrase: PASSWORD }, socket => {
      const { hostname, port } = new URL(this.endpoint);
      const aws = connect(Number(port), hostname);
      this.keep(socket).pipe(this.keep(aws)).pipe(socket);
    });
    for (const server of [this.tls, this.server]) await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    this.address = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    const closed = [this.tls, this.server].map(server => new Promise<void>(done => server ? server.close(() => done()) : done()));
    this.server.closeAllConnections();
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }
}
