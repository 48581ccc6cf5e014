import { VpcFacts } from './facts';
import { allOf, doubted, FINE, Judgement, seen, step } from './outcome';
import { list } from './sentences';

/**
 * The names and addresses of the VPC's own resolver. Neither security groups nor network ACLs filter traffic to it, so no rule for
 * port 53 is needed.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
 */
const AWS_RESOLVER = ['AmazonProvidedDNS', '169.254.169.253', 'fd00:ec2::253'];

/** Whether public names such as the host resolve in the VPC. DNS support is about the VPC's own resolver: other DNS servers work without it. */
export function judgeDns(vpc: VpcFacts, host: string): Judgement {
  const subject = `VPC ${vpc.id}`;
  const support = seen(vpc.dnsSupport, subject, on => on
    ? FINE
    : step('unreachable', subject, `${subject} has DNS support turned off, so names do not resolve.`, 'Turn on DNS support (enableDnsSupport).'),
  'Check that DNS support (enableDnsSupport) is on.');
  const servers = seen(vpc.domainNameServers, subject, names => judgeServers(subject, names, host), 'Check that the VPC\'s DNS servers resolve public names.');
  return allOf([servers.outcome === 'reachable' ? support : doubted(support), servers]);
}

function judgeServers(subject: string, servers: readonly string[], host: string): Judgement {
  const own = servers.filter(server => !AWS_RESOLVER.includes(server));
  if (own.length === 0) return FINE;
  return step('unknown', subject, `The DHCP options of ${subject} set ${list(own)} for DNS, which cannot be checked from here.`,
    `Check that public names such as ${host} resolve there.`);
}
