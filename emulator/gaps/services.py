"""Services, and the records of their deployments."""

import json

from ministack.core.responses import json_response
from ministack.services import ecs
from ministack.services.cloudformation import provisioners

from emulator.gaps.patching import Created, Gap, Properties, camel, replace_ecs_action

TYPE = "AWS::ECS::Service"
STATUS = {"COMPLETED": "SUCCESSFUL", "IN_PROGRESS": "IN_PROGRESS", "FAILED": "STOPPED"}


def service_of(response: tuple) -> dict:
    """The record behind an answer."""
    service = json.loads(response[2])["service"]
    return ecs._services[service["serviceArn"].split(":service/", 1)[-1]]


def keep(*members: str):
    """Keeps members of the request that upstream does not take over."""

    def wrap(upstream):
        def call(data):
            response = upstream(data)
            if response[0] >= 400:
                return response
            service = service_of(response)
            service.update({key: data[key] for key in members if key in data})
            return json_response({"service": ecs._sanitize(service)})

        return call

    return wrap


def fill_api() -> None:
    replace_ecs_action("CreateService", "_create_service", keep("availabilityZoneRebalancing"))
    replace_ecs_action("UpdateService", "_update_service", keep("availabilityZoneRebalancing", "propagateTags"))


def create(logical_id: str, props: Properties, stack: str) -> Created:
    """Through the API with every property, where upstream picks some."""
    name = props.get("ServiceName", f"{stack}-{logical_id}")
    response = ecs._create_service({**camel(props), "serviceName": name})
    if response[0] >= 400:
        raise ValueError(response[2])
    arn = service_of(response)["serviceArn"]
    return arn, {"ServiceArn": arn, "Name": name}


def fill_cloudformation() -> None:
    provisioners._RESOURCE_HANDLERS[TYPE]["create"] = create


def deployments_of(service: dict) -> list[dict]:
    """One service deployment for each deployment that the service knows of."""
    place = service["serviceArn"].split(":service/", 1)
    return [
        {
            "serviceDeploymentArn": f"{place[0]}:service-deployment/{place[1]}/{deployment['id'].rsplit('/', 1)[-1]}",
            "serviceArn": service["serviceArn"],
            "clusterArn": service["clusterArn"],
            "status": STATUS.get(deployment.get("rolloutState", "IN_PROGRESS"), "IN_PROGRESS"),
            "statusReason": deployment.get("rolloutStateReason", ""),
            "createdAt": deployment["createdAt"],
            "startedAt": deployment["createdAt"],
        }
        for deployment in service["deployments"]
    ]


def list_deployments(upstream):
    def call(data):
        name = data.get("service", "").rsplit("/", 1)[-1]
        cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
        service = ecs._services.get(f"{cluster}/{name}")
        found = deployments_of(service) if service else []
        return json_response({"serviceDeployments": [each for each in found if each["status"] in data.get("status", [each["status"]])]})

    return call


def describe_deployments(upstream):
    def call(data):
        known = {each["serviceDeploymentArn"]: each for service in ecs._services.values() for each in deployments_of(service)}
        wanted = data.get("serviceDeploymentArns", [])
        return json_response(
            {
                "serviceDeployments": [known[arn] for arn in wanted if arn in known],
                "failures": [{"arn": arn, "reason": "MISSING"} for arn in wanted if arn not in known],
            }
        )

    return call


def fill_deployments() -> None:
    replace_ecs_action("ListServiceDeployments", "_list_service_deployments", list_deployments)
    replace_ecs_action("DescribeServiceDeployments", "_describe_service_deployments", describe_deployments)


GAPS = [
    Gap("CreateService and UpdateService", "they drop availabilityZoneRebalancing", fill_api),
    Gap(TYPE, "propagateTags, enableExecuteCommand and platformVersion are dropped", fill_cloudformation),
    Gap("ListServiceDeployments and DescribeServiceDeployments", "they answer empty", fill_deployments),
]
