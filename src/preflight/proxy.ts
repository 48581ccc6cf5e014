import { finding, Finding } from './findings';
import { ValueCheck } from './values';
import { withoutCredentials } from '../agent';

const WANTED = 'a URL with scheme, host and port, such as http://proxy.example.com:3128';

/** The agent accepts a full URL, or an IP address with a port. With `host:3128` or a bare host it connects to a wrong port. */
export function checkProxyUrl(proxy: unknown, { refuse, prop }: ValueCheck): Finding[] {
  if (typeof proxy !== 'string') return [refuse(WANTED, typeof proxy)];
  const shown = withoutCredentials(proxy);
  const fault = faultOf(proxy);
  if (fault !== undefined) return [refuse(WANTED, shown, fault)];
  return proxy.includes('@') ? [finding('proxyCredentialsInClear', { option: prop, proxy: shown })] : [];
}

function faultOf(proxy: string): string | undefined {
  if (/\s/.test(proxy)) return 'it has a space';
  const [, scheme, rest] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(proxy)!;
  const [authority, ...path] = rest.split('/');
  const at = authority.slice(authority.lastIndexOf('@') + 1);
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^:]*)(?::(.*))?$/i.exec(at) ?? [];
  const isAddress = host !== undefined && /^(\d+(\.\d+){3}|\[.*\])$/.test(host);
  if (scheme === undefined && !(isAddress && port !== undefined)) return `it has no scheme${port === undefined ? ' and no port' : ''}, so the agent would connect to a wrong port`;
  if (scheme !== undefined && !/^https?$/i.test(scheme)) return `the agent supports http and https proxies, not ${scheme}`;
  if (host === undefined || host === '') return 'it has no host';
  if (port === undefined) return 'it has no port';
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) return 'the port must be 1-65535';
  if (path.join('') !== '') return 'a proxy has no path';
  return undefined;
}
