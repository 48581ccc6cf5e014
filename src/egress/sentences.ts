import { FilteredTraffic, Reason, RouteGoal, RouteTaken, UnseenReason } from './reasons';
import { OPAQUE } from './targets';

/** A sentence: what was found, naming the subnet, the route and the rule. */
export function findingOf(reason: Reason): string {
  return textsOf(reason)[0];
}

/** A sentence: what to change, or what to check. Undefined if the point is fine. */
export function remedyOf(reason: Reason): string | undefined {
  return textsOf(reason)[1];
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `a, b and c` */
export function list(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}

type Texts = readonly [finding: string, remedy?: string];
type ReasonOf<K extends Reason['kind']> = Extract<Reason, { kind: K }>;

function textsOf<K extends Reason['kind']>(reason: ReasonOf<K>): Texts {
  return (TEXTS[reason.kind as K] as (given: ReasonOf<K>) => Texts)(reason);
}

const PRIVATELY = 'in private subnets with a route to a NAT gateway';
const PUBLIC_NAT = 'Use a public NAT gateway in a subnet with a route 0.0.0.0/0 to an internet gateway.';

const TEXTS: { readonly [K in Reason['kind']]: (reason: ReasonOf<K>) => Texts } = {
  'unseen': ({ unknown, of, where }) => [`${capital(unknown)}.`, CHECKS[of](where ?? '')],

  'no-interface': () => ['Network mode none gives the task no network interface.', 'Use network mode awsvpc.'],
  'external-instances': () => ['External instances (ECS Anywhere) are in a network that cannot be seen from here.', 'Check that they reach the internet on TCP 443.'],
  'no-subnet-named': () => ['No subnet is named for the tasks.', 'Name the subnets.'],

  'proxy-not-an-address': ({ address }) => [`The proxy address "${address}" is not an IP address.`, 'Give the proxy an IPv4 or IPv6 address, or a name.'],
  'proxy-in-task': ({ proxy, host }) => [
    `The agent uses ${proxy}, which is in the task itself; its own path to the internet cannot be seen from here.`, `Check that the proxy reaches ${host}.`,
  ],
  'proxy-path-only': ({ proxy }) => [`The agent uses ${proxy}: the path to the proxy is checked, but not what the proxy allows.`],
  'proxy-by-name': ({ proxy, host }) => [
    `The agent uses the proxy ${proxy}, which is known only by name, so the path to it cannot be checked.`,
    `Check that the tasks reach the proxy and that it reaches ${host}, or give its address instead of its name.`,
  ],

  'no-ipv6-address': ({ subnet }) => [`The interface has no IPv6 address in subnet ${subnet}.`, 'Give the subnet an IPv6 range and the interface an IPv6 address.'],
  'no-ipv4-address': ({ subnet, where }) => [
    `Subnet ${subnet} is IPv6-only, so the interface has no IPv4 address to reach ${where}.`, 'Place the tasks in subnets that have an IPv4 range.',
  ],
  'only-ipv6': ({ subnet, isNative }) => [
    `Subnet ${subnet} may reach the internet only over IPv6, and so only hosts that have an IPv6 address.`,
    isNative
      ? 'Turn on DNS64 and add a route for 64:ff9b::/96 to a NAT gateway, or place the tasks in subnets that have an IPv4 range.'
      : 'Add a route to the internet over IPv4, or DNS64 and a route for 64:ff9b::/96 to a NAT gateway.',
  ],
  'nat64-beside-ipv6': ({ subnet }) => [
    `Subnet ${subnet} leads out over NAT64, but not certainly over IPv6, which is used for a host that has an IPv6 address.`,
    'Let the route ::/0 lead to an egress-only internet gateway.',
  ],

  'dns-off': ({ vpc }) => [`VPC ${vpc} has DNS support turned off, so names do not resolve.`, 'Turn on DNS support (enableDnsSupport).'],
  'own-dns-servers': ({ vpc, servers, name }) => [
    `The DHCP options of VPC ${vpc} set ${list(servers)} for DNS, which cannot be checked from here.`, `Check that public names such as ${name} resolve there.`,
  ],
  'dns-firewall-blocks': ({ groups, name }) => [
    `The DNS Firewall rule group ${list(groups)} blocks ${name}, so the name does not resolve.`, `Add a rule with a lower priority number that allows ${name}.`,
  ],
  'dns-firewall-may-block': ({ groups, name, because }) => [
    `It is not certain that the DNS Firewall rule ${groups.length > 1 ? 'groups' : 'group'} ${list(groups)} let ${name} resolve${because.length > 0 ? `: ${list(because)}` : ''}.`,
    `Check that ${name}, and the names that it leads to, are allowed there.`,
  ],
  'resolver-rule': ({ rule, domain, name }) => [
    `The Resolver rule ${rule} sends queries for ${domain} to other DNS servers, which cannot be checked from here.`, `Check that ${name} resolves there.`,
  ],
  'private-zone': ({ zone, domain, name, has }) => [
    {
      'record': `The private hosted zone ${zone} (${domain}) answers for ${name} with a record of its own.`,
      'no-record': `The private hosted zone ${zone} (${domain}) answers for ${name} and has no record for it, so the name does not resolve.`,
      'unknown': `The private hosted zone ${zone} (${domain}) may answer for ${name}.`,
    }[has],
    has === 'no-record' ? `Add a record for ${name} to the zone, or remove the zone from the VPC.` : `Check that ${name} resolves to Postman's addresses in the VPC.`,
  ],

  'vouched': ({ subnet, by }) => [`Subnet ${subnet} leads to the internet, as ${by} says; its routes are not judged.`],
  'no-route': ({ table, where, missing, routes, goal }) => [
    missing === undefined
      ? `${capital(table)} has no route to ${where}; ${routesOf(routes)}.`
      : `${capital(table)} has routes to only part of ${where} (none to ${missing}, for example); ${routesOf(routes)}.`,
    routeRemedy(goal, where, table),
  ],
  'blackhole': ({ table, destination }) => [
    `${capital(table)}: the route for ${destination} is a blackhole, because its target no longer exists.`,
    'Point the route at a NAT gateway or an internet gateway that exists.',
  ],
  'unseen-range': ({ table, target, doubt, where }) => [
    `${capital(table)}: it is unknown which addresses ${target === undefined ? 'one of its routes' : target === 'local' ? 'its local route' : `its route to ${target}`} covers: ${doubt}.`,
    `Check whether it covers ${where}.`,
  ],
  'inside-vpc': ({ via }) => [`${along(via)}, inside the VPC.`],
  'local-public-range': ({ via }) => [
    `${along(via)}: a range of the VPC is public, and hosts of the internet with such addresses cannot be reached.`,
    'Check that Postman\'s host has no address in that range.',
  ],
  'gateway': ({ via }) => [`${along(via)}.`],
  'gateway-with-public-address': ({ via }) => [`${along(via)}, and the interface has a public address.`],
  'no-public-address': ({ via, owner, hostKind }) => [`${along(via)}, but ${noAddress(owner, hostKind)}`, publicAddressRemedy(owner, hostKind)],
  'private-destination': ({ via, where }) => [`${along(via)}, which carries no traffic to private addresses.`, routeRemedy('private', where, '')],
  'gateway-without-nat64': ({ via }) => [`${along(via)}, which does not translate the addresses of NAT64 (64:ff9b::/96).`, routeRemedy('nat64', '', '')],
  'gateway-for-ipv6-only': ({ via }) => [`${along(via)}, which carries only IPv6.`, 'Point the route 0.0.0.0/0 at a NAT gateway.'],
  'nat-for-nat64-only': ({ via }) => [
    `${along(via)}, which translates IPv6 only for NAT64 (64:ff9b::/96).`, 'Point the route ::/0 at an egress-only internet gateway.',
  ],
  'peering-not-internet': ({ via }) => [
    `${along(via)}, which carries no traffic to the internet.`, 'Point the route at a NAT gateway or an internet gateway of this VPC.',
  ],
  'beyond-peering': ({ via, port }) => [
    `${along(via)}; what lies beyond it cannot be seen from here.`, `Check that the peer VPC routes back and allows TCP ${port} in.`,
  ],
  'beyond': ({ via, hop }) => [`${along(via)}; what lies beyond it cannot be seen from here.`, OPAQUE[hop][1]],
  'nat-state': ({ via, state }) => [
    `${along(via)}, which is in state ${state}.`,
    state === 'pending' ? 'Wait until it is available.' : 'Replace the NAT gateway, and point the route at the new one.',
  ],
  'nat-onward': ({ via, gateway, isRegional }) => [`${along(via)}, and from ${isRegional ? 'there' : 'its subnet'} to ${gateway}.`],
  'private-nat': ({ via }) => [`${along(via)}, but a private NAT gateway has no public address.`, PUBLIC_NAT],
  'nat-onward-elsewhere': ({ via }) => [`${along(via)}, which is not an internet gateway.`, PUBLIC_NAT],
  'nat-behind-nat': ({ via }) => [
    `${along(via)}; what lies beyond a NAT gateway behind another one is not followed.`,
    'Check that the second NAT gateway is public and that its subnet leads to an internet gateway.',
  ],
  'source-destination-check': ({ via }) => [
    `${along(via)}, whose source/destination check is on, so it forwards no traffic.`, 'Turn the source/destination check of the instance off.',
  ],
  'does-not-forward': ({ via }) => [`${along(via)}, which does not forward traffic.`, 'Use a NAT gateway, or an instance that forwards traffic.'],
  'forwarder-onward': ({ via, gateway }) => [`${along(via)}, and from its subnet to ${gateway}; its source/destination check is off, and it has a public address.`],
  'forwarder-without-public-address': ({ via }) => [
    `${along(via)}, but the instance has no public address.`, 'Give the instance a public address, or use a NAT gateway.',
  ],
  'forwarder-onward-elsewhere': ({ via }) => [`${along(via)}, which is not an internet gateway.`, 'Place the instance in a subnet with a route 0.0.0.0/0 to an internet gateway.'],

  'back-elsewhere': ({ via, to }) => [
    `Replies to ${to} do not return directly: ${leads(via)}.`, 'Check that the appliance there lets both directions of a connection pass, or remove the route.',
  ],
  'back-blackhole': ({ via, to }) => [
    `Replies to ${to} do not arrive: ${leads(via)}, which is a blackhole.`, 'Remove the route, or point it at a target that exists.',
  ],
  'back-unseen-range': ({ via, to, doubt }) => [
    `It is unknown whether replies to ${to} return directly, since it is unknown which addresses a route covers: ${leads(via)} (${doubt}).`,
    `Check whether it covers ${to}.`,
  ],

  'public-access-blocked': ({ mode, traffic, toExclude, exclusion }) => [
    `VPC block public access (${mode}) blocks the traffic of ${traffic} to the internet gateway${exclusion === undefined ? '' : `; the exclusion ${exclusion} does not open it`}.`,
    `Exclude ${toExclude} from VPC block public access (allow-bidirectional), or turn it off.`,
  ],
  'no-group-named': () => ['No security group is named, so the VPC\'s default group applies. Its rules cannot be seen from here.', 'Name the security groups.'],
  'groups-allow': ({ groups, port, where, isInbound }) => [
    `${capital(groupsName(groups))} ${groups.length === 1 ? 'allows' : 'allow'} TCP ${port} ${isInbound ? 'from' : 'to'} ${where}.`,
  ],
  'groups-deny': ({ groups, port, where, rules, isInbound }) => [
    `No ${isInbound ? 'ingress' : 'egress'} rule of ${groupsName(groups)} allows TCP ${port} ${isInbound ? 'from' : 'to'} ${where}; ${rulesName(rules, isInbound)}.`,
    `Add ${ruleFor(port, where, isInbound)}.`,
  ],
  'groups-allow-part': ({ groups, port, where, rules, isInbound }) => [
    `${capital(groupsName(groups))} ${groups.length === 1 ? 'allows' : 'allow'} TCP ${port} ${isInbound ? 'from' : 'to'} only some addresses of ${where}; ${rulesName(rules, isInbound)}.`,
    isInbound ? `Add ${ruleFor(port, where, isInbound)}.` : `Check that the rules cover the agent's destination, or add ${ruleFor(port, where)}.`,
  ],
  'groups-unseen': ({ groups, port, where, unknown, isInbound }) => [
    `It is unknown whether ${groupsName(groups)} ${groups.length === 1 ? 'allows' : 'allow'} TCP ${port} ${isInbound ? 'from' : 'to'} ${where}: ${list(unknown)}.`,
    `Check that ${groups.length === 1 ? 'it does' : 'they do'}, or add ${ruleFor(port, where, isInbound)}.`,
  ],
  'acl-allows': ({ subnet, acl, traffic }) => [`Subnet ${subnet}: its network ACL (${acl}) allows ${trafficName(traffic)}.`],
  'acl-denies': ({ subnet, acl, traffic }) => [`Subnet ${subnet}: its network ACL (${acl}) denies ${trafficName(traffic)}.`, aclRemedy(traffic)],
  'acl-allows-part': ({ subnet, acl, traffic }) => [`Subnet ${subnet}: its network ACL (${acl}) allows only part of the ${trafficName(traffic)}.`, aclRemedy(traffic)],
  'acl-allows-both-ways': ({ subnet, acl }) => [`Subnet ${subnet}: its network ACL (${acl}) allows the traffic both ways.`],
  'acl-unseen': ({ subnet, acl, traffic, unknown }) => [
    `Subnet ${subnet}: it is unknown whether its network ACL (${acl}) allows ${trafficName(traffic)}: ${list(unknown)}.`, aclRemedy(traffic),
  ],
  'maybe-in-subnet': ({ subnet, where }) => [
    `Network ACLs do not filter traffic within a subnet, and ${where} may be in subnet ${subnet} itself.`, `Check which subnet ${where} is in.`,
  ],

  'startup-by-instance': () => [
    'ECS pulls the image and reads the API key over the container instance\'s own interface, which cannot be seen from here.',
    'Check that the instances reach the image\'s registry and what keeps the API key: Secrets Manager, or Systems Manager for a parameter.',
  ],
  'endpoints-serve': ({ services }) => [
    `ECS starts the tasks over the VPC endpoints for ${list(services)}; their policies and security groups are not checked.`,
    endpointsRemedy(list(services)),
  ],
  'endpoints-missing': ({ vpc, missing }) => [
    `ECS cannot start the tasks: they have no internet access, and VPC ${vpc} has no endpoint for ${list(missing)}.`,
    `Add VPC endpoints for ${list(missing)}, or give the tasks internet access.`,
  ],
  'startup-fails-too': ({ endpoints, missing }) => ({
    absent: [
      'ECS uses the same interface to pull the image and read the API key, so tasks cannot start'
      + `${missing.length === 0 ? '' : `: there is no VPC endpoint for ${list(missing)}`}.`,
      'Fixing internet access fixes both.',
    ] as const,
    unseen: [
      'ECS uses the same interface to pull the image and read the API key, so tasks cannot start without VPC endpoints; '
      + 'whether there are any cannot be seen from here.',
      'Fixing internet access fixes both.',
    ] as const,
    present: [
      'VPC endpoints may let ECS start the tasks, but they carry none of the agent\'s traffic to Postman.', 'Give the tasks internet access.',
    ] as const,
  })[endpoints],

  'depends-on-condition': ({ verdicts }) => [
    `Whether the tasks reach the internet depends on CloudFormation conditions: ${verdicts.map(({ when, verdict }) => `if ${when}, the verdict is ${verdict}`).join('; ')}.`,
    'Give the tasks a way out in each case, or check the values with which the stack is deployed.',
  ],
  'too-many-conditions': ({ conditions }) => [
    `Whether the tasks reach the internet depends on more CloudFormation conditions than are judged: ${list(conditions)}.`,
    'Check the values with which the stack is deployed.',
  ],
};

/** What to check if a fact cannot be seen. */
const CHECKS: { readonly [of in UnseenReason['of']]: (where: string) => string } = {
  'service': () => 'Check what runs the tasks, and in which network mode.',
  'vpc': () => 'Check that the VPC has DNS support on and VPC block public access off.',
  'subnets': () => 'Check that the route tables of the subnets lead to the internet.',
  'routes': where => `Check that the subnet's route table leads to ${where}.`,
  'route-target': where => `Check where the route for ${where} leads.`,
  'nat-gateway': () => 'Check that the NAT gateway is available and public, and that its subnet has a route to an internet gateway.',
  'nat-connectivity': () => 'Check that the NAT gateway is public.',
  'nat-state': () => 'Check that the NAT gateway is available.',
  'nat-place': () => 'Check that the NAT gateway\'s subnet has a route to an internet gateway.',
  'public-address': () => 'Check that the interface gets a public IPv4 address.',
  'ipv6-address': () => 'Check whether the interface gets an IPv6 address.',
  'ipv4-address': () => 'Check that the subnet has an IPv4 range.',
  'dns64': () => 'Check whether the subnet has DNS64.',
  'dns-support': () => 'Check that DNS support (enableDnsSupport) is on.',
  'dns-servers': () => 'Check that the VPC\'s DNS servers resolve public names.',
  'dns-firewall': () => 'Check that no Route 53 Resolver DNS Firewall rule blocks Postman\'s host.',
  'resolver-rules': () => 'Check that no Route 53 Resolver rule sends queries for Postman\'s host elsewhere.',
  'private-zones': () => 'Check that no private hosted zone answers for Postman\'s host.',
  'security-groups': () => 'Check that the egress rules of the security groups allow the traffic.',
  'network-acl': () => 'Check that the network ACL allows the traffic out and the replies in.',
  'block-public-access': () => 'Check that VPC block public access does not block traffic to the internet.',
  'exclusion': toExclude => `Exclude ${toExclude} from VPC block public access (allow-bidirectional), or turn it off.`,
  'endpoints': services => `Check that VPC endpoints for ${services} serve the task's subnets.`,
  'gateway-routes': () => 'Check that the internet gateway\'s own route table leads replies back to the subnet.',
  'source-destination-check': () => 'Check that the source/destination check of the instance is off.',
  'forwarder': () => 'Check that the instance forwards to the internet.',
  'proxy-subnet': () => 'Check that the network ACL of the proxy\'s subnet lets the tasks in, and that its route table leads back.',
};

/** The routes as one text, e.g. `Subnet a: 0.0.0.0/0 -> NAT gateway nat-1. Subnet b: 0.0.0.0/0 -> internet gateway igw-1`. */
function along(via: readonly RouteTaken[]): string {
  return via.map(({ table, destination, target }) => `${capital(table)}: ${destination} -> ${target}`).join('. ');
}

/** A route as a clause, e.g. `the route table of subnet a leads 10.0.1.0/24 to firewall endpoint vpce-1`. */
function leads(via: readonly RouteTaken[]): string {
  return via.map(({ table, destination, target }) => `the route table of ${table} leads ${destination} to ${target}`).join(', and ');
}

function routesOf(routes: readonly RouteTaken[]): string {
  const texts = routes.map(({ destination, target }) => `${destination} -> ${target}`);
  return texts.length === 0 ? 'its only route is the VPC\'s local route' : `besides the VPC's local route, it has ${list(texts)}`;
}

/** What to do if no route leads to the destination. */
function routeRemedy(goal: RouteGoal, where: string, table: string): string {
  switch (goal) {
    case 'private': return `Add a route to ${where}, for example through a VPC peering connection or a transit gateway.`;
    case 'ipv4': return 'Add a NAT gateway in a public subnet and a route 0.0.0.0/0 to it, or place the tasks in subnets with such a route.';
    case 'ipv6': return 'Add a route ::/0 to an egress-only internet gateway.';
    case 'nat64': return 'Add a NAT gateway in a public subnet and a route 64:ff9b::/96 to it.';
    case 'onward': return `In the route table of ${table}, add a route 0.0.0.0/0 to an internet gateway.`;
  }
}

function noAddress(owner: 'task' | 'instance', hostKind: string | undefined): string {
  if (owner === 'instance') return 'the container instances get no public address there.';
  return hostKind === 'EC2' ? 'ECS gives tasks on EC2 no public address in network mode awsvpc.' : 'the task gets no public address there.';
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html */
function publicAddressRemedy(owner: 'task' | 'instance', hostKind: string | undefined): string {
  if (owner === 'instance') return `Give the container instances public addresses, or place them ${PRIVATELY}.`;
  return hostKind === 'EC2' || hostKind === 'MANAGED_INSTANCES'
    ? `Place the tasks ${PRIVATELY}.`
    : `Assign a public address (assignPublicIp), or place the tasks ${PRIVATELY}.`;
}

function groupsName(groups: readonly string[]): string {
  return groups.length === 1 ? `security group ${groups[0]}` : `security groups ${list(groups)}`;
}

function rulesName(rules: readonly string[], isInbound = false): string {
  return rules.length === 0 ? `there are no ${isInbound ? 'ingress' : 'egress'} rules` : `the rules are: ${list(rules)}`;
}

function ruleFor(port: number, where: string, isInbound = false): string {
  return isInbound ? `an ingress rule for TCP ${port} from ${where}` : `an egress rule for TCP ${port} to ${where === 'the internet' ? '0.0.0.0/0' : where}`;
}

function trafficName({ kind, ports, where }: FilteredTraffic): string {
  switch (kind) {
    case 'request-out': return `outbound TCP ${ports[0]} to ${where}`;
    case 'request-in': return `inbound TCP ${ports[0]} from ${where}`;
    case 'replies-in': return `inbound replies from ${where} on the ephemeral ports ${ports.join('-')}`;
    case 'replies-out': return `outbound replies to ${where} on the ephemeral ports ${ports.join('-')}`;
  }
}

function aclRemedy(traffic: FilteredTraffic): string {
  return `Add a rule that allows ${trafficName(traffic)}, with a lower number than the rules that deny it.`;
}

function endpointsRemedy(services: string): string {
  return `Check that VPC endpoints for ${services} serve the task's subnets.`;
}
