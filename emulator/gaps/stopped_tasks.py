"""Tasks that stop, and their reasons and exit codes."""

from ministack.core.concurrency import resource_lock
from ministack.services import ecs

from emulator.gaps.patching import Gap, wrap_ecs

STOP_SECONDS = 5

# The reasons that MiniStack's service scheduler gives.
OF_THE_SCHEDULER = {"Deployment completed", "Task definition updated", "Deployment capacity limit", "Service scaling down", "Service deleted"}


def words_of_aws(upstream):
    def mark(task_arn, task, reason, stop_code, *rest, **named):
        if reason in OF_THE_SCHEDULER:
            reason, stop_code = f"Scaling activity initiated by (deployment {task.get('_deployment_id')})", "ServiceSchedulerInitiated"
        elif reason == "Essential container exited":
            reason = "Essential container in task exited"
        return upstream(task_arn, task, reason, stop_code, *rest, **named)

    return mark


def without_empty_reasons(upstream):
    """AWS returns no reason for a running task."""

    def sanitize(record):
        found = upstream(record)
        if isinstance(found, dict) and "taskArn" in found:
            return {key: value for key, value in found.items() if key not in ("stopCode", "stoppedReason") or value}
        return found

    return sanitize


def fill_reasons() -> None:
    wrap_ecs("_mark_task_stopped", words_of_aws)
    wrap_ecs("_sanitize", without_empty_reasons)


def end(docker, container_id: str) -> int | None:
    """Stops a container and returns its exit code, or None if the code is unknown."""
    try:
        container = docker.containers.get(container_id)
        container.stop(timeout=STOP_SECONDS)
        return container.wait()["StatusCode"]
    except Exception:
        return None


def containers_first(upstream):
    def mark(task_arn, task, reason, stop_code, exit_code=None):
        docker = ecs._get_docker()
        if docker is None:
            return upstream(task_arn, task, reason, stop_code, exit_code=exit_code)
        with resource_lock("ecs-task", task_arn):
            # A caller that watches the containers sees this stop, and must not treat it as the cause.
            if not ecs._task_is_active(task_arn, task) or task.get("_ending"):
                return False
            task["_ending"] = True
            started = list(zip(task["containers"], task["_docker_ids"]))
        codes = [end(docker, container_id) for _, container_id in started]
        with resource_lock("ecs-task", task_arn):
            for (container, _), code in zip(started, codes):
                if code is not None:
                    container.update(lastStatus="STOPPED", exitCode=code)
        return upstream(task_arn, task, reason, stop_code)

    return mark


def fill_ends() -> None:
    def with_client(upstream):
        return lambda task, docker, *rest: upstream(task, docker or ecs._get_docker(), *rest)

    wrap_ecs("_mark_task_stopped", containers_first)
    # After the end of an essential container, upstream cleans up without a client, although it needs one.
    wrap_ecs("_cleanup_task_resources", with_client)


def reason_of_container(upstream):
    def fail(task, docker, reason):
        if reason.startswith("CannotPullContainerError"):
            # Containers start in order, so the first one that has not started is the one that failed.
            failed = next((each for each in task["containers"] if each["lastStatus"] == "PENDING"), None)
            if failed:
                failed["reason"] = reason
        upstream(task, docker, reason)

    return fail


def fill_container_reason() -> None:
    wrap_ecs("_fail_task_start", reason_of_container)


GAPS = [
    Gap("stopCode and stoppedReason", "of tasks that a service's scheduler stops, UserInitiated and words of its own; empty ones of tasks that run", fill_reasons),
    Gap("exitCode", "it is one for all of a task's containers, told before they have ended; where an essential one has ended, the others run on", fill_ends),
    Gap("CannotPullContainerError", "the task says it, and the container that could not be pulled does not", fill_container_reason),
]
