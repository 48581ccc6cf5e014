"""EC2 resource types of a VPC with NAT gateways, and separate security group rules."""

import re

from ministack.core.responses import new_uuid
from ministack.services import ec2
from ministack.services.cloudformation import provisioners

from emulator.gaps.cloudformation import Created, Properties, cloudformation_type


def found(response: tuple, tag: str) -> str:
    """A member of an EC2 response."""
    body = response[2].decode() if isinstance(response[2], bytes) else response[2]
    match = re.search(rf"<{tag}>([^<]+)</{tag}>", body)
    if response[0] >= 400 or not match:
        raise ValueError(body)
    return match.group(1)


def create_eip(logical_id: str, props: Properties, stack: str) -> Created:
    response = ec2._allocate_address({"Domain": [props.get("Domain", "vpc")]})
    allocation, address = found(response, "allocationId"), found(response, "publicIp")
    provisioners._ec2_apply_tags(allocation, props)
    return address, {"AllocationId": allocation, "PublicIp": address}


def delete_eip(physical_id: str, props: Properties) -> None:
    for allocation, address in list(ec2._addresses.items()):
        if address["PublicIp"] == physical_id:
            ec2._release_address({"AllocationId": [allocation]})


def create_nat_gateway(logical_id: str, props: Properties, stack: str) -> Created:
    request = {name: [props[name]] for name in ("SubnetId", "AllocationId", "ConnectivityType") if name in props}
    gateway = found(ec2._create_nat_gateway(request), "natGatewayId")
    provisioners._ec2_apply_tags(gateway, props)
    return gateway, {"NatGatewayId": gateway}


def delete_nat_gateway(physical_id: str, props: Properties) -> None:
    ec2._delete_nat_gateway({"NatGatewayId": [physical_id]})


def rules_of(group_id: str, store: str) -> list:
    group = ec2._security_groups.get(group_id)
    if group is None:
        raise ValueError(f"The security group '{group_id}' does not exist")
    return group[store]


def rule_type(name: str, store: str):
    def create(logical_id: str, props: Properties, stack: str) -> Created:
        rules_of(props["GroupId"], store).extend(provisioners._ec2_sg_permissions([props]))
        rule = f"sgr-{new_uuid().replace('-', '')[:17]}"
        return rule, {"Id": rule}

    def delete(physical_id: str, props: Properties) -> None:
        if props.get("GroupId") not in ec2._security_groups:
            return
        rules = rules_of(props["GroupId"], store)
        for rule in provisioners._ec2_sg_permissions([props]):
            if rule in rules:
                rules.remove(rule)

    return cloudformation_type(name, create, delete)


GAPS = [
    cloudformation_type("AWS::EC2::EIP", create_eip, delete_eip),
    cloudformation_type("AWS::EC2::NatGateway", create_nat_gateway, delete_nat_gateway),
    rule_type("AWS::EC2::SecurityGroupIngress", "IpPermissions"),
    rule_type("AWS::EC2::SecurityGroupEgress", "IpPermissionsEgress"),
]
