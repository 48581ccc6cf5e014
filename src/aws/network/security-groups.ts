import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import type { Ec2Account } from './ec2-account';
import type { Read } from './reads';
import { found } from './unread';
import { EgressRule, Fact, isUnknown, RulePeer, SecurityGroupFacts } from '../../egress';

/** The egress rules of a group by its id. */
export async function securityGroup(account: Ec2Account, id: string, ports: ReadonlySet<number>): Promise<SecurityGroupFacts> {
  return readGroup(account, await account.securityGroup.of(id), id, ports);
}

/** What EC2 puts an interface into whose service names no group. */
export async function defaultGroup(account: Ec2Account, vpc: string, ports: ReadonlySet<number>): Promise<SecurityGroupFacts> {
  return readGroup(account, await account.defaultGroupOfVpc.of(vpc), `default of VPC ${vpc}`, ports);
}

async function readGroup(account: Ec2Account, read: Read<SecurityGroup>, name: string, ports: ReadonlySet<number>): Promise<SecurityGroupFacts> {
  const group = found(read, `security group ${name}`, 'its egress rules would tell');
  if (isUnknown(group)) return { id: name, egress: group };
  const { GroupId: id = name, IpPermissionsEgress: permissions } = group;
  if (permissions === undefined) return { id, egress: { unknown: `EC2 tells no egress rules of security group ${id}` } };
  return { id, egress: egressRules(permissions, await readLists(account, permissions, ports)) };
}

type Lists = ReadonlyMap<string, Fact<readonly string[]>>;

async function readLists(account: Ec2Account, permissions: readonly IpPermission[], ports: ReadonlySet<number>): Promise<Lists> {
  const lists = [...new Set(permissions.filter(permission => isFor(permission, ports)).flatMap(prefixListsOf))];
  return new Map(await Promise.all(lists.map(async list => [list, await account.prefixList(list)] as const)));
}

/** Whether a permission may let TCP out on one of the ports. */
function isFor({ IpProtocol, FromPort = 0, ToPort = 65535 }: IpPermission, ports: ReadonlySet<number>): boolean {
  if (IpProtocol === '-1' || IpProtocol === undefined) return true;
  return ['tcp', '6'].includes(IpProtocol) && [...ports].some(port => FromPort === -1 || FromPort <= port && port <= ToPort);
}

function prefixListsOf({ PrefixListIds = [] }: IpPermission): string[] {
  return PrefixListIds.flatMap(({ PrefixListId }) => PrefixListId ?? []);
}

/** EC2 gathers rules of one protocol and one range of ports, for any number of peers. */
function egressRules(permissions: readonly IpPermission[], lists: Lists): EgressRule[] {
  return permissions.flatMap(permission => {
    const { IpProtocol, FromPort, ToPort, IpRanges = [], Ipv6Ranges = [], UserIdGroupPairs = [] } = permission;
    const peers: Fact<RulePeer>[] = [
      ...[...IpRanges.map(({ CidrIp }) => CidrIp), ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6)]
        .map(cidr => cidr === undefined ? { unknown: 'the range of an egress rule is not told by EC2' } : { cidr }),
      ...UserIdGroupPairs.map(({ GroupId = '?' }) => ({ securityGroup: GroupId })),
      ...prefixListsOf(permission).map(prefixList => ({
        prefixList,
        cidrs: lists.get(prefixList) ?? { unknown: `the ranges of prefix list ${prefixList} were not read, since its rule is for other traffic` },
      })),
    ];
    return peers.map(to => ({
      protocol: IpProtocol ?? { unknown: 'the protocol of an egress rule is not told by EC2' },
      ...FromPort === undefined ? {} : { fromPort: FromPort },
      ...ToPort === undefined ? {} : { toPort: ToPort },
      to,
    }));
  });
}
