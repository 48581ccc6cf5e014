import { addressIn } from './addresses';
import { DnsFirewallRule, Fact, isUnknown, PrivateZone, ResolverRule, VpcFacts } from './facts';
import { allOf, doubtedIf, FINE, Judgement, Place, point, seen } from './outcome';

/**
 * The names and addresses of the VPC's own resolver. Neither security groups nor network ACLs filter traffic to it, so no rule for
 * port 53 is needed.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
 */
const AWS_RESOLVER = ['AmazonProvidedDNS', '169.254.169.253', 'fd00:ec2::253'];

/** Those of them that an interface without an IPv4 address reaches. */
const OVER_IPV6 = ['AmazonProvidedDNS', 'fd00:ec2::253'];

/**
 * Whether a public name resolves in the VPC. DNS support, DNS Firewall, Resolver rules and private zones are about the VPC's own
 * resolver: other DNS servers work without it.
 *
 * @param name     undefined for the names of AWS, of which only the way to a resolver is judged
 * @param hasIpv4  whether each interface has an IPv4 address
 */
export function judgeDns(vpc: VpcFacts, name: string | undefined, host: string, hasIpv4: boolean): Judgement {
  const place: Place = { kind: 'vpc', id: vpc.id };
  const support = seen(vpc.dnsSupport, place, 'dns-support', on => on ? FINE : point('unreachable', place, { kind: 'dns-off', vpc: vpc.id }));
  const servers = seen(vpc.domainNameServers, place, 'dns-servers', names => judgeServers(vpc, place, names, name ?? host, hasIpv4));
  const answers = name === undefined ? FINE : judgeAnswers(vpc, place, normal(name));
  const own = allOf([support, answers]);
  return allOf([doubtedIf(servers.outcome !== 'reachable', own), servers]);
}

function judgeServers(vpc: VpcFacts, place: Place, servers: readonly string[], name: string, hasIpv4: boolean): Judgement {
  const known = hasIpv4 ? addressesOf(vpc) : OVER_IPV6;
  const own = servers.filter(server => !known.includes(server));
  return own.length === 0 ? FINE : point('unknown', place, { kind: 'own-dns-servers', vpc: vpc.id, servers: own, name });
}

/** The names and addresses of a VPC's resolver. It is also at the second address of the VPC's primary range. */
function addressesOf({ cidrs }: VpcFacts): readonly string[] {
  const [primary] = isUnknown(cidrs) ? [] : cidrs;
  const second = primary === undefined ? undefined : addressIn(primary, 2n);
  return second === undefined ? AWS_RESOLVER : [...AWS_RESOLVER, second];
}

/** Types of Resolver rules that leave a name to the VPC's resolver. */
const STAYS = ['SYSTEM', 'RECURSIVE'];

/** Whether only the VPC's own resolver answers for a name. Other DNS servers may translate addresses (DNS64), whatever the subnet says. */
export function usesOwnResolver(vpc: Fact<VpcFacts>, name: string): boolean {
  if (isUnknown(vpc) || isUnknown(vpc.domainNameServers) || isUnknown(vpc.resolverRules)) return false;
  const known = addressesOf(vpc);
  return vpc.domainNameServers.every(server => known.includes(server))
    && !vpc.resolverRules.some(({ domain, type }) => !STAYS.includes(text(type)) && (isUnknown(domain) || covers(domain, normal(name))));
}

/**
 * Whether DNS Firewall lets the names of a start-up resolve. Only what certainly blocks them counts: AWS does not publish which other
 * names its own names lead to.
 */
export function judgeStartupNames(vpc: Fact<VpcFacts>, names: readonly string[]): Judgement {
  if (isUnknown(vpc) || isUnknown(vpc.dnsFirewallRules) || isUnknown(vpc.domainNameServers)) return FINE;
  const { id, dnsFirewallRules } = vpc;
  const place: Place = { kind: 'vpc', id };
  if (judgeServers(vpc, place, vpc.domainNameServers, '', true).outcome !== 'reachable') return FINE;
  return allOf(names.map(name => judgeFirewall(dnsFirewallRules, place, normal(name))).filter(({ outcome }) => outcome === 'unreachable'));
}

/** What the VPC's resolver answers for a name. */
function judgeAnswers({ dnsFirewallRules, resolverRules, privateZones, dnsHostnames }: VpcFacts, place: Place, name: string): Judgement {
  return allOf([
    seen(dnsFirewallRules, place, 'dns-firewall', rules => judgeFirewall(rules, place, name)),
    seen(resolverRules, place, 'resolver-rules', rules => seen(privateZones, place, 'private-zones', zones => {
      const judged = judgeSources(rules, zones, place, name);
      // Without DNS hostnames, AWS does not say what a query for a private zone gets.
      return doubtedIf(dnsHostnames !== true, judged);
    })),
  ]);
}

type Effect = 'ALLOW' | 'BLOCK';

/**
 * The first rule that matches decides: the groups by the priority of their association, and in a group the rules by theirs. What no
 * rule matches is allowed.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-rule-actions.html
 */
