import {
  acl, allIn, allOut, eigw, entry, everything, group, hop, igw, nat, natInstance, open, proxy, publicSubnet, rule, subnet, task, Task, to, unseen, vpc,
} from './build';
import { Case } from './cases';
import { DnsFirewallRule, Fact, PrivateZone, ResolverRule, Route, RouteTarget } from '../../src/egress';

/*
 * The kinds of faults that were found in the field: with public apps, public reports and an independent model. Each case states the
 * right value.
 */

const propagated = (cidr: Fact<string>): Route => ({ ...to(cidr, hop('virtual-private-gateway')), origin: 'propagated' });
const out = to('0.0.0.0/0', nat());
const toFirewall = (cidr: string) => to(cidr, hop('firewall-endpoint'));
const edge = (...routes: Route[]): RouteTarget => ({ kind: 'internet-gateway', id: 'igw-1', routes });
const natWith = (...routes: Route[]) => subnet([to('0.0.0.0/0', nat({}, { routes: [to('0.0.0.0/0', igw), ...routes] }))]);
const behindEdge = (...routes: Route[]) => subnet([to('0.0.0.0/0', nat({}, { routes: [to('0.0.0.0/0', edge(...routes))] }))]);
const publicly = (...routes: Route[]) => subnet([to('0.0.0.0/0', edge(...routes))], { publicIpv4: true });
const regional = (routes: Fact<readonly Route[]>) => subnet([to('0.0.0.0/0', nat({ place: { kind: 'regional', routes } }))]);
const native = (routes: readonly Route[], facts: Parameters<typeof subnet>[1] = {}) => subnet(routes, {
  ipv6Native: true, ipv4Cidr: undefined, ipv6Cidr: '2600::/64', networkAcl: ACL6, ...facts,
});
const ACL6 = acl(allOut, allIn, entry(101, 'egress', 'allow', '::/0'), entry(101, 'ingress', 'allow', '::/0'));
const SIX = { securityGroups: [group(everything, rule('-1', [], '::/0'))], vpc: vpc({ cidrs: ['10.0.0.0/16', '2600::/56'] }) };
const NAT64 = to('64:ff9b::/96', nat({}, { networkAcl: ACL6 }));

const firewall = (
  action: DnsFirewallRule['action'], domains: DnsFirewallRule['domains'], number: Fact<number> = 1, more: Partial<DnsFirewallRule> = {},
): DnsFirewallRule => ({
  group: 'rslvr-frg-1', priority: [101, number], action, domains, ...more,
});
const named = (facts: Parameters<typeof vpc>[0]) => task(open, { vpc: vpc(facts) });
const firewalled = (...dnsFirewallRules: DnsFirewallRule[]) => named({ dnsFirewallRules });
const ruled = (resolverRules: readonly ResolverRule[], privateZones: readonly PrivateZone[] = []) => named({ resolverRules, privateZones, dnsHostnames: true });
const zone = (name: Fact<string>, records: Fact<readonly string[]>): PrivateZone => ({ id: 'Z1', name, records });

const blocked = (mode: 'block-ingress' | 'block-bidirectional', own?: 'none' | 'allow-bidirectional' | 'allow-egress') => vpc({
  blockPublicAccess: mode, ...own ? { blockPublicAccessExclusion: own } : {},
});
const withNatExcluded = (exclusion: 'allow-bidirectional' | 'allow-egress') => subnet([to('0.0.0.0/0', nat({}, { blockPublicAccessExclusion: exclusion }))]);
const instance = (...given: Parameters<typeof natInstance>) => subnet([to('0.0.0.0/0', natInstance(...given))]);
const named3128: Task['destination'] = { kind: 'host', host: 'proxy.example.com', port: 3128 };
const vouched = (facts: Parameters<typeof subnet>[1] = {}) => subnet(unseen('the routes are elsewhere'), { vouchedBy: 'knownEgress of Shop/Agent', ...facts });

