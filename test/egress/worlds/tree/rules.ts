/** Security groups, prefix lists and network ACLs. */
import { CfnCondition } from 'aws-cdk-lib';
import type { Network } from './network';
import { allowAll, everything4, everything6 } from '../../model/draft';
import { isHidden, Maybe, NetworkAcl, NetworkAclEntry, SecurityGroup, SecurityGroupPeer, SecurityGroupRule } from '../../model/world';

export function addSecurityGroups(network: Network): void {
  for (const group of network.world.securityGroups) {
    const isOfOthers = isHidden(group.Egress) && !network.template.isConditional(group.Egress);
    network.refs.set(group.GroupId, isOfOthers ? group.GroupId : addSecurityGroup(network, group));
  }
}

function addSecurityGroup(network: Network, { Egress, Ingress }: SecurityGroup): string {
  const isOpen = JSON.stringify(Egress) === JSON.stringify(rulesOfNewGroup(network));
  const isApart = !isHidden(Egress) && (Egress as readonly unknown[]).length > 0 && network.random.chance(0.3);
  const isOmitted = isOpen && network.random.chance(0.5);
  const ref = network.add('AWS::EC2::SecurityGroup', {
    GroupDescription: 'group',
    VpcId: network.vpcRef,
    SecurityGroupEgress: isOmitted || isApart ? undefined : network.template.value(Egress, rules => egressRules(network, rules)),
    SecurityGroupIngress: isApart ? undefined : Ingress.map(rule => inlineRule(network, rule, 'Source')),
  }).ref;
  if (!isApart) return ref;
  if (!isOmitted) {
    const rules = Egress as readonly SecurityGroupRule[];
    rules.forEach(rule => addRuleApart(network, 'AWS::EC2::SecurityGroupEgress', { GroupId: ref }, rule, 'Destination'));
  }
  Ingress.forEach(rule => addRuleApart(network, 'AWS::EC2::SecurityGroupIngress', { GroupId: ref }, rule, 'Source'));
  return ref;
}

/**
 * EC2 adds them if a template has no rule.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
 */
function rulesOfNewGroup({ world: { vpc } }: Network): readonly SecurityGroupRule[] {
  return [everything4(), ...vpc.Ipv6CidrBlocks.length > 0 ? [everything6()] : []];
}

/** If there is no rule, one that admits nothing keeps EC2 from adding those of a new group. */
function egressRules(network: Network, rules: readonly SecurityGroupRule[]): readonly object[] {
  const placeholder = { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' };
  return rules.length > 0 ? rules.map(rule => inlineRule(network, rule, 'Destination')) : [placeholder];
}

function addRuleApart(network: Network, type: string, group: object, rule: SecurityGroupRule, end: 'Source' | 'Destination'): void {
  if (!isHidden(rule.Peer) || !network.template.isConditional(rule.Peer)) {
    network.add(type, { ...group, ...ruleTo(network, rule, rule.Peer, end) });
    return;
  }
  const { Peer } = rule;
  Peer.among.forEach((peer, at) => network.add(type, { ...group, ...ruleTo(network, rule, peer, end) }, network.template.whether(Peer, at)));
}

function inlineRule(network: Network, rule: SecurityGroupRule, end: 'Source' | 'Destination'): object {
  const { Peer } = rule;
  return isHidden(Peer) && network.template.isConditional(Peer)
    ? network.template.choose(Peer, Peer.among.map(peer => ruleTo(network, rule, peer, end)))
    : ruleTo(network, rule, Peer, end);
}

function ruleTo(network: Network, { IpProtocol, Ports }: SecurityGroupRule, peer: Maybe<SecurityGroupPeer>, end: 'Source' | 'Destination'): object {
  return {
    IpProtocol: network.template.value(IpProtocol, protocol => protocol),
    ...Ports === undefined ? {} : {
      FromPort: network.template.value(Ports, ports => ports.FromPort), ToPort: network.template.value(Ports, ports => ports.ToPort),
    },
    ...isHidden(peer) ? { CidrIp: network.template.onlyCloudFormationKnows('') } : endOf(network, peer as SecurityGroupPeer, end),
  };
}

function endOf(network: Network, peer: SecurityGroupPeer, end: 'Source' | 'Destination'): object {
  if ('CidrIpv4' in peer) return { CidrIp: peer.CidrIpv4 };
  if ('CidrIpv6' in peer) return { CidrIpv6: peer.CidrIpv6 };
  return 'PrefixListId' in peer
    ? { [`${end}PrefixListId`]: network.later(peer.PrefixListId) }
    : { [`${end}SecurityGroupId`]: network.later(peer.ReferencedGroupId) };
}

export function addPrefixLists(network: Network): void {
  for (const { PrefixListId, PrefixListName, OwnerId, AddressFamily, Entries } of network.world.prefixLists) {
    const isOfOthers = OwnerId === 'AWS' || isHidden(Entries) && !network.template.isConditional(Entries);
    if (OwnerId === 'AWS') network.template.unseen.add(`the ranges of ${PrefixListId}`);
    network.refs.set(PrefixListId, isOfOthers ? PrefixListId : network.add('AWS::EC2::PrefixList', {
      PrefixListName, AddressFamily, MaxEntries: 10, Entries: network.template.value(Entries, cidrs => cidrs.map(Cidr => ({ Cidr }))),
    }).ref);
  }
}

export function addNetworkAcls(network: Network): void {
  network.world.networkAcls.forEach(acl => addNetworkAcl(network, acl));
}

function addNetworkAcl(network: Network, { NetworkAclId, Entries }: NetworkAcl): void {
  const subnets = network.world.subnets.filter(subnet => subnet.NetworkAclId === NetworkAclId);
  const isDefault = [true, false].some(ip6 => JSON.stringify(allowAll('', ip6).Entries) === JSON.stringify(Entries));
  if (isDefault && network.random.chance(0.8)) return;
  const isOfOthers = isHidden(Entries) && !network.template.isConditional(Entries);
  const acl = isOfOthers ? NetworkAclId : network.add('AWS::EC2::NetworkAcl', { VpcId: network.vpcRef }).ref;
  if (!isOfOthers) network.each(Entries, (entries, condition) => entries.forEach(entry => addEntry(network, acl, entry, condition)));
  subnets.forEach(({ SubnetId }) => network.add('AWS::EC2::SubnetNetworkAclAssociation', { SubnetId: network.ref(SubnetId), NetworkAclId: acl }));
}

function addEntry(network: Network, acl: string, entry: NetworkAclEntry, condition?: CfnCondition): void {
  const { Egress, RuleNumber, RuleAction, Protocol, CidrBlock, Ipv6CidrBlock, PortRange } = entry;
  const { template } = network;
  network.add('AWS::EC2::NetworkAclEntry', {
    NetworkAclId: acl,
    Egress,
    RuleNumber: template.value(RuleNumber, number => number),
    RuleAction: template.value(RuleAction, action => action),
    Protocol: template.value(Protocol, Number),
    CidrBlock: CidrBlock === undefined ? undefined : template.value(CidrBlock, cidr => cidr),
    Ipv6CidrBlock: Ipv6CidrBlock === undefined ? undefined : template.value(Ipv6CidrBlock, cidr => cidr),
    PortRange: PortRange === undefined ? undefined : {
      From: template.value(PortRange, ({ From }) => From), To: template.value(PortRange, ({ To }) => To),
    },
  }, condition);
}