function judgeFirewall(rules: readonly DnsFirewallRule[], place: Place, name: string): Judgement {
  const matching = inOrder(rules).map(rule => ({ rule, match: matchOf(rule, name) })).filter(({ match }) => match !== 'no');
  const isOrdered = matching.length < 2 || !matching.some(({ rule }) => rule.priority.some(isUnknown));
  const effects = new Set<Effect>();
  const groups: string[] = [];
  const because: string[] = [];
  for (const { rule, match } of matching) {
    const { action, group } = rule;
    because.push(...[action, rule.domains, rule.queryType, ...rule.priority].filter(isUnknown).map(fact => fact.unknown));
    for (const effect of isUnknown(action) ? ['ALLOW', 'BLOCK'] as const : [action === 'BLOCK' ? 'BLOCK' : 'ALLOW'] as const) effects.add(effect);
    if (action !== 'ALLOW' && action !== 'ALERT' || match === 'maybe') groups.push(group);
    if (match === 'yes' && isOrdered) {
      const blocksRest = coversAll(rule) ? undefined : matching.find(other => other.rule !== rule && mayBlockAliases(other.rule, name));
      if (action !== 'BLOCK' && blocksRest && rule.trustsRedirection !== true) {
        return mayBlock([...groups, blocksRest.rule.group], [`${name} may lead to other names (CNAME records), which a later rule blocks`]);
      }
      return decided();
    }
  }
  effects.add('ALLOW');
  return decided();

  function decided(): Judgement {
    if (!effects.has('BLOCK')) return FINE;
    return effects.size === 1 ? point('unreachable', place, { kind: 'dns-firewall-blocks', groups: [...new Set(groups)], name }) : mayBlock(groups, because);
  }

  function mayBlock(by: readonly string[], why: readonly string[]): Judgement {
    return point('unknown', place, { kind: 'dns-firewall-may-block', groups: [...new Set(by)], name, because: [...new Set(why)] });
  }
}

function inOrder(rules: readonly DnsFirewallRule[]): readonly DnsFirewallRule[] {
  const rank = (fact: Fact<number>) => isUnknown(fact) ? -1 : fact;
  return [...rules].sort(({ priority: [a, first] }, { priority: [b, second] }) => rank(a) - rank(b) || rank(first) - rank(second));
}

function coversAll({ domains }: DnsFirewallRule): boolean {
  return !isUnknown(domains) && domains.some(domain => normal(domain) === '*');
}

/** Whether a rule may block names that a name leads to: AWS inspects each name of a chain of CNAME records by default. */
function mayBlockAliases({ action, domains }: DnsFirewallRule, name: string): boolean {
  if (action === 'ALLOW' || action === 'ALERT') return false;
  return isUnknown(domains) || domains.some(domain => normal(domain).startsWith('*') && isMatch(normal(domain), name));
}

/** The types of queries for addresses. */
const ADDRESS_QUERIES = ['A', 'AAAA'];

function matchOf({ domains, queryType }: DnsFirewallRule, name: string): 'yes' | 'no' | 'maybe' {
  if (!isUnknown(queryType) && queryType !== undefined && !ADDRESS_QUERIES.includes(queryType)) return 'no';
  if (isUnknown(domains)) return 'maybe';
  if (!domains.some(domain => isMatch(normal(domain), name))) return 'no';
  return queryType === undefined ? 'yes' : 'maybe';
}

/** `*.example.com` is every name below example.com, and `*` every name. */
function isMatch(pattern: string, name: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
}

/**
 * Of the Resolver rules and private zones that are for a name, the most specific one answers; a rule comes before a zone of the same
 * name.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
 */
function judgeSources(all: readonly ResolverRule[], zones: readonly PrivateZone[], place: Place, name: string): Judgement {
  // AWS's own rule for every name, which every VPC has, is for what no other rule is for, and leads to public DNS.
  const rules = all.filter(({ type }) => type !== 'RECURSIVE');
  const unclear = [
    ...rules.filter(({ domain, type }) => isUnknown(domain) && type !== 'SYSTEM').map(rule => forwarded(rule)),
    ...zones.filter(zone => isUnknown(zone.name)).map(zone => zoned(zone)),
  ];
  if (unclear.length > 0) return allOf(unclear);
  const rule = longest(rules.filter(({ domain }) => covers(text(domain), name)), ({ domain }) => text(domain));
  const zone = longest(zones.filter(one => covers(text(one.name), name)), one => text(one.name));
  const isRuleFirst = rule && (!zone || normal(text(rule.domain)).length >= normal(text(zone.name)).length);
  if (isRuleFirst && rule.type !== 'SYSTEM') return forwarded(rule);
  return zone ? zoned(zone) : FINE;

  function forwarded({ id, domain }: ResolverRule): Judgement {
    return point('unknown', place, { kind: 'resolver-rule', rule: id, domain: isUnknown(domain) ? 'a domain that is not known' : domain, name });
  }

  function zoned({ id, name: zoneName, records }: PrivateZone): Judgement {
    const has = isUnknown(zoneName) || isUnknown(records) ? 'unknown' : records.some(record => isMatch(normal(record), name)) ? 'record' : 'no-record';
    return point(has === 'no-record' ? 'unreachable' : 'unknown', place, {
      kind: 'private-zone', zone: id, domain: isUnknown(zoneName) ? 'a name that is not known' : zoneName, name, has,
    });
  }
}

/** Whether a private hosted zone answers, or may answer, for a name with a record of its own. */
export function mayBePrivate(vpc: Fact<VpcFacts>, name: string): boolean {
  if (isUnknown(vpc) || isUnknown(vpc.privateZones)) return true;
  return vpc.privateZones.some(({ name: zone, records }) => isUnknown(zone) || covers(zone, normal(name))
    && (isUnknown(records) || records.some(record => isMatch(normal(record), normal(name)))));
}

function text(fact: Fact<string>): string {
  return isUnknown(fact) ? '' : fact;
}

function longest<T>(items: readonly T[], nameOf: (item: T) => string): T | undefined {
  return [...items].sort((a, b) => normal(nameOf(b)).length - normal(nameOf(a)).length)[0];
}

/** Whether a domain is a name, or above it; `.` is above every name. */
function covers(domain: string, name: string): boolean {
  const normalized = normal(domain);
  return normalized === '' ? domain !== '' : name === normalized || name.endsWith(`.${normalized}`);
}

/** Names are compared without regard to case and to the dot at the end. */
function normal(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
