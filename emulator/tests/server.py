"""A local AWS for a test, and clients that talk to it."""

import functools
import json
import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Callable

import botocore.config
import botocore.session

LIMIT_SECONDS = 120
"""Far above what a busy machine takes."""

ACCOUNT = "123456789012"

SESSION = botocore.session.get_session()
"""Keeps the models of services, which take longer to load than most tests take."""


def until(found: Callable):
    """Calls `found` until it returns something."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while not (result := found()):
        if time.monotonic() > deadline:
            raise AssertionError(f"nothing within {LIMIT_SECONDS} s")
        time.sleep(0.05)
    return result


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

    @functools.cache
    def client(self, service: str, account: str = ACCOUNT, region: str = "us-east-1", token: str | None = None):
        """Who calls is the root user of an account, or, with a token, the session of a role: then `account` is its access key."""
        return SESSION.create_client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            aws_session_token=token,
            config=botocore.config.Config(proxies={}, retries={"max_attempts": 0}),
        )

    def deploy(self, name: str, resources: dict, account: str = ACCOUNT, **sections: dict) -> dict:
        """Deploys a template of these resources and returns its physical ids. Raises an error if CloudFormation fails."""
        self.client("cloudformation", account).create_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources, **sections}))
        self._settle(name, "CREATE_COMPLETE", account)
        found = self.client("cloudformation", account).describe_stack_resources(StackName=name)["StackResources"]
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}

    def update(self, name: str, resources: dict) -> None:
        self.client("cloudformation").update_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
        self._settle(name, "UPDATE_COMPLETE")

    def destroy(self, name: str) -> None:
        # A stack that is gone is found only by its id.
        id = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackId"]
        self.client("cloudformation").delete_stack(StackName=name)
        self._settle(id, "DELETE_COMPLETE")

    def _settle(self, name: str, status: str, account: str = ACCOUNT) -> None:
        def ended():
            stack = self.client("cloudformation", account).describe_stacks(StackName=name)["Stacks"][0]
            return None if stack["StackStatus"].endswith("_IN_PROGRESS") else stack

        stack = until(ended)
        if stack["StackStatus"] != status:
            raise AssertionError(f"{stack['StackStatus']}: {stack.get('StackStatusReason')}")

    def children(self) -> list[int]:
        """The ids of the processes that the server has started."""
        return [int(pid) for tasks in pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/children") for pid in tasks.read_text().split()]

    def stop(self) -> int:
        self.process.stdin.close()
        code = self.process.wait(timeout=LIMIT_SECONDS)
        self.process.stdout.close()
        self.process.stderr.close()
        return code
