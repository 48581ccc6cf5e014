"""The gaps of MiniStack that this launcher fills, each with its name. A test in `emulator/tests` fails when upstream has closed one."""

from emulator.gaps import (
    capacity,
    deployments,
    network,
    network_reads,
    parameters,
    resolver,
    secrets,
    service_deployments,
    services,
    started_tasks,
    stop_service_deployment,
    stopped_tasks,
    task_definitions,
    timestamps,
)

GAPS = [
    *network.GAPS,
    *network_reads.GAPS,
    *resolver.GAPS,
    *capacity.GAPS,
    *parameters.GAPS,
    *secrets.GAPS,
    *timestamps.GAPS,
    *task_definitions.GAPS,
    *services.GAPS,
    *started_tasks.GAPS,
    *stopped_tasks.GAPS,
    *deployments.GAPS,
    # Last, because it reads the result of the others.
    *service_deployments.GAPS,
    *stop_service_deployment.GAPS,
]
