"""Each gap is filled here, and still open upstream. If upstream has closed it, the launcher's part can be removed."""

import json
import subprocess
import sys
import unittest

from emulator.tests import rollouts
from emulator.tests.probes import add_tests, make_service, register, tasks_of
from emulator.tests.rollouts import Stories
from emulator.tests.server import Server

VPC = {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}}
SUBNET = {**VPC, "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}}}
GROUP = {**VPC, "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "group", "VpcId": {"Ref": "Vpc"}}}}
RULE = {"GroupId": {"Fn::GetAtt": ["Group", "GroupId"]}, "IpProtocol": "tcp", "FromPort": 8443, "ToPort": 8443, "CidrIp": "10.9.0.0/16"}
CONTAINER = {"Name": "web", "Image": "nginx"}


def definition(**properties) -> dict:
    return {"Definition": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"Family": "family", "ContainerDefinitions": [CONTAINER], **properties}}}


def read_definition(server: Server, name: str, **properties) -> dict:
    arn = server.deploy(name, definition(**properties))["Definition"]
    return server.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]


def service(**properties) -> dict:
    return {
        **definition(),
        "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": "cluster"}},
        "Service": {"Type": "AWS::ECS::Service", "Properties": {"ServiceName": "service", "Cluster": {"Ref": "Cluster"}, "TaskDefinition": {"Ref": "Definition"}, "DesiredCount": 0, **properties}},
    }


def read_service(server: Server, name: str, **properties) -> dict:
    server.deploy(name, service(**properties))
    return server.client("ecs").describe_services(cluster="cluster", services=["service"])["services"][0]


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


PROVIDER = {"Provider": {"Type": "AWS::ECS::CapacityProvider", "Properties": {"Name": "provider", "AutoScalingGroupProvider": {"AutoScalingGroupArn": "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/group"}}}}


def capacity_provider(server, check):
    check.assertEqual(server.deploy("provider", PROVIDER)["Provider"], "provider")
    found = server.client("ecs").describe_capacity_providers(capacityProviders=["provider"])["capacityProviders"]
    check.assertTrue(found[0]["autoScalingGroupProvider"]["autoScalingGroupArn"].endswith("/group"))


def associations(server, check):
    server.deploy(
        "associations",
        {
            "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": "associated"}},
            "Associations": {"Type": "AWS::ECS::ClusterCapacityProviderAssociations", "Properties": {"Cluster": {"Ref": "Cluster"}, "CapacityProviders": ["FARGATE"], "DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": 1}]}},
        },
    )
    cluster = server.client("ecs").describe_clusters(clusters=["associated"])["clusters"][0]
    check.assertEqual((cluster["capacityProviders"], cluster["defaultCapacityProviderStrategy"][0]["capacityProvider"]), (["FARGATE"], "FARGATE"))


