import * as http from 'node:http';
import * as https from 'node:https';
import { connect as connectTls, ConnectionOptions } from 'node:tls';
import { AccountFailure } from './failure';

/** The proxy for a host, with its user and password; undefined if it is connected to directly. */
export type ProxyFor = (url: { readonly protocol: 'http:' | 'https:'; readonly host: string; readonly port: number }) => URL | undefined;

type Connected = (error: Error | null, socket?: unknown) => void;

/** What an agent is asked for: Node's options of a connection, which its types do not have. */
interface Target extends ConnectionOptions {
  readonly host: string;
  readonly port: number;
}

/** What Node calls of an agent, which its types do not have. */
interface Connecting { createConnection(target: Target, connected: Connected): unknown }
interface Requesting { addRequest(request: http.ClientRequest, target: Target): void }

const portOf = ({ port, protocol }: URL) => Number(port || (protocol === 'https:' ? 443 : 80));
const addressOf = (proxy: URL) => ({ host: proxy.hostname.replace(/^\[|\]$/g, ''), port: portOf(proxy) });

function authorizationOf({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  return { 'proxy-authorization': `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}` };
}

/** Connects to a host through a tunnel of a proxy. What the proxy answers instead is an error. */
function tunnel(proxy: URL, target: Target, hint: string, connected: Connected): void {
  const path = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
  const { request } = proxy.protocol === 'https:' ? https : http;
  const { host, port } = addressOf(proxy);
  const asked = request({ host, port, method: 'CONNECT', path, headers: { host: path, ...authorizationOf(proxy) }, agent: false });
  const failed = (why: string) => connected(new AccountFailure(`The proxy ${host}:${port} does not connect to ${path}: ${why}. ${hint}`));
  asked.once('connect', ({ statusCode, statusMessage }, socket) => {
    if (statusCode === 200) {
      // The host, the port and the path are those of the tunnel.
      const { host: _host, port: _port, path: _path, ...secure } = target;
      connected(null, connectTls({ ...secure, socket, servername: target.servername ?? target.host }));
    } else {
      socket.destroy();
      failed(`it answered ${statusCode} ${statusMessage}`);
    }
  });
  // A proxy that does not know the method answers as a web server.
  asked.once('response', ({ statusCode, statusMessage }) => { asked.destroy(); failed(`it answered ${statusCode} ${statusMessage}`); });
  asked.once('error', error => failed(error.message));
  asked.end();
}

/**
 * The agents of Node's HTTP for the SDK, which has no proxies of its own. Calls by HTTPS go through a tunnel (CONNECT), so the proxy sees no more than the
 * name of the host.
 *
 * @param hint what the user can check if a proxy fails
 */
export function agentsFor(proxyFor: ProxyFor, hint: string): { readonly httpAgent: http.Agent; readonly httpsAgent: https.Agent } {
  const options = { keepAlive: true, maxSockets: 50 };
  const httpsAgent = new https.Agent(options);
  const connecting = httpsAgent as unknown as Connecting;
  const connect = connecting.createConnection.bind(httpsAgent);
  connecting.createConnection = (target, connected) => {
    const proxy = proxyFor({ protocol: 'https:', host: target.host, port: target.port });
    return proxy ? tunnel(proxy, target, hint, connected) : connect(target, connected);
  };
  const httpAgent = new http.Agent(options);
  const requesting = httpAgent as unknown as Requesting;
  const send = requesting.addRequest.bind(httpAgent);
  requesting.addRequest = (request, target) => {
    const proxy = proxyFor({ protocol: 'http:', host: target.host, port: target.port });
    if (!proxy) return send(request, target);
    // Without TLS, a proxy takes the whole address as the path.
    request.path = `http://${request.getHeader('host') ?? target.host}${request.path}`;
    for (const [name, value] of Object.entries(authorizationOf(proxy))) request.setHeader(name, value);
    return send(request, { ...target, ...addressOf(proxy) });
  };
  return { httpAgent, httpsAgent };
}
