"""Local processes instead of containers: with `--processes`, MiniStack's ECS gets this client instead of a Docker client."""

from ministack.services import ecs

from emulator.processes.client import ProcessClient


def install() -> None:
    # MiniStack's ECS keeps its client here. Other services, such as Lambda, do not use it.
    ecs._docker = ProcessClient()
