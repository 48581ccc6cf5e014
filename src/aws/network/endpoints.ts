import type { VpcEndpoint } from '@aws-sdk/client-ec2';
import { Read } from './reads';
import { found, unread } from './unread';
import { Fact, isUnknown, RouteTarget } from '../../egress';

/** What a route to a VPC endpoint leads to: one AWS service, or network appliances. */
export function endpointTarget({ items, failure }: Read<VpcEndpoint>, id: string): Fact<RouteTarget> {
  const endpoint = found({ items: items.filter(({ VpcEndpointId }) => VpcEndpointId === id), failure }, `VPC endpoint ${id}`);
  if (isUnknown(endpoint)) return endpoint;
  const { VpcEndpointType: type, ServiceName = 'an unnamed service', State = 'state unknown' } = endpoint;
  switch (type) {
    case 'Gateway': return { kind: 'gateway-endpoint', id };
    case 'GatewayLoadBalancer': {
      const firewall = firewallOf(endpoint);
      const seen = [...firewall ? [firewall] : [], `of ${ServiceName}`, State.toLowerCase()].join(', ');
      return { kind: firewall ? 'firewall-endpoint' : 'gateway-load-balancer-endpoint', id, seen };
    }
    default: return { kind: 'vpc-endpoint', id, seen: `of type ${type ?? 'unknown'}` };
  }
}

/** AWS Network Firewall creates its endpoints itself, and tags them. */
function firewallOf({ Tags = [], ServiceName = '' }: VpcEndpoint): string | undefined {
  const tag = (key: string) => Tags.find(({ Key }) => Key === key)?.Value;
  const arn = tag('Firewall');
  if (tag('AWSNetworkFirewallManaged') !== 'true' && !ServiceName.includes('network-firewall')) return undefined;
  return arn === undefined ? 'of AWS Network Firewall' : `of firewall ${arn}`;
}

/** The services of a VPC's endpoints, by the last part of their name: `ecr.api` of `com.amazonaws.eu-west-1.ecr.api`. */
export function endpointServices({ items, failure }: Read<VpcEndpoint>, vpc: string): Fact<readonly string[]> {
  if (failure !== undefined) return unread(`the endpoints of VPC ${vpc}`, failure);
  return items.filter(({ State }) => State?.toLowerCase() === 'available')
    .map(({ ServiceName = '' }) => /\.(ecr\.api|ecr\.dkr|[a-z0-9-]+)$/.exec(ServiceName)?.[1] ?? ServiceName);
}
