import {
  acl, allIn, allOut, closed, eigw, entry, everything, group, hop, igw, local, nat, open, peering, proxy, rule, s3, subnet,
  Task, task, to, toList, unseen, vpc,
} from './build';
import { EgressFacts, Outcome } from '../../src/egress';

/** What the network is like, its facts, the verdict, and what the evidence says. */
export type Case = readonly [network: string, facts: EgressFacts, verdict: Outcome, evidence?: RegExp];

const out = to('0.0.0.0/0', nat());
const direct = (publicIpv4: boolean | { unknown: string }, more: object = {}) => subnet([to('0.0.0.0/0', igw)], { publicIpv4, ...more });
const half = [to('0.0.0.0/1', nat()), to('128.0.0.0/1', nat())];
const six = (routes: Parameters<typeof subnet>[0], more: object = {}) => subnet(routes, { ipv6: true, ...more });
const withAcl = (...entries: Parameters<typeof acl>) => task(subnet([out], { networkAcl: acl(...entries) }));
const behindAcl = (...entries: Parameters<typeof acl>) => task(subnet([to('0.0.0.0/0', nat({}, { networkAcl: acl(...entries) }))]));
const withGroups = (...rules: Parameters<typeof group>) => task(open, { securityGroups: [group(...rules)] });
const anywhere6 = rule('-1', [], '::/0');
const NEEDS_SIX = [group(everything, anywhere6)];
const ACL6 = acl(allOut, allIn, entry(101, 'egress', 'allow', '::/0'), entry(101, 'ingress', 'allow', '::/0'));
const VPC_ACL = acl(
  allOut, entry(100, 'ingress', 'allow', '10.0.0.0/16', '6', [443, 443]), entry(110, 'ingress', 'allow', '0.0.0.0/0', '6', [1024, 65535]),
  entry(120, 'ingress', 'deny', '0.0.0.0/0'),
);
const IPV6_VPC = vpc({ cidrs: ['10.0.0.0/16', '2600::/56'] });
const allIPv6 = { securityGroups: NEEDS_SIX };
const closedWithProxy = (facts: Task) => task(closed, { destination: proxy('10.0.9.9'), startup: {}, ...facts });

