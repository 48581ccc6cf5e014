"""Local processes in the place of containers: what `--processes` gives MiniStack's ECS instead of a Docker client."""

from ministack.services import ecs

from emulator.processes.client import ProcessClient


def install() -> None:
    # Where MiniStack looks for a client that it has made already. Its other services, such as Lambda, find none as before.
    ecs._docker = ProcessClient()
