"""Capacity providers of ECS clusters."""

import json

from ministack.services import ecs
from ministack.services.cloudformation import provisioners

from emulator.gaps.patching import Created, Properties, camel, cloudformation_type


def checked(response: tuple) -> dict:
    if response[0] >= 400:
        raise ValueError(response[2])
    return json.loads(response[2])


def create_provider(logical_id: str, props: Properties, stack: str) -> Created:
    name = props.get("Name") or provisioners._physical_name(stack, logical_id)
    checked(ecs._create_capacity_provider({**camel(props), "name": name}))
    return name, {}


def delete_provider(physical_id: str, props: Properties) -> None:
    ecs._delete_capacity_provider({"capacityProvider": physical_id})


def create_associations(logical_id: str, props: Properties, stack: str) -> Created:
    checked(ecs._put_cluster_capacity_providers(camel(props)))
    return props["Cluster"], {}


def delete_associations(physical_id: str, props: Properties) -> None:
    ecs._put_cluster_capacity_providers({"cluster": physical_id, "capacityProviders": [], "defaultCapacityProviderStrategy": []})


GAPS = [
    cloudformation_type("AWS::ECS::CapacityProvider", create_provider, delete_provider),
    cloudformation_type("AWS::ECS::ClusterCapacityProviderAssociations", create_associations, delete_associations),
]
