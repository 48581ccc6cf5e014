/** Block public access, DHCP options, and what decides about names. */
import type { Network } from './network';
import { REGION } from '../../model/draft';
import { isHidden, Maybe } from '../../model/world';

export function addSettings(network: Network): void {
  addPublicAccess(network);
  addDhcpOptions(network);
  addDns(network);
}

/** Blocking is off unless a template turns it on, and no template can name an exclusion of another one. */
function addPublicAccess(network: Network): void {
  const { VpcId, InternetGatewayBlockMode, BlockPublicAccessExclusions } = network.world.vpc;
  const modes = InternetGatewayBlockMode;
  if (isHidden(modes) && !modes.among.includes('off')) {
    network.add('AWS::EC2::VPCBlockPublicAccessOptions', { InternetGatewayBlockMode: network.template.value(modes, mode => mode) });
  } else if (isHidden(modes) && !network.template.isConditional(modes)) {
    network.add('AWS::EC2::VPCBlockPublicAccessOptions', { InternetGatewayBlockMode: network.template.onlyCloudFormationKnows('') });
  } else {
    network.each(modes, (mode, condition) => {
      if (mode !== 'off') network.add('AWS::EC2::VPCBlockPublicAccessOptions', { InternetGatewayBlockMode: mode }, condition);
    });
  }
  if (isHidden(BlockPublicAccessExclusions)) network.template.mustBeConditional(BlockPublicAccessExclusions);
  network.each(BlockPublicAccessExclusions, (exclusions, condition) => exclusions.forEach(({ ResourceId, InternetGatewayExclusionMode }) => {
    network.add('AWS::EC2::VPCBlockPublicAccessExclusion', {
      ...ResourceId === VpcId ? { VpcId: network.vpcRef } : { SubnetId: network.ref(ResourceId) },
      InternetGatewayExclusionMode: network.template.value(InternetGatewayExclusionMode, mode => mode),
    }, condition);
  }));
}

function addDhcpOptions(network: Network): void {
  const { DomainNameServers } = network.world.vpc;
  if (JSON.stringify(DomainNameServers) === '["AmazonProvidedDNS"]' && network.random.chance(0.7)) return;
  const isOfOthers = isHidden(DomainNameServers) && !network.template.isConditional(DomainNameServers);
  const DhcpOptionsId = isOfOthers ? 'dopt-1' : network.add('AWS::EC2::DHCPOptions', {
    DomainNameServers: network.template.value(DomainNameServers, servers => servers),
  }).ref;
  network.add('AWS::EC2::VPCDHCPOptionsAssociation', { VpcId: network.vpcRef, DhcpOptionsId });
}

function addDns(network: Network): void {
  const { FirewallRuleGroups, ResolverRules, PrivateHostedZones } = network.world.dns;
  const vpc = network.vpcRef;
  for (const { FirewallRules, Priority } of FirewallRuleGroups) {
    const FirewallRuleGroupId = network.add('AWS::Route53Resolver::FirewallRuleGroup', {
      FirewallRules: FirewallRules.map(rule => ({
        Action: network.template.value(rule.Action, action => action),
        Priority: rule.Priority,
        FirewallDomainListId: addDomainList(network, rule.Domains),
        FirewallDomainRedirectionAction: rule.FirewallDomainRedirectionAction,
      })),
    }).ref;
    network.add('AWS::Route53Resolver::FirewallRuleGroupAssociation', { FirewallRuleGroupId, Priority, VpcId: vpc });
  }
  for (const { RuleType, DomainName } of ResolverRules) {
    const ResolverRuleId = network.add('AWS::Route53Resolver::ResolverRule', {
      RuleType, DomainName, ...RuleType === 'FORWARD' ? { ResolverEndpointId: 'rslvr-out-1', TargetIps: [{ Ip: '10.9.9.9' }] } : {},
    }).ref;
    network.add('AWS::Route53Resolver::ResolverRuleAssociation', { ResolverRuleId, VPCId: vpc });
  }
  for (const { Name, Records } of PrivateHostedZones) {
    network.template.unseen.add(`the records of ${Name}`);
    const HostedZoneId = network.add('AWS::Route53::HostedZone', { Name, VPCs: [{ VPCId: vpc, VPCRegion: REGION }] }).ref;
    // Another app may add records to the zone.
    const records = isHidden(Records) ? [] : Records as readonly string[];
    const record = { HostedZoneId, Type: 'A', TTL: '60', ResourceRecords: ['10.9.9.9'] };
    records.forEach(name => network.add('AWS::Route53::RecordSet', { ...record, Name: name }));
  }
}

function addDomainList(network: Network, domains: Maybe<readonly string[]>): string {
  if (isHidden(domains) && !network.template.isConditional(domains)) return 'rslvr-fdl-1';
  return network.add('AWS::Route53Resolver::FirewallDomainList', { Domains: network.template.value(domains, names => names) }).ref;
}
