import type { CfnResource } from 'aws-cdk-lib';
import { describeIdentity, describeReference, knownText, onlyCloudFormationKnows } from './references';
import { DEFAULT_NETWORK_ACL, Fact, NetworkAclEntry, NetworkAclFacts } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** The network ACL of a subnet: the one that is associated with it, else the VPC's default one. */
export function networkAclOfSubnet(index: StageIndex, subnet: string): Fact<NetworkAclFacts> {
  return index.once(`network ACL of ${subnet}`, () => {
    const [association] = index.by('AWS::EC2::SubnetNetworkAclAssociation', 'SubnetId').get(subnet) ?? [];
    if (association) return associatedAcl(index, association);
    const resource = index.find(subnet);
    return resource ? defaultAcl(index, resource) : { unknown: `the network ACL rules of subnet ${describeIdentity(subnet)} are not part of this app` };
  });
}

function associatedAcl(index: StageIndex, association: CfnResource): NetworkAclFacts {
  const { NetworkAclId } = index.read(association);
  const acl = index.identity(NetworkAclId, association);
  const id = describeReference(index, NetworkAclId, association);
  return acl !== undefined && index.find(acl)
    ? { id, entries: entriesOf(index, acl) }
    : { id, entries: { unknown: `the rules of network ACL ${id} are not part of this app` } };
}

/** CloudFormation cannot change the rules that AWS gives the default ACL, but an app can add rules to it. */
function defaultAcl(index: StageIndex, subnet: CfnResource): NetworkAclFacts {
  const vpc = index.identity(index.read(subnet).VpcId, subnet);
  const added = vpc?.endsWith('#Ref') ? entriesOf(index, vpc.replace(/#Ref$/, '#DefaultNetworkAcl')) : [];
  return added.length === 0
    ? DEFAULT_NETWORK_ACL
    : { ...DEFAULT_NETWORK_ACL, entries: [...DEFAULT_NETWORK_ACL.entries as readonly NetworkAclEntry[], ...added] };
}

function entriesOf(index: StageIndex, acl: string): readonly NetworkAclEntry[] {
  return (index.by('AWS::EC2::NetworkAclEntry', 'NetworkAclId').get(acl) ?? []).map(entry => {
    const { RuleNumber, Egress, RuleAction, Protocol, CidrBlock, Ipv6CidrBlock, PortRange } = index.read(entry);
    const where = `network ACL entry ${entry.node.path}`;
    const known = <T>(value: T, isKnown: boolean, what: string): Fact<T> => isKnown ? value : onlyCloudFormationKnows(`${what} of ${where}`);
    const port = (value: unknown) => value === undefined ? undefined : known(Number(value), /^\d+$/.test(String(value)), 'a port');
    return {
      ruleNumber: known(Number(RuleNumber), /^\d+$/.test(String(RuleNumber)), 'the number'),
      direction: Egress === true || Egress === 'true' ? 'egress' as const : 'ingress' as const,
      action: known(RuleAction, RuleAction === 'allow' || RuleAction === 'deny', 'the action'),
      protocol: known(String(Protocol), typeof Protocol === 'number' || typeof Protocol === 'string', 'the protocol'),
      cidr: knownText(CidrBlock ?? Ipv6CidrBlock, `the range of ${where}`),
      fromPort: port(PortRange?.From),
      toPort: port(PortRange?.To),
    };
  });
}
