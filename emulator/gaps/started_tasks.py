"""Tasks on their way to RUNNING."""

from ministack.core.concurrency import resource_lock
from ministack.services import ecs

from emulator.gaps.patching import Gap, replace_ecs_action, wrap_ecs


def fill_started_by() -> None:
    def by_deployment(upstream):
        return lambda data: upstream({**data, "startedBy": data["_deploymentId"]} if data.get("_deploymentId") else data)

    replace_ecs_action("RunTask", "_run_task", by_deployment)


def pending_while_pulling(upstream):
    """A container is PENDING while its image is pulled. ECS's agent reports only PENDING, RUNNING and STOPPED."""

    def mark(task_arn, task):
        if not upstream(task_arn, task):
            return False
        with resource_lock("ecs-task", task_arn):
            if ecs._task_is_active(task_arn, task):
                task["lastStatus"] = "PENDING"
        cluster = ecs._cluster_name_from_arn(task["clusterArn"])
        ecs._recount_cluster(cluster)
        ecs._refresh_service_state(cluster, task.get("group", ""))
        return True

    return mark


def fill_pending() -> None:
    wrap_ecs("_mark_task_activating", pending_while_pulling)


GAPS = [
    Gap("startedBy", "the tasks of a service name the service; AWS's name the deployment", fill_started_by),
    Gap("pendingCount", "a task is ACTIVATING while its images are pulled, and not counted", fill_pending),
]
