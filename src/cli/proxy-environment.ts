import { BlockList, isIP } from 'node:net';
import { credentialsOf } from '../agent';
import { usage } from '../aws';
import { ProxyFor } from '../aws/calls/proxy';

type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable in either case. Lower case comes first, as in curl. */
function variable(env: Environment, name: string): string | undefined {
  return env[name.toLowerCase()] || env[name] || undefined;
}

/**
 * The proxies of HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Undefined if no proxy is set.
 *
 * NO_PROXY is a list of hosts, with their subdomains, of addresses, and of ranges such as `10.0.0.0/8`, each with a port or without; `*` is every
 * host. This machine itself is never reached through a proxy.
 *
 * @throws Failure a usage error if a variable is not the URL of a proxy
 */
export function proxiesOf(env: Environment): ProxyFor | undefined {
  const proxies = { 'https:': proxyIn(env, 'HTTPS_PROXY'), 'http:': proxyIn(env, 'HTTP_PROXY') };
  if (!proxies['https:'] && !proxies['http:']) return undefined;
  const exceptions = (variable(env, 'NO_PROXY') ?? '').split(/[\s,]+/).filter(entry => entry !== '');
  return ({ protocol, host, port }) => {
    const isDirect = isLoopback(host) || exceptions.some(entry => covers(entry.toLowerCase(), host.toLowerCase(), port));
    return isDirect ? undefined : proxies[protocol];
  };
}

/** The users and passwords of the proxies, each with the `@` after it. */
export function proxyCredentials(env: Environment): string[] {
  return ['HTTPS_PROXY', 'HTTP_PROXY'].flatMap(name => credentialsOf(variable(env, name) ?? ''));
}

function proxyIn(env: Environment, name: string): URL | undefined {
  const value = variable(env, name);
  if (value === undefined) return undefined;
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
    if (['http:', 'https:'].includes(url.protocol) && url.hostname !== '') return url;
  } catch {
    // It is not shown: it may have a password.
  }
  throw usage(`${name} must be the URL of a proxy, such as http://proxy:3128, and begin with http:// or https://.`);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || isIP(host) === 4 && host.startsWith('127.');
}

function covers(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true;
  const [, name, ofPort] = isIP(entry) === 6 ? [undefined, entry, undefined] : /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry)!;
  if (ofPort !== undefined && Number(ofPort) !== port) return false;
  if (isIP(host)) return name === host || isInRange(name, host);
  const suffix = name.replace(/^\*?\./, '');
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`));
}

function isInRange(range: string, address: string): boolean {
  const [network, bits] = range.split('/');
  const version = isIP(network);
  if (version === 0 || version !== isIP(address) || !/^\d{1,3}$/.test(bits ?? '') || Number(bits) > (version === 4 ? 32 : 128)) return false;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}
