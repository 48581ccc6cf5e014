import { CfnResource } from 'aws-cdk-lib';
import type { NetworkResolver } from './network';
import { DEFAULT_NETWORK_ACL, Fact, NetworkAclEntry, NetworkAclFacts } from '../egress';

/** The network ACL of a subnet of this app: the one associated with it, else the VPC's default one. */
export function networkAcl(network: NetworkResolver, subnet: string): Fact<NetworkAclFacts> {
  const resource = network.index.find(subnet);
  if (!resource) return { unknown: `the network ACL rules of subnet ${network.nameOfIdentity(subnet)} are not part of this app` };
  const [association] = network.index.by('AWS::EC2::SubnetNetworkAclAssociation', 'SubnetId').get(subnet) ?? [];
  if (!association) return defaultAcl(network, resource);
  const value = network.index.read(association).NetworkAclId;
  const acl = network.index.identity(value, association);
  const id = network.nameOf(value, association);
  return acl !== undefined && network.index.find(acl)
    ? { id, entries: entriesOf(network, acl) }
    : { id, entries: { unknown: `the rules of network ACL ${id} are not part of this app` } };
}

/** CloudFormation cannot change the default ACL's own rules, but an app can add to them. */
function defaultAcl(network: NetworkResolver, subnet: CfnResource): NetworkAclFacts {
  const vpc = network.index.identity(network.index.read(subnet).VpcId, subnet);
  const added = vpc?.endsWith('#Ref') ? entriesOf(network, vpc.replace(/#Ref$/, '#DefaultNetworkAcl')) : [];
  return added.length === 0
    ? DEFAULT_NETWORK_ACL
    : { ...DEFAULT_NETWORK_ACL, entries: [...DEFAULT_NETWORK_ACL.entries as readonly NetworkAclEntry[], ...added] };
}

function entriesOf(network: NetworkResolver, acl: string): readonly NetworkAclEntry[] {
  return (network.index.by('AWS::EC2::NetworkAclEntry', 'NetworkAclId').get(acl) ?? []).map(entry => {
    const { RuleNumber, Egress, RuleAction, Protocol, CidrBlock, Ipv6CidrBlock, PortRange } = network.index.read(entry);
    const where = `network ACL entry ${entry.node.path}`;
    const known = <T>(value: T, accept: boolean, what: string): Fact<T> => accept ? value : { unknown: `${what} of ${where} is known only to CloudFormation` };
    const port = (value: unknown) => value === undefined ? undefined : known(Number(value), /^\d+$/.test(String(value)), 'a port');
    return {
      ruleNumber: known(Number(RuleNumber), /^\d+$/.test(String(RuleNumber)), 'the number'),
      direction: Egress === true || Egress === 'true' ? 'egress' as const : 'ingress' as const,
      action: known(RuleAction, RuleAction === 'allow' || RuleAction === 'deny', 'the action'),
      protocol: known(String(Protocol), typeof Protocol === 'number' || typeof Protocol === 'string', 'the protocol'),
      cidr: network.text(CidrBlock ?? Ipv6CidrBlock, `the range of ${where}`),
      fromPort: port(PortRange?.From),
      toPort: port(PortRange?.To),
    };
  });
}
