import { isUnresolved } from './loaded';
import { Destination } from '../egress';

/** Where the agent's own traffic goes: to the forward proxy where one is set, else to the public internet (undefined). */
export function destinationOf(proxy: string | undefined): Destination | undefined {
  if (proxy === undefined) return undefined;
  if (isUnresolved(proxy)) return { kind: 'host', host: 'that only CloudFormation knows' };
  const { hostname, port } = new URL(proxy.includes('://') ? proxy : `http://${proxy}`);
  // URL leaves the port out where it is the scheme's own.
  const where = { port: Number(port || (proxy.startsWith('https:') ? 443 : 80)) };
  const address = /^\[(.*)\]$/.exec(hostname)?.[1] ?? (/^[\d.]+$/.test(hostname) ? hostname : undefined);
  return address === undefined ? { kind: 'host', host: hostname, ...where } : { kind: 'address', address, ...where };
}
