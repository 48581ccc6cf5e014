import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import { Ec2Account } from './ec2-account';
import { Read } from './reads';
import { found } from './unread';
import { Fact, isUnknown, PrefixList, RulePeer, RuleTraffic, SecurityGroupFacts } from '../../egress';

/** Directions of rules that are read. */
type Directions = 'egress' | 'both';

/** @param ports  the ports of the traffic that is judged */
export async function securityGroup(
  account: Ec2Account, id: string, ports: ReadonlySet<number>, directions: Directions,
): Promise<SecurityGroupFacts> {
  return readGroup(account, await account.securityGroup.of(id), id, ports, directions);
}

/** The group that applies if the service names none. */
export async function defaultGroup(account: Ec2Account, vpc: string, ports: ReadonlySet<number>): Promise<SecurityGroupFacts> {
  return readGroup(account, await account.defaultGroupOfVpc.of(vpc), `default of VPC ${vpc}`, ports, 'egress');
}

async function readGroup(
  account: Ec2Account, read: Read<SecurityGroup>, name: string, ports: ReadonlySet<number>, directions: Directions,
): Promise<SecurityGroupFacts> {
  const group = found(read, `security group ${name}`);
  if (isUnknown(group)) return { id: name, egress: group, ...directions === 'both' ? { ingress: group } : {} };
  const { GroupId: id = name, IpPermissionsEgress, IpPermissions } = group;
  const egress = withPeer(await readRules(account, IpPermissionsEgress, `egress rules of security group ${id}`, ports), 'to');
  if (directions === 'egress') return { id, egress };
  const ingress = withPeer(await readRules(account, IpPermissions, `ingress rules of security group ${id}`, ports), 'from');
  return { id, egress, ingress };
}

/** A rule of either direction. */
interface Rule {
  readonly traffic: RuleTraffic;
  readonly peer: Fact<RulePeer>;
}

type RuleWith<M extends string> = RuleTraffic & { readonly [member in M]: Fact<RulePeer> };

function withPeer<M extends 'to' | 'from'>(rules: Fact<readonly Rule[]>, member: M): Fact<readonly RuleWith<M>[]> {
  return isUnknown(rules) ? rules : rules.map(({ traffic, peer }) => ({ ...traffic, [member]: peer }) as RuleWith<M>);
}

async function readRules(
  account: Ec2Account, permissions: readonly IpPermission[] | undefined, what: string, ports: ReadonlySet<number>,
): Promise<Fact<readonly Rule[]>> {
  return permissions === undefined ? { unknown: `EC2 did not return the ${what}` } : rulesOf(permissions, await readLists(account, permissions, ports));
}

/** EC2 returns the ports of their rules. */
const HAVE_PORTS: readonly string[] = ['tcp', '6', 'udp', '17'];
const NO_PORT = { unknown: 'EC2 did not return a port of a rule of a security group' };

type Lists = ReadonlyMap<string, PrefixList>;

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
function rulesOf(permissions: readonly IpPermission[], lists: Lists): Rule[] {
  return permissions.flatMap(permission => {
    const { IpProtocol, FromPort, ToPort, IpRanges = [], Ipv6Ranges = [], UserIdGroupPairs = [] } = permission;
    const peers: Fact<RulePeer>[] = [
      ...[...IpRanges.map(({ CidrIp }) => CidrIp), ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6)]
        .map(cidr => cidr === undefined ? { unknown: 'EC2 did not return the range of a rule of a security group' } : { cidr }),
      ...UserIdGroupPairs.map(({ GroupId = '?' }) => ({ securityGroup: GroupId })),
      ...prefixListsOf(permission).map(prefixList => lists.get(prefixList)
        ?? { prefixList, cidrs: { unknown: `the ranges of prefix list ${prefixList} were not read, because its rule is for other traffic` } }),
    ];
    const traffic = {
      protocol: IpProtocol ?? { unknown: 'EC2 did not return the protocol of a rule of a security group' },
      ...HAVE_PORTS.includes(IpProtocol ?? '-1') ? { fromPort: FromPort ?? NO_PORT, toPort: ToPort ?? NO_PORT } : {},
    };
    return peers.map(peer => ({ traffic, peer }));
  });
}
