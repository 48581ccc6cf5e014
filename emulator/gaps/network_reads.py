"""Calls of EC2 that describe a network."""

from collections.abc import Callable

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import ec2

from emulator.gaps.gap import Gap

DEFAULT_DHCP_OPTIONS = "dopt-00000001"


def replace_action(name: str, wrap: Callable[[Callable | None], Callable]) -> None:
    """Puts a wrapper around an action of the EC2 API, or adds one."""
    ec2._ACTION_MAP[name] = wrap(ec2._ACTION_MAP.get(name))


def association(subnet_id: str) -> dict:
    return {"NetworkAclAssociationId": f"aclassoc-{new_uuid().replace('-', '')[:17]}", "SubnetId": subnet_id}


def associate_all() -> None:
    """A subnet without an ACL of its own has the default one of its VPC."""
    acls = ec2._network_acls.values()
    for acl in acls:
        acl["Associations"] = [each for each in acl["Associations"] if each["SubnetId"] in ec2._subnets]
    associated = {each["SubnetId"] for acl in acls for each in acl["Associations"]}
    for subnet in ec2._subnets.values():
        default = next((acl for acl in acls if acl["IsDefault"] and acl["VpcId"] == subnet["VpcId"]), None)
        if default and subnet["SubnetId"] not in associated:
            default["Associations"].append(association(subnet["SubnetId"]))


def fill_acls() -> None:
    def of_subnets(upstream):
        def describe(params):
            associate_all()
            wanted = ec2._parse_filters(params).get("association.subnet-id")
            if not wanted:
                return upstream(params)
            of_them = [acl["NetworkAclId"] for acl in ec2._network_acls.values() if any(each["SubnetId"] in wanted for each in acl["Associations"])]
            # If no ACL belongs to the subnets, ask for an id that no ACL has: a call without ids returns every ACL.
            return upstream({**params, **{f"NetworkAclId.{number}": [id] for number, id in enumerate(of_them or ["acl-0"], start=1)}})

        return describe

    replace_action("DescribeNetworkAcls", of_subnets)


def fill_acl_association() -> None:
    def with_subnet(upstream):
        def replace(params):
            moved = next((each["SubnetId"] for acl in ec2._network_acls.values() for each in acl["Associations"] if each["NetworkAclAssociationId"] == ec2._p(params, "AssociationId")), "")
            response = upstream(params)
            if response[0] < 400:
                ec2._network_acls[ec2._p(params, "NetworkAclId")]["Associations"][-1]["SubnetId"] = moved
            return response

        return replace

    replace_action("ReplaceNetworkAclAssociation", with_subnet)


def fill_dhcp() -> None:
    def with_default(upstream):
        def describe(params):
            domain = "ec2.internal" if get_region() == "us-east-1" else f"{get_region()}.compute.internal"
            ec2._dhcp_options.setdefault(
                DEFAULT_DHCP_OPTIONS,
                {
                    "DhcpOptionsId": DEFAULT_DHCP_OPTIONS,
                    "DhcpConfigurations": [{"Key": "domain-name", "Values": [domain]}, {"Key": "domain-name-servers", "Values": ["AmazonProvidedDNS"]}],
                    "OwnerId": get_account_id(),
                },
            )
            return upstream(params)

        return describe

    replace_action("DescribeDhcpOptions", with_default)


def fill_block_public_access() -> None:
    """The answer for an account that has never set it."""

    def options(_):
        return lambda params: ec2._xml(
            200,
            "DescribeVpcBlockPublicAccessOptionsResponse",
            f"<vpcBlockPublicAccessOptions><awsAccountId>{get_account_id()}</awsAccountId><awsRegion>{get_region()}</awsRegion><state>default-state</state>"
            "<internetGatewayBlockMode>off</internetGatewayBlockMode><managedBy>account</managedBy><exclusionsAllowed>allowed</exclusionsAllowed></vpcBlockPublicAccessOptions>",
        )

    def exclusions(_):
        return lambda params: ec2._xml(200, "DescribeVpcBlockPublicAccessExclusionsResponse", "<vpcBlockPublicAccessExclusionSet/>")

    replace_action("DescribeVpcBlockPublicAccessOptions", options)
    replace_action("DescribeVpcBlockPublicAccessExclusions", exclusions)


GAPS = [
    Gap("DescribeNetworkAcls", "no subnet is associated with the default one of its VPC, and the filter association.subnet-id is ignored", fill_acls),
    Gap("ReplaceNetworkAclAssociation", "it loses the subnet", fill_acl_association),
    Gap("DescribeDhcpOptions", "those that a VPC names are not there", fill_dhcp),
    Gap("DescribeVpcBlockPublicAccessOptions and DescribeVpcBlockPublicAccessExclusions", "EC2 has no such actions", fill_block_public_access),
]