export const CASES: readonly Case[] = [
  // Internet gateways and public addresses
  [
    'an internet gateway and a public address', task(direct(true)), 'reachable',
    /0\.0\.0\.0\/0 -> internet gateway igw-1, and the interface has a public address/,
  ],
  ['Fargate without a public address', task(direct(false)), 'unreachable', /gets no public address/],
  ['an internet gateway and a public address that cannot be seen', task(direct(unseen())), 'unknown', /This fact is not known/],
  [
    'EC2 awsvpc, which has no public address', task(direct(false), { hostKind: 'EC2' }), 'unreachable',
    /ECS gives tasks on EC2 no public address in network mode awsvpc/,
  ],
  ['host mode with the instance\'s public address', task(direct(true), { hostKind: 'EC2', networkMode: 'host' }), 'reachable'],
  [
    'host mode with an instance without a public address', task(direct(false), { hostKind: 'EC2', networkMode: 'host' }), 'unreachable',
    /container instances get no public address/,
  ],
  ['bridge mode with the instance\'s public address', task(direct(true), { hostKind: 'EC2', networkMode: 'bridge' }), 'reachable'],
  ['Managed Instances behind a NAT gateway', task(open, { hostKind: 'MANAGED_INSTANCES' }), 'reachable'],

  // Routes
  ['a public NAT gateway', task(open), 'reachable', /NAT gateway nat-1, and from its subnet to internet gateway igw-1/],
  ['no route at all', task(closed), 'unreachable', /has no route to the internet; its only route is the VPC's local route/],
  ['only a route to the VPC', task(subnet([to('10.0.0.0/16', local)])), 'unreachable', /has no route to the internet/],
  ['only a route to private ranges', task(subnet([to('10.0.0.0/8', hop('transit-gateway'))])), 'unreachable', /10\.0\.0\.0\/8 -> transit gateway/],
  ['two halves of a default route', task(subnet(half)), 'reachable'],
  ['one half of a default route', task(subnet([half[0]])), 'unknown', /only part of the internet \(none to 128\.0\.0\.0-169\.253\.255\.255, for example\)/],
  ['two good halves beside a bad default route', task(subnet([...half, to('0.0.0.0/0', peering)])), 'reachable'],
  ['a default route with one half that is a blackhole', task(subnet([half[0], to('128.0.0.0/1', nat(), 'blackhole')])), 'unknown', /blackhole/],
  [
    'two halves that are blackholes beside a good default route',
    task(subnet([to('0.0.0.0/1', nat(), 'blackhole'), to('128.0.0.0/1', nat(), 'blackhole'), out])), 'unreachable', /blackhole/,
  ],
  ['a default route that is a blackhole', task(subnet([to('0.0.0.0/0', nat(), 'blackhole')])), 'unreachable', /the route for 0\.0\.0\.0\/0 is a blackhole/],
  ['a more specific blackhole for public addresses', task(subnet([out, to('52.0.0.0/8', nat(), 'blackhole')])), 'unknown', /52\.0\.0\.0\/8 is a blackhole/],
  ['a more specific blackhole for private addresses, which does not matter', task(subnet([out, to('172.16.0.0/12', nat(), 'blackhole')])), 'reachable'],
  ['a private range by transit gateway beside the NAT gateway', task(subnet([out, to('10.0.0.0/8', hop('transit-gateway'))])), 'reachable'],
  ['a public range by transit gateway beside the NAT gateway', task(subnet([out, to('8.0.0.0/8', hop('transit-gateway'))])), 'unknown'],
  ['a public range to another good gateway', task(subnet([out, to('8.0.0.0/8', nat())])), 'reachable'],
  ['active halves below a default route that is a blackhole', task(subnet([to('0.0.0.0/0', nat(), 'blackhole'), ...half])), 'reachable'],
  ['S3\'s gateway endpoint beside the NAT gateway', task(subnet([out, toList(unseen(), s3)])), 'reachable'],
  ['only S3\'s gateway endpoint', task(subnet([toList(unseen(), s3)])), 'unreachable', /no route to the internet/],
  ['S3\'s gateway endpoint with known ranges', task(subnet([out, toList(['52.216.0.0/15'], s3)])), 'reachable'],
  ['a prefix list of all addresses', task(subnet([toList(['0.0.0.0/0'], nat())])), 'reachable'],
  ['a prefix list of two halves', task(subnet([toList(['0.0.0.0/1', '128.0.0.0/1'], nat())])), 'reachable'],
  ['a prefix list of private ranges', task(subnet([toList(['10.0.0.0/8'], nat())])), 'unreachable'],
  [
    'a prefix list that cannot be read', task(subnet([toList(unseen(), nat())])), 'unknown',
    /it is unknown which addresses its route to NAT gateway nat-1 covers: this fact is not known/,
  ],
  [
    'a prefix list that cannot be read, to a target that cannot be seen',
    task(subnet([{ destination: { prefixList: 'pl-1', cidrs: unseen() }, target: unseen() }])), 'unknown', /which addresses one of its routes covers/,
  ],
  ['a prefix list with a text that is not a range', task(subnet([toList(['10.0.0.0/8', 'x'], nat())])), 'unknown', /"x" is not a CIDR range/],
  ['a prefix list that cannot be read, to the target of the default route', task(subnet([out, toList(unseen(), nat())])), 'reachable'],
  ['a prefix list that cannot be read, to a peering connection', task(subnet([out, toList(unseen(), peering)])), 'unknown'],
  ['only a prefix list to a peering connection', task(subnet([toList(unseen(), peering)])), 'unreachable'],
  ['routes that cannot be seen', task(subnet(unseen())), 'unknown', /This fact is not known/],
  ['a route whose range cannot be seen', task(subnet([to(unseen(), nat())])), 'unknown'],
  ['a default route whose target cannot be seen', task(subnet([to('0.0.0.0/0', unseen())])), 'unknown'],
  ['a route for private addresses whose target cannot be seen', task(subnet([out, to('10.1.0.0/16', unseen())])), 'reachable'],
  ['a route whose destination is not a range', task(subnet([to('10.0.0.0', nat())])), 'unknown', /"10\.0\.0\.0" is not a CIDR range/],
  [
    'a peering connection, which carries no internet traffic', task(subnet([to('0.0.0.0/0', peering)])), 'unreachable',
    /peering connection pcx-1, which carries no traffic to the internet/,
  ],
  [
    'the default route to the VPC itself', task(subnet([to('0.0.0.0/0', local)])), 'unreachable',
    /0\.0\.0\.0\/0 -> local: .* cannot be reached/,
  ],
  ['the default route to an egress-only gateway', task(subnet([to('0.0.0.0/0', eigw)])), 'unreachable', /carries only IPv6/],
  ['the same default route twice', task(subnet([out, out])), 'reachable'],
  ['a blackhole and an active route of the same prefix', task(subnet([to('0.0.0.0/0', nat(), 'blackhole'), out])), 'reachable'],
  ['two blackholes of one prefix', task(subnet([to('0.0.0.0/0', nat(), 'blackhole'), to('0.0.0.0/0', igw, 'blackhole')])), 'unreachable'],
  [
    'a local route for a public range of the VPC, in which the host may be, beside a good default route',
    task(subnet([out, to('52.0.0.0/16', local)])), 'unknown', /52\.0\.0\.0\/16 -> local: .* cannot be reached/,
  ],
  [
    'a public range of the VPC, whose local route is not listed, beside a good default route',
    task(subnet([out]), { vpc: vpc({ cidrs: ['10.0.0.0/16', '52.0.0.0/16'] }) }), 'unknown', /52\.0\.0\.0\/16 -> local/,
  ],
  ['only a local route for a public range of the VPC', task(subnet([to('52.0.0.0/16', local)])), 'unreachable', /its only route is the VPC's local route/],
  ['a local route whose range cannot be seen beside a good default route', task(subnet([out, to(unseen(), local)])), 'reachable'],
  ['a blackhole whose target cannot be seen', task(subnet([to('0.0.0.0/0', unseen(), 'blackhole')])), 'unknown', /This fact is not known/],
  ['two default routes that disagree', task(subnet([out, to('0.0.0.0/0', peering)])), 'unknown'],
  [
    'a transit gateway', task(subnet([to('0.0.0.0/0', hop('transit-gateway'))])), 'unknown',
    /transit gateway transit-gateway-1; what lies beyond it cannot be seen from here/,
  ],
  ['a virtual private gateway', task(subnet([to('0.0.0.0/0', hop('virtual-private-gateway'))])), 'unknown', /site behind it/],
  [
    'a network interface', task(subnet([to('0.0.0.0/0', hop('network-interface'))])), 'unknown',
    /network interface network-interface-1.*source\/destination check/,
  ],
  ['a NAT instance', task(subnet([to('0.0.0.0/0', hop('instance'))])), 'unknown', /source\/destination check off/],
  [
    'a NAT instance with known settings', task(subnet([to('0.0.0.0/0', { kind: 'instance', id: 'i-1', seen: 'stopped, source/destination check on' })])),
    'unknown', /0\.0\.0\.0\/0 -> instance i-1 \(stopped, source\/destination check on\); what lies beyond it cannot be seen from here/,
  ],
  [
    'a NAT instance for private ranges with known settings', task(subnet([to('10.0.0.0/8', { kind: 'instance', id: 'i-1', seen: 'running' })])), 'unreachable',
    /10\.0\.0\.0\/8 -> instance i-1 \(running\)/,
  ],
  ['a Gateway Load Balancer endpoint', task(subnet([to('0.0.0.0/0', hop('gateway-load-balancer-endpoint'))])), 'unknown', /appliances/],
  ['a firewall endpoint', task(subnet([to('0.0.0.0/0', hop('firewall-endpoint'))])), 'unknown', /firewall's rules/],
  ['a local gateway', task(subnet([to('0.0.0.0/0', hop('local-gateway'))])), 'unknown', /Outpost/],
  ['a carrier gateway', task(subnet([to('0.0.0.0/0', hop('carrier-gateway'))])), 'unknown', /carrier address/],
  ['a core network', task(subnet([to('0.0.0.0/0', hop('core-network'))])), 'unknown', /segment/],

  // NAT gateways
  ['a NAT gateway that is pending', task(subnet([to('0.0.0.0/0', nat({ state: 'pending' }))])), 'unknown', /pending/],
  ['a NAT gateway that failed', task(subnet([to('0.0.0.0/0', nat({ state: 'failed' }))])), 'unreachable', /which is in state failed/],
  ['a NAT gateway that is being deleted', task(subnet([to('0.0.0.0/0', nat({ state: 'deleting' }))])), 'unreachable'],
  ['a NAT gateway that is deleted', task(subnet([to('0.0.0.0/0', nat({ state: 'deleted' }))])), 'unreachable'],
  ['a NAT gateway whose state cannot be seen', task(subnet([to('0.0.0.0/0', nat({ state: unseen() }))])), 'unknown'],
  [
    'a NAT gateway that cannot be seen', task(subnet([to('0.0.0.0/0', { kind: 'nat-gateway', id: 'nat-9', nat: unseen('it is imported') })])), 'unknown',
    /It is imported/,
  ],
  ['a NAT gateway whose subnet cannot be seen', task(subnet([to('0.0.0.0/0', nat({ place: unseen() }))])), 'unknown'],
  [
    'a NAT gateway in a subnet without a route to the internet', task(subnet([to('0.0.0.0/0', nat({}, { routes: [] }))])), 'unreachable',
    /public-1 has no route to the internet/,
  ],
  ['a NAT gateway in a subnet whose routes cannot be seen', task(subnet([to('0.0.0.0/0', nat({}, { routes: unseen() }))])), 'unknown'],
  [
    'a NAT gateway in a subnet whose default route leads to the gateway itself', task(subnet([to('0.0.0.0/0', nat({}, { routes: [out] }))])), 'unreachable',
    /which is not an internet gateway/,
  ],
  [
    'a NAT gateway behind another NAT gateway, which is not followed',
    task(subnet([to('0.0.0.0/0', nat({}, { routes: [to('0.0.0.0/0', { ...nat(), id: 'nat-2' } as typeof out.target)] }))])), 'unknown',
    /NAT gateway behind another one is not followed/,
  ],
  [
    'a NAT gateway behind a firewall', task(subnet([to('0.0.0.0/0', nat({}, { routes: [to('0.0.0.0/0', hop('firewall-endpoint'))] }))])), 'unknown',
    /firewall endpoint/,
  ],
  ['a NAT gateway whose own route is a blackhole', task(subnet([to('0.0.0.0/0', nat({}, { routes: [to('0.0.0.0/0', igw, 'blackhole')] }))])), 'unreachable'],
  [
    'a private NAT gateway at an internet gateway', task(subnet([to('0.0.0.0/0', nat({ connectivity: 'private' }))])), 'unreachable',
    /private NAT gateway has no public address/,
  ],
  [
    'a NAT gateway without a route to the internet, which its own route table must have',
    task(subnet([to('0.0.0.0/0', nat({}, { routes: [to('10.0.0.0/16', local)] }))])), 'unreachable',
    /In the route table of subnet public-1, add a route 0\.0\.0\.0\/0 to an internet gateway/,
  ],
  [
    'a NAT gateway whose subnet has half of a default route', task(subnet([to('0.0.0.0/0', nat({}, { routes: [to('0.0.0.0/1', igw)] }))])), 'unknown',
    /none to 128\.0\.0\.0/,
  ],
  ['a failed NAT gateway whose subnet cannot be seen', task(subnet([to('0.0.0.0/0', nat({ state: 'failed', place: unseen() }))])), 'unreachable'],
  [
    'a private NAT gateway at a transit gateway',
    task(subnet([to('0.0.0.0/0', nat({ connectivity: 'private' }, { routes: [to('0.0.0.0/0', hop('transit-gateway'))] }))])), 'unknown',
  ],
  ['a NAT gateway whose connectivity cannot be seen', task(subnet([to('0.0.0.0/0', nat({ connectivity: unseen() }))])), 'unknown'],

  // Security groups
  ['a rule for TCP 443', withGroups(rule('tcp', [443, 443], '0.0.0.0/0')), 'reachable', /allows TCP 443 to the internet/],
  ['a rule by protocol number', withGroups(rule('6', [443, 443], '0.0.0.0/0')), 'reachable'],
  ['a rule for a range of ports', withGroups(rule('tcp', [0, 65535], '0.0.0.0/0')), 'reachable'],
  ['a rule for all ports of TCP', withGroups(rule('tcp', [], '0.0.0.0/0')), 'reachable'],
  ['a rule for all ports, written as -1', withGroups(rule('tcp', [-1, -1], '0.0.0.0/0')), 'reachable'],
  [
    'a security group without a rule', withGroups(), 'unreachable',
    /No egress rule of security group sg-1 allows TCP 443 to the internet; there are no egress rules/,
  ],
  ['a rule for port 80', withGroups(rule('tcp', [80, 80], '0.0.0.0/0')), 'unreachable', /the rules are: tcp 80 to 0\.0\.0\.0\/0/],
  ['a rule for ports above', withGroups(rule('tcp', [444, 65535], '0.0.0.0/0')), 'unreachable', /tcp 444-65535/],
  ['a rule for UDP', withGroups(rule('udp', [443, 443], '0.0.0.0/0')), 'unreachable'],
  ['CDK\'s rule for "no egress"', withGroups(rule('icmp', [252, 86], '255.255.255.255/32')), 'unreachable'],
  ['a rule for private ranges', withGroups(rule('-1', [], '10.0.0.0/8'), rule('-1', [], '192.168.0.0/16')), 'unreachable'],
  ['a rule for another group', withGroups(rule('-1', [], { securityGroup: 'sg-2' })), 'unreachable', /group sg-2/],
  ['a rule for IPv6', withGroups(anywhere6), 'unreachable'],
  [
    'rules for private ranges and a part of the internet', withGroups(rule('-1', [], '10.0.0.0/8'), rule('tcp', [443, 443], '52.0.0.0/8')), 'unknown',
    /tcp 443 to 52\.0\.0\.0\/8/,
  ],
  ['a rule from port 443 without a last port', withGroups(rule('tcp', [443], '0.0.0.0/0')), 'reachable'],
  ['a rule from port 80 without a last port, which is for port 80', withGroups(rule('tcp', [80], '0.0.0.0/0')), 'unreachable', /tcp 80 to/],
  ['a rule for all protocols, which is for all ports, with another port in it', withGroups(rule('-1', [80, 80], '0.0.0.0/0')), 'reachable'],
  ['a rule whose last port cannot be seen', withGroups(rule('tcp', [80, unseen()], '0.0.0.0/0')), 'unknown', /this fact is not known/],
  [
    'a rule whose first port cannot be seen and whose last port is too low', withGroups(rule('tcp', [unseen(), 80], '0.0.0.0/0')), 'unreachable',
    /tcp \?-80 to/,
  ],
  [
    'a rule for another group, which allows nothing to the internet',
    withGroups(rule('tcp', [443, 443], { securityGroup: 'sg-2' }), rule('tcp', [443, 443], '10.0.0.0/8')), 'unreachable',
  ],
  ['a rule for a part of the internet', withGroups(rule('tcp', [443, 443], '52.0.0.0/8')), 'unknown', /only some addresses of the internet/],
  ['two rules for the halves of the internet', withGroups(rule('tcp', [443, 443], '0.0.0.0/1'), rule('tcp', [443, 443], '128.0.0.0/1')), 'reachable'],
  ['a rule for a prefix list that cannot be read', withGroups(rule('tcp', [443, 443], { prefixList: 'pl-1', cidrs: unseen() })), 'unknown'],
  [
    'a rule for a prefix list of some public addresses', withGroups(rule('tcp', [443, 443], { prefixList: 'pl-1', cidrs: ['52.216.0.0/15'] })), 'unknown',
    /prefix list pl-1/,
  ],
  ['a rule for a prefix list of all addresses', withGroups(rule('tcp', [443, 443], { prefixList: 'pl-1', cidrs: ['0.0.0.0/0'] })), 'reachable'],
  ['a rule whose peer is not a range', withGroups(rule('tcp', [443, 443], 'everywhere')), 'unknown', /"everywhere" is not a CIDR range/],
  ['a rule whose protocol cannot be seen', withGroups(rule(unseen(), [443, 443], '0.0.0.0/0')), 'unknown'],
  ['a rule whose ports cannot be seen', withGroups(rule('tcp', [unseen(), unseen()], '0.0.0.0/0')), 'unknown'],
  ['a rule whose peer cannot be seen', withGroups(rule('tcp', [443, 443], unseen())), 'unknown'],
  ['an unknown rule beside one that suffices', withGroups(rule(unseen(), [], unseen()), everything), 'reachable'],
  ['an unknown rule for another port', withGroups(rule('tcp', [80, 80], unseen())), 'unreachable'],
  [
    'two groups, whose rules add up', task(open, { securityGroups: [group(), { id: 'sg-2', egress: [everything] }] }), 'reachable',
    /Security groups sg-1 and sg-2 allow/,
  ],
  ['an imported group', task(open, { securityGroups: [{ id: 'sg-1', egress: unseen('its rules are elsewhere') }] }), 'unknown', /its rules are elsewhere/],
  ['an imported group beside an open one', task(open, { securityGroups: [{ id: 'sg-9', egress: unseen() }, group(everything)] }), 'reachable'],
  ['groups that cannot be seen', task(open, { securityGroups: unseen() }), 'unknown'],
  ['no group, which means the default group', task(open, { securityGroups: [] }), 'unknown', /default group/],

  // Network ACLs
  ['an ACL that allows everything', withAcl(allOut, allIn), 'reachable', /allows the traffic both ways/],
  ['an ACL without a rule', withAcl(), 'unreachable', /denies outbound TCP 443 to the internet/],
  ['an ACL that denies the replies', withAcl(allOut), 'unreachable', /denies inbound replies from the internet on the ephemeral ports 32768-60999/],
  ['an ACL that allows the ephemeral ports', withAcl(allOut, entry(100, 'ingress', 'allow', '0.0.0.0/0', '6', [1024, 65535])), 'reachable'],
  [
    'an ACL that allows a part of the ephemeral ports', withAcl(allOut, entry(100, 'ingress', 'allow', '0.0.0.0/0', '6', [49152, 65535])), 'unknown',
    /allows only part of the inbound replies from the internet/,
  ],
  ['an ACL that allows out only TCP 443', withAcl(entry(100, 'egress', 'allow', '0.0.0.0/0', 'tcp', [443, 443]), allIn), 'reachable'],
  ['an ACL that allows out only TCP 80', withAcl(entry(100, 'egress', 'allow', '0.0.0.0/0', '6', [80, 80]), allIn), 'unreachable'],
  ['an ACL that allows out only UDP', withAcl(entry(100, 'egress', 'allow', '0.0.0.0/0', '17'), allIn), 'unreachable'],
  ['an ACL that denies with a lower number', withAcl(entry(50, 'egress', 'deny'), allOut, allIn), 'unreachable'],
  ['an ACL that denies with a higher number', withAcl(allOut, entry(200, 'egress', 'deny'), allIn), 'reachable'],
  ['an ACL whose rules are not in order', withAcl(entry(200, 'egress', 'deny'), allIn, allOut), 'reachable'],
  ['an ACL that denies private ranges', withAcl(entry(50, 'egress', 'deny', '10.0.0.0/8'), allOut, allIn), 'reachable'],
  ['an ACL that denies a public range', withAcl(entry(50, 'egress', 'deny', '52.0.0.0/8'), allOut, allIn), 'unknown'],
  ['an ACL that allows only the VPC', withAcl(entry(100, 'egress', 'allow', '10.0.0.0/16'), entry(100, 'ingress', 'allow', '10.0.0.0/16')), 'unreachable'],
  [
    'an ACL entry whose action cannot be seen', withAcl(entry(100, 'egress', unseen()), allIn), 'unknown',
    /it is unknown whether its network ACL \(acl-1\) allows outbound TCP 443 to the internet: this fact is not known/,
  ],
  ['an ACL entry whose range cannot be seen', withAcl(entry(50, 'egress', 'deny', unseen()), allOut, allIn), 'unknown'],
  ['an ACL entry whose number cannot be seen', withAcl(entry(unseen(), 'egress', 'deny'), allOut, allIn), 'unknown'],
  ['an ACL entry whose number cannot be seen and does not matter', withAcl(entry(unseen(), 'egress', 'allow'), allOut, allIn), 'reachable'],
  ['an ACL entry whose first port cannot be seen', withAcl(entry(50, 'egress', 'deny', '0.0.0.0/0', '6', [unseen(), 443]), allOut, allIn), 'unknown'],
  [
    'an ACL entry whose last port cannot be seen, for other ports', withAcl(entry(50, 'egress', 'deny', '0.0.0.0/0', '6', [444, unseen()]), allOut, allIn),
    'reachable',
  ],
  ['an ACL entry whose protocol cannot be seen', withAcl(entry(50, 'ingress', 'deny', '0.0.0.0/0', unseen()), allOut, allIn), 'unknown'],
  ['an ACL entry whose range is not a range', withAcl(entry(50, 'egress', 'deny', 'here'), allOut, allIn), 'unknown', /"here" is not a CIDR range/],
  ['an ACL that denies both ways', withAcl(entry(1, 'egress', 'deny'), entry(1, 'ingress', 'deny')), 'unreachable', /denies inbound replies from the internet/],
  [
    'an ACL that denies a port just above the ephemeral ones', withAcl(allOut, entry(50, 'ingress', 'deny', '0.0.0.0/0', '6', [61000, 65535]), allIn),
    'reachable',
  ],
  [
    'an ACL that denies the last ephemeral port', withAcl(allOut, entry(50, 'ingress', 'deny', '0.0.0.0/0', '6', [60999, 60999]), allIn), 'unknown',
    /only part/,
  ],
  [
    'an ACL that denies the first ephemeral port', withAcl(allOut, entry(50, 'ingress', 'deny', '0.0.0.0/0', '6', [32768, 32768]), allIn), 'unknown',
    /only part/,
  ],
  [
    'an ACL that allows the halves of the internet in two rules',
    withAcl(entry(1, 'egress', 'allow', '0.0.0.0/1'), entry(2, 'egress', 'allow', '128.0.0.0/1'), allIn), 'reachable',
  ],
  [
    'an ACL that allows the ephemeral ports in two parts',
    withAcl(allOut, entry(1, 'ingress', 'allow', '0.0.0.0/0', '6', [1024, 40000]), entry(2, 'ingress', 'allow', '0.0.0.0/0', '6', [40001, 65535])), 'reachable',
  ],
  [
    'an ACL that denies a public range beside an entry for UDP that cannot be seen',
    withAcl(entry(10, 'egress', unseen(), '0.0.0.0/0', '17'), entry(50, 'egress', 'deny', '52.0.0.0/8'), allOut, allIn), 'unknown',
    /^(?!.*his fact is not known).*allows only part of the outbound TCP 443/s,
  ],
  ['an ACL entry for UDP whose action cannot be seen', withAcl(entry(50, 'egress', unseen(), '0.0.0.0/0', '17'), allOut, allIn), 'reachable'],
  ['an ACL that cannot be seen', task(subnet([out], { networkAcl: unseen() })), 'unknown'],
  ['an ACL whose rules cannot be seen', task(subnet([out], { networkAcl: { id: 'acl-9', entries: unseen() } })), 'unknown'],
  ['a NAT gateway\'s ACL without a rule', behindAcl(), 'unreachable', /public-1: its network ACL \(acl-1\) denies/],
  [
    'a NAT gateway\'s ACL that allows the tasks in',
    behindAcl(allOut, entry(100, 'ingress', 'allow', '10.0.0.0/16', '6', [443, 443]), entry(110, 'ingress', 'allow', '0.0.0.0/0', '6', [1024, 65535])),
    'reachable',
  ],
  [
    'a NAT gateway\'s ACL that does not allow the tasks in', behindAcl(allOut, entry(110, 'ingress', 'allow', '0.0.0.0/0', '6', [1024, 65535])), 'unreachable',
    /inbound TCP 443 from the tasks/,
  ],
  [
    'a NAT gateway\'s ACL that allows the VPC in, with a text among the VPC\'s ranges that is not a range',
    task(subnet([to('0.0.0.0/0', nat({}, { networkAcl: VPC_ACL }))], { ipv4Cidr: unseen() }), { vpc: vpc({ cidrs: ['10.0.0.0/16', 'x'] }) }), 'unknown',
    /inbound TCP 443 from the tasks/,
  ],
  [
    'a NAT gateway\'s ACL that allows the VPC in, whose ranges cannot be seen',
    task(subnet([to('0.0.0.0/0', nat({}, { networkAcl: VPC_ACL }))], { ipv4Cidr: unseen() }), { vpc: vpc({ cidrs: unseen() }) }), 'unknown',
    /inbound TCP 443 from the tasks/,
  ],
  [
    'a NAT gateway\'s ACL that denies replies to its lowest port',
    behindAcl(
      allOut,
      entry(90, 'ingress', 'allow', '10.0.0.0/16'),
      entry(100, 'ingress', 'deny', '0.0.0.0/0', '6', [1024, 1024]),
      entry(110, 'ingress', 'allow'),
    ),
    'unknown', /1024-65535/,
  ],
  [
    'a NAT gateway\'s ACL that allows some of the tasks in',
    behindAcl(allOut, entry(100, 'ingress', 'allow', '10.0.1.0/25', '6', [443, 443]), entry(110, 'ingress', 'allow', '0.0.0.0/0', '6', [1024, 65535])),
    'unknown',
  ],
  [
    'a NAT gateway\'s ACL that allows no replies out', behindAcl(entry(100, 'egress', 'allow', '0.0.0.0/0', '6', [443, 443]), allIn), 'unreachable',
    /outbound replies to the tasks/,
  ],
  [
    'a NAT gateway\'s ACL with only the ephemeral ports of Linux',
    behindAcl(allOut, entry(90, 'ingress', 'allow', '10.0.0.0/16'), entry(100, 'ingress', 'allow', '0.0.0.0/0', '6', [32768, 60999])), 'unknown', /1024-65535/,
  ],
  ['a NAT gateway\'s ACL that cannot be seen', task(subnet([to('0.0.0.0/0', nat({}, { networkAcl: unseen() }))])), 'unknown'],

  // IPv6
  ['IPv6 through an internet gateway', task(six([to('::/0', igw)], { networkAcl: ACL6 }), { securityGroups: NEEDS_SIX }), 'unknown', /only over IPv6/],
  ['IPv6 through an egress-only gateway', task(six([to('::/0', eigw)], { networkAcl: ACL6 }), { securityGroups: NEEDS_SIX }), 'unknown', /only over IPv6/],
  ['IPv6 beside a good route for IPv4', task(six([out, to('::/0', peering)])), 'reachable'],
  ['IPv6 without a route', task(six([])), 'unreachable', /Add a route ::\/0 to an egress-only internet gateway/],
  ['an IPv6 route without an IPv6 address', task(subnet([to('::/0', igw)])), 'unreachable'],
  ['an IPv6 address that cannot be seen', task(subnet([to('::/0', igw)], { ipv6: unseen(), networkAcl: ACL6 }), { securityGroups: NEEDS_SIX }), 'unknown'],
  [
    'DNS64 and NAT64', task(six([to('64:ff9b::/96', nat())], { dns64: true, networkAcl: ACL6 }), { securityGroups: NEEDS_SIX }), 'reachable',
    /64:ff9b::\/96 -> NAT gateway/,
  ],
  [
    'NAT64 through the IPv6 default route, which a host with an IPv6 address cannot use',
    task(six([to('::/0', nat())], { dns64: true, networkAcl: ACL6 }), { securityGroups: NEEDS_SIX }), 'unknown', /not certainly over IPv6/,
  ],
  [
    'NAT64 at an internet gateway, which translates nothing', task(six([to('64:ff9b::/96', igw)], { dns64: true, networkAcl: ACL6 }), allIPv6), 'unreachable',
    /does not translate the addresses of NAT64 \(64:ff9b::\/96\)/,
  ],
  [
    'DNS64 with the IPv6 default route at an internet gateway', task(six([to('::/0', igw)], { dns64: true, networkAcl: ACL6 }), allIPv6), 'unknown',
    /only over IPv6/,
  ],
  [
    'NAT64 at a transit gateway', task(six([to('64:ff9b::/96', hop('transit-gateway'))], { dns64: true, networkAcl: ACL6 }), allIPv6), 'unknown',
    /transit gateway/,
  ],
  [
    'NAT64 at a NAT gateway whose ACL allows no IPv6 in',
    task(six([to('64:ff9b::/96', nat({}, { networkAcl: acl(allOut, allIn) }))], { dns64: true, networkAcl: ACL6 }), allIPv6), 'unreachable',
    /public-1: its network ACL \(acl-1\) denies inbound TCP 443 from the tasks/,
  ],
  [
    'NAT64 at a NAT gateway whose ACL allows the VPC\'s IPv6 in',
    task(
      six(
        [to('64:ff9b::/96', nat({}, { networkAcl: acl(allOut, allIn, entry(1, 'ingress', 'allow', '2600::/56'), entry(1, 'egress', 'allow', '2600::/56')) }))],
        { dns64: true, networkAcl: ACL6 },
      ),
      { ...allIPv6, vpc: IPV6_VPC },
    ),
    'reachable',
  ],
  [
    'NAT64 at a NAT gateway in a subnet without a way out',
    task(six([to('64:ff9b::/96', nat({}, { routes: [] }))], { dns64: true, networkAcl: ACL6 }), allIPv6), 'unreachable',
    /public-1 has no route to the internet;/,
  ],
  [
    'DNS64 without a route for it', task(six([], { dns64: true, networkAcl: ACL6 }), allIPv6), 'unreachable',
    /Add a NAT gateway in a public subnet and a route 64:ff9b::\/96 to it/,
  ],
  ['NAT64 without DNS64', task(six([to('64:ff9b::/96', nat())], { networkAcl: ACL6 }), { securityGroups: NEEDS_SIX }), 'unreachable'],
  [
    'NAT64 with DNS64 that cannot be seen', task(six([to('64:ff9b::/96', nat())], { dns64: unseen(), networkAcl: ACL6 }), { securityGroups: NEEDS_SIX }),
    'unknown',
  ],
  ['NAT64 behind a group for only IPv4', task(six([to('64:ff9b::/96', nat())], { dns64: true, networkAcl: ACL6 })), 'unreachable'],
  ['DNS64 at an egress-only gateway', task(six([to('64:ff9b::/96', eigw)], { dns64: true, networkAcl: ACL6 }), { securityGroups: NEEDS_SIX }), 'unreachable'],
  [
    'IPv6 to a NAT gateway', task(six([to('::/0', nat())], { networkAcl: ACL6 }), { securityGroups: NEEDS_SIX }), 'unreachable',
    /translates IPv6 only for NAT64 \(64:ff9b::\/96\)/,
  ],

  // The VPC
  ['DNS support that is off', task(open, { vpc: vpc({ dnsSupport: false }) }), 'unreachable', /DNS support turned off/],
  [
    'DNS support is off, which own name servers do without', task(open, { vpc: vpc({ dnsSupport: false, domainNameServers: ['10.0.0.53'] }) }), 'unknown',
    /DNS support turned off/,
  ],
  ['DNS support that is off, with DNS servers that cannot be seen', task(open, { vpc: vpc({ dnsSupport: false, domainNameServers: unseen() }) }), 'unknown'],
  ['AWS\'s DNS server by its address', task(open, { vpc: vpc({ domainNameServers: ['169.254.169.253'] }) }), 'reachable'],
  [
    'AWS\'s DNS server by its address with DNS support off', task(open, { vpc: vpc({ dnsSupport: false, domainNameServers: ['169.254.169.253'] }) }),
    'unreachable',
  ],
  ['DNS support that cannot be seen', task(open, { vpc: vpc({ dnsSupport: unseen() }) }), 'unknown'],
  ['DNS servers of the user', task(open, { vpc: vpc({ domainNameServers: ['10.0.0.53'] }) }), 'unknown', /set 10\.0\.0\.53 for DNS/],
  [
    'DNS servers of the user beside AWS\'s', task(open, { vpc: vpc({ domainNameServers: ['AmazonProvidedDNS', '10.0.0.53', '10.0.0.3'] }) }), 'unknown',
    /10\.0\.0\.53 and 10\.0\.0\.3/,
  ],
  ['DNS servers that cannot be seen', task(open, { vpc: vpc({ domainNameServers: unseen() }) }), 'unknown'],
  ['a VPC that cannot be seen', task(open, { vpc: unseen() }), 'unknown'],
  [
    'a VPC that cannot be seen, without a route: a private zone may lead to an address of the VPC', task(closed, { vpc: unseen() }), 'unknown',
    /has no route to the internet/,
  ],
  [
    'private zones that cannot be seen, without a route', task(closed, { vpc: vpc({ privateZones: unseen() }) }), 'unknown', /no private hosted zone answers/,
  ],
  [
    'private zones that cannot be seen, without a route for ECS, either', task(closed, { vpc: vpc({ privateZones: unseen() }), startup: {} }), 'unreachable',
    /so tasks cannot start\./,
  ],
  [
    'block public access both ways', task(open, { vpc: vpc({ blockPublicAccess: 'block-bidirectional' }) }), 'unreachable',
    /block public access \(block-bidirectional\)/,
  ],
  ['block public access for ingress at a NAT gateway', task(open, { vpc: vpc({ blockPublicAccess: 'block-ingress' }) }), 'reachable'],
  ['block public access for ingress at a public address', task(direct(true), { vpc: vpc({ blockPublicAccess: 'block-ingress' }) }), 'unreachable'],
  [
    'block public access with the subnet excluded',
    task(direct(true, { blockPublicAccessExclusion: 'allow-bidirectional' }), { vpc: vpc({ blockPublicAccess: 'block-bidirectional' }) }), 'reachable',
  ],
  [
    'block public access with an exclusion for egress, which does not open the subnet\'s own internet gateway route',
    task(direct(true, { blockPublicAccessExclusion: 'allow-egress' }), { vpc: vpc({ blockPublicAccess: 'block-bidirectional' }) }), 'unreachable',
    /the exclusion allow-egress does not open it/,
  ],
  [
    'block public access with an exclusion that cannot be seen',
    task(direct(true, { blockPublicAccessExclusion: unseen() }), { vpc: vpc({ blockPublicAccess: 'block-bidirectional' }) }), 'unknown',
  ],
  [
    'block public access at a NAT gateway with the tasks\' own subnet excluded, which does not count',
    task(subnet([out], { blockPublicAccessExclusion: 'allow-bidirectional' }), { vpc: vpc({ blockPublicAccess: 'block-bidirectional' }) }), 'unreachable',
  ],
  [
    'block public access for ingress with an exclusion for egress, which has no effect',
    task(direct(true, { blockPublicAccessExclusion: 'allow-egress' }), { vpc: vpc({ blockPublicAccess: 'block-ingress' }) }), 'unreachable',
  ],
  [
    'block public access for ingress with the subnet excluded',
    task(direct(true, { blockPublicAccessExclusion: 'allow-bidirectional' }), { vpc: vpc({ blockPublicAccess: 'block-ingress' }) }), 'reachable',
  ],
  [
    'block public access for ingress at an egress-only gateway',
    task(six([to('::/0', eigw)], { networkAcl: ACL6 }), { ...allIPv6, destination: proxy('2600::1'), vpc: vpc({ blockPublicAccess: 'block-ingress' }) }),
    'reachable',
  ],
  [
    'block public access at a NAT gateway, whose subnet must be excluded', task(open, { vpc: vpc({ blockPublicAccess: 'block-bidirectional' }) }),
    'unreachable', /Exclude the subnet of NAT gateway nat-1/,
  ],
  ['block public access that cannot be seen', task(open, { vpc: vpc({ blockPublicAccess: unseen() }) }), 'unknown'],
  [
    'block public access both ways at an egress-only gateway',
    task(six([to('::/0', eigw)], { networkAcl: ACL6 }), { securityGroups: NEEDS_SIX, vpc: vpc({ blockPublicAccess: 'block-bidirectional' }) }), 'unreachable',
  ],
  [
    'block public access at an egress-only gateway of an excluded subnet',
    task(
      six([to('::/0', eigw)], { networkAcl: ACL6, blockPublicAccessExclusion: 'allow-egress' }),
      { securityGroups: NEEDS_SIX, vpc: vpc({ blockPublicAccess: 'block-bidirectional' }) },
    ),
    'unknown',
  ],

  // Several subnets, hosts and modes
  ['two open subnets', task([open, { ...open, id: 'subnet-2' }]), 'reachable', /subnet-2/],
  ['two subnets of which one is closed', task([open, closed]), 'unreachable', /subnet-closed/],
  ['two subnets of which one cannot be seen', task([open, subnet(unseen())]), 'unknown'],
  ['two subnets of which one is closed and one cannot be seen', task([closed, subnet(unseen())]), 'unreachable'],
  ['no subnet', task([]), 'unknown', /No subnet is named/],
  ['subnets that cannot be seen', task(unseen()), 'unknown'],
  ['network mode none', task(open, { networkMode: 'none', hostKind: 'EC2' }), 'unreachable', /Network mode none/],
  ['a network mode that cannot be seen', task(open, { networkMode: unseen() }), 'unknown'],
  ['ECS Anywhere', task(open, { hostKind: 'EXTERNAL', networkMode: 'host' }), 'unknown', /ECS Anywhere/],
  ['a host kind that cannot be seen', task(open, { hostKind: unseen() }), 'unknown'],
  ['a host kind that cannot be seen, without a route', task(closed, { hostKind: unseen() }), 'unknown'],

  // Proxies
  ['a proxy in the VPC', task(closed, { destination: proxy('10.0.9.9') }), 'reachable', /10\.0\.0\.0\/16 -> local, inside the VPC/],
  [
    'a proxy in the VPC behind a group for 443',
    task(closed, { destination: proxy('10.0.9.9'), securityGroups: [group(rule('tcp', [443, 443], '0.0.0.0/0'))] }), 'unreachable', /TCP 3128/,
  ],
  [
    'a proxy in the VPC, allowed by its range',
    task(closed, { destination: proxy('10.0.9.9'), securityGroups: [group(rule('tcp', [3128, 3128], '10.0.9.0/24'))] }), 'reachable',
  ],
  ['a proxy in a VPC whose ranges cannot be seen', task(closed, { destination: proxy('10.0.9.9'), vpc: vpc({ cidrs: unseen() }) }), 'unknown'],
  ['a proxy in a private range elsewhere', task(closed, { destination: proxy('192.168.1.1') }), 'unreachable', /no route to 192\.168\.1\.1/],
  ['a proxy behind a peering connection', task(subnet([to('192.168.0.0/16', peering)]), { destination: proxy('192.168.1.1') }), 'unknown', /peer VPC/],
  ['a proxy behind a transit gateway', task(subnet([to('192.168.0.0/16', hop('transit-gateway'))]), { destination: proxy('192.168.1.1') }), 'unknown'],
  [
    'a private proxy whose only route is a public NAT gateway', task(open, { destination: proxy('192.168.1.1') }), 'unreachable',
    /carries no traffic to private addresses/,
  ],
  [
    'a private proxy behind a NAT gateway at a transit gateway',
    task(
      subnet([to('0.0.0.0/0', nat({}, { routes: [to('0.0.0.0/0', igw), to('192.168.0.0/16', hop('transit-gateway'))] }))]),
      { destination: proxy('192.168.1.1') },
    ),
    'unknown', /192\.168\.0\.0\/16 -> transit gateway/,
  ],
  ['a public proxy behind NAT', task(open, { destination: proxy('8.8.8.8') }), 'reachable'],
  ['a public proxy without a route', task(closed, { destination: proxy('8.8.8.8') }), 'unreachable'],
  ['a public proxy in a range that is a blackhole', task(subnet([out, to('8.0.0.0/8', nat(), 'blackhole')]), { destination: proxy('8.8.8.8') }), 'unreachable'],
  [
    'a public IPv6 proxy through an internet gateway',
    task(six([to('::/0', igw)], { networkAcl: ACL6 }), { destination: proxy('2600::1'), securityGroups: NEEDS_SIX }), 'reachable',
    /::\/0 -> internet gateway igw-1\. /,
  ],
  [
    'a public IPv6 proxy without an IPv6 address',
    task(subnet([to('::/0', igw)], { networkAcl: ACL6 }), { destination: proxy('2600::1'), securityGroups: NEEDS_SIX }), 'unreachable', /no IPv6 address/,
  ],
  ['a proxy by its address without DNS support', task(closed, { destination: proxy('10.0.9.9'), vpc: vpc({ dnsSupport: false }) }), 'reachable'],
  ['a proxy in a VPC that cannot be seen', task(closed, { destination: proxy('10.0.9.9'), vpc: unseen() }), 'unknown'],
  [
    'a proxy in the VPC whose group a rule names',
    task(closed, { destination: proxy('10.0.9.9'), securityGroups: [group(rule('tcp', [3128, 3128], { securityGroup: 'sg-2' }))] }), 'unknown',
    /a rule allows group sg-2, and 10\.0\.9\.9 may be a member of it/,
  ],
  [
    'a proxy in the VPC with a rule that names a group for another port',
    task(closed, { destination: proxy('10.0.9.9'), securityGroups: [group(rule('tcp', [443, 443], { securityGroup: 'sg-2' }))] }), 'unreachable',
  ],
  [
    'a public proxy outside the VPC, which is in no group',
    task(open, { destination: proxy('8.8.8.8'), securityGroups: [group(rule('tcp', [3128, 3128], { securityGroup: 'sg-2' }))] }), 'unreachable', /group sg-2/,
  ],
  [
    'a proxy by name whose group a rule names',
    task(open, { destination: { kind: 'host', host: 'p', port: 3128 }, securityGroups: [group(rule('tcp', [3128, 3128], { securityGroup: 'sg-2' }))] }),
    'unknown', /a rule allows group sg-2, and the proxy p may be a member of it/,
  ],
  [
    'a proxy in the VPC behind an ACL, which may be in the subnet itself, since its range cannot be seen',
    task(subnet([], { networkAcl: acl(), ipv4Cidr: unseen() }), { destination: proxy('10.0.9.9') }), 'unknown', /10\.0\.9\.9 may be in subnet subnet-1 itself/,
  ],
  [
    'a proxy outside of the VPC behind an ACL', task(subnet([out], { networkAcl: acl() }), { destination: proxy('8.8.8.8') }), 'unreachable',
    /denies outbound TCP 3128 to 8\.8\.8\.8/,
  ],
  [
    'a proxy in the VPC behind an ACL that cannot be seen', task(subnet([], { networkAcl: unseen() }), { destination: proxy('10.0.9.9') }), 'unknown',
    /This fact is not known/,
  ],
  [
    'a private proxy at an internet gateway', task(direct(true), { destination: proxy('192.168.1.1') }), 'unreachable',
    /carries no traffic to private addresses.*VPC peering connection or a transit gateway/,
  ],
  [
    'a private IPv6 proxy at an egress-only gateway', task(six([to('::/0', eigw)]), { ...allIPv6, destination: proxy('fd00::1'), vpc: IPV6_VPC }),
    'unreachable', /carries no traffic to private addresses/,
  ],
  [
    'a proxy with a public address behind a peering connection, which may be in the peer VPC',
    task(subnet([to('8.0.0.0/8', peering)]), { destination: proxy('8.8.8.8') }), 'unknown', /peer VPC/,
  ],
  [
    'a public proxy behind NAT with a blackhole for other addresses',
    task(subnet([to('0.0.0.0/0', nat({}, { routes: [to('0.0.0.0/0', igw), to('52.0.0.0/8', igw, 'blackhole')] }))]), { destination: proxy('8.8.8.8') }),
    'reachable',
  ],
  [
    'a proxy in a public range of the VPC', task(closed, { destination: proxy('52.0.1.1'), vpc: vpc({ cidrs: ['52.0.0.0/16'] }) }), 'reachable',
    /52\.0\.0\.0\/16 -> local/,
  ],
  ['a proxy in an IPv6 range of the VPC', task(six([]), { ...allIPv6, destination: proxy('2600::1'), vpc: IPV6_VPC }), 'reachable', /proxy \[2600::1\]:3128/],
  [
    'a proxy in an IPv6 range of the VPC without an IPv6 address of the task', task(closed, { ...allIPv6, destination: proxy('2600::1'), vpc: IPV6_VPC }),
    'unreachable', /no IPv6 address/,
  ],
  ['an IPv6 proxy that may be in the VPC', task(six([]), { ...allIPv6, destination: proxy('2600::1') }), 'unknown', /the IPv6 range of the VPC/],
  [
    'an IPv6 proxy with an IPv6 address of the task that cannot be seen',
    task(six([], { ipv6: unseen() }), { ...allIPv6, destination: proxy('2600::1'), vpc: IPV6_VPC }), 'unknown', /This fact is not known/,
  ],
  ['an IPv6 proxy through an egress-only gateway', task(six([to('::/0', eigw)]), { ...allIPv6, destination: proxy('2600:1::1'), vpc: IPV6_VPC }), 'reachable'],
  [
    'an IPv6 proxy through an egress-only gateway without an IPv6 address', task(subnet([to('::/0', eigw)]), { ...allIPv6, destination: proxy('2600:1::1') }),
    'unreachable', /no IPv6 address/,
  ],
  ['a proxy by its NAT64 address', task(six([to('64:ff9b::/96', nat())]), { ...allIPv6, destination: proxy('64:ff9b::808:808') }), 'reachable'],
  ['a proxy by an IPv4 address in IPv6 notation', task(closed, { destination: proxy('::ffff:10.0.9.9') }), 'reachable'],
  ['a proxy in the task itself', task(open, { destination: proxy('127.0.0.1') }), 'unknown', /in the task itself/],
  ['a proxy in the task itself, over IPv6', task(open, { destination: proxy('::1') }), 'unknown', /proxy \[::1\]:3128, which is in the task itself/],
  [
    'a proxy in a VPC with a text among its ranges that is not a range', task(closed, { destination: proxy('10.0.9.9'), vpc: vpc({ cidrs: ['10.0.0.0'] }) }),
    'unknown', /"10\.0\.0\.0" is not a CIDR range/,
  ],
  ['a proxy with subnets that cannot be seen', task(unseen(), { destination: proxy('10.0.9.9') }), 'unknown'],
  [
    'a proxy on a more specific route than the local one', task(subnet([to('10.0.9.0/24', hop('firewall-endpoint'))]), { destination: proxy('10.0.9.9') }),
    'unknown', /firewall endpoint/,
  ],
  ['a proxy whose address is not an address', task(open, { destination: proxy('10.0.0') }), 'unknown'],
  ['a proxy by name', task(open, { destination: { kind: 'host', host: 'proxy.example.com', port: 3128 } }), 'unknown', /proxy proxy\.example\.com:3128/],
  [
    'a proxy by name that no group allows', task(open, { destination: { kind: 'host', host: 'proxy.example.com', port: 3128 }, securityGroups: [group()] }),
    'unreachable', /TCP 3128/,
  ],
  ['a proxy by name without DNS support', task(open, { destination: { kind: 'host', host: 'p', port: 1 }, vpc: vpc({ dnsSupport: false }) }), 'unreachable'],
  ['a proxy whose address and port cannot be seen', task(open, { destination: { kind: 'host', host: 'p' }, securityGroups: [group()] }), 'unknown'],

  // What ECS reads before the task starts
  ['a task without a proxy, whose two paths are the same', task(open, { startup: {} }), 'reachable'],
  ['a proxy for the agent and a closed network for ECS', closedWithProxy({}), 'unreachable', /subnet-closed has no route to the internet/],
  ['a proxy for the agent and NAT for ECS', closedWithProxy({ subnets: [open] }), 'reachable'],
  [
    'a proxy for the agent and VPC endpoints for ECS',
    closedWithProxy({ startup: { endpointServices: ['secretsmanager'] }, vpc: vpc({ endpoints: ['secretsmanager'] }) }), 'unknown',
    /ECS starts the tasks over the VPC endpoints for secretsmanager/,
  ],
  [
    'a proxy for the agent and some of the VPC endpoints for ECS',
    closedWithProxy({ startup: { endpointServices: ['secretsmanager', 'ecr.api'] }, vpc: vpc({ endpoints: ['secretsmanager'] }) }), 'unreachable',
    /no endpoint for ecr\.api/,
  ],
  [
    'a proxy for the agent and VPC endpoints that cannot be seen',
    closedWithProxy({ startup: { endpointServices: ['secretsmanager'] }, vpc: vpc({ endpoints: unseen() }) }), 'unknown',
  ],
  [
    'a proxy for the agent on EC2, whose instance pulls the image and reads the API key', closedWithProxy({ hostKind: 'EC2' }), 'unknown',
    /over the container instance's own interface/,
  ],
  [
    'VPC endpoints, which do not serve the agent itself',
    task(closed, { startup: { endpointServices: ['secretsmanager'] }, vpc: vpc({ endpoints: ['secretsmanager'] }) }), 'unreachable',
    /carry none of the agent's traffic to Postman/,
  ],
  ['a closed network, which also stops the start on Fargate', task(closed, { startup: {} }), 'unreachable', /so tasks cannot start\./],
  [
    'a closed network with some of the VPC endpoints, which also stops the start',
    task(closed, { startup: { endpointServices: ['secretsmanager', 's3'] }, vpc: vpc({ endpoints: ['s3'] }) }), 'unreachable',
    /so tasks cannot start: there is no VPC endpoint for secretsmanager\./,
  ],
  [
    'a closed network with VPC endpoints that cannot be seen', task(closed, { startup: { endpointServices: ['s3'] }, vpc: vpc({ endpoints: unseen() }) }),
    'unreachable', /so tasks cannot start without VPC endpoints/,
  ],
  [
    'a closed network of a VPC that cannot be seen', task(closed, { startup: { endpointServices: ['s3'] }, vpc: unseen() }), 'unknown',
    /so tasks cannot start without VPC endpoints/,
  ],
  ['a closed network on EC2, which says nothing about the start', task(closed, { hostKind: 'EC2', startup: {} }), 'unreachable', /^(?!.*cannot start)/s],
  [
    'a group for another port of the agent, which does not allow ECS\'s port 443',
    task(open, { destination: { kind: 'internet', port: 8443 }, securityGroups: [group(rule('tcp', [8443, 8443], '0.0.0.0/0'))], startup: {} }), 'unreachable',
    /allows TCP 443/,
  ],
  ['a proxy for the agent on ECS Anywhere', closedWithProxy({ hostKind: 'EXTERNAL' }), 'unknown'],
  [
    'a proxy for the agent and a transit gateway for ECS',
    closedWithProxy({ destination: proxy('10.0.9.9'), subnets: [subnet([to('0.0.0.0/0', hop('transit-gateway'))])] }), 'unknown', /transit gateway/,
  ],
  ['a proxy by name and a closed network for ECS', closedWithProxy({ destination: { kind: 'host', host: 'p', port: 1 } }), 'unreachable'],
];
