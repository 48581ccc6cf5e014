"""Each gap is filled here, and still open upstream: where it is not, the launcher's part can go."""

import unittest

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
    import json

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
    ecs.create_cluster(clusterName="rollouts")
    arn = ecs.register_task_definition(family="rollouts", containerDefinitions=[{"name": "web", "image": "nginx"}])["taskDefinition"]["taskDefinitionArn"]
    ecs.create_service(cluster="rollouts", serviceName="rollouts", taskDefinition=arn, desiredCount=0)
    listed = ecs.list_service_deployments(cluster="rollouts", service="rollouts")["serviceDeployments"]
    check.assertEqual([each["status"] for each in listed], ["SUCCESSFUL"])
    described = ecs.describe_service_deployments(serviceDeploymentArns=[listed[0]["serviceDeploymentArn"], f"{listed[0]['serviceDeploymentArn']}x"])
    check.assertEqual(([each["status"] for each in described["serviceDeployments"]], len(described["failures"])), (["SUCCESSFUL"], 1))


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
}


class Gaps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        servers = [Server(), Server("--plain")]
        for server in servers:
            cls.addClassCleanup(server.stop)
        cls.filled, cls.plain = [server.ready() for server in servers]


def filled(probe):
    return lambda self: probe(self.filled, self)


def open_upstream(name, probe):
    def test(self):
        try:
            probe(self.plain, self)
        except Exception:
            return
        self.fail(f"MiniStack has closed the gap {name}: remove what fills it in emulator/gaps.")

    return test


for name, probe in PROBES.items():
    slug = probe.__name__
    setattr(Gaps, f"test_{slug}_is_filled", filled(probe))
    setattr(Gaps, f"test_{slug}_is_open_upstream", open_upstream(name, probe))


class Names(unittest.TestCase):
    def test_every_gap_has_a_probe(self):
        import subprocess
        import sys

        listed = subprocess.run([sys.executable, "-c", "from emulator.gaps import GAPS; print('\\n'.join(gap.name for gap in GAPS))"], capture_output=True, text=True, check=True)
        self.assertEqual(set(listed.stdout.split("\n")) - {""}, {name.split(",")[0] for name in PROBES})
