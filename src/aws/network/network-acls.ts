import type { NetworkAcl, NetworkAclEntry as Ec2Entry } from '@aws-sdk/client-ec2';
import type { Read } from './reads';
import { found } from './unread';
import { Fact, isUnknown, NetworkAclEntry, NetworkAclFacts } from '../../egress';

/** The network ACL of a subnet, among those of its VPC. */
export function networkAclOf({ items, failure }: Read<NetworkAcl>, subnet: string): Fact<NetworkAclFacts> {
  const associated = items.filter(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet));
  const acl = found({ items: associated, failure }, `the network ACL of subnet ${subnet}`, 'its rules would tell');
  if (isUnknown(acl)) return acl;
  const id = acl.NetworkAclId ?? `of subnet ${subnet}`;
  return { id, entries: acl.Entries?.map(entry => readEntry(entry, id)) ?? { unknown: `EC2 tells no rules of network ACL ${id}` } };
}

function readEntry({ RuleNumber, Egress, RuleAction, Protocol, CidrBlock, Ipv6CidrBlock, PortRange }: Ec2Entry, acl: string): NetworkAclEntry {
  const untold = (what: string) => ({ unknown: `${what} of rule ${RuleNumber ?? '?'} of network ACL ${acl} is not told by EC2` });
  return {
    ruleNumber: RuleNumber ?? untold('the number'),
    direction: Egress === true ? 'egress' : 'ingress',
    action: RuleAction ?? untold('the action'),
    protocol: Protocol ?? untold('the protocol'),
    cidr: CidrBlock ?? Ipv6CidrBlock ?? untold('the range'),
    ...PortRange?.From === undefined ? {} : { fromPort: PortRange.From },
    ...PortRange?.To === undefined ? {} : { toPort: PortRange.To },
  };
}
