"""Task definitions, of which MiniStack stores only some members."""

import json

from ministack.core.responses import json_response
from ministack.services import ecs
from ministack.services.cloudformation import provisioners

from emulator.gaps.patching import Created, Gap, Properties, replace_ecs_action, wrap_ecs

TYPE = "AWS::ECS::TaskDefinition"

# Maps whose keys are the user's own.
VERBATIM = {"dockerLabels", "options", "driverOpts", "labels"}

# Names that differ between the API and CloudFormation in more than the first letter.
API_NAMES = {
    "EFSVolumeConfiguration": "efsVolumeConfiguration",
    "FSxWindowsFileServerVolumeConfiguration": "fsxWindowsFileServerVolumeConfiguration",
    "FilesystemId": "fileSystemId",
    "IAM": "iam",
    "ProxyConfigurationProperties": "properties",
}


def to_api(value):
    """Turns CloudFormation's names into those of the API, at any depth, except keys that are the user's own."""
    if isinstance(value, list):
        return [to_api(item) for item in value]
    if not isinstance(value, dict):
        return value
    named = {API_NAMES.get(key, key[:1].lower() + key[1:]): item for key, item in value.items()}
    return {key: item if key in VERBATIM and isinstance(item, dict) else to_api(item) for key, item in named.items()}


def definition_of(registered: dict) -> dict:
    """The stored task definition of a response."""
    return ecs._task_defs[registered["taskDefinition"]["taskDefinitionArn"].rsplit("/", 1)[-1]]


def register_whole(upstream):
    """Stores the members that upstream drops."""

    def register(data):
        response = upstream(data)
        if response[0] >= 400:
            return response
        registered = json.loads(response[2])
        definition = definition_of(registered)
        definition.update({key: value for key, value in data.items() if key != "tags" and key not in definition})
        for key in [key for key, value in definition.items() if value is None]:
            del definition[key]
        return json_response({**registered, "taskDefinition": definition})

    return register


EMPTY = ("pidMode", "ipcMode", "executionRoleArn", "taskRoleArn")


def without_empty(upstream):
    def register(data):
        response = upstream(data)
        if response[0] >= 400:
            return response
        registered = json.loads(response[2])
        definition = definition_of(registered)
        for key in EMPTY:
            if definition.get(key) == "":
                del definition[key]
        return json_response({**registered, "taskDefinition": definition})

    return register


LISTS = ("portMappings", "environment", "mountPoints", "volumesFrom", "systemControls")


def spelled_out(container: dict, network_mode: str) -> dict:
    """Adds the defaults that AWS returns for a container."""
    whole = {**{key: [] for key in LISTS}, **container}
    whole["portMappings"] = [
        {"hostPort": 0 if network_mode == "bridge" else mapping.get("containerPort"), "protocol": "tcp", **mapping} for mapping in whole["portMappings"]
    ]
    if "logConfiguration" in whole:
        whole["logConfiguration"] = {"secretOptions": [], **whole["logConfiguration"]}
    if "healthCheck" in whole:
        whole["healthCheck"] = {"interval": 30, "timeout": 5, "retries": 3, **whole["healthCheck"]}
    return whole


def with_defaults(upstream):
    def register(data):
        mode = data.get("networkMode", "awsvpc" if "FARGATE" in data.get("requiresCompatibilities", []) else "bridge")
        containers = [spelled_out(each, mode) for each in data.get("containerDefinitions", [])]
        return upstream({**data, "containerDefinitions": containers})

    return register


def with_tags_when_asked(upstream):
    def describe(data):
        response = upstream(data)
        if response[0] >= 400 or "TAGS" in data.get("include", []):
            return response
        described = json.loads(response[2])
        described.pop("tags", None)
        return json_response(described)

    return describe


def newest_active(upstream):
    def key(reference):
        if not reference or ":" in reference or "/" in reference:
            return upstream(reference)
        active = [each["revision"] for each in ecs._task_defs.values() if each["family"] == reference and each["status"] == "ACTIVE"]
        return f"{reference}:{max(active)}" if active else reference

    return key


def create(logical_id: str, props: Properties, stack: str) -> Created:
    """Registers through the API, so a template and a call give the same result."""
    request = to_api(props)
    request.setdefault("family", f"{stack}-{logical_id}")
    response = ecs._register_task_definition(request)
    if response[0] >= 400:
        raise ValueError(response[2])
    arn = json.loads(response[2])["taskDefinition"]["taskDefinitionArn"]
    return arn, {"TaskDefinitionArn": arn}


def fill_cloudformation() -> None:
    # Upstream's update calls its create by name, unless only tags change.
    provisioners._ecs_task_def_create = create
    provisioners._RESOURCE_HANDLERS[TYPE]["create"] = create


def fill_api() -> None:
    replace_ecs_action("RegisterTaskDefinition", "_register_task_definition", register_whole)


def fill_empty() -> None:
    replace_ecs_action("RegisterTaskDefinition", "_register_task_definition", without_empty)


def fill_defaults() -> None:
    replace_ecs_action("RegisterTaskDefinition", "_register_task_definition", with_defaults)


def fill_tags() -> None:
    replace_ecs_action("DescribeTaskDefinition", "_describe_task_definition", with_tags_when_asked)


def fill_family() -> None:
    wrap_ecs("_resolve_td_key", newest_active)


GAPS = [
    Gap("RegisterTaskDefinition", "it drops members such as enableFaultInjection", fill_api),
    Gap("RegisterTaskDefinition, empty", "it returns pidMode, ipcMode and roles that were not set, as empty values", fill_empty),
    Gap("RegisterTaskDefinition, defaults", "it does not spell out what the request leaves out, such as environment, hostPort and protocol", fill_defaults),
    Gap("DescribeTaskDefinition", "it returns tags that were not requested", fill_tags),
    Gap("DescribeTaskDefinition, family", "a family's newest revision is answered when it is INACTIVE, too", fill_family),
    Gap(TYPE, "nested members keep CloudFormation's casing, and runtimePlatform, ephemeralStorage and proxyConfiguration are dropped", fill_cloudformation),
]
