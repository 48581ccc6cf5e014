import type { IpPermission, SecurityGroup, SecurityGroupRule } from '@aws-sdk/client-ec2';

/** The rules of a group, one for each peer, as DescribeSecurityGroupRules returns them. */
export function rulesOf(group: SecurityGroup): SecurityGroupRule[] {
  const permissions = [
    ...(group.IpPermissions ?? []).map(permission => ({ permission, isEgress: false })),
    ...(group.IpPermissionsEgress ?? []).map(permission => ({ permission, isEgress: true })),
  ];
  return permissions.flatMap(({ permission, isEgress }) => peersOf(permission).map(peer => ({ permission, isEgress, peer })))
    .map(({ permission, isEgress, peer }, index) => ({
      SecurityGroupRuleId: `sgr-${group.GroupId}-${index + 1}`,
      GroupId: group.GroupId,
      GroupOwnerId: group.OwnerId,
      IsEgress: isEgress,
      IpProtocol: permission.IpProtocol,
      // Here -1 means all ports; the group itself leaves the ports out.
      FromPort: permission.FromPort ?? -1,
      ToPort: permission.ToPort ?? -1,
      ...peer,
    }));
}

function peersOf({ IpRanges = [], Ipv6Ranges = [], PrefixListIds = [], UserIdGroupPairs = [] }: IpPermission): Partial<SecurityGroupRule>[] {
  return [
    ...IpRanges.map(({ CidrIp, Description }) => ({ CidrIpv4: CidrIp, Description })),
    ...Ipv6Ranges.map(({ CidrIpv6, Description }) => ({ CidrIpv6, Description })),
    ...PrefixListIds.map(({ PrefixListId, Description }) => ({ PrefixListId, Description })),
    ...UserIdGroupPairs.map(({ GroupId, UserId, Description }) => ({ ReferencedGroupInfo: { GroupId, UserId }, Description })),
  ];
}
