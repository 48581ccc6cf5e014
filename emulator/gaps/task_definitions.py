"""Task definitions, which MiniStack keeps in part."""

import json

from ministack.core.responses import json_response
from ministack.services import ecs
from ministack.services.cloudformation import provisioners

from emulator.gaps.patching import Created, Gap, Properties, replace_ecs_action

TYPE = "AWS::ECS::TaskDefinition"

# Maps whose keys are the user's own.
VERBATIM = {"dockerLabels", "options", "driverOpts", "labels"}

# Where the API's name is not CloudFormation's with a small first letter.
API_NAMES = {
    "EFSVolumeConfiguration": "efsVolumeConfiguration",
    "FSxWindowsFileServerVolumeConfiguration": "fsxWindowsFileServerVolumeConfiguration",
    "FilesystemId": "fileSystemId",
    "IAM": "iam",
    "ProxyConfigurationProperties": "properties",
}


def to_api(value):
    """CloudFormation's casing undone at any depth, but for keys that are the user's own."""
    if isinstance(value, list):
        return [to_api(item) for item in value]
    if not isinstance(value, dict):
        return value
    named = {API_NAMES.get(key, key[:1].lower() + key[1:]): item for key, item in value.items()}
    return {key: item if key in VERBATIM and isinstance(item, dict) else to_api(item) for key, item in named.items()}


def register_whole(upstream):
    """Keeps the members that upstream does not name."""

    def register(data):
        response = upstream(data)
        if response[0] >= 400:
            return response
        registered = json.loads(response[2])
        definition = ecs._task_defs[registered["taskDefinition"]["taskDefinitionArn"].rsplit("/", 1)[-1]]
        definition.update({key: value for key, value in data.items() if key != "tags" and key not in definition})
        for key in [key for key, value in definition.items() if value is None]:
            del definition[key]
        return json_response({**registered, "taskDefinition": definition})

    return register


def create(logical_id: str, props: Properties, stack: str) -> Created:
    """Through the API, so that a template and a call make the same."""
    request = to_api(props)
    request.setdefault("family", f"{stack}-{logical_id}")
    response = ecs._register_task_definition(request)
    if response[0] >= 400:
        raise ValueError(response[2])
    arn = json.loads(response[2])["taskDefinition"]["taskDefinitionArn"]
    return arn, {"TaskDefinitionArn": arn}


def fill_cloudformation() -> None:
    # Upstream's update of anything but tags calls its create by name.
    provisioners._ecs_task_def_create = create
    provisioners._RESOURCE_HANDLERS[TYPE]["create"] = create


def fill_api() -> None:
    replace_ecs_action("RegisterTaskDefinition", "_register_task_definition", register_whole)


GAPS = [
    Gap("RegisterTaskDefinition", "it drops members such as enableFaultInjection", fill_api),
    Gap(TYPE, "nested members keep CloudFormation's casing, and runtimePlatform, ephemeralStorage and proxyConfiguration are dropped", fill_cloudformation),
]
