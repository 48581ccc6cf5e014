"""What MiniStack lacks and this launcher adds, each by name. `emulator/tests` says when one has closed upstream."""

from emulator.gaps import (
    capacity,
    deployments,
    network,
    network_reads,
    parameters,
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
    *capacity.GAPS,
    *parameters.GAPS,
    *secrets.GAPS,
    *timestamps.GAPS,
    *task_definitions.GAPS,
    *services.GAPS,
    *started_tasks.GAPS,
    *stopped_tasks.GAPS,
    *deployments.GAPS,
    # Last: it looks at what the others have made of a deployment.
    *service_deployments.GAPS,
    *stop_service_deployment.GAPS,
]
