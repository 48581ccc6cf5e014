/** How the tasks find the host's addresses: DHCP options, Route 53 Resolver, its rules and firewall, private hosted zones. */
import { contains, parseAddress, parseRange, plus } from './addresses';
import { FirewallRule, Known, World } from './world';

export interface Resolution {
  /** The name servers give the host's own addresses. */
  readonly answers: boolean;
  /** A private zone gives another address, and what is there answers for the host. The way to it is not modelled. */
  readonly elsewhere: boolean;
  /** Only Amazon's name server is asked. */
  readonly amazon: boolean;
  /** The name servers are not Amazon's only, and make IPv6 addresses on their own. */
  readonly ownDns64: boolean;
}

/** `kind`: other name servers answer, and private records lead to the host. */
export function resolve(world: Known<World>, host: string, kind: boolean, ip4: boolean): Resolution {
  const servers = world.vpc.DomainNameServers;
  const amazon = servers.every(server => isAmazons(server, world));
  if (!amazon) return { answers: kind, elsewhere: false, amazon, ownDns64: kind };
  // DHCP of an IPv6-only subnet: the pages do not say what becomes of IPv4 addresses in the option.
  if (!ip4 && !kind && !servers.some(server => server === 'AmazonProvidedDNS' || server.includes(':'))) return unanswered(amazon);
  if (!world.vpc.EnableDnsSupport || !passesFirewall(world, host, kind)) return unanswered(amazon);
  const rule = mostSpecific(world.dns.ResolverRules.filter(({ DomainName }) => covers(DomainName, host)), ({ DomainName }) => DomainName);
  const zone = mostSpecific(world.dns.PrivateHostedZones.filter(({ Name }) => covers(Name, host)), ({ Name }) => Name);
  // Resolver makes a rule for each private zone. The most specific rule is used; of equal ones, the one that is not automatic.
  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
  if (rule?.RuleType === 'FORWARD' && !(zone && labels(zone.Name) > labels(rule.DomainName))) {
    return { answers: kind, elsewhere: false, amazon, ownDns64: kind };
  }
  if (!zone) return { answers: true, elsewhere: false, amazon, ownDns64: false };
  // Private zones need both attributes of the VPC. The pages do not say what a query gets without `enableDnsHostnames`.
  const withoutZone = kind && !world.vpc.EnableDnsHostnames;
  // Without a record the answer is NXDOMAIN, whatever the public zone has.
  return { answers: withoutZone, elsewhere: kind && zone.Records.some(record => isRecord(record, host)), amazon, ownDns64: false };
}

function unanswered(amazon: boolean): Resolution {
  return { answers: false, elsewhere: false, amazon, ownDns64: false };
}

/**
 * https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
 * The base of the VPC's primary range plus two, and two fixed addresses.
 */
function isAmazons(server: string, { vpc }: Known<World>): boolean {
  if (server === 'AmazonProvidedDNS' || server === '169.254.169.253' || server === 'fd00:ec2::253') return true;
  if (server.includes(':')) return false;
  const primary = parseRange(vpc.CidrBlocks[0]);
  return contains(primary, parseAddress(server)) && parseAddress(server).value === plus(primary.lo, 2);
}

/**
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-rule-actions.html and resolver-dns-firewall-rule-settings.html
 * The first rule that matches decides. The host may be an alias (nature). An inspected alias must pass as well. Nothing is known of its name;
 * it is taken to be in one of the lists with a wildcard that the host is in.
 */
function passesFirewall(world: Known<World>, host: string, kind: boolean): boolean {
  const rules = [...world.dns.FirewallRuleGroups].sort((a, b) => a.Priority - b.Priority)
    .flatMap(group => [...group.FirewallRules].sort((a, b) => a.Priority - b.Priority));
  const first = (matches: (domain: string) => boolean) => rules.find(rule => rule.Domains.some(matches));
  const own: Known<FirewallRule> | undefined = first(domain => matchesDomain(domain, host));
  if (own?.Action === 'BLOCK') return false;
  if (kind || own?.FirewallDomainRedirectionAction === 'TRUST_REDIRECTION_DOMAIN') return true;
  const wildcards = rules.flatMap(rule => rule.Domains).filter(domain => domain.startsWith('*') && matchesDomain(domain, host));
  return wildcards.every(wildcard => first(domain => matchesDomain(domain, `alias-of-the-host${wildcard.slice(1)}`))?.Action !== 'BLOCK');
}

function matchesDomain(domain: string, host: string): boolean {
  return domain === '*' || domain === host || domain.startsWith('*.') && host.endsWith(domain.slice(1));
}

function isRecord(record: string, host: string): boolean {
  return record === host || record.startsWith('*.') && host.endsWith(record.slice(1));
}

function covers(domain: string, host: string): boolean {
  return domain === '.' || domain === host || host.endsWith(`.${domain}`);
}

function labels(domain: string): number {
  return domain === '.' ? 0 : domain.split('.').length;
}

function mostSpecific<T>(items: readonly T[], nameOf: (item: T) => string): T | undefined {
  return [...items].sort((a, b) => labels(nameOf(b)) - labels(nameOf(a)))[0];
}
