"""The records of a service's deployments, which remain when the deployments are gone."""

import secrets
import time

from ministack.core.concurrency import resource_lock
from ministack.core.responses import error_response_json, json_response
from ministack.services import ecs

from emulator.gaps.deployments import service_and_key
from emulator.gaps.patching import Gap, replace_ecs_action, wrap_ecs

ROLLED_BACK = "Service deployment rolled back because the circuit breaker threshold was exceeded."
NO_CANDIDATE = "No rollback candidate was found to run the rollback."
SUPERSEDED = "A later deployment of the service has replaced it."
FAILED = "The circuit breaker threshold was exceeded."


def breaker_of(service: dict) -> dict:
    return (service.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}


def key_of(service: dict) -> str:
    return service["serviceArn"].split(":service/", 1)[1]


def arn_of(service: dict, kind: str, id: str) -> str:
    return f"{service['serviceArn'].split(':service/', 1)[0]}:{kind}/{key_of(service)}/{id}"


def revision_of(service: dict, deployment: dict) -> dict:
    """The revision of a deployment. Its number is independent of the deployment's id, because AWS documents no relation."""
    if "_revision" not in deployment:
        members = ("launchType", "capacityProviderStrategy", "platformVersion", "platformFamily", "networkConfiguration", "loadBalancers", "serviceRegistries")
        deployment["_revision"] = {
            "serviceRevisionArn": arn_of(service, "service-revision", str(10**18 + secrets.randbelow(9 * 10**18))),
            "serviceArn": service["serviceArn"],
            "clusterArn": service["clusterArn"],
            "taskDefinition": deployment["taskDefinition"],
            **{key: service[key] for key in members if service.get(key)},
            "createdAt": deployment["createdAt"],
        }
    return deployment["_revision"]


def counts_of(service: dict, deployment: dict) -> dict:
    return {
        "arn": revision_of(service, deployment)["serviceRevisionArn"],
        "requestedTaskCount": deployment["desiredCount"],
        "runningTaskCount": deployment["runningCount"],
        "pendingTaskCount": deployment["pendingCount"],
    }


def begin(service: dict, deployment: dict) -> dict:
    return {
        "serviceDeploymentArn": arn_of(service, "service-deployment", secrets.token_urlsafe(16)[:21]),
        "serviceArn": service["serviceArn"],
        "clusterArn": service["clusterArn"],
        "createdAt": deployment["createdAt"],
        "startedAt": deployment["createdAt"],
        "updatedAt": deployment["createdAt"],
        "sourceServiceRevisions": [counts_of(service, each) for each in service["deployments"] if each is not deployment and each["rolloutState"] != "FAILED"],
        "status": "IN_PROGRESS",
        "_deployment": deployment,
    }


def turn(record: dict, status: str, reason: str | None = None, **members) -> None:
    record.update(status=status, updatedAt=time.time(), **members)
    if reason:
        record["statusReason"] = reason


def end(record: dict, status: str, reason: str | None = None) -> None:
    turn(record, status, reason, **{"stoppedAt" if status == "STOPPED" else "finishedAt": time.time()})


def roll_back(service: dict, record: dict, target: dict, reason: str) -> None:
    rollback = {"reason": reason, "startedAt": time.time(), "serviceRevisionArn": revision_of(service, target)["serviceRevisionArn"]}
    turn(record, "ROLLBACK_IN_PROGRESS", reason, rollback=rollback, _target=target)


def progress(service: dict, record: dict, primary: dict | None) -> None:
    deployment = record["_deployment"]
    state = deployment["rolloutState"]
    if record["status"] == "IN_PROGRESS":
        if state == "COMPLETED":
            end(record, "SUCCESSFUL")
        elif state == "FAILED":
            record["_triggered"] = True
            if primary is not deployment:
                roll_back(service, record, primary, ROLLED_BACK)
            elif breaker_of(service).get("rollback"):
                end(record, "ROLLBACK_FAILED", NO_CANDIDATE)
            else:
                end(record, "STOPPED", FAILED)
        elif primary is not deployment:
            end(record, "STOPPED", SUPERSEDED)
    elif record["status"] == "ROLLBACK_IN_PROGRESS":
        target = record["_target"]
        if target["rolloutState"] == "COMPLETED":
            end(record, "ROLLBACK_SUCCESSFUL")
        elif target["rolloutState"] == "FAILED" or primary is not target:
            end(record, "ROLLBACK_FAILED", SUPERSEDED if primary is not target else FAILED)


