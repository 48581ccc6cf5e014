import { dnsFirewallRules } from './dns-firewall';
import { privateZones } from './private-zones';
import { describeReference, userPath } from './references';
import { resolverRules } from './resolver-rules';
import { Unknown, VpcFacts } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/**
 * What decides the names that a VPC's resolver answers, as far as this app says it.
 *
 * @param vpc  identity
 */
export function namesFacts(index: StageIndex, vpc: string): Pick<VpcFacts, 'dnsFirewallRules' | 'resolverRules' | 'privateZones'> {
  const profile = profileOf(index, vpc);
  return {
    dnsFirewallRules: profile ?? dnsFirewallRules(index, vpc),
    resolverRules: profile ?? resolverRules(index, vpc),
    privateZones: profile ?? privateZones(index, vpc),
  };
}

/**
 * A Route 53 Profile brings rules and zones of its own.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html
 */
function profileOf(index: StageIndex, vpc: string): Unknown | undefined {
  const [association] = index.by('AWS::Route53Profiles::ProfileAssociation', 'ResourceId').get(vpc) ?? [];
  if (!association) return undefined;
  const profile = describeReference(index, index.read(association).ProfileId, association);
  return { unknown: `the rules and zones of Route 53 Profile ${profile} are not read (${userPath(association.node.path)} associates it with the VPC)` };
}
