"""Services, as they are created and returned."""

import json

from ministack.core.responses import json_response
from ministack.services import ecs
from ministack.services.cloudformation import provisioners

from emulator.gaps.patching import Created, Gap, Properties, camel, replace_ecs_action

TYPE = "AWS::ECS::Service"


def service_of(response: tuple) -> dict:
    """The stored service of a response."""
    service = json.loads(response[2])["service"]
    return ecs._services[service["serviceArn"].split(":service/", 1)[-1]]


def keep(*members: str):
    """Stores members of the request that upstream drops."""

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


def fill_platform() -> None:
    def latest(upstream):
        def call(data):
            is_fargate = data.get("launchType") == "FARGATE" or any(each["capacityProvider"].startswith("FARGATE") for each in data.get("capacityProviderStrategy") or [])
            return upstream({"platformVersion": "LATEST", "platformFamily": "Linux", **data} if is_fargate else data)

        return call

    replace_ecs_action("CreateService", "_create_service", latest)


def fill_tags() -> None:
    def when_asked(upstream):
        def call(data):
            response = upstream(data)
            if response[0] >= 400 or "TAGS" in data.get("include", []):
                return response
            described = json.loads(response[2])
            for service in described["services"]:
                service.pop("tags", None)
            return json_response(described)

        return call

    replace_ecs_action("DescribeServices", "_describe_services", when_asked)


def create(logical_id: str, props: Properties, stack: str) -> Created:
    """Creates the service through the API with every property. Upstream passes only some."""
    name = props.get("ServiceName", f"{stack}-{logical_id}")
    response = ecs._create_service({**camel(props), "serviceName": name})
    if response[0] >= 400:
        raise ValueError(response[2])
    arn = service_of(response)["serviceArn"]
    return arn, {"ServiceArn": arn, "Name": name}


def fill_cloudformation() -> None:
    provisioners._RESOURCE_HANDLERS[TYPE]["create"] = create


GAPS = [
    Gap("CreateService and UpdateService", "they drop availabilityZoneRebalancing", fill_api),
    Gap("platformVersion", "that of a service on Fargate is empty where the request has none; AWS's is LATEST", fill_platform),
    Gap("DescribeServices", "it returns tags that were not requested", fill_tags),
    Gap(TYPE, "propagateTags, enableExecuteCommand and platformVersion are dropped", fill_cloudformation),
]
