"""Amazon ECS is that of the fakes: through its API, through CloudFormation, and with the logs of its containers in CloudWatch Logs."""

import os
import pathlib
import signal
import tempfile
import unittest
import urllib.request

from emulator.tests.server import Server, until

CONTAINER = {"Name": "web", "Image": "nginx"}
PROVIDER = {"AutoScalingGroupProvider": {"AutoScalingGroupArn": "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/group"}}


def definition(**properties) -> dict:
    return {"Definition": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"Family": "family", "Memory": "512", "ContainerDefinitions": [CONTAINER], **properties}}}


def service(name: str, **properties) -> dict:
    of_service = {"ServiceName": name, "Cluster": {"Ref": "Cluster"}, "TaskDefinition": {"Ref": "Definition"}, **properties}
    return {
        **definition(Family=name),
        "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": name}},
        "Service": {"Type": "AWS::ECS::Service", "Properties": of_service},
    }


class Ecs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--rollout-seconds", "0.2").ready()
        cls.addClassCleanup(cls.server.stop)
        cls.ecs = cls.server.client("ecs")

    def read_definition(self, name: str, **properties) -> dict:
        arn = self.server.deploy(name, definition(**properties))["Definition"]
        return self.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]

    def read_service(self, name: str, **asked) -> dict:
        return self.ecs.describe_services(cluster=name, services=[name], **asked)["services"][0]

    def run_service(self, name: str, image: str, **container) -> str:
        """Creates a service in a cluster of its own, and returns the id of its first task."""
        self.ecs.create_cluster(clusterName=name)
        self.ecs.register_task_definition(family=name, memory="512", containerDefinitions=[{"name": "agent", "image": image, **container}])
        self.ecs.create_service(cluster=name, serviceName=name, taskDefinition=name, desiredCount=1)
        return self.ecs.list_tasks(cluster=name)["taskArns"][0].rsplit("/", 1)[1]

    def test_a_rollout_takes_the_time_of_the_machine(self):
        self.run_service("web", "nginx")
        # Each call is answered at once. Only the time brings the rollout to its end.
        completed = until(lambda: (found := self.read_service("web")["deployments"][0])["rolloutState"] == "COMPLETED" and found)
        self.assertGreaterEqual((completed["updatedAt"] - completed["createdAt"]).total_seconds(), 0.2)

    def test_a_request_reaches_ecs_as_it_was_sent(self):
        headers = {"X-Amz-Target": "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition", "Content-Type": "application/x-amz-json-1.1"}
        headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/ecs/aws4_request, SignedHeaders=host, Signature=0"
        body = '{"family":"raw","memory":"512","containerDefinitions":[{"name":"web","image":"nginx"}],"future":{"number":1.50,"text":"äöü\u2028"}}'
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        answer = opener.open(urllib.request.Request(self.server.endpoint, body.encode(), headers), timeout=120).read().decode()
        self.assertIn('"future":{"number":1.50,"text":"äöü\u2028"}', answer)

    def test_errors_of_ecs_are_answered(self):
        with self.assertRaisesRegex(self.ecs.exceptions.ClusterNotFoundException, "Cluster not found."):
            self.ecs.list_services(cluster="none")

    def test_an_agent_logs_to_cloudwatch(self):
        options = {"awslogs-group": "agents", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "prefix"}
        task = self.run_service("logs", "postman-lc-agent", logConfiguration={"logDriver": "awslogs", "options": options})
        logs = self.server.client("logs")
        events = until(lambda: [event for group in logs.describe_log_groups(logGroupNamePrefix="agents")["logGroups"] for event in self.events(logs, group, task)])
        self.assertEqual([each["message"] for each in events][-1], "[INFO] Send SIGINT (Ctrl-C) to stop...")

    def events(self, logs, group: dict, task: str) -> list[dict]:
        return logs.get_log_events(logGroupName=group["logGroupName"], logStreamName=f"prefix/agent/{task}", startFromHead=True)["events"]

    def test_a_template_keeps_nested_members_of_containers(self):
        container = {
            **CONTAINER,
            "Secrets": [{"Name": "KEY", "ValueFrom": "arn"}],
            "RestartPolicy": {"Enabled": True, "RestartAttemptPeriod": 60},
            "HealthCheck": {"Command": ["CMD", "true"], "Interval": 30},
            "DockerLabels": {"Some.Label": "Value"},
            "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": "Group", "Mixed-Case": "kept"}},
        }
        found = self.read_definition("nested", ExecutionRoleArn="role", ContainerDefinitions=[container])["containerDefinitions"][0]
        self.assertEqual(found["secrets"], [{"name": "KEY", "valueFrom": "arn"}])
        self.assertEqual(found["restartPolicy"], {"enabled": True, "restartAttemptPeriod": 60})
        self.assertEqual(found["healthCheck"]["command"], ["CMD", "true"])
        self.assertEqual(found["dockerLabels"], {"Some.Label": "Value"})
        self.assertEqual(found["logConfiguration"]["options"], {"awslogs-group": "Group", "Mixed-Case": "kept"})

    def test_a_template_keeps_members_whose_names_differ_from_the_api(self):
        found = self.read_definition(
            "names",
            RuntimePlatform={"CpuArchitecture": "ARM64"},
            ProxyConfiguration={"ContainerName": "web", "ProxyConfigurationProperties": [{"Name": "IgnoredUID", "Value": "1337"}]},
            Volumes=[{"Name": "data", "EFSVolumeConfiguration": {"FilesystemId": "fs-1", "AuthorizationConfig": {"IAM": "ENABLED"}}}],
        )
        self.assertEqual(found["runtimePlatform"], {"cpuArchitecture": "ARM64"})
        self.assertEqual(found["proxyConfiguration"]["properties"], [{"name": "IgnoredUID", "value": "1337"}])
        self.assertEqual(found["volumes"][0]["efsVolumeConfiguration"], {"fileSystemId": "fs-1", "authorizationConfig": {"iam": "ENABLED"}})

    def test_a_stack_with_a_service_is_created_updated_and_deleted(self):
        members = {"PropagateTags": "SERVICE", "EnableExecuteCommand": True, "LaunchType": "FARGATE", "PlatformVersion": "1.4.0"}
        self.server.deploy("stack", service("stack", **members, Tags=[{"Key": "team", "Value": "a"}]))
        created = self.read_service("stack", include=["TAGS"])
        self.assertEqual({created[key] for key in ("propagateTags", "launchType", "platformVersion")}, {"SERVICE", "FARGATE", "1.4.0"})
        tags = {each["key"]: each["value"] for each in created["tags"]}
        self.assertEqual((tags["team"], tags["aws:cloudformation:stack-name"]), ("a", "stack"))

        changed = service("stack", **members, DesiredCount=3, Tags=[{"Key": "team", "Value": "a"}])
        changed["Definition"]["Properties"]["Memory"] = "1024"
        changed["Cluster"]["Properties"].update(ClusterSettings=[{"Name": "containerInsights", "Value": "enabled"}], Tags=[{"Key": "team", "Value": "b"}])
        self.server.update("stack", changed)
        updated = self.read_service("stack")
        self.assertEqual((updated["desiredCount"], updated["taskDefinition"][-7:]), (3, "stack:2"))
        cluster = self.ecs.describe_clusters(clusters=["stack"], include=["TAGS"])["clusters"][0]
        self.assertEqual(cluster["settings"], [{"name": "containerInsights", "value": "enabled"}])
        self.assertIn({"key": "team", "value": "b"}, cluster["tags"])

        self.server.destroy("stack")
        self.assertNotIn(cluster["clusterArn"], self.ecs.list_clusters()["clusterArns"])

    def test_a_service_that_ecs_refuses_fails_the_stack(self):
        with self.assertRaisesRegex(AssertionError, "ROLLBACK_COMPLETE"):
            self.server.deploy("refused", service("refused", TaskDefinition="none:1"))

    def test_a_template_makes_capacity_providers(self):
        associations = {"Cluster": {"Ref": "Cluster"}, "CapacityProviders": [{"Ref": "Provider"}], "DefaultCapacityProviderStrategy": [{"CapacityProvider": {"Ref": "Provider"}, "Weight": 1}]}
        self.server.deploy("capacity", {
            "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": "capacity"}},
            "Provider": {"Type": "AWS::ECS::CapacityProvider", "Properties": {"Name": "provider", **PROVIDER}},
            "Associations": {"Type": "AWS::ECS::ClusterCapacityProviderAssociations", "Properties": associations},
        })
        (provider,) = self.ecs.describe_capacity_providers(capacityProviders=["provider"])["capacityProviders"]
        self.assertTrue(provider["autoScalingGroupProvider"]["autoScalingGroupArn"].endswith("/group"))
        cluster = self.ecs.describe_clusters(clusters=["capacity"])["clusters"][0]
        self.assertEqual((cluster["capacityProviders"], cluster["defaultCapacityProviderStrategy"][0]["weight"]), (["provider"], 1))


@unittest.skipUnless(pathlib.Path("/proc/self/task").exists(), "looks at processes through /proc")
class Process(unittest.TestCase):
    def test_ends_with_a_launcher_that_is_killed(self):
        server = Server().ready()
        self.addCleanup(server.stop)
        (pid,) = server.children()
        server.process.send_signal(signal.SIGKILL)
        until(lambda: not runs(pid))
        # MiniStack's own file, which it removes only if it ends in order.
        port = server.endpoint.rsplit(":", 1)[1]
        pathlib.Path(tempfile.gettempdir(), f"ministack-{port}.pid").unlink()

    def test_the_launcher_ends_with_it(self):
        server = Server().ready()
        self.addCleanup(server.stop)
        (pid,) = server.children()
        os.kill(pid, signal.SIGKILL)
        server.process.wait(timeout=120)


def runs(pid: int) -> bool:
    try:
        # An orphan may remain as a zombie.
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
