"""StopServiceDeployment, which rolls a rollout back."""

from ministack.core.concurrency import resource_lock
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response, new_uuid
from ministack.services import ecs

from emulator.gaps.patching import Gap, later
from emulator.gaps.service_deployments import NO_CANDIDATE, all_records, key_of, roll_back, turn

REQUESTED = "Service deployment rolled back because StopServiceDeployment was called."
CAN_BE_STOPPED = ("PENDING", "IN_PROGRESS")
ROLLS_BACK = ("ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")
REQUESTED_SECONDS = 0.5


def stop_deployment(data: dict) -> tuple:
    arn = data.get("serviceDeploymentArn", "")
    if data.get("stopType", "ROLLBACK") != "ROLLBACK":
        return error_response_json("InvalidParameterException", "The valid values of stopType are ROLLBACK.", 400)
    service, record = next(((service, record) for service, record in all_records() if record["serviceDeploymentArn"] == arn), (None, None))
    if record is None:
        return error_response_json("ServiceDeploymentNotFoundException", f"The service deployment {arn} was not found.", 400)
    if record["status"] in CAN_BE_STOPPED:
        if candidate_of(service, record["_deployment"]) is None:
            return error_response_json("ConflictException", NO_CANDIDATE, 400)
        turn(record, "ROLLBACK_REQUESTED", REQUESTED)
        later(REQUESTED_SECONDS, lambda: start_rollback(service, record))
    elif record["status"] not in ROLLS_BACK:
        return error_response_json("ConflictException", f"The service deployment is {record['status']} and cannot be stopped.", 400)
    return json_response({"serviceDeploymentArn": arn})


def candidate_of(service: dict, deployment: dict) -> dict | None:
    return next((each for each in service["deployments"] if each is not deployment and each["rolloutState"] == "COMPLETED"), None)


def start_rollback(service: dict, record: dict) -> None:
    """Does what upstream's circuit breaker does."""
    cluster, deployment = key_of(service).split("/", 1)[0], record["_deployment"]
    with resource_lock("ecs-service", key_of(service)):
        target = candidate_of(service, deployment)
        if target is None or ecs._primary_deployment(service) is not deployment:
            # It has completed, failed or been replaced in the meantime.
            record["status"] = "IN_PROGRESS"
            del record["statusReason"]
            return
        now = ecs._iso()
        deployment.update(status="ACTIVE", desiredCount=0, rolloutState="FAILED", rolloutStateReason="ECS deployment stopped: a rollback was requested.", updatedAt=now)
        reason = f"ECS deployment rolling back to deploymentId {target['id']}."
        target.update(status="PRIMARY", desiredCount=service["desiredCount"], rolloutState="IN_PROGRESS", rolloutStateReason=reason, updatedAt=now)
        service["taskDefinition"] = target["taskDefinition"]
        service["events"].insert(0, {"id": new_uuid(), "createdAt": now, "message": f"(service {service['serviceName']}) rolling back to deployment {target['id']}."})
        roll_back(service, record, target, REQUESTED)
    ecs._reconcile_service_tasks(cluster, key_of(service))
    ecs._schedule_service_deployment_completion(cluster, key_of(service), get_account_id(), get_region())


def fill() -> None:
    ecs._ACTION_MAP["StopServiceDeployment"] = stop_deployment


GAPS = [Gap("StopServiceDeployment", "ECS has no such action", fill)]
