import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import { Ec2Account } from './ec2-account';
import { Read } from './reads';
import { found } from './unread';
import { EgressRule, Fact, isUnknown, RulePeer, SecurityGroupFacts } from '../../egress';

/** The egress rules of a group by its id. */
export async function securityGroup(account: Ec2Account, id: string, ports: ReadonlySet<number>): Promise<SecurityGroupFacts> {
  return readGroup(account, await account.securityGroup.of(id), id, ports);
}

/** The group that applies if the service names none. */
export async function defaultGroup(account: Ec2Account, vpc: string, ports: ReadonlySet<number>): Promise<SecurityGroupFacts> {
  return readGroup(account, await account.defaultGroupOfVpc.of(vpc), `default of VPC ${vpc}`, ports);
}

async function readGroup(account: Ec2Account, read: Read<SecurityGroup>, name: string, ports: ReadonlySet<number>): Promise<SecurityGroupFacts> {
  const group = found(read, `security group ${name}`);
  if (isUnknown(group)) return { id: name, egress: group };
  const { GroupId: id = name, IpPermissionsEgress: permissions } = group;
  if (permissions === undefined) return { id, egress: { unknown: `EC2 did not return the egress rules of security group ${id}` } };
  return { id, egress: egressRules(permissions, await readLists(account, permissions, ports)) };
}

type Lists = ReadonlyMap<string, Fact<readonly string[]>>;

async function readLists(account: Ec2Account, permissions: readonly IpPermission[], ports: ReadonlySet<number>): Promise<Lists> {
  const lists = [...new Set(permissions.filter(permission => isFor(permission, ports)).flatMap(prefixListsOf))];
  return new Map(await Promise.all(lists.map(async list => [list, await account.prefixList(list)] as const)));
}

/** Whether a permission may allow TCP on one of the ports. */
function isFor({ IpProtocol, FromPort = 0, ToPort = 65535 }: IpPermission, ports: ReadonlySet<number>): boolean {
  if (IpProtocol === '-1' || IpProtocol === undefined) return true;
  return ['tcp', '6'].includes(IpProtocol) && [...ports].some(port => FromPort === -1 || FromPort <= port && port <= ToPort);
}

function prefixListsOf({ PrefixListIds = [] }: IpPermission): string[] {
  return PrefixListIds.flatMap(({ PrefixListId }) => PrefixListId ?? []);
}

/** EC2 groups rules by protocol and range of ports, each group with any number of peers. */
function egressRules(permissions: readonly IpPermission[], lists: Lists): EgressRule[] {
  return permissions.flatMap(permission => {
    const { IpProtocol, FromPort, ToPort, IpRanges = [], Ipv6Ranges = [], UserIdGroupPairs = [] } = permission;
    const peers: Fact<RulePeer>[] = [
      ...[...IpRanges.map(({ CidrIp }) => CidrIp), ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6)]
        .map(cidr => cidr === undefined ? { unknown: 'EC2 did not return the range of an egress rule' } : { cidr }),
      ...UserIdGroupPairs.map(({ GroupId = '?' }) => ({ securityGroup: GroupId })),
      ...prefixListsOf(permission).map(prefixList => ({
        prefixList,
        cidrs: lists.get(prefixList) ?? { unknown: `the ranges of prefix list ${prefixList} were not read, because its rule is for other traffic` },
      })),
    ];
    return peers.map(to => ({
      protocol: IpProtocol ?? { unknown: 'EC2 did not return the protocol of an egress rule' },
      ...FromPort === undefined ? {} : { fromPort: FromPort },
      ...ToPort === undefined ? {} : { toPort: ToPort },
      to,
    }));
  });
}
