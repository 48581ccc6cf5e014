import type { Judge } from './check';

const WANTED = 'a URL with scheme, host and port, such as http://proxy.example.com:3128';

/** Everything before the last `@` of what might be an address may be a password: it is never shown. */
function withoutCredentials(proxy: string): string {
  return proxy.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');
}

/**
 * The agent takes a full URL, or an IP address with a port. `host:3128` and a bare host make it dial a wrong port.
 */
export function checkProxy(proxy: string, { refuse, warn, name }: Judge): void {
  if (typeof proxy !== 'string') return refuse(WANTED, typeof proxy);
  const shown = withoutCredentials(proxy);
  const fault = faultOf(proxy);
  if (fault !== undefined) return refuse(WANTED, shown, fault);
  if (proxy.includes('@')) {
    warn('proxyCredentialsInClear', `${name} has a user or a password (${shown}), which stands in the task definition for everybody who may read it. Use a proxy that admits the tasks by their address`);
  }
}

function faultOf(proxy: string): string | undefined {
  if (/\s/.test(proxy)) return 'it has a space';
  const [, scheme, rest] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(proxy)!;
  const [authority, ...path] = rest.split('/');
  const at = authority.slice(authority.lastIndexOf('@') + 1);
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^:]*)(?::(.*))?$/i.exec(at) ?? [];
  const isAddress = host !== undefined && /^(\d+(\.\d+){3}|\[.*\])$/.test(host);
  if (scheme === undefined && !(isAddress && port !== undefined)) return `it has no scheme${port === undefined ? ' and no port' : ''}, so that the agent dials a wrong port`;
  if (scheme !== undefined && !/^https?$/i.test(scheme)) return `the agent speaks to http and https proxies, not to ${scheme}`;
  if (host === undefined || host === '') return 'it has no host';
  if (port === undefined) return 'it has no port';
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) return 'its port is none of 1 to 65535';
  if (path.join('') !== '') return 'a proxy has no path';
  return undefined;
}