def public_parameter(server, check):
    template = {"Parameters": {"Image": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"}}, "Resources": VPC}
    stack = server.client("cloudformation").create_stack(StackName="parameter", TemplateBody=json.dumps(template))
    check.assertIn("parameter", stack["StackId"])


def secret_ref(server, check):
    ref = server.deploy("secret", {"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "name"}}})["Secret"]
    check.assertEqual(ref, server.client("secretsmanager").describe_secret(SecretId="name")["ARN"])


def registered_members(server, check):
    registered = server.client("ecs").register_task_definition(family="api", containerDefinitions=[{"name": "web", "image": "nginx"}], enableFaultInjection=True)
    check.assertIs(registered["taskDefinition"].get("enableFaultInjection"), True)


def nested_members(server, check):
    container = {
        **CONTAINER,
        "Secrets": [{"Name": "KEY", "ValueFrom": "arn"}],
        "RestartPolicy": {"Enabled": True, "RestartAttemptPeriod": 60},
        "HealthCheck": {"Command": ["CMD", "true"], "Interval": 30},
        "DockerLabels": {"Some.Label": "Value"},
        "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": "Group", "Mixed-Case": "kept"}},
    }
    found = read_definition(server, "nested", ContainerDefinitions=[container])["containerDefinitions"][0]
    check.assertEqual(found["secrets"], [{"name": "KEY", "valueFrom": "arn"}])
    check.assertEqual(found["restartPolicy"], {"enabled": True, "restartAttemptPeriod": 60})
    check.assertEqual(found["healthCheck"]["command"], ["CMD", "true"])
    check.assertEqual(found["dockerLabels"], {"Some.Label": "Value"})
    check.assertEqual(found["logConfiguration"]["options"], {"awslogs-group": "Group", "Mixed-Case": "kept"})


def dropped_members(server, check):
    found = read_definition(
        server,
        "dropped",
        RuntimePlatform={"CpuArchitecture": "ARM64"},
        EphemeralStorage={"SizeInGiB": 40},
        ProxyConfiguration={"ContainerName": "web", "ProxyConfigurationProperties": [{"Name": "IgnoredUID", "Value": "1337"}]},
        Volumes=[{"Name": "data", "EFSVolumeConfiguration": {"FilesystemId": "fs-1", "AuthorizationConfig": {"IAM": "ENABLED"}}}],
    )
    check.assertEqual((found.get("runtimePlatform"), found.get("ephemeralStorage")), ({"cpuArchitecture": "ARM64"}, {"sizeInGiB": 40}))
    check.assertEqual(found["proxyConfiguration"]["properties"], [{"name": "IgnoredUID", "value": "1337"}])
    check.assertEqual(found["volumes"][0]["efsVolumeConfiguration"], {"fileSystemId": "fs-1", "authorizationConfig": {"iam": "ENABLED"}})


def service_members(server, check):
    found = read_service(server, "service", PropagateTags="SERVICE", EnableExecuteCommand=True, PlatformVersion="1.4.0")
    check.assertEqual((found.get("propagateTags"), found.get("enableExecuteCommand"), found.get("platformVersion")), ("SERVICE", True, "1.4.0"))


def zone_rebalancing(server, check):
    ecs = server.client("ecs")
    ecs.create_cluster(clusterName="zones")
    arn = ecs.register_task_definition(family="zones", containerDefinitions=[{"name": "web", "image": "nginx"}])["taskDefinition"]["taskDefinitionArn"]
    created = ecs.create_service(cluster="zones", serviceName="zones", taskDefinition=arn, desiredCount=0, availabilityZoneRebalancing="ENABLED")["service"]
    updated = ecs.update_service(cluster="zones", service="zones", availabilityZoneRebalancing="DISABLED", propagateTags="SERVICE")["service"]
    check.assertEqual((created.get("availabilityZoneRebalancing"), updated.get("availabilityZoneRebalancing"), updated.get("propagateTags")), ("ENABLED", "DISABLED", "SERVICE"))


def service_deployments(server, check):
    ecs = server.client("ecs")
    make_service(ecs, "rollouts")
    listed = ecs.list_service_deployments(cluster="rollouts", service="rollouts")["serviceDeployments"]
    check.assertEqual([each["status"] for each in listed], ["SUCCESSFUL"])
    described = ecs.describe_service_deployments(serviceDeploymentArns=[listed[0]["serviceDeploymentArn"], f"{listed[0]['serviceDeploymentArn']}x"])
    check.assertEqual(([each["status"] for each in described["serviceDeployments"]], len(described["failures"])), (["SUCCESSFUL"], 1))


def platform_version(server, check):
    found = make_service(server.client("ecs"), "platform", launchType="FARGATE")
    check.assertEqual((found["platformVersion"], found["platformFamily"]), ("LATEST", "Linux"))


def service_tags(server, check):
    ecs = server.client("ecs")
    make_service(ecs, "tagged", tags=[{"key": "team", "value": "orders"}])
    answers = [ecs.describe_services(cluster="tagged", services=["tagged"], **asked)["services"][0].get("tags") for asked in ({}, {"include": ["TAGS"]})]
    check.assertEqual(answers, [None, [{"key": "team", "value": "orders"}]])


def definition_tags(server, check):
    ecs = server.client("ecs")
    register(ecs, "tags", tags=[{"key": "team", "value": "orders"}])
    answers = [ecs.describe_task_definition(taskDefinition="tags:1", **asked).get("tags") for asked in ({}, {"include": ["TAGS"]})]
    check.assertEqual(answers, [None, [{"key": "team", "value": "orders"}]])


def newest_active_revision(server, check):
    ecs = server.client("ecs")
    for _ in range(3):
        register(ecs, "newest")
    ecs.deregister_task_definition(taskDefinition="newest:3")
    check.assertEqual(ecs.describe_task_definition(taskDefinition="newest")["taskDefinition"]["revision"], 2)
    for revision in (1, 2):
        ecs.deregister_task_definition(taskDefinition=f"newest:{revision}")
    with check.assertRaisesRegex(Exception, "Unable to describe task definition"):
        ecs.describe_task_definition(taskDefinition="newest")


def empty_members(server, check):
    found = register(server.client("ecs"), "empty")
    check.assertEqual([key for key, value in found.items() if value == ""], [])


def defaults(server, check):
    found = server.client("ecs").register_task_definition(
        family="defaults",
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=[{"name": "web", "image": "nginx", "portMappings": [{"containerPort": 80, "name": "http"}], "healthCheck": {"command": ["CMD", "true"], "interval": 10}, "logConfiguration": {"logDriver": "awslogs"}}],
    )["taskDefinition"]["containerDefinitions"][0]
    check.assertEqual((found["environment"], found["mountPoints"], found["volumesFrom"], found["systemControls"]), ([], [], [], []))
    check.assertEqual(found["portMappings"], [{"containerPort": 80, "name": "http", "hostPort": 80, "protocol": "tcp"}])
    check.assertEqual(found["healthCheck"], {"command": ["CMD", "true"], "interval": 10, "timeout": 5, "retries": 3})
    check.assertEqual(found["logConfiguration"]["secretOptions"], [])


def timestamps(server, check):
    created = make_service(server.client("ecs"), "timestamps", desiredCount=1)
    # One of the two could be a whole second by chance.
    check.assertNotEqual((created["createdAt"].microsecond, created["deployments"][0]["updatedAt"].microsecond), (0, 0))


def deployment_id(server, check):
    check.assertRegex(make_service(server.client("ecs"), "ids")["deployments"][0]["id"], r"^ecs-svc/\d{19}$")


def rollout_reason(server, check):
    deployment = make_service(server.client("ecs"), "reasons")["deployments"][0]
    check.assertEqual(deployment["rolloutStateReason"], f"ECS deployment {deployment['id']} completed.")


def started_by(server, check):
    ecs = server.client("ecs")
    created = make_service(ecs, "starters", desiredCount=1)
    check.assertEqual([each["startedBy"] for each in tasks_of(ecs, "starters")], [created["deployments"][0]["id"]])


def service_revisions(server, check):
    ecs = server.client("ecs")
    created = make_service(ecs, "revisions")
    brief = ecs.list_service_deployments(cluster="revisions", service="revisions")["serviceDeployments"][0]
    record = ecs.describe_service_deployments(serviceDeploymentArns=[brief["serviceDeploymentArn"]])["serviceDeployments"][0]
    check.assertEqual(record["targetServiceRevision"]["arn"], brief["targetServiceRevisionArn"])
    revisions = ecs.describe_service_revisions(serviceRevisionArns=[brief["targetServiceRevisionArn"], "arn"])
    check.assertEqual([each["taskDefinition"] for each in revisions["serviceRevisions"]], [created["taskDefinition"]])
    check.assertEqual(len(revisions["failures"]), 1)


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
    "AWS::ECS::CapacityProvider": capacity_provider,
    "AWS::ECS::ClusterCapacityProviderAssociations": associations,
    "SSM public parameters": public_parameter,
    "Ref of AWS::SecretsManager::Secret": secret_ref,
    "RegisterTaskDefinition": registered_members,
    "AWS::ECS::TaskDefinition, casing": nested_members,
    "AWS::ECS::TaskDefinition, members": dropped_members,
    "CreateService and UpdateService": zone_rebalancing,
    "AWS::ECS::Service": service_members,
    "ListServiceDeployments and DescribeServiceDeployments": service_deployments,
    "DescribeServiceRevisions": service_revisions,
    "platformVersion": platform_version,
    "DescribeServices": service_tags,
    "DescribeTaskDefinition": definition_tags,
    "DescribeTaskDefinition, family": newest_active_revision,
    "RegisterTaskDefinition, empty": empty_members,
    "RegisterTaskDefinition, defaults": defaults,
    "timestamps": timestamps,
    "Deployment.id": deployment_id,
    "rolloutStateReason": rollout_reason,
    "startedBy": started_by,
    "DescribeNetworkAcls": default_acl,
    "ReplaceNetworkAclAssociation": other_acl,
    "DescribeDhcpOptions": dhcp_options,
    "DescribeVpcBlockPublicAccessOptions and DescribeVpcBlockPublicAccessExclusions": block_public_access,
    "Route 53 Resolver": resolver,
}


SERVERS = {"filled": [], "plain": ["--plain"]}


def setUpModule():
    for name, arguments in SERVERS.items():
        gaps, stories = Server(*arguments), Server("--processes", *arguments)
        unittest.addModuleCleanup(gaps.stop)
        unittest.addModuleCleanup(stories.stop)
        setattr(Gaps, name, gaps)
        setattr(Rollouts, name, stories)
    for name in SERVERS:
        getattr(Gaps, name).ready()
        # The stories continue while the other gaps are tested.
        setattr(Rollouts, name, Stories(getattr(Rollouts, name).ready()))


class Gaps(unittest.TestCase):
    pass


class Names(unittest.TestCase):
    def test_every_gap_has_a_probe(self):
        listed = subprocess.run([sys.executable, "-c", "from emulator.gaps import GAPS; print('\\n'.join(gap.name for gap in GAPS))"], capture_output=True, text=True, check=True)
        gaps, probes = listed.stdout.splitlines(), [*PROBES, *rollouts.PROBES]
        self.assertEqual(len(set(gaps)), len(gaps))
        self.assertEqual([gap for gap in gaps if not any(probe == gap or probe.startswith(f"{gap}, ") for probe in probes)], [])
        self.assertEqual([probe for probe in probes if probe not in gaps and probe.rsplit(", ", 1)[0] not in gaps], [])


class Rollouts(unittest.TestCase):
    def test_update_service_answers_both_deployments(self):
        updated, old = self.filled["replacing"]["updated"], self.filled["replacing"]["created"]["deployments"][0]["id"]
        told = [(each["status"], each["rolloutState"], each["desiredCount"]) for each in updated["deployments"]]
        self.assertEqual(told, [("PRIMARY", "IN_PROGRESS", 2), ("ACTIVE", "COMPLETED", 2)])
        self.assertEqual(updated["deployments"][1]["id"], old)

    def test_a_container_that_is_not_essential_ends_alone(self):
        told = [[(each["name"], each["lastStatus"], each.get("exitCode")) for each in task["containers"]] for task in self.filled["replacing"]["running"]]
        self.assertEqual(told, [[("web", "RUNNING", None), ("agent", "STOPPED", 1)]] * 2)

    def test_three_failures_take_the_old_revision_back(self):
        failed, back = self.filled["crashing"]["failed"], self.filled["crashing"]["back"]
        self.assertEqual((failed["status"], failed["failedTasks"]), ("ACTIVE", 3))
        self.assertEqual((back["runningCount"], back["taskDefinition"][-1], back["deployments"][1]["status"]), (1, "1", "PRIMARY"))


add_tests(Gaps, PROBES)
add_tests(Rollouts, rollouts.PROBES)
