import { VpcFacts } from './facts';
import { allOf, doubted, FINE, Judgement, seen, step } from './outcome';
import { list } from './sentences';

/**
 * The ways to name the VPC's own resolver. Neither security groups nor network ACLs filter what is asked of it, so that no rule
 * for port 53 is looked for.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
 */
const AWS_RESOLVER = ['AmazonProvidedDNS', '169.254.169.253', 'fd00:ec2::253'];

/** Whether public names are found from the VPC. DNS support is that of the VPC's own resolver: other servers do without it. */
export function judgeDns(vpc: VpcFacts): Judgement {
  const subject = `VPC ${vpc.id}`;
  const support = seen(vpc.dnsSupport, subject, on => on
    ? FINE
    : step('unreachable', subject, `${subject} has DNS support off, so that no name is found.`, 'Turn on DNS support (enableDnsSupport).'),
  'See that DNS support is on.');
  const servers = seen(vpc.domainNameServers, subject, names => judgeServers(subject, names), 'See that its name servers resolve public names.');
  return allOf([servers.outcome === 'reachable' ? support : doubted(support), servers]);
}

function judgeServers(subject: string, servers: readonly string[]): Judgement {
  const own = servers.filter(server => !AWS_RESOLVER.includes(server));
  if (own.length === 0) return FINE;
  return step('unknown', subject, `The DHCP options of ${subject} name ${list(own)} for DNS, which ${own.length === 1 ? 'is' : 'are'} not in view.`,
    'See that public names such as api.observability.postman.com are found there.');
}
