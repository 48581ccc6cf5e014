"""The resource types of ECS in CloudFormation, by calls of its API. So a template and a call give the same result."""

import json

from ministack.services.cloudformation import provisioners

from emulator.ecs.fakes import Fakes
from emulator.gaps.cloudformation import Created, Properties, replacing_type

# Maps whose keys are the user's own.
VERBATIM = {"dockerLabels", "options", "driverOpts", "labels"}

# Names that differ between the API and CloudFormation in more than the first letter.
API_NAMES = {
    "ClusterSettings": "settings",
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


def is_of_aws(tag: dict) -> bool:
    return tag["Key"].startswith("aws:")


def install(fakes: Fakes) -> None:
    def call(action: str, **data) -> dict:
        """Calls the API, and fails the resource if the API refuses."""
        status, _, body = fakes.call(action, data)
        if status >= 400:
            raise ValueError(body.decode())
        return json.loads(body)

    def create(action: str, member: str, props: Properties, **defaults: str) -> dict:
        """Creates a resource, with the tags of its stack."""
        tags = props.get("Tags") or []
        request = to_api({**props, "Tags": [each for each in tags if not is_of_aws(each)]})
        created = call(action, **{**defaults, **request})[member]
        fakes.tag(created[f"{member}Arn"], {each["Key"]: each["Value"] for each in tags if is_of_aws(each)})
        return created

    def retag(arn: str, old: Properties, new: Properties) -> None:
        kept = [each for each in new.get("Tags") or [] if not is_of_aws(each)]
        call("UntagResource", resourceArn=arn, tagKeys=[each["Key"] for each in old.get("Tags") or [] if not is_of_aws(each)])
        call("TagResource", resourceArn=arn, tags=to_api(kept))

    def create_cluster(logical_id: str, props: Properties, stack: str) -> Created:
        cluster = create("CreateCluster", "cluster", props, clusterName=f"{stack}-{logical_id}")
        return cluster["clusterName"], {"Arn": cluster["clusterArn"], "ClusterName": cluster["clusterName"]}

    def update_cluster(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str | None = None) -> Created:
        if old.get("ClusterName") != new.get("ClusterName"):
            created = create_cluster(logical_id or physical_id, new, stack)
            fakes.call("DeleteCluster", {"cluster": physical_id})
            return created
        members = {key: value for key, value in to_api(new).items() if key not in ("clusterName", "tags")}
        cluster = call("UpdateCluster", cluster=physical_id, **members)["cluster"]
        retag(cluster["clusterArn"], old, new)
        return physical_id, {"Arn": cluster["clusterArn"], "ClusterName": physical_id}

    def create_definition(logical_id: str, props: Properties, stack: str) -> Created:
        arn = create("RegisterTaskDefinition", "taskDefinition", props, family=f"{stack}-{logical_id}")["taskDefinitionArn"]
        return arn, {"TaskDefinitionArn": arn}

    def update_definition(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str | None = None) -> Created:
        if {**old, "Tags": None} != {**new, "Tags": None}:
            return create_definition(logical_id or physical_id, new, stack)
        retag(physical_id, old, new)
        return physical_id, {"TaskDefinitionArn": physical_id}

    def create_service(logical_id: str, props: Properties, stack: str) -> Created:
        service = create("CreateService", "service", props, serviceName=f"{stack}-{logical_id}")
        return service["serviceArn"], {"ServiceArn": service["serviceArn"], "Name": service["serviceName"]}

    def create_provider(logical_id: str, props: Properties, stack: str) -> Created:
        provider = call("CreateCapacityProvider", **{"name": f"{stack}-{logical_id}", **to_api({**props, "Tags": None})})["capacityProvider"]
        return provider["name"], {}

    def delete_provider(physical_id: str, props: Properties) -> None:
        fakes.call("DeleteCapacityProvider", {"capacityProvider": physical_id})

    def associate(logical_id: str, props: Properties, stack: str) -> Created:
        call("PutClusterCapacityProviders", **to_api(props))
        return props["Cluster"], {}

    def disassociate(physical_id: str, props: Properties) -> None:
        fakes.call("PutClusterCapacityProviders", {"cluster": physical_id, "capacityProviders": [], "defaultCapacityProviderStrategy": []})

    handlers = provisioners._RESOURCE_HANDLERS
    # What is not replaced calls the API by itself.
    handlers["AWS::ECS::Cluster"].update(create=create_cluster, update=update_cluster)
    handlers["AWS::ECS::TaskDefinition"].update(create=create_definition, update=update_definition)
    handlers["AWS::ECS::Service"].update(create=create_service)
    handlers["AWS::ECS::CapacityProvider"] = replacing_type(create_provider, delete_provider)
    handlers["AWS::ECS::ClusterCapacityProviderAssociations"] = replacing_type(associate, disassociate)
