"""Each gap is filled here, and still open upstream. If upstream has closed it, the launcher's part can be removed."""

import json
import subprocess
import sys
import unittest
from collections.abc import Callable

from emulator.tests import organisation
from emulator.tests.server import Server

VPC = {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}}
SUBNET = {**VPC, "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}}}
GROUP = {**VPC, "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "group", "VpcId": {"Ref": "Vpc"}}}}
RULE = {"GroupId": {"Fn::GetAtt": ["Group", "GroupId"]}, "IpProtocol": "tcp", "FromPort": 8443, "ToPort": 8443, "CidrIp": "10.9.0.0/16"}


def eip(server, check):
    ids = server.deploy("eip", {"Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}}})
    addresses = server.client("ec2").describe_addresses()["Addresses"]
    check.assertIn(ids["Address"], [each["PublicIp"] for each in addresses])


def nat_gateway(server, check):
    ids = server.deploy(
        "nat",
        {
            **SUBNET,
            "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
            "Nat": {"Type": "AWS::EC2::NatGateway", "Properties": {"SubnetId": {"Ref": "Subnet"}, "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}}},
            "Table": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
            "Route": {"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": {"Ref": "Table"}, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": {"Ref": "Nat"}}},
        },
    )
    ec2 = server.client("ec2")
    gateways = ec2.describe_nat_gateways(NatGatewayIds=[ids["Nat"]])["NatGateways"]
    check.assertEqual([(each["State"], each["SubnetId"]) for each in gateways], [("available", ids["Subnet"])])
    routes = ec2.describe_route_tables(RouteTableIds=[ids["Table"]])["RouteTables"][0]["Routes"]
    check.assertIn(ids["Nat"], [each.get("NatGatewayId") for each in routes])


def permissions(server, stack, kind, key):
    ids = server.deploy(stack, {**GROUP, "Rule": {"Type": f"AWS::EC2::SecurityGroup{kind}", "Properties": RULE}})
    group = server.client("ec2").describe_security_groups(GroupIds=[ids["Group"]])["SecurityGroups"][0]
    return [(each.get("FromPort"), [one["CidrIp"] for one in each["IpRanges"]]) for each in group[key]]


def ingress(server, check):
    check.assertIn((8443, ["10.9.0.0/16"]), permissions(server, "ingress", "Ingress", "IpPermissions"))


def egress(server, check):
    check.assertIn((8443, ["10.9.0.0/16"]), permissions(server, "egress", "Egress", "IpPermissionsEgress"))


def public_parameter(server, check):
    template = {"Parameters": {"Image": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"}}, "Resources": VPC}
    stack = server.client("cloudformation").create_stack(StackName="parameter", TemplateBody=json.dumps(template))
    check.assertIn("parameter", stack["StackId"])


def secret_ref(server, check):
    ref = server.deploy("secret", {"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "name"}}})["Secret"]
    check.assertEqual(ref, server.client("secretsmanager").describe_secret(SecretId="name")["ARN"])


def network(ec2, cidr: str) -> tuple[str, str]:
    vpc = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
    return vpc, ec2.create_subnet(VpcId=vpc, CidrBlock=cidr)["Subnet"]["SubnetId"]


def default_acl(server, check):
    ec2 = server.client("ec2")
    vpc, subnet = network(ec2, "10.1.0.0/24")
    network(ec2, "10.2.0.0/24")
    found = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"]
    check.assertEqual([(each["VpcId"], each["IsDefault"], [one["SubnetId"] for one in each["Associations"]]) for each in found], [(vpc, True, [subnet])])
    check.assertEqual(ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": ["subnet-0"]}])["NetworkAcls"], [])


def other_acl(server, check):
    ec2 = server.client("ec2")
    vpc, subnet = network(ec2, "10.3.0.0/24")
    of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
    association = ec2.describe_network_acls(Filters=of_vpc)["NetworkAcls"][0]["Associations"][0]["NetworkAclAssociationId"]
    acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)
    found = {each["NetworkAclId"]: [one["SubnetId"] for one in each["Associations"]] for each in ec2.describe_network_acls(Filters=of_vpc)["NetworkAcls"]}
    check.assertEqual((found.pop(acl), list(found.values())), ([subnet], [[]]))


def dhcp_options(server, check):
    ec2 = server.client("ec2")
    vpc, _ = network(ec2, "10.4.0.0/24")
    wanted = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["DhcpOptionsId"]
    found = ec2.describe_dhcp_options(Filters=[{"Name": "dhcp-options-id", "Values": [wanted]}])["DhcpOptions"]
    servers = [each["Values"] for one in found for each in one["DhcpConfigurations"] if each["Key"] == "domain-name-servers"]
    check.assertEqual(([each["DhcpOptionsId"] for each in found], servers), ([wanted], [[{"Value": "AmazonProvidedDNS"}]]))


def block_public_access(server, check):
    ec2 = server.client("ec2")
    options = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    check.assertEqual((options["InternetGatewayBlockMode"], options["State"], options["AwsRegion"]), ("off", "default-state", "us-east-1"))
    check.assertEqual(ec2.describe_vpc_block_public_access_exclusions()["VpcBlockPublicAccessExclusions"], [])


def resolver(server, check):
    vpc, _ = network(server.client("ec2"), "10.6.0.0/24")
    client = server.client("route53resolver")
    rules = {each["Id"]: (each["DomainName"], each["RuleType"]) for each in client.list_resolver_rules()["ResolverRules"]}
    associations = client.list_resolver_rule_associations(Filters=[{"Name": "VPCId", "Values": [vpc]}])["ResolverRuleAssociations"]
    check.assertEqual([(each["VPCId"], each["Status"], rules[each["ResolverRuleId"]]) for each in associations], [(vpc, "COMPLETE", (".", "RECURSIVE"))])
    check.assertEqual(client.list_firewall_rule_group_associations(VpcId=vpc)["FirewallRuleGroupAssociations"], [])
    check.assertEqual(client.list_firewall_domain_lists()["FirewallDomainLists"], [])


PROBES = {
    "AWS::EC2::EIP": eip,
    "AWS::EC2::NatGateway": nat_gateway,
    "AWS::EC2::SecurityGroupIngress": ingress,
    "AWS::EC2::SecurityGroupEgress": egress,
    "SSM public parameters": public_parameter,
    "Ref of AWS::SecretsManager::Secret": secret_ref,
    "DescribeNetworkAcls": default_acl,
    "ReplaceNetworkAclAssociation": other_acl,
    "DescribeDhcpOptions": dhcp_options,
    "DescribeVpcBlockPublicAccessOptions and DescribeVpcBlockPublicAccessExclusions": block_public_access,
    "Route 53 Resolver": resolver,
    **organisation.PROBES,
}


def add_tests(case: type, probes: dict[str, Callable]) -> None:
    """Adds two tests for each probe: the gap is filled here, and it is still open in MiniStack without this launcher."""
    for name, probe in probes.items():
        setattr(case, f"test_{probe.__name__}_is_filled", filled(probe))
        setattr(case, f"test_{probe.__name__}_is_open_upstream", open_upstream(name, probe))


def filled(probe: Callable):
    return lambda self: probe(self.filled, self)


def open_upstream(name: str, probe: Callable):
    def test(self):
        try:
            probe(self.plain, self)
        except Exception:
            return
        self.fail(f"MiniStack has closed the gap {name}: remove what fills it in emulator/gaps.")

    return test


SERVERS = {"filled": [], "plain": ["--plain"]}


def setUpModule():
    for name, arguments in SERVERS.items():
        setattr(Gaps, name, Server(*arguments))
        unittest.addModuleCleanup(getattr(Gaps, name).stop)
    for name in SERVERS:
        getattr(Gaps, name).ready()


class Gaps(unittest.TestCase):
    pass


class Names(unittest.TestCase):
    def test_every_gap_has_a_probe(self):
        listed = subprocess.run([sys.executable, "-c", "from emulator.gaps import GAPS, cloudformation_gaps; print('\\n'.join(gap.name for gap in [*GAPS, *cloudformation_gaps()]))"], capture_output=True, text=True, check=True)
        gaps = [*listed.stdout.splitlines(), "Events of ECS"]
        self.assertEqual(sorted(gaps), sorted(PROBES))


add_tests(Gaps, PROBES)
