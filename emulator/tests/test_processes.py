"""The processes that run instead of containers are few, have no secrets, and never outlive the launcher."""

import os
import pathlib
import signal
import unittest

from emulator.tests.probes import make_service, tasks_of, until
from emulator.tests.server import Server


def runs(pid: int) -> bool:
    try:
        # An orphan may remain as a zombie.
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@unittest.skipUnless(pathlib.Path("/proc/self/task").exists(), "looks at processes through /proc")
class Processes(unittest.TestCase):
    def start(self, *images: str) -> tuple[Server, object]:
        server = Server("--processes").ready()
        self.addCleanup(server.stop)
        ecs = server.client("ecs")
        make_service(ecs, "service", *images, desiredCount=1)
        until(lambda: any(each["lastStatus"] == "RUNNING" for each in tasks_of(ecs, "service")))
        return server, ecs

    def assert_end(self, pids: list[int]) -> None:
        self.assertEqual(len(pids), 2)
        until(lambda: not any(runs(pid) for pid in pids), seconds=5)

    def test_end_with_the_launcher(self):
        server, _ = self.start("app", "agent")
        pids = server.children()
        server.stop()
        self.assert_end(pids)

    def test_end_with_a_launcher_that_is_killed(self):
        server, _ = self.start("app", "agent")
        pids = server.children()
        server.process.send_signal(signal.SIGKILL)
        self.assert_end(pids)

    def test_know_no_secret_and_are_32_at_most(self):
        server, ecs = self.start("app")
        value = "stands for a secret's value"
        secret = server.client("secretsmanager").create_secret(Name="key", SecretString=value)["ARN"]
        containers = [{"name": str(number), "image": "app", "environment": [{"name": "PLAIN", "value": value}], "secrets": [{"name": "KEY", "valueFrom": secret}]} for number in range(8)]
        definition = ecs.register_task_definition(family="many", containerDefinitions=containers)["taskDefinition"]["taskDefinitionArn"]
        ecs.run_task(cluster="service", taskDefinition=definition, count=5)
        # The five tasks need 40 containers, and the service has one, so at least two tasks fail.
        stopped = until(lambda: len(found := tasks_of(ecs, "service", "STOPPED")) >= 2 and all(each["lastStatus"] == "RUNNING" for each in tasks_of(ecs, "service")) and found)
        self.assertIn("runs at most 32 containers at a time", stopped[0]["stoppedReason"])
        pids = server.children()
        self.assertLessEqual(len(pids), 32)
        for pid in pids:
            self.assertEqual(pathlib.Path(f"/proc/{pid}/environ").read_bytes(), b"")
            self.assertNotIn(value.encode(), pathlib.Path(f"/proc/{pid}/cmdline").read_bytes())

    def test_log_the_lines_of_an_agent_to_cloudwatch(self):
        server = Server("--processes").ready()
        self.addCleanup(server.stop)
        ecs, logs = server.client("ecs"), server.client("logs")
        ecs.create_cluster(clusterName="logs")
        lines = {}
        for image in ("registry/postman-insights-agent:v0.40.1", "registry/postman-insights-agent:rejected-key", "postman-lc-agent", "nginx"):
            group = image.replace(":", "-")
            options = {"awslogs-group": group, "awslogs-create-group": "true", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "prefix"}
            container = {"name": "agent", "image": image, "logConfiguration": {"logDriver": "awslogs", "options": options}}
            definition = ecs.register_task_definition(family=group.replace("/", "-"), containerDefinitions=[container])["taskDefinition"]["taskDefinitionArn"]
            task = ecs.run_task(cluster="logs", taskDefinition=definition)["tasks"][0]["taskArn"].rsplit("/", 1)[1]
            events = until(lambda: self.events(logs, group, f"prefix/agent/{task}"))
            lines[image] = events[-1]["message"]
        self.assertEqual(list(lines.values()), [
            "[INFO] Send SIGINT (Ctrl-C) to stop...",
            "This process will not exit, to avoid boot loops.",
            "[INFO] Send SIGINT (Ctrl-C) to stop...",
            "nginx was not run: a local process stands in for it.",
        ])

    def events(self, logs, group: str, stream: str) -> list:
        """All that a container logs at its start; empty before it has logged its last line."""
        try:
            found = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []
        return found if len(found) == 3 or "was not run" in "".join(event["message"] for event in found) else []

    def test_end_on_sigterm_within_a_second(self):
        server, ecs = self.start("app")
        (pid,) = server.children()
        os.kill(pid, signal.SIGTERM)
        until(lambda: not runs(pid), seconds=1)
        # An essential container has ended, so the service starts another task.
        (task,) = until(lambda: tasks_of(ecs, "service", "STOPPED"))
        self.assertEqual((task["stopCode"], task["containers"][0]["exitCode"]), ("EssentialContainerExited", 0))
        until(lambda: any(each["lastStatus"] == "RUNNING" for each in tasks_of(ecs, "service")))