def records_of(service: dict) -> list[dict]:
    """The current records, newest first."""
    with resource_lock("ecs-service", key_of(service)):
        records = service.setdefault("_records", [])
        for deployment in reversed(service["deployments"]):
            if not any(each["_deployment"] is deployment for each in records):
                records.insert(0, begin(service, deployment))
        for record in records:
            progress(service, record, ecs._primary_deployment(service))
        return list(records)


def view(service: dict, record: dict) -> dict:
    deployment, breaker = record["_deployment"], breaker_of(service)
    watching = "MONITORING" if record["status"] == "IN_PROGRESS" else "MONITORING_COMPLETE"
    return {
        **{key: value for key, value in record.items() if not key.startswith("_")},
        "targetServiceRevision": counts_of(service, deployment),
        "deploymentConfiguration": service["deploymentConfiguration"],
        "deploymentCircuitBreaker": {
            "status": "DISABLED" if not breaker.get("enable") else "TRIGGERED" if record.get("_triggered") else watching,
            "failureCount": deployment["failedTasks"],
            "threshold": ecs._circuit_breaker_threshold(service),
        },
    }


def brief(service: dict, record: dict) -> dict:
    members = ("serviceDeploymentArn", "serviceArn", "clusterArn", "startedAt", "createdAt", "finishedAt", "status", "statusReason")
    return {**{key: record[key] for key in members if key in record}, "targetServiceRevisionArn": revision_of(service, record["_deployment"])["serviceRevisionArn"]}


def all_records() -> list[tuple[dict, dict]]:
    return [(service, record) for service in ecs._services.values() for record in records_of(service)]


def list_deployments(upstream):
    def call(data):
        name, own_cluster = ecs._resolve_service_ref(data.get("service", "")) or ("", None)
        cluster = own_cluster or ecs._resolve_cluster_name(data.get("cluster", "default"))
        if cluster not in ecs._clusters:
            return error_response_json("ClusterNotFoundException", "Cluster not found.", 400)
        service = ecs._services.get(f"{cluster}/{name}")
        if not service:
            return error_response_json("ServiceNotFoundException", "Service not found.", 400)
        when = data.get("createdAt") or {}
        found = [
            each
            for each in records_of(service)
            if each["status"] in (data.get("status") or [each["status"]]) and when.get("after", 0) <= ecs._ts_to_epoch(each["createdAt"]) <= when.get("before", float("inf"))
        ]
        return json_response({"serviceDeployments": [brief(service, each) for each in found]})

    return call


def describe_deployments(upstream):
    def call(data):
        known = {record["serviceDeploymentArn"]: view(service, record) for service, record in all_records()}
        wanted = data.get("serviceDeploymentArns", [])
        return json_response({"serviceDeployments": [known[arn] for arn in wanted if arn in known], "failures": missing(wanted, known)})

    return call


def describe_revisions(upstream):
    def call(data):
        revisions = [revision_of(service, record["_deployment"]) for service, record in all_records()]
        known = {each["serviceRevisionArn"]: each for each in revisions}
        wanted = data.get("serviceRevisionArns", [])
        return json_response({"serviceRevisions": [known[arn] for arn in wanted if arn in known], "failures": missing(wanted, known)})

    return call


def missing(wanted: list[str], known: dict) -> list[dict]:
    return [{"arn": arn, "reason": "MISSING"} for arn in wanted if arn not in known]


def keep_records() -> None:
    """Reads a service whenever one of its deployments may have changed, so the records have the time of the change."""

    def after(find):
        def wrap(upstream):
            def call(*arguments, **named):
                result = upstream(*arguments, **named)
                service = find(*arguments)
                if service:
                    records_of(service)
                return result

            return call

        return wrap

    wrap_ecs("_reconcile_service_tasks", after(lambda cluster, key: ecs._services.get(key)))
    wrap_ecs("_complete_service_deployment", after(lambda cluster, key, *_: ecs._services.get(key)))
    wrap_ecs("_record_service_task_failure", after(lambda task, *_: service_and_key(task)[0]))


def fill_records() -> None:
    keep_records()
    replace_ecs_action("ListServiceDeployments", "_list_service_deployments", list_deployments)
    replace_ecs_action("DescribeServiceDeployments", "_describe_service_deployments", describe_deployments)


def fill_revisions() -> None:
    replace_ecs_action("DescribeServiceRevisions", "_describe_service_revisions", describe_revisions)


GAPS = [
    Gap("ListServiceDeployments and DescribeServiceDeployments", "they answer empty", fill_records),
    Gap("DescribeServiceRevisions", "it answers empty", fill_revisions),
]
