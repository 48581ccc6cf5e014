"""Probes, which show whether a gap is filled."""

import time
from collections.abc import Callable


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


def register(ecs, family: str, image: str = "nginx", sidecar: str | None = None, **members) -> dict:
    containers = [{"name": "web", "image": image}, *([{"name": "agent", "image": sidecar, "essential": False}] if sidecar else [])]
    return ecs.register_task_definition(family=family, containerDefinitions=containers, **members)["taskDefinition"]


def make_service(ecs, name: str, image: str = "nginx", sidecar: str | None = None, **members) -> dict:
    """Creates a service in a cluster of its own, which has the same name."""
    ecs.create_cluster(clusterName=name)
    definition = register(ecs, name, image, sidecar)["taskDefinitionArn"]
    return ecs.create_service(cluster=name, serviceName=name, taskDefinition=definition, **{"desiredCount": 0, **members})["service"]


def describe(ecs, name: str) -> dict:
    return ecs.describe_services(cluster=name, services=[name])["services"][0]


def tasks_of(ecs, cluster: str, status: str = "RUNNING") -> list[dict]:
    arns = ecs.list_tasks(cluster=cluster, desiredStatus=status)["taskArns"]
    return ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else []


def until(found: Callable, seconds: float = 20):
    """Calls `found` until it returns something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = found()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"nothing within {seconds} s")
