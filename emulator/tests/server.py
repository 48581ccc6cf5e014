"""A local AWS for a test, and clients that talk to it."""

import json
import os
import pathlib
import subprocess
import sys
import time

import botocore.config
import botocore.session

READY_LIMIT_SECONDS = 40


class Server:
    def __init__(self, *arguments: str, environment: dict | None = None):
        settings = {name: value for name, value in os.environ.items() if name not in ("BIND_HOST", "GATEWAY_PORT")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "--until-stdin-closes", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**settings, **(environment or {})},
        )

    def ready(self) -> "Server":
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            raise AssertionError(f"not ready: {line}{self.process.stderr.read()}")
        self.endpoint = line.split()[1]
        return self

    def client(self, service: str):
        return botocore.session.get_session().create_client(
            service,
            region_name="us-east-1",
            endpoint_url=self.endpoint,
            aws_access_key_id="123456789012",
            aws_secret_access_key="test",
            config=botocore.config.Config(proxies={}, retries={"max_attempts": 0}),
        )

    def deploy(self, name: str, resources: dict) -> dict:
        """Deploys a template of these resources and returns its physical ids. Raises an error if CloudFormation fails."""
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
        deadline = time.monotonic() + READY_LIMIT_SECONDS
        while time.monotonic() < deadline:
            stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
            if stack["StackStatus"] == "CREATE_COMPLETE":
                found = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
                return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}
            if not stack["StackStatus"].endswith("_IN_PROGRESS"):
                raise AssertionError(f"{stack['StackStatus']}: {stack.get('StackStatusReason')}")
            time.sleep(0.05)
        raise AssertionError(f"{name} was not deployed within {READY_LIMIT_SECONDS} s")

    def children(self) -> list[int]:
        """The ids of the processes that the server has started."""
        return [int(pid) for tasks in pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/children") for pid in tasks.read_text().split()]

    def stop(self) -> int:
        self.process.stdin.close()
        code = self.process.wait(timeout=20)
        self.process.stdout.close()
        self.process.stderr.close()
        return code
