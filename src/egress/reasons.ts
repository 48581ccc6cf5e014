import { BlockPublicAccess, HostKind, NatGatewayFacts, OpaqueHop } from './facts';

/*
 * Why a point of a path is reachable, unreachable or unknown, as data. `sentences.ts` makes the texts from it.
 */

/** A route by which the traffic leaves a table. */
export interface RouteTaken {
  /** The subnet whose table it is, or what else has the table, as a text with its kind: `subnet subnet-1`. */
  readonly table: string;
  /** A range, or the name of a prefix list. */
  readonly destination: string;
  /** Kind and id: `NAT gateway nat-1`. */
  readonly target: string;
}

/** The routes taken so far; the last one leads to the point that is judged. */
type Via = { readonly via: readonly RouteTaken[] };

/** Traffic that a network ACL filters. */
export interface FilteredTraffic {
  readonly kind: 'request-out' | 'request-in' | 'replies-out' | 'replies-in';
  /** First and last port. */
  readonly ports: readonly [first: number, last: number];
  /** Name of the other end, e.g. `the internet`. */
  readonly where: string;
}

interface AclTraffic {
  readonly subnet: string;
  readonly acl: string;
  readonly traffic: FilteredTraffic;
}

interface GroupTraffic {
  readonly groups: readonly string[];
  readonly port: number;
  /** Name of the destination, or with `isInbound` of the source. */
  readonly where: string;
  readonly isInbound?: boolean;
}

/** What is not known; it decides what to check. */
export interface UnseenReason {
  readonly kind: 'unseen';
  readonly of: 'service' | 'vpc' | 'subnets' | 'routes' | 'route-target' | 'nat-gateway' | 'nat-connectivity' | 'nat-state' | 'nat-place' | 'public-address'
  | 'ipv6-address' | 'ipv4-address' | 'dns64' | 'dns-support' | 'dns-servers' | 'dns-firewall' | 'resolver-rules' | 'private-zones' | 'security-groups'
  | 'network-acl' | 'block-public-access' | 'exclusion' | 'endpoints' | 'gateway-routes' | 'source-destination-check' | 'forwarder'
  | 'proxy-subnet';
  /** A clause. */
  readonly unknown: string;
  /** What the unseen thing should lead to, e.g. a route to its destination. */
  readonly where?: string;
}

export type RouteGoal = 'private' | 'ipv4' | 'ipv6' | 'nat64' | 'onward';

