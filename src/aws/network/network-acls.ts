import type { NetworkAcl, NetworkAclEntry as Ec2Entry } from '@aws-sdk/client-ec2';
import { Read } from './reads';
import { found } from './unread';
import { Fact, isUnknown, NetworkAclEntry, NetworkAclFacts } from '../../egress';

/** Finds the network ACL of a subnet among those of its VPC. */
export function networkAclOf({ items, failure }: Read<NetworkAcl>, subnet: string): Fact<NetworkAclFacts> {
  const associated = items.filter(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet));
  const acl = found({ items: associated, failure }, `the network ACL of subnet ${subnet}`);
  if (isUnknown(acl)) return acl;
  const id = acl.NetworkAclId ?? `of subnet ${subnet}`;
  return { id, entries: acl.Entries?.map(entry => readEntry(entry, id)) ?? { unknown: `EC2 did not return the rules of network ACL ${id}` } };
}

/** TCP and UDP, of whose rules EC2 returns the ports. */
const HAVE_PORTS: readonly string[] = ['6', '17'];

function readEntry({ RuleNumber, Egress, RuleAction, Protocol, CidrBlock, Ipv6CidrBlock, PortRange }: Ec2Entry, acl: string): NetworkAclEntry {
  const notReturned = (what: string) => ({ unknown: `EC2 did not return ${what} of rule ${RuleNumber ?? '?'} of network ACL ${acl}` });
  return {
    ruleNumber: RuleNumber ?? notReturned('the number'),
    direction: Egress === true ? 'egress' : 'ingress',
    action: RuleAction ?? notReturned('the action'),
    protocol: Protocol ?? notReturned('the protocol'),
    cidr: CidrBlock ?? Ipv6CidrBlock ?? notReturned('the range'),
    ...HAVE_PORTS.includes(Protocol ?? '-1') ? { fromPort: PortRange?.From ?? notReturned('a port'), toPort: PortRange?.To ?? notReturned('a port') } : {},
  };
}
