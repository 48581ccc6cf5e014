"""The deployments of a service, as DescribeServices and UpdateService return them."""

import secrets
import time
from datetime import datetime

from ministack.core.concurrency import resource_lock
from ministack.services import ecs

from emulator.gaps.patching import Gap, later, replace_ecs_action, wrap_ecs

FAILED_LISTED_SECONDS = 6
"""AWS lists a failed deployment until its tasks have stopped, which takes longer there."""

FIRST_RESTART_SECONDS = 0.5
LONGEST_RESTART_SECONDS = 30


def service_and_key(task: dict) -> tuple[dict | None, str]:
    cluster, group = ecs._cluster_name_from_arn(task.get("clusterArn", "")), task.get("group", "")
    key = f"{cluster}/{group.removeprefix('service:')}"
    return (ecs._services.get(key) if group.startswith("service:") else None), key


def fill_id() -> None:
    def with_digits(upstream):
        return lambda *arguments: {**upstream(*arguments), "id": f"ecs-svc/{10**18 + secrets.randbelow(9 * 10**18)}"}

    wrap_ecs("_make_deployment", with_digits)


def fill_first() -> None:
    def in_progress(upstream):
        return lambda *arguments: {**upstream(*arguments), "rolloutState": "IN_PROGRESS", "rolloutStateReason": ""}

    wrap_ecs("_make_deployment", in_progress)


def reason_of(deployment: dict) -> str:
    state, reason, id = deployment["rolloutState"], deployment.get("rolloutStateReason", ""), deployment["id"]
    if state == "FAILED" and "circuit breaker was triggered" in reason:
        return "ECS deployment circuit breaker: tasks failed to start."
    if reason == "ECS deployment rollback in progress.":
        return f"ECS deployment circuit breaker: rolling back to deploymentId {id}."
    if reason == "ECS deployment completed.":
        return f"ECS deployment {id} completed."
    return reason or f"ECS deployment {id} in progress."


def fill_reason() -> None:
    def spelled_out(upstream):
        def sanitize(record):
            found = upstream(record)
            if isinstance(found, dict) and "rolloutState" in found:
                found["rolloutStateReason"] = reason_of(found)
            return found

        return sanitize

    wrap_ecs("_sanitize", spelled_out)


def tasks_of(service: dict) -> list[dict]:
    return [
        each
        for each in ecs._tasks.values()
        if each.get("group") == f"service:{service['serviceName']}" and each.get("clusterArn") == service["clusterArn"] and each["lastStatus"] in ecs._PRE_STOP_STATUSES
    ]


def old_tasks_first(upstream):
    """Stops the old tasks before the deployment completes. Upstream stops them afterwards. The condition is that of upstream."""

    def complete(cluster_name, service_key, expected_deployment_id=None):
        service = ecs._services.get(service_key)
        primary = ecs._primary_deployment(service) if service and service["status"] == "ACTIVE" else None
        if primary and primary["rolloutState"] == "IN_PROGRESS" and expected_deployment_id in (None, primary["id"]):
            own = [each for each in tasks_of(service) if each.get("_deployment_id") == primary["id"]]
            if sum(each["lastStatus"] == "RUNNING" and each.get("_startup_stable", False) for each in own) >= service["desiredCount"]:
                for task in tasks_of(service):
                    if task.get("_deployment_id") != primary["id"]:
                        ecs._stop_task({"task": task["taskArn"], "cluster": cluster_name, "reason": "Deployment completed"})
        upstream(cluster_name, service_key, expected_deployment_id)

    return complete


def fill_steady() -> None:
    wrap_ecs("_complete_service_deployment", old_tasks_first)


def forget_failed(service: dict) -> None:
    with resource_lock("ecs-service", service["serviceArn"].split(":service/", 1)[1]):
        primary = ecs._primary_deployment(service)
        if not primary or primary["rolloutState"] != "COMPLETED":
            return
        age = time.time() - datetime.fromisoformat(primary["updatedAt"]).timestamp()
        if age > FAILED_LISTED_SECONDS:
            service["deployments"] = [each for each in service["deployments"] if each is primary or each["rolloutState"] != "FAILED"]


def fill_failed() -> None:
    def forgetting(upstream):
        def call(data):
            for service in ecs._services.values():
                forget_failed(service)
            return upstream(data)

        return call

    replace_ecs_action("DescribeServices", "_describe_services", forgetting)
    replace_ecs_action("UpdateService", "_update_service", forgetting)


def failed_alone(upstream):
    def reconcile(cluster_name, service_key):
        service = ecs._services.get(service_key)
        primary = ecs._primary_deployment(service) if service else None
        if not primary or primary["rolloutState"] != "FAILED" or service["desiredCount"] == 0:
            return upstream(cluster_name, service_key)
        ecs._refresh_service_state(cluster_name, f"service:{service['serviceName']}")
        ecs._recount_cluster(cluster_name)

    return reconcile


def fill_without_rollback() -> None:
    wrap_ecs("_reconcile_service_tasks", failed_alone)


def is_watched(service: dict, deployment: dict) -> bool:
    breaker = (service.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    return bool(breaker.get("enable")) and deployment["rolloutState"] == "IN_PROGRESS"


def ever_later(upstream):
    def record(task, digest_resolution_failed=False):
        service, key = service_and_key(task)
        deployment = ecs._deployment_for_task(service, task) if service else None
        if not deployment or deployment is not ecs._primary_deployment(service) or digest_resolution_failed or is_watched(service, deployment):
            return upstream(task, digest_resolution_failed)
        with resource_lock("ecs-service", key):
            deployment["failedTasks"] += 1
            wait = min(LONGEST_RESTART_SECONDS, FIRST_RESTART_SECONDS * 2 ** (deployment["failedTasks"] - 1))
        later(wait, lambda: ecs._reconcile_service_tasks(key.split("/", 1)[0], key))

    return record


def fill_without_breaker() -> None:
    wrap_ecs("_record_service_task_failure", ever_later)


GAPS = [
    Gap("Deployment.id", "it has letters; AWS's are ecs-svc/ and digits", fill_id),
    Gap("rolloutState", "that of a new service is COMPLETED before a task runs", fill_first),
    Gap("rolloutStateReason", "it has other words than AWS's, and names no deployment", fill_reason),
    Gap("rolloutState, steady", "it is COMPLETED before the tasks of the old revision have stopped", fill_steady),
    Gap("deployments", "one that failed is listed for ever", fill_failed),
    Gap("deploymentCircuitBreaker without rollback", "it stops the tasks of the revision that works", fill_without_rollback),
    Gap("failedTasks without deploymentCircuitBreaker", "they are not counted, and started again at once without end", fill_without_breaker),
]