export type Reason =
  | UnseenReason
  // the service
  | { readonly kind: 'no-interface' }
  | { readonly kind: 'external-instances' }
  | { readonly kind: 'no-subnet-named' }
  // the destination
  | { readonly kind: 'proxy-not-an-address'; readonly address: string }
  | { readonly kind: 'proxy-in-task'; readonly proxy: string; readonly host: string }
  | { readonly kind: 'proxy-path-only'; readonly proxy: string }
  | { readonly kind: 'proxy-by-name'; readonly proxy: string; readonly host: string }
  // addresses of the interface
  | { readonly kind: 'no-ipv6-address'; readonly subnet: string }
  | { readonly kind: 'no-ipv4-address'; readonly subnet: string; readonly where: string }
  | { readonly kind: 'only-ipv6'; readonly subnet: string; readonly isNative: boolean }
  | { readonly kind: 'nat64-beside-ipv6'; readonly subnet: string }
  // names
  | { readonly kind: 'dns-off'; readonly vpc: string }
  | { readonly kind: 'own-dns-servers'; readonly vpc: string; readonly servers: readonly string[]; readonly name: string }
  | { readonly kind: 'dns-firewall-blocks'; readonly groups: readonly string[]; readonly name: string }
  | { readonly kind: 'dns-firewall-may-block'; readonly groups: readonly string[]; readonly name: string; readonly because: readonly string[] }
  | { readonly kind: 'resolver-rule'; readonly rule: string; readonly domain: string; readonly name: string }
  | { readonly kind: 'private-zone'; readonly zone: string; readonly domain: string; readonly name: string; readonly has: 'record' | 'no-record' | 'unknown' }
  // routes
  | { readonly kind: 'vouched'; readonly subnet: string; readonly by: string }
  | {
    readonly kind: 'no-route';
    readonly table: string;
    readonly where: string;
    readonly goal: RouteGoal;
    readonly missing?: string;
    readonly routes: readonly RouteTaken[];
  }
  | { readonly kind: 'blackhole'; readonly table: string; readonly destination: string }
  | { readonly kind: 'unseen-range'; readonly table: string; readonly target?: string; readonly doubt: string; readonly where: string }
  | { readonly kind: 'inside-vpc' } & Via
  | { readonly kind: 'local-public-range' } & Via
  | { readonly kind: 'gateway' } & Via
  | { readonly kind: 'gateway-with-public-address' } & Via
  | { readonly kind: 'no-public-address'; readonly owner: 'task' | 'instance'; readonly hostKind?: HostKind } & Via
  | { readonly kind: 'private-destination'; readonly where: string } & Via
  | { readonly kind: 'gateway-without-nat64' } & Via
  | { readonly kind: 'gateway-for-ipv6-only' } & Via
  | { readonly kind: 'nat-for-nat64-only' } & Via
  | { readonly kind: 'peering-not-internet' } & Via
  | { readonly kind: 'beyond-peering'; readonly port: number } & Via
  | { readonly kind: 'beyond'; readonly hop: OpaqueHop | 'instance' | 'network-interface' } & Via
  | { readonly kind: 'nat-state'; readonly state: Exclude<Extract<NatGatewayFacts['state'], string>, 'available'> } & Via
  | { readonly kind: 'nat-onward'; readonly gateway: string; readonly isRegional?: boolean } & Via
  | { readonly kind: 'private-nat' } & Via
  | { readonly kind: 'nat-onward-elsewhere' } & Via
  | { readonly kind: 'nat-behind-nat' } & Via
  | { readonly kind: 'source-destination-check' } & Via
  | { readonly kind: 'does-not-forward' } & Via
  | { readonly kind: 'forwarder-onward'; readonly gateway: string } & Via
  | { readonly kind: 'forwarder-without-public-address' } & Via
  | { readonly kind: 'forwarder-onward-elsewhere' } & Via
  // the way back
  | { readonly kind: 'back-elsewhere'; readonly to: string } & Via
  | { readonly kind: 'back-blackhole'; readonly to: string } & Via
  | { readonly kind: 'back-unseen-range'; readonly to: string; readonly doubt: string } & Via
  // filters
  | { readonly kind: 'public-access-blocked'; readonly mode: BlockPublicAccess; readonly traffic: string; readonly toExclude: string; readonly exclusion?: string }
  | { readonly kind: 'no-group-named' }
  | { readonly kind: 'groups-allow' } & GroupTraffic
  | { readonly kind: 'groups-deny'; readonly rules: readonly string[] } & GroupTraffic
  | { readonly kind: 'groups-allow-part'; readonly rules: readonly string[] } & GroupTraffic
  | { readonly kind: 'groups-unseen'; readonly unknown: readonly string[] } & GroupTraffic
  | { readonly kind: 'acl-allows' } & AclTraffic
  | { readonly kind: 'acl-denies' } & AclTraffic
  | { readonly kind: 'acl-allows-part' } & AclTraffic
  | { readonly kind: 'acl-allows-both-ways'; readonly subnet: string; readonly acl: string }
  | { readonly kind: 'acl-unseen'; readonly unknown: readonly string[] } & AclTraffic
  | { readonly kind: 'maybe-in-subnet'; readonly subnet: string; readonly where: string }
  // before the task starts
  | { readonly kind: 'startup-by-instance' }
  | { readonly kind: 'endpoints-serve'; readonly services: readonly string[] }
  | { readonly kind: 'endpoints-missing'; readonly vpc: string; readonly missing: readonly string[] }
  | { readonly kind: 'startup-fails-too'; readonly endpoints: 'present' | 'absent' | 'unseen'; readonly missing: readonly string[] }
  // conditions
  | { readonly kind: 'depends-on-condition'; readonly verdicts: readonly { readonly when: string; readonly verdict: string }[] }
  | { readonly kind: 'too-many-conditions'; readonly conditions: readonly string[] };