const withRule = (peer: Parameters<typeof rule>[2]) => task(open, { securityGroups: [group(rule('tcp', [443, 443], peer))] });
const proxyIn = (facts: Parameters<typeof publicSubnet>[0]): Task['destination'] => ({
  kind: 'address', address: '10.0.0.9', port: 3128, subnet: publicSubnet(facts),
});
const ONLY_6 = acl(entry(101, 'egress', 'allow', '::/0'), entry(101, 'ingress', 'allow', '::/0'));
/** A proxy whose own subnet lets only IPv6 in and out. */
const proxyOver6: Task = {
  ...SIX,
  destination: { kind: 'address', address: '2600:0:0:9::9', port: 3128, subnet: publicSubnet({ ipv6Cidr: '2600:0:0:9::/64', networkAcl: ONLY_6 }) },
};

export const FOUND: readonly Case[] = [
  // Routes: the longest prefix first, then static, prefix list, propagated
  [
    'propagated halves of a default route beside a static one',
    task(subnet([out, propagated('0.0.0.0/1'), propagated('128.0.0.0/1')])), 'unknown', /virtual private gateway/,
  ],
  ['a propagated default route beside a static one', task(subnet([out, propagated('0.0.0.0/0')])), 'reachable'],
  ['a propagated route for private addresses beside a static default route', task(subnet([out, propagated('10.8.0.0/16')])), 'reachable'],
  ['propagated routes of unknown range beside a static default route', task(subnet([out, propagated(unseen('BGP decides'))])), 'unknown', /BGP decides/],
  [
    'a static default route that is a blackhole beside a propagated one',
    task(subnet([{ ...out, state: 'blackhole' }, propagated('0.0.0.0/0')])), 'unknown', /blackhole/,
  ],
  [
    'a prefix list and a propagated route of one range, of which the list wins',
    task(subnet([{ destination: { prefixList: 'pl-1', cidrs: ['0.0.0.0/0'] }, target: nat() }, propagated('0.0.0.0/0')])), 'reachable',
  ],
  [
    'a static route and a prefix list of one range, of which the static route wins',
    task(subnet([out, { destination: { prefixList: 'pl-1', cidrs: ['0.0.0.0/0'] }, target: hop('transit-gateway') }])), 'reachable',
  ],
  [
    'two default routes of which one has an unknown origin',
    task(subnet([out, { ...to('0.0.0.0/0', hop('transit-gateway')), origin: unseen() }])), 'unknown', /transit gateway/,
  ],
  [
    'a good default route of unknown origin beside a created one that is a blackhole',
    task(subnet([{ ...out, origin: unseen() }, to('0.0.0.0/0', igw, 'blackhole')])), 'unknown', /blackhole/,
  ],
  [
    'a NAT gateway judged for what its route carries',
    task(subnet([out, to('8.0.0.0/8', nat({}, { id: 'public-2', routes: [to('8.0.0.0/8', igw)] }))])), 'reachable',
  ],

  // The way back
  [
    'a NAT subnet that sends the tasks\' range to a firewall endpoint',
    task(natWith(toFirewall('10.0.1.0/24'))), 'unknown',
    /Replies to subnet subnet-1 do not return directly: the route table of subnet public-1 leads 10\.0\.1\.0\/24 to firewall endpoint/,
  ],
  [
    'a NAT subnet that sends the tasks\' range to a network interface',
    task(natWith(to('10.0.1.0/24', hop('network-interface')))), 'unknown', /Replies to subnet subnet-1 do not return directly/,
  ],
  [
    'a NAT subnet whose route for the whole VPC leads to a firewall endpoint', task(natWith(toFirewall('10.0.0.0/16'))), 'unknown',
    /Replies to subnet subnet-1 do not return directly/,
  ],
  ['a NAT subnet that sends another range to a firewall endpoint', task(natWith(toFirewall('10.0.2.0/24'))), 'reachable'],
  [
    'a NAT subnet that sends the tasks\' range to a blackhole',
    task(natWith(to('10.0.1.0/24', hop('network-interface'), 'blackhole'))), 'unreachable',
    /Replies to subnet subnet-1 do not arrive: .*, which is a blackhole/,
  ],
  ['a NAT subnet with a propagated route for the tasks\' range, which never comes before the local one', task(natWith(propagated('10.0.1.0/24'))), 'reachable'],
  [
    'an internet gateway whose own table sends the NAT subnet to a firewall endpoint',
    task(behindEdge(toFirewall('10.0.0.0/24'))), 'unknown', /the route table of internet gateway igw-1 leads 10\.0\.0\.0\/24 to firewall endpoint/,
  ],
  [
    'an internet gateway whose own table sends the tasks\' subnet, which it does not see, to a firewall endpoint',
    task(behindEdge(toFirewall('10.0.1.0/24'))), 'reachable',
  ],
  [
    'an internet gateway whose own table sends the public subnet to an interface',
    task(publicly(to('10.0.1.0/24', hop('network-interface')))), 'unknown', /Replies to subnet subnet-1 do not return directly/,
  ],
  [
    'an internet gateway whose own table sends the public subnet to a blackhole',
    task(publicly(to('10.0.1.0/24', hop('network-interface'), 'blackhole'))), 'unreachable',
  ],
  ['an internet gateway whose own table has only the local route', task(publicly(to('10.0.0.0/16', { kind: 'local' }))), 'reachable'],
  [
    'an internet gateway whose own table cannot be seen',
    task(subnet([to('0.0.0.0/0', { kind: 'internet-gateway', id: 'igw-1', routes: unseen() })], { publicIpv4: true })), 'unknown',
    /own route table leads replies back/,
  ],
  [
    'a way back of unknown range to a firewall endpoint',
    task(natWith(to(unseen('a parameter decides'), hop('firewall-endpoint')))), 'unknown', /a parameter decides/,
  ],

  // IPv6-only subnets
  ['an IPv6-only subnet with a NAT gateway for IPv4 only', task(native([out]), SIX), 'unreachable', /IPv6/],
  ['an IPv6-only subnet with a public address asked for', task(native([to('0.0.0.0/0', igw)], { publicIpv4: true }), SIX), 'unreachable'],
  ['an IPv6-only subnet with DNS64 and NAT64', task(native([NAT64], { dns64: true }), SIX), 'reachable', /64:ff9b::\/96 -> NAT gateway/],
  ['an IPv6-only subnet with NAT64 and IPv6', task(native([NAT64, to('::/0', eigw)], { dns64: true }), SIX), 'reachable'],
  [
    'an IPv6-only subnet with NAT64 and an IPv6 route to a transit gateway',
    task(native([NAT64, to('::/0', hop('transit-gateway'))], { dns64: true }), SIX), 'unknown', /used for a host that has an IPv6 address/,
  ],
  ['an IPv6-only subnet from which only IPv6 leads out', task(native([to('::/0', eigw)]), SIX), 'unknown', /only over IPv6/],
  [
    'an IPv6-only subnet with an IPv4 proxy in the VPC',
    task(native([]), { ...SIX, destination: proxy('10.0.9.9') }), 'unreachable', /no IPv4 address to reach 10\.0\.9\.9/,
  ],
  ['an IPv6-only subnet with an IPv6 proxy in the VPC', task(native([]), { ...SIX, destination: proxy('2600:0:0:9::9') }), 'reachable'],
  ['a subnet of which it is not known whether it is IPv6-only', task(subnet([out], { ipv6Native: unseen() })), 'unknown', /This fact is not known/],

  // VPC block public access
  [
    'block public access with the NAT gateway\'s subnet excluded',
    task(withNatExcluded('allow-bidirectional'), { vpc: blocked('block-bidirectional') }), 'reachable',
  ],
  [
    'block public access with the NAT gateway\'s subnet excluded for egress',
    task(withNatExcluded('allow-egress'), { vpc: blocked('block-bidirectional') }), 'reachable',
  ],
  ['block public access with the VPC excluded, at a NAT gateway', task(open, { vpc: blocked('block-bidirectional', 'allow-bidirectional') }), 'reachable'],
  [
    'block public access with the VPC excluded, at a public address',
    task(subnet([to('0.0.0.0/0', igw)], { publicIpv4: true }), { vpc: blocked('block-ingress', 'allow-bidirectional') }), 'reachable',
  ],
  [
    'block public access with different exclusions of the subnet and the VPC',
    task(
      subnet([to('0.0.0.0/0', igw)], { publicIpv4: true, blockPublicAccessExclusion: 'allow-egress' }),
      { vpc: blocked('block-bidirectional', 'allow-bidirectional') },
    ), 'unknown', /allow-egress does not open it/,
  ],
  [
    'block public access at a private NAT gateway that leads to a transit gateway, which it does not concern',
    task(
      subnet([to('0.0.0.0/0', nat({ connectivity: 'private' }, { routes: [to('0.0.0.0/0', hop('transit-gateway'))] }))]),
      { vpc: blocked('block-bidirectional') },
    ), 'unknown', /transit gateway/,
  ],

  // Names
  [
    'a DNS Firewall that blocks every name',
    firewalled(firewall('BLOCK', ['*'])), 'unreachable', /rule group rslvr-frg-1 blocks api\.observability\.postman\.com/,
  ],
  ['a DNS Firewall that blocks the host\'s domain', firewalled(firewall('BLOCK', ['*.postman.com.'])), 'unreachable'],
  ['a DNS Firewall that blocks the domain itself, and not the names below it', firewalled(firewall('BLOCK', ['postman.com'])), 'reachable'],
  ['a DNS Firewall that only alerts', firewalled(firewall('ALERT', ['*'])), 'reachable'],
  ['a DNS Firewall that blocks other names', firewalled(firewall('BLOCK', ['malware.example', '*.malware.example'])), 'reachable'],
  ['a DNS Firewall that allows AWS only', firewalled(firewall('ALLOW', ['*.amazonaws.com']), firewall('BLOCK', ['*'], 2)), 'unreachable'],
  ['a DNS Firewall whose rules are not in order', firewalled(firewall('BLOCK', ['*'], 2), firewall('ALLOW', ['*'], 1)), 'reachable'],
  [
    'a DNS Firewall that allows the host and blocks the rest, which the host\'s aliases may be in',
    firewalled(firewall('ALLOW', ['*.postman.com']), firewall('BLOCK', ['*'], 2)), 'unknown', /CNAME/,
  ],
  [
    'a DNS Firewall that trusts the host\'s aliases',
    firewalled(firewall('ALLOW', ['*.postman.com'], 1, { trustsRedirection: true }), firewall('BLOCK', ['*'], 2)), 'reachable',
  ],
  [
    'a DNS Firewall with a list of domains that cannot be seen',
    firewalled(firewall('BLOCK', unseen('AWS manages the list'))), 'unknown', /AWS manages the list/,
  ],
  ['a DNS Firewall with a rule for queries that are not for addresses', firewalled(firewall('BLOCK', ['*'], 1, { queryType: 'MX' })), 'reachable'],
  ['a DNS Firewall with a rule for IPv6 addresses', firewalled(firewall('BLOCK', ['*'], 1, { queryType: 'AAAA' })), 'unknown'],
  [
    'a DNS Firewall in a VPC that uses other DNS servers',
    named({ dnsFirewallRules: [firewall('BLOCK', ['*'])], domainNameServers: ['10.9.9.9'] }), 'unknown', /10\.9\.9\.9/,
  ],
  [
    'a DNS Firewall that blocks every name, on a task that ECS can start',
    task(open, { startup: {}, vpc: vpc({ dnsFirewallRules: [firewall('BLOCK', ['*.postman.com'])] }) }), 'unreachable', /^(?!.*tasks cannot start)/s,
  ],
  [
    'a DNS Firewall that blocks a proxy\'s name',
    task(open, { destination: named3128, vpc: vpc({ dnsFirewallRules: [firewall('BLOCK', ['proxy.example.com'])] }) }),
    'unreachable', /blocks proxy\.example\.com/,
  ],
  [
    'a DNS Firewall that allows Postman, and blocks the registry of the image',
    task(open, {
      startup: { names: ['public.ecr.aws'] },
      vpc: vpc({ dnsFirewallRules: [firewall('ALLOW', ['*.postman.com', '*.amazonaws.com'], 1, { trustsRedirection: true }), firewall('BLOCK', ['*'], 2)] }),
    }), 'unreachable', /blocks public\.ecr\.aws/,
  ],
  [
    'a DNS Firewall that blocks every name, with a proxy by its address',
    task(open, { destination: proxy('10.0.9.9'), startup: { names: ['public.ecr.aws'] }, vpc: vpc({ dnsFirewallRules: [firewall('BLOCK', ['*'])] }) }),
    'unreachable', /blocks public\.ecr\.aws/,
  ],
  [
    'a DNS Firewall that blocks the registry of the image, on EC2, where the instance pulls it',
    task(open, {
      hostKind: 'EC2', startup: { names: ['public.ecr.aws'] }, vpc: vpc({ dnsFirewallRules: [firewall('BLOCK', ['public.ecr.aws'])] }),
    }), 'reachable',
  ],
  ['a Resolver rule for all names', ruled([{ id: 'rslvr-rr-1', domain: '.', type: 'FORWARD' }]), 'unknown', /Resolver rule rslvr-rr-1/],
  ['a Resolver rule for another domain', ruled([{ id: 'rslvr-rr-1', domain: 'corp.example.com', type: 'FORWARD' }]), 'reachable'],
  [
    'a Resolver rule for all names with one that leaves the host to AWS',
    ruled([{ id: 'rslvr-rr-1', domain: '.', type: 'FORWARD' }, { id: 'rslvr-rr-2', domain: 'postman.com', type: 'SYSTEM' }]), 'reachable',
  ],
  ['a private zone above the host without a record for it', ruled([], [zone('postman.com', [])]), 'unreachable', /has no record for it/],
  ['a private zone above the host with a record for it', ruled([], [zone('postman.com', ['*.postman.com'])]), 'unknown', /a record of its own/],
  ['a private zone above the host whose records cannot be seen', ruled([], [zone('postman.com', unseen())]), 'unknown', /may answer/],
  ['a private zone of another domain', ruled([], [zone('corp.example.com', [])]), 'reachable'],
  [
    'a private zone above the host in a closed network, whose record may be an address of the VPC',
    task(subnet([]), { vpc: vpc({ privateZones: [zone('postman.com', ['*.postman.com'])], dnsHostnames: true }) }), 'unknown', /a record of its own/,
  ],
  ['the VPC\'s resolver given by its address', named({ domainNameServers: ['10.0.0.2'] }), 'reachable'],
  ['a second address of another range of the VPC', named({ cidrs: ['10.0.0.0/16', '10.7.0.0/16'], domainNameServers: ['10.7.0.2'] }), 'unknown'],
  [
    'the VPC\'s resolver by its IPv4 address in an IPv6-only subnet',
    task(native([NAT64], { dns64: true }), { ...SIX, vpc: vpc({ cidrs: ['10.0.0.0/16', '2600::/56'], domainNameServers: ['10.0.0.2'] }) }), 'unknown',
  ],

  // Security groups
  [
    'a group for the prefix list of an AWS service',
    withRule({ prefixList: 'pl-1', cidrs: ['52.216.0.0/15'], awsService: 'com.amazonaws.eu-west-1.s3' }),
    'unreachable', /prefix list pl-1 \(com\.amazonaws\.eu-west-1\.s3\)/,
  ],
  [
    'the CDK\'s rule for "no egress", which is not the user\'s', task(open, { securityGroups: [group(rule('icmp', [252, 86], '255.255.255.255/32'))] }),
    'unreachable', /there are no egress rules/,
  ],
  [
    'a proxy by name with a group for all of IPv4',
    task(open, { destination: named3128 }), 'unknown', /^(?!.*only some addresses)/s,
  ],

  // NAT instances and regional NAT gateways
  ['a NAT instance of which everything is in view', task(instance()), 'reachable', /source\/destination check is off, and it has a public address/],
  ['a NAT instance whose source/destination check is on', task(instance({ sourceDestCheck: true })), 'unreachable', /source\/destination check is on/],
  ['a NAT instance without a public address', task(instance({ publicIpv4: false })), 'unreachable', /has no public address/],
  ['a NAT instance in a subnet without a route to an internet gateway', task(instance({}, { routes: [] })), 'unreachable', /public-1 has no route/],
  [
    'a NAT instance whose group does not let the tasks in',
    task(instance({ securityGroups: [{ id: 'sg-nat', egress: [everything], ingress: [] }] })), 'unreachable', /No ingress rule of security group sg-nat/,
  ],
  [
    'a NAT instance whose group lets only a group in, which the tasks may be in',
    task(instance({ securityGroups: [{ id: 'sg-nat', egress: [everything], ingress: [{ protocol: '-1', from: { securityGroup: 'sg-1' } }] }] })), 'unknown',
  ],
  [
    'a NAT instance whose group lets nothing out',
    task(instance({ securityGroups: [{ id: 'sg-nat', egress: [], ingress: [{ protocol: '-1', from: { cidr: '10.0.0.0/8' } }] }] })), 'unreachable',
  ],
  ['an instance of which it is not known whether it forwards', task(instance({ forwards: unseen() })), 'unknown'],
  ['an instance of which it is not known whether it forwards, with its check on', task(instance({ forwards: unseen(), sourceDestCheck: true })), 'unreachable'],
  ['a NAT instance behind a NAT gateway, which is not followed', task(instance({}, { routes: [out] })), 'unknown'],
  ['a regional NAT gateway with its own table in view', task(regional([to('0.0.0.0/0', igw)])), 'reachable', /nat-1, and from there to internet gateway igw-1/],
  ['a regional NAT gateway whose table has no default route', task(regional([])), 'unreachable', /NAT gateway nat-1 has no route/],
  ['a regional NAT gateway whose table cannot be seen', task(regional(unseen())), 'unknown'],
  [
    'a NAT subnet\'s ACL that allows 443 from the tasks\' own range',
    task(subnet([to('0.0.0.0/0', nat({}, {
      networkAcl: acl(allOut, entry(90, 'ingress', 'allow', '10.0.1.0/24', '6', [443, 443]), entry(100, 'ingress', 'allow', '0.0.0.0/0', '6', [1024, 65535])),
    }))])), 'reachable',
  ],

  // Proxies
  [
    'a proxy in the VPC beside a blackhole for the VPC\'s own range, whose origin cannot be seen',
    task(
      subnet([{ ...to('10.0.0.0/16', hop('virtual-private-gateway'), 'blackhole'), origin: unseen('propagation cannot be seen') }]),
      { destination: proxy('10.0.9.9') },
    ), 'unknown', /Propagation cannot be seen\. Check where the route for 10\.0\.0\.0\/16 leads/,
  ],
  ['a proxy in the tasks\' own subnet, whose ACL does not filter it', task(subnet([], { networkAcl: acl() }), { destination: proxy('10.0.1.9') }), 'reachable'],
  [
    'a proxy in another subnet than the tasks, which the ACL filters',
    task(subnet([], { networkAcl: acl() }), { destination: proxy('10.0.9.9') }), 'unreachable',
  ],
  [
    'a proxy whose own subnet lets no tasks in',
    task(subnet([]), { destination: proxyIn({ networkAcl: acl(allOut) }) }), 'unreachable',
    /public-1: its network ACL \(acl-1\) denies inbound TCP 3128 from the tasks/,
  ],
  [
    'a proxy whose own subnet sends replies to a firewall',
    task(subnet([]), { destination: proxyIn({ routes: [toFirewall('10.0.1.0/24')] }) }), 'unknown',
    /Replies to subnet subnet-1 do not return directly/,
  ],
  ['an IPv6 proxy whose own subnet lets only IPv6 in', task(subnet([], { ipv6: true, networkAcl: ACL6 }), proxyOver6), 'reachable'],
  [
    'an IPv6 proxy whose own subnet lets only IPv6 in, and a task whose IPv6 range cannot be seen',
    task(subnet([], { ipv6: true, networkAcl: ACL6, ipv6Cidr: unseen() }), proxyOver6), 'reachable',
    /public-1: its network ACL \(acl-1\) allows the traffic both ways/,
  ],
  [
    'a proxy in the VPC, to which a replaced local route leads through a NAT gateway',
    task(subnet([to('10.0.0.0/16', nat())]), { destination: proxy('10.0.9.9') }), 'reachable',
  ],
  ['a proxy by name on a network that is closed for ECS', task(subnet([]), { destination: named3128, startup: {} }), 'unreachable', /no route to the internet/],
  [
    'host mode with a proxy, whose start-up uses the instance\'s interface',
    task(subnet([]), { hostKind: 'EC2', networkMode: 'host', destination: proxy('10.0.9.9'), startup: {} }), 'unreachable', /has no route to the internet/,
  ],
  [
    'a proxy and endpoints without that of the log',
    task(
      subnet([]),
      { destination: proxy('10.0.9.9'), startup: { endpointServices: ['secretsmanager', 'logs'] }, vpc: vpc({ endpoints: ['secretsmanager'] }) },
    ),
    'unreachable', /no endpoint for logs/,
  ],

  // Placement
  [
    'Managed Instances with a public address asked for',
    task(subnet([to('0.0.0.0/0', igw)], { publicIpv4: true }), { hostKind: 'MANAGED_INSTANCES' }), 'unknown',
    /AWS does not say whether tasks on Managed Instances get the public address/,
  ],
  [
    'Managed Instances without a public address',
    task(subnet([to('0.0.0.0/0', igw)]), { hostKind: 'MANAGED_INSTANCES' }), 'unreachable', /^(?!.*assignPublicIp\))/s,
  ],
  [
    'EC2 with a public address asked for, which ECS does not give',
    task(subnet([to('0.0.0.0/0', igw)], { publicIpv4: true }), { hostKind: 'EC2' }), 'unreachable',
  ],
  [
    'instances of which one has another group',
    {
      ...task(open, { hostKind: 'EC2', networkMode: 'host' }),
      instances: [
        { id: 'i-1', subnets: [open], securityGroups: [group(everything)], publicIpv4: false, ipv6: false },
        { id: 'i-2', subnets: [open], securityGroups: [{ id: 'sg-closed', egress: [] }], publicIpv4: false, ipv6: false },
      ],
    }, 'unreachable', /sg-closed/,
  ],
  [
    'instances that get the address that their subnet gives',
    {
      ...task(open, { hostKind: 'EC2', networkMode: 'host' }),
      instances: [{ id: 'asg', subnets: [subnet([to('0.0.0.0/0', igw)], { mapPublicIpOnLaunch: true })], securityGroups: [group(everything)] }],
    }, 'reachable',
  ],

  // Who vouches for subnets
  ['subnets that somebody vouches for', task(vouched(), { vpc: unseen() }), 'reachable', /leads to the internet, as knownEgress of Shop\/Agent says/],
  [
    'subnets that somebody vouches for, with an ACL and families that cannot be seen',
    task(vouched({ networkAcl: unseen(), ipv6Native: unseen(), dns64: unseen() }), { vpc: unseen() }), 'reachable',
  ],
  ['subnets that somebody vouches for, with an ACL that denies', task(vouched({ networkAcl: acl() })), 'unreachable'],
  ['subnets that somebody vouches for, with a closed group', task(vouched(), { securityGroups: [group()] }), 'unreachable'],
  ['subnets that somebody vouches for, without DNS support', task(vouched(), { vpc: vpc({ dnsSupport: false }) }), 'unreachable'],
  ['subnets of which somebody vouches for one', task([vouched(), subnet(unseen(), { id: 'subnet-2' })], { vpc: vpc() }), 'unknown'],
];
